package tiles

import (
	"cmp"
	"slices"
)

// line is a border: faces left and right of it, as one goes along in tile axes with the ring of `left` (that of positive area)
// running forward and that of `right` backward. outside stands for no face.
type line struct {
	pts         []fine
	left, right int32
}

const outside int32 = -1

// edge is one straight border of a snapped map, a before b.
type edge struct {
	a, b        pt
	left, right int32
}

// snap rounds lines that do not cross to the units of a zoom, by iterated snap rounding (Halperin and Packer, Computational Geometry 23
// (2002) 209–225; after Hobby 1999): the units in which a vertex lies are hot, and an edge that passes through a hot unit is led
// through its centre, until none does. What comes out meets only in vertices, keeps the sides that the lines had, and no edge
// passes nearer than half a unit to a vertex that is not its own. Edges that fall together are one edge; faces that lose their
// inside there lose their border with it. Sorted by a, then b; edges with the same face on both sides are left out.
func snap(lines []line, shift uint) []edge { return new(snapper).snap(lines, shift) }

// snap is the same, valid until the next call.
func (s *snapper) snap(lines []line, shift uint) []edge {
	s.heat(lines, shift)
	s.edges = s.edges[:0]
	for _, l := range lines {
		for i := 1; i < len(l.pts); i++ {
			p, q := l.pts[i-1].at(shift), l.pts[i].at(shift)
			if p == q {
				continue
			}
			s.chain = s.route(append(s.chain[:0], p), l.pts[i-1], l.pts[i], p, q)
			for j := 1; j < len(s.chain); j++ {
				e := edge{s.chain[j-1], s.chain[j], l.left, l.right}
				if e.b.less(e.a) {
					e = edge{e.b, e.a, e.right, e.left}
				}
				s.edges = append(s.edges, e)
			}
		}
	}
	slices.SortFunc(s.edges, func(e, f edge) int { return compareSides(side{e.a, e.b}, side{f.a, f.b}) })
	s.mergeEdges()
	return s.edges
}

// mergeEdges makes one edge of those that fall together: a face that is left of one and right of another cancels.
func (s *snapper) mergeEdges() {
	edges, out := s.edges, s.edges[:0]
	for i := 0; i < len(edges); {
		a, b := edges[i].a, edges[i].b
		lefts, rights := s.lefts[:0], s.rights[:0]
		for ; i < len(edges) && edges[i].a == a && edges[i].b == b; i++ {
			lefts, rights = append(lefts, edges[i].left), append(rights, edges[i].right)
		}
		s.lefts, s.rights = lefts, rights
		lefts, rights = cancel(lefts, rights)
		for k := range lefts {
			out = append(out, edge{a, b, lefts[k], rights[k]})
		}
	}
	s.edges = out
}

// cancel sorts two lists and removes what is common to both.
func cancel(a, b []int32) ([]int32, []int32) {
	if len(a) == 1 && a[0] != b[0] {
		return a, b
	}
	slices.Sort(a)
	slices.Sort(b)
	i, j, m, n := 0, 0, 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && a[i] < b[j]:
			a[m] = a[i]
			i, m = i+1, m+1
		default:
			b[n] = b[j]
			j, n = j+1, n+1
		}
	}
	return a[:m], b[:n]
}

// snapper holds the hot units in square cells. It keeps its memory from one map to the next; not for concurrent use.
type snapper struct {
	shift  uint // of fine places to units
	min    pt   // of the hot units
	cell   int32
	nx, ny int32
	keys   []uint64 // of the hot units, ascending
	starts []int32  // of each cell in hot; one more at the end
	hot    []pt
	hits   []pt // the stack of route

	chain         []pt // of one edge
	edges         []edge
	lefts, rights []int32 // of one edge
}

// heat finds the hot units.
func (s *snapper) heat(lines []line, shift uint) {
	s.shift, s.cell, s.keys = shift, 1, s.keys[:0]
	b := emptyBox()
	for _, l := range lines {
		for _, f := range l.pts {
			p := f.at(shift)
			s.keys = append(s.keys, p.key())
			b = b.extend(p)
		}
	}
	if len(s.keys) == 0 {
		return
	}
	slices.Sort(s.keys)
	s.keys = slices.Compact(s.keys)

	s.min = b.min
	w, h := int64(b.max.x)-int64(b.min.x)+1, int64(b.max.y)-int64(b.min.y)+1
	for (w/int64(s.cell)+1)*(h/int64(s.cell)+1) > int64(len(s.keys))+1 {
		s.cell *= 2
	}
	s.nx, s.ny = int32(w)/s.cell+1, int32(h)/s.cell+1

	// Counting sort; starts[c+2] counts, then starts[c+1] runs from the start of cell c to its end.
	cellOf := func(p pt) int32 { return (p.y-s.min.y)/s.cell*s.nx + (p.x-s.min.x)/s.cell }
	s.starts = zeroed(s.starts, int(s.nx*s.ny)+2)
	for _, k := range s.keys {
		s.starts[cellOf(placeOf(k))+2]++
	}
	for c := range len(s.starts) - 1 {
		s.starts[c+1] += s.starts[c]
	}
	s.hot = zeroed(s.hot, len(s.keys))
	for _, k := range s.keys {
		p := placeOf(k)
		next := &s.starts[cellOf(p)+1]
		s.hot[*next] = p
		*next++
	}
}

// zeroed is a slice of n zeros, in the memory of s if that is large enough.
func zeroed[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	clear(s[:n])
	return s[:n]
}

// route appends to chain, which ends in unit p, the units through which the edge from f to g is led, up to q.
// It ends: the units on the way lie between p and q on both axes, so every step is shorter.
func (s *snapper) route(chain []pt, f, g fine, p, q pt) []pt {
	from := len(s.hits)
	s.find(f, g, p, q)
	a := centreOf(p, s.shift)
	if len(s.hits) == from && f == a && g == centreOf(q, s.shift) {
		return append(chain, q)
	}
	sx, sy := int32(cmp.Compare(q.x, p.x)), int32(cmp.Compare(q.y, p.y))
	slices.SortFunc(s.hits[from:], func(u, v pt) int { return int((u.x-v.x)*sx + (u.y-v.y)*sy) })
	s.hits = append(s.hits, q)
	to := len(s.hits)
	for i := from; i < to; i++ {
		u := s.hits[i]
		b := centreOf(u, s.shift)
		chain = s.route(chain, a, b, p, u)
		p, a = u, b
	}
	s.hits = s.hits[:from]
	return chain
}

// find pushes the hot units other than p and q through which the edge from f to g passes.
func (s *snapper) find(f, g fine, p, q pt) {
	if g.y < f.y {
		f, g = g, f
	}
	last := g.at(s.shift)
	row, end := (f.at(s.shift).y-s.min.y)/s.cell, (last.y-s.min.y)/s.cell
	for ; row <= end; row++ {
		// The part of the edge in this row of cells, with a unit to spare.
		a, b := f.x, g.x
		if dy := g.y - f.y; dy > 0 {
			top := int64(s.min.y+row*s.cell-1) << s.shift
			bottom := int64(s.min.y+(row+1)*s.cell) << s.shift
			if top > f.y {
				a = f.x + (g.x-f.x)*(top-f.y)/dy
			}
			if bottom < g.y {
				b = f.x + (g.x-f.x)*(bottom-f.y)/dy
			}
		}
		lo := (int32(min(a, b)>>s.shift) - 1 - s.min.x) / s.cell
		hi := (int32(max(a, b)>>s.shift) + 1 - s.min.x) / s.cell
		lo, hi = max(lo, 0), min(hi, s.nx-1)
		for _, u := range s.hot[s.starts[row*s.nx+lo]:s.starts[row*s.nx+hi+1]] {
			if u != p && u != q && passes(f, g, u, s.shift) {
				s.hits = append(s.hits, u)
			}
		}
	}
}

// passes reports whether the edge from f to g meets unit u, a square that has its west and north sides and no other.
func passes(f, g fine, u pt, shift uint) bool {
	c, h := centreOf(u, shift), int64(1)<<(shift-1)
	ax, ay, bx, by := f.x-c.x, f.y-c.y, g.x-c.x, g.y-c.y
	if max(ax, bx) < -h || min(ax, bx) >= h || max(ay, by) < -h || min(ay, by) >= h {
		return false
	}
	// Twice the areas that the four corners span with the edge: m ± du ± dv.
	m := ax*by - ay*bx
	du, dv := (by-ay)*h, (bx-ax)*h
	northWest := m + du - dv
	lo := m - abs(du) - abs(dv)
	hi := m + abs(du) + abs(dv)
	return lo < 0 && hi > 0 || northWest == 0
}
