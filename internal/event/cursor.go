package event

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Cursor is how far somebody has been told: of each district the number of the last event.
type Cursor map[string]int64

// maxCursor bounds the text of a cursor, in bytes.
const maxCursor = 8 << 10

// ParseCursor reads what String wrote: `450105:17,450106:3`. "" is no cursor: nil. fault bad-event-id.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return nil, nil
	}
	bad := fault.New(fault.Invalid, "bad-event-id", nil).In(fault.Place{Field: "after"})
	if len(s) > maxCursor {
		return nil, bad
	}
	c := Cursor{}
	for part := range strings.SplitSeq(s, ",") {
		district, digits, ok := strings.Cut(part, ":")
		no, err := strconv.ParseUint(digits, 10, 63)
		if !ok || err != nil || len(district) != 6 || strings.Trim(district, "0123456789") != "" {
			return nil, bad
		}
		if _, twice := c[district]; twice {
			return nil, bad
		}
		c[district] = int64(no)
	}
	return c, nil
}

// String writes the cursor, districts in order: the id of an event in a stream, which may be of many districts.
func (c Cursor) String() string {
	var b []byte
	for i, district := range slices.Sorted(maps.Keys(c)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, district...), ':')
		b = strconv.AppendInt(b, c[district], 10)
	}
	return string(b)
}
