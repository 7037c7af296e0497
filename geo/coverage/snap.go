package coverage

import (
	"cmp"
	"errors"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// weighted is a directed segment that adds weight to the cover count of label on its left.
type weighted struct {
	a, b   geo.Point
	label  int32
	weight int32
}

// arrangement is what many segments become when they are noded on the lattice: a planar graph, and for each of its edges how
// much the cover counts change from the right side to the left.
type arrangement struct {
	*graph
	step  []change
	start []int32 // edge → its first change, and the end
}

// change is a difference of the cover count of one label; never 0.
type change struct {
	label  int32
	weight int32
}

func (a *arrangement) changes(edge int32) []change { return a.step[a.start[edge]:a.start[edge+1]] }

// labels lists for each cell the labels that cover it, with their counts, ascending by label.
func (a *arrangement) labels() [][]change {
	covers := make([][]change, len(a.loops))
	a.spread(func(from, to, h int32) {
		out := covers[from]
		for _, c := range a.changes(h / 2) {
			w := c.weight // crossing from the left of the half-edge to its right takes its weight off
			if h&1 == 0 {
				w = -w
			}
			out = added(out, change{c.label, w})
		}
		covers[to] = out
	})
	return covers
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

var errNoding = errors.New("coverage: noding on the lattice does not come to rest")

// arrange nodes segments on the lattice by iterated snap rounding (D. Halperin, E. Packer, 2002, after J. Hobby, 1999): every
// vertex and every crossing, rounded, is the centre of a pixel one unit wide; every segment that passes through a pixel is
// led through its centre; repeated until nothing changes. No vertex then lies within half a unit of an edge that does not
// end in it. The segments must be boundaries: as many arrive at each vertex, with their weights, as leave it.
func arrange(segments []weighted) (*arrangement, error) {
	const rounds = 64 // real data need two to four
	for range rounds {
		pts, edges, step, start := unite(segments)
		stops := snap(pts, edges)
		if len(stops) == 0 {
			return &arrangement{newGraph(pts, edges), step, start}, nil
		}
		segments = segments[:0:0]
		t := 0
		for e, uv := range edges {
			from := t
			for t < len(stops) && stops[t].edge == int32(e) {
				t++
			}
			a := pts[uv[0]]
			lead := func(b geo.Point) {
				for _, c := range step[start[e]:start[e+1]] {
					segments = append(segments, weighted{a, b, c.label, c.weight})
				}
				a = b
			}
			for _, s := range alongEdge(pts[uv[0]], pts[uv[1]], stops[from:t]) {
				lead(s)
			}
			lead(pts[uv[1]])
		}
	}
	return nil, errNoding
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

// stop is a point that an edge must be led through.
type stop struct {
	edge int32
	at   geo.Point
}

// snap lists, edge by edge, the pixels' centres that edges pass by and do not have as ends.
func snap(pts []geo.Point, edges [][2]int32) []stop {
	var stops []stop
	line := func(e int) (a, b geo.Point) { return pts[edges[e][0]], pts[edges[e][1]] }
	cells := geo.NewBuckets(len(edges), line)
	var crossings []geo.Point
	cells.Pairs(func(i, j int) bool {
		a, b := line(i)
		c, d := line(j)
		if geo.Cross(a, b, c, d) {
			x := geo.Intersection(a, b, c, d)
			crossings = append(crossings, x)
			for _, e := range [2]int{i, j} {
				if p, q := line(e); x != p && x != q {
					stops = append(stops, stop{int32(e), x})
				}
			}
		}
		return true
	})
	look := func(p geo.Point) {
		near := geo.Bounds{Min: geo.Point{X: p.X - 1, Y: p.Y - 1}, Max: geo.Point{X: p.X + 1, Y: p.Y + 1}}
		cells.Near(near, func(e int) {
			if a, b := line(e); p != a && p != b && throughPixel(p, a, b) {
				stops = append(stops, stop{int32(e), p})
			}
		})
	}
	used := make([]bool, len(pts))
	for _, uv := range edges {
		for _, v := range uv {
			if !used[v] {
				used[v] = true
				look(pts[v])
			}
		}
	}
	for _, x := range crossings {
		look(x)
	}
	slices.SortFunc(stops, func(s, t stop) int { return cmp.Or(cmp.Compare(s.edge, t.edge), s.at.Compare(t.at)) })
	return slices.Compact(stops)
}

// throughPixel reports whether the segment a–b passes through the pixel around p: the square one unit wide, with its lower and
// left sides and without the others.
func throughPixel(p, a, b geo.Point) bool {
	if p.X < min(a.X, b.X) || p.X > max(a.X, b.X) || p.Y < min(a.Y, b.Y) || p.Y > max(a.Y, b.Y) {
		return false
	}
	dx, dy := int64(b.X)-int64(a.X), int64(b.Y)-int64(a.Y)
	o := geo.Orient(a, b, p)
	reach := abs(dx) + abs(dy) // the line passes a corner of the pixel where |2o| = reach
	switch {
	case 2*abs(o) < reach:
		return true
	case 2*abs(o) > reach:
		return false
	default: // one corner only: it counts if it is the lower left one, and within the segment
		return 2*o == dx-dy && p.X > min(a.X, b.X) && p.Y > min(a.Y, b.Y)
	}
}

// alongEdge puts the stops of an edge from a to b in the order in which it passes them.
func alongEdge(a, b geo.Point, stops []stop) []geo.Point {
	out := make([]geo.Point, len(stops))
	for i, s := range stops {
		out[i] = s.at
	}
	// By the scalar product with the edge's direction, which fits as all lie in the edge's box. No two pixels that an edge
	// passes through lie straight across it.
	along := func(p geo.Point) int64 {
		return (int64(b.X)-int64(a.X))*(int64(p.X)-int64(a.X)) + (int64(b.Y)-int64(a.Y))*(int64(p.Y)-int64(a.Y))
	}
	slices.SortFunc(out, func(p, q geo.Point) int { return cmp.Compare(along(p), along(q)) })
	return out
}

func abs(v int64) int64 { return max(v, -v) }
