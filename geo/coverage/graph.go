package coverage

import (
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// graph is a planar straight-line graph: edges meet in common ends only. Half-edges 2e and 2e+1 run along edge e, forward
// and back; a half-edge belongs to the cell on its left. Cells are the pieces into which the edges cut the plane.
type graph struct {
	pts   []geo.Point
	org   []int32 // half-edge → vertex it starts at
	next  []int32 // half-edge → the one after it around the same cell
	depth []int32 // scratch of simpleRings: vertex → place in the stack, −1

	// Filled by nest. Cell 0 is the unbounded one.
	cell  []int32   // half-edge → cell
	loops [][]int32 // the boundary cycles of each cell, by a half-edge of each
}

// newGraph joins edges between vertices, each given once, to cycles.
func newGraph(pts []geo.Point, edges [][2]int32) *graph {
	g := &graph{pts: pts, org: make([]int32, 2*len(edges)), next: make([]int32, 2*len(edges))}
	for e, uv := range edges {
		g.org[2*e], g.org[2*e+1] = uv[0], uv[1]
	}
	g.link()
	return g
}

func (g *graph) dest(h int32) int32 { return g.org[h^1] }

// link sets next: where h arrives, the cell on its left goes on along the first edge clockwise from the way back.
func (g *graph) link() {
	start := make([]int32, len(g.pts)+1)
	for _, v := range g.org {
		start[v+1]++
	}
	for v := range g.pts {
		start[v+1] += start[v]
	}
	out := make([]int32, len(g.org))
	fill := slices.Clone(start[:len(g.pts)])
	for h, v := range g.org {
		out[fill[v]] = int32(h)
		fill[v]++
	}
	for v := range g.pts {
		fan := out[start[v]:start[v+1]]
		if len(fan) > 2 {
			slices.SortFunc(fan, func(a, b int32) int {
				return geo.CompareTurn(g.pts[v], g.pts[g.dest(a)], g.pts[g.dest(b)])
			})
		}
		for i, h := range fan {
			g.next[h^1] = fan[(i+len(fan)-1)%len(fan)]
		}
	}
}

// cycle is a closed way around a cell.
type cycle struct {
	first int32 // a half-edge of it
	area2 int64 // positive for the outer boundary of a bounded cell; else it bounds a connected part of the graph from outside
	west  int32 // its smallest vertex
}

func (g *graph) cycles() []cycle {
	var out []cycle
	seen := make([]bool, len(g.org))
	for h := range int32(len(g.org)) {
		if seen[h] {
			continue
		}
		c := cycle{first: h, west: g.org[h]}
		o := g.pts[g.org[h]]
		for k, first := h, true; first || k != h; k, first = g.next[k], false {
			seen[k] = true
			c.area2 += geo.Orient(o, g.pts[g.org[k]], g.pts[g.dest(k)])
			if g.pts[g.org[k]].Less(g.pts[c.west]) {
				c.west = g.org[k]
			}
		}
		out = append(out, c)
	}
	return out
}

// nest joins cycles to cells: one that bounds a connected part of the graph from outside lies in the cell west of its smallest vertex.
func (g *graph) nest() {
	g.cell = make([]int32, len(g.org))
	g.loops = [][]int32{nil}
	var free []cycle
	for _, c := range g.cycles() {
		if c.area2 > 0 {
			g.join(c.first, int32(len(g.loops)))
		} else {
			free = append(free, c)
		}
	}
	slices.SortFunc(free, func(a, b cycle) int { return g.pts[a.west].Compare(g.pts[b.west]) })
	var rows *geo.Rows
	if len(free) > 1 {
		rows = geo.NewRows(len(g.org)/2, func(e int) (a, b geo.Point) { return g.pts[g.org[2*e]], g.pts[g.org[2*e+1]] })
	}
	for _, c := range free {
		in := int32(0)
		if rows != nil {
			if e := rows.West(g.pts[c.west]); e >= 0 {
				h := int32(2 * e)
				if g.pts[g.org[h]].Y < g.pts[g.dest(h)].Y {
					h++ // the half-edge that runs down has its left in the east
				}
				in = g.cell[h]
			}
		}
		g.join(c.first, in)
	}
}

// join makes the cycle of h a boundary of a cell.
func (g *graph) join(h, cell int32) {
	if int(cell) == len(g.loops) {
		g.loops = append(g.loops, nil)
	}
	g.loops[cell] = append(g.loops[cell], h)
	for k, first := h, true; first || k != h; k, first = g.next[k], false {
		g.cell[k] = cell
	}
}

// spread visits every bounded cell once, on a way from the unbounded one: across half-edge h, from the cell on its left to the cell on its right.
func (g *graph) spread(visit func(from, to, h int32)) {
	seen := make([]bool, len(g.loops))
	seen[0] = true
	for queue := []int32{0}; len(queue) > 0; {
		cell := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, h := range g.loops[cell] {
			for k, first := h, true; first || k != h; k, first = g.next[k], false {
				if other := g.cell[k^1]; !seen[other] {
					seen[other] = true
					visit(cell, other, k)
					queue = append(queue, other)
				}
			}
		}
	}
}

// area2 is twice the area of a bounded cell in square lattice units.
func (g *graph) area2(cell int32) int64 {
	var area int64
	for _, h := range g.loops[cell] {
		o := g.pts[g.org[h]]
		for k, first := h, true; first || k != h; k, first = g.next[k], false {
			area += geo.Orient(o, g.pts[g.org[k]], g.pts[g.dest(k)])
		}
	}
	return area
}

// shape is the polygon of a bounded cell.
func (g *graph) shape(cell int32) geo.Polygon { return g.polygon(g.loops[cell]...) }

// polygon is bounded by cycles; those that meet themselves in a vertex are cut there into simple rings.
func (g *graph) polygon(cycles ...int32) geo.Polygon {
	var poly geo.Polygon
	for _, h := range cycles {
		poly = append(poly, g.simpleRings(h)...)
	}
	// The one ring that runs counter-clockwise is the shell.
	for i, r := range poly {
		if r.Area2() > 0 {
			poly[0], poly[i] = poly[i], poly[0]
			break
		}
	}
	return poly
}

// simpleRings cuts the cycle of h at each vertex that it visits again.
func (g *graph) simpleRings(h int32) []geo.Ring {
	if g.depth == nil {
		g.depth = slices.Repeat([]int32{-1}, len(g.pts))
	}
	var rings []geo.Ring
	var stack []int32
	cut := func(d int32) {
		r := make(geo.Ring, 0, len(stack)-int(d))
		for _, v := range stack[d:] {
			r = append(r, g.pts[v])
			g.depth[v] = -1
		}
		rings = append(rings, r)
		stack = stack[:d]
	}
	for k, first := h, true; first || k != h; k, first = g.next[k], false {
		v := g.org[k]
		if g.depth[v] >= 0 {
			cut(g.depth[v])
		}
		g.depth[v] = int32(len(stack))
		stack = append(stack, v)
	}
	cut(0)
	return rings
}
