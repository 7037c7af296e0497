// Package coverage is the planar partition: faces that share their borders edge by edge, without gap or overlap.
//
// Faces are numbered from 0 in the order in which they were given; Outside stands for everything else. Borders are held
// as arcs, each stored once with the faces on both sides, so that what changes an arc changes both neighbours alike.
package coverage

import (
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// Outside is the face of every place that no face covers.
const Outside int32 = -1

// Arc is a border between two faces, or of one face and the outside: a maximal run of edges between two nodes, or a
// closed ring without nodes, whose first point is repeated at its end. It starts at the smaller of its ends (Point.Less;
// a closed one at its smallest point, or at its node, and goes to the smaller of the two neighbours first). Points must
// not be written to.
type Arc struct {
	Points      []geo.Point
	Left, Right int32 // the faces on both sides, looking along Points
}

// ArcRef is an arc with a direction: the index of the arc, or its complement (^index) where it is run backwards.
type ArcRef int32

// Index is the number of the arc.
func (r ArcRef) Index() int {
	if r < 0 {
		return int(^r)
	}
	return int(r)
}

// Back reports whether the arc is run from its last point to its first.
func (r ArcRef) Back() bool { return r < 0 }

// Node is a vertex where arcs end: three or more edges meet there.
type Node struct {
	At    geo.Point
	Arcs  []ArcRef // the arcs that leave it, turning left from above due east; an arc that comes back to it is listed twice
	Faces []int32  // the faces around it, ascending, without Outside
}

// Coverage is a clean partition. It is immutable and safe for concurrent use; slices that it returns must not be written to.
type Coverage struct {
	faces  []geo.MultiPolygon
	bounds geo.Bounds
	arcs   []Arc
	nodes  []Node

	ringRefs  []ArcRef // of all rings of all faces, in the order of faces, parts, rings
	ringStart []int32  // ring → its first reference in ringRefs, and the end
	faceRing  []int32  // face → its first ring, and the end

	neighbours []int32
	neighbour  []int32 // face → its first neighbour, and the end
}

// Len is the number of faces.
func (c *Coverage) Len() int { return len(c.faces) }

// Face is the shape of face i, its shells counter-clockwise and its holes clockwise.
func (c *Coverage) Face(i int) geo.MultiPolygon { return c.faces[i] }

// Bounds is the box of all faces.
func (c *Coverage) Bounds() geo.Bounds { return c.bounds }

// Arcs are all borders, each once: those between nodes, then the closed ones without, each in the order of their first points.
func (c *Coverage) Arcs() []Arc { return c.arcs }

// Nodes are the vertices where arcs meet, ascending by place.
func (c *Coverage) Nodes() []Node { return c.nodes }

// FaceArcs are the arcs around face i, ring by ring, each directed so that the face lies on its left.
func (c *Coverage) FaceArcs(i int) []ArcRef {
	return c.ringRefs[c.ringStart[c.faceRing[i]]:c.ringStart[c.faceRing[i+1]]]
}

// Neighbours are the faces that share an edge with face i, ascending, without Outside.
func (c *Coverage) Neighbours(i int) []int32 { return c.neighbours[c.neighbour[i]:c.neighbour[i+1]] }

// Shape puts face i together from other lines for its arcs: points(k) stands for Arcs()[k].Points, ends included. A ring
// that starts within an arc may start at another vertex than in Face.
func (c *Coverage) Shape(i int, points func(arc int) []geo.Point) geo.MultiPolygon {
	out := make(geo.MultiPolygon, len(c.faces[i]))
	k := c.faceRing[i]
	for p, poly := range c.faces[i] {
		out[p] = make(geo.Polygon, len(poly))
		for r := range poly {
			var ring geo.Ring
			for _, ref := range c.ringRefs[c.ringStart[k]:c.ringStart[k+1]] {
				line := points(ref.Index())
				if ref.Back() {
					for j := len(line) - 1; j > 0; j-- {
						ring = append(ring, line[j])
					}
				} else {
					ring = append(ring, line[:len(line)-1]...)
				}
			}
			out[p][r] = ring
			k++
		}
	}
	return out
}

// linkFaces lists each face's neighbours.
func (c *Coverage) linkFaces() {
	var pairs [][2]int32
	for _, a := range c.arcs {
		if a.Left != Outside && a.Right != Outside {
			pairs = append(pairs, [2]int32{a.Left, a.Right}, [2]int32{a.Right, a.Left})
		}
	}
	start := make([]int32, len(c.faces)+1)
	for _, p := range pairs {
		start[p[0]+1]++
	}
	for i := range c.faces {
		start[i+1] += start[i]
	}
	all := make([]int32, len(pairs))
	fill := slices.Clone(start)
	for _, p := range pairs {
		all[fill[p[0]]] = p[1]
		fill[p[0]]++
	}
	c.neighbour = make([]int32, 1, len(c.faces)+1)
	c.neighbours = all[:0]
	for i := range c.faces {
		list := all[start[i]:start[i+1]]
		slices.Sort(list)
		c.neighbours = append(c.neighbours, slices.Compact(list)...)
		c.neighbour = append(c.neighbour, int32(len(c.neighbours)))
	}
}
