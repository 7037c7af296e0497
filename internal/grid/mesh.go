package grid

import (
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Mesh is a net together with its coverages at every level. Face i of a coverage is item i of the net's list of that level.
// A Mesh exists only for a clean net; it is immutable and safe for concurrent use.
type Mesh struct {
	Net         *Net // sorted by code, shapes normalized, outlines dissolved from the grids
	Grids       *coverage.Coverage
	Communities *coverage.Coverage
	Towns       *coverage.Coverage
	District    *coverage.Coverage // one face
	CommunityOf []int32            // of each grid: the index of its community
	TownOf      []int32            // of each community: the index of its town
	Report      coverage.Report    // of the grids: islands and holes are allowed and counted
}

// Weave proves that a net is one net and gives its mesh: every code obeys the table and is there once, every grid has its
// community, every community its town, none is empty, and the grids are a clean coverage. Outlines are not read but made,
// by dissolving. All faults found are returned; rows of a file are not known here. The net given is not changed.
func Weave(n *Net) (*Mesh, []*fault.Error) {
	net := &Net{
		District:    n.District,
		Towns:       slices.SortedFunc(slices.Values(n.Towns), compareDivisions),
		Communities: slices.SortedFunc(slices.Values(n.Communities), compareDivisions),
		Grids:       slices.SortedFunc(slices.Values(n.Grids), func(a, b Face) int { return compareCodes(a.Code, b.Code) }),
	}
	shapes := make([]geo.MultiPolygon, len(net.Grids))
	for i := range net.Grids {
		g := &net.Grids[i]
		g.Shape = geo.Normalize(g.Shape)
		shapes[i] = g.Shape
	}
	m := &Mesh{Net: net}
	faults := m.link()
	if len(faults) > 0 {
		return nil, faults
	}
	m.Grids, m.Report = coverage.Build(shapes)
	defects, _ := sift(m.Report.Defects)
	for _, d := range defects {
		faults = append(faults, defectOf(d, net.Grids))
	}
	if len(faults) > 0 {
		return nil, faults
	}
	if err := m.dissolve(); err != nil {
		return nil, []*fault.Error{fault.From(err)}
	}
	return m, nil
}

// link checks codes and attributes and fills the indices of the parents.
func (m *Mesh) link() []*fault.Error {
	n := m.Net
	var faults []*fault.Error
	refuse := func(rule string, args fault.Args) {
		faults = append(faults, fault.New(fault.Invalid, rule, args))
	}
	if n.District.Code.Level() != LevelDistrict {
		refuse("district-code", fault.Args{"code": n.District.Code})
	}
	if len(n.Grids) == 0 {
		refuse("empty-net", nil)
	}
	// children gives the parents' indices of a sorted list of codes, by walking both lists together.
	children := func(l Level, codes []Code, parents []Code) []int32 {
		of := make([]int32, len(codes))
		filled := make([]bool, len(parents))
		for i, c := range codes {
			p, found := slices.BinarySearch(parents, c.Parent())
			switch {
			case !c.Obeys(l, c.Parent()) || c.At(LevelDistrict) != n.District.Code:
				refuse("code-form", fault.Args{"code": c, "level": l.Text(), "district": n.District.Code})
			case i > 0 && codes[i-1] == c:
				refuse("code-twice", fault.Args{"code": c})
			case !found:
				refuse("parent-unknown", fault.Args{"code": c, "level": l.Text(), "parent": c.Parent()})
			default:
				of[i], filled[p] = int32(p), true
			}
		}
		for p, ok := range filled {
			if !ok {
				refuse("empty-division", fault.Args{"code": parents[p]})
			}
		}
		return of
	}
	towns, communities := codesOf(n.Towns), codesOf(n.Communities)
	grids := make([]Code, len(n.Grids))
	for i, g := range n.Grids {
		grids[i] = g.Code
		if g.Kind != Basic && g.Kind != Dedicated {
			refuse("unknown-kind", fault.Args{"kind": g.Kind, "known": knownKinds})
		}
		if g.Category != "" && g.Category.Kind() == "" {
			refuse("unknown-category", fault.Args{"category": g.Category, "known": knownCategories})
		}
		if g.Parts != len(g.Shape) {
			refuse("parts-of-code", fault.Args{"code": g.Code, "declared": g.Parts, "parts": len(g.Shape)})
		}
	}
	children(LevelTown, towns, []Code{n.District.Code})
	m.TownOf = children(LevelCommunity, communities, towns)
	m.CommunityOf = children(LevelGrid, grids, communities)
	return faults
}

// dissolve makes the coverages above the grids and the outlines from them.
func (m *Mesh) dissolve() (err error) {
	n := m.Net
	if m.Communities, err = m.Grids.Dissolve(m.CommunityOf, len(n.Communities)); err != nil {
		return err
	}
	if m.Towns, err = m.Communities.Dissolve(m.TownOf, len(n.Towns)); err != nil {
		return err
	}
	if m.District, err = m.Towns.Dissolve(make([]int32, len(n.Towns)), 1); err != nil {
		return err
	}
	for i := range n.Communities {
		n.Communities[i].Outline = geo.Normalize(m.Communities.Face(i))
	}
	for i := range n.Towns {
		n.Towns[i].Outline = geo.Normalize(m.Towns.Face(i))
	}
	n.District.Outline = geo.Normalize(m.District.Face(0))
	return nil
}

// leastHole is the width in metres, of the widest circle in it, from which on a region without a grid is a hole that
// somebody may have meant. What is narrower is a gap between neighbours.
const leastHole = 1.0

// sift parts the defects of a coverage without a parent into faults and legitimate holes.
func sift(defects []geo.Defect) (faults, holes []geo.Defect) {
	for _, d := range defects {
		if d.Rule == geo.RuleHole && d.Width >= leastHole {
			holes = append(holes, d)
			continue
		}
		if d.Rule == geo.RuleHole {
			d.Rule = geo.RuleGap
		}
		faults = append(faults, d)
	}
	return faults, holes
}

// defectOf tells a defect of a coverage by the codes of the faces concerned.
func defectOf(d geo.Defect, grids []Face) *fault.Error {
	f := fault.FromDefect(d)
	f.Args["faces"] = facesText(d.Faces, func(i int) fault.Text { return fault.Text{Zh: string(grids[i].Code), En: string(grids[i].Code)} })
	return f
}

func compareDivisions(a, b Division) int { return compareCodes(a.Code, b.Code) }

func codesOf(list []Division) []Code {
	codes := make([]Code, len(list))
	for i, d := range list {
		codes[i] = d.Code
	}
	return codes
}
