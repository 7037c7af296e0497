package demo

import (
	"cmp"
	"math"
	"slices"
)

// router finds ways along the edges of the mesh (A*).
type router struct {
	*mesh
	cost  []float64
	prev  []int32
	round []int32 // in which search cost and prev were set
	now   int32
	queue queue
}

func (m *mesh) newRouter() *router {
	n := len(m.at)
	return &router{mesh: m, cost: make([]float64, n), prev: make([]int32, n), round: make([]int32, n)}
}

// way says what a route is and what it costs.
type way struct {
	class class
	climb float64 // cost of a metre of height, as a share of the length
	reuse float64 // cost of a metre of a road that is there
}

// Costs of a route: a crossing of water and one of the expressway or railway, in metres of detour; the farthest optimism of
// the search.
const (
	fordCost      = 110.0
	overpassCost  = 260.0
	routeOptimism = 0.3
)

// route makes the cheapest way between two vertices a road; nothing where there is none.
func (r *router) route(from, to int, w way) {
	r.now++
	r.queue = r.queue[:0]
	ahead := func(v int) float64 { return float64(r.at[v].dist(r.at[to]) * routeOptimism) }
	reach := func(v int, d float64, prev int) {
		if r.round[v] != r.now || d < r.cost[v] {
			r.round[v], r.cost[v], r.prev[v] = r.now, d, int32(prev)
			r.queue.push(v, d+ahead(v))
		}
	}
	reach(from, 0, -1)
	for len(r.queue) > 0 {
		v, d := r.queue.pop()
		if v == to {
			break
		}
		if d > r.cost[v]+ahead(v)+1e-6 {
			continue
		}
		for k := range 6 {
			if x, c, ok := r.edge(v, k, w); ok && (!r.barred[x] || x == to) {
				reach(x, r.cost[v]+c, v)
			}
		}
	}
	if r.round[to] != r.now {
		return
	}
	for v := to; r.prev[v] >= 0; v = int(r.prev[v]) {
		for k := range 6 {
			if u := r.use[v][k]; r.neighbour(v, k) == int(r.prev[v]) && (u == noClass || u == village && w.class == county) {
				r.setUse(v, int(r.prev[v]), w.class)
			}
		}
	}
}

// edge is the neighbour in direction k and what the way there costs; ok is false where no route may go.
func (r *router) edge(v, k int, w way) (x int, cost float64, ok bool) {
	x = r.neighbour(v, k)
	if x < 0 || !r.open[x] || r.lake[x] {
		return x, 0, false
	}
	length := r.at[v].dist(r.at[x])
	switch r.use[v][k] {
	case noClass:
	case stream, shore, expressway, rail:
		return x, 0, false
	default:
		return x, float64(length * w.reuse), true
	}
	winding := 0.9
	if w.class == expressway || w.class == rail {
		winding = 0.15
	}
	climb := float64(math.Abs(r.height[x]-r.height[v]) * w.climb)
	cost = float64(length * (1 + climb + float64(winding*white(r.seed+55, min(v, x), max(v, x)))))
	for _, u := range r.use[x] {
		switch u {
		case stream, shore:
			cost += fordCost
		case expressway, rail:
			cost += overpassCost
		}
	}
	// A fork at 60° is ugly.
	if r.use[v][(k+1)%6] != noClass || r.use[v][(k+5)%6] != noClass {
		cost += length / 2
	}
	if r.use[x][(k+2)%6] != noClass || r.use[x][(k+4)%6] != noClass {
		cost += length / 2
	}
	return x, cost, true
}

// trunk is where the expressway and the railway run: the vertices of the mesh where they begin and end.
type trunk struct{ roadNorth, roadSouth, railEast, railWest int }

// layRoutes lays the expressway to the south, the railway to the west, county roads between the market towns and the town,
// and village roads: between sites with no third one close to both (a relaxed relative neighbourhood graph), short ones first.
func (m *mesh) layRoutes(sites []site) trunk {
	r := m.newRouter()
	free := func(v int) bool { return m.open[v] && !m.barred[v] }
	t := trunk{
		roadNorth: m.nearest(vec{27200, 46150}, free), roadSouth: m.nearest(vec{19500, 3300}, free),
		railEast: m.nearest(vec{22400, 47700}, free), railWest: m.nearest(vec{2100, 36500}, free),
	}
	r.route(t.roadNorth, t.roadSouth, way{expressway, 0.02, 9})
	r.route(t.railEast, t.railWest, way{rail, 0.02, 9})

	gate := func(p vec) int {
		best, least := sites[0].vertex, math.Inf(1)
		for _, s := range sites {
			if d := s.at.dist(p); s.kind == gateSite && d < least {
				best, least = s.vertex, d
			}
		}
		return best
	}
	jiangxi, yanan, suxu := sites[0], sites[1], sites[2]
	for _, road := range []struct {
		from, to int
		reuse    float64
	}{
		{jiangxi.vertex, gate(jiangxi.at), 0.6}, {yanan.vertex, jiangxi.vertex, 0.6}, {suxu.vertex, yanan.vertex, 0.6},
		{suxu.vertex, gate(suxu.at), 0.6}, {yanan.vertex, gate(suxu.at), 0.7},
	} {
		r.route(road.from, road.to, way{county, 0.05, road.reuse})
	}
	for _, pair := range neighbourhood(sites) {
		r.route(sites[pair.a].vertex, sites[pair.b].vertex, way{village, 0.07, 0.45})
	}
	return t
}

// sitePair is two sites that are to be joined, and their distance.
type sitePair struct {
	a, b int
	dist float64
}

func neighbourhood(sites []site) []sitePair {
	const farthest, relaxed = 5200, 0.86
	var pairs []sitePair
	for i, a := range sites {
		for j := i + 1; j < len(sites); j++ {
			d := a.at.dist(sites[j].at)
			if d > farthest {
				continue
			}
			between := slices.ContainsFunc(sites, func(s site) bool {
				return s.vertex != a.vertex && s.vertex != sites[j].vertex &&
					max(s.at.dist(a.at), s.at.dist(sites[j].at)) < float64(d*relaxed)
			})
			if !between {
				pairs = append(pairs, sitePair{i, j, d})
			}
		}
	}
	slices.SortFunc(pairs, func(p, q sitePair) int {
		return cmp.Or(cmp.Compare(p.dist, q.dist), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
	})
	return pairs
}
