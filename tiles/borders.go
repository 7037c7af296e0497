package tiles

import (
	"cmp"
	"slices"
)

// borders are the lines of one zoom, each once, with the highest level that they separate.
type borders struct {
	pts    []pt    // of all lines, one after the other
	ends   []int32 // of each in pts
	levels []Level
	boxes  []box
	index  index
}

func (b *borders) line(i int32) []pt {
	from := int32(0)
	if i > 0 {
		from = b.ends[i-1]
	}
	return b.pts[from:b.ends[i]]
}

// newBorders joins the edges of a snapped map to lines that end where more or fewer than two edges meet. level is the highest
// level at which the faces on both sides of an edge differ.
func newBorders(edges []edge, level func(edge) Level) *borders {
	c := newChainer(edges)
	b := &borders{}
	from := 0
	take := func(first int32) {
		b.boxes = append(b.boxes, around(c.pts[from:]))
		b.levels = append(b.levels, level(edges[first]))
		from = len(c.pts)
		b.ends = append(b.ends, int32(from))
	}
	for k, e := range c.ends {
		if c.junction(k) && !c.used[e.edge] {
			c.walk(e.at, e.edge)
			take(e.edge)
		}
	}
	for i, e := range edges { // what is left is closed and meets nothing
		if !c.used[i] {
			c.walk(e.a, int32(i))
			take(int32(i))
		}
	}
	b.pts, b.ends, b.levels, b.boxes = slices.Clone(c.pts), slices.Clone(b.ends), slices.Clone(b.levels), slices.Clone(b.boxes)
	b.index = newIndex(b.boxes)
	return b
}

// chainer walks along edges.
type chainer struct {
	edges []edge
	ends  []end // by place
	used  []bool
	pts   []pt // of all walks
}

// end is one of the two ends of an edge.
type end struct {
	at   pt
	edge int32
}

func newChainer(edges []edge) *chainer {
	c := &chainer{edges: edges, used: make([]bool, len(edges)), ends: make([]end, 0, 2*len(edges)), pts: make([]pt, 0, len(edges)+len(edges)/4)}
	for i, e := range edges {
		c.ends = append(c.ends, end{e.a, int32(i)}, end{e.b, int32(i)})
	}
	slices.SortFunc(c.ends, func(a, b end) int {
		if a.at != b.at {
			return cmp.Compare(a.at.key(), b.at.key())
		}
		return cmp.Compare(a.edge, b.edge)
	})
	return c
}

// same reports whether ends j and k are there and in one place.
func (c *chainer) same(j, k int) bool {
	return j >= 0 && k < len(c.ends) && c.ends[j].at == c.ends[k].at
}

// junction reports whether more or fewer than two edges meet at an end.
func (c *chainer) junction(k int) bool {
	before, after := c.same(k-1, k), c.same(k, k+1)
	return before == after || before && c.same(k-2, k) || after && c.same(k, k+2)
}

// walk goes from p along an edge to the next junction, or all the way round.
func (c *chainer) walk(p pt, edge int32) {
	c.pts = append(c.pts, p)
	for !c.used[edge] {
		c.used[edge] = true
		if e := c.edges[edge]; p == e.a {
			p = e.b
		} else {
			p = e.a
		}
		c.pts = append(c.pts, p)
		k, _ := slices.BinarySearchFunc(c.ends, p, func(e end, p pt) int { return cmp.Compare(e.at.key(), p.key()) })
		if c.junction(k) {
			return
		}
		edge = c.ends[k].edge + c.ends[k+1].edge - edge
	}
}
