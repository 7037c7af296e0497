// Package feature describes what is served as features: the collections, their properties, and what is asked of them.
package feature

import (
	"slices"

	"github.com/zhuwang/zhuwang/internal/cql"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Collection of features.
type Collection struct {
	Name       string
	Title      fault.Text
	Needs      scope.Permission
	Geometry   string // type, as GeoJSON calls it; "": of several types
	History    bool   // its features belong to releases, and are asked for by time
	Editable   bool
	Properties []Property
}

// Property of a feature. Its name is that of a column of the collection's query.
type Property struct {
	Name  string
	Type  cql.Type
	Whole bool // a number without a fraction
	Title fault.Text
	Reads bool // it is worked out, and cannot be written
}

// GeometryName is how filters name the shape of a feature.
const GeometryName = "geometry"

var (
	id        = Property{"id", cql.Text, false, fault.Text{Zh: "编码", En: "code"}, true}
	named     = Property{"name", cql.Text, false, fault.Text{Zh: "名称", En: "name"}, false}
	source    = Property{"source_id", cql.Text, false, fault.Text{Zh: "来源编号", En: "id in the source"}, false}
	district  = Property{"district", cql.Text, false, fault.Text{Zh: "城区", En: "district"}, true}
	town      = Property{"town", cql.Text, false, fault.Text{Zh: "镇、街道", En: "town or street"}, true}
	community = Property{"community", cql.Text, false, fault.Text{Zh: "村、社区", En: "village or community"}, true}
	release   = Property{"release", cql.Number, true, fault.Text{Zh: "版本", En: "release"}, true}
	validFrom = Property{"valid_from", cql.Instant, false, fault.Text{Zh: "版本生效时间", En: "from when on the release was in force"}, true}
	validTo   = Property{"valid_to", cql.Instant, false, fault.Text{Zh: "版本失效时间", En: "until when the release was in force"}, true}
)

// Collections are all of them.
var Collections = []*Collection{
	{"districts", fault.Text{Zh: "城区", En: "Districts"}, scope.SeeDivisions, "MultiPolygon", true, false, []Property{id, named, source, release, validFrom, validTo}},
	{"towns", fault.Text{Zh: "镇、街道", En: "Towns and streets"}, scope.SeeDivisions, "MultiPolygon", true, false, []Property{id, named, source, district, release, validFrom, validTo}},
	{"communities", fault.Text{Zh: "村、社区", En: "Villages and communities"}, scope.SeeDivisions, "MultiPolygon", true, false,
		[]Property{id, named, source, district, town, release, validFrom, validTo}},
	{"grids", fault.Text{Zh: "网格", En: "Grids"}, scope.SeeGrids, "MultiPolygon", true, false, []Property{id, named,
		{"kind", cql.Text, false, fault.Text{Zh: "种类", En: "kind"}, false}, {"category", cql.Text, false, fault.Text{Zh: "类别", En: "category"}, false},
		{"parts", cql.Number, true, fault.Text{Zh: "块数", En: "number of parts"}, true}, source, district, town, community, release, validFrom, validTo}},
	{"buildings", fault.Text{Zh: "建筑物", En: "Buildings"}, scope.SeeBuildings, "", false, true, []Property{id, named,
		{"address", cql.Text, false, fault.Text{Zh: "地址", En: "address"}, false}, {"use", cql.Text, false, fault.Text{Zh: "用途", En: "use"}, false},
		{"households", cql.Number, true, fault.Text{Zh: "户数", En: "households"}, false}, {"storeys", cql.Number, true, fault.Text{Zh: "层数", En: "storeys"}, false},
		source, district, {"grid", cql.Text, false, fault.Text{Zh: "所在网格", En: "grid that it lies in; empty outside the net"}, true}}},
	{"streets", fault.Text{Zh: "道路", En: "Streets"}, scope.SeeBase, "MultiLineString", false, false, []Property{id, named,
		{"class", cql.Text, false, fault.Text{Zh: "等级", En: "class"}, false}, district}},
}

// Named is the collection of a name; nil if there is none.
func Named(name string) *Collection {
	i := slices.IndexFunc(Collections, func(c *Collection) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return Collections[i]
}

// Schema is what filters may name.
func (c *Collection) Schema() cql.Schema {
	s := cql.Schema{GeometryName: cql.Shape}
	for _, p := range c.Properties {
		s[p.Name] = p.Type
	}
	return s
}
