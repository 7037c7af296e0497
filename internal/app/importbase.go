package app

import (
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type importBaseCmd struct {
	File string `arg:"" help:"道路、水系、桥梁或地块的文件，或 OpenStreetMap 数据 · File of streets, water, bridges or blocks, or data of OpenStreetMap."`
	source
	District string `required:"" placeholder:"D" help:"城区编码，6 位 · Code of the district, 6 digits."`
	As       string `placeholder:"street|water|bridge|block" help:"文件里是哪一类 · What the file holds."`
	OSM      bool   `name:"osm" help:"按 OpenStreetMap 的标签归类（.osm、.pbf 文件不必写）· Sort by the tags of OpenStreetMap (of .osm and .pbf files this is understood)."`
	Class    string `placeholder:"C" help:"没有写明类别的行属于哪一类 · Class of the rows that say none."`
	Field    string `placeholder:"class=…,name=…" help:"字段对应：id、class、name · Columns to read."`
	rowImport
}

// osmLayers are what GDAL makes of a file of OpenStreetMap, as far as it is drawn.
var osmLayers = []string{"lines", "multipolygons"}

func (c importBaseCmd) Run(e *env) error {
	district, err := c.district(c.District)
	if err != nil {
		return err
	}
	in, err := c.input()
	if err != nil {
		return err
	}
	layers, err := c.layers(e, in.Layer)
	if err != nil {
		return err
	}
	return e.with(func(_ *database, service *grid.Service) error {
		return c.attempt(e, func() error { return c.once(e, service, district, in, layers) })
	})
}

// input reads the flags.
func (c importBaseCmd) input() (in grid.BaseInput, err error) {
	in = grid.BaseInput{File: filepath.Base(c.File), Source: c.sourceName(c.File, c.Layer), Replace: c.Replace, Layer: grid.Layer(c.As)}
	known := fault.Args{"layer": c.As, "known": "street, water, bridge, block"}
	switch osm := c.OSM || c.ofOSM(); {
	case c.As == "" && !osm:
		return in, fault.New(fault.Usage, "base-needs-layer", nil)
	case c.As != "" && !slices.Contains(grid.Layers(), in.Layer), c.As != "" && c.OSM:
		return in, fault.New(fault.Usage, "no-such-base", known)
	}
	if c.Class != "" {
		class, ok := grid.ParseClass(in.Layer, c.Class)
		if !ok {
			return in, fault.New(fault.Usage, "unknown-class", fault.Args{"class": c.Class, "known": strings.Join(grid.Classes(in.Layer), ", ")})
		}
		in.Class = class
	}
	fields, err := exchange.ParseMapping(c.Field)
	if err == nil {
		err = knownFields(fields, grid.BaseFields)
	}
	in.Fields = fields
	return in, err
}

// ofOSM reports whether the file is one of OpenStreetMap's own.
func (c importBaseCmd) ofOSM() bool {
	ext := strings.ToLower(filepath.Ext(c.File))
	return ext == ".osm" || ext == ".pbf"
}

// layers opens what is to be read of the file.
func (c importBaseCmd) layers(e *env, as grid.Layer) (layers []*exchange.Layer, err error) {
	names := []string{c.Layer}
	if c.Layer == "" && c.ofOSM() {
		names = osmLayers
	}
	for _, name := range names {
		o := c.options(map[grid.Layer]exchange.Want{grid.Street: exchange.WantLines, grid.Bridge: exchange.WantLines,
			grid.Block: exchange.WantPolygons, grid.Water: exchange.WantLines | exchange.WantPolygons, "": exchange.WantLines | exchange.WantPolygons}[as])
		o.Layer = name
		layer, err := exchange.Read(e.ctx, c.File, o)
		if err != nil {
			return nil, err
		}
		layers = append(layers, layer)
	}
	return layers, nil
}

// once compares the file with what is stored, shows the difference, asks, and writes.
func (c importBaseCmd) once(e *env, service *grid.Service, district grid.Code, in grid.BaseInput, layers []*exchange.Layer) (err error) {
	if in.Basis, err = service.BaseBasis(e.ctx, district); err != nil {
		return err
	}
	var all []*layerRows
	own := in.File
	for _, l := range layers {
		all = append(all, newLayerRows(l, nil))
	}
	if len(layers) > 1 {
		own = "" // the layers are to be named
	}
	in.Rows = c.rows(e, all)
	a, err := grid.AssembleBase(in)
	if err != nil {
		return e.refused(err, in.File)
	}
	var columns []string
	for _, l := range all {
		for _, column := range l.columns {
			if !slices.Contains(columns, column) {
				columns = append(columns, column)
			}
		}
	}
	if err := c.tellRefused(e, own, c.File, columns, a.Refused, a.Bad, a.Rows); err != nil {
		return err
	}
	if in.Layer != "" {
		e.sayColumns(grid.BaseFields, a.Columns, nil, columns)
	}
	e.sayBase(a, c.Replace)
	written, err := c.write(e, a.Empty(), func() error { return service.Store.ChangeBase(e.ctx, district, a.Change) })
	if err != nil || !c.JSON {
		return err
	}
	n := counts{rows: a.Rows, refused: a.Bad}
	perLayer := map[string]any{}
	for l, k := range a.Layers {
		n.new, n.changed, n.same, n.absent, n.removed = n.new+k.New, n.changed+k.Changed, n.same+k.Same, n.absent+k.Absent, n.removed+k.Removed
		perLayer[string(l)] = map[string]int{"new": k.New, "changed": k.Changed, "same": k.Same, "absent": k.Absent, "removed": k.Removed}
	}
	return e.printJSON(c.result(map[string]any{"layers": perLayer, "far": a.Far, "other": a.Other}, n, written))
}

// rows reads layers one after the other. One of OpenStreetMap's may be empty, but not all.
func (c importBaseCmd) rows(e *env, layers []*layerRows) iter.Seq2[grid.Row, error] {
	return func(yield func(grid.Row, error) bool) {
		var none error
		some := false
		for _, l := range layers {
			for r, err := range l.all(e.ctx) {
				if err != nil && fault.From(err).Rule == "no-rows" {
					none = err
					continue
				}
				some = true
				if !yield(r, err) {
					return
				}
			}
		}
		if !some && none != nil {
			yield(grid.Row{}, none)
		}
	}
}

var layerWords = map[grid.Layer]fault.Text{
	grid.Street: {Zh: "道路", En: "streets"}, grid.Water: {Zh: "水系", En: "water"}, grid.Bridge: {Zh: "桥梁", En: "bridges"}, grid.Block: {Zh: "地块", En: "blocks"},
}

// sayBase says what a file of base features comes to.
func (e *env) sayBase(a *grid.BaseAssembly, replace bool) {
	e.say("读到 %d 行。与库中相比：", "Rows read: %d. Against what is stored:", a.Rows)
	absent, removed := 0, 0
	for _, l := range grid.Layers() {
		n := a.Layers[l]
		absent, removed = absent+n.Absent, removed+n.Removed
		if *n != (grid.LayerCount{}) {
			e.say("  %s：新增 %d，变更 %d，不变 %d", "  %s: %d new, %d changed, %d the same", e.word(layerWords[l]), n.New, n.Changed, n.Same)
		}
	}
	if a.Other > 0 {
		e.say("%d 行不上底图（标签无关、步道、地下设施等）。", "%d rows have no place on the base map (other tags, footpaths, what runs underground).", a.Other)
	}
	if a.Far > 0 {
		e.say("%d 行离城区超过 %.0f 米，未取。", "%d rows lie more than %.0f m beyond the district and were left out.", a.Far, grid.Surroundings)
	}
	e.sayAbsent(absent, removed, a.Kept, replace)
}
