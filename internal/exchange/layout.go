package exchange

import (
	"strings"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Type of the values of a column in files that are written.
type Type uint8

// Types of columns.
const (
	Textual Type = iota
	Integer
	Real
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
	Located bool // in a table, a record's point is written in the columns lon, lat and crs
	Columns []Column
}

// Record is one row that is written.
type Record struct {
	Layer    int     // which of the layouts
	Values   []Value // one a column of the layout
	Geometry orb.Geometry
}

// written are the columns that only files which are written have; the others are those of the templates. Whoever reads such a file
// knows them by either header.
var written = []Column{
	{Name: "layer", Zh: "图层", Width: 10},
	{Name: "class", Zh: "等级", Width: 40},
	{Name: "parts", Zh: "部分数", Type: Integer},
	{Name: "source_id", Zh: "来源编号"},
	{Name: "comm_name", Zh: "村（社区）名称"},
	{Name: "town", Zh: "所属镇（街道）", Width: 9},
	{Name: "town_name", Zh: "镇（街道）名称"},
	{Name: "parent", Zh: "上级编码", Width: 12},
	{Name: "area_m2", Zh: "面积（平方米）", Type: Real},
	{Name: "release", Zh: "发布号", Type: Integer},
	{Name: "grid", Zh: "所在网格", Width: 15},
	{Name: "grid_name", Zh: "所在网格名称"},
	{Name: "how", Zh: "判定方式", Width: 10},
	{Name: "reason", Zh: "人工指定理由"},
	{Name: "batch", Zh: "批次"},
	{Name: "attributes", Zh: "附加属性"},
	{Name: "src_lon", Zh: "原始经度", Type: Real},
	{Name: "src_lat", Zh: "原始纬度", Type: Real},
	{Name: "src_crs", Zh: "原始坐标系", Width: 8},
}

// widths of the templates' columns in a shapefile, and those that hold numbers.
var (
	widths = map[string]int{"code": 17, "level": 20, "kind": 50, "category": 30, "community": 12, "crs": 20, "at": 35, "use": 100}
	types  = map[string]Type{"households": Integer, "storeys": Integer, "accuracy_m": Real, "lon": Real, "lat": Real}
)

// Pick picks columns by name: those of a template, those of a point, those that only written files have.
func Pick(template string, names ...string) []Column {
	var columns []Column
	for _, name := range names {
		columns = append(columns, pick(template, name))
	}
	return columns
}

func pick(template, name string) Column {
	for _, list := range [][]Column{Columns(template), written, lonLat} {
		for _, c := range list {
			if c.Name == name {
				if c.Width == 0 {
					c.Width = widths[name]
				}
				if c.Type == Textual {
					c.Type = types[name]
				}
				return c
			}
		}
	}
	panic("exchange: no column " + name + " of " + template)
}

// valid reports whether the text of a name fits a dBASE header.
func (c Column) valid() bool {
	return len(c.Name) <= 10 && strings.Trim(c.Name, "abcdefghijklmnopqrstuvwxyz_0123456789") == ""
}
