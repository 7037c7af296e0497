package app

import (
	"context"
	"time"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// pointsOf are the points of a district as they are now, with the grids that they lie in. As given, a table has each coordinate as its source
// told it, in the datum that was declared; else points lie in the system of the file, and the source's coordinate stands in columns of its own.
func pointsOf(ctx context.Context, service *grid.Service, district grid.Code, filter grid.LocationFilter, f exchange.Format, asGiven bool) content {
	names := []string{"kind", "id", "at", "accuracy_m", "attributes", "grid", "how", "release", "reason", "batch"}
	source := []string{"src_lon", "src_lat", "src_crs"}
	if asGiven = asGiven && f.Table(); asGiven {
		source = []string{"lon", "lat", "crs"}
	}
	layout := exchange.Layout{Name: "points", Title: fault.Text{Zh: "点位", En: "Points"}, Shape: exchange.Points, Located: !asGiven,
		Columns: exchange.Pick("points", append(names, source...)...)}
	rows := func(yield func(exchange.Record, error) bool) {
		for l, err := range service.StreamLocations(ctx, district, filter) {
			if err != nil {
				yield(exchange.Record{}, err)
				return
			}
			accuracy, attributes := exchange.Value{}, exchange.Value{}
			if l.AccuracyM != 0 {
				accuracy = decimal(l.AccuracyM, -1)
			}
			if text := string(l.Attributes); text != "" && text != "{}" {
				attributes = exchange.Value{Kind: exchange.JSON, Text: text}
			}
			r := exchange.Record{Geometry: l.Point.Orb(), Point: l.Point.Orb(), Values: []exchange.Value{
				words(l.Kind), words(l.ID), words(l.At.UTC().Format(time.RFC3339Nano)), accuracy, attributes, words(string(l.Area)), words(string(l.How)), whole(l.Release),
				words(l.Reason), words(l.Batch), decimal(l.Lon, -1), decimal(l.Lat, -1), words(l.Datum.String())}}
			if !yield(r, nil) {
				return
			}
		}
	}
	return content{layouts: []exchange.Layout{layout}, rows: rows}
}
