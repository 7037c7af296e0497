package exchange

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// arrowRows is how many rows of an Arrow batch are a block: a batch of the output, unless that of the input is shorter.
const arrowRows = 1 << 15

// arrowSource reads the record batches of an Arrow IPC file or stream. A batch is in memory as a whole.
type arrowSource struct {
	*assigner
	file   *os.File
	count  *atomic.Int64
	schema *arrow.Schema
	next   func() (arrow.RecordBatch, error)
	batch  arrow.RecordBatch // the rest of it
	n      int64
}

func (a *assigner) openArrowPoints(ctx context.Context) (err error) {
	s := &arrowSource{assigner: a, file: os.Stdin, count: &atomic.Int64{}}
	if !a.from.standard() {
		if _, err := firstBytes(a.Points); err != nil {
			return err
		}
		if s.file, err = os.Open(a.Points); err != nil {
			return &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Cause: err}
		}
	}
	a.source = s
	if a.from.standard() && a.from.format == pointArrow {
		return fault.New(fault.Usage, "not-on-standard", fault.Args{"format": "arrow"})
	}
	in, head, err := peeked(cancellable{ctx, s.file, s.count}, 512)
	if err == nil {
		err = a.from.checkMagic(head)
	}
	if err != nil {
		return err
	}
	if err := guarded(func() error { return s.start(in) }); err != nil {
		return &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": string(a.from.format)}, Cause: err}
	}
	a.arrow = s.schema
	for _, f := range s.schema.Fields() {
		a.input.Columns = append(a.input.Columns, f.Name)
		a.columns = append(a.columns, attribute{f.Name, arrowType(f.Type)})
	}
	if err := checkColumns(a.input.Columns); err != nil {
		return err
	}
	return a.input.openTable(ctx)
}

// start reads the schema.
func (s *arrowSource) start(in io.Reader) error {
	if s.from.format == pointStream {
		in, err := checkArrowSchema(in)
		if err != nil {
			return err
		}
		r, err := ipc.NewReader(in)
		if err != nil {
			return err
		}
		s.schema, s.next = r.Schema(), r.Read
		return nil
	}
	r, err := ipc.NewFileReader(countedFile{s.file, s.count})
	if err != nil {
		return err
	}
	s.schema = r.Schema()
	i := 0
	s.next = func() (arrow.RecordBatch, error) {
		if i == r.NumRecords() {
			return nil, io.EOF
		}
		i++
		return r.RecordBatchAt(i - 1)
	}
	return nil
}

// countedFile counts what is read of a file, for the progress.
type countedFile struct {
	*os.File
	n *atomic.Int64
}

func (f countedFile) ReadAt(p []byte, at int64) (int, error) {
	n, err := f.File.ReadAt(p, at)
	f.n.Add(int64(n))
	return n, err
}

func (f countedFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.n.Add(int64(n))
	return n, err
}

func (s *arrowSource) fill(b *block) error {
	b.first = s.n + 1
	for s.batch == nil || s.batch.NumRows() == 0 {
		err := guarded(func() (err error) {
			s.batch, err = s.next()
			return err
		})
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			b.last = true
			b.end = s.n
			return nil
		}
		if err != nil {
			return &fault.Error{Kind: fault.Invalid, Rule: "broken-rows", Args: fault.Args{"format": string(s.from.format), "row": s.n + 1}, Cause: err}
		}
	}
	n := min(s.batch.NumRows(), arrowRows)
	b.arrow = s.batch.NewSlice(0, n)
	s.batch = s.batch.NewSlice(n, s.batch.NumRows())
	b.rows = int(n)
	s.n += n
	b.end, b.read = s.n, s.count.Load()
	return nil
}

func (s *arrowSource) skip(c checkpoint) error {
	for s.n < c.Input {
		b := &block{}
		if err := s.fill(b); err != nil || b.last {
			return err
		}
	}
	return nil
}

func (s *arrowSource) close() {
	if s.file != os.Stdin {
		s.file.Close()
	}
}

func (s *arrowSource) rows() pointRows {
	r := &arrowTable{assigner: s.assigner}
	for axis, name := range axes {
		r.axis[axis], _ = s.input.columnIndex(name)
	}
	return r
}

// arrowTable reads rows of record batches.
type arrowTable struct {
	*assigner
	axis [3]int
}

func (r *arrowTable) locate(b *block, i int) (p orb.Point, from CRS, f *fault.Error) {
	if r.axis[2] < 0 {
		lon, ok := b.arrow.Column(r.axis[0]).(*array.Float64)
		lat, ok2 := b.arrow.Column(r.axis[1]).(*array.Float64)
		if ok && ok2 && lon.IsValid(i) && lat.IsValid(i) { // as it mostly is
			return orb.Point{lon.Value(i), lat.Value(i)}, r.input.CRS, nil
		}
	}
	var at [3]Value
	for axis, c := range r.axis {
		if c >= 0 {
			at[axis] = arrowValue(b.arrow.Column(c), i)
		}
	}
	return r.columnPoint(at, r.axis)
}

func (r *arrowTable) fields(b *block, i int, dst []Field) []Field {
	for k, c := range b.arrow.Columns() {
		dst = append(dst, Field{r.columns[k].name, arrowValue(c, i)})
	}
	return dst
}

func (r *arrowTable) text(b *block, i int) (int, []byte) {
	return int(b.first) + i, appendObject(nil, r.fields(b, i, nil))
}

// arrowType is our type for a column.
func arrowType(t arrow.DataType) Type {
	switch t := t.(type) {
	case *arrow.BooleanType:
		return Boolean
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type, *arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type:
		return Integer
	case *arrow.Float32Type, *arrow.Float64Type:
		return Real
	case *arrow.Date32Type:
		return Date
	case *arrow.TimestampType:
		switch {
		case t.Unit == arrow.Nanosecond:
			return Textual // more digits than our types hold
		case t.TimeZone == "":
			return Wall
		}
		return Instant
	}
	return Textual
}

// arrowValue writes a value as text: numbers with all their digits, times by ISO 8601, what is nested as JSON, bytes in base 64.
func arrowValue(c arrow.Array, i int) Value {
	if c.IsNull(i) {
		return Value{}
	}
	switch c := c.(type) {
	case *array.String:
		return textValue([]byte(c.Value(i)))
	case *array.LargeString:
		return textValue([]byte(c.Value(i)))
	case *array.StringView:
		return textValue([]byte(c.Value(i)))
	case *array.Binary:
		return Value{String, base64.StdEncoding.EncodeToString(c.Value(i))}
	case *array.Boolean:
		return Value{Bool, strconv.FormatBool(c.Value(i))}
	case *array.Float32:
		return realValue(float64(c.Value(i)), 32)
	case *array.Float64:
		return realValue(c.Value(i), 64)
	case *array.Date32:
		return dateValue(int64(c.Value(i)))
	case *array.Timestamp:
		t := c.DataType().(*arrow.TimestampType)
		return timeValue(int64(c.Value(i)), int64(t.Unit.Multiplier()/time.Nanosecond), t.TimeZone != "")
	case *array.Dictionary:
		return arrowValue(c.Dictionary(), c.GetValueIndex(i))
	case *array.Decimal128, *array.Decimal256, *array.Int8, *array.Int16, *array.Int32, *array.Int64, *array.Uint8, *array.Uint16, *array.Uint32, *array.Uint64:
		return Value{Number, c.ValueStr(i)}
	}
	if _, nested := c.DataType().(arrow.NestedType); nested {
		if text, err := json.Marshal(c.GetOneForMarshal(i)); err == nil {
			return Value{JSON, string(text)}
		}
	}
	return Value{String, c.ValueStr(i)}
}
