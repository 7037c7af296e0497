package coverage

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// arrangement is what many segments become when they are noded: a planar graph, and for each of its edges how much the cover counts
// change from the right side to the left.
type arrangement struct {
	*graph
	step   []change
	start  []int32 // edge → its first change, and the end
	merged int     // segments that came to lie on another one
}

// change is a difference of the cover count of one label; never 0.
type change struct {
	label  int32
	weight int32
}

func (a *arrangement) changes(edge int32) []change { return a.step[a.start[edge]:a.start[edge+1]] }

// cover counts how often each cell is covered, whatever the label; the unbounded cell is not.
func (a *arrangement) cover() []int32 {
	cover := make([]int32, len(a.loops))
	a.spread(func(from, to, h int32) {
		cover[to] = cover[from]
		for _, c := range a.changes(h / 2) {
			cover[to] += c.across(h)
		}
	})
	return cover
}

// labels lists for each cell the labels that cover it, with their counts, ascending by label.
func (a *arrangement) labels() [][]change {
	covers := make([][]change, len(a.loops))
	a.spread(func(from, to, h int32) {
		out := covers[from]
		for _, c := range a.changes(h / 2) {
			out = added(out, change{c.label, c.across(h)})
		}
		covers[to] = out
	})
	return covers
}

// across is the change on the way from the left of a half-edge to its right.
func (c change) across(h int32) int32 {
	if h&1 == 0 {
		return -c.weight
	}
	return c.weight
}

// added is a sorted list of counts with one of them changed; the list itself is not written to.
func added(list []change, c change) []change {
	i, found := slices.BinarySearchFunc(list, c.label, func(d change, label int32) int { return cmp.Compare(d.label, label) })
	switch {
	case !found:
		return slices.Insert(slices.Clone(list), i, c)
	case list[i].weight+c.weight == 0:
		return slices.Delete(slices.Clone(list), i, i+1)
	default:
		list = slices.Clone(list)
		list[i].weight += c.weight
		return list
	}
}

// weighted is a directed segment that adds weight to the cover count of label on its left.
type weighted struct {
	a, b   geo.Point
	label  int32
	weight int32
}

// newArrangement takes segments that meet in ends only, or lie on each other from end to end: those become one edge.
func newArrangement(segments []weighted) *arrangement {
	pts, edges, step, start := unite(segments)
	g := newGraph(pts, edges)
	g.nest()
	return &arrangement{g, step, start, len(segments) - len(edges)}
}

// unite joins segments between the same two points to one edge u < v and adds up their weights; edges where nothing remains are dropped.
func unite(segments []weighted) (pts []geo.Point, edges [][2]int32, step []change, start []int32) {
	ends := make([]geo.Point, 0, 2*len(segments))
	for _, s := range segments {
		ends = append(ends, s.a, s.b)
	}
	pts, id := geo.Distinct(ends)
	type entry struct{ u, v, label, weight int32 }
	entries := make([]entry, 0, len(segments))
	for i, s := range segments {
		u, v := id[2*i], id[2*i+1]
		switch {
		case u < v:
			entries = append(entries, entry{u, v, s.label, s.weight})
		case u > v:
			entries = append(entries, entry{v, u, s.label, -s.weight})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.u, b.u), cmp.Compare(a.v, b.v), cmp.Compare(a.label, b.label))
	})
	for i := 0; i < len(entries); {
		u, v := entries[i].u, entries[i].v
		first := int32(len(step))
		for i < len(entries) && entries[i].u == u && entries[i].v == v {
			label, sum := entries[i].label, int32(0)
			for i < len(entries) && entries[i].u == u && entries[i].v == v && entries[i].label == label {
				sum += entries[i].weight
				i++
			}
			if sum != 0 {
				step = append(step, change{label, sum})
			}
		}
		if int(first) < len(step) {
			edges, start = append(edges, [2]int32{u, v}), append(start, first)
		}
	}
	return pts, edges, step, append(start, int32(len(step)))
}
