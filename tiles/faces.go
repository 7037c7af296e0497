package tiles

import "slices"

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
		s := shape{pts: all.pts[from:len(all.pts):len(all.pts)], ends: slices.Clone(all.ends[fromEnd:])}
		for k := range s.ends {
			s.ends[k] -= int32(from)
		}
		s.measure()
		f.shapes[i] = s
		if len(s.ends) > 0 {
			f.ids = append(f.ids, int32(i))
			f.boxes = append(f.boxes, s.bounds())
		}
	}
	f.index = newIndex(f.boxes)
	return f
}
