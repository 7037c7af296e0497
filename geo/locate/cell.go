package locate

import "slices"

// cell is a square of the directory, of a block or of the pyramid: its south-west corner, relative to the index's origin,
// and its side as a power of two.
type cell struct {
	x, y  int64
	shift uint32
}

// child is one of the 4 × 4 smaller cells of a block, counted row by row from the south-west.
func (c cell) child(k uint32) cell {
	shift := c.shift - 2
	return cell{c.x + int64(k%4)<<shift, c.y + int64(k/4)<<shift, shift}
}

// worker builds bands of the directory, one after the other.
type worker struct {
	ix    *Index
	edges []edge
	tuning
	part   // of the band under construction
	pairs  []pair
	sorter sorter
	levels []*sorter // one for each depth of blocks
	chains []vertex  // the record under construction
	faces  []int32   // the face left of each of its chains
}

// pair says that an edge touches a cell of a small grid of cells.
type pair struct{ cell, edge int32 }

// band builds the words of the directory's rows from row on, with the edges that touch them.
func (w *worker) band(row uint32, edges []int32) part {
	w.words, w.verts, w.lefts = w.words[:0], w.verts[:0], w.lefts[:0]
	ix := w.ix
	rows := min(bandRows, ix.rows-row)
	w.pairs = w.pairs[:0]
	corner := ix.square(0, 0, row)
	for _, e := range edges {
		w.pairs = touch(w.pairs, w.edges, e, corner, int32(ix.cols), int32(rows))
	}
	w.sorter.sort(w.pairs, int(ix.cols*rows))
	for r := range rows {
		face := int32(0)
		for c := range ix.cols {
			k := r*ix.cols + c
			ix.words[(row+r)*ix.cols+c], face = w.cell(ix.square(0, c, row+r), w.sorter.of(k), face, 0)
		}
	}
	return part{slices.Clone(w.words), slices.Clone(w.verts), slices.Clone(w.lefts)}
}

// cell makes the word of a cell from the edges that touch it and the face one unit west of its lowest row, and returns
// that of its eastern neighbour, too.
func (w *worker) cell(c cell, edges []int32, west int32, depth int) (word, int32) {
	if len(edges) == 0 {
		return word(west), west
	}
	w.trace(c, edges)
	base := west - walk(w.chains, c.x-1, c.y)
	east := base + walk(w.chains, c.x+1<<c.shift-1, c.y)
	if len(edges) > w.fullCell && depth < w.maxDepth && c.shift >= max(w.minShift, 2) {
		if at, ok := w.divide(c, edges, base, depth); ok {
			return at, east
		}
	}
	at := record + word(len(w.verts))
	w.verts = append(w.verts, vertex{base, int32(len(w.chains)), int32(len(w.lefts))})
	w.verts = append(w.verts, w.chains...)
	w.lefts = append(w.lefts, w.faces...)
	return at, east
}

// divide makes a block of 4 × 4 smaller cells, unless that would mostly repeat the edges. base is the sum to start from
// in the record of the whole cell, which is in w.chains.
func (w *worker) divide(c cell, edges []int32, base int32, depth int) (word, bool) {
	if depth == len(w.levels) {
		w.levels = append(w.levels, &sorter{})
	}
	s := w.levels[depth]
	small := cell{c.x, c.y, c.shift - 2}
	w.pairs = w.pairs[:0]
	for _, e := range edges {
		w.pairs = touch(w.pairs, w.edges, e, small, 4, 4)
	}
	if len(w.pairs) > 2*len(edges) {
		return 0, false
	}
	s.sort(w.pairs, 16)
	var west [4]int32
	for r := range west {
		west[r] = base + walk(w.chains, c.x-1, c.y+int64(r)<<small.shift)
	}
	at := len(w.words)
	w.words = append(w.words, make([]word, 16)...)
	for k := range uint32(16) {
		r := k / 4
		w.words[at+int(k)], west[r] = w.cell(c.child(k), s.of(k), west[r], depth+1)
	}
	return block + word(at), true
}

// trace writes the edges of a cell as chains.
//
// The record's sums start one unit west of the cell on each row, but an edge counts wherever it lies west of the point.
// Seen from the cell, the sum over the edges that pass by in the west may change from row to row only where a border
// crosses the cell's side, so a chain that ends farther west, above the lowest row, is prolonged straight up to the top of
// the cell.
func (w *worker) trace(c cell, edges []int32) {
	w.chains, w.faces = w.chains[:0], w.faces[:0]
	top := min(c.y+1<<c.shift, int64(w.ix.height)+1)
	prolong := func(v edge) bool { return int64(v.x) < c.x-1 && int64(v.y) > c.y && int64(v.y) < top }
	for i, e := range edges {
		a, b := w.edges[e-1], w.edges[e]
		if i == 0 || edges[i-1] != e-1 {
			w.faces = append(w.faces, b.left)
			if prolong(a) {
				w.chains = append(w.chains, vertex{a.x, int32(top), 0}, vertex{a.x, a.y, b.d})
			} else {
				w.chains = append(w.chains, vertex{a.x, a.y, 0})
			}
		}
		w.chains = append(w.chains, vertex{b.x, b.y, b.d})
		if (i+1 == len(edges) || edges[i+1] != e+1) && prolong(b) {
			w.chains = append(w.chains, vertex{b.x, int32(top), b.d})
		}
	}
}

// prolonged reports whether an edge of the record of a cell only prolongs a chain: it is no border.
func (c cell) prolonged(a, b *vertex) bool { return a.x == b.x && int64(a.x) < c.x-1 }

// touch appends a pair for each cell of a grid of cells, cols × rows from the corner on, that an edge touches, and for some
// that it passes within two units of.
//
// A record needs the edges through the square from one unit west of its cell to its last point in the north-east; distances
// and circles need those that touch its closed square, and a little more where a place on an edge is rounded.
func touch(pairs []pair, edges []edge, e int32, corner cell, cols, rows int32) []pair {
	lo, hi := edges[e-1], edges[e]
	if lo.y > hi.y {
		lo, hi = hi, lo
	}
	s := corner.shift
	first := max(int64(lo.y)-1-corner.y, 0) >> s
	last := min((int64(hi.y)+1-corner.y)>>s, int64(rows)-1)
	for r := first; r <= last; r++ {
		south := corner.y + r<<s
		x0, x1 := lo.x, hi.x
		if y := south - 1; y > int64(lo.y) {
			x0 = cut(lo, hi, y)
		}
		if y := south + 1<<s + 1; y < int64(hi.y) {
			x1 = cut(lo, hi, y)
		}
		x0, x1 = min(x0, x1), max(x0, x1)
		west := max((int64(x0)-3-corner.x)>>s, 0)
		east := min((int64(x1)+2-corner.x)>>s, int64(cols)-1)
		for c := west; c <= east; c++ {
			pairs = append(pairs, pair{int32(r)*cols + int32(c), e})
		}
	}
	return pairs
}

// cut is the x, less than one unit off, at which the edge from lo up to hi crosses a row.
func cut(lo, hi edge, y int64) int32 {
	dx, dy := int64(hi.x)-int64(lo.x), int64(hi.y)-int64(lo.y)
	return lo.x + int32(dx*(y-int64(lo.y))/dy)
}

// sorter groups the edges of pairs by cell, keeping their order.
type sorter struct {
	starts []int32
	edges  []int32
}

func (s *sorter) sort(pairs []pair, cells int) {
	s.starts = append(s.starts[:0], make([]int32, cells+2)...)
	for _, p := range pairs {
		s.starts[p.cell+2]++
	}
	for k := range cells {
		s.starts[k+2] += s.starts[k+1]
	}
	s.edges = append(s.edges[:0], make([]int32, len(pairs))...)
	for _, p := range pairs {
		s.edges[s.starts[p.cell+1]] = p.edge
		s.starts[p.cell+1]++
	}
}

// of lists the edges of a cell.
func (s *sorter) of(cell uint32) []int32 { return s.edges[s.starts[cell]:s.starts[cell+1]] }
