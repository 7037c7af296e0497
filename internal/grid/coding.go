package grid

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// forerunner is what coding looks at in the base net: a division or grid whose code may live on.
type forerunner struct {
	code     Code
	name     string
	source   string
	kind     Kind
	category Category
	parts    int
}

func forerunners(n *Net, l Level) []forerunner {
	var list []forerunner
	if n == nil {
		return nil
	}
	switch l {
	case LevelTown, LevelCommunity:
		for _, d := range map[Level][]Division{LevelTown: n.Towns, LevelCommunity: n.Communities}[l] {
			list = append(list, forerunner{code: d.Code, name: d.Name, source: d.SourceID})
		}
	case LevelGrid:
		for _, g := range n.Grids {
			list = append(list, forerunner{g.Code, g.Name, g.SourceID, g.Kind, g.Category, g.Parts})
		}
	}
	return list
}

// code gives every draft its code and name, level by level from the towns down.
func (a *assembler) code() []*fault.Error {
	a.nameDistrict()
	c := newCoder(a.in.Basis)
	for l := LevelTown; l <= LevelGrid; l++ {
		if faults := a.codeLevel(l, c); len(faults) > 0 {
			return faults
		}
	}
	return nil
}

func (a *assembler) nameDistrict() {
	code := a.in.District.Code
	a.district = Division{Code: code, Name: cmp.Or(a.in.District.Name, a.register.byCode[code])}
	if base := a.in.Basis.Net; base != nil {
		a.district.SourceID = base.District.SourceID
		a.district.Name = cmp.Or(a.district.Name, base.District.Name)
	}
	a.district.Name = cmp.Or(a.district.Name, string(code))
}

// coder holds the codes of an import: those that live in the nets that it is made against, those retired, those in use.
type coder struct {
	*allocator
	retired map[Code]bool
}

func newCoder(basis Basis) coder {
	c := coder{newAllocator(basis.Used), make(map[Code]bool, len(basis.Used))}
	for _, code := range basis.Used {
		c.retired[code] = true
	}
	for _, n := range append(slices.Clip(basis.Near), basis.Net) {
		for l := LevelTown; l <= LevelGrid; l++ {
			for _, f := range forerunners(n, l) {
				delete(c.retired, f.code)
				c.used[f.code] = true
			}
		}
	}
	for _, named := range basis.Names { // an official code is for its own division alone
		c.used[named.Code] = true
	}
	return c
}

// codeLevel codes the drafts of one level, whose parents have their codes already. In this order: the source's own code if it
// obeys the table; the code that the register has for its name; the code of the forerunner with the same source id, in the base
// or else, where the past is corrected, in a net that holds later; that of the forerunner whose weight it holds (see heirs); a new
// one, in the order of first numbering. A forerunner's code lives on only under the same parent, because a code's prefix says
// where a thing lies.
func (a *assembler) codeLevel(l Level, c coder) (faults []*fault.Error) {
	drafts := a.drafts[l]
	base := forerunners(a.in.Basis.Net, l)
	byCode, bySource := map[Code]int{}, map[string]int{}
	for i, f := range base {
		byCode[f.code] = i
		if f.source != "" {
			bySource[f.source] = i
		}
	}
	near := map[string]Code{} // source id → code, of what lives beside the base and not in it
	for _, n := range a.in.Basis.Near {
		for _, f := range forerunners(n, l) {
			if _, both := byCode[f.code]; f.source != "" && !both && near[f.source] == "" {
				near[f.source] = f.code
			}
		}
	}
	parent := func(i int) Code {
		if l == LevelTown {
			return a.district.Code
		}
		return a.drafts[l-1][drafts[i].parent].code
	}
	taken := map[Code]bool{}
	take := func(i int, code Code) bool {
		if code == "" || code.Parent() != parent(i) || taken[code] {
			return false
		}
		drafts[i].code, taken[code], c.used[code] = code, true, true
		return true
	}
	var left []int // drafts without a code
	for i := range drafts {
		d := &drafts[i]
		own := Code(d.said)
		if !own.Obeys(l, parent(i)) {
			d.source, own = cmp.Or(d.source, d.said), ""
			if l < LevelGrid {
				own = a.register.within(d.label(), l, parent(i))
			}
		}
		switch {
		case c.retired[own]:
			faults = append(faults, d.refuse(a.columns.Code, "code-retired", fault.Args{"code": own}))
		case !take(i, own):
			left = append(left, i)
		}
	}
	if len(faults) > 0 {
		return faults
	}
	coding := Coding{Kept: len(drafts) - len(left)}
	left = slices.DeleteFunc(left, func(i int) bool {
		f, known := bySource[drafts[i].source]
		return known && take(i, base[f].code) || !known && take(i, near[drafts[i].source])
	})
	if len(left) > 0 && len(base) > 0 {
		flows, failed := a.flowsAt(l)
		if len(failed) > 0 {
			return failed
		}
		heir := heirs(flows, len(drafts))
		left = slices.DeleteFunc(left, func(i int) bool {
			return heir[i] != coverage.Outside && take(i, base[heir[i]].code)
		})
	}
	coding.Inherited = len(drafts) - coding.Kept - len(left)
	coding.Allocated = len(left)
	for i := range drafts {
		d := &drafts[i]
		if f, known := byCode[d.code]; known {
			faults = append(faults, a.inherit(d, l, base[f])...)
		}
		d.name = cmp.Or(d.name, a.register.byCode[d.code], d.source)
		d.kind = cmp.Or(d.kind, d.category.Kind(), Basic)
	}
	faults = append(faults, a.number(l, left, parent, c.allocator)...)
	for i := range drafts {
		drafts[i].name = cmp.Or(drafts[i].name, defaultName(l, drafts[i].code))
	}
	a.report.Coded[l] = coding
	return faults
}

// number gives new codes to the drafts left, parent by parent, in the order of first numbering.
func (a *assembler) number(l Level, left []int, parent func(int) Code, codes *allocator) (faults []*fault.Error) {
	drafts := a.drafts[l]
	slices.SortStableFunc(left, func(i, j int) int { return compareCodes(parent(i), parent(j)) })
	for len(left) > 0 {
		p, n := parent(left[0]), 1
		for n < len(left) && parent(left[n]) == p {
			n++
		}
		children := left[:n]
		left = left[n:]
		sites := make([]site, n)
		for k, i := range children {
			sites[k] = site{geo.LabelPoint(drafts[i].shape), drafts[i].shape.AreaM2(), drafts[i].source}
		}
		for _, k := range numberingOrder(sites) {
			d := &drafts[children[k]]
			var ok bool
			if d.code, ok = codes.next(p, bandOf(l, d.name)); !ok {
				f := d.refuse("", "codes-exhausted", fault.Args{"parent": p, "level": l.Text(), "children": n})
				f.At = &sites[k].label
				faults = append(faults, f)
				break
			}
		}
	}
	return faults
}

// inherit takes over from the forerunner what the file has no column for. The number of parts must be the forerunner's or be declared.
func (a *assembler) inherit(d *draft, l Level, f forerunner) []*fault.Error {
	if l < LevelGrid {
		d.name = cmp.Or(d.name, a.register.byCode[d.code], f.name)
		d.source = cmp.Or(d.source, f.source)
		return nil
	}
	if a.columns.Source == "" {
		d.source = cmp.Or(d.source, f.source)
	}
	if a.columns.Name == "" {
		d.name = f.name
	}
	switch c := a.columns; {
	case c.Kind == "" && c.Category == "":
		d.kind, d.category = f.kind, f.category
	case c.Category == "" && (d.kind == "" || d.kind == f.category.Kind()):
		d.category = f.category
	case c.Kind == "" && d.category == "":
		d.kind = f.kind
	}
	if d.parts == 0 && len(d.shape) != f.parts {
		return []*fault.Error{d.refuse(a.columns.Parts, "parts-undeclared", fault.Args{"code": d.code, "was": f.parts, "parts": len(d.shape)})}
	}
	return nil
}

// defaultName names what its source left without a name by its serial.
func defaultName(l Level, c Code) string {
	serial, _ := strconv.Atoi(string(c[max(0, len(c)-3):]))
	return "第" + strconv.Itoa(serial) + map[Level]string{LevelTown: "镇街", LevelCommunity: "社区", LevelGrid: "网格"}[l]
}

// flowsAt is what went from each item of the base net to each draft of a level.
func (a *assembler) flowsAt(l Level) ([]Flow, []*fault.Error) {
	if a.flows == nil {
		mesh, faults := Weave(a.in.Basis.Net)
		if len(faults) > 0 {
			return nil, faults
		}
		a.base = mesh
		a.flows = flows(mesh.Grids, a.covers[LevelGrid], a.in.Basis.Buildings)
	}
	return rise(a.flows, a.base.ancestors(l), a.ancestors(l)), nil
}

// ancestors is the index, at a level, of the draft in which each grid lies.
func (a *assembler) ancestors(l Level) []int32 {
	of := make([]int32, len(a.drafts[LevelGrid]))
	for i := range of {
		of[i] = int32(i)
		for at := LevelGrid; at > l; at-- {
			of[i] = a.drafts[at][of[i]].parent
		}
	}
	return of
}
