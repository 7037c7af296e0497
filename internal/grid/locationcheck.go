package grid

import (
	"math"
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
	maxKind     = 64      // characters
	maxID       = 200     // characters, of an id and of a batch's name
	maxReason   = 1000    // characters
	maxAccuracy = 100_000 // metres
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
	if f := CheckKind(l.Kind); f != nil {
		return f.In(fault.Place{Field: "kind"})
	}
	switch {
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

// CheckKind says why locations cannot be of a kind; nil if they can.
func CheckKind(kind string) *fault.Error {
	switch {
	case kind == KindBuilding:
		return fault.New(fault.Invalid, "location-building", nil)
	case !kebab(kind) || len(kind) > maxKind:
		return fault.New(fault.Invalid, "location-kind", fault.Args{"kind": excerpt(kind), "max": maxKind})
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

// says reports whether another report of the same thing has the same content. The batch is no content, and a time that
// it does not state is not compared: a source without times is given the moment of its first report.
func (l *Location) says(other *Location) bool {
	return (other.At.IsZero() || l.At.Equal(other.At)) && l.sameRaw(other) && l.AccuracyM == other.AccuracyM && sameAttributes(l.Attributes, other.Attributes)
}

// sameRaw reports whether two locations have one coordinate in one datum.
func (l *Location) sameRaw(other *Location) bool {
	return l.Lon == other.Lon && l.Lat == other.Lat && l.Datum == other.Datum
}
