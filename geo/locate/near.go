package locate

import (
	"math"
	"math/bits"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
)

// Border is the distance in metres from p to the nearest border of any face, the outer border included; +Inf where there
// is none. Points outside the coverage are measured, too.
func (ix *Index) Border(p geo.Point) float64 {
	s := ix.search(p)
	return math.Sqrt(s.best)
}

// Nearest is the face nearest to p and its distance in metres: for a covered point its owner and 0, else the face whose
// border is nearest. Where several are equally near but for
// rounding, it is one of them. Without any face it is
// coverage.Outside and +Inf.
func (ix *Index) Nearest(p geo.Point) (face int32, metres float64) {
	if f := ix.Face(p); f != coverage.Outside {
		return f, 0
	}
	s := ix.search(p)
	return s.face, math.Sqrt(s.best)
}

// plane is the tangent plane at a point: places are metres east and north of it.
type plane struct {
	x, y   float64 // the point, in units relative to the index's origin
	mx, my float64 // metres of a unit
}

func (ix *Index) plane(p geo.Point) plane {
	mx, my := geo.MetresPerUnit(p.Y)
	return plane{float64(p.X) - float64(ix.origin.X), float64(p.Y) - float64(ix.origin.Y), mx, my}
}

// box is the square of the distance from the point to a closed square of 2^shift units.
func (p *plane) box(c cell) float64 {
	x, y, side := float64(c.x), float64(c.y), float64(int64(1)<<c.shift)
	dx := max(x-p.x, 0, p.x-x-side) * p.mx
	dy := max(y-p.y, 0, p.y-y-side) * p.my
	return dx*dx + dy*dy
}

// inside is the square of the distance from the point to the outside of a square, 0 beyond it.
func (p *plane) inside(c cell) float64 {
	x, y, side := float64(c.x), float64(c.y), float64(int64(1)<<c.shift)
	dx := max(min(p.x-x, x+side-p.x), 0) * p.mx
	dy := max(min(p.y-y, y+side-p.y), 0) * p.my
	return min(dx*dx, dy*dy)
}

// segment is the square of the distance from the point to the segment from a to b, in units from the point. It is 0 if
// and only if the point lies on the segment: the two products of the cross product are rounded alike.
func (p *plane) segment(ax, ay, bx, by float64) float64 {
	dx, dy := (bx-ax)*p.mx, (by-ay)*p.my
	t := -(ax*p.mx*dx + ay*p.my*dy)
	l := dx*dx + dy*dy
	switch {
	case t <= 0:
		return p.square(ax, ay)
	case t >= l:
		return p.square(bx, by)
	}
	d := (float64(ax*by) - float64(ay*bx)) * p.mx * p.my
	return d * d / l
}

func (p *plane) square(x, y float64) float64 {
	x, y = x*p.mx, y*p.my
	return x*x + y*y
}

// search looks for the border nearest to a point.
type search struct {
	ix    *Index
	plane plane
	best  float64 // square of the least distance so far, m²
	face  int32   // the lowest face at that distance; Outside while there is none
}

// search starts in the cell nearest to the point and climbs the pyramid, looking into what is nearer than the best so far,
// until the block that holds the point also holds everything that could be nearer.
func (ix *Index) search(p geo.Point) search {
	s := search{ix: ix, plane: ix.plane(p), best: math.Inf(1), face: coverage.Outside}
	if len(ix.pyramid) == 0 {
		return s
	}
	col := uint32(min(max(s.plane.x, 0), float64(ix.width))) >> ix.shift
	row := uint32(min(max(s.plane.y, 0), float64(ix.height))) >> ix.shift
	s.below(0, col, row)
	for l := range ix.pyramid {
		done := uint16(1) << (row%4*4 + col%4)
		col, row = col/4, row/4
		s.block(l, col, row, done)
		if s.best <= s.plane.inside(ix.square(l+1, col, row)) {
			break
		}
	}
	return s
}

// square is the place of a cell of the directory (level 0) or of a block of the pyramid (level above the directory).
func (ix *Index) square(level int, col, row uint32) cell {
	shift := ix.shift + 2*uint32(level)
	return cell{int64(col) << shift, int64(row) << shift, shift}
}

// below looks into what lies below a cell of a level: its word for the directory, its block else.
func (s *search) below(level int, col, row uint32) {
	if level == 0 {
		ix := s.ix
		s.word(ix.words[row*ix.cols+col], ix.square(0, col, row))
		return
	}
	s.block(level-1, col, row, 0)
}

// block looks into the cells of a block of the pyramid, but those in skip, the nearest first.
func (s *search) block(level int, col, row uint32, skip uint16) {
	l := &s.ix.pyramid[level]
	var q queue
	for m := l.masks[row*l.cols+col] &^ skip; m != 0; m &= m - 1 {
		k := uint32(bits.TrailingZeros16(m))
		q.add(k, s.plane.box(s.ix.square(level, col*4+k%4, row*4+k/4)), s.best)
	}
	for _, e := range q.entries[:q.n] {
		if e.d2 > s.best {
			return
		}
		s.below(level, col*4+e.k%4, row*4+e.k/4)
	}
}

// word looks into a cell that is divided or has a record.
func (s *search) word(w word, c cell) {
	switch {
	case w >= block:
		var q queue
		for k := range uint32(16) {
			if s.ix.words[w&place+word(k)] >= narrow {
				q.add(k, s.plane.box(c.child(k)), s.best)
			}
		}
		for _, e := range q.entries[:q.n] {
			if e.d2 > s.best {
				return
			}
			s.word(s.ix.words[w&place+word(e.k)], c.child(e.k))
		}
	case w >= wide:
		measure(s, borders(s.ix.wide, w&place), c)
	case w >= narrow:
		measure(s, borders(s.ix.narrow, w&place), c)
	}
}

// measure measures the borders of one cell.
func measure[T int16 | int32](s *search, edges []edge[T], c cell) {
	p := &s.plane
	x, y := float64(c.x)-p.x, float64(c.y)-p.y
	for i := range edges {
		e := &edges[i]
		ax, ay := x+float64(e.x), y+float64(e.y)
		if d2 := p.segment(ax, ay, ax+float64(e.dx), ay+float64(e.dy)); d2 <= s.best {
			s.take(d2, e.left, e.right)
		}
	}
}

// take notes a border, at a distance that no other one undercuts, between two faces counted from 1.
func (s *search) take(d2 float64, left, right int32) {
	face := min(left, right) - 1
	if face == coverage.Outside {
		face = max(left, right) - 1
	}
	if d2 < s.best || face < s.face || s.face == coverage.Outside {
		s.best, s.face = d2, face
	}
}

// queue holds up to 16 cells in the order of their distance.
type queue struct {
	entries [16]struct {
		k  uint32
		d2 float64
	}
	n int
}

// add inserts a cell unless it is farther than a limit.
func (q *queue) add(k uint32, d2, limit float64) {
	if d2 > limit {
		return
	}
	i := q.n
	for ; i > 0 && q.entries[i-1].d2 > d2; i-- {
		q.entries[i] = q.entries[i-1]
	}
	q.entries[i].k, q.entries[i].d2 = k, d2
	q.n++
}
