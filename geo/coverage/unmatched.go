package coverage

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// unmatched reports each vertex of a leftover edge that lies on, or next to, a leftover edge of a face that lacks the vertex. Next
// to means at most 2·thin = 2 units off; rounding alone carries a vertex and an edge through it up to √2 units apart.
func (f *findings) unmatched() {
	has := f.facesAtVertices()
	line := func(i int) (a, b geo.Point) { return f.m.pts[f.left[i].u], f.m.pts[f.left[i].v] }
	cells := geo.NewBuckets(len(f.left), line)
	type find struct {
		vertex, face, edge int32
		distance           float64 // metres
	}
	var finds []find
	for v := range has {
		p := f.m.pts[v]
		box := geo.Bounds{Min: geo.Point{X: p.X - reach, Y: p.Y - reach}, Max: geo.Point{X: p.X + reach, Y: p.Y + reach}}
		cells.Near(box, func(i int) {
			a, b := line(i)
			if face := f.left[i].face; nextTo(p, a, b) && !slices.Contains(has[v], face) {
				finds = append(finds, find{v, face, int32(i), geo.SegmentDistance(p, a, b)})
			}
		})
	}
	slices.SortFunc(finds, func(a, b find) int {
		return cmp.Or(cmp.Compare(a.vertex, b.vertex), cmp.Compare(a.face, b.face), cmp.Compare(a.distance, b.distance), cmp.Compare(a.edge, b.edge))
	})
	finds = slices.CompactFunc(finds, func(a, b find) bool { return a.vertex == b.vertex && a.face == b.face })
	for _, u := range finds {
		a, b := line(int(u.edge))
		faces := faceList(append([]int32{u.face}, has[u.vertex]...)...)
		f.defects = append(f.defects, geo.Defect{
			Rule: geo.RuleUnmatched, At: f.m.pts[u.vertex], Faces: faces, Width: u.distance, Line: []geo.Point{a, b},
		})
	}
}

// facesAtVertices lists for each end of a leftover the faces that have it as a vertex, parentFace included.
func (f *findings) facesAtVertices() map[int32][]int32 {
	has := map[int32][]int32{}
	for _, e := range f.left {
		has[e.u], has[e.v] = nil, nil
	}
	for _, r := range f.m.rings {
		for _, v := range f.m.at[r.from:r.to] {
			if list, ok := has[v]; ok && !slices.Contains(list, r.face) {
				has[v] = append(list, r.face)
			}
		}
	}
	return has
}

// reach is how far a vertex next to an edge may be from it, in lattice units.
const reach = 2 * thin

// nextTo reports whether p lies within reach of the segment a–b. Exact.
func nextTo(p, a, b geo.Point) bool {
	ax, ay := int64(p.X)-int64(a.X), int64(p.Y)-int64(a.Y)
	bx, by := int64(p.X)-int64(b.X), int64(p.Y)-int64(b.Y)
	dx, dy := ax-bx, ay-by
	if min(ax, bx) > reach || max(ax, bx) < -reach || min(ay, by) > reach || max(ay, by) < -reach {
		return false
	}
	switch {
	case ax*dx+ay*dy <= 0:
		return ax*ax+ay*ay <= reach*reach
	case bx*dx+by*dy >= 0:
		return bx*bx+by*by <= reach*reach
	}
	o := uint64(abs(geo.Orient(a, b, p)))
	hi, lo := bits.Mul64(o, o)
	limitHi, limitLo := bits.Mul64(reach*reach, uint64(dx*dx+dy*dy))
	return hi < limitHi || hi == limitHi && lo <= limitLo
}
