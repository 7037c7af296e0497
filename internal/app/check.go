package app

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type checkCmd struct {
	File string `arg:"" help:"面文件 · File of polygons."`
	source
	Code   string `placeholder:"F" help:"报告中用来称呼图形的字段，不给则用行号 · Column that names the shapes in the report; none: rows."`
	Report string `placeholder:"OUT.geojson" help:"把问题写成 GeoJSON，可用 QGIS 打开 · Write the defects as GeoJSON, for QGIS."`
	JSON   bool   `name:"json" help:"以 JSON 输出 · Print as JSON."`
}

// Run checks whether the polygons of a file are a clean coverage. Nothing is stored; without a CRS the numbers are taken as degrees.
func (c checkCmd) Run(e *env) error {
	o := c.options(exchange.WantPolygons)
	o.AssumeDegrees = true
	if c.Code != "" {
		o.Fields = exchange.Mapping{"code": c.Code}
	}
	t, err := e.readTable(c.File, o)
	if err != nil {
		return err
	}
	if c.Code != "" && !slices.Contains(t.Columns, c.Code) {
		return fault.New(fault.Usage, "field-missing", fault.Args{"field": c.Code, "fields": strings.Join(t.Columns, ", ")}).In(fault.Place{File: t.File})
	}
	var shapes []geo.MultiPolygon
	var rows []*grid.Row
	var faults []*fault.Error
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Shape == nil {
			faults = append(faults, r.Faults...)
			continue
		}
		shapes, rows = append(shapes, r.Shape), append(rows, r)
	}
	report := coverage.Check(shapes, nil)
	label := func(face int) string {
		if name := rows[face].Fields[c.Code]; name != "" {
			return name
		}
		return e.word(rows[face].Text())
	}
	for _, d := range report.Defects {
		f := fault.FromDefect(d).In(fault.Place{File: t.File})
		f.Args["faces"] = strings.Join(labels(d.Faces, label), e.word(fault.Text{Zh: "、", En: ", "}))
		if len(d.Faces) > 0 {
			f = f.In(fault.Place{Row: rows[d.Faces[0]].N})
		}
		faults = append(faults, f)
	}
	if c.Report != "" {
		if err := e.writeFile(c.Report, func(w *os.File) error {
			return exchange.WriteReport(w, crs.CGCS2000, slices.Values(faults), label)
		}); err != nil {
			return err
		}
	}
	if c.JSON {
		if err := e.printJSON(checkJSON(t.File, report, faults, label)); err != nil {
			return err
		}
	} else {
		e.printCheck(report, faults, t.File)
	}
	if len(faults) > 0 && c.Report == "" {
		e.say("\n共 %d 处。加 --report 文件.geojson，可把每一处的位置写成图层，用 QGIS 打开。", "\n%d in all. --report FILE.geojson writes every place as a layer for QGIS.", len(faults))
	}
	if !report.Clean() || len(faults) > len(report.Defects) {
		return errReported
	}
	return nil
}

// printCheck prints the counts, then class by class what was found, the largest first.
func (e *env) printCheck(r coverage.Report, faults []*fault.Error, file string) {
	fmt.Fprintf(e.Out, e.word(fault.Text{Zh: "面 %d，边 %d，弧 %d，结点 %d，孤立部分 %d，空洞 %d\n", En: "%d faces, %d edges, %d arcs, %d nodes, %d islands, %d holes\n"}),
		r.Faces, r.Edges, r.Arcs, r.Nodes, r.Islands, r.Holes)
	e.listFaults(e.Out, faults, file)
	if len(faults) == 0 {
		fmt.Fprintln(e.Out, e.word(fault.Text{Zh: "没有缝隙，没有重叠。", En: "No gap, no overlap."}))
	}
}

// labels names faces.
func labels(faces []int, label func(int) string) []string {
	names := make([]string, len(faces))
	for i, f := range faces {
		names[i] = label(f)
	}
	return names
}

func checkJSON(file string, r coverage.Report, faults []*fault.Error, label func(int) string) map[string]any {
	list := []map[string]any{}
	for _, f := range faults {
		m := map[string]any{"rule": f.Rule, "row": f.Where.Row, "zh": f.Sentence(fault.Chinese), "en": f.Sentence(fault.English)}
		if f.At != nil {
			m["at"] = []float64{f.At.Lon(), f.At.Lat()}
		}
		if d, ok := f.Cause.(geo.Defect); ok {
			m["area_m2"], m["width_m"], m["faces"] = d.Area, d.Width, labels(d.Faces, label)
		}
		list = append(list, m)
	}
	return map[string]any{"file": file, "clean": r.Clean() && len(faults) == len(r.Defects), "faces": r.Faces, "edges": r.Edges, "arcs": r.Arcs,
		"nodes": r.Nodes, "islands": r.Islands, "holes": r.Holes, "defects": list}
}

// writeFile writes a file whole or not at all: beside its place first, then under its name.
func (e *env) writeFile(path string, write func(*os.File) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".zhuwang-*")
	if err != nil {
		return unwritable(path, err)
	}
	defer os.Remove(f.Name())
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return unwritable(path, err)
	}
	if err := f.Close(); err != nil {
		return unwritable(path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return unwritable(path, err)
	}
	return nil
}

func unwritable(path string, err error) error {
	f := fault.New(fault.Invalid, "cannot-write", nil).In(fault.Place{File: filepath.Base(path)})
	f.Cause = err
	return f
}
