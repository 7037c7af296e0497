package demo

import "math"

// spline is the Catmull–Rom spline through the controls, in steps of at most so many metres. It ends at both ends.
func spline(controls []vec, step float64) []vec {
	n := len(controls)
	at := func(i int) vec {
		switch {
		case i < 0:
			return controls[0].mul(2).sub(controls[1])
		case i >= n:
			return controls[n-1].mul(2).sub(controls[n-2])
		}
		return controls[i]
	}
	var out []vec
	for i := range n - 1 {
		p0, p1, p2, p3 := at(i-1), at(i), at(i+1), at(i+2)
		linear := p2.sub(p0)
		square := p0.mul(2).sub(p1.mul(5)).add(p2.mul(4)).sub(p3)
		cube := p1.mul(3).sub(p0).sub(p2.mul(3)).add(p3)
		k := int(max(1, math.Ceil(p1.dist(p2)/step)))
		for j := range k {
			t := float64(j) / float64(k)
			t2 := float64(t * t)
			out = append(out, p1.mul(2).add(linear.mul(t)).add(square.mul(t2)).add(cube.mul(float64(t2*t))).mul(0.5))
		}
	}
	return append(out, controls[n-1])
}

// rugged displaces the middles of a line's pieces at random, by up to sway of their length, until no piece is longer than
// longest.
func rugged(line []vec, r *random, sway, longest float64) []vec {
	for split := true; split; {
		split = false
		var out []vec
		for i, a := range line[:len(line)-1] {
			b := line[i+1]
			out = append(out, a)
			if a.dist(b) > longest {
				split = true
				middle := lerp(a, b, r.in(0.42, 0.58))
				out = append(out, middle.add(b.sub(a).left().mul(r.in(-sway, sway))))
			}
		}
		line = append(out, line[len(line)-1])
	}
	return line
}

// straight is the places of a straight line of n pieces that begins at from, without its beginning.
func straight(from, direction vec, n int, piece float64) []vec {
	line := make([]vec, n)
	for i := range line {
		from = from.add(direction.mul(piece))
		line[i] = from
	}
	return line
}

// nearest is the index of the place of a list nearest to p, the first of several.
func nearest(list []vec, p vec) int {
	best, least := 0, math.Inf(1)
	for i, q := range list {
		if d := q.dist(p); d < least {
			best, least = i, d
		}
	}
	return best
}

// polygon is an area with one border, whose edges are listed by belts from south to north.
type polygon struct {
	ring   []vec
	lo, hi vec
	belts  [][][2]vec
}

// beltHeight is the height of a belt in metres.
const beltHeight = 250.0

func newPolygon(ring []vec) polygon {
	g := polygon{ring: ring, lo: vec{math.Inf(1), math.Inf(1)}, hi: vec{math.Inf(-1), math.Inf(-1)}}
	for _, p := range ring {
		g.lo = vec{min(g.lo.x, p.x), min(g.lo.y, p.y)}
		g.hi = vec{max(g.hi.x, p.x), max(g.hi.y, p.y)}
	}
	g.belts = make([][][2]vec, g.belt(g.hi.y)+1)
	a := ring[len(ring)-1]
	for _, b := range ring {
		for i := g.belt(min(a.y, b.y)); i <= g.belt(max(a.y, b.y)); i++ {
			g.belts[i] = append(g.belts[i], [2]vec{a, b})
		}
		a = b
	}
	return g
}

func (g polygon) belt(y float64) int { return int((y - g.lo.y) / beltHeight) }

func (g polygon) contains(p vec) bool {
	if p.x < g.lo.x || p.x > g.hi.x || p.y < g.lo.y || p.y > g.hi.y {
		return false
	}
	in := false
	for _, e := range g.belts[g.belt(p.y)] {
		in = in != eastOf(p, e[0], e[1])
	}
	return in
}

// eastOf reports whether the ray from p due east crosses an edge.
func eastOf(p, a, b vec) bool {
	return (b.y > p.y) != (a.y > p.y) && p.x < (a.x-b.x)*(p.y-b.y)/(a.y-b.y)+b.x
}

// inRing reports whether a ring, whichever way it runs, goes round p.
func inRing(p vec, ring []vec) bool {
	in := false
	a := ring[len(ring)-1]
	for _, b := range ring {
		in = in != eastOf(p, a, b)
		a = b
	}
	return in
}

// signedArea is positive for a counter-clockwise ring, in m².
func signedArea(ring []vec) float64 {
	s := 0.0
	for i, p := range ring {
		s += p.cross(ring[(i+1)%len(ring)])
	}
	return s / 2
}

// centroid is the centre of mass of a ring's inside; it may lie outside of a bent one.
func centroid(ring []vec) vec {
	var c vec
	area := 0.0
	o := ring[0]
	for i, p := range ring {
		a, b := p.sub(o), ring[(i+1)%len(ring)].sub(o)
		w := a.cross(b)
		c = c.add(a.add(b).mul(w / 3))
		area += w
	}
	if area == 0 {
		return o
	}
	return o.add(c.mul(1 / area))
}

// justInside is a place 2 m left of the middle of a ring's longest edge: inside, where the centroid need not be.
func justInside(ring []vec) vec {
	var a, b vec
	longest := 0.0
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		if l := p.dist(q); l > longest {
			a, b, longest = p, q, l
		}
	}
	return lerp(a, b, 0.5).add(b.sub(a).unit().left().mul(2))
}

// longSide is the prevailing direction of a ring's edges, right angles counted as one, in radians within ±π/4.
// Longer edges count by the square of their length.
func longSide(ring []vec) float64 {
	var sum vec
	for i, p := range ring {
		d := ring[(i+1)%len(ring)].sub(p)
		l := d.len()
		if l < 1e-9 {
			continue
		}
		u := d.mul(1 / l)
		double := vec{float64(u.x*u.x) - float64(u.y*u.y), float64(2 * u.x * u.y)}
		fourfold := vec{float64(double.x*double.x) - float64(double.y*double.y), float64(2 * double.x * double.y)}
		sum = sum.add(fourfold.mul(float64(l * l)))
	}
	return sum.angle() / 4
}
