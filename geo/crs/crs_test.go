package crs_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// metres is the distance between two places on the tangent plane.
func metres(lon1, lat1, lon2, lat2 float64) float64 {
	east, north := geo.MetresPerUnit(int32(lat1 * geo.Scale))
	return math.Hypot((lon2-lon1)*geo.Scale*east, (lat2-lat1)*geo.Scale*north)
}

// Published vectors: eviltransform (googollee, MIT) and coordtransform (MIT).
func TestPublishedVectors(t *testing.T) {
	for _, v := range []struct {
		datum                      crs.Datum
		lon, lat, wantLon, wantLat float64
	}{
		{crs.GCJ02, 121.5272106, 31.1774276, 121.531541859215, 31.17530398364597},
		{crs.GCJ02, 113.912316, 22.543847, 113.9171764808363, 22.540796131694766},
		{crs.GCJ02, 116.377817, 39.911954, 116.38404722455657, 39.91334545536069},
		{crs.GCJ02, 116.404, 39.915, 116.41024449916938, 39.91640428150164},
		{crs.GCJ02, -104.9903, 39.7392, -104.9903, 39.7392}, // Denver
		{crs.GCJ02, 153.0251, -27.4698, 153.0251, -27.4698}, // Brisbane
		{crs.WGS84, 108.33, 22.78, 108.33, 22.78},
	} {
		lon, lat := crs.FromCGCS2000(v.datum, v.lon, v.lat)
		if d := metres(v.wantLon, v.wantLat, lon, lat); d > 1e-6 {
			t.Errorf("%v of %v %v is %v %v, %g m from the published %v %v", v.datum, v.lon, v.lat, lon, lat, d, v.wantLon, v.wantLat)
		}
	}
}

// bd09 of a GCJ-02 place, as published: 116.404, 39.915 → 116.41036949371029, 39.92133699351021.
func TestPublishedBaidu(t *testing.T) {
	home1, home2 := crs.ToCGCS2000(crs.GCJ02, 116.404, 39.915)
	lon, lat := crs.FromCGCS2000(crs.BD09, home1, home2)
	if d := metres(116.41036949371029, 39.92133699351021, lon, lat); d > 1e-6 {
		t.Errorf("%v %v, %g m off", lon, lat, d)
	}
}

func TestThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom([]crs.Datum{crs.CGCS2000, crs.WGS84, crs.GCJ02, crs.BD09}).Draw(t, "datum")
		lon, lat := rapid.Float64Range(72.1, 137.8).Draw(t, "lon"), rapid.Float64Range(0.9, 55.8).Draw(t, "lat")
		u, v := crs.FromCGCS2000(d, lon, lat)
		x, y := crs.ToCGCS2000(d, u, v)
		if e := metres(lon, lat, x, y); e > 1e-8 {
			t.Fatalf("%v: %v %v comes back as %v %v, %g m off", d, lon, lat, x, y, e)
		}
	})
}

// The shift is wider than a grid: the reason why no datum is ever guessed.
func TestShiftInNanning(t *testing.T) {
	lon, lat := crs.FromCGCS2000(crs.GCJ02, 108.33, 22.78)
	if d := metres(108.33, 22.78, lon, lat); math.Abs(d-512) > 2 {
		t.Errorf("shift of %g m, want 512 m", d)
	}
}

func TestParse(t *testing.T) {
	for name, want := range map[string]crs.Datum{"cgcs2000": crs.CGCS2000, "WGS84": crs.WGS84, "GCJ-02": crs.GCJ02, "bd09": crs.BD09} {
		if d, ok := crs.Parse(name); !ok || d != want {
			t.Errorf("%s is %v, %v", name, d, ok)
		}
	}
	for _, name := range []string{"", "4326", "火星"} {
		if _, ok := crs.Parse(name); ok {
			t.Errorf("%q is taken for a datum", name)
		}
	}
}

func BenchmarkToCGCS2000(b *testing.B) {
	for range b.N {
		crs.ToCGCS2000(crs.GCJ02, 108.33, 22.78)
	}
}
