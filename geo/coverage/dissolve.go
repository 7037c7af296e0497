package coverage

import (
	"fmt"

	"github.com/zhuwang/zhuwang/geo"
)

// Dissolve joins faces to the shapes of the level above: face g of the result is all faces i with group[i] = g, 0 ≤ g < n.
// Exact: every border of the result is made of borders of c, vertex by vertex. It fails where a face has no group or a
// group has no face.
func (c *Coverage) Dissolve(group []int32, n int) (*Coverage, error) {
	if len(group) != c.Len() {
		return nil, fmt.Errorf("coverage: %d groups for %d faces", len(group), c.Len())
	}
	members := make([]int, n)
	for i, g := range group {
		if g < 0 || int(g) >= n {
			return nil, fmt.Errorf("coverage: face %d is in group %d of %d", i, g, n)
		}
		members[g]++
	}
	for g, k := range members {
		if k == 0 {
			return nil, fmt.Errorf("coverage: group %d has no face", g)
		}
	}
	of := func(face int32) int32 {
		if face == Outside {
			return Outside
		}
		return group[face]
	}
	var lines []borderLine
	for _, a := range c.arcs {
		if l, r := of(a.Left), of(a.Right); l != r {
			lines = append(lines, borderLine{a.Points, l, r})
		}
	}
	faces := polygonize(lines, n)
	return newMesh(faces, nil).assemble(faces), nil
}

// borderLine is a line with the faces on both sides.
type borderLine struct {
	points      []geo.Point
	left, right int32
}

// polygonize makes the shapes of n faces from their borders, which meet in vertices only.
func polygonize(lines []borderLine, n int) []geo.MultiPolygon {
	var ends []geo.Point
	for _, l := range lines {
		for k := range l.points[1:] {
			ends = append(ends, l.points[k], l.points[k+1])
		}
	}
	pts, id := geo.Distinct(ends)
	edges := make([][2]int32, len(ends)/2)
	for e := range edges {
		edges[e] = [2]int32{id[2*e], id[2*e+1]}
	}
	g := newGraph(pts, edges)
	faces := make([]geo.MultiPolygon, n)
	done := make([]bool, len(g.loops))
	done[0] = true
	place := func(h int32, face int32) {
		if cell := g.cell[h]; face != Outside && !done[cell] {
			done[cell] = true
			faces[face] = append(faces[face], g.shape(cell))
		}
	}
	e := int32(0)
	for _, l := range lines {
		for range l.points[1:] {
			place(2*e, l.left)
			place(2*e+1, l.right)
			e++
		}
	}
	return faces
}
