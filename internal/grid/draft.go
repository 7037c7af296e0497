package grid

import (
	"strconv"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// draft is one division or grid on its way into the net.
type draft struct {
	table    *Table
	row      *Row // nil for a division named in a field
	said     string
	source   string
	name     string
	kind     Kind
	category Category
	parts    int // declared; 0: not said
	shape    geo.MultiPolygon
	parent   int32 // index among the drafts of the level above
	code     Code
}

func (d *draft) refuse(column, rule string, args fault.Args) *fault.Error {
	return fault.New(fault.Invalid, rule, args).In(d.place(column))
}

// place names the draft's row; nothing for a division that has none.
func (d *draft) place(column string) fault.Place {
	if d.table == nil {
		return fault.Place{}
	}
	return d.table.place(d.row, column)
}

// where names a draft to people who look for it in the file: by its row and what the source calls it; one without a row by its name.
func (d *draft) where() fault.Text {
	if d.row == nil {
		return fault.Text{Zh: d.label(), En: d.label()}
	}
	t := d.row.Text()
	if d.said != "" {
		t.Zh, t.En = t.Zh+" "+d.said, t.En+" "+d.said
	}
	return t
}

// label names a draft to people: by its name, else by what its source calls it, else by its row.
func (d *draft) label() string {
	switch {
	case d.name != "":
		return d.name
	case d.said != "":
		return d.said
	case d.row != nil:
		return "#" + strconv.Itoa(d.row.N)
	}
	return ""
}

// rows makes drafts of a table's rows: each readable, with a code that no other row has, and, unless they are to be
// cleaned, with a shape that is valid by itself.
func (a *assembler) rows(t *Table, c Mapping, validate bool) (drafts []draft, faults []*fault.Error) {
	if len(t.Rows) == 0 {
		return nil, []*fault.Error{fault.New(fault.Invalid, "no-rows", nil).In(fault.Place{File: t.File})}
	}
	first := map[[2]string]int{} // column and value → the row that had it first
	for i := range t.Rows {
		r := &t.Rows[i]
		d, refused := readDraft(t, r, c)
		for _, key := range [][2]string{{c.Code, d.said}, {c.Source, d.source}} {
			if n := first[key]; key[1] != "" && n > 0 {
				refused = append(refused, d.refuse(key[0], "duplicate-code", fault.Args{"code": key[1], "row": n}))
			} else {
				first[key] = r.N
			}
		}
		if len(r.Faults) == 0 {
			refused = append(refused, d.examine(validate)...)
		}
		if len(refused) == 0 {
			d.shape = geo.Normalize(d.shape)
			a.report.MaxShift = max(a.report.MaxShift, r.Shift)
			drafts = append(drafts, d)
		}
		faults = append(faults, refused...)
	}
	return drafts, faults
}

// readDraft reads the columns of a row.
func readDraft(t *Table, r *Row, c Mapping) (draft, []*fault.Error) {
	d := draft{table: t, row: r, said: r.value(c.Code), source: r.value(c.Source), name: r.value(c.Name), shape: r.Shape}
	faults := r.Faults[:len(r.Faults):len(r.Faults)]
	refuse := func(column, rule string, args fault.Args) { faults = append(faults, d.refuse(column, rule, args)) }
	var ok bool
	if d.kind, ok = ParseKind(r.value(c.Kind)); !ok {
		refuse(c.Kind, "unknown-kind", fault.Args{"kind": r.value(c.Kind), "known": knownKinds})
	}
	if d.category, ok = ParseCategory(r.value(c.Category)); !ok {
		refuse(c.Category, "unknown-category", fault.Args{"category": r.value(c.Category), "known": knownCategories})
	}
	if d.kind != "" && d.category != "" && d.category.Kind() != d.kind {
		refuse(c.Category, "category-of-other-kind", fault.Args{
			"category": d.category.Text(), "kind": d.category.Kind().Text(), "own": d.kind.Text(), "known": categoriesOf(d.kind)})
	}
	if said := r.value(c.Parts); said != "" {
		n, err := strconv.Atoi(said)
		if err != nil || n < 1 {
			refuse(c.Parts, "bad-parts", fault.Args{"parts": said})
		}
		d.parts = n
	}
	return d, faults
}

// examine is what is wrong with the shape by itself; of one that is to be cleaned, only that there is none.
func (d *draft) examine(validate bool) (faults []*fault.Error) {
	if !validate && len(d.shape) > 0 {
		return nil
	}
	for _, defect := range geo.Validate(d.shape) {
		faults = append(faults, fault.FromDefect(defect).In(d.place("")))
	}
	return faults
}
