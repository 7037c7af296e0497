package demo

import "slices"

// Faces are walked by half-edges: 2e runs along edge e, 2e+1 against it. The face of a half-edge lies on its left. A half-edge
// whose edge was split later still names the face: live finds its first piece.

// head and tail are the vertices where a half-edge ends and starts.
func (g *graph) head(h int32) int32 {
	if h&1 == 0 {
		return g.edges[h>>1].b
	}
	return g.edges[h>>1].a
}

func (g *graph) tail(h int32) int32 { return g.head(h ^ 1) }

// next is the half-edge that follows in the same face: the first to the right of the way back.
func (g *graph) next(h int32) int32 {
	v := g.head(h)
	circle := g.around[v]
	i := slices.Index(circle, h>>1)
	e := circle[(i+len(circle)-1)%len(circle)]
	if g.edges[e].a == v {
		return 2 * e
	}
	return 2*e + 1
}

// live is a half-edge of the same face whose edge was not split.
func (g *graph) live(h int32) int32 {
	for g.edges[h>>1].dead && g.edges[h>>1].pieces > 0 {
		first := g.edges[h>>1].pieces
		if h&1 == 0 {
			h = 2 * first
		} else {
			h = 2*(first+1) + 1
		}
	}
	return h
}

// walk lists the half-edges of the face of h.
func (g *graph) walk(h int32) []int32 {
	h = g.live(h)
	loop := []int32{h}
	for x := g.next(h); x != h; x = g.next(x) {
		loop = append(loop, x)
	}
	return loop
}

// ring is the places along half-edges.
func (g *graph) ring(loop []int32) []vec {
	ring := make([]vec, len(loop))
	for i, h := range loop {
		ring[i] = g.places[g.tail(h)]
	}
	return ring
}

// ringOf is the border of the face of h.
func (g *graph) ringOf(h int32) []vec { return g.ring(g.walk(h)) }

// faces lists one half-edge of each bounded face, in the order of their first half-edges. It counts the borders seen from
// outside: one for each connected piece of the graph.
func (g *graph) faces() (faces []int32, pieces int) {
	seen := make([]bool, 2*len(g.edges))
	for h := range int32(len(seen)) {
		if seen[h] || g.edges[h>>1].dead {
			continue
		}
		loop := g.walk(h)
		for _, x := range loop {
			seen[x] = true
		}
		if signedArea(g.ring(loop)) > 0 {
			faces = append(faces, h)
		} else {
			pieces++
		}
	}
	return faces, pieces
}
