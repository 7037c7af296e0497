package exchange

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// openCSV reads the header of a CSV file.
func (l *Layer) openCSV(ctx context.Context) error {
	if c := l.opts.Comma; !separates(c) {
		return fault.New(fault.Usage, "bad-delimiter", fault.Args{"delimiter": string(c)})
	}
	f, t, err := l.csvFile(ctx)
	if err != nil {
		return err
	}
	defer f.Close()
	header, err := readHeader(newRecords(t, l.comma()), l.opts.Encoding)
	if err != nil {
		return err
	}
	l.Columns = header
	l.rows = l.csvRows
	return l.openTable(ctx)
}

// ParseDelimiter reads the sign between the columns of a text table: one ASCII character, or the word tab; "" leaves it open.
func ParseDelimiter(s string) (rune, error) {
	switch r := []rune(s); {
	case s == "":
		return 0, nil
	case s == "tab", s == `\t`:
		return '\t', nil
	case len(r) == 1 && separates(r[0]):
		return r[0], nil
	}
	return 0, fault.New(fault.Usage, "bad-delimiter", fault.Args{"delimiter": s})
}

func separates(c rune) bool { return c < utf8.RuneSelf && c != '"' && c != '\n' && c != '\r' }

// comma is the sign between the columns: the one given, else a tab in .tsv and a comma in other files.
func (l *Layer) comma() byte {
	switch {
	case l.opts.Comma != 0:
		return byte(l.opts.Comma)
	case strings.EqualFold(filepath.Ext(l.path), ".tsv"):
		return '\t'
	}
	return ','
}

// readHeader reads the first record as column names.
func readHeader(s *records, encoding string) ([]string, error) {
	rec, err := s.next()
	if err == io.EOF {
		return nil, fault.New(fault.Invalid, "empty-file", nil)
	}
	if err != nil {
		return nil, err
	}
	return headerOf(rec, s.comma, encoding)
}

// headerOf reads a record as column names.
func headerOf(rec record, comma byte, encoding string) ([]string, error) {
	if !utf8.Valid(rec.raw) {
		return nil, badText(rec.raw, encoding)
	}
	if bytes.IndexByte(rec.raw, 0) >= 0 || bytes.IndexByte(rec.raw, '\r') >= 0 && !rec.quotes {
		return nil, fault.New(fault.Invalid, "bad-line-ends", nil)
	}
	fields, _, ok := rec.split(nil, nil, comma)
	if !ok {
		return nil, fault.New(fault.Invalid, "bad-quote", nil)
	}
	columns := make([]string, len(fields))
	for i, f := range fields {
		columns[i] = strings.TrimSpace(string(f))
	}
	if len(columns) == 1 {
		for _, other := range []struct {
			sign string
			name fault.Text
		}{{";", fault.Text{Zh: "分号", En: "semicolon"}}, {"\t", fault.Text{Zh: "制表符", En: "tab"}}, {"|", fault.Text{Zh: "竖线", En: "bar"}},
			{"，", fault.Text{Zh: "全角逗号", En: "full-width comma"}}, {",", fault.Text{Zh: "逗号", En: "comma"}}} {
			if strings.Contains(columns[0], other.sign) {
				return nil, fault.New(fault.Invalid, "wrong-delimiter", fault.Args{"sign": other.name})
			}
		}
	}
	return columns, checkHeader(columns)
}

// checkHeader refuses columns without a name and columns of one name.
func checkHeader(columns []string) error {
	for i, c := range columns {
		if c == "" {
			return fault.New(fault.Invalid, "nameless-column", fault.Args{"column": i + 1})
		}
	}
	return checkColumns(columns)
}

// openTable finds the columns of the coordinates.
func (l *Layer) openTable(ctx context.Context) error {
	if err := l.checkMapping(); err != nil {
		return err
	}
	if l.opts.Want == WantNone {
		return nil
	}
	if l.opts.Want != WantAny && l.opts.Want&WantPoints == 0 {
		return fault.New(fault.Invalid, "table-without-shapes", nil)
	}
	for _, name := range []string{"lon", "lat"} {
		i, err := l.columnIndex(name)
		if err != nil {
			return err
		}
		if i < 0 {
			return fault.New(fault.Invalid, "field-missing", fault.Args{"field": name, "fields": strings.Join(l.Columns, ", ")})
		}
	}
	if l.rowCRS() >= 0 && l.opts.CRS == "" {
		return nil // every row has to say its own
	}
	var err error
	if l.CRS, err = l.opts.settle(statement{}); err != nil {
		return err
	}
	return l.CRS.known(ctx, l.opts.timeout())
}

// rowCRS is the column in which a row may state its own CRS; -1 if there is none.
func (l *Layer) rowCRS() int {
	i, _ := l.columnIndex("crs")
	return i
}

func (l *Layer) csvFile(ctx context.Context) (*os.File, text, error) {
	f, err := os.Open(l.path)
	if err != nil {
		return nil, text{}, &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Cause: err}
	}
	t, err := decode(cancellable{ctx, f, l.read}, l.opts.Encoding)
	if err != nil {
		f.Close()
	}
	return f, t, err
}

// csvRows streams the records below the header.
func (l *Layer) csvRows(ctx context.Context, yield func(Row) bool) error {
	f, t, err := l.csvFile(ctx)
	if err != nil {
		return err
	}
	defer f.Close()
	recs := newRecords(t, l.comma())
	if _, err := recs.next(); err != nil {
		return err
	}
	table := l.newTable(ctx, yield)
	var fields [][]byte
	var scratch []byte
	for n := 1; ; n++ {
		rec, err := recs.next()
		if err == io.EOF {
			return table.emit.flush()
		}
		if err != nil {
			return l.located(err)
		}
		var ok bool
		fields, scratch, ok = rec.split(fields[:0], scratch[:0], recs.comma)
		values := make([]Value, len(fields))
		if rec.quotes {
			for i, f := range fields {
				values[i] = Value{String, string(f)}
			}
		} else { // the fields share one text
			text := string(rec.raw)
			for i, f := range fields {
				values[i], text = Value{String, text[:len(f)]}, text[min(len(f)+1, len(text)):]
			}
		}
		if n == 1 && table.isSecondHeader(values) {
			n = 0
			continue
		}
		var bad *fault.Error
		switch {
		case !ok:
			values, bad = []Value{{String, string(rec.raw)}}, fault.New(fault.Invalid, "bad-quote", nil)
		case !utf8.Valid(rec.raw), t.decoded && bytes.ContainsRune(rec.raw, utf8.RuneError):
			bad = badText(rec.raw, l.opts.Encoding)
		case len(values) != len(l.Columns):
			bad = fault.New(fault.Invalid, "field-count", fault.Args{"has": len(values), "columns": len(l.Columns)})
		}
		if !table.row(n, rec.line, values, bad) {
			return table.emit.err
		}
	}
}

// table turns lists of values into rows.
type table struct {
	layer         *Layer
	emit          *placer
	lon, lat, crs int
}

func (l *Layer) newTable(ctx context.Context, yield func(Row) bool) *table {
	t := &table{layer: l, emit: l.placed(ctx, yield), lon: -1, lat: -1, crs: -1}
	if l.opts.Want != WantNone {
		t.lon, _ = l.columnIndex("lon")
		t.lat, _ = l.columnIndex("lat")
		t.crs = l.rowCRS()
	}
	return t
}

// isSecondHeader recognises the second line of a template: every cell names the same known column as the cell above it.
func (t *table) isSecondHeader(values []Value) bool {
	known := 0
	for i, v := range values {
		if i >= len(t.layer.Columns) || v.Text == "" {
			continue
		}
		h := t.layer.Columns[i]
		same := v.Text == h
		for _, list := range headers {
			same = same || containsFold(list, h) && containsFold(list, v.Text)
		}
		if !same {
			return false
		}
		known++
	}
	return known > 0
}

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(h string) bool { return strings.EqualFold(h, s) })
}

// row passes one row on, which stands in a line of the file; bad is what is already wrong with it.
func (t *table) row(n, line int, values []Value, bad *fault.Error) bool {
	r := Row{N: n, Line: line, Fault: bad}
	r.Fields = make([]Field, len(values))
	for i, v := range values {
		r.Fields[i].Value = v
		if i < len(t.layer.Columns) {
			r.Fields[i].Name = t.layer.Columns[i]
		} else {
			r.Fields[i].Name = strconv.Itoa(i + 1) // a cell beyond the header, in a row that has a fault
		}
	}
	if r.Fault != nil || t.lon < 0 {
		return t.emit.row(r)
	}
	var p orb.Point
	for axis, i := range [2]int{t.lon, t.lat} {
		v, rule := parseCoordinate(values[i].Text)
		if rule != "" {
			r.Fault = fault.New(fault.Invalid, rule, fault.Args{"value": values[i].Text}).In(fault.Place{Field: t.layer.Columns[i]})
			return t.emit.row(r)
		}
		p[axis] = v
	}
	r.Geometry = p
	if t.crs >= 0 {
		own, f := t.layer.ownCRS(values[t.crs].Text)
		if f != nil {
			r.Fault = f.In(fault.Place{Field: t.layer.Columns[t.crs]})
		} else if own != t.layer.CRS {
			t.layer.place(&r, own)
			return t.emit.pass(r)
		}
	}
	return t.emit.row(r)
}

// ownCRS is the CRS of a row that says it in a column; an empty cell leaves it to the file's.
func (l *Layer) ownCRS(s string) (CRS, *fault.Error) {
	s = strings.TrimSpace(s)
	if s == "" {
		if l.opts.CRS == "" {
			return CRS{}, fault.New(fault.Invalid, "no-crs", fault.Args{"choices": crsChoices})
		}
		return l.CRS, nil
	}
	c, err := ParseCRS(s)
	switch {
	case err != nil || c.System != "" && c != l.CRS:
		return CRS{}, fault.New(fault.Invalid, "unknown-crs", fault.Args{"crs": s, "choices": "cgcs2000, wgs84, gcj02, bd09"})
	case l.opts.CRS != "" && !c.same(l.CRS) && !strings.HasSuffix(l.opts.CRS, "!"):
		return CRS{}, fault.New(fault.Invalid, "crs-contradiction", fault.Args{"stated": s, "given": l.opts.CRS})
	}
	if strings.HasSuffix(l.opts.CRS, "!") {
		return l.CRS, nil
	}
	return c, nil
}

// parseCoordinate reads a decimal number; the rule that it breaks is "" for a good one.
func parseCoordinate(s string) (float64, string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, "no-coordinate"
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.ContainsAny(s, "xXpP_") { // ParseFloat reads hexadecimal too
		return 0, "bad-number"
	}
	if v-v != 0 { // NaN, Inf
		return 0, "not-finite"
	}
	return v, ""
}
