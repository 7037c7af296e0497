package coverage

import (
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// CleanOptions say how far Clean goes.
type CleanOptions struct {
	// MaxWidth in metres: bounded empty regions no wider than this are given to a neighbour, wider ones stay holes; pieces cut off
	// a face are given away likewise. 0 stands for 1 m.
	MaxWidth float64
}

// ChangeKind is a kind of change that Clean makes.
type ChangeKind uint8

// Kinds of changes.
const (
	Repaired ChangeKind = iota // an invalid shape was rebuilt: loops became parts or holes, spikes fell away
	Overlap                    // a place covered by several faces was given to one of them
	Gap                        // an empty place was given to a face beside it
	Fragment                   // a piece cut off a face was given to its neighbour
	Vertex                     // a border got a vertex that the neighbour has, and was led through it
	Emptied                    // nothing was left of a face: its shape is nil
)

// Change is one change that Clean made.
type Change struct {
	Kind  ChangeKind
	Face  int       // the face that was changed, or got the place; −1: the place is covered no more
	From  []int     // the faces that lost the place
	Rule  string    // of a repair: what was wrong
	At    geo.Point // a place on it
	Area  float64   // m² that changed hands
	Width float64   // metres, at the widest
	Shape geo.MultiPolygon
}

// Clean makes a coverage of faces that are nearly one. Shapes may be invalid: a part covers what an odd number of its rings
// enclose. All borders are noded together on the lattice; of the cells that come out,
//   - a place of several faces goes to the one that would else keep less than half of itself, otherwise to the one with
//     the longest common border, otherwise to the first;
//   - an empty place no wider than MaxWidth goes to the face with the longest common border;
//   - a narrow piece cut off its face goes to the neighbour with the longest common border, outside if it has none.
//
// A gap that is open to the outside stays. Every change is listed. Faces that are a coverage without holes already are returned as they are. The result depends on nothing but the input. A face that nothing is left of has a nil shape and
// is listed as emptied; the others are a coverage. The error is a Defect where the extent is too wide for exact arithmetic.
func Clean(faces []geo.MultiPolygon, o CleanOptions) ([]geo.MultiPolygon, []Change, error) {
	if o.MaxWidth == 0 {
		o.MaxWidth = 1
	}
	if x := examine(faces, nil); x.sound && x.Holes == 0 && len(x.Defects) == 0 {
		return faces, nil, nil
	}
	box := geo.EmptyBounds()
	var segments []weighted
	var partOf []int32 // label → face; each part has a label of its own
	for i, f := range faces {
		for _, poly := range f {
			for _, r := range poly {
				box = box.Union(r.Bounds())
				for k, p := range r {
					segments = append(segments, weighted{p, r[(k+1)%len(r)], int32(len(partOf)), 1})
				}
			}
			partOf = append(partOf, int32(i))
		}
	}
	if !box.Empty() && !box.Narrow() {
		return nil, nil, geo.Defect{Rule: geo.RuleExtent, At: box.Min}
	}
	a, err := arrange(segments)
	if err != nil {
		return nil, nil, err
	}
	c := newCleaner(a, faces, partOf, o)
	c.repairs()
	c.overlaps()
	c.gaps()
	for c.fragments() {
	}
	out := c.shapes()
	c.vertices(out)
	return out, c.changes, nil
}

// undecided marks cells that have no owner yet.
const undecided int32 = -3

// cleaner decides whose each cell is.
type cleaner struct {
	*arrangement
	faces   []geo.MultiPolygon
	options CleanOptions
	covers  [][]int32 // cell → the faces that cover it
	owner   []int32   // cell → the face it goes to
	changes []Change
}

func newCleaner(a *arrangement, faces []geo.MultiPolygon, partOf []int32, o CleanOptions) *cleaner {
	c := &cleaner{arrangement: a, faces: faces, options: o, covers: make([][]int32, len(a.loops)), owner: make([]int32, len(a.loops))}
	for cell, windings := range a.labels() {
		for _, w := range windings {
			if w.weight&1 == 1 {
				c.covers[cell] = append(c.covers[cell], partOf[w.label])
			}
		}
		c.covers[cell] = slices.Compact(c.covers[cell]) // parts, and so faces, ascend
		c.owner[cell] = undecided
		if len(c.covers[cell]) == 1 {
			c.owner[cell] = c.covers[cell][0]
		}
	}
	c.owner[0] = Outside
	return c
}

// repairs lists the shapes that are invalid by themselves: noding mends them.
func (c *cleaner) repairs() {
	for i, f := range c.faces {
		for _, d := range geo.Validate(f) {
			c.changes = append(c.changes, Change{Kind: Repaired, Face: i, Rule: d.Rule, At: d.At})
		}
	}
}

// overlaps gives the places of several faces away.
func (c *cleaner) overlaps() {
	own, all := make([]int64, len(c.faces)), make([]int64, len(c.faces)) // areas: alone, and with others
	for cell, faces := range c.covers {
		area := c.area2(int32(cell))
		for _, f := range faces {
			all[f] += area
			if len(faces) == 1 {
				own[f] += area
			}
		}
	}
	regions := c.regions(func(cell int32) bool { return len(c.covers[cell]) > 1 })
	winners := make([]int32, len(regions))
	for k, r := range regions {
		poor := slices.DeleteFunc(slices.Clone(r.faces), func(f int32) bool { return own[f] >= all[f]-own[f] })
		if len(poor) != 1 {
			poor = r.faces
		}
		winners[k] = c.longestBorder(r, func(f int32) bool { return slices.Contains(poor, f) }, poor[0])
	}
	for k, r := range regions {
		shape, at, width := c.measure(r)
		c.give(Overlap, r, winners[k], slices.DeleteFunc(slices.Clone(r.faces), func(f int32) bool { return f == winners[k] }), shape, at, width)
	}
}

// gaps gives narrow empty places away; wide ones stay empty.
func (c *cleaner) gaps() {
	for _, r := range c.regions(func(cell int32) bool { return cell > 0 && len(c.covers[cell]) == 0 }) {
		to := c.longestBorder(r, func(f int32) bool { return f >= 0 }, Outside)
		if shape, at, width := c.measure(r); to != Outside && c.narrow(at, width) {
			c.give(Gap, r, to, nil, shape, at, width)
			continue
		}
		for _, cell := range r.cells {
			c.owner[cell] = Outside
		}
	}
}

// fragments gives narrow pieces of faces away that were cut off: where a face has more pieces than it had parts, all but the largest are
// looked at. It reports whether there was one; a piece may have got cut off from where it went.
func (c *cleaner) fragments() (found bool) {
	pieces := make([][]region, len(c.faces))
	for _, r := range c.regions(func(cell int32) bool { return c.owner[cell] >= 0 }) {
		f := c.owner[r.cells[0]]
		pieces[f] = append(pieces[f], r)
	}
	for f, list := range pieces {
		if len(list) <= len(c.faces[f]) {
			continue
		}
		area := func(r region) (sum int64) {
			for _, cell := range r.cells {
				sum += c.area2(cell)
			}
			return sum
		}
		slices.SortStableFunc(list, func(a, b region) int { return int(min(1, max(-1, area(b)-area(a)))) })
		for _, r := range list[1:] {
			to := c.longestBorder(r, func(g int32) bool { return g >= 0 && g != int32(f) }, Outside)
			if shape, at, width := c.measure(r); c.narrow(at, width) {
				c.give(Fragment, r, to, []int32{int32(f)}, shape, at, width)
				found = true
			}
		}
	}
	return found
}

// region is a connected set of cells that are alike.
type region struct {
	cells []int32
	edges []int32 // around it
	faces []int32 // that cover it
}

// regions joins neighbouring cells that are wanted and have the same faces and owner.
func (c *cleaner) regions(want func(cell int32) bool) []region {
	of := make([]int32, len(c.loops)) // cell → region, from 1
	var out []region
	for cell := range c.loops {
		if of[cell] != 0 || !want(int32(cell)) {
			continue
		}
		r := region{cells: []int32{int32(cell)}, faces: c.covers[cell]}
		of[cell] = int32(len(out) + 1)
		for i := 0; i < len(r.cells); i++ {
			for _, h := range c.loops[r.cells[i]] {
				for k, first := h, true; first || k != h; k, first = c.next[k], false {
					other := c.cell[k^1]
					switch {
					case other != 0 && want(other) && c.owner[other] == c.owner[cell] && (c.owner[cell] >= 0 || slices.Equal(c.covers[other], r.faces)):
						if of[other] == 0 {
							of[other] = of[cell]
							r.cells = append(r.cells, other)
						}
					default:
						r.edges = append(r.edges, k/2)
					}
				}
			}
		}
		out = append(out, r)
	}
	return out
}

// longestBorder is the allowed owner of neighbouring cells with the longest border with a region; otherwise where there is none.
func (c *cleaner) longestBorder(r region, allowed func(face int32) bool, otherwise int32) int32 {
	lengths := map[int32]float64{}
	best := otherwise
	for _, e := range r.edges {
		a, b := c.pts[c.org[2*e]], c.pts[c.org[2*e+1]]
		for _, f := range [2]int32{c.owner[c.cell[2*e]], c.owner[c.cell[2*e+1]]} {
			if allowed(f) && f >= 0 {
				lengths[f] += geo.Distance(a, b)
			}
		}
	}
	for f, l := range lengths {
		if b, ok := lengths[best]; !ok || l > b || l == b && f < best {
			best = f
		}
	}
	return best
}

// outline is the shape of a region.
func (c *cleaner) outline(r region) geo.MultiPolygon {
	if len(r.cells) == 1 {
		return geo.MultiPolygon{c.shape(r.cells[0])}
	}
	lines := make([]borderLine, len(r.edges))
	for i, e := range r.edges {
		lines[i] = borderLine{[]geo.Point{c.pts[c.org[2*e]], c.pts[c.org[2*e+1]]}, Outside, Outside}
		if slices.Contains(r.cells, c.cell[2*e]) {
			lines[i].left = 0
		} else {
			lines[i].right = 0
		}
	}
	return polygonize(lines, 1)[0]
}

// measure gives a region's shape, the place where it is widest, and its width in metres.
func (c *cleaner) measure(r region) (shape geo.MultiPolygon, at geo.Point, width float64) {
	shape = c.outline(r)
	at, half := shape.Widest(geo.MetresPerUnit(shape.Bounds().Min.Y))
	return shape, at, 2 * half
}

// narrow reports whether a width is no more than allowed. What is too thin to be a gap always is.
func (c *cleaner) narrow(at geo.Point, width float64) bool {
	_, north := geo.MetresPerUnit(at.Y)
	return width <= max(c.options.MaxWidth, 2*thin*north)
}

// give makes a region the face's and lists the change.
func (c *cleaner) give(kind ChangeKind, r region, to int32, from []int32, shape geo.MultiPolygon, at geo.Point, width float64) {
	c.changes = append(c.changes, Change{
		Kind: kind, Face: int(to), From: faceList(from...), At: at, Area: shape.AreaM2(), Width: width, Shape: shape,
	})
	for _, cell := range r.cells {
		c.owner[cell] = to
	}
}

// shapes puts the faces together from the cells that they own. A face that did not change keeps its shape as it was.
func (c *cleaner) shapes() []geo.MultiPolygon {
	var lines []borderLine
	for e := range int32(len(c.start) - 1) {
		if l, r := c.owner[c.cell[2*e]], c.owner[c.cell[2*e+1]]; l != r {
			lines = append(lines, borderLine{[]geo.Point{c.pts[c.org[2*e]], c.pts[c.org[2*e+1]]}, l, r})
		}
	}
	out := polygonize(lines, len(c.faces))
	spare := c.spare(lines)
	for i, f := range out {
		for _, poly := range f {
			for k, r := range poly {
				poly[k] = slices.DeleteFunc(r, func(p geo.Point) bool { return spare[p] })
			}
		}
		switch {
		case f == nil:
			c.changes = append(c.changes, Change{Kind: Emptied, Face: i, At: geo.LabelPoint(c.faces[i])})
		case geo.Equal(f, c.faces[i]):
			out[i] = c.faces[i]
		}
	}
	return out
}

// spare are the vertices on straight borders that noding has made and that neither face beside them had.
func (c *cleaner) spare(lines []borderLine) map[geo.Point]bool {
	type passage struct {
		lines int
		from  geo.Point
		faces [2]int32
		turns bool
	}
	at := map[geo.Point]*passage{}
	for _, l := range lines {
		for k, p := range l.points {
			other := l.points[1-k]
			v := at[p]
			if v == nil {
				v = &passage{from: other, faces: [2]int32{l.left, l.right}}
				at[p] = v
			}
			v.lines++
			v.turns = v.turns || v.lines == 2 && geo.Orient(v.from, p, other) != 0
		}
	}
	for i, f := range c.faces {
		for p := range f.Points() {
			if v := at[p]; v != nil && (v.faces[0] == int32(i) || v.faces[1] == int32(i)) {
				v.turns = true
			}
		}
	}
	spare := map[geo.Point]bool{}
	for p, v := range at {
		if v.lines == 2 && !v.turns {
			spare[p] = true
		}
	}
	return spare
}

// vertices lists the vertices that borders got, apart from those of places that changed hands.
func (c *cleaner) vertices(out []geo.MultiPolygon) {
	listed := map[geo.Point]bool{}
	for _, ch := range c.changes {
		for p := range ch.Shape.Points() {
			listed[p] = true
		}
	}
	for i, f := range out {
		had := map[geo.Point]bool{}
		for p := range c.faces[i].Points() {
			had[p] = true
		}
		for p := range f.Points() {
			if !had[p] && !listed[p] {
				had[p] = true
				c.changes = append(c.changes, Change{Kind: Vertex, Face: i, At: p})
			}
		}
	}
}
