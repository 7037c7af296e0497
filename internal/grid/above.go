package grid

import (
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// communities groups the grids.
func (a *assembler) communities() []*fault.Error {
	if a.in.Community.Table != nil {
		return a.fromTable(LevelCommunity, a.in.Community.Table)
	}
	values, faults := a.values(LevelCommunity, a.in.Community)
	if len(faults) > 0 {
		return faults
	}
	a.group(LevelCommunity, values)
	return a.dissolve(LevelCommunity)
}

// towns groups the communities. A field or prefix is read from the grids where they have it, else from the communities'
// own table; the grids of one community must agree.
func (a *assembler) towns() []*fault.Error {
	if a.in.Town.Table != nil {
		return a.fromTable(LevelTown, a.in.Town.Table)
	}
	communities := a.drafts[LevelCommunity]
	ofCommunity := make([]string, len(communities))
	values, faults := a.values(LevelTown, a.in.Town)
	if len(faults) > 0 {
		if ofCommunity = a.valuesOfCommunities(); ofCommunity == nil {
			return faults
		}
	} else {
		said := make([]*draft, len(communities)) // the first grid that named the town
		for i := range a.drafts[LevelGrid] {
			g := &a.drafts[LevelGrid][i]
			switch {
			case said[g.parent] == nil:
				said[g.parent], ofCommunity[g.parent] = g, values[i]
			case ofCommunity[g.parent] != values[i]:
				faults = append(faults, g.refuse(a.in.Town.Field, "community-in-two-towns", fault.Args{
					"community": communities[g.parent].label(), "town": values[i], "other": ofCommunity[g.parent], "row": said[g.parent].row.N}))
			}
		}
		if len(faults) > 0 {
			return faults
		}
	}
	a.group(LevelTown, ofCommunity)
	return a.dissolve(LevelTown)
}

// values reads, for each grid, the value that names its division of a level.
func (a *assembler) values(l Level, from Above) ([]string, []*fault.Error) {
	t, c := a.in.Grids, a.columns
	missing := map[Level]string{LevelTown: "missing-town", LevelCommunity: "missing-community"}[l]
	column, length := c.Code, from.Prefix
	switch {
	case from.Field != "":
		var f *fault.Error
		if column, f = t.column(from.Field, nil); f != nil {
			return nil, []*fault.Error{f}
		}
		length = 0
	case from.Prefix > 0 && column == "":
		return nil, []*fault.Error{fault.New(fault.Invalid, "no-code-column", fault.Args{"level": l.Text(), "length": length}).In(fault.Place{File: t.File})}
	case from.Prefix == 0:
		length = codeLength[l]
		for i := range a.drafts[LevelGrid] {
			if g := &a.drafts[LevelGrid][i]; !a.obeys(Code(g.said)) {
				return nil, []*fault.Error{g.refuse(column, map[Level]string{LevelTown: "say-town", LevelCommunity: "say-community"}[l],
					fault.Args{"code": g.said})}
			}
		}
	}
	values := make([]string, len(a.drafts[LevelGrid]))
	var faults []*fault.Error
	for i := range values {
		g := &a.drafts[LevelGrid][i]
		v := g.row.value(column)
		switch {
		case v == "":
			faults = append(faults, g.refuse(column, missing, nil))
		case length > utf8.RuneCountInString(v):
			faults = append(faults, g.refuse(column, "code-too-short", fault.Args{"code": v, "length": length, "level": l.Text()}))
		case length > 0:
			v = head(v, length)
		}
		values[i] = v
	}
	return values, faults
}

// valuesOfCommunities reads the town of each community from the communities' own table, else from their official codes;
// nil where one cannot be had so.
func (a *assembler) valuesOfCommunities() []string {
	t, from := a.in.Community.Table, a.in.Town
	column := ""
	if from.Field != "" {
		var f *fault.Error
		if t == nil {
			return nil
		}
		if column, f = t.column(from.Field, nil); f != nil {
			return nil
		}
	}
	values := make([]string, len(a.drafts[LevelCommunity]))
	for i := range values {
		d := &a.drafts[LevelCommunity][i]
		switch {
		case column != "":
			values[i] = d.row.value(column)
		case from.Prefix > 0 && a.columns.Code == "":
			values[i] = head(d.said, from.Prefix)
		case from.Prefix == 0:
			values[i] = string(a.official(d).At(LevelTown))
		}
		if values[i] == "" {
			return nil
		}
	}
	return values
}

// official is the code of a community in this district that its source gave, or that the register has for its name; "" if neither.
func (a *assembler) official(d *draft) Code {
	if c := Code(d.said); c.Obeys(LevelCommunity, c.Parent()) && c.At(LevelDistrict) == a.in.District.Code {
		return c
	}
	return a.register.within(d.label(), LevelCommunity, a.in.District.Code)
}

// obeys reports whether a code that a source gave to a grid has the form of this district's.
func (a *assembler) obeys(c Code) bool {
	return c.Obeys(LevelGrid, c.Parent()) && c.At(LevelDistrict) == a.in.District.Code
}

// group makes one draft of a level for each different value, in the order of first mention, and points what lies below at it.
func (a *assembler) group(l Level, values []string) {
	index := map[string]int32{}
	for i, v := range values {
		k, known := index[v]
		if !known {
			k = int32(len(a.drafts[l]))
			index[v] = k
			a.drafts[l] = append(a.drafts[l], draft{said: v})
		}
		a.drafts[l+1][i].parent = k
	}
}

// fromTable reads the divisions of a level from a table of their own, places what lies below by containment of its label
// point, and checks it against the outlines.
func (a *assembler) fromTable(l Level, t *Table) []*fault.Error {
	columns, faults := t.columns(a.in.Fields, true)
	if len(faults) > 0 {
		return faults
	}
	parents, faults := a.rows(t, columns, true)
	if len(faults) > 0 {
		return faults
	}
	a.drafts[l] = parents
	children := a.drafts[l+1]
	of := make([]int32, len(children))
	boxes := make([]geo.Bounds, len(parents))
	for i, d := range parents {
		boxes[i] = d.shape.Bounds()
	}
	for i := range children {
		p := geo.LabelPoint(children[i].shape)
		of[i] = -1
		for j, box := range boxes {
			if box.Contains(p) && parents[j].shape.Contains(p) {
				of[i] = int32(j)
				break
			}
		}
		if of[i] < 0 {
			shape := children[i].shape
			_, half := shape.Widest(geo.MetresPerUnit(p.Y))
			f := fault.FromDefect(geo.Defect{Rule: geo.RuleOutsideParent, At: p, Faces: []int{i}, Area: shape.AreaM2(), Width: 2 * half, Shape: shape})
			faults = append(faults, f.In(children[i].place("")))
			continue
		}
		children[i].parent = of[i]
	}
	if len(faults) > 0 {
		return faults
	}
	return a.nest(l, of)
}

// nest checks the children of a level against the official outlines, vertex by vertex, and puts the outlines made of the
// children in their place.
func (a *assembler) nest(l Level, of []int32) (faults []*fault.Error) {
	filled := make([]bool, len(a.drafts[l]))
	for _, p := range of {
		filled[p] = true
	}
	for k := range a.drafts[l] {
		if d := &a.drafts[l][k]; !filled[k] {
			faults = append(faults, d.refuse("", "empty-division", fault.Args{"code": d.label()}))
		}
	}
	if len(faults) > 0 {
		return faults
	}
	outlines := shapesOf(a.drafts[l])
	if faults = a.dissolve(l); len(faults) > 0 {
		return faults
	}
	for k, d := range a.drafts[l] {
		var added int
		outlines[k], added = refine(outlines[k], geo.Normalize(d.shape))
		a.report.OnBorder += added
	}
	report := coverage.CheckNesting(shapesOf(a.drafts[l+1]), of, outlines)
	return a.located(report.Defects, a.drafts[l+1])
}

// dissolve makes the coverage of a level from the one below, and with it the shapes of its drafts.
func (a *assembler) dissolve(l Level) []*fault.Error {
	children := a.drafts[l+1]
	of := make([]int32, len(children))
	for i, d := range children {
		of[i] = d.parent
	}
	cover, err := a.covers[l+1].Dissolve(of, len(a.drafts[l]))
	if err != nil {
		return []*fault.Error{fault.From(err)}
	}
	a.covers[l] = cover
	for i := range a.drafts[l] {
		a.drafts[l][i].shape = cover.Face(i)
	}
	return nil
}

// head is the first n characters of s; all of it if it is shorter.
func head(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
