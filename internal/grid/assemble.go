package grid

import (
	"cmp"
	"slices"
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
	a.drafts[LevelGrid], faults = a.rows(t, columns, a.in.Clean == nil)
	return faults
}

// cover proves that the grids are a clean coverage, after having cleaned them where that is asked for.
func (a *assembler) cover() (faults []*fault.Error) {
	grids := a.drafts[LevelGrid]
	if a.in.Clean != nil {
		if faults = a.clean(grids); len(faults) > 0 {
			return faults
		}
	}
	for i := range grids {
		if d := &grids[i]; d.parts != 0 && d.parts != len(d.shape) {
			faults = append(faults, d.refuse(a.columns.Parts, "parts-of-row", fault.Args{"declared": d.parts, "parts": len(d.shape)}))
		}
	}
	cover, report := coverage.Build(shapesOf(grids))
	defects, holes := sift(report.Defects)
	if faults = append(faults, a.located(defects, grids)...); len(faults) > 0 {
		return faults
	}
	a.covers[LevelGrid] = cover
	a.report.Holes, a.report.Islands = holes, report.Islands
	for _, d := range grids {
		a.report.Bounds = a.report.Bounds.Union(d.shape.Bounds())
		a.report.AreaM2 += d.shape.AreaM2()
	}
	return nil
}

// clean makes a coverage of grids that are nearly one. A grid of which nothing is left is for a person to decide about.
func (a *assembler) clean(grids []draft) (faults []*fault.Error) {
	shapes, changes, err := coverage.Clean(shapesOf(grids), *a.in.Clean)
	if err != nil {
		return []*fault.Error{fault.From(err)}
	}
	a.report.Cleaned = changes
	for i := range grids {
		d := &grids[i]
		if len(shapes[i]) == 0 {
			at := d.shape[0][0][0]
			f := d.refuse("", "emptied", nil)
			f.At = &at
			faults = append(faults, f)
		}
		d.shape = geo.Normalize(shapes[i])
	}
	return faults
}

// located tells defects of a coverage by the rows of the faces concerned.
func (a *assembler) located(defects []geo.Defect, drafts []draft) []*fault.Error {
	var faults []*fault.Error
	for _, defect := range defects {
		f := fault.FromDefect(defect)
		f.Args["faces"] = facesText(defect.Faces, func(i int) fault.Text { return drafts[i].where() })
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

// facesText names the faces of a defect to people.
func facesText(faces []int, name func(int) fault.Text) fault.Text {
	zh, en := make([]string, len(faces)), make([]string, len(faces))
	for i, f := range faces {
		t := name(f)
		zh[i], en[i] = t.Zh, t.En
	}
	return fault.Text{Zh: strings.Join(zh, "、"), En: strings.Join(en, ", ")}
}
