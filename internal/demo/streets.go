package demo

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// road is a street with a name: edges of one class that go on straight through junctions.
type road struct {
	class  class
	name   string
	edges  []int32
	length float64 // metres
	origin vec     // where house numbers begin: its western end
	axis   vec     // towards the eastern end
}

func isNamed(c class) bool {
	return c == expressway || c == arterial || c == secondary || c == residential || c == county
}

// straightOn is the cosine of the sharpest bend, 28°, through which a street keeps its name.
const straightOn = -0.88

// roads gathers the edges of the named classes, and gives of each edge its road, −1 for none. The larger classes come first, of
// a class the longest first.
func (p *plan) roads() (roads []road, of []int32) {
	parent := p.joinStreets()
	find := func(k int32) int32 {
		for parent[k] != k {
			k = parent[k]
		}
		return k
	}
	index := map[int32]int{}
	for e := range p.g.edges {
		x := &p.g.edges[e]
		if x.dead || !isNamed(x.class) {
			continue
		}
		k := find(x.street*int32(classes) + int32(x.class))
		i, known := index[k]
		if !known {
			i = len(roads)
			index[k] = i
			roads = append(roads, road{class: x.class})
		}
		roads[i].edges = append(roads[i].edges, int32(e))
		roads[i].length += p.g.length(int32(e))
	}
	slices.SortStableFunc(roads, func(a, b road) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(b.length, a.length))
	})
	of = make([]int32, len(p.g.edges))
	for e := range of {
		of[e] = -1
	}
	for i := range roads {
		p.orient(&roads[i])
		for _, e := range roads[i].edges {
			of[e] = int32(i)
		}
	}
	return roads, of
}

// joinStreets unites the streets of one class that go on straight through a junction: a forest over street × class.
func (p *plan) joinStreets() []int32 {
	g := p.g
	parent := make([]int32, g.streets*int32(classes)+int32(classes))
	for k := range parent {
		parent[k] = int32(k)
	}
	find := func(k int32) int32 {
		for parent[k] != k {
			parent[k] = parent[parent[k]]
			k = parent[k]
		}
		return k
	}
	for v := range int32(len(g.points)) {
		for i, e := range g.around[v] {
			a := &g.edges[e]
			if !isNamed(a.class) {
				continue
			}
			for _, f := range g.around[v][i+1:] {
				b := &g.edges[f]
				if b.class != a.class {
					continue
				}
				u, w := g.places[g.other(e, v)].sub(g.places[v]).unit(), g.places[g.other(f, v)].sub(g.places[v]).unit()
				if u.dot(w) < straightOn {
					x, y := find(a.street*int32(classes)+int32(a.class)), find(b.street*int32(classes)+int32(b.class))
					parent[max(x, y)] = min(x, y)
				}
			}
		}
	}
	return parent
}

// orient finds a road's ends: the vertex farthest from any one, and the vertex farthest from that.
func (p *plan) orient(r *road) {
	farthest := func(from vec) vec {
		far := from
		for _, e := range r.edges {
			a, b := p.g.ends(e)
			for _, q := range [2]vec{a, b} {
				if q.dist(from) > far.dist(from) {
					far = q
				}
			}
		}
		return far
	}
	start, _ := p.g.ends(r.edges[0])
	a := farthest(start)
	b := farthest(a)
	if b.x < a.x {
		a, b = b, a
	}
	r.origin, r.axis = a, b.sub(a).unit()
}

// edgesOf lists the living edges of a class.
func (g *graph) edgesOf(c class) []int32 {
	var list []int32
	for e := range g.edges {
		if x := &g.edges[e]; !x.dead && x.class == c {
			list = append(list, int32(e))
		}
	}
	return list
}

// chains joins edges end to end to lines, as long as exactly one edge of the list goes on.
func (g *graph) chains(edges []int32) [][]geo.Point {
	left := map[int32]bool{}
	degree := map[int32]int{}
	for _, e := range edges {
		left[e] = true
		degree[g.edges[e].a]++
		degree[g.edges[e].b]++
	}
	follow := func(v, e int32) []geo.Point {
		line := []geo.Point{g.points[v]}
		for {
			delete(left, e)
			v = g.other(e, v)
			line = append(line, g.points[v])
			next := slices.IndexFunc(g.around[v], func(x int32) bool { return left[x] })
			if degree[v] != 2 || next < 0 {
				return line
			}
			e = g.around[v][next]
		}
	}
	var lines [][]geo.Point
	for _, e := range edges { // from ends and junctions
		for _, v := range [2]int32{g.edges[e].a, g.edges[e].b} {
			if left[e] && degree[v] != 2 {
				lines = append(lines, follow(v, e))
			}
		}
	}
	for _, e := range edges { // what is left are closed lines
		if left[e] {
			lines = append(lines, follow(g.edges[e].a, e))
		}
	}
	return lines
}
