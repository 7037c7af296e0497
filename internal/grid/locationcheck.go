package grid

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Bounds of what a location may hold.
const (
	maxKind       = 64      // characters
	maxID         = 200     // characters, of an id and of a batch's name
	maxReason     = 1000    // characters
	maxAttributes = 16_000  // bytes of JSON
	maxDepth      = 16      // objects and lists within each other
	maxAccuracy   = 100_000 // metres
)

// Times of observations lie between these.
var firstTime, lastTime = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

// settle checks a location as its source told it, brings it into the form in which it is stored, and finds its place on the lattice.
// A zero time stays: it is not known.
func (l *Location) settle() *fault.Error {
	var f *fault.Error
	if l.Attributes, f = settleAttributes(l.Attributes); f != nil {
		return f.In(fault.Place{Field: "attributes"})
	}
	return l.settleRest()
}

// settleRest is settle where the attributes are in order.
func (l *Location) settleRest() *fault.Error {
	refuse := func(field, rule string, args fault.Args) *fault.Error {
		return fault.New(fault.Invalid, rule, args).In(fault.Place{Field: field})
	}
	switch {
	case l.Kind == KindBuilding:
		return refuse("kind", "location-building", nil)
	case !kebab(l.Kind) || len(l.Kind) > maxKind:
		return refuse("kind", "location-kind", fault.Args{"kind": excerpt(l.Kind), "max": maxKind})
	case !oneLine(l.ID, maxID) || l.ID == "":
		return refuse("id", "location-id", fault.Args{"max": maxID})
	case !oneLine(l.Batch, maxID):
		return refuse("batch", "location-batch", fault.Args{"max": maxID})
	case l.Datum > crs.BD09:
		return refuse("crs", "unknown-crs", fault.Args{"crs": int(l.Datum), "choices": "cgcs2000, wgs84, gcj02, bd09"})
	case !(l.AccuracyM >= 0 && l.AccuracyM <= maxAccuracy):
		return refuse("accuracy_m", "location-accuracy", fault.Args{"max": maxAccuracy})
	case !l.At.IsZero() && (l.At.Before(firstTime) || !l.At.Before(lastTime)):
		return refuse("at", "location-time", fault.Args{"from": firstTime.Year(), "to": lastTime.Year() - 1})
	}
	l.At = l.At.UTC().Truncate(time.Microsecond)
	var ok bool
	if math.Abs(l.Lon) <= 180 && math.Abs(l.Lat) <= 90 { // which no NaN is
		l.Point, ok = geo.FromDegrees(crs.ToCGCS2000(l.Datum, l.Lon, l.Lat))
	}
	if !ok {
		return refuse("lon", "not-on-earth", fault.Args{"lon": l.Lon, "lat": l.Lat})
	}
	if l.Kind == KindResident && len(l.Attributes) > 0 {
		return refuse("attributes", "resident-attributes", nil)
	}
	return nil
}

// kebab reports whether s is a word of small letters and digits, its parts joined by hyphens, that begins with a letter.
func kebab(s string) bool {
	for part := range strings.SplitSeq(s, "-") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return s[0] >= 'a'
}

// oneLine reports whether s is text on one line, of at most so many characters, without spaces at its ends.
func oneLine(s string, longest int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= longest && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, unicode.IsControl)
}

// excerpt is the beginning of what somebody wrote, for a sentence.
func excerpt(s string) string {
	const most = 40
	if r := []rune(strings.ToValidUTF8(s, "�")); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// settleAttributes brings attributes into one form: keys sorted, each once, no space between. None, null and {} are nil. What
// PostgreSQL could not keep is refused: the character zero, and numbers that no float64 holds.
func settleAttributes(text []byte) ([]byte, *fault.Error) {
	if len(text) == 0 || string(text) == "{}" {
		return nil, nil
	}
	if len(text) > maxAttributes {
		return nil, fault.New(fault.Invalid, "attributes-too-large", fault.Args{"max": maxAttributes / 1000})
	}
	form := func() ([]byte, *fault.Error) {
		return nil, fault.New(fault.Invalid, "attributes-form", fault.Args{"depth": maxDepth})
	}
	if !utf8.Valid(text) {
		return form()
	}
	v, err := readJSON(text)
	if err != nil {
		return form()
	}
	object, isObject := v.(map[string]any)
	if v == nil || isObject && len(object) == 0 {
		return nil, nil
	}
	if !isObject || !keepable(v, maxDepth) {
		return form()
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return form()
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// readJSON reads one value and nothing after it; numbers keep their digits.
func readJSON(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err = d.Decode(&v); err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = io.ErrUnexpectedEOF
		}
	}
	return v, err
}

// keepable reports whether PostgreSQL can keep a JSON value, which has at most so many objects and lists within each other.
func keepable(v any, depth int) bool {
	switch v := v.(type) {
	case string:
		return !strings.ContainsRune(v, 0)
	case json.Number:
		f, err := strconv.ParseFloat(string(v), 64)
		digits, _, _ := strings.Cut(strings.ToLower(string(v)), "e")
		return err == nil && (f != 0 || strings.Trim(digits, "-0.") == "") // neither too large nor too small
	case []any:
		return depth > 0 && !slices.ContainsFunc(v, func(e any) bool { return !keepable(e, depth-1) })
	case map[string]any:
		for k, e := range v {
			if depth == 0 || !keepable(k, 0) || !keepable(e, depth-1) {
				return false
			}
		}
	}
	return true
}

// says reports whether another report of the same thing has the same content. The batch is no content, and a time that
// it does not state is not compared: a source without times is given the moment of its first report.
func (l *Location) says(other *Location) bool {
	return (other.At.IsZero() || l.At.Equal(other.At)) && l.sameRaw(other) && l.AccuracyM == other.AccuracyM && sameAttributes(l.Attributes, other.Attributes)
}

// sameRaw reports whether two locations have one coordinate in one datum.
func (l *Location) sameRaw(other *Location) bool {
	return l.Lon == other.Lon && l.Lat == other.Lat && l.Datum == other.Datum
}

// sameAttributes compares by meaning: the database writes 1e2 as 100, and puts spaces and keys as it likes.
func sameAttributes(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	v, err := readJSON(a)
	w, err2 := readJSON(b)
	return err == nil && err2 == nil && sameJSON(v, w)
}

func sameJSON(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		n, ok := b.(json.Number)
		if !ok {
			return false
		}
		x, okX := new(big.Rat).SetString(string(a))
		y, okY := new(big.Rat).SetString(string(n))
		return okX && okY && x.Cmp(y) == 0
	case []any:
		list, ok := b.([]any)
		return ok && slices.EqualFunc(a, list, sameJSON)
	case map[string]any:
		object, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, object, sameJSON)
	}
	return a == b
}
