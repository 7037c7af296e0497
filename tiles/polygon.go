package tiles

import (
	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// outline is a projected polygon of a map without neighbours: a building, a lake. Rings repeat their first vertex.
type outline struct {
	pts  []fine
	ends []int32
}

// projectShape projects the rings of a shape; edges are divided for the zoom of shift.
func projectShape(m geo.MultiPolygon, d crs.Datum, shift uint) outline {
	var o outline
	var closed []geo.Point
	for _, poly := range m {
		for _, ring := range poly {
			if len(ring) < 3 {
				continue
			}
			closed = append(append(closed[:0], ring...), ring[0])
			o.pts = projectLine(o.pts, closed, d, shift)
			o.ends = append(o.ends, int32(len(o.pts)))
		}
	}
	return o
}

// rounder draws outlines in the units of a zoom. It keeps its memory from one to the next; not for concurrent use.
type rounder struct {
	shift uint
	trace tracer
	out   shape
}

// round is the outline in units, valid until the next call: simple rings, no matter what rounding did to it; empty where it is too small.
func (r *rounder) round(o outline) shape {
	r.out.pts, r.out.ends = r.out.pts[:0], r.out.ends[:0]
	if r.small(o) {
		return r.out
	}
	r.out.pts, r.out.ends = r.out.pts[:0], r.out.ends[:0]
	lines := make([]line, 0, len(o.ends))
	from := int32(0)
	for _, to := range o.ends {
		// Rings keep their inside on the left of the map, which is the right in tile axes.
		lines = append(lines, line{o.pts[from:to], outside, 0})
		from = to
	}
	r.trace.sides = r.trace.sides[:0]
	for _, e := range snap(lines, r.shift) {
		if e.left == 0 {
			r.trace.sides = append(r.trace.sides, side{e.a, e.b})
		} else {
			r.trace.sides = append(r.trace.sides, side{e.b, e.a})
		}
	}
	r.trace.trace(&r.out)
	return r.out
}

// smallRing is the largest number of vertices for which testing every pair costs less than snapping.
const smallRing = 24

// small draws an outline of one short ring; false where it has more, or rounding made it touch itself.
func (r *rounder) small(o outline) bool {
	if len(o.ends) != 1 || len(o.pts) > smallRing {
		return false
	}
	for i := len(o.pts) - 1; i > 0; i-- {
		p := o.pts[i].at(r.shift)
		if n := len(r.out.pts); n == 0 || r.out.pts[n-1] != p {
			r.out.pts = append(r.out.pts, p)
		}
	}
	ring := r.out.pts
	if n := len(ring); n > 1 && ring[0] == ring[n-1] {
		ring = ring[:n-1]
	}
	if len(ring) < 3 {
		r.out.pts = r.out.pts[:0]
		return true
	}
	a := ring[len(ring)-1]
	for i, b := range ring {
		for j, p := range ring {
			if p != a && p != b && passes(centreOf(a, r.shift), centreOf(b, r.shift), p, r.shift) {
				return false
			}
			if (p == a || p == b) && j != i && j != (i+len(ring)-1)%len(ring) {
				return false
			}
			q := ring[(j+1)%len(ring)]
			if p != a && p != b && q != a && q != b && crosses(a, b, p, q) {
				return false
			}
		}
		a = b
	}
	if area2(ring) <= 0 {
		return false
	}
	r.out.pts, r.out.ends = ring, append(r.out.ends, int32(len(ring)))
	return true
}

// crosses reports whether the edges ab and pq meet inside both.
func crosses(a, b, p, q pt) bool {
	return (cross(a, b, p) > 0) != (cross(a, b, q) > 0) && (cross(p, q, a) > 0) != (cross(p, q, b) > 0)
}
