package grid

import (
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Describe puts what a table without shapes says about grids into the rows of the grids with the same code: names, kinds,
// categories and numbers of parts go into the columns that these are read from, any other column is added. An empty cell says
// nothing. Refused are codes that no grid has and codes said twice; grids of which the table says nothing stay as they are.
func (in *AssembleInput) Describe(attributes *Table) error {
	said, faults := attributes.columns(Mapping{}, false)
	columns, more := in.Grids.columns(in.Fields, false)
	faults = append(faults, more...)
	for _, t := range []struct {
		table *Table
		code  string
	}{{attributes, said.Code}, {in.Grids, columns.Code}} {
		if t.code == "" {
			faults = append(faults, fault.New(fault.Invalid, "field-missing", fault.Args{
				"field": fault.Text{Zh: codeHeaders[1], En: codeHeaders[0]}, "fields": strings.Join(t.table.Columns, ", ")}).In(fault.Place{File: t.table.File}))
		}
	}
	if len(faults) > 0 {
		return Refused(faults)
	}
	into := map[string]string{said.Name: columns.Name, said.Kind: columns.Kind, said.Category: columns.Category, said.Parts: columns.Parts}
	grids := map[string]*Row{}
	for i := range in.Grids.Rows {
		r := &in.Grids.Rows[i]
		grids[r.value(columns.Code)] = r
	}
	first := map[string]int{}
	for i := range attributes.Rows {
		r := &attributes.Rows[i]
		code := r.value(said.Code)
		g := grids[code]
		switch {
		case len(r.Faults) > 0:
			faults = append(faults, r.Faults...)
		case g == nil || code == "":
			faults = append(faults, fault.New(fault.Invalid, "no-such-grid", fault.Args{"code": code, "file": in.Grids.File}).In(attributes.place(r, said.Code)))
		case first[code] > 0:
			faults = append(faults, fault.New(fault.Invalid, "duplicate-code", fault.Args{"code": code, "row": first[code]}).In(attributes.place(r, said.Code)))
		default:
			first[code] = r.N
			in.Grids.describe(g, r, attributes.Columns, said.Code, into)
		}
	}
	if len(faults) > 0 {
		return Refused(faults)
	}
	return nil
}

// describe copies the cells of one row into a row of the table.
func (t *Table) describe(to, from *Row, columns []string, code string, into map[string]string) {
	for _, c := range columns {
		v := from.value(c)
		if c == code || v == "" {
			continue
		}
		column := c
		if into[c] != "" {
			column = into[c]
		}
		if known, f := t.column(column, nil); f == nil {
			column = known
		} else {
			t.Columns = append(t.Columns, column)
		}
		to.Fields[column] = v
	}
}
