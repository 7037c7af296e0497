package demo

// Lines are drawn piece by piece. Where a piece meets an edge that is there, both get a vertex in common; a junction near by
// attracts the piece, so that no doglegs arise.

// plainSnap is how far a vertex that is no junction attracts a line, in metres.
const plainSnap = 8

// pull is the distance within which a vertex attracts the lines of a pen.
func (g *graph) pull(v int32, p *pen) float64 {
	if len(g.around[v]) >= 3 {
		return p.snap
	}
	return min(p.snap, plainSnap)
}

// meeting is what a piece of a line meets first: an edge or, where that is −1, a vertex; at is the place along the piece,
// 0 at its start and 1 at its end.
type meeting struct {
	at     float64
	edge   int32
	vertex int32
}

// Places along a piece: nearer to the start than past is behind it, beyond any place is nothing; atEnd marks an edge that the
// piece does not reach but ends next to.
const (
	past   = 0.02
	beyond = 2.0
	atEnd  = 0.9999
)

// firstMeeting looks for what the piece from vertex cur to q meets. The goal is the vertex that the line is to end in, −1 for none.
func (g *graph) firstMeeting(cur int32, q vec, p *pen, goal int32) meeting {
	from := g.places[cur]
	length := from.dist(q)
	m := meeting{beyond, -1, -1}
	for _, x := range g.near(from, q, p.snap+1, nil) {
		e := &g.edges[x]
		if e.a == cur || e.b == cur {
			w := g.other(x, cur)
			if w == goal {
				continue
			}
			t := along(g.places[w], from, q)
			if t > past && t <= 1+p.snap/length && toSegment(g.places[w], from, q) < float64(g.pull(w, p)*0.5) && t < m.at {
				m = meeting{t, -1, w}
			}
			continue
		}
		c, d := g.places[e.a], g.places[e.b]
		if crosses(from, q, c, d) {
			piece, across := q.sub(from), d.sub(c)
			if t := c.sub(from).cross(across) / piece.cross(across); t < m.at {
				m = meeting{t, x, -1}
			}
		} else if goal < 0 && m.at > atEnd && toSegment(q, c, d) < float64(p.snap*0.6) {
			m = meeting{atEnd, x, -1}
		}
		for _, w := range [2]int32{e.a, e.b} {
			if w == goal || toSegment(g.places[w], from, q) >= g.pull(w, p) {
				continue
			}
			if t := along(g.places[w], from, q); t > past && t < m.at-g.pull(w, p)/length {
				m = meeting{t, -1, w}
			}
		}
	}
	return m
}

// step draws from vertex cur towards q, as far as the first thing met. It returns the vertex reached and the class of what
// was met, noClass if nothing; ok is false where the graph refused.
func (g *graph) step(cur int32, q vec, p *pen, goal int32) (reached int32, met class, ok bool) {
	from := g.places[cur]
	if goal < 0 && from.dist(q) < 0.5 {
		return cur, noClass, true
	}
	switch m := g.firstMeeting(cur, q, p, goal); {
	case m.edge >= 0:
		return g.join(cur, q, m, p)
	case m.vertex >= 0:
		met = g.edges[g.around[m.vertex][0]].class
		if g.insert(cur, m.vertex, p) {
			return m.vertex, met, true
		}
		return cur, met, false
	}
	if goal < 0 {
		goal = g.addPlace(q)
	}
	if g.insert(cur, goal, p) {
		return goal, noClass, true
	}
	return cur, noClass, false
}

// join ends a piece in an edge: in an end of it that is near, else in a new vertex.
func (g *graph) join(cur int32, q vec, m meeting, p *pen) (reached int32, met class, ok bool) {
	e := g.edges[m.edge]
	a, b := g.places[e.a], g.places[e.b]
	at := lerp(g.places[cur], q, min(m.at, 1))
	if m.at >= atEnd {
		at = foot(q, a, b)
	}
	da, db := at.dist(a), at.dist(b)
	end := int32(-1)
	if da < g.pull(e.a, p) && da <= db && e.a != cur {
		end = e.a
	} else if db < g.pull(e.b, p) && e.b != cur {
		end = e.b
	}
	if end >= 0 && g.insert(cur, end, p) {
		return end, e.class, true
	}
	if da < 4 || db < 4 {
		return cur, e.class, false
	}
	v := g.split(m.edge, at)
	if v < 0 || !g.insert(cur, v, p) {
		return cur, e.class, false
	}
	return v, e.class, true
}

// line draws a line from a vertex through places, and joins what it crosses, until the pen's stop says of a class met that
// the line ends there or the graph refuses a piece. It returns the last vertex.
func (g *graph) line(start int32, through []vec, p *pen) int32 {
	const pieces = 12 // a piece is cut by what it crosses, seldom more than twice
	cur := start
	for _, q := range through {
		for range pieces {
			if g.places[cur].dist(q) < max(1, float64(p.snap*0.5)) {
				break
			}
			v, met, ok := g.step(cur, q, p, -1)
			if !ok {
				return cur
			}
			if met != noClass && p.stop != nil && p.stop(met) {
				return v
			}
			turnsBack := q.sub(g.places[v]).dot(q.sub(g.places[cur])) < 0
			still := v == cur
			cur = v
			if met == noClass || still || turnsBack {
				break
			}
		}
	}
	return cur
}
