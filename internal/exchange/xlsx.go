package exchange

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// maxSheet bounds the unpacked size of a workbook where nothing else is said.
const maxSheet = 2 << 30

// openXLSX reads the header of a sheet: the first one, or the one asked for. Rows above the header with at most one cell filled
// (a title) are passed over.
func (l *Layer) openXLSX(ctx context.Context) error {
	book, err := l.workbook()
	if err != nil {
		return err
	}
	defer book.Close()
	sheets := book.GetSheetList()
	switch {
	case len(sheets) == 0:
		return fault.New(fault.Invalid, "empty-file", nil)
	case l.opts.Layer == "":
		l.Name = sheets[0]
	case slices.Contains(sheets, l.opts.Layer):
		l.Name = l.opts.Layer
	default:
		return fault.New(fault.Usage, "no-such-layer", fault.Args{"layer": l.opts.Layer, "layers": strings.Join(sheets, ", ")})
	}
	if l.opts.Encoding != "" {
		return fault.New(fault.Usage, "encoding-fixed", fault.Args{"format": "xlsx"})
	}
	s, err := openSheet(book, l.Name)
	if err != nil {
		return err
	}
	defer s.close()
	if l.Columns, err = s.header(); err != nil {
		return err
	}
	l.rows = l.xlsxRows
	return l.openTable(ctx)
}

func (l *Layer) workbook() (*excelize.File, error) {
	book, err := excelize.OpenFile(l.path, excelize.Options{UnzipSizeLimit: cmp.Or(l.opts.Unpacked, maxSheet), UnzipXMLSizeLimit: min(16<<20, cmp.Or(l.opts.Unpacked, maxSheet))})
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": "xlsx"}, Cause: err}
	}
	return book, nil
}

// xlsxRows streams the rows below the header. Blank rows are passed over, but counted, so that row numbers stay those of the sheet.
func (l *Layer) xlsxRows(ctx context.Context, yield func(Row) bool) error {
	book, err := l.workbook()
	if err != nil {
		return err
	}
	defer book.Close()
	s, err := openSheet(book, l.Name)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.header(); err != nil {
		return err
	}
	table := l.newTable(ctx, yield)
	for n := 1; ; n++ {
		values, bad, more, err := s.next()
		if err != nil || ctx.Err() != nil {
			return err
		}
		if !more {
			return table.emit.flush()
		}
		if n == 1 && table.isSecondHeader(values) {
			n = 0
			continue
		}
		if !slices.ContainsFunc(values, func(v Value) bool { return v.Text != "" }) {
			continue
		}
		for len(values) < len(l.Columns) {
			values = append(values, Value{})
		}
		if len(values) > len(l.Columns) && bad == nil {
			bad = fault.New(fault.Invalid, "field-count", fault.Args{"has": len(values), "columns": len(l.Columns)})
		}
		if !table.row(n, s.row, values, bad) {
			return table.emit.err
		}
	}
}

// sheet reads a sheet twice in step: as it is stored, and as it is shown, which alone tells a date from a number.
type sheet struct {
	stored, shown *excelize.Rows
	row           int  // of the sheet, the one read last
	since1904     bool // days are counted from 1904, as old Macs did
}

func openSheet(book *excelize.File, name string) (*sheet, error) {
	stored, err := book.Rows(name)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": "xlsx"}, Cause: err}
	}
	shown, err := book.Rows(name)
	if err != nil {
		stored.Close()
		return nil, &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": "xlsx"}, Cause: err}
	}
	props, err := book.GetWorkbookProps()
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": "xlsx"}, Cause: err}
	}
	return &sheet{stored, shown, 0, props.Date1904 != nil && *props.Date1904}, nil
}

func (s *sheet) close() {
	s.stored.Close()
	s.shown.Close()
}

// header reads up to the first row with two cells filled.
func (s *sheet) header() ([]string, error) {
	for {
		values, _, more, err := s.next()
		if err != nil {
			return nil, err
		}
		if !more {
			return nil, fault.New(fault.Invalid, "empty-file", nil)
		}
		var columns []string
		filled := 0
		for _, v := range values {
			columns = append(columns, strings.TrimSpace(v.Text))
			if v.Text != "" {
				filled++
			}
		}
		if filled > 1 {
			return columns, checkHeader(columns)
		}
	}
}

var (
	longExponent = regexp.MustCompile(`^-?\d(\.\d+)?E\+?(1[5-9]|[2-9]\d)$`)
	dateShown    = regexp.MustCompile(`\d[-/年]\d+|\d:\d\d`)
	excelErrors  = []string{"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
)

// next reads a row, blank or not.
func (s *sheet) next() (values []Value, bad *fault.Error, more bool, err error) {
	if !s.stored.Next() || !s.shown.Next() {
		return nil, nil, false, s.stored.Error()
	}
	s.row++
	stored, err := s.stored.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, nil, false, &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": "xlsx"}, Cause: err}
	}
	shown, err := s.shown.Columns()
	if err != nil {
		return nil, nil, false, &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": "xlsx"}, Cause: err}
	}
	values = make([]Value, len(stored))
	for i, text := range stored {
		number := isJSONNumber([]byte(text))
		switch {
		case slices.Contains(excelErrors, text):
			bad = fault.New(fault.Invalid, "excel-error", fault.Args{"value": text})
		case longExponent.MatchString(text):
			bad = fault.New(fault.Invalid, "excel-number", fault.Args{"value": text})
		case number && i < len(shown) && shown[i] != text && dateShown.MatchString(shown[i]):
			values[i] = Value{String, excelDate(text, s.since1904)}
			continue
		case number:
			values[i] = Value{Number, text}
			continue
		}
		values[i] = Value{String, text}
	}
	return values, bad, true, nil
}

// excelDate writes a day number as a date, with the time where it is no midnight.
func excelDate(s string, since1904 bool) string {
	days, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	t, err := excelize.ExcelDateToTime(days, since1904)
	if err != nil {
		return s
	}
	return strings.TrimSuffix(t.Format("2006-01-02T15:04:05"), "T00:00:00")
}
