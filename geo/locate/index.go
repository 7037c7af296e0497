// Package locate answers which face of a coverage owns a point, exactly and in about constant time.
//
// The index stores borders, not polygons. Walking east along a row, each edge of a border changes the face from the one on
// its western side to the one on its eastern side. Where the face at the western end of a row of a small cell is known, one
// walk over the few edges of the cell gives the face of any point in it, without candidates and without a test per face.
// Cells that no border touches answer at once.
//
// The tie rule: the owner of a point is the face that contains it moved by (+ε, +ε²). On a border of the covered area,
// holes included, where that place is not covered, turn left from due east: the first face met owns the point.
//
// Owners are computed in int64 from int32 differences and are exact. Metres are those of the local tangent plane at the
// point, with the ellipsoid's radii (geo.MetresPerUnit).
package locate

import (
	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
)

// Index answers from one coverage. It is immutable and safe for concurrent use; no lookup allocates, except Circle where
// its destination is too short.
//
// Coordinates inside are relative to the south-west corner of the coverage: x and y from 0 to below 2³¹.
type Index struct {
	origin        geo.Point
	width, height uint32 // of the coverage's box: a point beyond it has no owner
	shift         uint32 // a cell of the directory is 2^shift units wide and high
	cols, rows    uint32
	words         []word        // the directory row by row from the south-west, then blocks of 4 × 4 smaller cells
	narrow        []edge[int16] // the records of cells that a border touches, in the order of the directory
	wide          []edge[int32] // the records of those with an edge too long for the narrow ones
	pyramid       []level       // which cells hold borders, 4 × 4 to one, up to a single block
}

// word is what the directory says of a cell. Its two top bits tell: 0, the rest is a face and the whole cell belongs to
// it; narrow or wide, the rest is the place of the cell's record; block, the rest is the place in words of 16 smaller
// cells, row by row from the south-west. Faces are counted from 1 inside; 0 is outside.
type word uint32

const (
	narrow word = 1 << 30
	wide   word = 2 << 30
	block  word = 3 << 30
	place  word = 1<<30 - 1
)

// edge is a piece of a border, directed upward, a level one either way: from (x, y), relative to the south-west corner of the
// record's cell, to (x + dx, y + dy), with the faces on its sides.
type edge[T int16 | int32] struct {
	x, y, dx, dy T
	left, right  int32
}

// A record is a header followed by edges: first those that only restore the sum (worker.trace), then those that cross a row
// of the cell west of its eastern side, last those that matter to distances and turns alone. The header's x is the number of
// the first two kinds, its y that of all, its dx that of the first kind; its left is the sum to start from.

// crossed are the edges of a record that a lookup sums up.
func crossed[T int16 | int32](edges []edge[T], at word) []edge[T] {
	return edges[at+1:][:edges[at].x]
}

// borders are the edges of a record that lie on borders.
func borders[T int16 | int32](edges []edge[T], at word) []edge[T] {
	h := &edges[at]
	return edges[at+1:][h.dx:h.y]
}

// Face is the index of the face that owns p, or coverage.Outside.
func (ix *Index) Face(p geo.Point) int32 {
	x, y := uint32(p.X)-uint32(ix.origin.X), uint32(p.Y)-uint32(ix.origin.Y)
	if x > ix.width || y > ix.height {
		return coverage.Outside
	}
	s := ix.shift
	w := ix.words[(y>>s)*ix.cols+x>>s]
	for w >= block {
		s -= 2
		w = ix.words[w&place+word(y>>s&3<<2|x>>s&3)]
	}
	inCell := uint32(1)<<s - 1
	switch {
	case w < narrow:
		return int32(w) - 1
	case w < wide:
		return owner(ix.narrow, w&place, int64(x&inCell), int64(y&inCell))
	}
	return owner(ix.wide, w&place, int64(x&inCell), int64(y&inCell))
}

// owner is the face that owns a point of a cell with borders, by the cell's record.
func owner[T int16 | int32](edges []edge[T], at word, x, y int64) int32 {
	f := edges[at].left + walk(crossed(edges, at), x, y)
	if f == 0 {
		f = turn(borders(edges, at), x, y)
	}
	return f - 1
}

// walk sums up how the face changes at the edges that the row of y crosses west of x or at it. Rows are half open, so an
// edge counts iff its lower end ≤ y < its upper end, and two edges that meet in a vertex never count both. It has no
// branches but the loop's: which edges count is as good as chance.
func walk[T int16 | int32](edges []edge[T], x, y int64) int32 {
	sum := int32(0)
	for i := range edges {
		e := &edges[i]
		east, north := x-int64(e.x), y-int64(e.y)
		change := e.right - e.left
		if uint64(north) >= uint64(e.dy) {
			change = 0
		}
		if int64(e.dx)*north > int64(e.dy)*east {
			change = 0
		}
		sum += change
	}
	return sum
}

// Bytes is the memory that the index holds.
func (ix *Index) Bytes() int {
	n := 4*len(ix.words) + 16*len(ix.narrow) + 24*len(ix.wide)
	for _, l := range ix.pyramid {
		n += 2 * len(l.masks)
	}
	return n
}
