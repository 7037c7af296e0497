package nets

import "github.com/zhuwang/zhuwang/geo"

// Plain is the yardstick of lookups: thirty lines that anyone would write first. A grid of buckets lists the faces whose
// box touches each bucket; a point tests the faces of its bucket by counting crossings in int64.
type Plain struct {
	rings      []geo.Ring
	boxes      []geo.Bounds
	x0, y0     int32
	shift      uint
	cols, rows int32
	buckets    [][]int32
}

// NewPlain makes a grid of at least perFace buckets a face, of a side that is a power of two.
func NewPlain(faces []geo.MultiPolygon, perFace int) *Plain {
	g := &Plain{shift: 30}
	all := geo.EmptyBounds()
	for _, f := range faces {
		g.rings = append(g.rings, f[0][0])
		g.boxes = append(g.boxes, f.Bounds())
		all = all.Union(f.Bounds())
	}
	g.x0, g.y0 = all.Min.X, all.Min.Y
	for (int(all.Max.X-g.x0)>>g.shift+1)*(int(all.Max.Y-g.y0)>>g.shift+1) < perFace*len(g.rings) {
		g.shift--
	}
	g.cols, g.rows = (all.Max.X-g.x0)>>g.shift+1, (all.Max.Y-g.y0)>>g.shift+1
	g.buckets = make([][]int32, g.cols*g.rows)
	for i, b := range g.boxes {
		for r := (b.Min.Y - g.y0) >> g.shift; r <= (b.Max.Y-g.y0)>>g.shift; r++ {
			for c := (b.Min.X - g.x0) >> g.shift; c <= (b.Max.X-g.x0)>>g.shift; c++ {
				g.buckets[r*g.cols+c] = append(g.buckets[r*g.cols+c], int32(i))
			}
		}
	}
	return g
}

// Face is the index of the face that contains p moved by (+ε, +ε²), or coverage.Outside where no face does: on the outer
// border of a net a point can lie in a face of the tie rule and in none of this one.
func (g *Plain) Face(p geo.Point) int32 {
	c, r := (p.X-g.x0)>>g.shift, (p.Y-g.y0)>>g.shift
	if uint32(c) >= uint32(g.cols) || uint32(r) >= uint32(g.rows) {
		return -1
	}
	for _, i := range g.buckets[r*g.cols+c] {
		if g.boxes[i].Contains(p) && Inside(g.rings[i], p) {
			return i
		}
	}
	return -1
}

// Inside reports whether a ring holds p moved by (+ε, +ε²), by counting crossings in int64.
func Inside(ring geo.Ring, p geo.Point) bool {
	odd := false
	a := ring[len(ring)-1]
	for _, b := range ring {
		if (a.Y <= p.Y) != (b.Y <= p.Y) {
			lo, hi := a, b
			if lo.Y > hi.Y {
				lo, hi = hi, lo
			}
			if geo.Orient(lo, hi, p) <= 0 {
				odd = !odd
			}
		}
		a = b
	}
	return odd
}
