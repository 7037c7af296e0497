package grid

import (
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
	rows map[int]bool
}

// add refuses a row for reasons that may name a column.
func (l *refusals) add(r *Row, faults ...*fault.Error) {
	if l.rows == nil {
		l.rows = map[int]bool{}
	}
	l.rows[r.N] = true
	for _, f := range faults {
		l.list = append(l.list, Refusal{f.In(fault.Place{File: l.file, Row: r.N, Line: r.Line}), r.Fields})
	}
}

// sorted are the refusals in the order of rows.
func (l *refusals) sorted() []Refusal {
	slices.SortStableFunc(l.list, func(a, b Refusal) int { return a.Fault.Where.Row - b.Fault.Where.Row })
	return l.list
}

// examined are the defects of a shape as reasons to refuse a row.
func examined(defects []geo.Defect) (faults []*fault.Error) {
	for _, d := range defects {
		faults = append(faults, fault.FromDefect(d))
	}
	return faults
}
