package coverage_test

import (
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"pgregory.net/rapid"
)

// The face of a group contains a point exactly where one of its members does, and its area is the sum of theirs.
func TestDissolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _ := mustBuild(t, randomFaces(t))
		n := rapid.IntRange(1, c.Len()).Draw(t, "groups")
		group := make([]int32, c.Len())
		for i := range group {
			group[i] = int32(i)
			if i >= n {
				group[i] = rapid.Int32Range(0, int32(n-1)).Draw(t, "group")
			}
		}
		d, err := c.Dissolve(group, n)
		if err != nil {
			t.Fatal(err)
		}
		area := make([]int64, n)
		for i, g := range group {
			area[g] += c.Face(i).Area2()
		}
		for g := range n {
			if got := d.Face(g).Area2(); got != area[g] {
				t.Fatalf("group %d: area %d, members %d", g, got, area[g])
			}
			if defects := geo.Validate(d.Face(g)); defects != nil {
				t.Fatalf("group %d: %v", g, defects)
			}
		}
		again, report := coverage.Build(facesOf(d))
		if again == nil {
			t.Fatalf("the result is not clean: %v", report.Defects)
		}
		for _, p := range probes(t, c) {
			want := coverage.Outside
			if f := c.Owner(p); f != coverage.Outside {
				want = group[f]
			}
			if got := d.Owner(p); got != want {
				t.Fatalf("%v is in group %d, its face is in %d", p, got, want)
			}
		}
	})
}

// Faces that touch in a point within an edge are not mixed up.
//
//	┌───┬┐/│
//	│ A │●B│
//	└───┴┘\│
func TestDissolveWithPointsOfTouch(t *testing.T) {
	holed := square(0, 0, 90)
	holed[0] = append(holed[0], ring(30, 30, 60, 0, 60, 60)[0][0])
	for _, faces := range [][]geo.MultiPolygon{
		{square(0, 0, 10), ring(10, 5, 20, 0, 20, 10)},
		{square(0, 0, 10), square(10, 0, 10), ring(20, 5, 30, 0, 30, 10)},
		{holed, ring(30, 30, 60, 0, 60, 60)},
		{holed, ring(60, 20, 50, 20, 50, 15)},
	} {
		c, _ := mustBuild(t, faces)
		group := make([]int32, len(faces))
		for i := range group {
			group[i] = int32(i)
		}
		d, err := c.Dissolve(group, len(faces))
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range faces {
			if !geo.Equal(d.Face(i), f) {
				t.Errorf("face %d: %v, want %v", i, d.Face(i), f)
			}
		}
	}
}

func TestDissolveRefuses(t *testing.T) {
	c, _ := mustBuild(t, []geo.MultiPolygon{square(0, 0, 2), square(2, 0, 2)})
	for _, group := range [][]int32{{0}, {0, 2}, {0, -1}, {1, 1}} {
		if d, err := c.Dissolve(group, 2); err == nil {
			t.Errorf("group %v: %v", group, d)
		}
	}
}

func facesOf(c *coverage.Coverage) []geo.MultiPolygon {
	out := make([]geo.MultiPolygon, c.Len())
	for i := range out {
		out[i] = c.Face(i)
	}
	return out
}

// probes are places where rules are told apart: vertices, lattice points next to them, middles of edges, and random points.
func probes(t *rapid.T, c *coverage.Coverage) []geo.Point {
	var out []geo.Point
	arcs := c.Arcs()
	for range 60 {
		a := arcs[rapid.IntRange(0, len(arcs)-1).Draw(t, "arc")]
		k := rapid.IntRange(1, len(a.Points)-1).Draw(t, "edge")
		p, q := a.Points[k-1], a.Points[k]
		d := rapid.Int32Range(-1, 1)
		out = append(out, p,
			geo.Point{X: p.X + d.Draw(t, "dx"), Y: p.Y + d.Draw(t, "dy")},
			geo.Point{X: (p.X + q.X) / 2, Y: (p.Y + q.Y) / 2})
	}
	b := c.Bounds()
	for range 20 {
		out = append(out, geo.Point{
			X: rapid.Int32Range(b.Min.X-1, b.Max.X+1).Draw(t, "x"), Y: rapid.Int32Range(b.Min.Y-1, b.Max.Y+1).Draw(t, "y"),
		})
	}
	return out
}

// square is the square with its lower left corner at (x, y).
func square(x, y, side int32) geo.MultiPolygon {
	return geo.MultiPolygon{{{{X: x, Y: y}, {X: x + side, Y: y}, {X: x + side, Y: y + side}, {X: x, Y: y + side}}}}
}
