package nets_test

import (
	"math/rand/v2"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/testkit/nets"
)

// Each size is a clean coverage of as many faces and vertices as its name says, whose arcs and faces tell the same borders.
func TestSizes(t *testing.T) {
	for k, want := range []struct{ faces, vertices int }{{418, 257}, {10_000, 129}, {1_000_000, 17}} {
		n := nets.Sizes[k].Net()
		c := n.Coverage()
		if len(n.Faces) != want.faces || c.Len() != want.faces {
			t.Errorf("%s: %d faces, %d in the coverage", nets.Sizes[k].Name, len(n.Faces), c.Len())
		}
		for i, f := range n.Faces {
			if len(f[0][0])+1 != want.vertices || f[0][0].Area2() <= 0 || !geo.Equal(f, c.Face(i)) {
				t.Fatalf("%s: face %d has %d vertices, area %d, and in the coverage %d vertices", nets.Sizes[k].Name, i, f.Vertices(), f.Area2(), c.Face(i).Vertices())
			}
		}
		edges := 0
		for _, a := range n.Arcs {
			edges += len(a.Points) - 1
		}
		for _, a := range c.Arcs() {
			edges -= len(a.Points) - 1
		}
		if edges != 0 {
			t.Errorf("%s: %d edges more among the arcs than in the coverage", nets.Sizes[k].Name, edges)
		}
	}
}

// The plain lookup is exact: away from the outer border it gives the owner by the tie rule, at every number of buckets.
func TestPlainIsExact(t *testing.T) {
	n := nets.New(9, 7, 4, 60_000)
	c, r := n.Coverage(), rand.New(rand.NewPCG(1, 2))
	pts := append(n.Uniform(r, 2000), n.Along(r, 2000)...)
	for _, a := range n.Arcs {
		if a.Left != coverage.Outside && a.Right != coverage.Outside {
			pts = append(pts, a.Points[1:len(a.Points)-1]...)
		}
	}
	for _, perFace := range []int{1, 4, 64} {
		plain := nets.NewPlain(n.Faces, perFace)
		for _, p := range pts {
			if got, want := plain.Face(p), c.Owner(p); got != want {
				t.Fatalf("%d buckets a face: %v lies in %d, not in %d", perFace, p, want, got)
			}
		}
	}
}
