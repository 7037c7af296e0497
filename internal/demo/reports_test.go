package demo

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Reports are the same for the same seed and moment, of the last weeks, of every kind in every datum that a sender uses; all but the
// strays lie in the district, and all say that they are invented.
func TestReports(t *testing.T) {
	d := district(t, 42)
	now := time.Date(2026, 7, 1, 12, 34, 0, 0, time.UTC)
	reports := d.Reports(42, now)
	if diff := cmp.Diff(reports, d.Reports(42, now.Add(time.Minute))); diff != "" {
		t.Errorf("another moment of the same hour\n%s", diff)
	}
	if slices.EqualFunc(reports, d.Reports(43, now), func(a, b grid.Location) bool { return a.Lon == b.Lon }) {
		t.Error("another seed gives the same places")
	}
	outside, kinds, datums, ids := 0, map[string]int{}, map[crs.Datum]int{}, map[string]bool{}
	for _, r := range reports {
		lon, lat := crs.ToCGCS2000(r.Datum, r.Lon, r.Lat)
		p, ok := geo.FromDegrees(lon, lat)
		if !ok {
			t.Fatalf("%s lies nowhere", r.ID)
		}
		if !d.Net.District.Outline.Contains(p) {
			outside++
		}
		if r.At.After(now) || r.At.Before(now.AddDate(0, 0, -reportDays-1)) {
			t.Errorf("%s is of %v", r.ID, r.At)
		}
		kinds[r.Kind]++
		datums[r.Datum]++
		ids[r.ID] = true
	}
	if outside != reportStrays || len(ids) != reportCount {
		t.Errorf("%d of %d reports lie outside", outside, len(ids))
	}
	for _, c := range complaints {
		if share := 100 * kinds[c.kind] / reportCount; share < c.weight-4 || share > c.weight+4 {
			t.Errorf("%s: %d %%, want about %d", c.kind, share, c.weight)
		}
	}
	if datums[crs.GCJ02] < 2*datums[crs.WGS84] || datums[crs.WGS84] == 0 {
		t.Errorf("datums %v", datums)
	}
}
