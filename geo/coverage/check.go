package coverage

import (
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// Build makes the coverage of faces, in their order. It is nil unless the report is clean; holes and islands are allowed.
// The faces are kept: they must not be written to afterwards.
func Build(faces []geo.MultiPolygon) (*Coverage, Report) {
	m, oriented, report := check(faces, nil)
	if !report.Clean() {
		return nil, report
	}
	c := m.assemble(oriented)
	report.Arcs, report.Nodes = len(c.arcs), len(c.nodes)
	return c, report
}

// Check examines whether children are valid and fill their parent exactly, edge by edge, without gap or overlap; without
// a parent whether they form a coverage, where bounded empty regions are holes and no fault.
//
// All rings are oriented, each directed edge of a child counts +1 and of the parent −1. The boundary map of chains in the
// plane is injective, so every undirected edge cancels if and only if every point of the parent is covered once.
// What does not cancel is the report of defects.
func Check(children []geo.MultiPolygon, parent *geo.MultiPolygon) Report {
	m, _, report := check(children, parent)
	if m != nil {
		ch := m.chain()
		report.Arcs, report.Nodes = len(ch.arcs), len(ch.nodes)
	}
	return report
}

// CheckNesting examines whether the children of each parent fill it exactly: of[i] is the parent of child i. A child whose parent
// does not exist lies outside. The counts of the report are sums over the parents; Faces in defects number the children.
func CheckNesting(children []geo.MultiPolygon, of []int32, parents []geo.MultiPolygon) Report {
	members := make([][]int, len(parents))
	report := Report{Faces: len(children)}
	for i, p := range of {
		if p < 0 || int(p) >= len(parents) {
			report.Defects = append(report.Defects, geo.Defect{Rule: geo.RuleOutsideParent, At: geo.LabelPoint(children[i]), Faces: []int{i}, Area: children[i].AreaM2(), Shape: children[i]})
			continue
		}
		members[p] = append(members[p], i)
	}
	for p := range parents {
		shapes := make([]geo.MultiPolygon, len(members[p]))
		for k, i := range members[p] {
			shapes[k] = children[i]
		}
		r := Check(shapes, &parents[p])
		for _, d := range r.Defects {
			for k, i := range d.Faces {
				d.Faces[k] = members[p][i]
			}
		}
		report.Edges += r.Edges
		report.Arcs += r.Arcs
		report.Nodes += r.Nodes
		report.Islands += r.Islands
		report.Holes += r.Holes
		report.Defects = append(report.Defects, r.Defects...)
	}
	sortDefects(report.Defects)
	return report
}

// check returns the matched edges and the faces with their rings oriented; no mesh where the extent is too wide.
func check(children []geo.MultiPolygon, parent *geo.MultiPolygon) (*mesh, []geo.MultiPolygon, Report) {
	report := Report{Faces: len(children)}
	box := geo.EmptyBounds()
	faces := make([]geo.MultiPolygon, len(children))
	var invalid []geo.MultiPolygon
	for i, f := range children {
		box = box.Union(f.Bounds())
		if defects := geo.Validate(f); defects != nil {
			for _, d := range defects {
				d.Faces = []int{i}
				report.Defects = append(report.Defects, d)
			}
			if slices.ContainsFunc(defects, spoilsCover) {
				invalid = append(invalid, f)
				continue // its face is left out: nil has no rings
			}
		}
		faces[i] = f.Orient()
	}
	var whole geo.MultiPolygon
	if parent != nil {
		box = box.Union(parent.Bounds())
		defects := geo.Validate(*parent)
		report.Defects = append(report.Defects, defects...)
		if slices.ContainsFunc(defects, spoilsCover) {
			return nil, nil, report
		}
		whole = parent.Orient()
	}
	if !box.Empty() && !box.Narrow() {
		report.Defects = append(report.Defects, geo.Defect{Rule: geo.RuleExtent, At: box.Min})
		return nil, nil, report
	}
	m := newMesh(faces, whole)
	report.Edges = len(m.edges)
	left := m.leftovers()
	border := left
	if parent != nil {
		border = m.outline()
	}
	sound := false
	if parent == nil || len(left) == 0 {
		var pieces int
		if pieces, report.Holes, sound = encloses(m.pts, border); sound {
			report.Islands = max(0, pieces-1)
		}
	}
	if sound && (report.Holes == 0 || parent != nil) {
		return m, faces, report
	}
	found := m.explain(left, parent != nil, sound, invalid)
	sortDefects(found)
	report.Defects = append(report.Defects, found...)
	return m, faces, report
}

// spoilsCover reports whether a shape with the defect does not say what it covers.
func spoilsCover(d geo.Defect) bool {
	return d.Rule != geo.RuleSelfTouch && d.Rule != geo.RuleInsideCut
}
