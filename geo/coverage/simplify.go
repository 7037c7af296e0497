package coverage

import (
	"math"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// Simplification is a coverage with as much detail as one asks for. It is immutable and safe for concurrent use.
//
// Vertices inside arcs are taken away one after the other, the least important first: that of whose going a line moves least. A
// vertex may go only while no other vertex lies in the triangle that it spans with its neighbours on the arc. So at every
// tolerance no two lines meet but in nodes, every face is there with the same neighbours, and nodes stay where they are. After
// Visvalingam and Whyatt (The Cartographic Journal 30 (1993) 46–51), with the distance from the original line for the area.
type Simplification struct {
	arcs   []Arc
	first  []int32   // arc → its first vertex in weight
	weight []float64 // metres up to which the vertex is there; +Inf for ends of arcs and what holds a face open
}

// Points appends the points of an arc, its ends included, that remain at a tolerance: all places of the original line lie
// within so many metres of the simplified one. Metres are those of the tangent plane in the middle of the coverage.
func (s *Simplification) Points(dst []geo.Point, arc int, tolerance float64) []geo.Point {
	weight := s.weight[s.first[arc]:]
	for i, p := range s.arcs[arc].Points {
		if weight[i] > tolerance {
			dst = append(dst, p)
		}
	}
	return dst
}

// Simplify ranks all vertices by their importance, once for every tolerance.
func (c *Coverage) Simplify() *Simplification {
	s := newSimplifier(c)
	level := 0.0 // of the vertices gone so far
	for len(s.queue) > 0 {
		next := s.pop()
		v := next.vertex
		if next.round != s.round[v] || s.live[s.arc[v]] <= s.least[s.arc[v]] {
			continue
		}
		if w := s.blocker(v); w >= 0 {
			s.waiting[w] = append(s.waiting[w], v)
			continue
		}
		level = max(level, next.cost)
		s.remove(v, level)
	}
	return &Simplification{c.arcs, s.first, s.weight}
}

// simplifier holds the vertices of all arcs, one arc after the other. Those of a node are there once for every arc.
type simplifier struct {
	points  []geo.Point
	arc     []int32 // of each vertex
	prev    []int32 // on the arc, among those left; -1 at its ends
	next    []int32
	weight  []float64
	round   []int32 // raised when a vertex gets another neighbour
	waiting map[int32][]int32

	first []int32 // arc → its first vertex
	live  []int32 // arc → vertices left between its ends
	least []int32 // arc → how many of them must be left

	near   *geo.Buckets
	mx, my float64
	queue  []removal // a heap, the least costly first
}

// removal is a vertex that may go, and what that costs: the distance in metres of the original line from the new edge.
type removal struct {
	cost   float64
	vertex int32
	round  int32
}

func newSimplifier(c *Coverage) *simplifier {
	s := &simplifier{waiting: map[int32][]int32{}}
	s.mx, s.my = geo.MetresPerUnit(c.bounds.Min.Y/2 + c.bounds.Max.Y/2)
	twins := map[[2]geo.Point]int{} // open arcs with the same ends
	for _, a := range c.arcs {
		twins[endsOf(a)]++
	}
	for k, a := range c.arcs {
		from, n := int32(len(s.points)), int32(len(a.Points))
		s.first = append(s.first, from)
		for i := range n {
			s.prev = append(s.prev, from+i-1)
			s.next = append(s.next, from+i+1)
			s.arc = append(s.arc, int32(k))
			s.weight = append(s.weight, math.Inf(1))
		}
		s.prev[from], s.next[from+n-1] = -1, -1
		s.points = append(s.points, a.Points...)
		s.live = append(s.live, n-2)
		ends := endsOf(a)
		switch {
		case ends[0] == ends[1]:
			s.least = append(s.least, 2) // a ring keeps three corners
		case twins[ends] > 1:
			s.least = append(s.least, 1) // else two arcs could become one edge
		default:
			s.least = append(s.least, 0)
		}
	}
	s.round = make([]int32, len(s.points))
	s.near = geo.NewBuckets(len(s.points), func(i int) (a, b geo.Point) { return s.points[i], s.points[i] })
	for v := range s.points {
		s.push(int32(v))
	}
	return s
}

// endsOf are the ends of an arc, the smaller first.
func endsOf(a Arc) [2]geo.Point {
	p, q := a.Points[0], a.Points[len(a.Points)-1]
	if q.Less(p) {
		p, q = q, p
	}
	return [2]geo.Point{p, q}
}

// remove takes a vertex away and looks again at its neighbours, and at those for which it was in the way.
func (s *simplifier) remove(v int32, level float64) {
	p, n := s.prev[v], s.next[v]
	s.next[p], s.prev[n] = n, p
	s.weight[v] = level
	s.round[v] = -1
	s.live[s.arc[v]]--
	again := append(s.waiting[v], p, n)
	delete(s.waiting, v)
	slices.Sort(again)
	for _, w := range slices.Compact(again) {
		if s.round[w] >= 0 {
			s.push(w)
		}
	}
}

// blocker is a vertex in the way of a removal: in the triangle of v and its neighbours, border included; -1: none.
func (s *simplifier) blocker(v int32) int32 {
	a, b, c := s.points[s.prev[v]], s.points[v], s.points[s.next[v]]
	if geo.Orient(a, b, c) < 0 {
		a, c = c, a
	}
	box := geo.EmptyBounds().Extend(a).Extend(b).Extend(c)
	found := int32(-1)
	s.near.Near(box, func(i int) {
		p := s.points[i]
		if found >= 0 || s.round[i] < 0 || p == a || p == b || p == c {
			return
		}
		// The box matters where the triangle is a line, which would go on beyond its ends.
		if box.Contains(p) && geo.Orient(a, b, p) >= 0 && geo.Orient(b, c, p) >= 0 && geo.Orient(c, a, p) >= 0 {
			found = int32(i)
		}
	})
	return found
}

// cost is how far, in metres, the original line between the neighbours of v lies from the edge that would take its place.
func (s *simplifier) cost(v int32) float64 {
	from, to := s.prev[v], s.next[v]
	a := s.points[from]
	bx, by := s.metres(a, s.points[to])
	length2 := float64(bx*bx) + float64(by*by) // the conversions keep products apart: fused ones round differently by machine
	worst := 0.0
	for _, p := range s.points[from+1 : to] {
		px, py := s.metres(a, p)
		t := 0.0
		if length2 > 0 {
			t = min(max((float64(px*bx)+float64(py*by))/length2, 0), 1)
		}
		dx, dy := px-float64(t*bx), py-float64(t*by)
		worst = max(worst, float64(dx*dx)+float64(dy*dy))
	}
	return math.Sqrt(worst)
}

// metres is the way from a to p.
func (s *simplifier) metres(a, p geo.Point) (x, y float64) {
	return float64(float64(int64(p.X)-int64(a.X)) * s.mx), float64(float64(int64(p.Y)-int64(a.Y)) * s.my)
}

// push queues a vertex for removal, unless it is the end of an arc.
func (s *simplifier) push(v int32) {
	if s.prev[v] < 0 || s.next[v] < 0 {
		return
	}
	s.round[v]++
	s.queue = append(s.queue, removal{s.cost(v), v, s.round[v]})
	for i := len(s.queue) - 1; i > 0; {
		up := (i - 1) / 2
		if !s.queue[i].before(s.queue[up]) {
			return
		}
		s.queue[i], s.queue[up] = s.queue[up], s.queue[i]
		i = up
	}
}

func (s *simplifier) pop() removal {
	top, last := s.queue[0], len(s.queue)-1
	s.queue[0] = s.queue[last]
	s.queue = s.queue[:last]
	for i := 0; ; {
		k := 2*i + 1
		if k+1 < last && s.queue[k+1].before(s.queue[k]) {
			k++
		}
		if k >= last || !s.queue[k].before(s.queue[i]) {
			return top
		}
		s.queue[i], s.queue[k] = s.queue[k], s.queue[i]
		i = k
	}
}

func (r removal) before(q removal) bool {
	return r.cost < q.cost || r.cost == q.cost && r.vertex < q.vertex
}
