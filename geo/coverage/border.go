package coverage

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

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
	for _, e := range edges {
		if e.sum != 1 {
			return 0, 0, false
		}
	}
	cut, ok := cutAtTouches(pts, edges)
	if !ok {
		return 0, 0, false
	}
	g := newGraph(pts, cut)
	cover := g.cover(slices.Repeat([]int32{1}, len(cut)))
	for cell, n := range cover {
		switch {
		case n == 1:
			pieces++
		case n != 0:
			return 0, 0, false
		case cell > 0:
			holes++
		}
	}
	return pieces, holes, true
}

// cutAtTouches cuts edges at the vertices of others that lie on them. It gives up where two edges cross or overlap.
func cutAtTouches(pts []geo.Point, edges []leftover) (cut [][2]int32, ok bool) {
	type touch struct{ edge, vertex int32 }
	var touches []touch
	ok = true
	cells := geo.NewBuckets(len(edges), func(i int) (a, b geo.Point) { return pts[edges[i].u], pts[edges[i].v] })
	cells.Pairs(func(i, j int) bool {
		e, f := edges[i], edges[j]
		a, b, c, d := pts[e.u], pts[e.v], pts[f.u], pts[f.v]
		oc, od := geo.Orient(a, b, c), geo.Orient(a, b, d)
		oa, ob := geo.Orient(c, d, a), geo.Orient(c, d, b)
		if (oc > 0 && od < 0 || oc < 0 && od > 0) && (oa > 0 && ob < 0 || oa < 0 && ob > 0) {
			ok = false
		}
		on := func(k int, line leftover, o int64, v int32) {
			if o == 0 && v != line.u && v != line.v && geo.OnSegment(pts[v], pts[line.u], pts[line.v]) {
				touches = append(touches, touch{int32(k), v})
			}
		}
		on(i, e, oc, f.u)
		on(i, e, od, f.v)
		on(j, f, oa, e.u)
		on(j, f, ob, e.v)
		return ok
	})
	if !ok {
		return nil, false
	}
	// Along an edge from u to v vertices ascend or descend with their numbers, which are in the order of Point.Less.
	slices.SortFunc(touches, func(a, b touch) int {
		return cmp.Or(cmp.Compare(a.edge, b.edge), cmp.Compare(a.vertex, b.vertex))
	})
	touches = slices.Compact(touches)
	cut = make([][2]int32, 0, len(edges)+len(touches))
	t := 0
	for k, e := range edges {
		from := t
		for t < len(touches) && touches[t].edge == int32(k) {
			t++
		}
		on := touches[from:t]
		if e.u > e.v {
			slices.Reverse(on)
		}
		u := e.u
		for _, w := range on {
			cut = append(cut, [2]int32{u, w.vertex})
			u = w.vertex
		}
		cut = append(cut, [2]int32{u, e.v})
	}
	if len(touches) > 0 {
		seen := make([][2]int32, len(cut))
		for k, uv := range cut {
			seen[k] = [2]int32{min(uv[0], uv[1]), max(uv[0], uv[1])}
		}
		slices.SortFunc(seen, func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) })
		if len(slices.Compact(seen)) < len(cut) {
			return nil, false
		}
	}
	return cut, true
}

// cover counts how often each cell is covered, the unbounded one never: crossing edge e from its right to its left adds weight[e].
func (g *graph) cover(weight []int32) []int32 {
	cover := make([]int32, len(g.loops))
	g.spread(func(from, to, h int32) {
		w := weight[h/2]
		if h&1 == 1 {
			w = -w
		}
		cover[to] = cover[from] - w
	})
	return cover
}
