package tiles

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// Tile numbers and positions after the formulas of the OpenStreetMap wiki, "Slippy map tilenames".
func TestMercatorPlacesTiles(t *testing.T) {
	for _, tt := range []struct {
		lon, lat float64
		z        uint32
		want     pt // in units of the zoom
	}{
		{0, 0, 0, pt{2048, 2048}},
		{-180, 85.0511287798066, 0, pt{0, 0}},
		{180, -85.0511287798066, 0, pt{4096, 4096}},
		{180, -90, 0, pt{4096, 4096}},
		{108.25, 22.75, 14, pt{13118*4096 + 2367, 7128*4096 + 1197}},
	} {
		if got := mercator(tt.lon, tt.lat, crs.CGCS2000).at(fineShift(tt.z)); got != tt.want {
			t.Errorf("%v %v at zoom %d: %v, want %v (tile %d/%d)", tt.lon, tt.lat, tt.z, got, tt.want, got.x/Extent, got.y/Extent)
		}
	}
}

// A projected edge runs within half a unit of the projections of all its places, in every datum.
func TestBentEdgesStayNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Uint32Range(0, MaxZoom).Draw(t, "z")
		d := rapid.SampledFrom([]crs.Datum{crs.CGCS2000, crs.GCJ02, crs.BD09}).Draw(t, "datum")
		a := geo.Point{X: rapid.Int32Range(80e7, 130e7).Draw(t, "lon"), Y: rapid.Int32Range(4e7, 53e7).Draw(t, "lat")}
		b := geo.Point{X: a.X + rapid.Int32Range(-4e6, 4e6).Draw(t, "dlon"), Y: a.Y + rapid.Int32Range(-4e6, 4e6).Draw(t, "dlat")}
		line := projectLine(nil, []geo.Point{a, b}, d, fineShift(z))
		for range 20 {
			s := rapid.Float64Range(0, 1).Draw(t, "way")
			p := mercator(a.Lon()+s*(b.Lon()-a.Lon()), a.Lat()+s*(b.Lat()-a.Lat()), d)
			best := math.Inf(1)
			for i := 1; i < len(line); i++ {
				best = min(best, fineDistance(p, line[i-1], line[i]))
			}
			if unit := float64(int64(1) << fineShift(z)); best > unit/2 {
				t.Fatalf("%v of the way the edge is %.2f units away", s, best/unit)
			}
		}
	})
}

// An edge gives the same places both ways.
func TestBentEdgesAreTheSameBackwards(t *testing.T) {
	a, b := geo.Point{X: 1081234567, Y: 227654321}, geo.Point{X: 1081934511, Y: 226654399}
	there, back := projectLine(nil, []geo.Point{a, b}, crs.GCJ02, fineShift(18)), projectLine(nil, []geo.Point{b, a}, crs.GCJ02, fineShift(18))
	if len(there) < 10 || len(there) != len(back) {
		t.Fatalf("%d and %d places", len(there), len(back))
	}
	for i, p := range there {
		if q := back[len(back)-1-i]; p != q {
			t.Errorf("place %d: %v and %v", i, p, q)
		}
	}
}

func fineDistance(p, a, b fine) float64 {
	dx, dy := float64(b.x-a.x), float64(b.y-a.y)
	px, py := float64(p.x-a.x), float64(p.y-a.y)
	s := 0.0
	if dx != 0 || dy != 0 {
		s = min(max((px*dx+py*dy)/(dx*dx+dy*dy), 0), 1)
	}
	return math.Hypot(px-s*dx, py-s*dy)
}
