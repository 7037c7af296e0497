package coverage_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
)

// However much is taken away, lines meet only where they met, and every face is a valid shape with as many parts and holes as it
// had, none over another. The neighbours of a face are its arcs', which are the same.
func TestSimplifiedIsTheSameNet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		faces := coveragetest.Small(seed)
		if rapid.Bool().Draw(t, "large") {
			faces = coveragetest.Faces(seed, coveragetest.Options{Faces: rapid.IntRange(1, 30).Draw(t, "faces")})
		}
		c, report := coverage.Build(faces)
		if c == nil {
			t.Fatal(report.Defects)
		}
		s := c.Simplify()
		tolerance := math.Pow(10, rapid.Float64Range(-3, 7).Draw(t, "tolerance, log10"))

		type edge struct{ a, b geo.Point }
		var edges []edge
		for k := range c.Arcs() {
			line := s.Points(nil, k, tolerance)
			for i := 1; i < len(line); i++ {
				edges = append(edges, edge{line[i-1], line[i]})
			}
		}
		for i, e := range edges {
			for _, f := range edges[:i] {
				if e == f || e == (edge{f.b, f.a}) {
					t.Fatalf("at %g m two lines are one: %v", tolerance, e)
				}
				if meet(e.a, e.b, f.a, f.b) {
					t.Fatalf("at %g m %v and %v meet", tolerance, e, f)
				}
			}
		}
		left := make([]geo.MultiPolygon, c.Len())
		for i := range left {
			left[i] = c.Shape(i, func(arc int) []geo.Point { return s.Points(nil, arc, tolerance) })
			if defects := geo.Validate(left[i]); len(defects) > 0 {
				t.Fatalf("at %g m face %d: %v", tolerance, i, defects)
			}
			for p, poly := range c.Face(i) {
				if len(left[i]) != len(c.Face(i)) || len(left[i][p]) != len(poly) {
					t.Fatalf("at %g m face %d is %v", tolerance, i, left[i])
				}
			}
		}
		for i := range left {
			inside := geo.LabelPoint(left[i])
			if left[i].Locate(inside) != geo.Inside {
				continue // too small for a lattice point
			}
			for j := range left {
				if i != j && left[j].Locate(inside) != geo.Outside {
					t.Fatalf("at %g m face %d lies over face %d", tolerance, i, j)
				}
			}
		}
	})
}

// meet reports whether two edges have a point in common that is not an end of both.
func meet(a, b, p, q geo.Point) bool {
	on := func(v, a, b geo.Point) bool {
		return v != a && v != b && geo.Orient(a, b, v) == 0 && geo.EmptyBounds().Extend(a).Extend(b).Contains(v)
	}
	if on(a, p, q) || on(b, p, q) || on(p, a, b) || on(q, a, b) {
		return true
	}
	if a == p || a == q || b == p || b == q {
		return false
	}
	return (geo.Orient(a, b, p) > 0) != (geo.Orient(a, b, q) > 0) && (geo.Orient(p, q, a) > 0) != (geo.Orient(p, q, b) > 0)
}

// No place of the original line is farther from the simplified one than the tolerance; a larger one leaves less, a negative one leaves all.
func TestSimplifiedStaysNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, report := coverage.Build(coveragetest.Faces(rapid.Uint64().Draw(t, "seed"), coveragetest.Options{Step: 400}))
		if c == nil {
			t.Fatal(report.Defects)
		}
		s := c.Simplify()
		tolerance := math.Pow(10, rapid.Float64Range(-2, 3).Draw(t, "tolerance, log10"))
		for k, a := range c.Arcs() {
			if all := s.Points(nil, k, -1); !slices.Equal(all, a.Points) {
				t.Fatalf("arc %d: %v are left of %v", k, all, a.Points)
			}
			fine, coarse := s.Points(nil, k, tolerance), s.Points(nil, k, 3*tolerance)
			for _, p := range coarse {
				if !slices.Contains(fine, p) {
					t.Fatalf("arc %d: %v is there at %g m and not at %g m", k, p, 3*tolerance, tolerance)
				}
			}
			for _, p := range a.Points {
				near := math.Inf(1)
				for i := 1; i < len(fine); i++ {
					near = min(near, geo.SegmentDistance(p, fine[i-1], fine[i]))
				}
				if near > tolerance*1.001+0.001 { // metres at p are not quite those in the middle
					t.Fatalf("arc %d at %g m: %v is %g m away", k, tolerance, p, near)
				}
			}
		}
	})
}

// Vertices that say nothing go first, and corners last.
func TestSimplifyRanksByDistance(t *testing.T) {
	// A square of 1 km with a bay 50 m deep in the south, a bump of 10 m in the north and a vertex in line in the east.
	at := func(x, y int32) geo.Point { return geo.Point{X: 1_080_000_000 + x, Y: y} } // on the equator: 1e-7° are 11 mm both ways
	c, report := coverage.Build([]geo.MultiPolygon{{{{
		at(0, 0), at(40_000, 0), at(45_000, 4500), at(50_000, 0), at(90_000, 0), at(90_000, 45_000), at(90_000, 90_000), at(30_000, 90_900), at(0, 90_000),
	}}}})
	if c == nil {
		t.Fatal(report.Defects)
	}
	s := c.Simplify()
	for _, tt := range []struct {
		tolerance float64
		left      int
	}{{-1, 9}, {0, 8}, {9, 8}, {11, 7}, {40, 7}, {60, 4}, {100, 4}, {2000, 3}} {
		if got := len(s.Points(nil, 0, tt.tolerance)) - 1; got != tt.left {
			t.Errorf("%d vertices at %g m, want %d", got, tt.tolerance, tt.left)
		}
	}
}

func BenchmarkSimplify(b *testing.B) {
	eachNet(b, func(b *testing.B, faces []geo.MultiPolygon) {
		c, _ := coverage.Build(faces)
		for b.Loop() {
			c.Simplify()
		}
	})
}
