package grid

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// PointRow is a row of a file of points, as whoever reads files gives it.
type PointRow interface {
	// Refusal is why the row cannot be used; nil for a good one.
	Refusal() *fault.Error
	// Place is where the row stands.
	Place() fault.Place
	// FeatureID is an id that belongs to no column; "" for none.
	FeatureID() string
	// LonLat are degrees of a datum, longitude first. Only for good rows.
	LonLat() (lon, lat float64, d crs.Datum)
	// Cells calls yield with the column and the text of each field that has a value; isJSON where the text is JSON as it stands.
	Cells(yield func(column, text string, isJSON bool) bool)
}

// Intake says how rows of a file become locations.
type Intake struct {
	Kind       string   // of every row; "" where a column says it
	Columns    Columns  // RoleLon, RoleLat and RoleCRS are for the reader of the file
	Attributes []string // columns that are kept as attributes; nil: all that have no role
	Order      DateOrder
	Zone       *time.Location // of times that do not say theirs

	roles  map[string]Role // by column, attributes too
	buffer []byte
	simple bool // the attributes of the last location are texts and numbers, written here
}

// attribute and nothing are what a column holds that has no role.
const (
	attribute Role = "attribute"
	nothing   Role = "nothing"
)

// role is what a column holds.
func (in *Intake) role(column string) Role {
	if r, known := in.roles[column]; known {
		return r
	}
	if in.roles == nil {
		in.roles = map[string]Role{}
	}
	r := attribute
	if in.Attributes != nil && !slices.Contains(in.Attributes, column) {
		r = nothing
	}
	for role, c := range in.Columns {
		if c == column {
			r = role
		}
	}
	if len(in.roles) < maxColumns {
		in.roles[column] = r
	}
	return r
}

// maxColumns bounds the columns that an Intake remembers: each feature of GeoJSON may have others.
const maxColumns = 4096

// Location makes a location of a row. Its Attributes are valid for ever. An Intake must not be used by two goroutines at once.
func (in *Intake) Location(r PointRow) (Location, *fault.Error) {
	if f := r.Refusal(); f != nil {
		return Location{}, f
	}
	l := Location{Kind: in.Kind}
	l.Lon, l.Lat, l.Datum = r.LonLat()
	var bad *fault.Error
	start := len(in.buffer)
	in.simple = true
	r.Cells(func(column, text string, isJSON bool) bool {
		if text == "" {
			return true
		}
		var f *fault.Error
		switch in.role(column) {
		case RoleKind:
			l.Kind = text
		case RoleID:
			l.ID = strings.TrimSpace(text)
		case RoleAt:
			l.At, f = in.time(text)
		case RoleAccuracy:
			l.AccuracyM, f = metres(text)
		case attribute:
			in.attribute(start, column, text, isJSON)
		}
		if f == nil && (strings.IndexByte(text, 0) >= 0 || strings.IndexByte(column, 0) >= 0 || isJSON && strings.Contains(text, `\u0000`)) {
			f = fault.New(fault.Invalid, "nul-character", nil)
		}
		if f != nil {
			bad = f.In(fault.Place{Field: column})
		}
		return bad == nil
	})
	if len(in.buffer) > start {
		in.buffer = append(in.buffer, '}')
		l.Attributes = in.buffer[start:len(in.buffer):len(in.buffer)]
	}
	if l.ID == "" && in.Columns[RoleID] == "" {
		l.ID = r.FeatureID()
	}
	switch {
	case bad != nil:
	case l.ID == "":
		bad = fault.New(fault.Invalid, "point-without-id", nil).In(fault.Place{Field: in.Columns[RoleID]})
	case l.Kind == "":
		bad = fault.New(fault.Invalid, "point-without-kind", nil).In(fault.Place{Field: in.Columns[RoleKind]})
	}
	if bad != nil {
		in.buffer = in.buffer[:start]
		return Location{}, bad.In(r.Place())
	}
	return l, nil
}

// Settled is the location of a row in the form in which it would be stored, or why it would not be.
func (in *Intake) Settled(r PointRow) (Location, *fault.Error) {
	l, f := in.Location(r)
	if f == nil {
		if f = in.settle(&l); f != nil {
			f = f.In(r.Place())
		}
	}
	return l, f
}

// settle is Location.settle for the last location: attributes that were written here need not be read again.
func (in *Intake) settle(l *Location) *fault.Error {
	if in.simple && len(l.Attributes) <= maxAttributes {
		return l.settleRest()
	}
	return l.settle()
}

// Renew lets go of the attributes of the locations made so far, which stay valid for whoever holds them.
func (in *Intake) Renew() { in.buffer = make([]byte, 0, len(in.buffer)+len(in.buffer)/8) }

func (in *Intake) time(text string) (time.Time, *fault.Error) {
	t, rule := ParseTime(text, in.Order, in.Zone)
	if rule != "" {
		return t, fault.New(fault.Invalid, rule, fault.Args{"value": text})
	}
	return t, nil
}

// metres reads an accuracy.
func metres(text string) (float64, *fault.Error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || v < 0 || math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(text, "xXpP_") {
		return 0, fault.New(fault.Invalid, "bad-accuracy", fault.Args{"value": text})
	}
	return v, nil
}

// attribute appends a member to the JSON object that begins at start.
func (in *Intake) attribute(start int, name, text string, isJSON bool) {
	sign := byte(',')
	if len(in.buffer) == start {
		sign = '{'
	}
	in.buffer = append(appendText(append(in.buffer, sign), name), ':')
	if isJSON {
		in.buffer = append(in.buffer, text...)
		_, err := strconv.ParseFloat(text, 64)
		in.simple = in.simple && err == nil
	} else {
		in.buffer = appendText(in.buffer, text)
	}
}

// appendText writes a JSON string; bytes that are not UTF-8 become U+FFFD.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && (r != utf8.RuneError || size > 1) {
			i += size
			continue
		}
		dst = append(dst, s[from:i]...)
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', c)
		case r == utf8.RuneError:
			dst = append(dst, "\uFFFD"...)
		default:
			const hex = "0123456789abcdef"
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i += size
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}
