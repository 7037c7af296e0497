package tiles

import (
	"cmp"
	"slices"
)

// faces are the shapes of one level at one zoom, with the index over them.
type faces struct {
	shapes []shape // of each face; empty: too small to draw
	ids    []int32 // of the indexed ones
	boxes  []box
	index  index
}

// newFaces makes the shapes of n faces from a snapped map. of gives the face of this level that a face of the map
// lies in; nil: the same.
func newFaces(edges []edge, of []int32, n int) *faces {
	up := func(face int32) int32 {
		if face == outside || of == nil {
			return face
		}
		return of[face]
	}
	starts := make([]int32, n+1)
	each := func(do func(face int32, s side)) {
		for _, e := range edges {
			left, right := up(e.left), up(e.right)
			if left == right {
				continue
			}
			if left != outside {
				do(left, side{e.a, e.b})
			}
			if right != outside {
				do(right, side{e.b, e.a})
			}
		}
	}
	each(func(face int32, _ side) { starts[face+1]++ })
	for i := range n {
		starts[i+1] += starts[i]
	}
	sides := make([]side, starts[n])
	next := slices.Clone(starts)
	each(func(face int32, s side) {
		sides[next[face]] = s
		next[face]++
	})

	f := &faces{shapes: make([]shape, n)}
	all := shape{pts: make([]pt, 0, len(sides))}
	var t tracer
	for i := range n {
		t.sides = sides[starts[i]:starts[i+1]]
		from, fromEnd := len(all.pts), len(all.ends)
		t.trace(&all)
		s := shape{all.pts[from:len(all.pts):len(all.pts)], slices.Clone(all.ends[fromEnd:])}
		for k := range s.ends {
			s.ends[k] -= int32(from)
		}
		f.shapes[i] = s
		if len(s.ends) > 0 {
			f.ids = append(f.ids, int32(i))
			f.boxes = append(f.boxes, s.bounds())
		}
	}
	f.index = newIndex(f.boxes)
	return f
}

// borders are the lines of one zoom, each once, with the highest level that they separate.
type borders struct {
	lines  shape // part k is line k
	levels []Level
	boxes  []box
	index  index
}

// newBorders joins the edges of a snapped map to lines that end where more or fewer than two edges meet. level is the highest
// level at which the faces on both sides of an edge differ.
func newBorders(edges []edge, level func(edge) Level) *borders {
	type end struct {
		at   pt
		edge int32
	}
	ends := make([]end, 0, 2*len(edges))
	for i, e := range edges {
		ends = append(ends, end{e.a, int32(i)}, end{e.b, int32(i)})
	}
	slices.SortFunc(ends, func(a, b end) int {
		if a.at != b.at {
			return cmp.Compare(a.at.key(), b.at.key())
		}
		return cmp.Compare(a.edge, b.edge)
	})
	at := func(p pt) []end {
		first, _ := slices.BinarySearchFunc(ends, p, func(e end, p pt) int { return cmp.Compare(e.at.key(), p.key()) })
		last := first
		for last < len(ends) && ends[last].at == p {
			last++
		}
		return ends[first:last]
	}

	b := &borders{}
	used := make([]bool, len(edges))
	walk := func(p pt, i int32) {
		l := level(edges[i])
		from := len(b.lines.pts)
		b.lines.pts = append(b.lines.pts, p)
		for {
			used[i] = true
			e := edges[i]
			if p == e.a {
				p = e.b
			} else {
				p = e.a
			}
			b.lines.pts = append(b.lines.pts, p)
			here := at(p)
			if len(here) != 2 {
				break
			}
			i = here[0].edge + here[1].edge - i
			if used[i] {
				break
			}
		}
		b.lines.ends = append(b.lines.ends, int32(len(b.lines.pts)))
		b.levels = append(b.levels, l)
		b.boxes = append(b.boxes, shape{pts: b.lines.pts[from:]}.bounds())
	}
	for first := 0; first < len(ends); {
		last := first
		for last < len(ends) && ends[last].at == ends[first].at {
			last++
		}
		if last-first != 2 {
			for _, e := range ends[first:last] {
				if !used[e.edge] {
					walk(e.at, e.edge)
				}
			}
		}
		first = last
	}
	for i, e := range edges {
		if !used[i] {
			walk(e.a, int32(i))
		}
	}
	b.index = newIndex(b.boxes)
	return b
}

// part is line or ring k alone.
func (s shape) part(k int) shape {
	from := int32(0)
	if k > 0 {
		from = s.ends[k-1]
	}
	return shape{s.pts[from:s.ends[k]], []int32{s.ends[k] - from}}
}
