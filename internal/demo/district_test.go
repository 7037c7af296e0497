package demo

import (
	"testing"

	"github.com/zhuwang/zhuwang/geo"

	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/grid"
)

func TestDistrict(t *testing.T) {
	d := Generate(1)
	if g, c, n := len(d.Net.Grids), len(d.Net.Communities), len(d.Net.Towns); g != 418 || c != 76 || n != 6 {
		t.Errorf("%d grids in %d communities in %d towns; want 418, 76, 6", g, c, n)
	}
	if r := coverage.Check(shapesOf(d.Net.Grids), &d.Net.District.Outline); !r.Clean() || r.Islands+r.Holes > 0 {
		t.Errorf("not one clean piece: %+v", r)
	}
}

func shapesOf(grids []grid.Face) []geo.MultiPolygon {
	shapes := make([]geo.MultiPolygon, len(grids))
	for i, g := range grids {
		shapes[i] = g.Shape
	}
	return shapes
}
