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
	lines []line
	tuning
	part   // of the band under construction
	pairs  []pair
	sorter sorter
	levels []*sorter     // one for each depth of blocks
	record []edge[int32] // the record under construction, its header first
}

// pair says that a line touches a cell of a small grid of cells.
type pair struct{ cell, line int32 }

// band builds the words of the directory's rows from row on, with the lines that touch them.
func (w *worker) band(row uint32, lines []int32) part {
	w.words, w.narrow, w.wide = w.words[:0], w.narrow[:0], w.wide[:0]
	ix := w.ix
	rows := min(bandRows, ix.rows-row)
	w.pairs = w.pairs[:0]
	corner := ix.square(0, 0, row)
	for _, l := range lines {
		w.pairs = touch(w.pairs, w.lines, l, corner, int32(ix.cols), int32(rows))
	}
	w.sorter.sort(w.pairs, int(ix.cols*rows))
	for r := range rows {
		face := int32(0)
		for c := range ix.cols {
			k := r*ix.cols + c
			ix.words[(row+r)*ix.cols+c], face = w.cell(ix.square(0, c, row+r), w.sorter.of(k), face, 0)
		}
	}
	return part{slices.Clone(w.words), slices.Clone(w.narrow), slices.Clone(w.wide)}
}

// cell makes the word of a cell from the lines that touch it and the face one unit west of its lowest row, and returns
// that of its eastern neighbour, too.
func (w *worker) cell(c cell, lines []int32, west int32, depth int) (word, int32) {
	if len(lines) == 0 {
		return word(west), west
	}
	w.trace(c, lines)
	base := west - walk(crossed(w.record, 0), -1, 0)
	east := base + walk(crossed(w.record, 0), 1<<c.shift-1, 0)
	w.record[0].left = base
	if len(lines) > w.fullCell && depth < w.maxDepth && c.shift >= max(w.minShift, 2) {
		if at, ok := w.divide(c, lines, depth); ok {
			return at, east
		}
	}
	return w.keep(), east
}

// keep appends the record under construction to the narrow ones if its numbers fit, else to the wide ones.
func (w *worker) keep() word {
	for i := range w.record {
		e := &w.record[i]
		if e.x != int32(int16(e.x)) || e.y != int32(int16(e.y)) || e.dx != int32(int16(e.dx)) || e.dy != int32(int16(e.dy)) {
			at := wide + word(len(w.wide))
			w.wide = append(w.wide, w.record...)
			return at
		}
	}
	at := narrow + word(len(w.narrow))
	for i := range w.record {
		e := &w.record[i]
		w.narrow = append(w.narrow, edge[int16]{int16(e.x), int16(e.y), int16(e.dx), int16(e.dy), e.left, e.right})
	}
	return at
}

// divide makes a block of 4 × 4 smaller cells, unless that would mostly repeat the lines. The record of the whole cell is
// the one under construction.
func (w *worker) divide(c cell, lines []int32, depth int) (word, bool) {
	if depth == len(w.levels) {
		w.levels = append(w.levels, &sorter{})
	}
	s := w.levels[depth]
	small := cell{c.x, c.y, c.shift - 2}
	w.pairs = w.pairs[:0]
	for _, l := range lines {
		w.pairs = touch(w.pairs, w.lines, l, small, 4, 4)
	}
	if len(w.pairs) > 2*len(lines) {
		return 0, false
	}
	s.sort(w.pairs, 16)
	var west [4]int32
	for r := range west {
		west[r] = w.record[0].left + walk(crossed(w.record, 0), -1, int64(r)<<small.shift)
	}
	at := len(w.words)
	w.words = append(w.words, make([]word, 16)...)
	for k := range uint32(16) {
		r := k / 4
		w.words[at+int(k)], west[r] = w.cell(c.child(k), s.of(k), west[r], depth+1)
	}
	return block + word(at), true
}

// trace writes the record of a cell.
//
// The record's sums start one unit west of the cell on each row, but an edge counts wherever it lies west of the point.
// Seen from the cell, the sum over the edges that pass by in the west may change from row to row only where a border
// crosses the cell's side, so a chain of lines that ends farther west, above the lowest row, is prolonged straight up to the
// top of the cell.
func (w *worker) trace(c cell, lines []int32) {
	top := min(c.y+1<<c.shift, int64(w.ix.height)+1)
	prolong := func(v *line) bool { return int64(v.x) < c.x-1 && int64(v.y) > c.y && int64(v.y) < top }
	up := func(v *line, left, right int32) {
		w.record = append(w.record, edge[int32]{v.x - int32(c.x), v.y - int32(c.y), 0, int32(top) - v.y, left, right})
	}
	w.record = append(w.record[:0], edge[int32]{})
	for i, l := range lines {
		a, b := &w.lines[l-1], &w.lines[l]
		if (i == 0 || lines[i-1] != l-1) && prolong(a) {
			up(a, b.right, b.left)
		}
		if (i+1 == len(lines) || lines[i+1] != l+1) && prolong(b) {
			up(b, b.left, b.right)
		}
	}
	prolonged := len(w.record) - 1
	for _, first := range []bool{true, false} {
		for _, l := range lines {
			if e := w.lines[l].from(&w.lines[l-1], c); crosses(e, c) == first {
				w.record = append(w.record, e)
			}
		}
		if first {
			w.record[0].x = int32(len(w.record) - 1)
		}
	}
	w.record[0].y, w.record[0].dx = int32(len(w.record)-1), int32(prolonged)
}

// from is the edge of a line that starts at the end of the line before, relative to the corner of a cell.
func (b *line) from(a *line, c cell) edge[int32] {
	left, right := b.left, b.right
	if a.y > b.y {
		a, b, left, right = b, a, right, left
	}
	return edge[int32]{a.x - int32(c.x), a.y - int32(c.y), b.x - a.x, b.y - a.y, left, right}
}

// crosses reports whether an edge crosses a row of a cell, given its corner is (0, 0), west of the cell's eastern side.
func crosses(e edge[int32], c cell) bool {
	side := int64(1) << c.shift
	return e.dy > 0 && int64(e.y)+int64(e.dy) > 0 && int64(e.y) < side && min(int64(e.x), int64(e.x)+int64(e.dx)) < side
}

// touch appends a pair for each cell of a grid of cells, cols × rows from the corner on, that a line touches, and for some
// that it passes within two units of.
//
// A record needs the lines through the square from one unit west of its cell to its last point in the north-east; distances
// and circles need those that touch its closed square, and a little more where a place on a line is rounded.
func touch(pairs []pair, lines []line, l int32, corner cell, cols, rows int32) []pair {
	lo, hi := &lines[l-1], &lines[l]
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
			pairs = append(pairs, pair{int32(r)*cols + int32(c), l})
		}
	}
	return pairs
}

// cut is the x, less than one unit off, at which the line from lo up to hi crosses a row.
func cut(lo, hi *line, y int64) int32 {
	dx, dy := int64(hi.x)-int64(lo.x), int64(hi.y)-int64(lo.y)
	return lo.x + int32(dx*(y-int64(lo.y))/dy)
}

// sorter groups the lines of pairs by cell, keeping their order.
type sorter struct {
	starts []int32
	lines  []int32
}

func (s *sorter) sort(pairs []pair, cells int) {
	s.starts = append(s.starts[:0], make([]int32, cells+2)...)
	for _, p := range pairs {
		s.starts[p.cell+2]++
	}
	for k := range cells {
		s.starts[k+2] += s.starts[k+1]
	}
	s.lines = append(s.lines[:0], make([]int32, len(pairs))...)
	for _, p := range pairs {
		s.lines[s.starts[p.cell+1]] = p.line
		s.starts[p.cell+1]++
	}
}

// of lists the lines of a cell.
func (s *sorter) of(cell uint32) []int32 { return s.lines[s.starts[cell]:s.starts[cell+1]] }
