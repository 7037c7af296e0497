package demo

import "math"

// mesh is a lattice of jittered triangles over the country. Streams, lakes, country roads, the expressway and the railway
// are edges of it: routes share edges, so that none runs close beside another and none crosses but in a vertex.
type mesh struct {
	*frame
	at     []vec
	open   []bool     // in the district and away from its border
	town   []bool     // in the urban area
	barred []bool     // closed to routes: in town or close to its ring
	lake   []bool     // inside a lake
	height []float64  // metres
	down   []int32    // where the water flows, −1 for an outlet
	basin  []float64  // km² whose water comes through
	use    [][6]class // of the edge to each neighbour
	vertex []int32    // in the graph, −1 until it is drawn
}

// Geometry of the mesh: side of a triangle and height of a row in metres, farthest jitter as a share of the side. The rows
// reach over 38 km × 58 km.
const (
	meshColumns = 231
	meshRows    = 406
	meshSide    = 165.0
	meshRow     = meshSide * 0.8660254
	meshJitter  = 0.21
	meshMargin  = 130.0 // from the border to the nearest vertex
)

func newMesh(f *frame, g *graph) *mesh {
	const n = meshColumns * meshRows
	m := &mesh{frame: f}
	m.at, m.height, m.basin = make([]vec, n), make([]float64, n), make([]float64, n)
	m.open, m.town, m.barred, m.lake = make([]bool, n), make([]bool, n), make([]bool, n), make([]bool, n)
	m.down, m.vertex = make([]int32, n), make([]int32, n)
	m.use = make([][6]class, n)
	var near []int32
	for v := range m.at {
		m.down[v], m.vertex[v] = -1, -1
		x, y := v%meshColumns, v/meshColumns
		p := vec{float64((float64(x) + float64(0.5*float64(y&1))) * meshSide), float64(float64(y) * meshRow)}
		jitter := vec{white(f.seed+31, x, y) - 0.5, white(f.seed+32, x, y) - 0.5}
		p = p.add(jitter.mul(2 * meshJitter * meshSide))
		m.at[v] = p
		if !f.district.contains(p) {
			continue
		}
		m.open[v] = true
		near = g.near(p, p, meshMargin, near)
		for _, e := range near {
			if a, b := g.ends(e); toSegment(p, a, b) < meshMargin {
				m.open[v] = false
			}
		}
		m.town[v] = f.urban.contains(p)
		hilly := f.hilliness(p)
		m.height[v] = float64(fractalNoise(f.seed+11, p, 5200, 5)*120*(0.35+hilly)) + float64(hilly*130)
	}
	return m
}

// neighbour is the vertex in direction k, counted counter-clockwise from east; −1 beyond the edge.
func (m *mesh) neighbour(v, k int) int {
	x, y := v%meshColumns, v/meshColumns
	odd := y & 1
	switch k {
	case 0:
		x++
	case 1:
		x, y = x+odd, y+1
	case 2:
		x, y = x+odd-1, y+1
	case 3:
		x--
	case 4:
		x, y = x+odd-1, y-1
	case 5:
		x, y = x+odd, y-1
	}
	if x < 0 || y < 0 || x >= meshColumns || y >= meshRows {
		return -1
	}
	return y*meshColumns + x
}

// setUse says what the edge between two neighbours is.
func (m *mesh) setUse(a, b int, c class) {
	for k := range 6 {
		if m.neighbour(a, k) == b {
			m.use[a][k], m.use[b][(k+3)%6] = c, c
		}
	}
}

// degree counts the edges in use at a vertex.
func (m *mesh) degree(v int) int {
	n := 0
	for _, c := range m.use[v] {
		if c != noClass {
			n++
		}
	}
	return n
}

// nearest is the vertex nearest to p among those that fit, −1 if none does.
func (m *mesh) nearest(p vec, fits func(v int) bool) int {
	best, least := -1, math.Inf(1)
	for v, q := range m.at {
		if d := q.dist(p); d < least && fits(v) {
			best, least = v, d
		}
	}
	return best
}
