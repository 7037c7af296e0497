package coverage

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// thin tells regions from vertices that do not match, in lattice units: a gap, hole, overlap or place outside the parent is
// reported as such only if a circle of this radius around some lattice point fits into it. Rounding, which moves a vertex by at
// most √2/2, can neither make nor hide such a region, and no single step of a vertex by one unit, the smallest there is, can close it.
// What is narrower comes from vertices that do not match, and is reported as such.
const thin = 1

// findings turns edges that do not cancel into defects.
type findings struct {
	m        *mesh
	left     []leftover
	parent   bool
	invalid  []geo.MultiPolygon // faces that are not in the mesh; what they cover is no gap and no hole
	holders  *geo.Rows          // all edges of all rings, to ask which faces hold a point
	ringOf   []int32            // corner → ring
	slivers  []sliver
	overlaps []overlap
	defects  []geo.Defect
}

// explain lists the defects behind the leftovers: the regions covered too often or not at all, and each unmatched vertex. sound
// tells that the leftovers are known to be the border of a region: only its holes are looked for then.
//
// The leftovers, noded, are a planar graph whose cells have a cover count (children minus parent); the cells where it is
// wrong are the defects. Noding is exact unless leftovers cross; then it rounds to the lattice.
func (m *mesh) explain(left []leftover, parent, sound bool, invalid []geo.MultiPolygon) []geo.Defect {
	f := &findings{m: m, left: left, parent: parent, invalid: invalid}
	a, exact := exactly(m.pts, left)
	if !exact {
		segments := make([]weighted, len(left))
		for i, e := range left {
			segments[i] = weighted{m.pts[e.u], m.pts[e.v], e.face, e.sum}
		}
		a, _ = arrange(segments)
	}
	if a != nil {
		f.regions(a)
	}
	if sound && len(f.slivers) == 0 {
		return f.defects
	}
	f.reportOverlaps()
	f.unmatched()
	f.reportSlivers()
	if (&Report{Defects: f.defects}).Clean() {
		f.reportMeetings()
	}
	return f.defects
}

// regions examines the cells of the noded leftovers.
func (f *findings) regions(a *arrangement) {
	for cell, n := range a.cover() {
		if cell == 0 || n == 1 && !f.parent || n == 0 && f.parent {
			continue
		}
		shape := geo.MultiPolygon{a.shape(int32(cell))}
		faces := a.bordering(int32(cell))
		if at, half := widest(shape); half > 0 {
			f.region(shape, at, half, n, faces)
		} else {
			f.slivers = append(f.slivers, sliver{shape, faces})
		}
	}
}

// reportMeetings reports where leftovers cross or touch, for faults so small that rounding hides them: the tip of a needle across a
// border. A leftover that meets no other is part of a cell, and so of a region or a sliver.
func (f *findings) reportMeetings() {
	pts := f.m.pts
	add := func(at geo.Point, i, j leftover) {
		f.defects = append(f.defects, geo.Defect{Rule: geo.RuleUnmatched, At: at, Faces: faceList(i.face, j.face), Line: []geo.Point{pts[i.u], pts[i.v]}})
	}
	meetings(pts, f.left,
		func(i, j int) bool {
			e, g := f.left[i], f.left[j]
			add(geo.Intersection(pts[e.u], pts[e.v], pts[g.u], pts[g.v]), e, g)
			return true
		},
		func(i int, v int32) { add(pts[v], f.left[i], leftover{face: Outside}) },
	)
	sortDefects(f.defects)
	f.defects = slices.CompactFunc(f.defects, func(a, b geo.Defect) bool { return a.Rule == b.Rule && a.At == b.At })
}

// widest is the place where a region is widest, and half its width there in metres; 0 where the region is too thin to be one.
func widest(shape geo.MultiPolygon) (at geo.Point, half float64) {
	east, north := geo.MetresPerUnit(shape.Bounds().Min.Y)
	at, half = shape.Widest(east, north)
	if half >= thin*north { // units east are shorter: it is as wide in lattice units too
		return at, half
	}
	at, inset := shape.Widest(1, 1)
	if inset < thin {
		return at, 0
	}
	return at, half
}

// sliver is a region that rounding may have made.
type sliver struct {
	shape geo.MultiPolygon
	faces []int
}

// reportSlivers reports the slivers none of whose vertices is reported already.
func (f *findings) reportSlivers() {
	known := map[geo.Point]bool{}
	for _, d := range f.defects {
		known[d.At] = true
	}
	for _, s := range f.slivers {
		if slices.ContainsFunc(s.shape[0], func(r geo.Ring) bool {
			return slices.ContainsFunc(r, func(p geo.Point) bool { return known[p] })
		}) {
			continue
		}
		ring := s.shape[0][0]
		f.defects = append(f.defects, geo.Defect{
			Rule: geo.RuleUnmatched, At: slices.MinFunc(ring, geo.Point.Compare), Faces: s.faces,
			Area: s.shape.AreaM2(), Shape: s.shape, Line: append(slices.Clone(ring), ring[0]),
		})
	}
}

// region reports a cell that is covered n times too often, with the parent's cover taken off; at is a point well inside.
func (f *findings) region(shape geo.MultiPolygon, at geo.Point, half float64, n int32, bordering []int) {
	var holders []int
	if f.parent || n > 0 {
		var inParent bool
		if holders, inParent = f.at(at); inParent {
			n++
		}
	}
	switch {
	case n >= 2:
		f.overlaps = append(f.overlaps, overlap{shape, at, half, holders})
	case n == 1:
		f.add(geo.RuleOutsideParent, shape, at, half, holders)
	case slices.ContainsFunc(f.invalid, func(m geo.MultiPolygon) bool { return m.Contains(at) }):
	case f.parent:
		f.add(geo.RuleGap, shape, at, half, bordering)
	default:
		f.add(geo.RuleHole, shape, at, half, bordering)
	}
}

func (f *findings) add(rule string, shape geo.MultiPolygon, at geo.Point, half float64, faces []int) {
	f.defects = append(f.defects, geo.Defect{
		Rule: rule, At: at, Faces: faces[:min(len(faces), maxFaces)], Area: shape.AreaM2(), Width: 2 * half, Shape: shape,
	})
}

// maxFaces is how many faces a defect names at most.
const maxFaces = 8

// overlap is a region that is covered twice or more; within it the faces that cover it may change.
type overlap struct {
	shape geo.MultiPolygon
	at    geo.Point
	half  float64 // of the width there, in metres
	faces []int   // that hold at
}

// reportOverlaps tells overlaps apart by the faces that take part, one defect for each connected place and set of faces: all faces
// that may take part are noded together.
func (f *findings) reportOverlaps() {
	if len(f.overlaps) == 0 {
		return
	}
	edges := geo.NewBuckets(len(f.m.edges), func(i int) (a, b geo.Point) { return f.m.pts[f.m.edges[i].u], f.m.pts[f.m.edges[i].v] })
	concerned := map[int32]bool{}
	for _, o := range f.overlaps {
		for _, i := range o.faces {
			concerned[int32(i)] = true
		}
		edges.Near(o.shape.Bounds(), func(i int) {
			concerned[f.m.edges[i].left], concerned[f.m.edges[i].right] = true, true
		})
	}
	var segments []weighted
	for _, r := range f.m.rings {
		if r.face != parentFace && concerned[r.face] {
			for i := r.from; i < r.to; i++ {
				segments = append(segments, weighted{f.m.pts[f.m.at[i]], f.m.pts[f.m.at[r.next(i)]], r.face, 1})
			}
		}
	}
	before := len(f.defects)
	if a, err := arrange(segments); err == nil {
		for cell, covers := range a.labels() {
			if len(covers) < 2 {
				continue
			}
			shape := geo.MultiPolygon{a.shape(int32(cell))}
			if at, half := widest(shape); half > 0 {
				faces := make([]int, len(covers))
				for i, c := range covers {
					faces[i] = int(c.label)
				}
				f.add(geo.RuleOverlap, shape, at, half, faces)
			}
		}
	}
	if len(f.defects) == before { // each piece alone is thin
		for _, o := range f.overlaps {
			f.add(geo.RuleOverlap, o.shape, o.at, o.half, o.faces)
		}
	}
}

// at lists the faces that hold a point, and whether the parent does.
func (f *findings) at(p geo.Point) (faces []int, inParent bool) {
	if f.holders == nil {
		f.ringOf = make([]int32, len(f.m.at))
		next := make([]int32, len(f.m.at))
		for k, r := range f.m.rings {
			for i := r.from; i < r.to; i++ {
				f.ringOf[i], next[i] = int32(k), r.next(i)
			}
		}
		f.holders = geo.NewRows(len(f.m.at), func(i int) (a, b geo.Point) { return f.m.pts[f.m.at[i]], f.m.pts[f.m.at[next[i]]] })
	}
	times := map[int32]int{}
	for _, i := range f.holders.Near(p.Y) {
		r := f.m.rings[f.ringOf[i]]
		if geo.Crossing(f.m.pts[f.m.at[i]], f.m.pts[f.m.at[r.next(i)]], p) != 0 {
			times[r.face]++
		}
	}
	for face, n := range times {
		switch {
		case n%2 == 0:
		case face == parentFace:
			inParent = true
		default:
			faces = append(faces, int(face))
		}
	}
	slices.Sort(faces)
	return faces, inParent
}

// bordering lists the faces whose leftovers bound a cell.
func (a *arrangement) bordering(cell int32) []int {
	var faces []int
	for _, h := range a.loops[cell] {
		for k, first := h, true; first || k != h; k, first = a.next[k], false {
			for _, c := range a.changes(k / 2) {
				if c.label >= 0 {
					faces = append(faces, int(c.label))
				}
			}
		}
	}
	slices.Sort(faces)
	return slices.Compact(faces)
}

func faceList(faces ...int32) []int {
	var out []int
	for _, f := range faces {
		if f >= 0 {
			out = append(out, int(f))
		}
	}
	return out
}

// sortDefects puts defects in the order of a report.
func sortDefects(defects []geo.Defect) {
	rank := func(rule string) int {
		return slices.Index([]string{geo.RuleOverlap, geo.RuleGap, geo.RuleOutsideParent, geo.RuleHole, geo.RuleUnmatched}, rule)
	}
	slices.SortStableFunc(defects, func(a, b geo.Defect) int {
		return cmp.Or(cmp.Compare(rank(a.Rule), rank(b.Rule)), -cmp.Compare(a.Area, b.Area), -cmp.Compare(a.Width, b.Width), a.At.Compare(b.At))
	})
}
