package coverage

import (
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// chains are the edges of a mesh joined to arcs.
type chains struct {
	arcs    []Arc
	arcOf   []int32 // edge → arc
	forward []bool  // edge → whether its arc runs from u to v
	isEnd   []bool  // vertex → whether arcs start or end there
	fan     []int32 // vertex → its edges, ascending by their other end; see start
	start   []int32
	nodes   []int32 // vertices of degree three or more, ascending

	line []geo.Point // the points of all arcs, one after the other
	from []int32     // arc → its first point in line
}

// chain joins edges at the vertices where just two of them meet.
func (m *mesh) chain() *chains {
	c := &chains{
		arcOf: make([]int32, len(m.edges)), forward: make([]bool, len(m.edges)),
		isEnd: make([]bool, len(m.pts)), start: make([]int32, len(m.pts)+1), fan: make([]int32, 2*len(m.edges)),
	}
	for _, e := range m.edges {
		c.start[e.u+1]++
		c.start[e.v+1]++
	}
	c.line = make([]geo.Point, 0, len(m.edges)+len(m.edges)/4)
	for v := range m.pts {
		if c.start[v+1] > 2 {
			c.isEnd[v] = true
			c.nodes = append(c.nodes, int32(v))
		}
		c.start[v+1] += c.start[v]
	}
	fill := slices.Clone(c.start[:len(m.pts)])
	put := func(v, e int32) {
		c.fan[fill[v]] = e
		fill[v]++
	}
	// Edges ascend by u, then v: listing first those that end in a vertex keeps each fan ascending by the other end.
	for k, e := range m.edges {
		put(e.v, int32(k))
	}
	for k, e := range m.edges {
		put(e.u, int32(k))
	}
	for k := range c.arcOf {
		c.arcOf[k] = -1
	}
	for _, v := range c.nodes {
		for _, e := range c.fan[c.start[v]:c.start[v+1]] {
			if c.arcOf[e] < 0 {
				c.walk(m, v, e)
			}
		}
	}
	for k, e := range m.edges {
		if c.arcOf[k] < 0 { // a closed chain without a node: u is its smallest vertex, v the smaller neighbour
			c.isEnd[e.u] = true
			c.walk(m, e.u, int32(k))
		}
	}
	c.from = append(c.from, int32(len(c.line)))
	for k := range c.arcs {
		c.arcs[k].Points = c.line[c.from[k]:c.from[k+1]:c.from[k+1]]
	}
	return c
}

// walk makes the arc that leaves vertex v along edge e.
func (c *chains) walk(m *mesh, v, e int32) {
	k := int32(len(c.arcs))
	c.from = append(c.from, int32(len(c.line)))
	c.line = append(c.line, m.pts[v])
	arc := Arc{Left: m.edges[e].left, Right: m.edges[e].right}
	if m.edges[e].u != v {
		arc.Left, arc.Right = arc.Right, arc.Left
	}
	for {
		c.arcOf[e], c.forward[e] = k, m.edges[e].u == v
		v = m.edges[e].u ^ m.edges[e].v ^ v
		c.line = append(c.line, m.pts[v])
		if c.isEnd[v] {
			break
		}
		fan := c.fan[c.start[v]:c.start[v+1]]
		e = fan[0] ^ fan[1] ^ e
	}
	c.arcs = append(c.arcs, arc)
}

// assemble makes the coverage of a clean mesh.
func (m *mesh) assemble(faces []geo.MultiPolygon) *Coverage {
	ch := m.chain()
	c := &Coverage{faces: faces, arcs: ch.arcs, bounds: geo.EmptyBounds()}
	for _, f := range faces {
		c.bounds = c.bounds.Union(f.Bounds())
	}
	c.ringStart = make([]int32, 1, len(m.rings)+1)
	c.faceRing = make([]int32, len(faces)+1)
	for k, r := range m.rings {
		for i := r.from; i < r.to; i++ {
			if !ch.isEnd[m.at[i]] {
				continue
			}
			e := m.edge[i]
			ref := ArcRef(ch.arcOf[e])
			if ch.forward[e] != (m.edges[e].u == m.at[i]) {
				ref = ^ref
			}
			c.ringRefs = append(c.ringRefs, ref)
		}
		c.ringStart = append(c.ringStart, int32(len(c.ringRefs)))
		c.faceRing[r.face+1] = int32(k + 1)
	}
	c.linkNodes(m, ch)
	c.linkFaces()
	return c
}

// linkNodes lists the nodes with the arcs that leave them.
func (c *Coverage) linkNodes(m *mesh, ch *chains) {
	c.nodes = make([]Node, len(ch.nodes))
	refs := make([]ArcRef, 0, len(ch.nodes)*3)
	around := make([]int32, 0, len(ch.nodes)*3)
	for k, v := range ch.nodes {
		fan := ch.fan[ch.start[v]:ch.start[v+1]]
		other := func(e int32) geo.Point { return m.pts[m.edges[e].u^m.edges[e].v^v] }
		slices.SortFunc(fan, func(a, b int32) int { return geo.CompareTurn(m.pts[v], other(a), other(b)) })
		firstRef, firstFace := len(refs), len(around)
		for _, e := range fan {
			ref := ArcRef(ch.arcOf[e])
			if ch.forward[e] != (m.edges[e].u == v) {
				ref = ^ref
			}
			refs = append(refs, ref)
			for _, f := range []int32{m.edges[e].left, m.edges[e].right} {
				if f != Outside {
					around = append(around, f)
				}
			}
		}
		faces := around[firstFace:]
		slices.Sort(faces)
		around = around[:firstFace+len(slices.Compact(faces))]
		c.nodes[k] = Node{m.pts[v], refs[firstRef:len(refs):len(refs)], around[firstFace:len(around):len(around)]}
	}
}
