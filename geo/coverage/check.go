package coverage

import (
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

// check returns the matched edges, nil where a shape is too broken to have any, and the faces with their rings oriented.
func check(children []geo.MultiPolygon, parent *geo.MultiPolygon) (*mesh, []geo.MultiPolygon, Report) {
	report := Report{Faces: len(children)}
	box := geo.EmptyBounds()
	faces := make([]geo.MultiPolygon, len(children))
	for i, f := range children {
		for _, d := range geo.Validate(f) {
			d.Faces = []int{i}
			report.Defects = append(report.Defects, d)
		}
		box = box.Union(f.Bounds())
		faces[i] = f.Orient()
	}
	var whole geo.MultiPolygon
	if parent != nil {
		report.Defects = append(report.Defects, geo.Validate(*parent)...)
		box = box.Union(parent.Bounds())
		whole = parent.Orient()
	}
	if !box.Empty() && !box.Narrow() {
		report.Defects = append(report.Defects, geo.Defect{Rule: geo.RuleExtent, At: box.Min})
	}
	if len(report.Defects) > 0 {
		return nil, nil, report
	}
	m := newMesh(faces, whole)
	report.Edges = len(m.edges)
	left := m.leftovers()
	border := left
	if parent != nil {
		border = m.outline()
	}
	if parent == nil || len(left) == 0 {
		if pieces, holes, ok := encloses(m.pts, border); ok {
			report.Islands, report.Holes = max(0, pieces-1), holes
			return m, faces, report
		}
	}
	for _, e := range left {
		report.Defects = append(report.Defects, geo.Defect{Rule: geo.RuleUnmatched, At: m.pts[e.u], Line: []geo.Point{m.pts[e.u], m.pts[e.v]}})
	}
	return m, faces, report
}
