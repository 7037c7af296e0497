package exchange

import (
	"slices"
	"strconv"

	"github.com/paulmach/orb"
)

// kindSet is the set of the kinds of value that a column was seen to hold.
type kindSet uint8

const (
	seenExact kindSet = 1 << iota // a whole number that a float64 holds too
	seenWhole                     // one that only an int64 holds
	seenReal
	seenBool
	seenText
)

func kindOfValue(v Value) kindSet {
	switch v.Kind {
	case Null:
		return 0
	case Bool:
		return seenBool
	case Number:
		if n, err := strconv.ParseInt(v.Text, 10, 64); err == nil {
			if -1<<53 <= n && n <= 1<<53 {
				return seenExact
			}
			return seenWhole
		}
		if isFraction(v.Text) {
			return seenReal
		}
	}
	return seenText
}

// isFraction reports whether a number is written with a point or an exponent and lies within a float64: a whole number of too many
// digits for an int64 is better kept as text.
func isFraction(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil && slices.ContainsFunc([]byte(s), func(c byte) bool { return c == '.' || c == 'e' || c == 'E' })
}

// holds is the type that holds every value seen.
func (s kindSet) holds() Type {
	switch {
	case s == 0 || s&seenText != 0:
		return Textual
	case s == seenBool:
		return Boolean
	case s&^(seenExact|seenWhole) == 0:
		return Integer
	case s&^(seenExact|seenReal) == 0:
		return Real
	}
	return Textual
}

// pointColumns are the columns of the point in a table that is made of shapes. They are in CGCS2000, and say so.
func (a *assigner) pointColumns() []attribute {
	switch {
	case !a.shaped || a.to.format == pointGPKG || a.to.format == pointGeoJSON:
		return nil
	case a.to.format == pointCSV:
		return []attribute{{"lon", Textual}, {"lat", Textual}, {"crs", Textual}}
	}
	return []attribute{{"lon", Real}, {"lat", Real}, {"crs", Textual}}
}

// answerColumns are those that the answer adds.
func (a *assigner) answerColumns() []attribute {
	all := []attribute{{"grid", Textual}, {"border_m", Real}, {"nearest", Textual}, {"nearest_m", Real}}
	return all[:len(a.addedColumns())]
}

// tableColumns are all columns of an output that is no copy of its input.
func (a *assigner) tableColumns() []attribute {
	return slices.Concat(a.columns, a.pointColumns(), a.answerColumns())
}

// converted is the rows of a block for an output of another format: the attributes, the point and the answer as fields.
type converted struct {
	*assigner
	index   map[string]int // of the columns, where each row has its own
	fields  []Field
	aligned []Field
}

func (a *assigner) newConverted() *converted {
	c := &converted{assigner: a}
	if a.columns != nil {
		c.index = map[string]int{}
		for i, at := range a.columns {
			c.index[at.name] = i
		}
	}
	return c
}

// row gives the fields of a row, one a column of the table where it has columns. They are valid until the next call.
func (c *converted) row(w *worker, b *block, i int) []Field {
	c.fields = w.rows.fields(b, i, c.fields[:0])
	if c.index != nil {
		c.aligned = sized(c.aligned, len(c.columns))
		clear(c.aligned)
		for _, f := range c.fields {
			if k, ok := c.index[f.Name]; ok {
				c.aligned[k] = f
			}
		}
		c.fields = append(c.fields[:0], c.aligned...)
		for k := range c.columns {
			c.fields[k].Name = c.columns[k].name
		}
	}
	if c.pointColumns() != nil {
		p := w.points[i]
		c.fields = append(c.fields, Field{"lon", Value{Number, shortest(p[0])}}, Field{"lat", Value{Number, shortest(p[1])}},
			Field{"crs", Value{String, "cgcs2000"}})
	}
	c.fields = w.appendAnswer(c.fields, i)
	return c.fields
}

// appendAnswer adds the answer as fields.
func (w *worker) appendAnswer(fields []Field, i int) []Field {
	a := w.answer(i)
	fields = append(fields, Field{"grid", a.grid.value()})
	if w.Distance {
		fields = append(fields, Field{"border_m", metresValue(a.border)}, Field{"nearest", a.nearest.value()}, Field{"nearest_m", metresValue(a.metres)})
	}
	return fields
}

// shortest writes the digits that tell a float64 from every other.
func shortest(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func (c *code) value() Value {
	if c == nil {
		return Value{}
	}
	return Value{String, c.text}
}

func metresValue(m float64) Value {
	text := appendMetres(nil, m)
	if len(text) == 0 {
		return Value{}
	}
	return Value{Number, string(text)}
}

// rowText writes rows of a text format.
type rowText interface {
	// start is what comes before the first row.
	start(added []string) []byte
	append(dst []byte, w *worker, b *block, i int) []byte
}

// csvText makes a CSV file of rows of another format.
type csvText struct{ *converted }

func (t csvText) start([]string) []byte {
	var head []byte
	for i, c := range t.tableColumns() {
		if i > 0 {
			head = append(head, ',')
		}
		head = appendCell(head, []byte(c.name), ',')
	}
	return append(head, '\n')
}

func (t csvText) append(dst []byte, w *worker, b *block, i int) []byte {
	return appendFields(dst, t.row(w, b, i))
}

func appendFields(dst []byte, fields []Field) []byte {
	for k, f := range fields {
		if k > 0 {
			dst = append(dst, ',')
		}
		dst = appendCell(dst, []byte(f.Text), ',')
	}
	return append(dst, '\n')
}

// jsonText makes objects or features of rows of another format.
type jsonText struct{ *converted }

func (t jsonText) start([]string) []byte { return nil }

func (t jsonText) append(dst []byte, w *worker, b *block, i int) []byte {
	if t.to.format == pointNDJSON {
		return append(appendObject(dst, t.row(w, b, i)), '\n')
	}
	dst = append(dst, `{"type":"Feature","geometry":{"type":"Point","coordinates":[`...)
	dst = appendPosition(dst, w.points[i])
	dst = append(dst, `]},"properties":`...)
	return append(appendObject(dst, t.row(w, b, i)), "}\n"...)
}

func appendPosition(dst []byte, p orb.Point) []byte {
	dst = strconv.AppendFloat(dst, p[0], 'f', -1, 64)
	return strconv.AppendFloat(append(dst, ','), p[1], 'f', -1, 64)
}

func appendObject(dst []byte, fields []Field) []byte {
	dst = append(dst, '{')
	for k, f := range fields {
		if k > 0 {
			dst = append(dst, ',')
		}
		dst = f.appendJSON(append(appendQuoted(dst, f.Name), ':'))
	}
	return append(dst, '}')
}

// sameJSON keeps each record as it was, with the answer in it.
type sameJSON struct{ *assigner }

func (t sameJSON) start([]string) []byte { return nil }

func (t sameJSON) append(dst []byte, w *worker, b *block, i int) []byte {
	s := b.recs[i]
	raw := b.raw[s.from:s.to]
	if t.separated {
		dst = append(dst, separator)
	}
	dst = append(dst, raw[:s.slot.at]...)
	switch s.slot.kind {
	case slotMember:
		dst = append(dst, ',')
	case slotProperties:
		dst = append(dst, `,"properties":{`...)
	case slotNull:
		dst = append(dst, '{')
	}
	a := w.answer(i)
	dst = a.grid.value().appendJSON(append(dst, `"grid":`...))
	if t.Distance {
		dst = metresValue(a.border).appendJSON(append(dst, `,"border_m":`...))
		dst = a.nearest.value().appendJSON(append(dst, `,"nearest":`...))
		dst = metresValue(a.metres).appendJSON(append(dst, `,"nearest_m":`...))
	}
	if s.slot.kind == slotProperties || s.slot.kind == slotNull {
		dst = append(dst, '}')
	}
	return append(append(dst, raw[s.slot.behind:]...), '\n')
}
