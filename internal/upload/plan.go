package upload

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Plan says what the rows of a file mean. A person has settled it.
type Plan struct {
	Reading
	District   grid.Code
	Kind       string         // of every row; "" where a column says it
	CRS        string         // cgcs2000, wgs84, gcj02, bd09 or EPSG:n; "" where the file or its rows state it
	Columns    grid.Columns   // columns without a role are attributes
	Attributes []string       // those that are kept; nil: all
	Dates      grid.DateOrder // of dates whose year comes last
}

// points is a file that is ready to be read.
type points struct {
	layer *exchange.Layer
	file  grid.PointFile
}

// check refuses a plan that would refuse every row.
func (p Plan) check(l Look) error {
	usage := func(field, rule string, args fault.Args) error {
		return fault.New(fault.Invalid, rule, args).In(fault.Place{Field: field})
	}
	for role, column := range p.Columns {
		if !slices.Contains(grid.Roles(), role) {
			return usage("columns", "mapping-unknown", fault.Args{"name": string(role), "names": names()})
		}
		if !slices.Contains(l.Columns, column) {
			return usage(string(role), "field-missing", fault.Args{"field": column, "fields": strings.Join(l.Columns, ", ")})
		}
	}
	for _, column := range p.Attributes {
		if !slices.Contains(l.Columns, column) {
			return usage("attributes", "field-missing", fault.Args{"field": column, "fields": strings.Join(l.Columns, ", ")})
		}
	}
	has := func(r grid.Role) bool { return p.Columns[r] != "" }
	switch {
	case p.Kind == "" && !has(grid.RoleKind):
		return usage("kind", "upload-without-kind", nil)
	case p.Kind != "" && has(grid.RoleKind):
		return usage("kind", "kind-twice", nil)
	case !has(grid.RoleID) && !l.OwnIDs:
		return usage("id", "upload-without-id", nil)
	case l.Table && (!has(grid.RoleLon) || !has(grid.RoleLat)):
		return usage("lon", "upload-without-place", nil)
	case p.CRS == "" && l.Stated == "" && !has(grid.RoleCRS):
		return usage("crs", "missing-crs", fault.Args{"choices": "cgcs2000, wgs84, gcj02, bd09"})
	case p.Kind == grid.KindResident && (p.Attributes == nil && len(l.Columns) > len(p.Columns) || len(p.Attributes) > 0):
		return usage("attributes", "resident-attributes", nil)
	case !slices.Contains([]grid.DateOrder{grid.YearFirst, grid.MonthFirst, grid.DayFirst}, p.Dates):
		return usage("dates", "bad-parameter", fault.Args{"name": "dates"})
	}
	return nil
}

func names() string {
	var list []string
	for _, r := range grid.Roles() {
		list = append(list, string(r))
	}
	return strings.Join(list, ", ")
}

// open makes the file ready to be read as the plan says.
func (f *File) open(ctx context.Context, p Plan) (points, error) {
	look, err := f.Look(ctx, p.Reading)
	if err != nil {
		return points{}, err
	}
	if err := p.check(look); err != nil {
		return points{}, err
	}
	o, err := f.options(p.Reading)
	if err != nil {
		return points{}, err
	}
	o.Want, o.Raw, o.CRS, o.Fields = exchange.WantPoints, true, p.CRS, exchange.Mapping{}
	if look.Table {
		for _, r := range []grid.Role{grid.RoleLon, grid.RoleLat, grid.RoleCRS} {
			if column := p.Columns[r]; column != "" {
				o.Fields[string(r)] = column
			}
		}
	}
	layer, err := exchange.Read(ctx, f.path(), o)
	if err != nil {
		return points{}, f.named(err)
	}
	datum := layer.CRS.Datum
	if column := p.Columns[grid.RoleCRS]; look.Table && column != "" && p.CRS == "" {
		datum = firstDatum(look, column)
	}
	fingerprint, err := exchange.Fingerprint(f.path())
	if err != nil {
		return points{}, f.named(err)
	}
	in := f.intake(p)
	return points{layer, grid.PointFile{District: p.District, Batch: in.BatchName(fingerprint, o.Reading()...), Datum: datum, Source: f.Name, By: "page",
		Intake: in, Rows: rowsOf(layer)}}, nil
}

func (f *File) intake(p Plan) *grid.Intake {
	return &grid.Intake{Kind: p.Kind, Columns: p.Columns, Attributes: p.Attributes, Order: p.Dates, Zone: f.folder.Zone}
}

// rowsOf gives the rows of a layer to the domain.
func rowsOf(l *exchange.Layer) func(context.Context) iter.Seq2[grid.PointRow, error] {
	return func(ctx context.Context) iter.Seq2[grid.PointRow, error] {
		return func(yield func(grid.PointRow, error) bool) {
			for r, err := range l.Rows(ctx) {
				if !yield(&r, err) {
					return
				}
			}
		}
	}
}

// firstDatum is the datum of the first row that says one.
func firstDatum(l Look, column string) crs.Datum {
	i := slices.Index(l.Columns, column)
	for _, cells := range l.Rows {
		if c, err := exchange.ParseCRS(cells[i]); err == nil {
			return c.Datum
		}
	}
	return crs.CGCS2000
}
