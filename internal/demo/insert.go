package demo

import (
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// pen says how lines are drawn: what they are, and when they are refused.
type pen struct {
	class  class
	street int32
	width  float64 // of a stream, metres
	snap   float64 // metres within which a junction attracts the line's end
	clear  float64 // metres to keep from what is not joined
	sharp  float64 // cosine of the smallest angle allowed between two edges at a vertex
	stop   func(class) bool
}

// insert adds the edge from u to v if it provably touches nothing but at its ends and, as the pen wants it, keeps clear of
// the rest and meets no edge at a sharp angle. It reports whether the edge is there now; one that was there before becomes a
// street if it was none.
func (g *graph) insert(u, v int32, p *pen) bool {
	if u == v {
		return false
	}
	if e := g.find(u, v); e >= 0 {
		if old := &g.edges[e]; p.class.isStreet() && !old.class.isStreet() && old.class != outline {
			old.class, old.street = p.class, p.street
		}
		return true
	}
	a, b := g.places[u], g.places[v]
	g.near1 = g.near(a, b, p.clear+0.1, g.near1)
	for _, x := range g.near1 {
		c, d := g.edges[x].a, g.edges[x].b
		switch {
		case c == u || d == u:
			if !g.admits(u, v, g.other(x, u), p) {
				return false
			}
		case c == v || d == v:
			if !g.admits(v, u, g.other(x, v), p) {
				return false
			}
		case touch(g.points[u], g.points[v], g.points[c], g.points[d]):
			return false
		case p.clear > 0 && clearance(a, b, g.places[c], g.places[d]) < p.clear:
			return false
		}
	}
	g.link(u, v, edge{class: p.class, street: p.street, width: p.width})
	return true
}

// admits reports whether an edge from s to t goes well with the edge from s to w that is there.
func (g *graph) admits(s, t, w int32, p *pen) bool {
	from, to, old := g.places[s], g.places[t], g.places[w]
	cos := old.sub(from).unit().dot(to.sub(from).unit())
	if cos > p.sharp || toSegment(old, from, to) < p.clear || toSegment(to, from, old) < p.clear {
		return false
	}
	return cos <= 0 || geo.Orient(g.points[s], g.points[t], g.points[w]) != 0
}

// split puts a vertex into an edge and returns it; −1 where rounding to the lattice would make a half touch something.
// The halves are the edges n and n+1 in the direction of the old one, which leads to them by pieces.
func (g *graph) split(e int32, at vec) int32 {
	old := g.edges[e]
	p := at.lattice()
	a, b := g.points[old.a], g.points[old.b]
	if p == a || p == b {
		return -1
	}
	g.near2 = g.near(g.places[old.a], g.places[old.b], 2, g.near2)
	for _, x := range g.near2 {
		if x == e {
			continue
		}
		c, d := g.edges[x].a, g.edges[x].b
		if c != old.a && d != old.a && touch(a, p, g.points[c], g.points[d]) ||
			c != old.b && d != old.b && touch(p, b, g.points[c], g.points[d]) {
			return -1
		}
	}
	v := g.addVertex(p)
	g.unlink(e)
	half := edge{class: old.class, street: old.street, width: old.width}
	g.edges[e].pieces = g.link(old.a, v, half)
	g.link(v, old.b, half)
	return v
}

// isFree reports whether no edge lies within r metres of p.
func (g *graph) isFree(p vec, r float64) bool {
	g.near1 = g.near(p, p, r, g.near1)
	return !slices.ContainsFunc(g.near1, func(e int32) bool {
		a, b := g.ends(e)
		return toSegment(p, a, b) < r
	})
}

// nearestVertex is the vertex, else a new one on the edge, nearest to a place within r metres; −1 if there is neither.
func (g *graph) nearestVertex(p vec, r float64) int32 {
	g.near1 = g.near(p, p, r, g.near1)
	best, least := int32(-1), r
	for _, x := range g.near1 {
		for _, v := range [2]int32{g.edges[x].a, g.edges[x].b} {
			if d := g.places[v].dist(p); d < least {
				best, least = v, d
			}
		}
	}
	if best >= 0 {
		return best
	}
	for _, x := range g.near1 {
		a, b := g.ends(x)
		if d := toSegment(p, a, b); d < least {
			best, least = x, d
		}
	}
	if best < 0 {
		return -1
	}
	a, b := g.ends(best)
	return g.split(best, lerp(a, b, along(p, a, b)))
}
