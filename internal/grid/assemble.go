package grid

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Assemble makes the net of a district from tables of features. Each feature's own code is judged by itself: it is kept iff
// it obeys the table of codes under the parent that the feature lies in, else it becomes the source id and the feature takes
// the code of its forerunner in the base net, else a new one. The same input gives the same net.
//
// It goes in steps: rows, coverage, levels, codes, what the net changes. A step reports all its faults, with file and row, and the next is not
// begun; then the error is Refused, the net is nil, and the Assembly holds the same list.
func Assemble(in AssembleInput) (*Net, *Assembly, error) {
	a := &assembler{in: in, register: newRegister(in.Basis.Names), report: &Assembly{
		Coded: map[Level]Coding{}, InParts: map[Level]int{}, Bounds: geo.EmptyBounds()}}
	for _, step := range []func() []*fault.Error{a.read, a.cover, a.communities, a.towns, a.code, a.weave, a.follow} {
		if faults := step(); len(faults) > 0 {
			slices.SortStableFunc(faults, func(x, y *fault.Error) int {
				return cmp.Or(strings.Compare(x.Where.File, y.Where.File), cmp.Compare(x.Where.Row, y.Where.Row))
			})
			a.report.Refused, a.report.Mesh = faults, nil
			return nil, a.report, Refused(faults)
		}
	}
	return a.report.Mesh.Net, a.report, nil
}

// assembler holds an import on its way. Drafts of a level are in the order of their table, or of first mention.
type assembler struct {
	in       AssembleInput
	register register
	report   *Assembly
	columns  Mapping
	district Division
	drafts   [LevelGrid + 1][]draft
	covers   [LevelGrid + 1]*coverage.Coverage
	base     *Mesh  // of the base net, made when it is needed
	flows    []Flow // from base grids to drafts, likewise
}

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

// read makes drafts of the grids' rows.
func (a *assembler) read() []*fault.Error {
	t := a.in.Grids
	if a.in.District.Code.Level() != LevelDistrict {
		return []*fault.Error{fault.New(fault.Invalid, "district-code", fault.Args{"code": a.in.District.Code})}
	}
	a.report.Rows = len(t.Rows)
	columns, faults := t.columns(a.in.Fields, false)
	if len(faults) > 0 {
		return faults
	}
	a.columns = columns
	a.drafts[LevelGrid], faults = a.rows(t, columns)
	return faults
}

// rows makes drafts of a table's rows: each readable, valid by itself, and with a code that no other row has.
func (a *assembler) rows(t *Table, c Mapping) (drafts []draft, faults []*fault.Error) {
	if len(t.Rows) == 0 {
		return nil, []*fault.Error{fault.New(fault.Invalid, "no-rows", nil).In(fault.Place{File: t.File})}
	}
	first := map[[2]string]int{}
	for i := range t.Rows {
		r := &t.Rows[i]
		d := draft{table: t, row: r, said: r.value(c.Code), source: r.value(c.Source), name: r.value(c.Name), shape: r.Shape}
		before := len(faults)
		refuse := func(column, rule string, args fault.Args) { faults = append(faults, d.refuse(column, rule, args)) }
		faults = append(faults, r.Faults...)
		for _, key := range [][2]string{{c.Code, d.said}, {c.Source, d.source}} {
			if n := first[key]; key[1] != "" && n > 0 {
				refuse(key[0], "duplicate-code", fault.Args{"code": key[1], "row": n})
			} else {
				first[key] = r.N
			}
		}
		var ok bool
		if d.kind, ok = ParseKind(r.value(c.Kind)); !ok {
			refuse(c.Kind, "unknown-kind", fault.Args{"kind": r.value(c.Kind), "known": knownKinds})
		}
		if d.category, ok = ParseCategory(r.value(c.Category)); !ok {
			refuse(c.Category, "unknown-category", fault.Args{"category": r.value(c.Category), "known": knownCategories})
		}
		if d.kind != "" && d.category != "" && d.category.Kind() != d.kind {
			refuse(c.Category, "category-of-other-kind", fault.Args{"category": d.category.Text(), "kind": d.category.Kind().Text()})
		}
		if said := r.value(c.Parts); said != "" {
			n, err := strconv.Atoi(said)
			switch {
			case err != nil || n < 1:
				refuse(c.Parts, "bad-parts", fault.Args{"parts": said})
			case n != len(r.Shape) && len(r.Faults) == 0:
				refuse(c.Parts, "parts-of-row", fault.Args{"declared": n, "parts": len(r.Shape)})
			}
			d.parts = n
		}
		if len(r.Faults) == 0 {
			for _, defect := range geo.Validate(r.Shape) {
				faults = append(faults, fault.FromDefect(defect).In(t.place(r, "")))
			}
		}
		if len(faults) == before {
			d.shape = geo.Normalize(d.shape)
			a.report.MaxShift = max(a.report.MaxShift, r.Shift)
			drafts = append(drafts, d)
		}
	}
	return drafts, faults
}

// cover proves that the grids are a clean coverage.
func (a *assembler) cover() []*fault.Error {
	cover, report := coverage.Build(shapesOf(a.drafts[LevelGrid]))
	faults, holes := sift(report.Defects)
	if len(faults) > 0 {
		return a.located(faults, a.drafts[LevelGrid])
	}
	a.covers[LevelGrid] = cover
	a.report.Holes, a.report.Islands = holes, report.Islands
	for _, d := range a.drafts[LevelGrid] {
		a.report.Bounds = a.report.Bounds.Union(d.shape.Bounds())
		a.report.AreaM2 += d.shape.AreaM2()
	}
	return nil
}

// located tells defects of a coverage by the rows of the faces concerned.
func (a *assembler) located(defects []geo.Defect, drafts []draft) []*fault.Error {
	var faults []*fault.Error
	for _, defect := range defects {
		f := fault.FromDefect(defect)
		f.Args["faces"] = joinFaces(defect.Faces, func(i int) string { return drafts[i].label() })
		if len(defect.Faces) > 0 {
			f = f.In(drafts[defect.Faces[0]].place(""))
		}
		faults = append(faults, f)
	}
	return faults
}

// weave makes the net of the coded drafts and proves it once more, as publication will.
func (a *assembler) weave() []*fault.Error {
	net := &Net{District: a.district}
	for l, list := range map[Level]*[]Division{LevelTown: &net.Towns, LevelCommunity: &net.Communities} {
		for _, d := range a.drafts[l] {
			*list = append(*list, Division{Code: d.code, Name: d.name, SourceID: d.source})
		}
	}
	for _, d := range a.drafts[LevelGrid] {
		net.Grids = append(net.Grids, Face{Code: d.code, Name: d.name, Kind: d.kind, Category: d.category,
			SourceID: d.source, Parts: len(d.shape), Shape: d.shape})
		if d.source != "" {
			a.report.Sources++
		}
	}
	mesh, faults := Weave(net)
	if a.report.Mesh = mesh; mesh == nil {
		return faults
	}
	for _, g := range mesh.Net.Grids {
		a.report.count(LevelGrid, g.Shape)
	}
	for _, d := range mesh.Net.Communities {
		a.report.count(LevelCommunity, d.Outline)
	}
	for _, d := range mesh.Net.Towns {
		a.report.count(LevelTown, d.Outline)
	}
	return nil
}

// follow compares the net with its base, as publication will.
func (a *assembler) follow() []*fault.Error {
	mesh, basis := a.report.Mesh, a.in.Basis
	if basis.Net != nil && a.base == nil {
		var faults []*fault.Error
		if a.base, faults = Weave(basis.Net); len(faults) > 0 {
			return faults
		}
	}
	flows := flowsBetween(a.base, mesh, basis.Buildings)
	if a.base != nil {
		if faults := mesh.follows(a.base, flows); len(faults) > 0 {
			return faults
		}
	}
	a.report.Difference = diff(a.base, mesh, flows)
	return nil
}

func shapesOf(drafts []draft) []geo.MultiPolygon {
	shapes := make([]geo.MultiPolygon, len(drafts))
	for i, d := range drafts {
		shapes[i] = d.shape
	}
	return shapes
}

// joinFaces names the faces of a defect in a sentence.
func joinFaces(faces []int, name func(int) string) string {
	names := make([]string, len(faces))
	for i, f := range faces {
		names[i] = name(f)
	}
	return strings.Join(names, ", ")
}
