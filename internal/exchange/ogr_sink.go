package exchange

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// longRun bounds GDAL's programs where they write as fast as they are given rows.
const longRun = timeout(24 * time.Hour)

// ogrSink writes layers through ogr2ogr: those of a GeoPackage one after the other, those of shapefiles side by side.
type ogrSink struct {
	ctx  context.Context
	out  Output
	dir  string
	open map[string]*pipe // by the name of the layer or shapefile
	made int              // layers so far
}

func (s *ogrSink) write(r Record) error {
	p, err := s.pipe(r.Layer, shapeOf(r.Geometry))
	if err != nil {
		return err
	}
	return p.write(r)
}

// pipe is the run of ogr2ogr that takes the records of a layout with a shape.
func (s *ogrSink) pipe(layer int, shape Shape) (*pipe, error) {
	layout := s.out.Layouts[layer]
	if layout.Shape != Mixed && layout.Shape != shape {
		return nil, fault.Wrap(fault.Internal, "internal", errors.New("a record of another shape than its layout"))
	}
	if s.out.Format == GeoPackage {
		shape = layout.Shape
	}
	name := layout.Name
	if s.out.Format == Shapefile {
		name = s.out.shapefile(layer, shape)
	}
	if p := s.open[name]; p != nil {
		return p, nil
	}
	text, err := s.out.dbfText()
	if err != nil {
		return nil, err
	}
	args := []string{"-a_srs", s.out.CRS.statement(), "-nln", name, "-nlt", ogrGeometry[shape]}
	if s.out.Format == Shapefile {
		args = append(args, "-f", "ESRI Shapefile", "-lco", "ENCODING="+text.name, "-lco", "RESIZE=YES", filepath.Join(s.dir, name+".shp"))
	} else {
		if err := s.end(); err != nil { // the file takes one layer at a time
			return nil, err
		}
		args = append(args, "-f", "GPKG", "-lco", "IDENTIFIER="+layout.Title.Zh, "-lco", "DESCRIPTION="+s.out.Note)
		if s.made > 0 {
			args = append(args, "-update")
		}
		args = append(args, filepath.Join(s.dir, filepath.Base(s.out.Path)))
	}
	s.made++
	p := startPipe(s.ctx, s.out, layout, text, args)
	s.open[name] = p
	return p, nil
}

// end ends the layers that are open.
func (s *ogrSink) end() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(s.open)) {
		errs = append(errs, s.open[name].close())
		delete(s.open, name)
	}
	return errors.Join(errs...)
}

// close ends the output. Where there was no record at all, it leaves an empty layer.
func (s *ogrSink) close() error {
	if s.made == 0 {
		shape := s.out.Layouts[0].Shape
		if shape == Mixed {
			shape = Polygons
		}
		if _, err := s.pipe(0, shape); err != nil {
			return err
		}
	}
	return s.end()
}

var ogrGeometry = map[Shape]string{Mixed: "GEOMETRY", Polygons: "MULTIPOLYGON", Lines: "MULTILINESTRING", Points: "POINT", Shapeless: "NONE"}

// shapeOf is the kind of a geometry.
func shapeOf(g orb.Geometry) Shape {
	switch g.(type) {
	case orb.Point:
		return Points
	case orb.LineString, orb.MultiLineString:
		return Lines
	case orb.Polygon, orb.MultiPolygon:
		return Polygons
	}
	return Shapeless
}

// shapefile is the name, without suffix, of the shapefile that takes the records of a layout with a shape; "" where there can be none. Lines and points
// of a mixed one have files of their own.
func (o Output) shapefile(layer int, s Shape) string {
	layout := o.Layouts[layer]
	name := o.layerFile(layer)
	switch {
	case layout.Shape == s, layout.Shape == Mixed && s == Polygons:
		return name
	case layout.Shape == Mixed && s == Lines:
		return name + "_line"
	case layout.Shape == Mixed && s == Points:
		return name + "_point"
	}
	return ""
}

// ogrTable is one run of ogr2ogr, which makes a layer of the CSV that it is given: columns of known types and a column WKT. So the whole of it is
// never in memory, nor written twice.
type ogrTable struct {
	*bufio.Writer
	end  *io.PipeWriter
	done chan error
}

// ogrCasts are OGR SQL's words for the types. Text has none: a CAST would cut it by its length in UTF-8, and a column of a shapefile grows with it.
var ogrCasts = map[Type]string{Integer: "bigint", Real: "float", Boolean: "boolean", Date: "date"}

func startOGR(ctx context.Context, columns []attribute, args []string) *ogrTable {
	in, end := io.Pipe()
	t := &ogrTable{Writer: bufio.NewWriterSize(end, 1<<16), end: end, done: make(chan error, 1)}
	query, header := "SELECT ", []byte("WKT")
	for i, c := range columns {
		if i > 0 {
			query += ", "
		}
		column := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(c.name) + `"`
		if cast := ogrCasts[c.Type]; cast != "" {
			query += "CAST(" + column + " AS " + cast + ") AS " + column
		} else {
			query += column
		}
		header = appendCell(append(header, ','), []byte(c.name), ',')
	}
	t.Write(append(header, '\n')) // an error stays until the next
	args = append([]string{"-oo", "HEADERS=YES", "-oo", "EMPTY_STRING_AS_NULL=YES", "-oo", "MAX_LINE_SIZE=-1", "-oo", "GEOM_POSSIBLE_NAMES=WKT", "-oo", "KEEP_GEOM_COLUMNS=NO",
		"-dialect", "OGRSQL", "-sql", query + ` FROM "layer"`}, append(args, "CSV:/vsistdin/")...)
	go func() {
		err := gdal{limit: longRun}.stream(ctx, in, func(r io.Reader) error {
			_, err := io.Copy(io.Discard, r)
			return err
		}, "ogr2ogr", args...)
		if f := fault.From(err); f != nil && f.Rule == "gdal-cannot-read" {
			err = &fault.Error{Kind: fault.Invalid, Rule: "gdal-cannot-write", Cause: f.Cause}
		}
		in.CloseWithError(err) // whoever still writes
		t.done <- err
	}()
	return t
}

// close ends the input and waits for the layer to be whole.
func (t *ogrTable) close() error {
	flushed := t.Flush()
	t.end.Close()
	if err := <-t.done; err != nil {
		return err
	}
	return flushed
}

// pipe writes records of a layout into a run of ogr2ogr.
type pipe struct {
	*ogrTable
	out     Output
	layout  Layout
	columns []Column
	text    dbfText
	line    []byte
	n       int
}

func startPipe(ctx context.Context, out Output, layout Layout, text dbfText, args []string) *pipe {
	p := &pipe{out: out, layout: layout, columns: layout.columns(out), text: text}
	var columns []attribute
	for _, c := range p.columns {
		columns = append(columns, attribute{c.Name, c.Type})
	}
	p.ogrTable = startOGR(ctx, columns, args)
	return p
}

func (p *pipe) write(r Record) error {
	p.n++
	b := append(p.line[:0], '"')
	b = append(appendWKT(b, r.Geometry), '"')
	for i, v := range p.layout.values(p.out, r) {
		c := p.columns[i]
		if c.Type == Textual {
			if err := p.text.check(v.Text); err != nil {
				return err.In(fault.Place{Row: p.n, Field: c.Name})
			}
		}
		b = appendCell(append(b, ','), []byte(v.Text), ',')
	}
	p.line = append(b, '\n')
	_, err := p.Write(p.line)
	return err
}

// appendWKT writes a geometry as well-known text (OGC 06-103r4), polygons and lines as multiple ones.
func appendWKT(b []byte, g orb.Geometry) []byte {
	switch g := g.(type) {
	case orb.Point:
		return append(appendXY(append(b, "POINT ("...), g), ')')
	case orb.LineString:
		return appendWKT(b, orb.MultiLineString{g})
	case orb.Polygon:
		return appendWKT(b, orb.MultiPolygon{g})
	case orb.MultiLineString:
		return appendGroup(append(b, "MULTILINESTRING "...), g, appendPositions)
	case orb.MultiPolygon:
		return appendGroup(append(b, "MULTIPOLYGON "...), g, func(b []byte, p orb.Polygon) []byte { return appendGroup(b, p, appendPositions) })
	}
	return b
}

func appendPositions[L ~[]orb.Point](b []byte, line L) []byte { return appendGroup(b, line, appendXY) }

func appendXY(b []byte, p orb.Point) []byte {
	b = strconv.AppendFloat(b, p[0], 'f', -1, 64)
	return strconv.AppendFloat(append(b, ' '), p[1], 'f', -1, 64)
}

func appendGroup[T any](b []byte, list []T, each func([]byte, T) []byte) []byte {
	b = append(b, '(')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = each(b, v)
	}
	return append(b, ')')
}
