package coverage

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// mesh is a set of rings with their edges matched: each undirected edge once, with the faces on both sides.
type mesh struct {
	pts   []geo.Point // the different vertices, ascending
	rings []ring      // in the order of faces, parts, rings
	at    []int32     // corner → vertex; the corners of a ring are neighbours
	edge  []int32     // corner → the edge from it to the next corner of its ring
	edges []edge      // ascending by u, then v
}

// ring is a run of corners [from, to) of a face; face is parentFace for the rings of the parent.
type ring struct {
	from, to int32
	face     int32
}

// parentFace marks the rings of the parent.
const parentFace int32 = -2

// edge joins the vertices u < v. sum counts the children's edges from u to v as +1, those from v to u as −1, the
// parent's the other way round: a clean coverage of the parent has 0 everywhere.
type edge struct {
	u, v        int32
	left, right int32 // a face on each side, looking from u to v; Outside where there is none
	sum         int32
}

// next is the corner after i in its ring.
func (r ring) next(i int32) int32 {
	if i+1 == r.to {
		return r.from
	}
	return i + 1
}

// newMesh matches the edges of oriented faces, and of a parent if there is one. Every ring has at least three corners.
func newMesh(faces []geo.MultiPolygon, parent geo.MultiPolygon) *mesh {
	m := &mesh{}
	n := parent.Vertices()
	for _, f := range faces {
		n += f.Vertices()
	}
	corners := make([]geo.Point, 0, n)
	add := func(shape geo.MultiPolygon, face int32) {
		for _, poly := range shape {
			for _, r := range poly {
				from := int32(len(corners))
				corners = append(corners, r...)
				m.rings = append(m.rings, ring{from, int32(len(corners)), face})
			}
		}
	}
	for i, f := range faces {
		add(f, int32(i))
	}
	add(parent, parentFace)
	m.pts, m.at = geo.Distinct(corners)
	m.match()
	return m
}

// match finds the undirected edges: corners are bucketed by the smaller vertex of their edge, each bucket sorted by the other.
func (m *mesh) match() {
	start := make([]int32, len(m.pts)+1)
	for _, r := range m.rings {
		for i := r.from; i < r.to; i++ {
			start[min(m.at[i], m.at[r.next(i)])+1]++
		}
	}
	for v := range m.pts {
		start[v+1] += start[v]
	}
	type half struct{ other, corner, face int32 }
	halves := make([]half, len(m.at))
	fill := slices.Clone(start[:len(m.pts)])
	for _, r := range m.rings {
		for i := r.from; i < r.to; i++ {
			u, v := m.at[i], m.at[r.next(i)]
			k := min(u, v)
			halves[fill[k]] = half{max(u, v), i, r.face}
			fill[k]++
		}
	}
	m.edge = make([]int32, len(m.at))
	m.edges = make([]edge, 0, len(m.at)/2+8)
	for u := range m.pts {
		bucket := halves[start[u]:start[u+1]]
		slices.SortFunc(bucket, func(a, b half) int {
			return cmp.Or(cmp.Compare(a.other, b.other), cmp.Compare(a.corner, b.corner))
		})
		for i, h := range bucket {
			if i == 0 || h.other != bucket[i-1].other {
				m.edges = append(m.edges, edge{int32(u), h.other, Outside, Outside, 0})
			}
			k := len(m.edges) - 1
			m.edge[h.corner] = int32(k)
			m.edges[k].add(h.face, m.at[h.corner] == int32(u))
		}
	}
}

// add counts one directed edge: forward means from u to v.
func (e *edge) add(face int32, forward bool) {
	if (face == parentFace) == forward {
		e.sum--
	} else {
		e.sum++
	}
	switch {
	case face == parentFace:
	case forward && e.left == Outside:
		e.left = face
	case !forward && e.right == Outside:
		e.right = face
	}
}
