package demo

import (
	"math"
	"slices"
)

// enterTown leads the country roads from the gates straight through the ring to the first street.
func (m *mesh) enterTown(g *graph, sites []site) {
	for _, s := range sites {
		if s.kind != gateSite || m.vertex[s.vertex] < 0 {
			continue
		}
		d := m.ring[nearest(m.ring, s.at)].sub(s.at).unit()
		g.line(m.vertex[s.vertex], straight(s.at, d, 21, 70), &pen{class: arterial, street: g.newStreet(), snap: 25, clear: 2, sharp: 0.9,
			stop: func(c class) bool { return c == secondary || c == arterial }})
	}
}

// cutRiver draws lines across the river from the bank to the midstream, about one a kilometre and none next to a bridge, so
// that the water can be shared out among grids.
func (f *frame) cutRiver(g *graph, rv river, bridges []bridge) {
	for i := 12; i+12 < len(f.bank); i += 15 {
		nearBridge := slices.ContainsFunc(bridges, func(b bridge) bool { return b.from.dist(f.bank[i]) < 350 })
		if !nearBridge && g.find(rv.bank[i], rv.midstream[i]) < 0 {
			g.insert(rv.bank[i], rv.midstream[i], &pen{class: section, street: g.newStreet(), sharp: 0.95, clear: 3})
		}
	}
}

// ringVillages draws the lane round every village and the street round every market town: an irregular ellipse along the road
// that leads there.
func (m *mesh) ringVillages(g *graph, sites []site) {
	for i := range sites {
		if s := &sites[i]; s.kind != gateSite && m.vertex[s.vertex] >= 0 {
			m.ringVillage(g, i, s)
		}
	}
}

func (m *mesh) ringVillage(g *graph, i int, s *site) {
	r := newRandom(m.seed, "village", i)
	corners, c := 12, lane
	if s.kind == marketSite {
		corners, c = 26, secondary
	}
	phase := r.in(0, 6.28)
	flat, axis := r.in(0.5, 0.85), direction(r.in(0, 3.14))
	if k := slices.IndexFunc(m.use[s.vertex][:], func(c class) bool { return c >= expressway }); k >= 0 {
		axis = m.at[m.neighbour(s.vertex, k)].sub(s.at).unit()
	}
	if s.kind == marketSite {
		flat = r.in(0.7, 0.9)
	}
	var outline []vec
	for j := range corners {
		p := direction(phase + 2*math.Pi*float64(j)/float64(corners))
		p = vec{p.x, float64(p.y * flat)}
		p = p.mul(float64(s.radius * (0.72 + float64(0.6*valueNoise(m.seed+uint64(i), float64(j)/2, 0)) - float64(0.05*r.share()))))
		outline = append(outline, s.at.add(axis.mul(p.x)).add(axis.left().mul(p.y)))
	}
	first := 0 // start away from the roads
	for first < corners-1 && !g.isFree(outline[first], 20) {
		first++
	}
	p := &pen{class: c, street: g.newStreet(), snap: min(22, float64(s.radius*0.14)), clear: 2, sharp: 0.94}
	start := g.addPlace(outline[first])
	cur := g.line(start, append(slices.Clone(outline[first+1:]), outline[:first]...), p)
	for range corners {
		next, _, ok := g.step(cur, g.places[start], p, start)
		if !ok || next == start {
			return
		}
		cur = next
	}
}

// linkIslands joins every piece of the graph that does not hang on the rest by one track; what cannot be joined is taken away.
// A face with an island in it would be no simple polygon.
func (g *graph) linkIslands(mainland int32) {
	const farthest = 1500
	for {
		piece := g.pieces()
		island := int32(-1)
		var members []int32
		for v := range g.points {
			if len(g.around[v]) == 0 || piece[v] == piece[mainland] {
				continue
			}
			if island < 0 {
				island = piece[v]
			}
			if piece[v] == island {
				members = append(members, int32(v))
			}
		}
		if island < 0 {
			return
		}
		linked := slices.ContainsFunc(members, func(v int32) bool {
			best, least := int32(-1), math.Inf(1)
			for _, e := range g.near(g.places[v], g.places[v], farthest, nil) {
				for _, w := range [2]int32{g.edges[e].a, g.edges[e].b} {
					if d := g.places[w].dist(g.places[v]); piece[w] == piece[mainland] && d < least {
						best, least = w, d
					}
				}
			}
			return best >= 0 && g.insert(v, best, &pen{class: track, street: g.newStreet(), sharp: 0.98, clear: 0.5})
		})
		if linked {
			continue
		}
		for _, v := range members {
			for len(g.around[v]) > 0 {
				g.unlink(g.around[v][0])
			}
		}
	}
}

// pieces numbers the connected pieces of the graph; −1 for a vertex without edges.
func (g *graph) pieces() []int32 {
	piece := make([]int32, len(g.points))
	for v := range piece {
		piece[v] = -1
	}
	n := int32(0)
	for v := range g.points {
		if piece[v] >= 0 || len(g.around[v]) == 0 {
			continue
		}
		piece[v] = n
		for todo := []int32{int32(v)}; len(todo) > 0; {
			x := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, e := range g.around[x] {
				if w := g.other(e, x); piece[w] < 0 {
					piece[w] = n
					todo = append(todo, w)
				}
			}
		}
		n++
	}
	return piece
}
