package tiles

// rounder draws outlines in the units of a zoom. It keeps its memory from one to the next; not for concurrent use.
type rounder struct {
	shift uint
	lines []line
	snap  snapper
	trace tracer
	out   shape
}

// round is the outline in units, valid until the next call: simple rings, no matter what rounding did to it; empty where it is too small.
func (r *rounder) round(o outline) shape {
	r.out.reset()
	if r.small(o) {
		return r.out
	}
	r.out.reset()
	r.lines = r.lines[:0]
	from := int32(0)
	for _, to := range o.ends {
		// Rings keep their inside on the left of the map, which is the right in tile axes.
		r.lines = append(r.lines, line{o.pts[from:to], outside, 0})
		from = to
	}
	r.trace.sides = r.trace.sides[:0]
	for _, e := range r.snap.snap(r.lines, r.shift) {
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
	for i, a := range ring {
		b := ring[next(ring, i)]
		e := emptyBox().extend(a).extend(b)
		for j, p := range ring {
			if j == i || j == next(ring, i) {
				continue
			}
			if e.contains(p) && (p == a || p == b || passes(centreOf(a, r.shift), centreOf(b, r.shift), p, r.shift)) {
				return false
			}
			if q := ring[next(ring, j)]; j > i && q != a && e.intersects(emptyBox().extend(p).extend(q)) && crosses(a, b, p, q) {
				return false
			}
		}
	}
	if area2(ring) <= 0 {
		return false
	}
	r.out.pts, r.out.ends = ring, append(r.out.ends, int32(len(ring)))
	return true
}

func next(ring []pt, i int) int {
	if i++; i < len(ring) {
		return i
	}
	return 0
}

// crosses reports whether the edges ab and pq meet inside both.
func crosses(a, b, p, q pt) bool {
	return (cross(a, b, p) > 0) != (cross(a, b, q) > 0) && (cross(p, q, a) > 0) != (cross(p, q, b) > 0)
}
