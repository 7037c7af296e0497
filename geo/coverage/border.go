package coverage

import "github.com/zhuwang/zhuwang/geo"

// leftover is an edge whose directed uses do not cancel, from u to v with sum > 0. face has it, with itself on the left, or is parentFace.
type leftover struct {
	u, v, sum int32
	face      int32
}

// leftovers are the edges that do not cancel.
func (m *mesh) leftovers() []leftover {
	var out []leftover
	for _, e := range m.edges {
		switch {
		case e.sum > 0:
			out = append(out, leftover{e.u, e.v, e.sum, e.left})
		case e.sum < 0:
			out = append(out, leftover{e.v, e.u, -e.sum, e.right})
		default:
			continue
		}
		if last := &out[len(out)-1]; last.face == Outside {
			last.face = parentFace
		}
	}
	return out
}

// outline are the edges that have a face on one side only.
func (m *mesh) outline() []leftover {
	var out []leftover
	for _, e := range m.edges {
		switch {
		case e.right == Outside && e.left != Outside:
			out = append(out, leftover{e.u, e.v, 1, e.left})
		case e.left == Outside && e.right != Outside:
			out = append(out, leftover{e.v, e.u, 1, e.right})
		}
	}
	return out
}

// encloses decides exactly whether edges are the border of a region, which lies on their left: pieces and holes are then
// the numbers of its pieces and of the bounded empty places. The edges may touch in points, also within an edge.
//
// Around a crossing of two edges, or on an edge used twice, three different cover counts occur, so that some
// place is not covered once or never. Without either, the edges cut at the points where they touch are a planar graph;
// the cover counts of its cells follow from one another across the edges, and each must be 0 or 1.
func encloses(pts []geo.Point, edges []leftover) (pieces, holes int, ok bool) {
	a, ok := exactly(pts, edges)
	if !ok {
		return 0, 0, false
	}
	for e := range len(a.start) - 1 {
		if c := a.changes(int32(e)); len(c) != 1 || abs(int64(c[0].weight)) != 1 {
			return 0, 0, false
		}
	}
	for cell, n := range a.cover() {
		switch {
		case n == 1:
			pieces++
		case n != 0:
			return 0, 0, false
		case cell > 0:
			holes++
		}
	}
	return pieces, holes, a.merged == 0
}

// exactly cuts edges at the vertices of others that lie on them, which moves nothing. It gives up where two edges cross.
func exactly(pts []geo.Point, edges []leftover) (a *arrangement, ok bool) {
	var touches []stop
	ok = true
	meetings(pts, edges,
		func(i, j int) bool { ok = false; return false },
		func(edge int, vertex int32) { touches = append(touches, stop{int32(edge), pts[vertex]}) },
	)
	if !ok {
		return nil, false
	}
	segments := make([]weighted, 0, len(edges)+len(touches))
	sortStops(&touches)
	for i, e := range edges {
		segments = lead(segments, weighted{pts[e.u], pts[e.v], e.face, e.sum}, stopsOf(int32(i), &touches))
	}
	return newArrangement(segments), true
}

// meetings visits the pairs of edges that cross and the vertices that lie within an edge, some perhaps several times; cross ends the
// search by returning false.
func meetings(pts []geo.Point, edges []leftover, cross func(i, j int) bool, touch func(edge int, vertex int32)) {
	cells := geo.NewBuckets(len(edges), func(i int) (a, b geo.Point) { return pts[edges[i].u], pts[edges[i].v] })
	cells.Pairs(func(i, j int) bool {
		e, f := edges[i], edges[j]
		if geo.Cross(pts[e.u], pts[e.v], pts[f.u], pts[f.v]) {
			return cross(i, j)
		}
		within := func(k int, line leftover, v int32) {
			if v != line.u && v != line.v && geo.OnSegment(pts[v], pts[line.u], pts[line.v]) {
				touch(k, v)
			}
		}
		within(i, e, f.u)
		within(i, e, f.v)
		within(j, f, e.u)
		within(j, f, e.v)
		return true
	})
}
