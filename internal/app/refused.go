package app

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// writeRefused writes what an import was refused for, where that was asked for: places for a GIS, rows for a spreadsheet.
func (c importNetCmd) writeRefused(e *env, t *grid.Table, a *grid.Assembly) error {
	if c.Report != "" {
		err := e.writeFile(c.Report, func(w *os.File) error {
			return exchange.WriteReport(w, crs.CGCS2000, slices.Values(a.Refused), func(face int) string { return strconv.Itoa(face + 1) })
		})
		if err != nil {
			return err
		}
	}
	if c.Refused == "" {
		return nil
	}
	rows := map[int]*grid.Row{}
	for i := range t.Rows {
		rows[t.Rows[i].N] = &t.Rows[i]
	}
	var rejects []exchange.Reject
	for _, f := range a.Refused {
		r := exchange.Reject{Row: f.Where.Row, Fault: f}
		if row := rows[f.Where.Row]; row != nil && f.Where.File == t.File {
			for _, column := range t.Columns {
				r.Fields = append(r.Fields, exchange.Field{Name: column, Value: exchange.Value{Kind: exchange.String, Text: row.Fields[column]}})
			}
		}
		rejects = append(rejects, r)
	}
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Refused)), ".")
	return e.writeFile(c.Refused, func(w *os.File) error { return exchange.WriteRejects(w, format, rejects, e.lang) })
}
