package coverage_test

import (
	"slices"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"pgregory.net/rapid"
)

// randomFaces draws a net: small ones, where coincidences abound, twice as often as large ones.
func randomFaces(t *rapid.T) []geo.MultiPolygon {
	seed := rapid.Uint64().Draw(t, "seed")
	if rapid.IntRange(0, 2).Draw(t, "size") > 0 {
		return coveragetest.Small(seed)
	}
	return coveragetest.Faces(seed, coveragetest.Options{Faces: 30, Pixels: 20})
}

func mustBuild(t interface{ Fatalf(string, ...any) }, faces []geo.MultiPolygon) (*coverage.Coverage, coverage.Report) {
	c, report := coverage.Build(faces)
	if c == nil {
		t.Fatalf("not clean: %v", report.Defects)
	}
	return c, report
}

// Every edge of every face lies on exactly one arc, with the face on the side where it should be, and the face can be
// put together from its arcs.
func TestArcsAreTheBordersOfFaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, report := mustBuild(t, randomFaces(t))
		type edge struct{ a, b geo.Point }
		side := map[edge]int32{}
		for _, a := range c.Arcs() {
			if a.Left == a.Right {
				t.Fatalf("arc %v has face %d on both sides", a.Points, a.Left)
			}
			for k, q := range a.Points[1:] {
				p := a.Points[k]
				if _, twice := side[edge{p, q}]; twice {
					t.Fatalf("edge %v–%v is on two arcs", p, q)
				}
				side[edge{p, q}], side[edge{q, p}] = a.Left, a.Right
			}
		}
		if report.Edges*2 != len(side) || report.Arcs != len(c.Arcs()) || report.Nodes != len(c.Nodes()) {
			t.Fatalf("report %+v: %d half-edges, %d arcs, %d nodes", report, len(side), len(c.Arcs()), len(c.Nodes()))
		}
		used := 0
		for i := range c.Len() {
			for _, poly := range c.Face(i) {
				for _, r := range poly {
					for k, p := range r {
						q := r[(k+1)%len(r)]
						if f, ok := side[edge{p, q}]; !ok || f != int32(i) {
							t.Fatalf("edge %v–%v of face %d: the arc has %d (%v) on that side", p, q, i, f, ok)
						}
						used++
					}
				}
			}
			again := c.Shape(i, func(a int) []geo.Point { return c.Arcs()[a].Points })
			if !geo.Equal(again, c.Face(i)) {
				t.Fatalf("face %d from its arcs: %v, want %v", i, again, c.Face(i))
			}
		}
		for e, f := range side {
			if f == coverage.Outside {
				used++
			}
			_ = e
		}
		if used != len(side) {
			t.Fatalf("%d of %d half-edges belong to a face or the outside", used, len(side))
		}
	})
}

func TestNodesAndNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _ := mustBuild(t, randomFaces(t))
		neighbours := make([][]int32, c.Len())
		ends := map[geo.Point]int{}
		for _, a := range c.Arcs() {
			if a.Left >= 0 && a.Right >= 0 {
				neighbours[a.Left] = append(neighbours[a.Left], a.Right)
				neighbours[a.Right] = append(neighbours[a.Right], a.Left)
			}
			ends[a.Points[0]]++
			ends[a.Points[len(a.Points)-1]]++
		}
		for i, want := range neighbours {
			slices.Sort(want)
			if got := c.Neighbours(i); !slices.Equal(got, slices.Compact(want)) {
				t.Fatalf("neighbours of %d: %v, want %v", i, got, want)
			}
		}
		for _, n := range c.Nodes() {
			if len(n.Arcs) < 3 || len(n.Arcs) != ends[n.At] {
				t.Fatalf("node %v has %d arcs, %d ends meet there", n.At, len(n.Arcs), ends[n.At])
			}
			for k, ref := range n.Arcs {
				// The face on the left of an arc that leaves is the face on the right of the next one, turning left.
				a, b := c.Arcs()[ref.Index()], c.Arcs()[n.Arcs[(k+1)%len(n.Arcs)].Index()]
				left, right := a.Left, b.Right
				if ref.Back() {
					left = a.Right
				}
				if n.Arcs[(k+1)%len(n.Arcs)].Back() {
					right = b.Left
				}
				if left != right {
					t.Fatalf("node %v: %d left of arc %d, %d right of the next", n.At, left, ref.Index(), right)
				}
			}
		}
	})
}
