package exchange

import (
	"context"
	"errors"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// net is a coverage with the codes of its faces.
type net struct {
	index  *locate.Index
	codes  []code
	report coverage.Report
}

// readNet reads the polygons of a net and builds its index. Every row must be good.
func readNet(ctx context.Context, o AssignOptions) (*net, error) {
	opts := Options{CRS: o.NetCRS, Layer: o.NetLayer, Fields: mappingOf("code", o.CodeField), Want: WantPolygons}
	layer, err := Read(ctx, o.Net, opts)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Rule == "no-crs" && o.CRS != "" {
		opts.CRS = o.CRS
		layer, err = Read(ctx, o.Net, opts)
	}
	if err != nil {
		return nil, err
	}
	n := &net{}
	var shapes []geo.MultiPolygon
	first := map[string]int{}
	for row, err := range layer.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		code, ok := row.Get("code")
		shape, err := geo.MultiPolygon(nil), error(nil)
		f := row.Fault
		switch {
		case f != nil:
		case !ok:
			f = fault.New(fault.Invalid, "field-missing", fault.Args{"field": layer.columnsOf("code")[0], "fields": strings.Join(row.columns(), ", ")})
		case first[code] > 0:
			f = fault.New(fault.Invalid, "duplicate-code", fault.Args{"code": code, "row": first[code]})
		default:
			if shape, _, err = row.Shape(); err != nil {
				f = fault.From(err)
			}
		}
		if f != nil {
			return nil, f.In(row.Place())
		}
		first[code] = row.N
		n.codes = append(n.codes, newCode(code))
		shapes = append(shapes, shape)
	}
	cover, report := coverage.Build(shapes)
	n.report = report
	if cover == nil {
		d := fault.FromDefect(report.Defects[0])
		f := fault.New(fault.Invalid, "unclean-net", fault.Args{
			"count": len(report.Defects), "first": fault.Text{Zh: d.Sentence(fault.Chinese), En: d.Sentence(fault.English)}})
		f.At = d.At
		return nil, f.In(fault.Place{File: layer.File, Layer: layer.Name})
	}
	n.index = locate.New(cover)
	return n, nil
}
