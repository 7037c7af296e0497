package geo_test

import (
	"math"
	"slices"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"pgregory.net/rapid"
)

func TestArea2(t *testing.T) {
	for _, k := range []struct {
		ring geo.Ring
		want int64
	}{
		{square(0, 0, 3), 18},
		{ring(0, 0, 0, 3, 3, 3, 3, 0), -18},
		{ring(0, 0, 1, 0), 0},
		{nil, 0},
		// The widest box of exact arithmetic: the sum does not overflow.
		{ring(-1_073_741_823, -900_000_000, 1_073_741_823, -900_000_000, 1_073_741_823, 900_000_000, -1_073_741_823, 900_000_000), 2 * 2_147_483_646 * 1_800_000_000},
	} {
		if got := k.ring.Area2(); got != k.want {
			t.Errorf("%v: %d, want %d", k.ring, got, k.want)
		}
	}
	holed := shape(square(0, 0, 9), square(3, 3, 3))
	slices.Reverse(holed[0][0])
	if got := holed.Area2(); got != 2*(81-9) {
		t.Errorf("with a hole, whatever way its rings run: %d", got)
	}
}

// A shape bounded by meridians and parallels has a known area: Δλ (b²/2) [sin φ / (1 − e² sin² φ) + artanh(e sin φ) / e]
// (Bagratuni 1962; EPSG guidance note 7-2, 3.3.3).
func TestAreaM2OfQuadrangles(t *testing.T) {
	const a, f = 6378137.0, 1 / 298.257222101
	e := math.Sqrt(f * (2 - f))
	zone := func(y int32) float64 {
		s := math.Sin(float64(y) / geo.Scale * math.Pi / 180)
		return a * a * (1 - e*e) / 2 * (s/(1-e*e*s*s) + math.Atanh(e*s)/e)
	}
	for _, k := range []struct {
		x, y, w, h int32
		tolerance  float64 // relative: the zone's own rounding, for small ones
	}{
		{1_080_000_000, 226_000_000, 10_000_000, 10_000_000, 1e-11},
		{1_080_000_000, 226_000_000, 100_000_000, 100_000_000, 1e-10},
		{-710_000_000, -423_000_000, 3_000_000, 5_000_000, 1e-10},
		{0, -100_000_000, 1_000, 200_000_000, 1e-7},
		{0, 890_000_000, 1_000_000, 10_000_000, 1e-9},
	} {
		m := shape(ring(k.x, k.y, k.x+k.w, k.y, k.x+k.w, k.y+k.h, k.x, k.y+k.h))
		want := (zone(k.y+k.h) - zone(k.y)) * float64(k.w) / geo.Scale * math.Pi / 180
		if got := m.AreaM2(); math.Abs(got/want-1) > k.tolerance {
			t.Errorf("%+v: %v m², want %v (%.1e off)", k, got, want, got/want-1)
		}
	}
}

// One lattice cell here measures 1.03 cm by 1.11 cm; the area of so small a shape keeps its digits.
func TestAreaM2OfSlivers(t *testing.T) {
	mx, my := geo.MetresPerUnit(226_000_000)
	for _, k := range []struct{ w, h int32 }{{1, 1}, {1, 100_000}, {100_000, 1}} {
		got := shape(ring(1_080_000_000, 226_000_000, 1_080_000_000+k.w, 226_000_000, 1_080_000_000+k.w, 226_000_000+k.h, 1_080_000_000, 226_000_000+k.h)).AreaM2()
		if want := float64(k.w) * mx * float64(k.h) * my; math.Abs(got/want-1) > 1e-4 {
			t.Errorf("%d × %d units: %v m², want %v", k.w, k.h, got, want)
		}
	}
}

// The areas of faces add up to that of what they make together, and do not depend on how rings are written down.
func TestAreaM2IsAdditive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		faces := coveragetest.Faces(rapid.Uint64().Draw(t, "seed"), coveragetest.Options{Faces: 8, Still: true, Solid: true})
		sum := 0.0
		box := geo.EmptyBounds()
		for _, f := range faces {
			sum += f.AreaM2()
			box = box.Union(f.Bounds())
			if a, b := f.AreaM2(), geo.Normalize(f).AreaM2(); math.Abs(a-b) > 1e-6 {
				t.Fatalf("%v: %v m², its normal form %v", f, a, b)
			}
		}
		b := geo.Bounds{Min: box.Min, Max: box.Max}
		whole := shape(ring(b.Min.X, b.Min.Y, b.Max.X, b.Min.Y, b.Max.X, b.Max.Y, b.Min.X, b.Max.Y)).AreaM2()
		if math.Abs(sum-whole) > 1e-5 {
			t.Fatalf("%v m² together, %v whole", sum, whole)
		}
	})
}

func BenchmarkAreaM2(b *testing.B) {
	f := coveragetest.Faces(1, coveragetest.Options{Faces: 1, Pixels: 600, Solid: true})[0]
	for b.Loop() {
		f.AreaM2()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(f.Vertices()), "ns/vertex")
}
