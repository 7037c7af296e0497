package demo

import (
	"cmp"
	"math"
	"slices"
)

// cutter says how a face is cut in two by a chord. Lengths are in metres, angles in radians.
type cutter struct {
	class   class
	area    float64              // a face is cut while it is larger than 1.45 of this, m²
	axis    func(at vec) float64 // preferred direction of the chords
	turn    float64              // largest turn away from the axis
	shift   float64              // largest shift from the middle, as a share of the width
	slender float64              // a face longer than this times its width is cut across
	snap    float64              // how far a vertex attracts a chord's end
	minEnd  float64              // least distance of a new vertex from an edge's ends
	minimum float64              // least length of a chord
	sharp   float64              // see pen
	bow     float64              // largest bend, as a share of the chord
	wiggle  float64              // irregularity of a winding chord; 0: a plain bow
}

// chord is a straight line across a face: its ends' places along the line, and the edges of the border where they lie.
type chord struct {
	ends   [2]vec
	edges  [2]int // index in the border
	length float64
}

// cut divides the face of h by one chord and returns the chord's last edge; −1 where none of ten tries is accepted.
func (g *graph) cut(h int32, c *cutter, r *random) int32 {
	loop := g.walk(h)
	ring := g.ring(loop)
	axis := c.axis(centroid(ring))
	for try := range 10 {
		x, ok := c.choose(ring, axis, try, r)
		if !ok {
			continue
		}
		ends, places := g.chordEnds(loop, ring, x, c)
		if places[0].dist(places[1]) < c.minimum {
			continue
		}
		if ok = g.openEnds(loop, x, &ends, places); ok {
			if ok = g.drawChord(ends, x.length, c, r); ok {
				g.streets++
				return int32(len(g.edges) - 1)
			}
		}
		loop = g.walk(loop[0])
		ring = g.ring(loop)
	}
	return -1
}

// choose lays a line across a ring, square to its longer extent, and takes its longest stretch inside.
func (c *cutter) choose(ring []vec, axis float64, try int, r *random) (chord, bool) {
	u := direction(axis + float64(r.in(-c.turn, c.turn)*(1+float64(float64(try)*0.15))))
	w := u.left()
	lo, hi := vec{math.Inf(1), math.Inf(1)}, vec{math.Inf(-1), math.Inf(-1)}
	for _, p := range ring {
		x, y := p.dot(u), p.dot(w)
		lo = vec{min(lo.x, x), min(lo.y, y)}
		hi = vec{max(hi.x, x), max(hi.y, y)}
	}
	across := hi.x-lo.x > float64((hi.y-lo.y)*c.slender)
	if try >= 6 {
		across = !across
	}
	f := 0.5 + float64(r.in(-c.shift, c.shift)*(1+float64(float64(try)*0.25)))
	d, at := w, u.mul(lo.x+float64((hi.x-lo.x)*f)).add(w.mul((lo.y+hi.y)/2))
	if !across {
		d, at = u, u.mul((lo.x+hi.x)/2).add(w.mul(lo.y+float64((hi.y-lo.y)*f)))
	}
	type hit struct {
		t    float64
		edge int
		at   vec
	}
	var hits []hit
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		s1, s2 := d.cross(p.sub(at)), d.cross(q.sub(at))
		if (s1 > 0) == (s2 > 0) {
			continue
		}
		x := lerp(p, q, s1/(s1-s2))
		hits = append(hits, hit{x.sub(at).dot(d), i, x})
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.t, b.t), cmp.Compare(a.edge, b.edge)) })
	best := chord{}
	for i := 0; i+1 < len(hits); i += 2 {
		if l := hits[i+1].t - hits[i].t; l > best.length {
			best = chord{[2]vec{hits[i].at, hits[i+1].at}, [2]int{hits[i].edge, hits[i+1].edge}, l}
		}
	}
	return best, best.length > 0 && best.length >= c.minimum
}

// chordEnds moves the ends of a chord to vertices near by, junctions before others; an end that stays in the middle of an
// edge has vertex −1.
func (g *graph) chordEnds(loop []int32, ring []vec, x chord, c *cutter) (ends [2]int32, places [2]vec) {
	for k, at := range x.ends {
		ends[k], places[k] = -1, at
		least := c.snap
		for i, p := range ring {
			d := p.dist(at)
			if len(g.around[g.tail(loop[i])]) >= 3 {
				d = float64(d * 0.6)
			}
			if d < least {
				least = d
				ends[k], places[k] = g.tail(loop[i]), p
			}
		}
		if ends[k] >= 0 {
			continue
		}
		i := x.edges[k]
		da, db := at.dist(ring[i]), at.dist(ring[(i+1)%len(ring)])
		if da < c.minEnd || db < c.minEnd {
			ends[k] = g.head(loop[i])
			if da < db {
				ends[k] = g.tail(loop[i])
			}
			places[k] = g.places[ends[k]]
		}
	}
	return ends, places
}

// openEnds splits the edges in which a chord's ends lie.
func (g *graph) openEnds(loop []int32, x chord, ends *[2]int32, places [2]vec) bool {
	for k := range ends {
		if ends[k] >= 0 {
			continue
		}
		e := loop[x.edges[k]] >> 1
		if g.edges[e].dead { // split by the other end
			return false
		}
		if ends[k] = g.split(e, places[k]); ends[k] < 0 {
			return false
		}
	}
	return true
}

// drawChord draws a bent chord, flatter if it is refused, at last straight.
func (g *graph) drawChord(ends [2]int32, length float64, c *cutter, r *random) bool {
	p := &pen{class: c.class, street: g.streets, clear: 5, sharp: c.sharp}
	if c.bow > 0 && length > 80 {
		shape, bends := c.bowed(r), int(clamp(length/90, 1, 5))
		if c.wiggle > 0 {
			shape, bends = c.winding(length, r), int(clamp(length/30, 6, 80))
		}
		for _, flat := range [3]float64{1, 0.55, 0.25} {
			if g.drawBent(ends, bends, func(t float64) float64 { return float64(shape(t) * flat) }, p) {
				return true
			}
		}
	}
	return g.find(ends[0], ends[1]) < 0 && g.insert(ends[0], ends[1], p)
}

// bowed is the offset of a plain bow along a chord, as a share of the chord.
func (c *cutter) bowed(r *random) func(t float64) float64 {
	bend := r.in(-c.bow, c.bow)
	return func(t float64) float64 { return float64(bend * 4 * t * (1 - t)) }
}

// winding is the offset of a winding line: an S-bend with level ends, and smooth noise about every 75 m. Many plain bows side by
// side would look like a field of arcs.
func (c *cutter) winding(length float64, r *random) func(t float64) float64 {
	bend, sway := r.in(-c.bow, c.bow), r.in(-c.bow, c.bow)
	knots, salt := clamp(length/75, 3, 30), r.bits()
	return func(t float64) float64 {
		q := float64(4 * t * (1 - t))
		noise := float64((valueNoise(salt, float64(t*knots), 0) - 0.5) * smooth(0, 0.3, t) * smooth(0, 0.3, 1-t))
		return float64(0.8*bend*q*q) + float64(sway*q*q*(0.5-t)*3.2) + float64(1.3*c.wiggle*noise)
	}
}

// drawBent draws a line with so many vertices between its ends, offset to the left as a share of its length. Nothing is left
// of a line that is refused.
func (g *graph) drawBent(ends [2]int32, bends int, offset func(t float64) float64, p *pen) bool {
	a, b := g.places[ends[0]], g.places[ends[1]]
	side := b.sub(a).left()
	first := int32(len(g.edges))
	prev := ends[0]
	for i := 1; i <= bends+1; i++ {
		v := ends[1]
		if i <= bends {
			t := float64(i) / float64(bends+1)
			v = g.addPlace(lerp(a, b, t).add(side.mul(offset(t))))
		}
		if !g.insert(prev, v, p) {
			for e := first; e < int32(len(g.edges)); e++ {
				g.unlink(e)
			}
			return false
		}
		prev = v
	}
	return true
}

// divide cuts the face of h again and again, as rules say for each piece, and lists the faces that remain. No rule: no cut.
func (g *graph) divide(h int32, r *random, rules func(ring []vec, area float64) *cutter) (faces []int32) {
	todo := []int32{h}
	for len(todo) > 0 {
		h := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		ring := g.ringOf(h)
		area := signedArea(ring)
		if c := rules(ring, area); c != nil && area >= float64(c.area*1.45) {
			if e := g.cut(h, c, r); e >= 0 {
				todo = append(todo, 2*e, 2*e+1)
				continue
			}
		}
		faces = append(faces, h)
	}
	return faces
}
