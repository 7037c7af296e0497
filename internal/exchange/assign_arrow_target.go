package exchange

import (
	"math"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// arrowTarget writes an Arrow IPC file or stream.
type arrowTarget struct {
	*assigner
	schema *arrow.Schema
	file   *partial
	w      interface {
		Write(arrow.RecordBatch) error
		Close() error
	}
}

var arrowTypes = map[Type]arrow.DataType{
	Textual: arrow.BinaryTypes.String, Integer: arrow.PrimitiveTypes.Int64, Real: arrow.PrimitiveTypes.Float64,
	Boolean: arrow.FixedWidthTypes.Boolean, Date: arrow.FixedWidthTypes.Date32,
	Instant: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, Wall: &arrow.TimestampType{Unit: arrow.Microsecond},
}

func arrowFields(columns []attribute) (fields []arrow.Field) {
	for _, c := range columns {
		fields = append(fields, arrow.Field{Name: c.name, Type: arrowTypes[c.Type], Nullable: true})
	}
	return fields
}

// arrowSchema is that of the input, as it is, with the columns of the answer; or one of the columns of a table.
func (a *assigner) arrowSchema() *arrow.Schema {
	if !a.same() {
		return arrow.NewSchema(arrowFields(a.tableColumns()), nil)
	}
	meta := a.arrow.Metadata()
	return arrow.NewSchema(append(a.arrow.Fields()[:a.arrow.NumFields():a.arrow.NumFields()], arrowFields(a.answerColumns())...), &meta)
}

func newArrowTarget(a *assigner) (*arrowTarget, error) {
	file, err := openPartial(a.partialPath(), 0)
	if err != nil {
		return nil, err
	}
	t := &arrowTarget{assigner: a, file: file, schema: a.arrowSchema()}
	options := []ipc.Option{ipc.WithSchema(t.schema)}
	if a.to.format == pointStream {
		t.w = ipc.NewWriter(file.w, options...)
		return t, nil
	}
	if t.w, err = ipc.NewFileWriter(file.w, options...); err != nil {
		t.discard()
		return nil, cannotWrite(err)
	}
	return t, nil
}

func (t *arrowTarget) encoder() (encoder, error) {
	e := &arrowEncoder{converted: t.newConverted(), schema: t.schema, columns: t.tableColumns()}
	if t.same() {
		e.columns = t.answerColumns()
	}
	e.builder = array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(arrowFields(e.columns), nil))
	return e, nil
}

func (t *arrowTarget) write(b *block) error {
	if b.outArrow == nil || b.outArrow.NumRows() == 0 {
		return nil
	}
	if err := t.w.Write(b.outArrow); err != nil {
		return cannotWrite(err)
	}
	return nil
}

func (t *arrowTarget) finish() error {
	err := t.w.Close()
	if err == nil {
		err = t.file.sync()
	}
	t.file.close()
	if err != nil {
		return cannotWrite(err)
	}
	return nil
}

func (t *arrowTarget) discard() {
	t.file.close()
	if !t.to.standard() {
		remove(t.file.path)
	}
}
func (t *arrowTarget) temporary() string { return t.file.path }

// arrowEncoder makes a record batch of a block.
type arrowEncoder struct {
	*converted
	schema  *arrow.Schema
	columns []attribute // that are made; the others are the input's own
	builder *array.RecordBuilder
}

func (e *arrowEncoder) encode(w *worker, b *block) error {
	for i := range b.rows {
		if w.faults[i] != nil {
			continue
		}
		if e.same() {
			e.appendAnswer(w.answer(i))
			continue
		}
		for k, f := range e.row(w, b, i) {
			if err := appendArrow(e.builder.Field(k), e.columns[k].Type, f.Value); err != nil {
				return err
			}
		}
	}
	made := e.builder.NewRecordBatch()
	if !e.same() {
		b.outArrow = made
		return nil
	}
	columns, err := goodRows(b.arrow, w)
	if err == nil {
		b.outArrow = array.NewRecordBatch(e.schema, append(columns, made.Columns()...), made.NumRows())
	}
	return err
}

func (e *arrowEncoder) appendAnswer(a answer) {
	codes := func(k int, c *code) {
		if c == nil {
			e.builder.Field(k).AppendNull()
		} else {
			e.builder.Field(k).(*array.StringBuilder).Append(c.text)
		}
	}
	metres := func(k int, m float64) {
		if math.IsInf(m, 0) {
			e.builder.Field(k).AppendNull()
		} else {
			e.builder.Field(k).(*array.Float64Builder).Append(math.Round(m*100) / 100)
		}
	}
	codes(0, a.grid)
	if e.Distance {
		metres(1, a.border)
		codes(2, a.nearest)
		metres(3, a.metres)
	}
}

// goodRows are the columns of a batch without the rows that have a fault.
func goodRows(batch arrow.RecordBatch, w *worker) ([]arrow.Array, error) {
	var runs [][2]int64
	from := int64(0)
	for i := range batch.NumRows() {
		if w.faults[i] != nil {
			if i > from {
				runs = append(runs, [2]int64{from, i})
			}
			from = i + 1
		}
	}
	if from < batch.NumRows() {
		runs = append(runs, [2]int64{from, batch.NumRows()})
	}
	if len(runs) == 1 {
		return batch.NewSlice(runs[0][0], runs[0][1]).Columns(), nil
	}
	columns := make([]arrow.Array, batch.NumCols())
	for c := range columns {
		if len(runs) == 0 {
			columns[c] = array.NewSlice(batch.Column(c), 0, 0)
			continue
		}
		parts := make([]arrow.Array, len(runs))
		for k, run := range runs {
			parts[k] = array.NewSlice(batch.Column(c), run[0], run[1])
		}
		var err error
		if columns[c], err = array.Concatenate(parts, memory.DefaultAllocator); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

// appendArrow adds a value to a column in its type.
func appendArrow(to array.Builder, t Type, v Value) error {
	if v.Kind == Null {
		to.AppendNull()
		return nil
	}
	var err error
	switch t {
	case Integer:
		var n int64
		n, err = strconv.ParseInt(v.Text, 10, 64)
		to.(*array.Int64Builder).Append(n)
	case Real:
		var x float64
		x, err = strconv.ParseFloat(v.Text, 64)
		to.(*array.Float64Builder).Append(x)
	case Boolean:
		var x bool
		x, err = strconv.ParseBool(v.Text)
		to.(*array.BooleanBuilder).Append(x)
	case Date:
		var n int32
		n, err = days(v.Text)
		to.(*array.Date32Builder).Append(arrow.Date32(n))
	case Instant, Wall:
		var n int64
		n, err = micros(t, v.Text)
		to.(*array.TimestampBuilder).Append(arrow.Timestamp(n))
	default:
		to.(*array.StringBuilder).Append(v.Text)
	}
	return unfit(t, v, err)
}
