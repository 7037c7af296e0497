package demo

import "math"

// reachMouths leads each stream from where the mesh ends to the river bank or the district's border, whichever is nearer.
func (m *mesh) reachMouths(g *graph) {
	const farthest = 900
	var near []int32
	for v, p := range m.at {
		if m.vertex[v] < 0 || m.down[v] >= 0 || m.degree(v) == 0 {
			continue
		}
		near = g.near(p, p, farthest, near)
		mouth, least := vec{}, math.Inf(1)
		for _, e := range near {
			if c := g.edges[e].class; c != bank && c != outline {
				continue
			}
			a, b := g.ends(e)
			q := foot(p, a, b)
			if d := q.dist(p); d < least {
				mouth, least = q, d
			}
		}
		if math.IsInf(least, 1) {
			continue
		}
		way := mouth.sub(p)
		bend := p.add(way.mul(0.5)).add(way.left().mul(0.12))
		g.line(m.vertex[v], []vec{bend, p.add(way.mul(1.3))}, &pen{class: stream, street: g.newStreet(), snap: 12, sharp: 0.97,
			width: 4 + float64(2.2*math.Sqrt(m.basin[v])), stop: func(class) bool { return true }})
	}
}
