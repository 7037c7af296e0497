package tiles

import "slices"

// side is one directed border of a face: the face lies where its ring has positive area.
type side struct{ a, b pt }

// tracer joins the sides of a face to rings. It keeps its memory from one face to the next; not for concurrent use.
type tracer struct {
	sides []side
	keys  []uint64 // of their first places
	nodes []node   // of each side
	path  []int32  // sides, each standing for its first vertex
	rings []ring
	pts   []pt
}

// node is what the walk knows of a side and of the vertex in which it begins.
type node struct {
	first int32 // side that begins in the same vertex
	place int32 // of the vertex in path, known to the first side; -1: not there
	used  bool  // the side
}

// ring is a simple ring in pts.
type ring struct {
	from, to int
	area2    int64 // twice its area
	box      box
	shell    int // of a hole: its shell
}

// trace appends to dst the rings of the face whose sides are in t.sides, a shell before its holes, in an order that depends on
// the sides alone. Every ring is simple: rings that touch themselves are divided there. Sides there and back fall away.
//
// At a vertex with a choice the walk takes the sharpest turn towards the inside, so that it bounds one connected piece of the
// face; where it comes to a vertex a second time, the loop in between is a ring of its own.
func (t *tracer) trace(dst *shape) {
	slices.SortFunc(t.sides, compareSides)
	t.keys, t.nodes = t.keys[:0], t.nodes[:0]
	for i, s := range t.sides {
		t.keys = append(t.keys, s.a.key())
		first := int32(i)
		if i > 0 && s.a == t.sides[i-1].a {
			first = t.nodes[i-1].first
		}
		t.nodes = append(t.nodes, node{first: first, place: -1})
	}
	t.rings, t.pts = t.rings[:0], t.pts[:0]
	for start := range t.nodes {
		if t.nodes[start].used {
			continue
		}
		t.path = t.path[:0]
		for at := start; at >= 0; at = t.next(t.sides[at]) {
			t.nodes[at].used = true
			vertex := &t.nodes[t.nodes[at].first]
			if vertex.place >= 0 {
				t.cut(int(vertex.place))
			}
			vertex.place = int32(len(t.path))
			t.path = append(t.path, int32(at))
		}
		t.cut(0)
	}
	t.collect(dst)
}

// compareSides orders sides by their first places, then by their second.
func compareSides(s, r side) int {
	if s.a != r.a {
		return comparePlaces(s.a, r.a)
	}
	return comparePlaces(s.b, r.b)
}

// comparePlaces orders as keys do.
func comparePlaces(p, q pt) int {
	if p.x != q.x {
		return int(p.x) - int(q.x)
	}
	return int(p.y) - int(q.y)
}

// next is the unused side after s with the sharpest turn towards the inside; -1: none.
func (t *tracer) next(s side) int {
	first, _ := slices.BinarySearch(t.keys, s.b.key())
	best := -1
	for i := first; i < len(t.sides) && t.sides[i].a == s.b; i++ {
		if !t.nodes[i].used && (best < 0 || sharper(s, t.sides[i].b, t.sides[best].b)) {
			best = i
		}
	}
	return best
}

// sharper reports whether going on from s to p turns more sharply towards the inside than going on to q. Going back is the last choice.
func sharper(s side, p, q pt) bool {
	hp, hq := half(s, p), half(s, q)
	if hp != hq {
		return hp < hq
	}
	return cross(s.b, p, q) < 0
}

// half orders directions by the angle from the way back, clockwise in the axes of a map read as mathematics does: 0 to 180°,
// 180°, 180 to 360°, the way back itself.
func half(s side, p pt) int {
	switch c := cross(s.b, s.a, p); {
	case c < 0:
		return 0
	case c > 0:
		return 2
	}
	if dot := int64(s.a.x-s.b.x)*int64(p.x-s.b.x) + int64(s.a.y-s.b.y)*int64(p.y-s.b.y); dot < 0 {
		return 1
	}
	return 3
}

// cross is twice the area of the triangle o, p, q.
func cross(o, p, q pt) int64 {
	return (int64(p.x)-int64(o.x))*(int64(q.y)-int64(o.y)) - (int64(p.y)-int64(o.y))*(int64(q.x)-int64(o.x))
}

// cut takes the path from its i-th side on away and makes it a ring.
func (t *tracer) cut(i int) {
	r := ring{from: len(t.pts), box: emptyBox()}
	for _, at := range t.path[i:] {
		t.nodes[t.nodes[at].first].place = -1
		p := t.sides[at].a
		t.pts = append(t.pts, p)
		r.box = r.box.extend(p)
	}
	r.to = len(t.pts)
	t.path = t.path[:i]
	r.area2 = area2(t.pts[r.from:r.to])
	if r.area2 == 0 {
		t.pts = t.pts[:r.from]
		return
	}
	t.rings = append(t.rings, r)
}

// area2 is twice the area of a ring, positive for a shell.
func area2(pts []pt) int64 {
	var sum int64
	for i := 2; i < len(pts); i++ {
		sum += cross(pts[0], pts[i-1], pts[i])
	}
	return sum
}

// collect gives holes to the smallest shell about them and writes all rings. A hole without a shell is left out: no face has one.
func (t *tracer) collect(dst *shape) {
	for i := range t.rings {
		hole := &t.rings[i]
		hole.shell = -1
		if hole.area2 > 0 {
			continue
		}
		for j, s := range t.rings {
			if s.area2 > 0 && (hole.shell < 0 || s.area2 < t.rings[hole.shell].area2) && t.inside(*hole, s) {
				hole.shell = j
			}
		}
	}
	for i, s := range t.rings {
		if s.area2 < 0 {
			continue
		}
		dst.add(t.pts[s.from:s.to])
		for _, h := range t.rings {
			if h.area2 < 0 && h.shell == i {
				dst.add(t.pts[h.from:h.to])
			}
		}
	}
}

// inside reports whether ring h lies in ring s. They share no side, so the middle of a side of h is never on s.
func (t *tracer) inside(h, s ring) bool {
	if h.box.min.x < s.box.min.x || h.box.min.y < s.box.min.y || h.box.max.x > s.box.max.x || h.box.max.y > s.box.max.y {
		return false
	}
	a, b := t.pts[h.from], t.pts[h.from+1]
	return insideRing(t.pts[s.from:s.to], 2*(int64(a.x)+int64(b.x)), 2*(int64(a.y)+int64(b.y)))
}

// insideRing reports whether the place a quarter of (x4, y4), which is not on the ring, lies in it.
func insideRing(r []pt, x4, y4 int64) bool { return crossed(r[len(r)-1], r, x4, y4) }

// crossed reports whether a line from q on through r crosses the way from the place eastwards an odd number of times.
func crossed(q pt, r []pt, x4, y4 int64) bool {
	in := false
	for _, p := range r {
		py, qy := 4*int64(p.y), 4*int64(q.y)
		if (py <= y4) != (qy <= y4) {
			px, qx := 4*int64(p.x), 4*int64(q.x)
			c := (qx-px)*(y4-py) - (qy-py)*(x4-px)
			if (c > 0) == (qy > py) {
				in = !in
			}
		}
		q = p
	}
	return in
}
