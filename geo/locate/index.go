// Package locate answers which face of a coverage owns a point, exactly and in about constant time.
//
// The index stores borders, not polygons. An arc with face L on its left and R on its right carries the weight R − L:
// walking east along a row, an upward arc changes the face by that weight and a downward arc by its opposite. Where the
// face at one place of a small cell is known, one walk over the few edges of the cell gives the face of any point in it,
// without candidates and without a test per face. Cells that no border touches answer at once.
//
// The tie rule: the owner of a point is the face that contains it moved by (+ε, +ε²). On a border of the covered area,
// holes included, where that place is not covered, turn left from due east: the first face met owns the point.
//
// Owners are computed in int64 from int32 differences and are exact. Metres are those of the local tangent plane at the
// point, with the ellipsoid's radii (geo.MetresPerUnit).
package locate

import (
	"math/bits"

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
	words         []word   // the directory row by row from the south-west, then blocks of 4 × 4 smaller cells
	verts         []vertex // the records of cells that a border touches, in the order of the directory
	lefts         []int32  // the face left of each chain of each record
	pyramid       []level  // which cells hold borders, 4 × 4 to one, up to a single block
}

// word is what the directory says of a cell. Its two top bits tell: 0, the rest is a face and the whole cell belongs to
// it; record, the rest is the place of the cell's record in verts; block, the rest is the place in words of 16 smaller
// cells, row by row from the south-west. Faces are counted from 1 inside; 0 is outside.
type word uint32

const (
	record word = 1 << 30
	block  word = 1 << 31
	place  word = 1<<30 - 1
)

// vertex is a corner of a border. d is the weight of the edge that arrives here, 0 where a new chain starts.
//
// A record is a header followed by chains. The header's x is the sum to start from, its y the number of vertices that
// follow, its d the place of the record's first chain in lefts.
type vertex struct{ x, y, d int32 }

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
	if w < record {
		return int32(w) - 1
	}
	return ix.owner(w&place, int64(x), int64(y))
}

// owner is the face that owns a point of a cell with borders, by the cell's record.
func (ix *Index) owner(at word, x, y int64) int32 {
	h := ix.verts[at]
	chains := ix.verts[at+1:][:h.y]
	f := h.x + walk(chains, x, y)
	if f == 0 {
		f = turn(chains, x, y)
	}
	return f - 1
}

// walk sums the weights of the edges that the row of y crosses west of x or at it: added where the edge runs upward,
// subtracted where it runs downward. Rows are half open, so an edge counts iff its lower end ≤ y < its upper end, and
// two edges that meet in a vertex never count both.
func walk(chains []vertex, x, y int64) int32 {
	sum := int32(0)
	for len(chains) > 64 {
		sum += crossings(chains[:64], x, y)
		chains = chains[63:]
	}
	return sum + crossings(chains, x, y)
}

// crossings is walk for at most 64 vertices. It first notes which vertices lie on the row or below, without a branch;
// then it looks at the few edges whose ends differ in that.
func crossings(chains []vertex, x, y int64) int32 {
	below := uint64(0) // the last vertex is bit 0
	for i := range chains {
		below = below<<1 | uint64(uint32(chains[i].y-int32(y)-1)>>31)
	}
	last := len(chains) - 1
	first := uint64(1) << (last & 63) // no edge arrives at the first vertex
	sum := int32(0)
	for m := (below ^ below>>1) &^ first; m != 0; m &= m - 1 {
		i := last - bits.TrailingZeros64(m)
		a, b := &chains[i-1], &chains[i]
		ax, ay, bx, by := int64(a.x)-x, int64(a.y)-y, int64(b.x)-x, int64(b.y)-y
		cross := ax*by - ay*bx
		down := (by - 1) >> 63 // −1 where the edge runs downward, else 0
		weight := b.d ^ int32(down) - int32(down)
		sum += weight & int32((cross^down+^down)>>63) // cross ≤ 0 upward, ≥ 0 downward: west of x or at it
	}
	return sum
}

// Bytes is the memory that the index holds.
func (ix *Index) Bytes() int {
	n := 4*len(ix.words) + 12*len(ix.verts) + 4*len(ix.lefts)
	for _, l := range ix.pyramid {
		n += 2 * len(l.masks)
	}
	return n
}
