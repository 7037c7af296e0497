package exchange

import (
	"bytes"
	"context"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// csvHead is what a CSV output takes over from a CSV input.
type csvHead struct {
	header []byte
	comma  byte
	crlf   bool
	bom    bool // Excel takes UTF-8 without the mark for the local encoding
}

// openCSVPoints opens a text table and reads its header.
func (a *assigner) openCSVPoints(ctx context.Context) error {
	if c := a.Comma; !separates(c) {
		return fault.New(fault.Usage, "bad-delimiter", fault.Args{"delimiter": string(c)})
	}
	s, _, err := openStream(ctx, a.from, a.Encoding)
	if err != nil {
		return err
	}
	l := a.input
	src := &textSource{stream: s, most: blockRows, newRows: func() pointRows { return newCSVRows(a) }}
	src.cut = func(r io.Reader, offset int64, line int) cutter {
		c := newRecords(r, l.comma())
		c.off, c.line = offset, line
		return c
	}
	src.records = src.cut(s, 0, 1)
	a.source = src
	first, err := src.records.next()
	if err == io.EOF {
		return fault.New(fault.Invalid, "empty-file", nil)
	}
	if err != nil {
		return err
	}
	if l.Columns, err = headerOf(first, l.comma(), a.Encoding); err != nil {
		return err
	}
	if err := l.openTable(ctx); err != nil {
		return err
	}
	a.head = &csvHead{header: slices.Clone(first.raw), comma: l.comma(), crlf: first.crlf, bom: s.bom > 0 || s.decoded}
	a.decoded = s.decoded
	for _, c := range l.Columns {
		a.columns = append(a.columns, attribute{c, Textual})
	}
	if l.CRS.System != "" {
		src.most = batchVertices
	}
	return nil
}

// csvRows reads the rows of text tables.
type csvRows struct {
	*assigner
	comma         byte
	lon, lat, crs int
	cells         [][]byte
	scratch       []byte
}

func newCSVRows(a *assigner) *csvRows {
	r := &csvRows{assigner: a, comma: a.input.comma(), crs: a.input.rowCRS()}
	r.lon, _ = a.input.columnIndex("lon")
	r.lat, _ = a.input.columnIndex("lat")
	return r
}

func (r *csvRows) locate(b *block, i int) (p orb.Point, from CRS, f *fault.Error) {
	s := b.recs[i]
	raw := b.raw[s.from:s.to]
	if s.long {
		return p, from, fault.New(fault.Invalid, "row-too-long", fault.Args{"limit": maxRecord >> 20})
	}
	if !utf8.Valid(raw) || r.decoded && bytes.ContainsRune(raw, utf8.RuneError) {
		return p, from, badText(raw, r.Encoding)
	}
	var ok bool
	r.cells, r.scratch, ok = record{raw: raw, quotes: s.quotes}.split(r.cells[:0], r.scratch[:0], r.comma)
	switch {
	case !ok:
		return p, from, fault.New(fault.Invalid, "bad-quote", nil)
	case len(r.cells) != len(r.columns):
		return p, from, fault.New(fault.Invalid, "field-count", fault.Args{"has": len(r.cells), "columns": len(r.columns)})
	}
	for axis, c := range [2]int{r.lon, r.lat} {
		v, rule := parseCoordinate(string(r.cells[c]))
		if rule != "" {
			return p, from, fault.New(fault.Invalid, rule, fault.Args{"value": string(r.cells[c])}).In(fault.Place{Field: r.input.Columns[c]})
		}
		p[axis] = v
	}
	if r.crs < 0 {
		return p, r.input.CRS, nil
	}
	from, f = r.input.ownCRS(string(r.cells[r.crs]))
	if f != nil {
		f = f.In(fault.Place{Field: r.input.Columns[r.crs]})
	}
	return p, from, f
}

func (r *csvRows) fields(b *block, i int, dst []Field) []Field {
	s := b.recs[i]
	r.cells, r.scratch, _ = record{raw: b.raw[s.from:s.to], quotes: s.quotes}.split(r.cells[:0], r.scratch[:0], r.comma)
	for k, c := range r.cells {
		dst = append(dst, Field{r.columns[k].name, Value{String, string(c)}})
	}
	return dst
}

func (r *csvRows) text(b *block, i int) (int, []byte) { return b.text(i) }

// sameCSV keeps each row of a CSV file as it was and adds the answer.
type sameCSV struct {
	*csvHead
	net     *net
	lineEnd string
}

func newSameCSV(a *assigner) *sameCSV {
	e := &sameCSV{csvHead: a.head, net: a.net, lineEnd: "\n"}
	if a.head.crlf {
		e.lineEnd = "\r\n"
	}
	return e
}

// start writes the header.
func (e *sameCSV) start(added []string) []byte {
	var head []byte
	if e.bom {
		head = append(head, bomUTF8...)
	}
	head = append(head, e.header...)
	for _, c := range added {
		head = append(append(head, e.comma), c...)
	}
	return append(head, e.lineEnd...)
}

func (e *sameCSV) append(dst []byte, w *worker, b *block, i int) []byte {
	s := b.recs[i]
	dst = append(dst, b.raw[s.from:s.to]...)
	a := w.answer(i)
	dst = appendCode(append(dst, e.comma), a.grid, e.comma)
	if w.Distance {
		dst = append(dst, e.comma)
		dst = appendMetres(dst, a.border)
		dst = appendCode(append(dst, e.comma), a.nearest, e.comma)
		dst = append(dst, e.comma)
		dst = appendMetres(dst, a.metres)
	}
	return append(dst, e.lineEnd...)
}

// appendCode writes a code, which seldom needs quotation marks.
func appendCode(dst []byte, code *code, comma byte) []byte {
	switch {
	case code == nil:
		return dst
	case code.plain && (comma == ',' || bytes.IndexByte([]byte(code.text), comma) < 0):
		return append(dst, code.text...)
	}
	return appendCell(dst, []byte(code.text), comma)
}
