package grid

import (
	"github.com/zhuwang/zhuwang/geo"
)

// refine puts into an official outline the vertices that the net has on its edges and the outline lacks: where borders of
// grids end on it. A vertex is on an edge if it is not farther from it than one unit of the lattice, which is what rounding
// can do to a point of the edge. Both outlines are normalized. What agrees so far agrees vertex by vertex; what does
// not is left as it is, for the check to find. added counts the vertices put in.
func refine(official, net geo.MultiPolygon) (refined geo.MultiPolygon, added int) {
	type corner struct {
		ring geo.Ring
		at   int
	}
	corners := map[geo.Point][]corner{}
	for _, polygon := range net {
		for _, ring := range polygon {
			for i, p := range ring {
				corners[p] = append(corners[p], corner{ring, i})
			}
		}
	}
	// between are the vertices of the net that it passes from a to b along the edge; nil if it does not.
	between := func(a, b geo.Point) geo.Ring {
		for _, c := range corners[a] {
			var passed geo.Ring
			for i := 1; i < len(c.ring); i++ {
				p := c.ring[(c.at+i)%len(c.ring)]
				if p == b {
					return passed
				}
				if !onEdge(p, a, b) {
					break
				}
				passed = append(passed, p)
			}
		}
		return nil
	}
	for _, polygon := range official {
		var rings geo.Polygon
		for _, ring := range polygon {
			var full geo.Ring
			for i, a := range ring {
				passed := between(a, ring[(i+1)%len(ring)])
				full = append(append(full, a), passed...)
				added += len(passed)
			}
			rings = append(rings, full)
		}
		refined = append(refined, rings)
	}
	return refined, added
}

// onEdge reports whether p is not farther than one unit from the line through a and b and projects between them.
func onEdge(p, a, b geo.Point) bool {
	dx, dy := float64(b.X)-float64(a.X), float64(b.Y)-float64(a.Y)
	px, py := float64(p.X)-float64(a.X), float64(p.Y)-float64(a.Y)
	along, off := px*dx+py*dy, px*dy-py*dx
	length2 := dx*dx + dy*dy
	return along > 0 && along < length2 && off*off <= length2
}
