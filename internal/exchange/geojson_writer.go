package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// GeoJSONWriter writes a FeatureCollection, feature by feature, that states its CRS in a member crs. Positions have up to nine
// decimals: exact for the lattice, and enough for a shifted datum to lead back to the same lattice point.
type GeoJSONWriter struct {
	w     *bufio.Writer
	datum crs.Datum // to which coordinates are brought from CGCS2000
	n     int
	line  []byte
	err   error
}

// Member is the member crs by which a GeoJSON text states the system (GeoJSON 2008, section 3).
func (c CRS) Member() string {
	name := c.statement()
	if code, ok := strings.CutPrefix(name, "EPSG:"); ok {
		name = "urn:ogc:def:crs:EPSG::" + code
	}
	if c == (CRS{Datum: crs.WGS84}) {
		name = "urn:ogc:def:crs:OGC:1.3:CRS84"
	}
	return `"crs":{"type":"name","properties":{"name":` + string(appendQuoted(nil, name)) + `}}`
}

// NewGeoJSONWriter starts a collection of features in a datum. name may be "".
func NewGeoJSONWriter(w io.Writer, name string, d crs.Datum) *GeoJSONWriter {
	g := newGeoJSONWriter(w, name, CRS{Datum: d})
	g.datum = d
	return g
}

// newGeoJSONWriter starts a collection of features whose coordinates are given in its CRS.
func newGeoJSONWriter(w io.Writer, name string, c CRS) *GeoJSONWriter {
	g := &GeoJSONWriter{w: bufio.NewWriter(w)}
	b := append(g.line, `{"type":"FeatureCollection"`...)
	if name != "" {
		b = appendQuoted(append(b, `,"name":`...), name)
	}
	g.line = append(append(append(b, ','), c.Member()...), `,"features":[`...)
	return g
}

// Write adds a feature. The geometry is in degrees of CGCS2000 (see geo.MultiPolygon.Orb) and may be nil; a MultiPolygon of one part is
// written as a Polygon.
func (g *GeoJSONWriter) Write(id string, fields []Field, geometry orb.Geometry) error {
	if g.n++; g.n > 1 {
		g.line = append(g.line, ',')
	}
	b := append(g.line, "\n{\"type\":\"Feature\""...)
	if id != "" {
		b = appendQuoted(append(b, `,"id":`...), id)
	}
	b = append(b, `,"properties":{`...)
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = f.Value.appendJSON(append(appendQuoted(b, f.Name), ':'))
	}
	b = append(b, `},"geometry":`...)
	g.line = append(g.appendGeometry(b, geometry), '}')
	return g.flush()
}

// Close ends the collection. It does not close the underlying writer.
func (g *GeoJSONWriter) Close() error {
	g.line = append(g.line, "\n]}\n"...)
	return errors.Join(g.flush(), g.w.Flush())
}

func (g *GeoJSONWriter) flush() error {
	if g.err == nil {
		_, g.err = g.w.Write(g.line)
	}
	g.line = g.line[:0]
	return g.err
}

func (g *GeoJSONWriter) appendGeometry(b []byte, geometry orb.Geometry) []byte {
	if m, ok := geometry.(orb.MultiPolygon); ok && len(m) == 1 {
		geometry = m[0]
	}
	if geometry == nil {
		return append(b, "null"...)
	}
	b = append(append(b, `{"type":"`...), geometry.GeoJSONType()...)
	b = append(b, `","coordinates":`...)
	switch v := geometry.(type) {
	case orb.Point:
		b = g.appendPosition(b, v)
	case orb.MultiPoint:
		b = appendList(b, v, g.appendPosition)
	case orb.LineString:
		b = appendList(b, v, g.appendPosition)
	case orb.MultiLineString:
		b = appendList(b, v, g.appendLine)
	case orb.Polygon:
		b = g.appendPolygon(b, v)
	case orb.MultiPolygon:
		b = appendList(b, v, g.appendPolygon)
	}
	return append(b, '}')
}

func (g *GeoJSONWriter) appendPolygon(b []byte, p orb.Polygon) []byte {
	return appendList(b, p, func(b []byte, r orb.Ring) []byte { return appendList(b, r, g.appendPosition) })
}

func (g *GeoJSONWriter) appendLine(b []byte, l orb.LineString) []byte {
	return appendList(b, l, g.appendPosition)
}

func (g *GeoJSONWriter) appendPosition(b []byte, p orb.Point) []byte {
	lon, lat := crs.FromCGCS2000(g.datum, p[0], p[1])
	b = appendDegrees(append(b, '['), lon)
	b = appendDegrees(append(b, ','), lat)
	return append(b, ']')
}

// appendDegrees writes at most nine decimals, without trailing zeros.
func appendDegrees(b []byte, v float64) []byte {
	b = strconv.AppendFloat(b, v, 'f', 9, 64)
	b = bytes.TrimRight(b, "0")
	return bytes.TrimSuffix(b, []byte("."))
}

func appendList[T any](b []byte, list []T, each func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = each(b, v)
	}
	return append(b, ']')
}

// WriteReport writes faults as a GeoJSON layer for a GIS: one feature a fault, with its rule, its sentence in Chinese and
// English, area_m2, width_m, the faces concerned (as label names them) and its place in the file. Its geometry is the region of the
// defect, else its uncancelled edges, else its place, else null.
func WriteReport(w io.Writer, d crs.Datum, faults iter.Seq[*fault.Error], label func(face int) string) error {
	g := NewGeoJSONWriter(w, "report", d)
	for f := range faults {
		fields := []Field{
			{"rule", Value{String, f.Rule}},
			{"zh", Value{String, f.Sentence(fault.Chinese)}},
			{"en", Value{String, f.Sentence(fault.English)}},
			{"file", Value{String, f.Where.File}},
			{"layer", Value{String, f.Where.Layer}},
			{"row", rowNumber(f.Where.Row)},
			{"field", Value{String, f.Where.Field}},
		}
		var shape orb.Geometry
		if f.At != nil {
			shape = f.At.Orb()
		}
		var defect geo.Defect
		if errors.As(f.Cause, &defect) {
			names := []byte{'['}
			for i, face := range defect.Faces {
				if i > 0 {
					names = append(names, ',')
				}
				names = appendQuoted(names, label(face))
			}
			fields = append(fields,
				Field{"area_m2", Value{Number, strconv.FormatFloat(defect.Area, 'f', 4, 64)}},
				Field{"width_m", Value{Number, strconv.FormatFloat(defect.Width, 'f', 4, 64)}},
				Field{"faces", Value{JSON, string(append(names, ']'))}})
			switch {
			case len(defect.Shape) > 0:
				shape = defect.Shape.Orb()
			case len(defect.Line) > 1:
				line := make(orb.LineString, len(defect.Line))
				for i, p := range defect.Line {
					line[i] = p.Orb()
				}
				shape = line
			}
		}
		if err := g.Write("", fields, shape); err != nil {
			return err
		}
	}
	return g.Close()
}

// rowNumber is a row's number, null where it is unknown.
func rowNumber(n int) Value {
	if n == 0 {
		return Value{}
	}
	return Value{Number, strconv.Itoa(n)}
}
