package exchange

import (
	"errors"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// maxSheetRows is how many rows of data a sheet holds below its two headers.
const maxSheetRows = excelize.TotalRows - 2

// Workbook writes sheets row by row, one after the other, each with two header rows as the templates have them: Chinese, and the
// names that commands use. Text is text, so that codes keep their digits, and numbers are numbers.
type Workbook struct {
	w          io.Writer
	book       *excelize.File
	sheets     int
	open       *Sheet
	head, text int // styles
}

// Sheet is the sheet being written.
type Sheet struct {
	of      *Workbook
	stream  *excelize.StreamWriter
	columns []Column
	rows    int
}

// NewWorkbook starts a workbook.
func NewWorkbook(w io.Writer) *Workbook { return &Workbook{w: w, book: excelize.NewFile()} }

// Sheet ends the sheet before and starts one.
func (b *Workbook) Sheet(title fault.Text, columns []Column) (*Sheet, error) {
	name := title.Zh + " " + title.En
	var err error
	if b.sheets == 0 {
		err = errors.Join(b.styles(), b.book.SetSheetName("Sheet1", name))
	} else if err = b.end(); err == nil {
		_, err = b.book.NewSheet(name)
	}
	if err != nil {
		return nil, err
	}
	b.sheets++
	s := &Sheet{of: b, columns: columns}
	if s.stream, err = b.book.NewStreamWriter(name); err != nil {
		return nil, err
	}
	b.open = s
	return s, s.header()
}

func (b *Workbook) styles() (err error) {
	if b.head, err = b.book.NewStyle(headStyle); err != nil {
		return err
	}
	b.text, err = b.book.NewStyle(&excelize.Style{NumFmt: 49})
	return err
}

func (s *Sheet) header() error {
	err := s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"})
	zh, names := make([]any, len(s.columns)), make([]any, len(s.columns))
	for i, c := range s.columns {
		err = errors.Join(err, s.stream.SetColWidth(i+1, i+1, 20))
		zh[i], names[i] = excelize.Cell{StyleID: s.of.head, Value: c.Zh}, excelize.Cell{StyleID: s.of.head, Value: c.Name}
	}
	return errors.Join(err, s.stream.SetRow("A1", zh), s.stream.SetRow("A2", names))
}

// Write adds a row, one value a column.
func (s *Sheet) Write(values ...Value) error {
	if s.rows++; s.rows > maxSheetRows {
		return fault.New(fault.Invalid, "sheet-full", fault.Args{"rows": maxSheetRows})
	}
	row := make([]any, len(values))
	for i, v := range values {
		row[i] = s.of.cell(s.columns[i], v)
	}
	return s.stream.SetRow("A"+strconv.Itoa(s.rows+2), row)
}

func (b *Workbook) cell(c Column, v Value) any {
	if v.Kind == Null {
		return nil
	}
	if c.Type != Textual {
		if x, err := strconv.ParseFloat(v.Text, 64); err == nil {
			return x
		}
	}
	return excelize.Cell{StyleID: b.text, Value: v.Text}
}

func (b *Workbook) end() error {
	if b.open == nil {
		return nil
	}
	err := b.open.stream.Flush()
	b.open = nil
	return err
}

// Close ends the workbook and writes it. It does not close the underlying writer.
func (b *Workbook) Close() error {
	return errors.Join(b.end(), b.book.Write(b.w), b.book.Close())
}
