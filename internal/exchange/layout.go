package exchange

import (
	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Type of the values of a column in files that are written.
type Type uint8

// Types of columns.
const (
	Textual Type = iota
	Integer      // of 64 bits
	Real         // of 64 bits
	Boolean
	Date    // 2006-01-02
	Instant // 2006-01-02T15:04:05.999999Z, microseconds at most
	Wall    // the same without a zone
)

// Shape is which geometry the records of a layout have.
type Shape uint8

// The shapes. A shapefile holds one of the others, so that records of a mixed layout go into several.
const (
	Mixed Shape = iota
	Polygons
	Lines
	Points
	Shapeless // a table
)

// Layout is what a layer or table that is written holds. Names of columns are ASCII and at most ten bytes long, so that they are the
// same in every format; a workbook has the Chinese headers above them.
type Layout struct {
	Name    string // of the layer, where the format has several
	Title   fault.Text
	Shape   Shape
	Located bool // records have a point (Record.Point): in a table it stands in columns lon, lat and crs, beside a mixed shape in lon and lat
	Columns []Column
}

// Record is one row that is written.
type Record struct {
	Layer    int     // which of the layouts
	Values   []Value // one a column of the layout
	Geometry orb.Geometry
	Point    orb.Point // of a located layout, in the same system
}

// written are the columns that only files which are written have; the others are those of the templates. Whoever reads such a file
// knows them by either header.
var written = []Column{
	{Name: "layer", Zh: "图层"},
	{Name: "class", Zh: "等级"},
	{Name: "parts", Zh: "部分数", Type: Integer},
	{Name: "source", Zh: "来源"},
	{Name: "source_id", Zh: "来源编号"},
	{Name: "comm_name", Zh: "村（社区）名称"},
	{Name: "town", Zh: "所属镇（街道）"},
	{Name: "town_name", Zh: "镇（街道）名称"},
	{Name: "parent", Zh: "上级编码"},
	{Name: "area_m2", Zh: "面积（平方米）", Type: Real},
	{Name: "release", Zh: "发布号", Type: Integer},
	{Name: "grid", Zh: "所在网格"},
	{Name: "grid_name", Zh: "所在网格名称"},
	{Name: "how", Zh: "判定方式"},
	{Name: "reason", Zh: "人工指定理由"},
	{Name: "batch", Zh: "批次"},
	{Name: "attributes", Zh: "附加属性"},
	{Name: "src_lon", Zh: "原始经度", Type: Real},
	{Name: "src_lat", Zh: "原始纬度", Type: Real},
	{Name: "src_crs", Zh: "原始坐标系"},
}

// types of the templates' columns that hold numbers.
var types = map[string]Type{"households": Integer, "storeys": Integer, "accuracy_m": Real, "lon": Real, "lat": Real}

// Pick picks columns by name: those of a template, those of a point, those that only written files have.
func Pick(template string, names ...string) []Column {
	var columns []Column
	for _, name := range names {
		columns = append(columns, pick(template, name))
	}
	return columns
}

func pick(template, name string) Column {
	for _, list := range [][]Column{Columns(template), written, lonLat, Columns("points")} {
		for _, c := range list {
			if c.Name == name {
				if c.Type == Textual {
					c.Type = types[name]
				}
				return c
			}
		}
	}
	panic("exchange: no column " + name + " of " + template)
}

// columns are those of the layout in a file: with the columns of its point where it needs them.
func (l Layout) columns(o Output) []Column {
	return append(l.Columns[:len(l.Columns):len(l.Columns)], Pick("", l.point(o)...)...)
}

// point are the columns of a record's point. Beside a shape in a system of GDAL's there are none: a column lon is in degrees.
func (l Layout) point(o Output) []string {
	switch {
	case l.Located && o.Format.Table():
		return []string{"lon", "lat", "crs"}
	case l.Located && l.Shape == Mixed && o.CRS.System == "":
		return []string{"lon", "lat"}
	}
	return nil
}

// values are those of a record in a file, one a column.
func (l Layout) values(o Output, r Record) []Value {
	values := r.Values[:len(r.Values):len(r.Values)]
	for _, name := range l.point(o) {
		switch name {
		case "lon":
			values = append(values, Value{Number, string(appendDegrees(nil, r.Point[0]))})
		case "lat":
			values = append(values, Value{Number, string(appendDegrees(nil, r.Point[1]))})
		case "crs":
			values = append(values, Value{String, o.CRS.String()})
		}
	}
	return values
}
