package tiles

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// However small or ragged an outline is, it is drawn as valid polygons, with its area but for a unit along its border.
func TestRoundedOutlinesAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		m := geo.MultiPolygon{{star(r, rapid.IntRange(3, 40).Draw(t, "vertices"), 30_000)}}
		if rapid.Bool().Draw(t, "court") {
			court := star(r, 3+r.IntN(6), 200)
			for i, j := 0, len(court)-1; i < j; i, j = i+1, j-1 {
				court[i], court[j] = court[j], court[i]
			}
			m[0] = append(m[0], court)
		}
		z := rapid.Uint32Range(8, MaxZoom).Draw(t, "z")
		var o outline
		o.project(m, crs.CGCS2000, fineShift(z), nil)
		rounded := rounder{shift: fineShift(z)}
		s := rounded.round(o)
		checkShape(t, s)

		unit := float64(int64(1) << fineShift(z))
		area, length := 0.0, 0.0
		from := int32(0)
		for _, to := range o.ends {
			for i := from + 1; i < to; i++ {
				p, q := o.pts[i-1], o.pts[i]
				area -= (float64(p.x-o.pts[0].x)*float64(q.y-o.pts[0].y) - float64(p.y-o.pts[0].y)*float64(q.x-o.pts[0].x)) / 2
				length += math.Hypot(float64(q.x-p.x), float64(q.y-p.y))
			}
			from = to
		}
		area, length = area/unit/unit, length/unit
		if got := float64(shapeArea2(s)) / 2; math.Abs(got-area) > length+1 {
			t.Fatalf("%.1f square units are drawn as %.1f; the border is %.1f units long", area, got, length)
		}
	})
}

// star is a ring about 108.2° E 22.7° N, at least half as many lattice units as reach from the middle everywhere.
func star(r *rand.Rand, n int, reach float64) geo.Ring {
	var ring geo.Ring
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		d := reach * (0.5 + r.Float64()/2)
		ring = append(ring, geo.Point{X: 1_082_000_000 + int32(d*math.Cos(a)), Y: 227_000_000 + int32(d*math.Sin(a))})
	}
	return ring
}

// The shortest way of drawing is taken for a plain building, and left where rounding makes a ring touch itself.
func TestPlainBuildingsAreNotSnapped(t *testing.T) {
	at := func(places ...pt) outline {
		o := outline{ends: []int32{int32(len(places) + 1)}}
		for i := len(places); i >= 0; i-- { // on the map rings run the other way round
			o.pts = append(o.pts, centreOf(places[i%len(places)], fineShift(MaxZoom)))
		}
		return o
	}
	for name, tt := range map[string]struct {
		outline outline
		plain   bool
		rings   int
	}{
		"rectangle":            {at(pt{0, 0}, pt{30, 0}, pt{30, 20}, pt{0, 20}), true, 1},
		"nothing but a line":   {at(pt{0, 0}, pt{30, 0}), true, 0},
		"folded":               {at(pt{0, 0}, pt{30, 0}, pt{15, 0}), false, 0},
		"a waist of no width":  {at(pt{0, 0}, pt{10, 5}, pt{20, 0}, pt{20, 10}, pt{10, 5}, pt{0, 10}), false, 2},
		"a spike":              {at(pt{0, 0}, pt{30, 0}, pt{30, 20}, pt{30, 40}, pt{30, 20}, pt{0, 20}), false, 1},
		"a vertex on an edge":  {at(pt{0, 0}, pt{30, 0}, pt{30, 30}, pt{15, 0}, pt{0, 30}), false, 2},
		"next to a long edge":  {at(pt{0, 0}, pt{300, 1}, pt{300, 30}, pt{151, 1}, pt{0, 30}), false, 2},
		"more than smallRing":  {at(ladder(smallRing)...), false, 1},
		"as many as smallRing": {at(ladder(smallRing - 1)...), true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := rounder{shift: fineShift(MaxZoom)}
			if plain := r.small(tt.outline); plain != tt.plain {
				t.Errorf("plain is %v", plain)
			}
			s := r.round(tt.outline)
			checkShape(t, s)
			if len(s.ends) != tt.rings {
				t.Errorf("%d rings, want %d: %v", len(s.ends), tt.rings, s)
			}
		})
	}
}

// ladder is a convex ring of n vertices.
func ladder(n int) []pt {
	var ring []pt
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		ring = append(ring, pt{int32(1000 * math.Cos(a)), int32(1000 * math.Sin(a))})
	}
	return ring
}
