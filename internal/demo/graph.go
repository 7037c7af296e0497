package demo

import (
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// graph is the plan of the district: a planar straight-line graph on the lattice. No two edges cross or touch but in a
// common vertex; insert.go refuses every edge that would. Faces are read off it (face.go), so that whatever is made of
// faces is a clean coverage by construction.
type graph struct {
	points  []geo.Point // of each vertex, on the lattice
	places  []vec       // the same on the plane
	edges   []edge
	around  [][]int32 // edges at each vertex, counter-clockwise from east
	buckets [][]int32 // edges in each square of the plane
	streets int32     // the next free number of a street

	near1 []int32 // scratch of insert
	near2 []int32 // scratch of split
}

// edge joins two vertices. Edges of one street have its number; width is that of a stream in metres.
type edge struct {
	a, b   int32
	class  class
	dead   bool
	street int32
	width  float64
	pieces int32 // of a split edge: the first of its two successors
}

// Buckets of the spatial hash: squares of so many metres over the district and 1 km round it.
const (
	bucketSide    = 160.0
	bucketMargin  = 1000.0
	bucketColumns = 250
	bucketRows    = 380
)

func newGraph() *graph { return &graph{buckets: make([][]int32, bucketColumns*bucketRows)} }

// newStreet is a number that no street has yet.
func (g *graph) newStreet() int32 {
	g.streets++
	return g.streets - 1
}

// inBuckets calls f for every bucket within r of the box of a segment.
func (g *graph) inBuckets(a, b vec, r float64, f func(bucket int)) {
	column := func(x float64) int { return int((x + bucketMargin) / bucketSide) }
	x0, x1 := max(column(min(a.x, b.x)-r), 0), min(column(max(a.x, b.x)+r), bucketColumns-1)
	y0, y1 := max(column(min(a.y, b.y)-r), 0), min(column(max(a.y, b.y)+r), bucketRows-1)
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			f(y*bucketColumns + x)
		}
	}
}

// near lists, in buf, the living edges that may lie within r of a segment, in the order of their numbers.
func (g *graph) near(a, b vec, r float64, buf []int32) []int32 {
	buf = buf[:0]
	g.inBuckets(a, b, r, func(bucket int) {
		living := g.buckets[bucket][:0]
		for _, e := range g.buckets[bucket] {
			if !g.edges[e].dead {
				living = append(living, e)
			}
		}
		g.buckets[bucket] = living
		buf = append(buf, living...)
	})
	slices.Sort(buf)
	return slices.Compact(buf)
}

func (g *graph) addVertex(p geo.Point) int32 {
	g.points = append(g.points, p)
	g.places = append(g.places, onPlane(p))
	g.around = append(g.around, nil)
	return int32(len(g.points) - 1)
}

func (g *graph) addPlace(v vec) int32 { return g.addVertex(v.lattice()) }

// link adds an edge without any test and returns its number.
func (g *graph) link(a, b int32, e edge) int32 {
	e.a, e.b = a, b
	n := int32(len(g.edges))
	g.edges = append(g.edges, e)
	g.attach(n, a)
	g.attach(n, b)
	g.inBuckets(g.places[a], g.places[b], 0.1, func(bucket int) { g.buckets[bucket] = append(g.buckets[bucket], n) })
	return n
}

func (g *graph) unlink(e int32) {
	g.edges[e].dead = true
	for _, v := range [2]int32{g.edges[e].a, g.edges[e].b} {
		i := slices.Index(g.around[v], e)
		g.around[v] = slices.Delete(g.around[v], i, i+1)
	}
}

// attach puts an edge into its place in the circle round a vertex.
func (g *graph) attach(e, v int32) {
	p, end := g.points[v], g.points[g.other(e, v)]
	i := 0
	for i < len(g.around[v]) && turnsBefore(p, g.points[g.other(g.around[v][i], v)], end) {
		i++
	}
	g.around[v] = slices.Insert(g.around[v], i, e)
}

// turnsBefore reports whether, turning left round o from due east, a is met before b. Exact.
func turnsBefore(o, a, b geo.Point) bool {
	lower := func(p geo.Point) bool { return p.Y < o.Y || p.Y == o.Y && p.X < o.X }
	if lower(a) != lower(b) {
		return lower(b)
	}
	return geo.Orient(o, a, b) > 0
}

// other is the end of an edge that is not v.
func (g *graph) other(e, v int32) int32 {
	if g.edges[e].a == v {
		return g.edges[e].b
	}
	return g.edges[e].a
}

// find is the edge between two vertices, −1 if there is none.
func (g *graph) find(a, b int32) int32 {
	for _, e := range g.around[a] {
		if g.other(e, a) == b {
			return e
		}
	}
	return -1
}

// ends are the places of an edge's ends.
func (g *graph) ends(e int32) (a, b vec) { return g.places[g.edges[e].a], g.places[g.edges[e].b] }

func (g *graph) length(e int32) float64 {
	a, b := g.ends(e)
	return a.dist(b)
}

// prune takes away, again and again, the streets that end in a vertex where nothing else is.
func (g *graph) prune() {
	var ends []int32
	for v := range g.points {
		if len(g.around[v]) == 1 {
			ends = append(ends, int32(v))
		}
	}
	for len(ends) > 0 {
		v := ends[len(ends)-1]
		ends = ends[:len(ends)-1]
		if len(g.around[v]) != 1 {
			continue
		}
		e := g.around[v][0]
		if !g.edges[e].class.isStreet() {
			continue
		}
		w := g.other(e, v)
		g.unlink(e)
		if len(g.around[w]) == 1 {
			ends = append(ends, w)
		}
	}
}
