package demo

import "math"

// relax moves the vertices of the mesh towards their neighbours on the same route, so that routes lose their corners. A move
// is made only if all six triangles keep 10 % of their area: the mesh stays planar.
func (m *mesh) relax(sites []site) {
	const rounds, least = 5, 0.10 * meshSide * meshSide * 0.433
	for range rounds {
		for v := range m.at {
			if m.open[v] && !m.lake[v] {
				m.relaxVertex(v, least)
			}
		}
	}
	for i := range sites {
		sites[i].at = m.at[sites[i].vertex]
	}
}

func (m *mesh) relaxVertex(v int, least float64) {
	degree := m.degree(v)
	if degree == 1 { // the end of a route
		return
	}
	var sum vec
	n, pull := 0, 0.5
	for k := range 6 {
		w := m.neighbour(v, k)
		if w < 0 {
			return
		}
		u := m.use[v][k]
		if degree == 0 || u != noClass {
			sum = sum.add(m.at[w])
			n++
		}
		if u == village || u == stream || degree > 2 {
			pull = 0.3
		}
	}
	p := lerp(m.at[v], sum.mul(1/float64(n)), pull)
	for k := range 6 {
		a, b := m.at[m.neighbour(v, k)].sub(p), m.at[m.neighbour(v, (k+1)%6)].sub(p)
		if a.cross(b)/2 < least {
			return
		}
	}
	m.at[v] = p
}

// Each edge of the mesh is drawn as a curve of so many pieces.
const curvePieces = 4

// draw puts the edges of the mesh that are chosen into the graph, as curves that pass from edge to edge without a corner
// where they can. A curve stays in its diamond, between the edge's ends and the centroids of the triangles on both sides;
// diamonds are disjoint, so curves cannot cross. What the graph refuses is drawn straight.
func (m *mesh) draw(g *graph, chosen func(class) bool) {
	street := g.newStreet()
	for v := range m.at {
		for k := range 3 {
			c := m.use[v][k]
			if c == noClass || !chosen(c) {
				continue
			}
			w := m.neighbour(v, k)
			for _, x := range [2]int{v, w} {
				if m.vertex[x] < 0 {
					m.vertex[x] = g.addPlace(m.at[x])
				}
			}
			p := &pen{class: c, street: street, sharp: 0.9999}
			if c == stream {
				p.width = m.streamWidth(v, w)
			}
			ends := [2]int32{m.vertex[v], m.vertex[w]}
			if !g.drawBent(ends, curvePieces-1, m.curve(v, k), p) {
				g.insert(ends[0], ends[1], p)
			}
		}
	}
}

// streamWidth grows with the root of the basin, in metres.
func (m *mesh) streamWidth(v, w int) float64 {
	basin := max(m.basin[v], m.basin[w])
	if m.down[v] == int32(w) {
		basin = m.basin[v]
	} else if m.down[w] == int32(v) {
		basin = m.basin[w]
	}
	return 3 + float64(2.2*math.Sqrt(basin))
}

// curve is the offset of the curve in direction k from v: a cubic Hermite curve with some noise, kept in its diamond.
func (m *mesh) curve(v, k int) func(t float64) float64 {
	w := m.neighbour(v, k)
	a, b := m.at[v], m.at[w]
	length := a.dist(b)
	along := b.sub(a).mul(1 / length)
	side := along.left()
	start, end := m.tangent(v, k).dot(side), -m.tangent(w, (k+3)%6).dot(side)
	limit := func(t float64, direction int) float64 {
		o := m.neighbour(v, direction%6)
		if o < 0 {
			return 0
		}
		d := a.add(b).add(m.at[o]).mul(1.0 / 3).sub(a)
		x, height := clamp(d.dot(along)/length, 0.05, 0.95), math.Abs(d.dot(side))/length
		return float64(0.85 * height * min(t/x, (1-t)/(1-x)))
	}
	return func(t float64) float64 {
		t2 := float64(t * t)
		t3 := float64(t2 * t)
		offset := float64(start*(t3-float64(2*t2)+t)) + float64(end*(t3-t2))
		piece := int(math.Round(t / (1.0 / curvePieces)))
		offset += float64((white(m.seed+61, v*8+k, piece) - 0.5) * 0.05)
		return clamp(offset, -limit(t, k+5), limit(t, k+1))
	}
}

// tangent is the direction in which a curve leaves v towards its neighbour k: between that neighbour and the way back to the
// route's other edge at v, where one goes on well enough.
func (m *mesh) tangent(v, k int) vec {
	u := m.at[m.neighbour(v, k)].sub(m.at[v]).unit()
	back, straightest := vec{}, 0.25
	for j := range 6 {
		c := m.use[v][j]
		if j == k || c == noClass || c.isWater() != m.use[v][k].isWater() {
			continue
		}
		d := m.at[v].sub(m.at[m.neighbour(v, j)]).unit()
		if s := d.dot(u); s > straightest {
			back, straightest = d, s
		}
	}
	return u.add(back).unit()
}
