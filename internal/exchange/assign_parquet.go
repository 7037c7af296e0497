package exchange

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"
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
