package exchange

import (
	"math/big"
	"strings"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Kind of a value as the source wrote it.
type Kind uint8

// Kinds of values. JSON is an object or array, kept as text.
const (
	Null Kind = iota
	String
	Number
	Bool
	JSON
)

// Value is one field of one row: its text as the source wrote it, so that long codes keep their digits.
type Value struct {
	Kind Kind
	Text string
}

// Field is a column of the file and its value.
type Field struct {
	Name string
	Value
}

// Row is one row of a table or one feature of a layer.
type Row struct {
	N        int          // 1 = first row of data
	Line     int          // of a table: the line of the text or the row of the sheet, headers counted; else 0
	ID       string       // the feature's own id; "" if it has none
	Fields   []Field      // in the order of the file
	Geometry orb.Geometry // degrees in CGCS2000, longitude first, not yet on the lattice; nil if not wanted
	Datum    crs.Datum    // of the geometry: CGCS2000, but for points read with Options.Raw
	Fault    *fault.Error // why this row cannot be used; nil for a good one

	layer  *Layer
	placed bool // already in CGCS2000
}

// Reject is a row that was refused, by the reader or by whoever used the row.
type Reject struct {
	Row    int
	Fault  *fault.Error
	Fields []Field
}

// columns are the names of the row's fields.
func (r Row) columns() []string {
	names := make([]string, len(r.Fields))
	for i, f := range r.Fields {
		names[i] = f.Name
	}
	return names
}

// Reject refuses the row for a reason, which gets the row's place.
func (r Row) Reject(f *fault.Error) Reject {
	return Reject{Row: r.N, Fault: f.In(r.Place()), Fields: r.Fields}
}

// Place is where the row stands.
func (r Row) Place() fault.Place {
	p := fault.Place{Row: r.N, Line: r.Line}
	if r.layer != nil {
		p.File, p.Layer = r.layer.File, r.layer.Name
	}
	return p
}

// Get is the text of a field by our name for it: the column that Options.Fields maps it to, else the column of that name,
// else one of its Chinese or English aliases (Columns). ok is false where the row has no such column or no value in it.
// Numbers that are whole come without exponent or decimals. Spaces around the text are cut off.
func (r Row) Get(name string) (text string, ok bool) {
	v, ok := r.value(name)
	if !ok || v.Kind == Null {
		return "", false
	}
	text = strings.TrimSpace(v.String())
	return text, text != ""
}

func (r Row) value(name string) (Value, bool) {
	_, mapped := r.layer.opts.Fields[name]
	for _, column := range r.layer.columnsOf(name) {
		for _, f := range r.Fields {
			if f.Name == column || !mapped && strings.EqualFold(f.Name, column) {
				return f.Value, true
			}
		}
	}
	return Value{}, false
}

// String is the value as text: null is "", and a whole number is written as digits alone.
func (v Value) String() string {
	switch v.Kind {
	case Null:
		return ""
	case Number:
		return wholeNumber(v.Text)
	}
	return v.Text
}

// wholeNumber writes 4.50105001001001e14 and 450105001001001.0 as 450105001001001; anything else stays as it is.
func wholeNumber(s string) string {
	if !strings.ContainsAny(s, ".eE") || len(s) > 40 {
		return s
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 && len(s)-i > 4 { // 1e99999999 must not be expanded
		return s
	}
	x, ok := new(big.Rat).SetString(s)
	if !ok || !x.IsInt() || x.Num().BitLen() > 128 {
		return s
	}
	return x.Num().String()
}

// Map is the fields as text by the file's names for them.
func (r Row) Map() map[string]string {
	m := make(map[string]string, len(r.Fields))
	for _, f := range r.Fields {
		m[f.Name] = f.String()
	}
	return m
}

// Shape is the row's polygons on the lattice and the largest shift by rounding in metres. Only for rows without a Fault.
func (r Row) Shape() (shape geo.MultiPolygon, shift float64, err error) {
	return geo.FromOrb(r.Geometry)
}

// Lines are the row's lines on the lattice and the largest shift by rounding in metres. Only for rows without a Fault.
func (r Row) Lines() (lines [][]geo.Point, shift float64, err error) {
	return geo.LinesFromOrb(r.Geometry)
}

// PointIn is the point, on the lattice, whose longitude and latitude stand in two columns beside the row's geometry, in degrees of the
// file's datum; ok is false where both are empty.
func (r Row) PointIn(lon, lat string) (p geo.Point, ok bool, f *fault.Error) {
	text := [2]string{}
	for _, field := range r.Fields {
		switch field.Name {
		case lon:
			text[0] = strings.TrimSpace(field.String())
		case lat:
			text[1] = strings.TrimSpace(field.String())
		}
	}
	if text == [2]string{} {
		return p, false, nil
	}
	var at orb.Point
	for axis, column := range []string{lon, lat} {
		v, rule := parseCoordinate(text[axis])
		if rule != "" {
			return p, false, fault.New(fault.Invalid, rule, fault.Args{"value": text[axis]}).In(fault.Place{Field: column}).In(r.Place())
		}
		at[axis] = v
	}
	if c := r.layer.CRS; c.System != "" {
		return p, false, fault.New(fault.Invalid, "columns-need-datum", fault.Args{"crs": c.System}).In(fault.Place{Field: lon}).In(r.Place())
	} else if f := c.placePoint(&at); f != nil {
		return p, false, f.In(fault.Place{Field: lon}).In(r.Place())
	}
	p, _ = geo.FromDegrees(at[0], at[1])
	return p, true, nil
}

// Point is the row's point on the lattice. Only for rows of points without a Fault.
func (r Row) Point() geo.Point {
	p, _ := r.Geometry.(orb.Point)
	q, _ := geo.FromDegrees(p[0], p[1])
	return q
}

// Refusal is why the row cannot be used; nil for a good one.
func (r Row) Refusal() *fault.Error { return r.Fault }

// FeatureID is the feature's own id, "" for none.
func (r Row) FeatureID() string { return r.ID }

// LonLat is the row's point in degrees of its datum. Only for rows of points without a Fault.
func (r Row) LonLat() (lon, lat float64, d crs.Datum) {
	p, _ := r.Geometry.(orb.Point)
	return p[0], p[1], r.Datum
}

// Cells calls yield with each field that has a value: the file's name for it, its text (String), and whether the text is JSON as it
// stands, a number for instance, rather than a text.
func (r Row) Cells(yield func(column, text string, isJSON bool) bool) {
	for _, f := range r.Fields {
		if f.Kind != Null && !yield(f.Name, f.String(), f.Kind != String) {
			return
		}
	}
}
