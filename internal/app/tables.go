package app

import (
	"context"
	"iter"
	"strings"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// source says how a file is to be read; several commands share it.
type source struct {
	CRS         string `name:"crs" placeholder:"C" help:"坐标系：cgcs2000、wgs84、gcj02、bd09 或 EPSG:n；末尾加 ! 表示以此为准 · Datum of the coordinates: cgcs2000, wgs84, gcj02, bd09 or EPSG:n; a trailing ! overrules what the file states."`
	Layer       string `placeholder:"L" help:"多图层文件中的图层 · Layer of a file with several."`
	Encoding    string `placeholder:"E" help:"文字编码，如 gbk · Encoding of text, as gbk."`
	DropHeights bool   `help:"舍去高程 · Forget heights."`
}

func (s source) options(want exchange.Want) exchange.Options {
	return exchange.Options{CRS: s.CRS, Layer: s.Layer, Encoding: s.Encoding, DropHeights: s.DropHeights, Want: want}
}

// readTable reads a whole file into a table of the domain. Rows that cannot be used stay in it with their faults.
func (e *env) readTable(path string, o exchange.Options) (*grid.Table, error) {
	layer, err := exchange.Read(e.ctx, path, o)
	if err != nil {
		return nil, err
	}
	rows := newLayerRows(layer, nil)
	t := &grid.Table{File: layer.File}
	for r, err := range rows.all(e.ctx) {
		if err != nil {
			return nil, err
		}
		t.Rows = append(t.Rows, r)
	}
	t.Columns = rows.columns
	return t, nil
}

// layerRows are the rows of a layer as the domain takes them.
type layerRows struct {
	layer   *exchange.Layer
	columns []string          // in the order in which they appear; of some formats only the rows know them
	point   map[string]string // the columns lon and lat of a point beside the shape; none where it is not wanted
}

func newLayerRows(layer *exchange.Layer, point map[string]string) *layerRows {
	return &layerRows{layer: layer, columns: layer.Columns, point: point}
}

// all reads the rows, one at a time.
func (l *layerRows) all(ctx context.Context) iter.Seq2[grid.Row, error] {
	known := map[string]bool{}
	for _, c := range l.columns {
		known[c] = true
	}
	return func(yield func(grid.Row, error) bool) {
		for r, err := range l.layer.Rows(ctx) {
			if err != nil {
				yield(grid.Row{}, err)
				return
			}
			row := grid.Row{N: r.N, Line: r.Line, Layer: l.layer.Name, ID: r.ID, Fields: make(map[string]string, len(r.Fields))}
			for _, f := range r.Fields {
				if !known[f.Name] {
					known[f.Name] = true
					l.columns = append(l.columns, f.Name)
				}
				row.Fields[f.Name] = f.String()
			}
			if r.Fault != nil {
				row.Faults = append(row.Faults, r.Fault)
			} else if err := l.place(&row, r); err != nil {
				row.Faults = append(row.Faults, fault.From(err).In(r.Place()))
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// place puts the geometry of a row onto the lattice.
func (l *layerRows) place(to *grid.Row, r exchange.Row) (err error) {
	switch r.Geometry.(type) {
	case orb.Point:
		p := r.Point()
		to.Point = &p
	case orb.LineString, orb.MultiLineString:
		to.Lines, to.Shift, err = r.Lines()
	case orb.Polygon, orb.MultiPolygon:
		if to.Shape, to.Shift, err = r.Shape(); err == nil && l.point != nil {
			if p, ok, f := r.PointIn(l.point["lon"], l.point["lat"]); f != nil {
				return f
			} else if ok {
				to.Point = &p
			}
		}
	}
	return err
}

// mappingOf reads `--field code=GEOID10,name=NAME`.
func mappingOf(s string) (grid.Mapping, error) {
	fields, err := exchange.ParseMapping(s)
	if err != nil {
		return grid.Mapping{}, err
	}
	var m grid.Mapping
	names := map[string]*string{"code": &m.Code, "name": &m.Name, "kind": &m.Kind, "category": &m.Category, "parts": &m.Parts, "source": &m.Source}
	for ours, column := range fields {
		p := names[ours]
		if p == nil {
			return m, fault.New(fault.Usage, "mapping-unknown", fault.Args{"name": ours, "names": "code, name, kind, category, parts, source"})
		}
		*p = column
	}
	return m, nil
}

// above reads `--community FILE|layer:L|field:F|prefix:N`; a layer is one of the net's own file.
func (e *env) above(flag, s, net string, src source) (grid.Above, error) {
	if f, ok := strings.CutPrefix(s, "field:"); ok {
		return grid.Above{Field: f}, nil
	}
	if n, ok := strings.CutPrefix(s, "prefix:"); ok {
		length := 0
		for _, r := range n {
			if r < '0' || r > '9' || length > 100 {
				length = 0
				break
			}
			length = length*10 + int(r-'0')
		}
		if length == 0 {
			return grid.Above{}, fault.New(fault.Usage, "bad-prefix", fault.Args{"flag": flag, "value": s})
		}
		return grid.Above{Prefix: length}, nil
	}
	if s == "" {
		return grid.Above{}, nil
	}
	layer, ofNet := strings.CutPrefix(s, "layer:")
	if src.Layer = ""; ofNet {
		s, src.Layer = net, layer
	}
	t, err := e.readTable(s, src.options(exchange.WantPolygons))
	if err != nil {
		return grid.Above{}, err
	}
	if ofNet {
		t.File += ":" + layer
	}
	return grid.Above{Table: t}, nil
}
