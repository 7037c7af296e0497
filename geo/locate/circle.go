package locate

import (
	"cmp"
	"math"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// Share is the part of a circle's area that lies in a face, above 0 and at most 1.
type Share struct {
	Face  int32 // coverage.Outside for the part that no face covers
	Share float64
}

// least is the smallest share that counts as touched; rounding errors lie below it.
const least = 1e-12

// Circle appends to dst every face that a circle around p touches, with the share of the circle's area that lies in it,
// the largest first, those of equal share by index. The shares add up to 1. The circle is one of the tangent plane at p,
// its radius in metres. Areas are exact but for the rounding of float64 (about 1e-14 of the circle); a face that only
// touches the circle from without has no share. A radius of 0 or less gives the owner alone.
//
// A face's share is an integral along the borders inside the circle and along the circle itself (Green's theorem).
// Every border that enters or leaves the circle ends one arc of the circle and begins the next, so each edge adds one
// amount to the face on its left and takes the same from the face on its right. What is left open is a whole turn for
// the face where the angle starts anew, which the range from 0 to 1 decides.
func (ix *Index) Circle(dst []Share, p geo.Point, radius float64) []Share {
	c := circle{ix: ix, plane: ix.plane(p), r2: radius * radius, shares: dst, from: len(dst)}
	if radius > 0 {
		c.borders(radius)
	}
	c.merge()
	sum := 0.0
	for i := c.from; i < len(c.shares); i++ {
		s := &c.shares[i].Share
		*s /= math.Pi * c.r2
		*s -= math.Floor(*s + least)
		sum += *s
	}
	if sum < 0.5 { // nearly all of the circle lies in one face: that of its centre
		c.shares = append(c.shares, Share{ix.Face(p), 1})
		c.merge()
	}
	return c.sorted()
}

// circle gathers the shares of a circle. While it does, a share is an amount of area in m², without whole turns.
type circle struct {
	ix     *Index
	plane  plane
	r2     float64 // square of the radius, m²
	shares []Share
	from   int // the shares before belong to the caller
}

// add gives an amount to one face and takes it from another, counted from 1.
func (c *circle) add(amount float64, left, right int32) {
	if amount != 0 {
		c.shares = append(c.shares, Share{left - 1, amount}, Share{right - 1, -amount})
	}
}

// merge adds up the amounts of each face.
func (c *circle) merge() {
	all := c.shares[c.from:]
	slices.SortFunc(all, func(a, b Share) int { return cmp.Compare(a.Face, b.Face) })
	n := 0
	for _, s := range all {
		if n > 0 && all[n-1].Face == s.Face {
			all[n-1].Share += s.Share
		} else {
			all[n] = s
			n++
		}
	}
	c.shares = c.shares[:c.from+n]
}

// sorted drops what the circle does not touch and puts the largest share first.
func (c *circle) sorted() []Share {
	all := slices.DeleteFunc(c.shares[c.from:], func(s Share) bool { return s.Share <= least })
	slices.SortFunc(all, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Face, b.Face))
	})
	return c.shares[:c.from+len(all)]
}

// borders adds the amounts of all borders within the circle.
func (c *circle) borders(radius float64) {
	ix, p := c.ix, &c.plane
	dx, dy := radius/p.mx*(1+1e-9), radius/p.my*(1+1e-9)
	w, h := float64(ix.width), float64(ix.height)
	if p.x+dx < 0 || p.x-dx > w || p.y+dy < 0 || p.y-dy > h {
		return
	}
	cell := func(v, limit float64) uint32 { return uint32(min(max(v, 0), limit)) >> ix.shift }
	west, east := cell(p.x-dx, w), cell(p.x+dx, w)
	south, north := cell(p.y-dy, h), cell(p.y+dy, h)
	for row := south; row <= north; row++ {
		for col := west; col <= east; col++ {
			c.word(ix.words[row*ix.cols+col], ix.square(0, col, row))
		}
	}
}

// word adds the borders of one cell.
func (c *circle) word(w word, at cell) {
	switch {
	case w < narrow || c.plane.box(at) > c.r2*(1+1e-9):
	case w >= block:
		for k := range uint32(16) {
			c.word(c.ix.words[w&place+word(k)], at.child(k))
		}
	case w >= wide:
		addBorders(c, borders(c.ix.wide, w&place), at)
	default:
		addBorders(c, borders(c.ix.narrow, w&place), at)
	}
}

// addBorders adds those edges of a record whose place nearest to the centre lies in the record's cell: each edge of the
// circle has exactly one such record, however many cells it touches.
func addBorders[T int16 | int32](c *circle, edges []edge[T], cell cell) {
	p := &c.plane
	west, south, side := float64(cell.x)-p.x, float64(cell.y)-p.y, float64(int64(1)<<cell.shift)
	x0, x1 := west*p.mx, (west+side)*p.mx
	y0, y1 := south*p.my, (south+side)*p.my

	var amount float64
	var left, right int32 // the faces on whose border the amount was gathered
	for i := range edges {
		e := &edges[i]
		ax, ay := west+float64(e.x), south+float64(e.y)
		bx, by := ax+float64(e.dx), ay+float64(e.dy)
		if x, y := nearest(ax*p.mx, ay*p.my, bx*p.mx, by*p.my); x < x0 || x >= x1 || y < y0 || y >= y1 {
			continue
		}
		sum := p.chord(ax, ay, bx, by, c.r2)
		switch {
		case e.left == left && e.right == right:
			amount += sum
		case e.left == right && e.right == left:
			amount -= sum
		default:
			c.add(amount, left, right)
			amount, left, right = sum, e.left, e.right
		}
	}
	c.add(amount, left, right)
}

// nearest is the place of the segment from a to b that is nearest to (0, 0).
func nearest(ax, ay, bx, by float64) (x, y float64) {
	dx, dy := bx-ax, by-ay
	t := -(ax*dx + ay*dy)
	l := dx*dx + dy*dy
	switch {
	case t <= 0:
		return ax, ay
	case t >= l:
		return bx, by
	}
	t /= l
	x = min(max(ax+t*dx, min(ax, bx)), max(ax, bx))
	y = min(max(ay+t*dy, min(ay, by)), max(ay, by))
	return x, y
}

// chord is what the segment from a to b, in units from the point, adds to the area, inside a circle around the point, of
// the face on its left: half the cross product of the ends of its part inside, and for each end of that part on the
// circle the sector from angle 0 to there, m². r2 is the square of the radius, m².
//
// Everything is reckoned from the foot of the perpendicular to the segment's line, so that an edge much longer than the
// radius costs no precision.
func (p *plane) chord(ax, ay, bx, by, r2 float64) float64 {
	cross := (float64(ax*by) - float64(ay*bx)) * p.mx * p.my
	ax, ay, bx, by = ax*p.mx, ay*p.my, bx*p.mx, by*p.my
	dx, dy := bx-ax, by-ay
	l := math.Sqrt(dx*dx + dy*dy)
	dx, dy = dx/l, dy/l
	h := cross / l // the foot is (h·dy, −h·dx)
	square := r2 - h*h
	from, to := ax*dx+ay*dy, bx*dx+by*dy // along the segment, from the foot
	insideA, insideB := ax*ax+ay*ay < r2, bx*bx+by*by < r2
	if !insideA && !insideB && (from >= 0 || to <= 0 || square <= 0) {
		return 0
	}
	half, sector := math.Sqrt(max(square, 0)), 0.0
	if !insideA {
		from = -half
		sector += math.Atan2(-h*dx+from*dy, h*dy+from*dx)
	}
	if !insideB {
		to = half
		sector -= math.Atan2(-h*dx+to*dy, h*dy+to*dx)
	}
	return (h*(to-from) + r2*sector) / 2
}
