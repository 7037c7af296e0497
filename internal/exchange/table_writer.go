package exchange

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// TableWriter writes a table row by row. All cells are text, so that codes keep their digits.
type TableWriter interface {
	Write(cells ...string) error
	Close() error // ends the table; it does not close the underlying writer
}

// NewTableWriter starts a table in a format, csv or xlsx, with its header.
func NewTableWriter(w io.Writer, format string, header ...string) (TableWriter, error) {
	var t TableWriter
	switch format {
	case "csv":
		b := bufio.NewWriter(w)
		b.Write(bomUTF8) // without it Excel takes the text for the local encoding; an error stays until Close
		t = &csvWriter{w: b}
	case "xlsx":
		book := excelize.NewFile()
		s, err := book.NewStreamWriter("Sheet1")
		if err != nil {
			return nil, err
		}
		text, err := book.NewStyle(&excelize.Style{NumFmt: 49})
		if err != nil {
			return nil, err
		}
		t = &xlsxWriter{w: w, book: book, stream: s, text: text}
	default:
		return nil, fault.New(fault.Usage, "unknown-table-format", fault.Args{"format": format})
	}
	return t, t.Write(header...)
}

type csvWriter struct {
	w    *bufio.Writer
	line []byte
}

func (t *csvWriter) Write(cells ...string) error {
	t.line = t.line[:0]
	for i, c := range cells {
		if i > 0 {
			t.line = append(t.line, ',')
		}
		t.line = appendCell(t.line, []byte(c), ',')
	}
	_, err := t.w.Write(append(t.line, "\r\n"...))
	return err
}

func (t *csvWriter) Close() error { return t.w.Flush() }

type xlsxWriter struct {
	w      io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	text   int // style: text
	row    int
}

func (t *xlsxWriter) Write(cells ...string) error {
	t.row++
	at, err := excelize.CoordinatesToCellName(1, t.row)
	if err != nil {
		return err
	}
	row := make([]any, len(cells))
	for i, c := range cells {
		row[i] = excelize.Cell{StyleID: t.text, Value: c}
	}
	return t.stream.SetRow(at, row)
}

func (t *xlsxWriter) Close() error {
	if err := t.stream.Flush(); err != nil {
		return errors.Join(err, t.book.Close())
	}
	return errors.Join(t.book.Write(t.w), t.book.Close())
}

// WriteRejects writes refused rows as a table (csv or xlsx): row, rule, the reason in a person's language, and the row's own
// fields, so that it can be corrected and read again.
func WriteRejects(w io.Writer, format string, rejects []Reject, l fault.Lang) error {
	var columns []string
	for _, r := range rejects {
		for _, f := range r.Fields {
			if !slices.Contains(columns, f.Name) {
				columns = append(columns, f.Name)
			}
		}
	}
	t, err := NewTableWriter(w, format, append([]string{"row", "rule", "reason"}, columns...)...)
	if err != nil {
		return err
	}
	for _, r := range rejects {
		cells := make([]string, 3+len(columns))
		cells[0], cells[1], cells[2] = strconv.Itoa(r.Row), r.Fault.Rule, r.Fault.Report(l)
		for _, f := range r.Fields {
			cells[3+slices.Index(columns, f.Name)] = f.Value.String()
		}
		if err := t.Write(cells...); err != nil {
			return err
		}
	}
	return t.Close()
}
