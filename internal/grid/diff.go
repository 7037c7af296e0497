package grid

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
)

// Fate is how a division or grid differs between two nets.
type Fate string

// The ways: a code that is new, a code that is gone, a code whose shape, attributes or both are others.
const (
	Born    Fate = "born"
	Gone    Fate = "gone"
	Changed Fate = "changed"
)

// Change is one division or grid that differs.
type Change struct {
	Level      Level
	Code       Code
	Name       string // the new one; of what is gone, the old one
	OldName    string // of what changed
	Fate       Fate
	Shape      bool     // the shape changed
	Attributes []string // names of the attributes that changed: name, kind, category, source_id, parts
	OldAreaM2  float64  // 0 for what is born
	AreaM2     float64  // 0 for what is gone
}

// Move is area that lay in one grid and lies in another. From or To is "" where it lay, or lies, in none.
type Move struct {
	From, To   Code
	AreaM2     float64
	Buildings  int
	Households int
}

// Difference is what changes from one net to another.
type Difference struct {
	Changes []Change // by level from the district down, then by code
	Moves   []Move   // by area, largest first; what stays under its code is no move

	// After a publication: what lies in another grid than before, by kind, from, to; and, of these, what a person had given to a grid that is gone.
	Moved, ManualEnded []Moved
}

// Empty reports whether the two nets are the same, vertex by vertex and word by word.
func (d Difference) Empty() bool { return len(d.Changes) == 0 }

// Count is how many things of a level changed so.
func (d Difference) Count(l Level, f Fate) int {
	n := 0
	for _, c := range d.Changes {
		if c.Level == l && c.Fate == f {
			n++
		}
	}
	return n
}

// MovedM2 is the area that lies in another grid than before.
func (d Difference) MovedM2() float64 {
	sum := 0.0
	for _, m := range d.Moves {
		sum += m.AreaM2
	}
	return sum
}

// Diff compares two nets of one district; old is nil before the first. Buildings are counted in the moves by their points.
func Diff(old, new *Mesh, buildings []Building) Difference {
	return diff(old, new, flowsBetween(old, new, buildings))
}

func diff(old, new *Mesh, flows []Flow) Difference {
	var d Difference
	for l := LevelDistrict; l <= LevelGrid; l++ {
		d.Changes = append(d.Changes, changes(l, things(old, l), things(new, l))...)
	}
	for _, f := range flows {
		m := Move{From: old.gridCode(f.From), To: new.gridCode(f.To), AreaM2: f.AreaM2, Buildings: f.Buildings, Households: f.Households}
		if m.From != m.To {
			d.Moves = append(d.Moves, m)
		}
	}
	slices.SortFunc(d.Moves, func(a, b Move) int {
		return cmp.Or(cmp.Compare(b.AreaM2, a.AreaM2), compareCodes(a.From, b.From), compareCodes(a.To, b.To))
	})
	return d
}

// thing is a division or grid as a difference sees it.
type thing struct {
	Face
	outline geo.MultiPolygon
}

// things are the items of a level, by code.
func things(m *Mesh, l Level) []thing {
	if m == nil {
		return nil
	}
	var list []thing
	division := func(d Division) {
		list = append(list, thing{Face{Code: d.Code, Name: d.Name, SourceID: d.SourceID}, d.Outline})
	}
	switch l {
	case LevelDistrict:
		division(m.Net.District)
	case LevelTown:
		for _, d := range m.Net.Towns {
			division(d)
		}
	case LevelCommunity:
		for _, d := range m.Net.Communities {
			division(d)
		}
	case LevelGrid:
		for _, g := range m.Net.Grids {
			list = append(list, thing{g, g.Shape})
		}
	}
	return list
}

// changes merges two lists sorted by code.
func changes(l Level, old, new []thing) []Change {
	var list []Change
	for len(old) > 0 || len(new) > 0 {
		order := 0
		switch {
		case len(old) == 0:
			order = 1
		case len(new) == 0:
			order = -1
		default:
			order = compareCodes(old[0].Code, new[0].Code)
		}
		switch {
		case order < 0:
			o := old[0]
			list = append(list, Change{Level: l, Code: o.Code, Name: o.Name, Fate: Gone, OldAreaM2: o.outline.AreaM2()})
			old = old[1:]
		case order > 0:
			n := new[0]
			list = append(list, Change{Level: l, Code: n.Code, Name: n.Name, Fate: Born, AreaM2: n.outline.AreaM2()})
			new = new[1:]
		default:
			o, n := old[0], new[0]
			c := Change{Level: l, Code: n.Code, Name: n.Name, OldName: o.Name, Fate: Changed, Shape: !geo.Identical(o.outline, n.outline), Attributes: attributes(o.Face, n.Face)}
			if c.Shape || len(c.Attributes) > 0 {
				c.OldAreaM2, c.AreaM2 = o.outline.AreaM2(), n.outline.AreaM2()
				list = append(list, c)
			}
			old, new = old[1:], new[1:]
		}
	}
	return list
}

// attributes names the attributes in which two faces differ.
func attributes(a, b Face) []string {
	var names []string
	for _, x := range []struct {
		name string
		same bool
	}{
		{"name", a.Name == b.Name}, {"kind", a.Kind == b.Kind}, {"category", a.Category == b.Category},
		{"source_id", a.SourceID == b.SourceID}, {"parts", a.Parts == b.Parts},
	} {
		if !x.same {
			names = append(names, x.name)
		}
	}
	return names
}

// gridCode is the code of grid i; "" for coverage.Outside.
func (m *Mesh) gridCode(i int32) Code {
	if i == coverage.Outside {
		return ""
	}
	return m.Net.Grids[i].Code
}

// ancestors is the index, at a level, of the division in which each grid lies; nil for no mesh.
func (m *Mesh) ancestors(l Level) []int32 {
	if m == nil {
		return nil
	}
	of := make([]int32, len(m.Net.Grids))
	for i := range of {
		switch l {
		case LevelGrid:
			of[i] = int32(i)
		case LevelCommunity:
			of[i] = m.CommunityOf[i]
		case LevelTown:
			of[i] = m.TownOf[m.CommunityOf[i]]
		}
	}
	return of
}
