package tiles

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// Point is what a tile says of a place that was reported. Kind and ID name it.
type Point struct {
	Kind, ID string
	Grid     string // 15 digits; "" outside the net
	How      string // it came to its grid
	At       geo.Point
}

// PointRef finds a point among those of a set: what names it, and where it is in the set.
type PointRef struct {
	Kind, ID string
	At       geo.Point
}

// A class is what many points have in common.
type class struct{ kind, how string }

// Points makes the tiles of reported points: points that stand close together at a zoom are drawn as one cluster with their
// number. It is immutable and safe for concurrent use; With makes the next one out of it and shares what did not change.
//
// Points lie in the order of Morton's curve, on which every tile, and every square of it that a cluster may fill, is one run: nothing is built
// for a zoom, a tile reads its run.
type Points struct {
	classes []class
	counts  []int   // of each class
	leaves  []*leaf // none empty, in the order of the curve
	n       int
	bounds  geo.Bounds // of all points that there have been
}

// NewPoints makes a set. Of two points of one kind and id both are drawn: names are the caller's to keep apart.
func NewPoints(points []Point) *Points {
	return (&Points{bounds: geo.EmptyBounds()}).With(nil, points)
}

// Len is the number of points.
func (p *Points) Len() int { return p.n }

// PointCount is how many points of a kind came to their grid in one way.
type PointCount struct {
	Kind, How string
	Count     int
}

// Counts are the numbers of points, by kind and then how; none is 0.
func (p *Points) Counts() []PointCount { return p.Only().Counts() }

// With is the set without the points that gone finds and with those that came. What it costs grows with the change: leaves that
// hold no point of either are taken over.
func (p *Points) With(gone []PointRef, came []Point) *Points {
	next := &Points{classes: p.classes, counts: slices.Clone(p.counts), bounds: p.bounds}
	add := make([]entry, len(came))
	numbers := maps.Collect(func(yield func(class, uint32) bool) {
		for i, c := range p.classes {
			yield(c, uint32(i))
		}
	})
	for i, q := range came {
		c := class{q.Kind, q.How}
		number, known := numbers[c]
		if !known {
			number = uint32(len(next.classes))
			numbers[c] = number
			next.classes = append(slices.Clip(next.classes), c)
			next.counts = append(next.counts, 0)
		}
		code, _ := strconv.ParseUint(q.Grid, 10, 64)
		add[i] = entry{spotOf(placeUnit(q.At, crs.CGCS2000)), number, code, q.ID}
		next.counts[number]++
		next.bounds = next.bounds.Extend(q.At)
	}
	slices.SortFunc(add, next.compare)

	type name struct{ kind, id string }
	away := map[spot][]name{}
	touched := make([]spot, 0, len(gone))
	for _, g := range gone {
		s := spotOf(placeUnit(g.At, crs.CGCS2000))
		away[s] = append(away[s], name{g.Kind, g.ID})
		touched = append(touched, s)
	}
	slices.Sort(touched)

	for i, l := range p.leaves {
		// The leaf takes what lies before the next one; the first also what lies before itself, the last all the rest.
		end := spot(math.MaxUint64)
		if i+1 < len(p.leaves) {
			end = p.leaves[i+1].spots[0]
		}
		own, _ := slices.BinarySearchFunc(add, end, func(e entry, s spot) int { return cmp.Compare(e.spot, s) })
		hit, _ := slices.BinarySearch(touched, l.spots[0])
		if own == 0 && (hit == len(touched) || touched[hit] > l.spots[l.len()-1]) {
			next.leaves = append(next.leaves, l)
			continue
		}
		merged, rest := make([]entry, 0, l.len()+own), add[:own]
		for i := range l.len() {
			e := l.entry(i)
			if names := away[e.spot]; len(names) > 0 {
				if j := slices.Index(names, name{next.classes[e.class].kind, e.id}); j >= 0 {
					away[e.spot] = slices.Delete(names, j, j+1)
					next.counts[e.class]--
					continue
				}
			}
			for len(rest) > 0 && next.compare(rest[0], e) < 0 {
				merged, rest = append(merged, rest[0]), rest[1:]
			}
			merged = append(merged, e)
		}
		merged = append(merged, rest...)
		next.leaves = append(next.leaves, newLeaves(merged)...)
		add = add[own:]
	}
	next.leaves = append(next.leaves, newLeaves(add)...)
	for _, n := range next.counts {
		next.n += n
	}
	return next
}

// compare orders points on the curve; those of one place by what names them, so that the order of arrival is not seen.
func (p *Points) compare(a, b entry) int {
	if a.spot != b.spot {
		return cmp.Compare(a.spot, b.spot)
	}
	c, d := p.classes[a.class], p.classes[b.class]
	return cmp.Or(cmp.Compare(c.kind, d.kind), cmp.Compare(a.id, b.id), cmp.Compare(c.how, d.how), cmp.Compare(a.grid, b.grid))
}

// runs calls do with every run of points of a part of the curve: points from ≤ i < to of a leaf.
func (p *Points) runs(from, to spot, do func(l *leaf, from, to int)) {
	// Points of one place may fill several leaves: the first that can hold a place is the one before the first that begins with it.
	i, _ := slices.BinarySearchFunc(p.leaves, from, func(l *leaf, s spot) int { return cmp.Compare(l.spots[0], s) })
	for i = max(i-1, 0); i < len(p.leaves) && p.leaves[i].spots[0] < to; i++ {
		if l := p.leaves[i]; l.spots[l.len()-1] >= from {
			do(l, l.first(from), l.first(to))
		}
	}
}
