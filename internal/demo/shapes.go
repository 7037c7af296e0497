package demo

import (
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// outlines are the shapes of regions: block i belongs to region of[i], 0 ≤ of[i] < n, −1 to none. Edges with the same region on
// both sides are left out, dead ends too. ok is false where a region is not one piece.
func (p *plan) outlines(of []int, n int) (shapes []geo.MultiPolygon, ok bool) {
	g := p.g
	region := func(h int32) int {
		if b := p.blockOf[h]; b >= 0 {
			return of[b]
		}
		return -1
	}
	polygons := make([]geo.Polygon, n)
	shells := make([]int, n)
	seen := make([]bool, 2*len(g.edges))
	for _, b := range p.blocks {
		for _, start := range b.loop {
			r := region(start)
			if r < 0 || seen[start] || r == region(start^1) {
				continue
			}
			var line geo.Ring
			for h := start; ; {
				seen[h] = true
				line = append(line, g.points[g.tail(h)])
				for h = g.next(h); region(h^1) == r; {
					h = g.next(h ^ 1)
				}
				if h == start {
					break
				}
			}
			for _, ring := range simpleRings(line) {
				if ring.Area2() > 0 {
					shells[r]++
					polygons[r] = slices.Insert(polygons[r], 0, ring)
				} else {
					polygons[r] = append(polygons[r], ring)
				}
			}
		}
	}
	shapes = make([]geo.MultiPolygon, n)
	for r, poly := range polygons {
		if shells[r] != 1 {
			return nil, false
		}
		shapes[r] = geo.MultiPolygon{poly}
	}
	return shapes, true
}

// simpleRings cuts a closed line where it meets itself in a vertex: the outline of an area that touches itself there becomes
// a shell and holes.
func simpleRings(line geo.Ring) []geo.Ring {
	var rings []geo.Ring
	var open geo.Ring
	at := make(map[geo.Point]int, len(line))
	for _, p := range line {
		i, met := at[p]
		if !met {
			at[p] = len(open)
			open = append(open, p)
			continue
		}
		rings = append(rings, slices.Clone(open[i:]))
		for _, q := range open[i+1:] {
			delete(at, q)
		}
		open = open[:i+1]
	}
	return append(rings, open)
}
