package grid

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Refusal is a row that was not taken in, while others were.
type Refusal struct {
	Fault  *fault.Error // names file and row
	Fields map[string]string
}

// refusals collects the rows that are not taken in.
type refusals struct {
	file string
	list []Refusal
	rows map[fault.Place]bool
}

// add refuses a row for reasons that may name a column.
func (l *refusals) add(r *Row, faults ...*fault.Error) {
	if l.rows == nil {
		l.rows = map[fault.Place]bool{}
	}
	at := fault.Place{File: l.file, Layer: r.Layer, Row: r.N, Line: r.Line}
	l.rows[at] = true
	for _, f := range faults {
		l.list = append(l.list, Refusal{f.In(at), r.Fields})
	}
}

// sorted are the refusals in the order of rows.
func (l *refusals) sorted() []Refusal {
	slices.SortStableFunc(l.list, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.Fault.Where.Layer, b.Fault.Where.Layer), cmp.Compare(a.Fault.Where.Row, b.Fault.Where.Row))
	})
	return l.list
}

// examined are the defects of a shape as reasons to refuse a row.
func examined(defects []geo.Defect) (faults []*fault.Error) {
	for _, d := range defects {
		faults = append(faults, fault.FromDefect(d))
	}
	return faults
}
