package exchange

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// parquetSource reads the rows of a Parquet file, page by page, whatever the size of its row groups.
type parquetSource struct {
	*assigner
	file  *os.File
	table *parquet.File
	group int
	open  parquet.Rows
	buf   []parquet.Row
	n     int64
}

func (a *assigner) openParquetPoints(ctx context.Context) (err error) {
	if a.from.standard() {
		return fault.New(fault.Usage, "not-on-standard", fault.Args{"format": string(a.from.format)})
	}
	head, err := firstBytes(a.Points)
	if err != nil {
		return err
	}
	if err := a.from.checkMagic(head); err != nil {
		return err
	}
	s := &parquetSource{assigner: a, buf: make([]parquet.Row, 256)}
	if s.file, err = os.Open(a.Points); err != nil {
		return &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Cause: err}
	}
	a.source = s
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	if err := guarded(func() (err error) {
		s.table, err = parquet.OpenFile(s.file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
		return err
	}); err != nil {
		return &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": "parquet"}, Cause: err}
	}
	a.parquet = s.table.Schema()
	for _, c := range s.table.Root().Columns() {
		a.input.Columns = append(a.input.Columns, c.Name())
		t, flat := parquetType(c)
		a.columns = append(a.columns, attribute{c.Name(), t})
		if !flat {
			a.nested = append(a.nested, c.Name())
		}
	}
	if err := checkColumns(a.input.Columns); err != nil {
		return err
	}
	return a.input.openTable(ctx)
}

// guarded turns a panic of the decoder, which trusts the numbers in a file too much, into an error.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}

// guardRows turns a panic over the rows of a block into the fault of its first row: what a reader took from a damaged file may show only when
// the values are used.
func (a *assigner) guardRows(b *block, f func() error) error {
	var err error
	if broken := guarded(func() error {
		err = f()
		return nil
	}); broken != nil {
		return a.located(&fault.Error{Kind: fault.Invalid, Rule: "broken-rows", Args: fault.Args{"format": string(a.from.format), "row": b.first}, Cause: broken})
	}
	return err
}

func (s *parquetSource) fill(b *block) error {
	b.first = s.n + 1
	err := guarded(func() error { return s.read(b) })
	b.rows = len(b.parquet)
	s.n += int64(b.rows)
	b.end = s.n
	if total := s.table.NumRows(); total > 0 {
		b.read = int64(float64(s.n) / float64(total) * float64(s.table.Size()))
	}
	if err != nil {
		return &fault.Error{Kind: fault.Invalid, Rule: "broken-rows", Args: fault.Args{"format": "parquet", "row": s.n + 1}, Cause: err}
	}
	return nil
}

// read copies rows out of the pages that they are decoded into.
func (s *parquetSource) read(b *block) error {
	for len(b.parquet) < blockRows && len(b.raw) < maxBlock {
		if s.open == nil {
			groups := s.table.RowGroups()
			if s.group == len(groups) {
				if s.n+int64(len(b.parquet)) != s.table.NumRows() {
					return io.ErrUnexpectedEOF
				}
				b.last = true
				return nil
			}
			s.open = groups[s.group].Rows()
			s.group++
		}
		n, err := s.open.ReadRows(s.buf[:min(len(s.buf), blockRows-len(b.parquet))])
		for _, row := range s.buf[:n] {
			b.parquet = append(b.parquet, b.keep(row))
		}
		switch {
		case errors.Is(err, io.EOF):
			err = s.open.Close()
			s.open = nil
			if err != nil {
				return err
			}
		case err != nil:
			return err
		case n == 0:
			return io.ErrNoProgress
		}
	}
	return nil
}

// keep copies a row, its bytes into the block.
func (b *block) keep(row parquet.Row) parquet.Row {
	kept := make(parquet.Row, len(row), len(row)+4) // and the answer
	for k, v := range row {
		switch v.Kind() {
		case parquet.ByteArray, parquet.FixedLenByteArray:
			from := len(b.raw)
			b.raw = append(b.raw, v.ByteArray()...)
			text := b.raw[from:len(b.raw):len(b.raw)]
			to := parquet.ByteArrayValue(text)
			if v.Kind() == parquet.FixedLenByteArray {
				to = parquet.FixedLenByteArrayValue(text)
			}
			v = to.Level(v.RepetitionLevel(), v.DefinitionLevel(), v.Column())
		}
		kept[k] = v
	}
	return kept
}

func (s *parquetSource) skip(c checkpoint) error {
	for s.n < c.Input {
		b := &block{}
		if err := s.fill(b); err != nil || b.last {
			return err
		}
	}
	return nil
}

func (s *parquetSource) close() {
	if s.open != nil {
		s.open.Close()
	}
	s.file.Close()
}

func (s *parquetSource) rows() pointRows {
	r := &parquetRows{assigner: s.assigner, leaf: map[int]int{}, fmt: make([]func(parquet.Value) Value, len(s.columns))}
	for i, c := range s.table.Root().Columns() {
		if c.Leaf() {
			r.leaf[c.Index()] = i
			r.fmt[i] = parquetText(c)
		}
	}
	for axis, name := range axes {
		r.axis[axis], _ = s.input.columnIndex(name)
	}
	return r
}

// parquetRows reads rows of a Parquet file.
type parquetRows struct {
	*assigner
	leaf map[int]int // number of a leaf → column
	fmt  []func(parquet.Value) Value
	axis [3]int
	now  []Value
}

// values reads a row's columns; nested ones stay null.
func (r *parquetRows) values(row parquet.Row) []Value {
	r.now = sized(r.now, len(r.columns))
	clear(r.now)
	for _, v := range row {
		if i, ok := r.leaf[v.Column()]; ok && !v.IsNull() {
			r.now[i] = r.fmt[i](v)
		}
	}
	return r.now
}

func (r *parquetRows) locate(b *block, i int) (orb.Point, CRS, *fault.Error) {
	var at [3]Value
	for _, v := range b.parquet[i] {
		c, ok := r.leaf[v.Column()]
		if !ok || v.IsNull() {
			continue
		}
		for axis, want := range r.axis {
			if c == want {
				at[axis] = r.fmt[c](v)
			}
		}
	}
	return r.columnPoint(at, r.axis)
}

// columnPoint makes a point of the columns of a table.
func (a *assigner) columnPoint(at [3]Value, columns [3]int) (p orb.Point, from CRS, f *fault.Error) {
	for axis := range 2 {
		v, rule := parseCoordinate(at[axis].Text)
		if rule != "" {
			return p, from, fault.New(fault.Invalid, rule, fault.Args{"value": at[axis].Text}).In(fault.Place{Field: a.input.Columns[columns[axis]]})
		}
		p[axis] = v
	}
	if columns[2] < 0 {
		return p, a.input.CRS, nil
	}
	if from, f = a.input.ownCRS(at[2].Text); f != nil {
		f = f.In(fault.Place{Field: a.input.Columns[columns[2]]})
	}
	return p, from, f
}

func (r *parquetRows) fields(b *block, i int, dst []Field) []Field {
	for k, v := range r.values(b.parquet[i]) {
		dst = append(dst, Field{r.columns[k].name, v})
	}
	return dst
}

func (r *parquetRows) text(b *block, i int) (int, []byte) {
	return int(b.first) + i, appendObject(nil, r.fields(b, i, nil))
}

// parquetType is our type for a column; flat is false for lists, maps and groups.
func parquetType(c *parquet.Column) (t Type, flat bool) {
	if !c.Leaf() || c.Repeated() {
		return Textual, false
	}
	switch l := logical(c).(type) {
	case nil:
	case *format.DateType:
		return Date, true
	case *format.TimestampType:
		switch {
		case l.Unit.Value.Duration() < time.Microsecond:
			return Textual, true // more digits than our types hold
		case l.IsAdjustedToUTC:
			return Instant, true
		}
		return Wall, true
	case *format.IntType:
		if l.BitWidth < 64 || l.IsSigned {
			return Integer, true
		}
		return Textual, true
	default:
		return Textual, true
	}
	switch c.Type().Kind() {
	case parquet.Boolean:
		return Boolean, true
	case parquet.Int32, parquet.Int64:
		return Integer, true
	case parquet.Float, parquet.Double:
		return Real, true
	}
	return Textual, true
}

// logical is what a column means beyond its bytes; nil where it says nothing.
func logical(c *parquet.Column) format.LogicalTypeValue {
	if l := c.Type().LogicalType(); l != nil {
		return l.Value
	}
	return nil
}

// parquetText writes the values of a column as text.
func parquetText(c *parquet.Column) func(parquet.Value) Value {
	number := func(s string) Value { return Value{Number, s} }
	kind := c.Type().Kind()
	switch l := logical(c).(type) {
	case *format.DateType:
		return func(v parquet.Value) Value { return dateValue(int64(v.Int32())) }
	case *format.TimestampType:
		unit, zone := int64(l.Unit.Value.Duration()), l.IsAdjustedToUTC
		return func(v parquet.Value) Value { return timeValue(v.Int64(), unit, zone) }
	case *format.DecimalType:
		switch scale := int(l.Scale); kind {
		case parquet.Int32:
			return func(v parquet.Value) Value { return number(decimal(int64(v.Int32()), scale)) }
		case parquet.Int64:
			return func(v parquet.Value) Value { return number(decimal(v.Int64(), scale)) }
		}
	case *format.IntType:
		switch {
		case !l.IsSigned && kind == parquet.Int64:
			return func(v parquet.Value) Value { return number(strconv.FormatUint(v.Uint64(), 10)) }
		case !l.IsSigned:
			return func(v parquet.Value) Value { return number(strconv.FormatUint(uint64(v.Uint32()), 10)) }
		}
	case *format.UUIDType:
		return func(v parquet.Value) Value { return Value{String, v.String()} }
	case *format.StringType, *format.JsonType, *format.EnumType, nil:
		if kind == parquet.ByteArray {
			return func(v parquet.Value) Value { return textValue(v.ByteArray()) }
		}
	}
	switch {
	case kind == parquet.Boolean:
		return func(v parquet.Value) Value { return Value{Bool, strconv.FormatBool(v.Boolean())} }
	case kind == parquet.Int32:
		return func(v parquet.Value) Value { return number(strconv.FormatInt(int64(v.Int32()), 10)) }
	case kind == parquet.Int64:
		return func(v parquet.Value) Value { return number(strconv.FormatInt(v.Int64(), 10)) }
	case kind == parquet.Float:
		return func(v parquet.Value) Value { return realValue(float64(v.Float()), 32) }
	case kind == parquet.Double:
		return func(v parquet.Value) Value { return realValue(v.Double(), 64) }
	}
	return func(v parquet.Value) Value { return Value{String, base64.StdEncoding.EncodeToString(v.Bytes())} }
}

// textValue is text, or bytes in base 64 where they are no UTF-8.
func textValue(b []byte) Value {
	s := string(b)
	if strings.ToValidUTF8(s, "") != s {
		s = base64.StdEncoding.EncodeToString(b)
	}
	return Value{String, s}
}

// realValue writes a floating-point number; JSON has no word for those that are not finite, so they are text.
func realValue(v float64, bits int) Value {
	text := strconv.FormatFloat(v, 'g', -1, bits)
	if v-v != 0 {
		return Value{String, text}
	}
	if math.Abs(v) < 1e15 && (v == 0 || math.Abs(v) >= 1e-7) {
		text = strconv.FormatFloat(v, 'f', -1, bits)
	}
	return Value{Number, text}
}

func dateValue(days int64) Value {
	return Value{String, time.Unix(days*86400, 0).UTC().Format(time.DateOnly)}
}

const (
	wallLayout    = "2006-01-02T15:04:05.999999999"
	instantLayout = wallLayout + "Z07:00"
)

// timeValue writes a moment that is counted in units of so many nanoseconds from 1970.
func timeValue(v, unit int64, zone bool) Value {
	second := int64(time.Second) / unit
	s, rest := v/second, v%second
	if rest < 0 {
		s, rest = s-1, rest+second
	}
	layout := wallLayout
	if zone {
		layout = instantLayout
	}
	return Value{String, time.Unix(s, rest*unit).UTC().Format(layout)}
}

// decimal writes v × 10^-scale.
func decimal(v int64, scale int) string {
	s := strconv.FormatInt(v, 10)
	if scale <= 0 {
		return s + strings.Repeat("0", -scale)
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if len(s) <= scale {
		s = strings.Repeat("0", scale-len(s)+1) + s
	}
	return sign + s[:len(s)-scale] + "." + s[len(s)-scale:]
}
