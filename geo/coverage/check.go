package coverage

import (
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// Build makes the coverage of faces, in their order. It is nil unless the report is clean; holes and islands are allowed.
// The faces are kept: they must not be written to afterwards.
func Build(faces []geo.MultiPolygon) (*Coverage, Report) {
	x := examine(faces, nil)
	report := x.explained()
	if !report.Clean() {
		return nil, report
	}
	c := x.assemble(x.faces)
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
	x := examine(children, parent)
	report := x.explained()
	if x.mesh != nil {
		ch := x.chain()
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

// examined is a set of faces with the verdict on it.
type examined struct {
	*mesh                      // nil where it could not be made
	faces   []geo.MultiPolygon // with their rings oriented; those that are left out are nil
	invalid []geo.MultiPolygon // the faces left out, because they do not say what they cover
	parent  bool
	left    []leftover
	sound   bool // the edges that do not cancel are those that should not
	Report
}

// examine comes to a verdict, without looking for the defects behind it.
func examine(children []geo.MultiPolygon, parent *geo.MultiPolygon) *examined {
	x := &examined{faces: make([]geo.MultiPolygon, len(children)), parent: parent != nil, Report: Report{Faces: len(children)}}
	box := geo.EmptyBounds()
	for i, f := range children {
		box = box.Union(f.Bounds())
		if defects := geo.Validate(f); defects != nil {
			for _, d := range defects {
				d.Faces = []int{i}
				x.Defects = append(x.Defects, d)
			}
			if slices.ContainsFunc(defects, spoilsCover) {
				x.invalid = append(x.invalid, f)
				continue
			}
		}
		x.faces[i] = f.Orient()
	}
	var whole geo.MultiPolygon
	if parent != nil {
		box = box.Union(parent.Bounds())
		defects := geo.Validate(*parent)
		x.Defects = append(x.Defects, defects...)
		if slices.ContainsFunc(defects, spoilsCover) {
			return x
		}
		whole = parent.Orient()
	}
	if !box.Empty() && !box.Narrow() {
		x.Defects = append(x.Defects, geo.Defect{Rule: geo.RuleExtent, At: box.Min})
		return x
	}
	x.mesh = newMesh(x.faces, whole)
	x.Edges = len(x.edges)
	x.left = x.leftovers()
	border := x.left
	if parent != nil {
		if len(x.left) > 0 {
			return x
		}
		border = x.outline()
	}
	var pieces int
	if pieces, x.Holes, x.sound = encloses(x.pts, border); x.sound {
		x.Islands = max(0, pieces-1)
	}
	return x
}

// explained adds the defects to the verdict, holes included.
func (x *examined) explained() Report {
	if x.mesh != nil && (!x.sound || x.Holes > 0 && !x.parent) {
		found := x.explain(x.left, x.parent, x.sound, x.invalid)
		sortDefects(found)
		x.Defects = append(x.Defects, found...)
	}
	return x.Report
}

// spoilsCover reports whether a shape with the defect does not say what it covers.
func spoilsCover(d geo.Defect) bool {
	return d.Rule != geo.RuleSelfTouch && d.Rule != geo.RuleInsideCut
}
