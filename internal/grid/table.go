package grid

import (
	"fmt"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Table is one layer of a file as it was read: named columns, and rows with or without a shape.
type Table struct {
	File    string   // as people know it; named in faults
	Columns []string // in the order of the file
	Rows    []Row
}

// Row is one row of a table. It has at most one of Shape and Lines; a Point may stand alone or beside a Shape.
type Row struct {
	N      int    // 1 = the first row of data
	Line   int    // of a table without shapes: the line of the text or the row of the sheet; else 0
	Layer  string // of a file with several; else ""
	ID     string // that belongs to no column; "" for none
	Fields map[string]string
	Shape  geo.MultiPolygon
	Lines  [][]geo.Point
	Point  *geo.Point
	Shift  float64        // metres: the largest move of a vertex by rounding to the lattice
	Faults []*fault.Error // why the row could not be read; none for a good row
}

// place names a row and column of the table in a fault.
func (t *Table) place(r *Row, column string) fault.Place {
	p := fault.Place{File: t.File, Field: column}
	if r != nil {
		p.Row, p.Line = r.N, r.Line
	}
	return p
}

// Text names the row to people.
func (r *Row) Text() fault.Text {
	return fault.Text{Zh: fmt.Sprintf("第 %d 行", r.N), En: fmt.Sprintf("row %d", r.N)}
}

// Mapping names the columns to read. A name left empty is looked for by its usual headers, Chinese and English, upper or lower case.
type Mapping struct{ Code, Name, Kind, Category, Parts, Source string }

// Usual headers of the columns; the templates carry the first of them in each language.
var (
	codeHeaders     = []string{"code", "编码", "代码", "网格编码", "网格编号", "网格代码"}
	nameHeaders     = []string{"name", "名称", "网格名称"}
	kindHeaders     = []string{"kind", "类型", "网格类型"}
	categoryHeaders = []string{"category", "类别", "网格类别"}
	partsHeaders    = []string{"parts", "部分数"}
	sourceHeaders   = []string{"source_id", "原编码", "来源编号"}
	levelHeaders    = []string{"level", "级别", "层级"}
)

// column finds the column that a mapping names, else one with a usual header; "" if there is none.
func (t *Table) column(named string, usual []string) (string, *fault.Error) {
	if named != "" {
		for _, c := range t.Columns {
			if c == named {
				return c, nil
			}
		}
		for _, c := range t.Columns {
			if strings.EqualFold(c, named) {
				return c, nil
			}
		}
		return "", fault.New(fault.Invalid, "field-missing", fault.Args{
			"field": named, "fields": strings.Join(t.Columns, ", ")}).In(fault.Place{File: t.File, Field: named})
	}
	for _, u := range usual {
		for _, c := range t.Columns {
			if strings.EqualFold(strings.TrimSpace(c), u) {
				return c, nil
			}
		}
	}
	return "", nil
}

// columns resolves a whole mapping. Where lenient, a named column that the table lacks is as if it were not named: the
// mapping was written for another table of the same import.
func (t *Table) columns(m Mapping, lenient bool) (Mapping, []*fault.Error) {
	var faults []*fault.Error
	find := func(named string, usual []string) string {
		c, f := t.column(named, usual)
		if f != nil && lenient {
			c, f = t.column("", usual)
		}
		if f != nil {
			faults = append(faults, f)
		}
		return c
	}
	return Mapping{
		Code:     find(m.Code, codeHeaders),
		Name:     find(m.Name, nameHeaders),
		Kind:     find(m.Kind, kindHeaders),
		Category: find(m.Category, categoryHeaders),
		Parts:    find(m.Parts, partsHeaders),
		Source:   find(m.Source, sourceHeaders),
	}, faults
}

// value is the trimmed text of a column; "" where the column is unknown or the row lacks it.
func (r *Row) value(column string) string {
	if column == "" {
		return ""
	}
	return strings.TrimSpace(r.Fields[column])
}

// Refused is what an import or a publication was refused for, in the order of rows, never empty as an error. Nothing of it was taken in.
type Refused []*fault.Error

// Error is for logs: the first fault and how many there are.
func (r Refused) Error() string {
	return fmt.Sprintf("refused: %d faults, first: %v", len(r), r[0])
}

// Unwrap gives the faults, so that fault.From finds the first of them.
func (r Refused) Unwrap() []error {
	list := make([]error, len(r))
	for i, f := range r {
		list[i] = f
	}
	return list
}
