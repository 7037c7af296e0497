package geo_test

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"pgregory.net/rapid"
)

// However rings, holes and parts are written down, the normal form is the same, and the input is left alone.
func TestNormalize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for _, f := range coveragetest.Small(r.Uint64()) {
			other := make(geo.MultiPolygon, len(f))
			for i, poly := range f {
				other[i] = slices.Clone(poly)
				for k, given := range poly {
					turn := r.IntN(len(given))
					s := slices.Concat(given[turn:], given[:turn])
					if r.IntN(2) == 0 {
						slices.Reverse(s)
					}
					other[i][k] = s
				}
				r.Shuffle(len(poly)-1, func(a, b int) { other[i][1+a], other[i][1+b] = other[i][1+b], other[i][1+a] })
			}
			r.Shuffle(len(other), func(a, b int) { other[a], other[b] = other[b], other[a] })
			before := slices.Collect(other.Points())
			n := geo.Normalize(other)
			if !slices.Equal(before, slices.Collect(other.Points())) {
				t.Fatal("the input was written to")
			}
			if !geo.Equal(f, other) || !slices.Equal(slices.Collect(geo.Normalize(f).Points()), slices.Collect(n.Points())) {
				t.Fatalf("%v and %v have different normal forms", f, other)
			}
			for _, poly := range n {
				for k, ring := range poly {
					if (ring.Area2() > 0) != (k == 0) {
						t.Fatalf("%v: ring %d runs the wrong way", n, k)
					}
				}
			}
		}
	})
}

func TestContainsAndLocate(t *testing.T) {
	// 9 ┌───────┐
	//   │ ┌───┐ │  a square with a square hole
	//   │ └───┘ │
	// 0 └───────┘
	m := shape(square(0, 0, 9), square(3, 3, 3))
	for _, k := range []struct {
		x, y     int32
		contains bool
		position geo.Position
	}{
		{1, 1, true, geo.Inside},
		{4, 4, false, geo.Outside},
		{0, 0, true, geo.Boundary},
		{9, 0, false, geo.Boundary},
		{0, 9, false, geo.Boundary},
		{9, 9, false, geo.Boundary},
		{5, 0, true, geo.Boundary},
		{5, 9, false, geo.Boundary},
		{0, 5, true, geo.Boundary},
		{9, 5, false, geo.Boundary},
		{3, 3, false, geo.Boundary},
		{6, 3, true, geo.Boundary},
		{3, 6, true, geo.Boundary},
		{6, 6, true, geo.Boundary},
		{-1, 0, false, geo.Outside},
		{10, 9, false, geo.Outside},
		{-1, 9, false, geo.Outside},
	} {
		p := geo.Point{X: k.x, Y: k.y}
		if got := m.Contains(p); got != k.contains {
			t.Errorf("%v: contains %v", p, got)
		}
		if got := m.Locate(p); got != k.position {
			t.Errorf("%v: position %v, want %v", p, got, k.position)
		}
	}
	if geo.MultiPolygon(nil).Contains(geo.Point{}) || (geo.MultiPolygon{{{}}}).Locate(geo.Point{}) != geo.Outside {
		t.Error("an empty shape contains something")
	}
}

// At the corners of the earth nothing overflows.
func TestCrossingFarAway(t *testing.T) {
	a, b := geo.Point{X: -geo.MaxX, Y: -geo.MaxY}, geo.Point{X: geo.MaxX, Y: geo.MaxY}
	for _, k := range []struct {
		p    geo.Point
		want int
	}{
		{geo.Point{X: 0, Y: 0}, 1},
		{geo.Point{X: -1, Y: 0}, 0},
		{geo.Point{X: 1, Y: 0}, 1},
		{geo.Point{X: geo.MaxX, Y: -geo.MaxY}, 1},
		{geo.Point{X: -geo.MaxX, Y: geo.MaxY - 1}, 0},
		{geo.Point{X: geo.MaxX, Y: geo.MaxY}, 0},
	} {
		if got := geo.Crossing(a, b, k.p); got != k.want {
			t.Errorf("up, %v: %d, want %d", k.p, got, k.want)
		}
		if got := geo.Crossing(b, a, k.p); got != -k.want {
			t.Errorf("down, %v: %d, want %d", k.p, got, -k.want)
		}
	}
}

// The crossing of two segments is the exact rational, rounded half away from zero.
func TestIntersection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.SampledFrom([]int32{3, 20, 1000, 900_000_000}).Draw(t, "limit")
		point := func(name string) geo.Point {
			c := rapid.Int32Range(-limit, limit)
			return geo.Point{X: c.Draw(t, name+"x"), Y: c.Draw(t, name+"y")}
		}
		a, b, c, d := point("a"), point("b"), point("c"), point("d")
		if !geo.Cross(a, b, c, d) {
			return
		}
		rat := func(v int32) *big.Rat { return new(big.Rat).SetInt64(int64(v)) }
		n := big.NewRat(geo.Orient(c, d, a), 1)
		n.Quo(n, new(big.Rat).Sub(n, new(big.Rat).SetInt64(geo.Orient(c, d, b))))
		along := func(a, b int32) int32 {
			v := new(big.Rat).Sub(rat(b), rat(a))
			v.Mul(v, n).Add(v, rat(a))
			half := big.NewRat(int64(v.Sign()), 2)
			v.Add(v, half)
			return int32(new(big.Int).Quo(v.Num(), v.Denom()).Int64()) // toward zero
		}
		want := geo.Point{X: along(a.X, b.X), Y: along(a.Y, b.Y)}
		for _, got := range []geo.Point{
			geo.Intersection(a, b, c, d), geo.Intersection(b, a, c, d), geo.Intersection(c, d, a, b), geo.Intersection(d, c, b, a),
		} {
			if got != want {
				t.Fatalf("%v–%v and %v–%v: %v, want %v", a, b, c, d, got, want)
			}
		}
	})
}

func TestFromOrb(t *testing.T) {
	square := orb.Ring{{108, 22}, {109, 22}, {109, 23}, {108, 23}, {108, 22}}
	for _, k := range []struct {
		name string
		geom orb.Geometry
		want geo.MultiPolygon
		rule string
	}{
		{"a polygon", orb.Polygon{square}, shape(ring(1_080_000_000, 220_000_000, 1_090_000_000, 220_000_000, 1_090_000_000, 230_000_000, 1_080_000_000, 230_000_000)), ""},
		{"vertices that become equal", orb.Polygon{{{108, 22}, {108.00000001, 22}, {109, 22}, {109, 23}, {108, 22.00000001}, {108, 22}}}, shape(ring(1_080_000_000, 220_000_000, 1_090_000_000, 220_000_000, 1_090_000_000, 230_000_000)), ""},
		{"a box", orb.Bound{Min: orb.Point{1, 2}, Max: orb.Point{3, 4}}, shape(ring(10_000_000, 20_000_000, 30_000_000, 20_000_000, 30_000_000, 40_000_000, 10_000_000, 40_000_000)), ""},
		{"no parts", orb.MultiPolygon{}, geo.MultiPolygon{}, ""},
		{"no vertices", orb.Polygon{{}}, shape(geo.Ring{}), ""},
		{"one vertex", orb.Polygon{{{1, 1}, {1, 1}}}, shape(ring(10_000_000, 10_000_000)), ""},
		{"nothing", nil, nil, geo.RuleEmpty},
		{"a point", orb.Point{1, 2}, nil, geo.RuleNotPolygon},
		{"a collection", orb.Collection{orb.Polygon{square}}, nil, geo.RuleNotPolygon},
		{"an open ring", orb.Polygon{square[:4]}, nil, geo.RuleOpen},
		{"latitude and longitude exchanged", orb.Polygon{{{22, 108}, {22, 109}, {23, 109}, {22, 108}}}, nil, geo.RuleOffEarth},
		{"not a number", orb.Polygon{{{1, 1}, {2, math.NaN()}, {2, 2}, {1, 1}}}, nil, geo.RuleOffEarth},
		{"infinite", orb.Polygon{{{1, 1}, {math.Inf(1), 1}, {2, 2}, {1, 1}}}, nil, geo.RuleOffEarth},
	} {
		got, shift, err := geo.FromOrb(k.geom)
		var d geo.Defect
		if errors.As(err, &d); d.Rule != k.rule {
			t.Errorf("%s: %v, want rule %q", k.name, err, k.rule)
		}
		if !geo.Equal(got, k.want) || shift > 0.012 {
			t.Errorf("%s: %v, want %v (shift %v m)", k.name, got, k.want, shift)
		}
	}
}

// Rounding to the lattice moves a vertex by at most half a unit on each axis, and the report says how far.
func TestFromOrbTellsTheShift(t *testing.T) {
	mx, my := geo.MetresPerUnit(220_000_000)
	_, shift, err := geo.FromOrb(orb.Polygon{{{108.00000003, 22.00000004}, {109, 22}, {109, 23}, {108.00000003, 22.00000004}}})
	if want := math.Hypot(0.3*mx, 0.4*my); err != nil || math.Abs(shift-want) > 1e-6 {
		t.Errorf("%v m, want %v (%v)", shift, want, err)
	}
}

// What goes out to degrees comes back as it was.
func TestOrbAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, f := range coveragetest.Faces(rapid.Uint64().Draw(t, "seed"), coveragetest.Options{Faces: 3}) {
			back, shift, err := geo.FromOrb(f.Orb())
			if err != nil || shift > 1e-6 || !slices.Equal(slices.Collect(f.Points()), slices.Collect(back.Points())) {
				t.Fatalf("%v, shift %v m: %v", err, shift, back)
			}
		}
	})
}
