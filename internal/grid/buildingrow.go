package grid

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// buildingHeaders are the usual headers of a file of buildings, in lower case; the template carries the first of them in each language.
var buildingHeaders = map[string][]string{
	"id":         {"id", "编号", "建筑物编号", "楼栋编号"},
	"code":       {"code", "建筑物编码", "编码", "楼栋编码", "代码"},
	"name":       {"name", "名称", "建筑物名称", "楼栋名称", "楼名"},
	"address":    {"address", "地址", "门牌地址", "门楼牌地址", "标准地址"},
	"households": {"households", "户数"},
	"storeys":    {"storeys", "层数", "楼层", "地上层数"},
	"use":        {"use", "用途", "建筑用途"},
}

// BuildingFields are our names for the columns of a file of buildings.
var BuildingFields = []string{"id", "code", "name", "address", "households", "storeys", "use"}

// Bounds of what a row may say.
const (
	maxText       = 200 // characters
	maxHouseholds = 100_000
	maxStoreys    = 300
)

// buildingDraft is a row on its way to a building.
type buildingDraft struct {
	Building
	row     int
	line    int
	said    string // in the column of codes
	named   bool   // by an id or a code: the id of others is their place
	hasArea bool   // it has a footprint
	door    bool   // its point was given beside the footprint
}

// readBuilding reads a row. A row that has no geometry that can be used still tells which building it means, if it names it.
func readBuilding(h *headers, r *Row) (d buildingDraft, faults []*fault.Error) {
	d = buildingDraft{row: r.N, line: r.Line, said: h.value(r, "code")}
	d.Name, d.Address, d.Use = h.value(r, "name"), h.value(r, "address"), h.value(r, "use")
	if d.ID = h.value(r, "id"); d.ID == "" && d.said == "" {
		d.ID = r.ID
	}
	d.named = d.ID != "" || d.said != ""
	for _, name := range BuildingFields {
		if text := h.value(r, name); !legible(text) {
			faults = append(faults, fault.New(fault.Invalid, "bad-text", fault.Args{"limit": maxText}).In(fault.Place{Field: h.found[name].column}))
		}
	}
	count := func(name string, most int) int {
		n, f := parseCount(h.value(r, name), most)
		if f != nil {
			faults = append(faults, f.In(fault.Place{Field: h.found[name].column}))
		}
		return n
	}
	d.Households, d.Storeys = count("households", maxHouseholds), count("storeys", maxStoreys)
	if len(r.Faults) > 0 {
		return d, append(faults, r.Faults...)
	}
	if d.hasArea = r.Shape != nil; d.hasArea {
		if defects := geo.Validate(r.Shape); len(defects) > 0 {
			return d, append(faults, examined(defects)...)
		}
		d.Footprint = geo.Normalize(r.Shape)
	}
	switch {
	case r.Point != nil:
		d.Point, d.door = *r.Point, d.hasArea
	case d.hasArea:
		d.Point = geo.LabelPoint(d.Footprint)
	}
	return d, faults
}

// legible refuses what no register means to say: control characters, and text without end.
func legible(s string) bool {
	return utf8.RuneCountInString(s) <= maxText && strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) }) < 0
}

// parseCount reads a whole number; none is 0.
func parseCount(s string, most int) (int, *fault.Error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > most || s[0] == '+' {
		return 0, fault.New(fault.Invalid, "bad-count", fault.Args{"value": s, "most": most})
	}
	return n, nil
}

// placeID names a building by where it lies, for want of a better name.
func placeID(p geo.Point) string { return fmt.Sprintf("%.7f,%.7f", p.Lon(), p.Lat()) }

// sameBuilding reports whether two buildings are alike in all that is stored of them.
func sameBuilding(a, b *Building) bool {
	return a.ID == b.ID && a.Source == b.Source && a.Code == b.Code && a.Name == b.Name && a.Address == b.Address && a.Point == b.Point &&
		a.Households == b.Households && a.Storeys == b.Storeys && a.Use == b.Use && a.Area == b.Area && geo.Equal(a.Footprint, b.Footprint)
}
