package exchange

import (
	"reflect"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Row groups of a Parquet output hold at most so many rows and, about, so many bytes: both are held in memory until the group is full.
const (
	groupRows  = 1 << 16
	groupBytes = 32 << 20
)

// parquetTarget writes a Parquet file.
type parquetTarget struct {
	*assigner
	schema *parquet.Schema
	file   *partial
	w      *parquet.GenericWriter[any]
	rows   int
	bytes  int
}

func newParquetTarget(a *assigner) (*parquetTarget, error) {
	file, err := openPartial(a.partialPath(), 0)
	if err != nil {
		return nil, err
	}
	t := &parquetTarget{assigner: a, file: file, schema: a.parquetSchema()}
	t.w = parquet.NewGenericWriter[any](file.w, t.schema, &parquet.WriterConfig{Compression: &parquet.Zstd, CreatedBy: "zhuwang"})
	return t, nil
}

// orderedGroup is a group whose fields keep their order; a parquet.Group sorts them.
type orderedGroup struct {
	parquet.Group
	fields []parquet.Field
}

func (g orderedGroup) Fields() []parquet.Field { return g.fields }

type orderedField struct {
	parquet.Node
	name string
}

func (f orderedField) Name() string { return f.name }

// Value is of use for rows that are Go structs alone.
func (f orderedField) Value(base reflect.Value) reflect.Value { return base.FieldByName(f.name) }

var parquetNodes = map[Type]func() parquet.Node{
	Textual: parquet.String,
	Integer: func() parquet.Node { return parquet.Int(64) },
	Real:    func() parquet.Node { return parquet.Leaf(parquet.DoubleType) },
	Boolean: func() parquet.Node { return parquet.Leaf(parquet.BooleanType) },
	Date:    parquet.Date,
	Instant: func() parquet.Node { return parquet.Timestamp(parquet.Microsecond) },
	Wall:    func() parquet.Node { return parquet.TimestampAdjusted(parquet.Microsecond, false) },
}

// parquetSchema is that of the input, as it is, with the columns of the answer; or one of the columns of a table.
func (a *assigner) parquetSchema() *parquet.Schema {
	name, columns := "points", a.tableColumns()
	var fields []parquet.Field
	if a.same() {
		name, columns = a.parquet.Name(), a.answerColumns()
		fields = append(fields, a.parquet.Fields()...)
	}
	for _, c := range columns {
		node := parquetNodes[c.Type]()
		if c.Type == Textual { // the encoding that every reader knows
			node = parquet.Encoded(node, &parquet.Plain)
		}
		fields = append(fields, orderedField{parquet.Optional(node), c.name})
	}
	return parquet.NewSchema(name, orderedGroup{parquet.Group{}, fields})
}

func (t *parquetTarget) encoder() (encoder, error) {
	e := &parquetEncoder{columns: t.tableColumns()}
	if t.same() {
		e.columns = t.answerColumns()
	}
	e.first = len(t.schema.Columns()) - len(e.columns)
	e.converted = t.newConverted()
	return e, nil
}

func (t *parquetTarget) write(b *block) error {
	if len(b.outParquet) == 0 {
		return nil
	}
	if _, err := t.w.WriteRows(b.outParquet); err != nil {
		return cannotWrite(err)
	}
	t.rows += len(b.outParquet)
	for _, row := range b.outParquet {
		for _, v := range row {
			t.bytes += 8
			if k := v.Kind(); k == parquet.ByteArray || k == parquet.FixedLenByteArray {
				t.bytes += len(v.ByteArray())
			}
		}
	}
	if t.rows < groupRows && t.bytes < groupBytes {
		return nil
	}
	t.rows, t.bytes = 0, 0
	if err := t.w.Flush(); err != nil {
		return cannotWrite(err)
	}
	return nil
}

func (t *parquetTarget) finish() error {
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

func (t *parquetTarget) discard() {
	t.file.close()
	if !t.to.standard() {
		remove(t.file.path)
	}
}
func (t *parquetTarget) temporary() string { return t.file.path }

// parquetEncoder makes rows of the schema.
type parquetEncoder struct {
	*converted
	columns []attribute // that are made; the others are the input's own
	first   int         // leaf of the first of them
	answer  []Field     // of a row
}

func (e *parquetEncoder) encode(w *worker, b *block) error {
	for i := range b.rows {
		if w.faults[i] != nil {
			continue
		}
		var row parquet.Row
		var fields []Field
		if e.same() {
			e.answer = w.appendAnswer(e.answer[:0], i)
			row, fields = b.parquet[i], e.answer
		} else {
			row, fields = make(parquet.Row, 0, len(e.columns)), e.row(w, b, i)
		}
		for k, f := range fields {
			v, err := parquetValue(e.columns[k].Type, f.Value)
			if err != nil {
				return err
			}
			present := 1
			if v.IsNull() {
				present = 0
			}
			row = append(row, v.Level(0, present, e.first+k))
		}
		b.outParquet = append(b.outParquet, row)
	}
	return nil
}

// parquetValue is a value in the type of its column.
func parquetValue(t Type, v Value) (parquet.Value, error) {
	if v.Kind == Null {
		return parquet.NullValue(), nil
	}
	switch t {
	case Integer:
		n, err := strconv.ParseInt(v.Text, 10, 64)
		return parquet.Int64Value(n), unfit(t, v, err)
	case Real:
		x, err := strconv.ParseFloat(v.Text, 64)
		return parquet.DoubleValue(x), unfit(t, v, err)
	case Boolean:
		x, err := strconv.ParseBool(v.Text)
		return parquet.BooleanValue(x), unfit(t, v, err)
	case Date:
		n, err := days(v.Text)
		return parquet.Int32Value(n), unfit(t, v, err)
	case Instant, Wall:
		n, err := micros(t, v.Text)
		return parquet.Int64Value(n), unfit(t, v, err)
	}
	return parquet.ByteArrayValue([]byte(v.Text)), nil
}

func days(s string) (int32, error) {
	t, err := time.Parse(time.DateOnly, s)
	return int32(t.Unix() / 86400), err
}

func micros(t Type, s string) (int64, error) {
	layout := instantLayout
	if t == Wall {
		layout = wallLayout
	}
	at, err := time.Parse(layout, s)
	return at.UnixMicro(), err
}

// unfit is the fault of a value that its column cannot hold: the file has changed between the two readings.
func unfit(t Type, v Value, err error) error {
	if err == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Rule: "unfit-value", Args: fault.Args{"value": v.Text}, Cause: err}
}
