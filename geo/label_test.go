package geo_test

import (
	"math"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"pgregory.net/rapid"
)

// The label point is strictly inside wherever a lattice point is, and no lattice point of a coarse raster is much better.
func TestLabelPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		faces := coveragetest.Small(seed)
		if rapid.Bool().Draw(t, "large") {
			faces = coveragetest.Faces(seed, coveragetest.Options{Faces: 4, Pixels: 20})
		}
		for _, f := range faces {
			p := geo.LabelPoint(f)
			best, found := 0.0, false
			b := f.Bounds()
			step := max(1, (b.Max.X-b.Min.X)/40)
			for x := b.Min.X; x <= b.Max.X; x += step {
				for y := b.Min.Y; y <= b.Max.Y; y += step {
					if q := (geo.Point{X: x, Y: y}); largest(f).Locate(q) == geo.Inside {
						best, found = max(best, inset(f, q)), true
					}
				}
			}
			if !found {
				continue
			}
			if largest(f).Locate(p) != geo.Inside {
				t.Fatalf("%v: label point %v is not inside", f, p)
			}
			mx, my := geo.MetresPerUnit(p.Y)
			size := math.Sqrt(float64(f.Area2()) / 2 * mx * my)
			if got := inset(f, p); got < best-max(0.02*size, my) {
				t.Fatalf("%v: label point %v is %.4f m inside, another one %.4f m", f, p, got, best)
			}
		}
	})
}

func TestLabelPointOfSlivers(t *testing.T) {
	pt := func(x, y int32) geo.Point { return geo.Point{X: x, Y: y} }
	for _, k := range []struct {
		name  string
		shape geo.MultiPolygon
		want  geo.Position
	}{
		{"100 km long, 3 units wide", geo.MultiPolygon{{{pt(0, 0), pt(10_000_000, 999_999), pt(10_000_000, 1_000_002), pt(0, 3)}}}, geo.Inside},
		{"no lattice point inside", geo.MultiPolygon{{{pt(0, 0), pt(1, 0), pt(0, 1)}}}, geo.Boundary},
		{"one lattice point inside", geo.MultiPolygon{{{pt(0, 0), pt(2, 0), pt(2, 2), pt(0, 2)}}}, geo.Inside},
	} {
		if got := k.shape.Locate(geo.LabelPoint(k.shape)); got != k.want {
			t.Errorf("%s: %v at %v", k.name, got, geo.LabelPoint(k.shape))
		}
	}
	if p := geo.LabelPoint(nil); p != (geo.Point{}) {
		t.Errorf("of nothing: %v", p)
	}
}

func largest(m geo.MultiPolygon) geo.MultiPolygon {
	best := m[:1]
	for i := range m {
		if m[i:i+1].Area2() > best.Area2() {
			best = m[i : i+1]
		}
	}
	return best
}

func inset(m geo.MultiPolygon, p geo.Point) float64 {
	least := math.Inf(1)
	for _, poly := range m {
		for _, r := range poly {
			for i, a := range r {
				least = min(least, geo.SegmentDistance(p, a, r[(i+1)%len(r)]))
			}
		}
	}
	return least
}

func BenchmarkLabelPoint(b *testing.B) {
	f := coveragetest.Faces(1, coveragetest.Options{Faces: 1, Pixels: 600, Solid: true})[0]
	b.ReportMetric(float64(f.Vertices()), "vertices")
	for b.Loop() {
		geo.LabelPoint(f)
	}
}
