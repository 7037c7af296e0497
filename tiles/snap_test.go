package tiles

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// drawCoverage is a random clean net: faces of all sizes, holes, islands, parts that touch in a point.
func drawCoverage(t *rapid.T) *coverage.Coverage {
	seed := rapid.Uint64().Draw(t, "seed")
	faces := coveragetest.Small(seed)
	if !rapid.Bool().Draw(t, "small") {
		faces = coveragetest.Faces(seed, coveragetest.Options{Faces: rapid.IntRange(1, 20).Draw(t, "faces")})
	}
	c, report := coverage.Build(faces)
	if c == nil {
		t.Fatal(report.Defects)
	}
	return c
}

// drawLines are the borders of a coverage, simplified by up to a few units or as they are.
func drawLines(t *rapid.T, c *coverage.Coverage, d crs.Datum, z uint32) []line {
	s := c.Simplify()
	units := rapid.SampledFrom([]float64{-1, 0.5, 2, 10}).Draw(t, "simplified by units")
	metres := units * 40_075_016 / float64(int64(Extent)<<z)
	return borderLines(c.Arcs(), func(dst []geo.Point, arc int) []geo.Point { return s.Points(dst, arc, metres) }, d, z)
}

// A snapped map is a planar map on whole units, at every zoom and in every datum.
func TestSnapIsPlanar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCoverage(t)
		z := rapid.Uint32Range(0, MaxZoom).Draw(t, "z")
		d := rapid.SampledFrom([]crs.Datum{crs.CGCS2000, crs.GCJ02, crs.BD09}).Draw(t, "datum")
		lines := drawLines(t, c, d, z)
		edges := snap(lines, fineShift(z))
		for i, e := range edges {
			if !e.a.less(e.b) || e.left == e.right {
				t.Fatalf("edge %v", e)
			}
			for _, f := range edges[:i] {
				if e.a == f.a && e.b == f.b {
					t.Fatalf("two edges in one place: %v %v", e, f)
				}
				if e.a != f.a && e.a != f.b && e.b != f.a && e.b != f.b && crosses(e.a, e.b, f.a, f.b) {
					t.Fatalf("edges cross: %v %v", e, f)
				}
			}
			for _, l := range lines {
				for _, p := range l.pts {
					u := p.at(fineShift(z))
					if u != e.a && u != e.b && passes(centreOf(e.a, fineShift(z)), centreOf(e.b, fineShift(z)), u, fineShift(z)) {
						t.Fatalf("edge %v passes through the unit of vertex %v", e, u)
					}
				}
			}
		}
	})
}

// Every vertex of a border is drawn in the unit in which it lies, or is not drawn at all; none is made up.
func TestSnapMovesNoVertex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCoverage(t)
		z := rapid.Uint32Range(0, MaxZoom).Draw(t, "z")
		lines := drawLines(t, c, crs.CGCS2000, z)
		hot := map[pt]bool{}
		for _, l := range lines {
			for _, p := range l.pts {
				hot[p.at(fineShift(z))] = true
			}
		}
		for _, e := range snap(lines, fineShift(z)) {
			if !hot[e.a] || !hot[e.b] {
				t.Fatalf("edge %v ends where no vertex is", e)
			}
		}
	})
}

// Faces drawn at a zoom are valid polygons and divide exactly what their outline encloses; the levels above are their unions.
func TestFacesDivideTheOutline(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCoverage(t)
		z := rapid.Uint32Range(0, MaxZoom).Draw(t, "z")
		edges := snap(drawLines(t, c, crs.CGCS2000, z), fineShift(z))

		whole := newFaces(edges, make([]int32, c.Len()), 1)
		checkShape(t, whole.shapes[0])
		var sum int64
		for _, s := range newFaces(edges, nil, c.Len()).shapes {
			checkShape(t, s)
			sum += shapeArea2(s)
		}
		if want := shapeArea2(whole.shapes[0]); sum != want {
			t.Fatalf("faces have %d half units, their outline %d", sum, want)
		}
	})
}

// Borders show every edge of the map once, and end only where more or fewer than two meet.
func TestBordersShowEveryEdgeOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCoverage(t)
		z := rapid.Uint32Range(0, MaxZoom).Draw(t, "z")
		edges := snap(drawLines(t, c, crs.CGCS2000, z), fineShift(z))
		degree, count := map[pt]int{}, map[side]int{}
		for _, e := range edges {
			degree[e.a]++
			degree[e.b]++
			count[side{e.a, e.b}]++
		}
		b := newBorders(edges, func(e edge) Level { return Level(max(e.left, e.right) % int32(levels)) })
		for k := range b.ends {
			l := b.line(int32(k))
			for i, p := range l {
				if i == 0 {
					continue
				}
				if i < len(l)-1 && degree[p] != 2 {
					t.Fatalf("a line runs through %v, where %d edges meet", p, degree[p])
				}
				s := side{l[i-1], p}
				if p.less(l[i-1]) {
					s = side{p, l[i-1]}
				}
				count[s]--
			}
			if first, last := l[0], l[len(l)-1]; first != last && (degree[first] == 2 || degree[last] == 2) {
				t.Fatalf("a line ends between %v and %v for no reason", first, last)
			}
		}
		for s, n := range count {
			if n != 0 {
				t.Fatalf("edge %v is drawn %d times", s, 1-n)
			}
		}
	})
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkShape holds a shape to the rules of MVT and of OGC Simple Features: shells of positive area, each followed by its
// holes, no ring that touches itself, no two edges that meet but in a vertex, and every inside in one piece.
func checkShape(t fataler, s shape) {
	t.Helper()
	var shell []pt
	var touched map[pt]int // of a polygon: a group of rings and vertices that hang together
	groups := 0
	type edge struct{ a, b pt }
	var edges []edge
	for ring := range s.all() {
		if len(ring) < 3 {
			t.Fatalf("a ring of %d vertices", len(ring))
		}
		seen := map[pt]bool{}
		for i, p := range ring {
			if seen[p] {
				t.Fatalf("a ring touches itself at %v: %v", p, ring)
			}
			seen[p] = true
			edges = append(edges, edge{p, ring[(i+1)%len(ring)]})
		}
		switch a := area2(ring); {
		case a > 0:
			shell, touched = ring, map[pt]int{}
		case a == 0:
			t.Fatalf("a ring without area: %v", ring)
		case shell == nil:
			t.Fatalf("a hole before a shell: %v", ring)
		default:
			if a, b := ring[0], ring[1]; !insideRing(shell, 2*(int64(a.x)+int64(b.x)), 2*(int64(a.y)+int64(b.y))) {
				t.Fatalf("hole %v outside its shell %v", ring, shell)
			}
		}
		groups++
		met := map[int]bool{}
		for _, p := range ring {
			if g := touched[p]; g > 0 && met[g] {
				t.Fatalf("holes cut the inside at %v", p)
			} else if g > 0 {
				met[g] = true
			}
		}
		for p, g := range touched {
			if met[g] {
				touched[p] = groups
			}
		}
		for _, p := range ring {
			touched[p] = groups
		}
	}
	for i, e := range edges {
		for _, f := range edges[:i] {
			if e.a == f.a && e.b == f.b || e.a == f.b && e.b == f.a {
				t.Fatalf("an edge twice: %v", e)
			}
			if crosses(e.a, e.b, f.a, f.b) && e.a != f.a && e.a != f.b && e.b != f.a && e.b != f.b {
				t.Fatalf("edges %v and %v cross", e, f)
			}
			for _, p := range []pt{f.a, f.b} {
				if p != e.a && p != e.b && onEdge(p, e.a, e.b) {
					t.Fatalf("vertex %v lies on edge %v", p, e)
				}
			}
			for _, p := range []pt{e.a, e.b} {
				if p != f.a && p != f.b && onEdge(p, f.a, f.b) {
					t.Fatalf("vertex %v lies on edge %v", p, f)
				}
			}
		}
	}
}

func onEdge(p, a, b pt) bool {
	return cross(a, b, p) == 0 && min(a.x, b.x) <= p.x && p.x <= max(a.x, b.x) && min(a.y, b.y) <= p.y && p.y <= max(a.y, b.y)
}

func shapeArea2(s shape) (sum int64) {
	for ring := range s.all() {
		sum += area2(ring)
	}
	return sum
}

// A unit has its north-west corner, its north and its west side, and no other part of its border.
func TestPassesThroughAUnit(t *testing.T) {
	const shift = 1 // unit 0, 0 reaches from −1 to 1
	for _, tt := range []struct {
		f, g fine
		want bool
	}{
		{fine{-5, 0}, fine{5, 0}, true},
		{fine{-5, -5}, fine{5, 5}, true},
		{fine{-5, -1}, fine{5, -1}, true}, // along the north side
		{fine{-5, 1}, fine{5, 1}, false},  // along the south side
		{fine{-1, -5}, fine{-1, 5}, true}, // along the west side
		{fine{1, -5}, fine{1, 5}, false},  // along the east side
		{fine{-3, 1}, fine{1, -3}, true},  // over the north-west corner
		{fine{-1, -3}, fine{3, 1}, false}, // over the north-east corner
		{fine{-3, -1}, fine{1, 3}, false}, // over the south-west corner
		{fine{-1, 3}, fine{3, -1}, false}, // over the south-east corner
		{fine{-5, 0}, fine{-1, 0}, true},  // ends on the west side
		{fine{5, 0}, fine{1, 0}, false},   // ends on the east side
		{fine{-5, 0}, fine{-2, 0}, false}, // ends before it
		{fine{-9, -3}, fine{9, 9}, false}, // beyond the south-west corner: y = 3 at x = 0
		{fine{-9, -6}, fine{9, 9}, true},  // y = 1½ at x = 0, 1 at x = −0.6: inside
		{fine{-9, -7}, fine{9, 8}, true},  // y = ½ at x = 0
		{fine{0, 0}, fine{0, 0}, true},
	} {
		for _, way := range [][2]fine{{tt.f, tt.g}, {tt.g, tt.f}} {
			if got := passes(way[0], way[1], pt{}, shift); got != tt.want {
				t.Errorf("from %v to %v: %v, want %v", way[0], way[1], got, tt.want)
			}
		}
	}
}
