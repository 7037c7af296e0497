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

// polygonize makes the shapes of n faces from their borders, which do not cross and share ends only, but for points in which they touch.
func polygonize(lines []borderLine, n int) []geo.MultiPolygon {
	var ends []geo.Point
	var side []int32 // half-edge → the face on its left
	for _, l := range lines {
		for k := range l.points[1:] {
			ends = append(ends, l.points[k], l.points[k+1])
			side = append(side, l.left, l.right)
		}
	}
	pts, id := geo.Distinct(ends)
	edges := make([][2]int32, len(ends)/2)
	for e := range edges {
		edges[e] = [2]int32{id[2*e], id[2*e+1]}
	}
	g := newGraph(pts, edges)
	faces := make([]geo.MultiPolygon, n)
	holes := make([][]geo.Ring, n)
	for _, c := range g.cycles() {
		switch face := side[c.first]; {
		case face == Outside:
		case c.area2 > 0:
			faces[face] = append(faces[face], g.polygon(c.first))
		default:
			holes[face] = append(holes[face], g.simpleRings(c.first)...)
		}
	}
	for face, rings := range holes {
		place(faces[face], rings)
	}
	return faces
}

// place puts each hole into the smallest part whose shell it lies in. Holes and shells do not cross.
func place(parts geo.MultiPolygon, holes []geo.Ring) {
	for _, h := range holes {
		in, least := 0, int64(0)
		for k, part := range parts {
			area := part[0].Area2()
			if len(parts) > 1 && (least == 0 || area < least) && part[0].Surrounds(h[0], h[1]) {
				in, least = k, area
			}
		}
		parts[in] = append(parts[in], h)
	}
}
