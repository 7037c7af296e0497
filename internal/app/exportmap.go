package app

import (
	"context"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// buildingsOf are the buildings of a district as they are now: footprints, points where no footprint is known; the entrance in columns, as `import buildings` reads it.
func buildingsOf(ctx context.Context, db *database, district grid.Code) content {
	layout := exchange.Layout{Name: "buildings", Title: fault.Text{Zh: "建筑物", En: "Buildings"}, Shape: exchange.Mixed, Located: true,
		Columns: exchange.Pick("buildings", "id", "code", "name", "address", "households", "storeys", "use", "source", "grid")}
	rows := func(yield func(exchange.Record, error) bool) {
		for b, err := range db.Buildings(ctx, district) {
			r := exchange.Record{Geometry: b.Point.Orb(), Point: b.Point.Orb(), Values: []exchange.Value{words(b.ID), words(string(b.Code)), words(b.Name), words(b.Address),
				whole(b.Households), whole(b.Storeys), words(b.Use), words(b.Source), words(string(b.Area))}}
			if len(b.Footprint) > 0 {
				r.Geometry = b.Footprint.Orb()
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
	return content{layouts: []exchange.Layout{layout}, rows: rows}
}

// baseLayouts are the layers of the base map, in the order in which the store gives their features.
var baseLayouts = func() (all []exchange.Layout) {
	columns := exchange.Pick("divisions", "id", "class", "name", "layer", "source")
	for _, l := range []struct {
		layer grid.Layer
		title fault.Text
		shape exchange.Shape
	}{
		{grid.Block, fault.Text{Zh: "街区", En: "Blocks"}, exchange.Polygons},
		{grid.Bridge, fault.Text{Zh: "桥梁", En: "Bridges"}, exchange.Lines},
		{grid.Street, fault.Text{Zh: "街道", En: "Streets"}, exchange.Lines},
		{grid.Water, fault.Text{Zh: "水系", En: "Water"}, exchange.Mixed},
	} {
		all = append(all, exchange.Layout{Name: string(l.layer), Title: l.title, Shape: l.shape, Columns: columns})
	}
	return all
}()

// baseOf is the base map of a district as it is now, layer by layer.
func baseOf(ctx context.Context, db *database, district grid.Code) content {
	rows := func(yield func(exchange.Record, error) bool) {
		for f, err := range db.Base(ctx, district) {
			r := exchange.Record{Values: []exchange.Value{words(f.ID), words(f.Class), words(f.Name), words(string(f.Layer)), words(f.Source)}}
			for i, l := range baseLayouts {
				if l.Name == string(f.Layer) {
					r.Layer = i
				}
			}
			if r.Geometry = f.Shape.Orb(); f.Shape == nil {
				r.Geometry = orbLines(f.Lines)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
	return content{layouts: baseLayouts, rows: rows}
}

// orbLines are paths as a geometry.
func orbLines(paths [][]geo.Point) orb.MultiLineString {
	lines := make(orb.MultiLineString, len(paths))
	for i, path := range paths {
		for _, p := range path {
			lines[i] = append(lines[i], p.Orb())
		}
	}
	return lines
}
