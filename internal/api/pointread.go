package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

const pointForm = `{"kind":…,"id":…,"lon":…,"lat":…,"crs":…}`

// pointText is a point as it came. What it does not say is nil or empty.
type pointText struct {
	Kind       string          `json:"kind"`
	ID         string          `json:"id"`
	At         string          `json:"at"`
	Lon        *float64        `json:"lon"`
	Lat        *float64        `json:"lat"`
	Crs        string          `json:"crs"`
	AccuracyM  float64         `json:"accuracy_m"`
	Attributes json.RawMessage `json:"attributes"`
	Batch      string          `json:"batch"`
}

// location reads what a point says; what it leaves out is that of the request. Whether the domain takes it is not judged here.
func (t pointText) location(d defaults) (l grid.Location, err error) {
	l = grid.Location{Kind: cmp.Or(t.Kind, d.kind), ID: t.ID, AccuracyM: t.AccuracyM, Batch: cmp.Or(t.Batch, d.batch)}
	switch {
	case l.Kind == "":
		return l, missingField("kind")
	case l.ID == "":
		return l, missingField("id")
	case t.Lon == nil:
		return l, missingField("lon")
	case t.Lat == nil:
		return l, missingField("lat")
	}
	l.Lon, l.Lat = *t.Lon, *t.Lat
	if l.Datum, err = datum(cmp.Or(t.Crs, d.crs)); err != nil {
		return l, err
	}
	if l.Point, err = place(l.Lon, l.Lat, l.Datum.String()); err != nil {
		return l, err
	}
	if l.At, err = momentOf("at", t.At); err != nil {
		return l, err
	}
	if !bytes.Equal(t.Attributes, []byte("null")) {
		l.Attributes = t.Attributes
	}
	return l, nil
}

// momentOf reads an RFC 3339 time; "" is the zero time.
func momentOf(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.IsZero() {
		return t, badField(name)
	}
	return t, nil
}

// pointColumns are the columns of CSV that are fields of a point, in the order of pointText.
var pointColumns = []string{"kind", "id", "at", "lon", "lat", "crs", "accuracy_m", "attributes", "batch"}

// answerColumns are those that an answer adds, or fills in where the question has them: an answer may be corrected and sent again.
var answerColumns = []string{"grid", "how", "release", "replayed", "error"}

// toldColumns are those of the list points.csv that say what the server knows of a point: no attributes of a point that is sent again.
var toldColumns = []string{"grid", "grid_name", "how", "release", "reason", "by", "made_at", "changed", "revision", "place_lon", "place_lat"}

// table is where the columns of a CSV body are.
type table struct {
	head    []string
	field   map[string]int // position by field
	answer  []int          // of answerColumns
	others  []int          // columns that become attributes
	columns int            // of the question
	width   int            // of an answer
}

// newTable reads the head of a CSV body.
func newTable(head []string) (*table, error) {
	if len(head) > maxColumns {
		return nil, fault.New(fault.Invalid, "too-many-columns", fault.Args{"max": maxColumns})
	}
	t := &table{field: map[string]int{}, columns: len(head)}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	seen := map[string]bool{}
	for i, name := range head {
		name = strings.TrimSpace(name)
		if seen[name] && name != "" {
			return nil, fault.New(fault.Invalid, "repeated-column", fault.Args{"name": name})
		}
		seen[name] = true
		switch lower := strings.ToLower(name); {
		case slices.Contains(pointColumns, lower):
			t.field[lower] = i
		case !slices.Contains(answerColumns, lower) && !slices.Contains(toldColumns, lower):
			t.others = append(t.others, i)
		}
		t.head = append(t.head, name)
	}
	for _, name := range []string{"id", "lon", "lat"} {
		if _, ok := t.field[name]; !ok {
			return nil, fault.New(fault.Invalid, "no-such-column", fault.Args{"name": name})
		}
	}
	t.width = t.columns
	for _, name := range answerColumns {
		i := slices.IndexFunc(t.head, func(h string) bool { return strings.EqualFold(h, name) })
		if i < 0 {
			i = t.width
			t.width++
			t.head = append(t.head, name)
		}
		t.answer = append(t.answer, i)
	}
	return t, nil
}

// read makes a point of a record that has every column.
func (t *table) read(record []string) (p pointText, err error) {
	text := func(name string) string {
		if i, ok := t.field[name]; ok {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	number := func(name string) *float64 {
		s := text(name)
		if s == "" {
			return nil
		}
		v, e := strconv.ParseFloat(s, 64)
		if e != nil && err == nil {
			err = fault.New(fault.Invalid, "bad-number", fault.Args{"value": s}).In(fault.Place{Field: name})
		}
		return &v
	}
	p = pointText{Kind: text("kind"), ID: text("id"), At: text("at"), Lon: number("lon"), Lat: number("lat"), Crs: text("crs"), Batch: text("batch")}
	if accuracy := number("accuracy_m"); accuracy != nil {
		p.AccuracyM = *accuracy
	}
	if err != nil {
		return p, err
	}
	p.Attributes, err = t.attributes(text("attributes"), record)
	return p, err
}

// attributes are those of the column of this name, and every other column that is not empty.
func (t *table) attributes(text string, record []string) (json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			return nil, badField("attributes")
		}
	}
	said := text != ""
	for _, i := range t.others {
		value := strings.TrimSpace(record[i])
		if value == "" {
			continue
		}
		if t.head[i] == "" {
			return nil, fault.New(fault.Invalid, "unnamed-column", fault.Args{"column": i + 1, "value": value})
		}
		if _, twice := all[t.head[i]]; twice {
			return nil, fault.New(fault.Invalid, "repeated-column", fault.Args{"name": t.head[i]})
		}
		quoted, err := json.Marshal(value)
		if err != nil {
			return nil, badField(t.head[i])
		}
		all[t.head[i]], said = quoted, true
	}
	if !said {
		return nil, nil
	}
	return json.Marshal(all)
}

// row is the answer to a record: its own columns, and what became of the point.
func (t *table) row(record []string, p PointPosted) []string {
	row := make([]string, t.width)
	copy(row, record)
	said := [...]string{"", "", "", "", ""} // as answerColumns
	switch {
	case p.Error != nil:
		said[4] = p.Error.Rule + ": " + p.Error.Title
	default:
		said[0], said[2], said[3] = value(p.Grid), strconv.Itoa(p.Release), strconv.FormatBool(p.Replayed)
		if p.How != nil {
			said[1] = string(*p.How)
		}
	}
	for k, i := range t.answer {
		row[i] = said[k]
	}
	return row
}
