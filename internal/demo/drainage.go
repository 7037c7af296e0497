package demo

import "math"

// outlets are where water leaves the district on land.
var outlets = []vec{{25600, 25000}, {4800, 16500}, {16000, 1800}, {24000, 14000}}

// Streams begin where so many km² drain; in town most brooks lie in pipes.
const (
	streamBasin     = 3.2
	townStreamBasin = 6.0
)

// drain finds where the water flows: a tree of least-cost paths from the river bank and the outlets up into the land (so no
// vertex is a pit), costs rising with height and noise. What drains enough becomes a stream.
func (m *mesh) drain() {
	cost := make([]float64, len(m.at))
	for v := range cost {
		cost[v] = math.Inf(1)
	}
	var q queue
	reach := func(v int, d float64) bool {
		if d >= cost[v] {
			return false
		}
		cost[v] = d
		q.push(v, d)
		return true
	}
	for v := range m.at {
		if m.open[v] && m.onEdge(v) {
			if d, i := m.toBank(m.at[v]); d < 380 {
				reach(v, float64(white(m.seed+77, i/14, 3)*2500))
			}
		}
	}
	for _, p := range outlets {
		reach(m.nearest(p, func(v int) bool { return m.open[v] }), 600)
	}
	rough := make([]float64, len(m.at)) // cost of a metre, without the edge's own share
	for v, p := range m.at {
		if m.open[v] {
			rough[v] = 0.15 + m.height[v]/45 + float64(5.2*math.Abs(fractalNoise(m.seed+79, p, 1500, 3)-0.5))
		}
	}
	var order []int
	for len(q) > 0 {
		v, d := q.pop()
		if d > cost[v] {
			continue
		}
		order = append(order, v)
		for k := range 6 {
			w := m.neighbour(v, k)
			if w < 0 || !m.open[w] {
				continue
			}
			metre := rough[w] + float64(0.9*white(m.seed+78, min(v, w), max(v, w)))
			if reach(w, d+float64(m.at[v].dist(m.at[w])*metre)) {
				m.down[w] = int32(v)
			}
		}
	}
	for v := range m.basin {
		m.basin[v] = meshSide * meshRow / 1e6
	}
	for i := len(order) - 1; i >= 0; i-- {
		if d := m.down[order[i]]; d >= 0 {
			m.basin[d] += m.basin[order[i]]
		}
	}
	for _, v := range order {
		least := streamBasin
		if m.town[v] {
			least = townStreamBasin
		}
		if m.down[v] >= 0 && m.basin[v] > least {
			m.setUse(v, int(m.down[v]), stream)
		}
	}
}

// onEdge reports whether a vertex has a neighbour that is not open.
func (m *mesh) onEdge(v int) bool {
	for k := range 6 {
		if w := m.neighbour(v, k); w < 0 || !m.open[w] {
			return true
		}
	}
	return false
}

// Lakes: how many, how far apart in metres, and how many vertices of the mesh lie in the smallest and the largest.
const (
	lakeCount    = 11
	lakeDistance = 4200.0
	lakeLeast    = 6
	lakeMost     = 46
)

// floodLakes makes lakes in the valleys. A lake is a set of vertices grown downhill round one of a stream; its water is the
// triangles that touch the set, its shore the edges opposite.
func (m *mesh) floodLakes() {
	r := newRandom(m.seed, "lakes", 0)
	var springs []int
	for v := range m.at {
		if m.open[v] && !m.town[v] && m.basin[v] > 6 && m.basin[v] < 60 {
			springs = append(springs, v)
		}
	}
	if len(springs) == 0 {
		return
	}
	var placed []vec
	for try := 0; try < 4000 && len(placed) < lakeCount; try++ {
		v := springs[r.below(len(springs))]
		if near := nearest(placed, m.at[v]); len(placed) > 0 && placed[near].dist(m.at[v]) < lakeDistance {
			continue
		}
		bed := m.lakeBed(v, lakeLeast+r.below(lakeMost-lakeLeast))
		if bed == nil {
			continue
		}
		placed = append(placed, m.at[v])
		for _, x := range bed {
			m.lake[x] = true
		}
	}
	for v := range m.at {
		for k := range 6 {
			if m.lake[v] && m.neighbour(v, k) >= 0 {
				m.setUse(v, m.neighbour(v, k), noClass)
			}
		}
	}
	for v := range m.at {
		if m.lake[v] {
			m.drawShore(v)
		}
	}
}

// lakeBed grows a lake of so many vertices from v, lowest and wettest first; nil if it comes to the district's edge.
func (m *mesh) lakeBed(v, size int) []int {
	bed := []int{v}
	in := map[int]bool{v: true}
	for len(bed) < size {
		best, least := -1, math.Inf(1)
		for _, x := range bed {
			for k := range 6 {
				w := m.neighbour(x, k)
				if w < 0 || !m.open[w] || in[w] || m.town[w] {
					continue
				}
				level := m.height[w] + float64(25*white(m.seed+99, w, 1)) - float64(6*math.Sqrt(m.basin[w]))
				if level < least || level == least && w < best {
					best, least = w, level
				}
			}
		}
		if best < 0 {
			break
		}
		in[best] = true
		bed = append(bed, best)
	}
	for _, x := range bed {
		if m.onEdge(x) {
			return nil
		}
	}
	return bed
}

// drawShore marks the edges opposite to a vertex of a lake. Where both triangles of such an edge are water it is no shore.
func (m *mesh) drawShore(v int) {
	for k := range 6 {
		a, b := m.neighbour(v, k), m.neighbour(v, (k+1)%6)
		if m.lake[a] || m.lake[b] {
			continue
		}
		// The other triangle of edge ab ends in the mirror image of v.
		beyond := -1
		for j := range 6 {
			if m.neighbour(a, j) == b {
				for _, x := range [2]int{m.neighbour(a, (j+1)%6), m.neighbour(a, (j+5)%6)} {
					if x != v {
						beyond = x
					}
				}
			}
		}
		if beyond >= 0 && m.lake[beyond] {
			m.setUse(a, b, noClass)
		} else {
			m.setUse(a, b, shore)
		}
	}
}
