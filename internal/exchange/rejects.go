package exchange

import (
	"errors"
	"os"
	"strconv"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Rejects is a CSV file of refused rows, written while they occur: line, reason, row. It appears under its name when it is complete; where no
// row was refused there is none, and one of an earlier run goes away.
type Rejects struct {
	path string
	lang fault.Lang
	file *partial
	line []byte
}

// NewRejects prepares a file of rejects; nothing is written before the first of them.
func NewRejects(path string, lang fault.Lang) *Rejects { return &Rejects{path: path, lang: lang} }

// Add writes a refused row: the line of the table, or the number of the feature.
func (x *Rejects) Add(r Row, f *fault.Error) (err error) {
	x.line = x.line[:0]
	if x.file == nil {
		if x.file, err = openPartial(x.path+".partial", 0); err != nil {
			return fault.From(err).In(fault.Place{File: x.path})
		}
		x.line = append(append(x.line, bomUTF8...), "line,reason,row\n"...)
	}
	n := r.Line
	if n == 0 {
		n = r.N
	}
	x.line = append(strconv.AppendInt(x.line, int64(n), 10), ',')
	x.line = append(appendCell(x.line, []byte(f.Rule+": "+f.Report(x.lang)), ','), ',')
	x.line = append(appendCell(x.line, r.text(), ','), '\n')
	if _, err := x.file.w.Write(x.line); err != nil {
		return cannotWrite(err)
	}
	return nil
}

// text is the row as one text: of a table the cells as CSV, of a feature its properties as JSON.
func (r Row) text() (text []byte) {
	if r.layer != nil && !r.layer.IsTable() {
		text = append(text, '{')
		for i, f := range r.Fields {
			if i > 0 {
				text = append(text, ',')
			}
			text = f.appendJSON(append(appendQuoted(text, f.Name), ':'))
		}
		return append(text, '}')
	}
	for i, f := range r.Fields {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendCell(text, []byte(f.Text), ',')
	}
	return text
}

// Finish gives the file its name and returns it, "" where nothing was refused.
func (x *Rejects) Finish() (path string, err error) {
	if x.file == nil {
		if err := errors.Join(remove(x.path+".partial"), remove(x.path)); err != nil {
			return "", cannotWrite(err)
		}
		return "", nil
	}
	err = errors.Join(x.file.w.Flush(), x.file.file.Close())
	if err == nil {
		err = os.Rename(x.file.path, x.path)
	}
	if err != nil {
		return "", cannotWrite(err)
	}
	return x.path, nil
}

// Abandon leaves what was written under its temporary name.
func (x *Rejects) Abandon() {
	if x.file != nil {
		x.file.w.Flush()
		x.file.file.Close()
	}
}
