package grid

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// LocationFilter says which locations are meant; what is zero asks for nothing.
type LocationFilter struct {
	Kinds        []string
	Within       Code // district, town, community or grid in which they lie now
	Outside      bool // only those outside the net
	Hows         []How
	Since, Until time.Time // observed from the one to before the other
	Batch        string
	Box          *geo.Bounds
	ID           string // beginning of the id
}

// check refuses a filter that no location can meet and no database can read. fault bad-parameter, in the field.
func (f LocationFilter) check() error {
	level := f.Within.Level()
	for _, c := range []struct {
		field string
		wrong bool
	}{
		{"kind", slices.ContainsFunc(f.Kinds, func(k string) bool { return !kebab(k) })},
		{"within", f.Within != "" && (level < LevelDistrict || level > LevelGrid)},
		{"how", slices.ContainsFunc(f.Hows, func(h How) bool { return h != In && h != Border && h != Manual && h != Outside })},
		{"batch", !oneLine(f.Batch, maxID)},
		{"id", !utf8.ValidString(f.ID) || strings.ContainsFunc(f.ID, unicode.IsControl)},
	} {
		if c.wrong {
			return fault.New(fault.Invalid, "bad-parameter", fault.Args{"name": c.field}).In(fault.Place{Field: c.field})
		}
	}
	return nil
}

// Cursor is the last location of a page; zero before the first page.
type Cursor struct {
	At time.Time
	Key
}

// String is the cursor for addresses; "" for zero.
func (c Cursor) String() string {
	if c == (Cursor{}) {
		return ""
	}
	text, _ := json.Marshal([3]any{c.At.UnixMicro(), c.Kind, c.ID}) // numbers and strings
	return base64.RawURLEncoding.EncodeToString(text)
}

// ParseCursor reads what String wrote. fault bad-cursor.
func ParseCursor(s string) (c Cursor, err error) {
	if s == "" {
		return c, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(s)
	var micros int64
	if err == nil {
		err = json.Unmarshal(text, &[3]any{&micros, &c.Kind, &c.ID})
	}
	if c.At = time.UnixMicro(micros).UTC(); err != nil || c.At.Before(firstTime) || !c.At.Before(lastTime) || !kebab(c.Kind) || !oneLine(c.ID, maxID) {
		return Cursor{}, fault.New(fault.Invalid, "bad-cursor", nil).In(fault.Place{Field: "after"})
	}
	return c, nil
}

// Locations lists locations, the last observed first, from after a cursor on. next is zero at the end. count is how many there are
// on all pages.
func (s *Service) Locations(ctx context.Context, district Code, f LocationFilter, after Cursor, limit int) (items []Location, next Cursor, count int64, err error) {
	counts, err := s.CountLocations(ctx, district, f, CountTotal)
	if err != nil {
		return nil, next, 0, err
	}
	for _, c := range counts {
		count += c.N
	}
	items, next, err = s.page(ctx, district, f, after, limit)
	return items, next, count, err
}

// page reads one more than asked for, to know whether there is more.
func (s *Service) page(ctx context.Context, district Code, f LocationFilter, after Cursor, limit int) (items []Location, next Cursor, err error) {
	if items, err = s.Store.Locations(ctx, district, f, after, limit+1); err != nil || len(items) <= limit {
		return items, next, err
	}
	items = items[:limit]
	last := &items[limit-1]
	return items, Cursor{last.At, last.Key()}, nil
}

// StreamLocations yields all locations of a filter in the order of Locations; an error comes last. It reads page by page, so that a
// slow reader holds nothing in the database; what is posted meanwhile may or may not come.
func (s *Service) StreamLocations(ctx context.Context, district Code, f LocationFilter) iter.Seq2[Location, error] {
	const pageSize = 10_000
	return func(yield func(Location, error) bool) {
		if err := f.check(); err != nil {
			yield(Location{}, err)
			return
		}
		for after, more := (Cursor{}), true; more; more = after != (Cursor{}) {
			items, next, err := s.page(ctx, district, f, after, pageSize)
			if err != nil {
				yield(Location{}, err)
				return
			}
			for _, l := range items {
				if !yield(l, nil) {
					return
				}
			}
			after = next
		}
	}
}

// CountBy is what locations are counted by.
type CountBy string

// The ways. Those outside the net are counted with the code "".
const (
	CountTotal       CountBy = ""
	CountByGrid      CountBy = "grid"
	CountByCommunity CountBy = "community"
	CountByTown      CountBy = "town"
	CountByKind      CountBy = "kind"
	CountByDay       CountBy = "day" // of the observation, in the time zone of the service
)

// Count is how many locations have what they were counted by; the other fields are zero.
type Count struct {
	Code Code
	Kind string
	Day  time.Time // midnight UTC of the date
	N    int64
}

// CountLocations counts the locations of a filter, in the order of what they are counted by.
func (s *Service) CountLocations(ctx context.Context, district Code, f LocationFilter, by CountBy) ([]Count, error) {
	switch by {
	case CountTotal, CountByGrid, CountByCommunity, CountByTown, CountByKind, CountByDay:
	default:
		return nil, fault.New(fault.Invalid, "count-by", fault.Args{"by": excerpt(string(by))}).In(fault.Place{Field: "by"})
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	zone := "UTC"
	if s.Zone != nil {
		zone = s.Zone.String()
	}
	return s.Store.CountLocations(ctx, district, f, by, zone)
}
