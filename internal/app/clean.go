package app

import (
	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// cleanTable mends the shapes of a table so that they are a coverage, and lists each change. It is done on request only.
func (e *env) cleanTable(t *grid.Table) error {
	var shapes []geo.MultiPolygon
	var rows []*grid.Row
	for i := range t.Rows {
		if r := &t.Rows[i]; r.Shape != nil {
			shapes, rows = append(shapes, r.Shape), append(rows, r)
		}
	}
	cleaned, changes, err := coverage.Clean(shapes, coverage.CleanOptions{})
	if err != nil {
		return err
	}
	for i, r := range rows {
		r.Shape, r.Faults = cleaned[i], nil
	}
	e.say("修补了 %d 处：", "%d changes were made to clean the net:", len(changes))
	for _, c := range changes {
		e.say("  %s", "  %s", e.change(c, rows))
	}
	return nil
}
