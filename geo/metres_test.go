package geo_test

import (
	"math"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
)

// Known values of GRS 80: a degree of the meridian is 110,574.3 m long at the equator and 111,694.0 m at the pole, a degree of the
// equator 111,319.5 m.
func TestMetresPerUnit(t *testing.T) {
	for _, k := range []struct {
		y           int32
		east, north float64 // metres a degree
	}{
		{0, 111_319.491, 110_574.276},
		{900_000_000, 0, 111_693.980},
		{450_000_000, 78_846.835, 111_131.778},
		{-450_000_000, 78_846.835, 111_131.778},
	} {
		east, north := geo.MetresPerUnit(k.y)
		if math.Abs(east*geo.Scale-k.east) > 0.001 || math.Abs(north*geo.Scale-k.north) > 0.001 {
			t.Errorf("%d: %.4f and %.4f m a degree, want %.4f and %.4f", k.y, east*geo.Scale, north*geo.Scale, k.east, k.north)
		}
	}
}

func TestDistances(t *testing.T) {
	o := geo.Point{X: 1_081_000_000, Y: 226_000_000}
	at := func(x, y int32) geo.Point { return geo.Point{X: o.X + x, Y: o.Y + y} }
	mx, my := geo.MetresPerUnit(o.Y)
	for _, k := range []struct {
		name      string
		got, want float64
	}{
		{"east", geo.Distance(o, at(1000, 0)), 1000 * mx},
		{"south", geo.Distance(o, at(0, -1000)), 1000 * my},
		{"none", geo.Distance(o, o), 0},
		{"to the middle of a segment", geo.SegmentDistance(o, at(-1000, 500), at(3000, 500)), 500 * my},
		{"to an end of a segment", geo.SegmentDistance(o, at(300, 0), at(3000, 500)), 300 * mx},
		{"to the other end", geo.SegmentDistance(o, at(-3000, 500), at(-300, 0)), 300 * mx},
		{"to a segment that is a point", geo.SegmentDistance(o, at(0, 7), at(0, 7)), 7 * my},
		{"on a segment", geo.SegmentDistance(o, at(-10, -10), at(20, 20)), 0},
	} {
		if math.Abs(k.got-k.want) > 1e-9 {
			t.Errorf("%s: %v m, want %v", k.name, k.got, k.want)
		}
	}
	// Across the antimeridian lies the whole earth: distances are those of the plane, not of the sphere.
	if d := geo.Distance(geo.Point{X: -geo.MaxX}, geo.Point{X: geo.MaxX}); math.Abs(d-360*111_319.491) > 1 {
		t.Errorf("from antimeridian to antimeridian: %v m", d)
	}
}
