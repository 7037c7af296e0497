package tiles

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// Squares in which points are counted together: a tile has 2^split on a side. On a screen of 512 pixels a tile they
// are 64 pixels wide in a view of the district, 32 among streets, and 16, which is what stands at one address, among houses.
func split(z uint32) uint32 {
	switch {
	case z < 15:
		return 3
	case z < 17:
		return 4
	}
	return 5
}

// clusterRadius is that of the disc, in units, that a client draws for a cluster of n points: 14, 18 and 24 pixels.
func clusterRadius(n int) int32 {
	const pixel = Extent / 512
	switch {
	case n < 10:
		return 14 * pixel
	case n < 50:
		return 18 * pixel
	}
	return 24 * pixel
}

// CodeRange are codes of grids, as numbers of 15 digits: From ≤ code < To.
type CodeRange struct{ From, To uint64 }

// PointTiles are the tiles of those points of a set that have one of some kinds, and lie in some grids.
type PointTiles struct {
	of     *Points
	drawn  []bool   // by class
	kinds  []string // of the classes that are drawn, in order
	kindOf []int    // by class
	within []CodeRange
	all    bool // of whatever grid, or none
}

// Within selects the points of grids whose codes are in one of the ranges, which are ascending; none outside of the net.
func (t *PointTiles) Within(ranges []CodeRange) *PointTiles {
	part := *t
	part.within, part.all = ranges, false
	return &part
}

// holds reports whether a point of a grid, 0 for none, is one of those selected.
func (t *PointTiles) holds(code uint64) bool {
	if t.all {
		return true
	}
	i, found := slices.BinarySearchFunc(t.within, code, func(r CodeRange, code uint64) int { return cmp.Compare(r.From, code) })
	return found || i > 0 && code < t.within[i-1].To
}

// Only selects the points of some kinds; all points without any.
func (p *Points) Only(kinds ...string) *PointTiles {
	t := &PointTiles{of: p, all: true, drawn: make([]bool, len(p.classes)), kindOf: make([]int, len(p.classes))}
	for i, c := range p.classes {
		if t.drawn[i] = len(kinds) == 0 || slices.Contains(kinds, c.kind); t.drawn[i] {
			t.kinds = append(t.kinds, c.kind)
		}
	}
	slices.Sort(t.kinds)
	t.kinds = slices.Compact(t.kinds)
	for i, c := range p.classes {
		t.kindOf[i], _ = slices.BinarySearch(t.kinds, c.kind)
	}
	return t
}

// Tile is tile z/x/y as an uncompressed Mapbox Vector Tile; nil where nothing is drawn. Every point is in exactly one tile of a zoom, by
// itself in layer points or counted in one feature of layer clusters.
func (t *PointTiles) Tile(z, x, y uint32, d crs.Datum) ([]byte, error) {
	return t.AppendTile(nil, z, x, y, d)
}

// AppendTile appends tile z/x/y to dst, nothing where nothing is drawn.
func (t *PointTiles) AppendTile(dst []byte, z, x, y uint32, d crs.Datum) ([]byte, error) {
	p, err := takePen(z, x, y, d)
	if err != nil {
		return dst, err
	}
	defer p.put()
	return p.points.draw(dst, p, t), nil
}

// in calls do for the points that lie in a square in a datum, in the order of the curve there. moved is memory to work in.
func (t *PointTiles) in(q quad, d crs.Datum, moved *[]movedPoint, do func(s spot, l *leaf, i int)) {
	from, to := q.span()
	if d == crs.CGCS2000 {
		t.runs(from, to, func(l *leaf, i int) { do(l.spots[i], l, i) })
		return
	}
	found := (*moved)[:0]
	for _, part := range t.around(q) {
		a, b := part.span()
		t.runs(a, b, func(l *leaf, i int) {
			if s := l.spots[i].in(d); from <= s && s < to {
				found = append(found, movedPoint{s, l, i})
			}
		})
	}
	slices.SortStableFunc(found, func(a, b movedPoint) int { return cmp.Compare(a.s, b.s) })
	for _, m := range found {
		do(m.s, m.l, m.i)
	}
	*moved = found
}

// movedPoint is a point with its place in a datum.
type movedPoint struct {
	s spot
	l *leaf
	i int
}

// runs calls do for the points that are drawn of a part of the curve.
func (t *PointTiles) runs(from, to spot, do func(l *leaf, i int)) {
	t.of.runs(from, to, func(l *leaf, a, b int) {
		for i := a; i < b; i++ {
			if t.drawn[l.classes[i]] && t.holds(l.grids[i]) {
				do(l, i)
			}
		}
	})
}

// datumReach is farther than any datum carries a place away from where it is in CGCS2000, in units of MaxZoom: 0.02° in the north of China.
const datumReach = 1 << 17

// around are squares that together cover a square and what lies within datumReach of it.
func (t *PointTiles) around(q quad) []quad {
	level := min(q.level, spotBits-17)
	side := int64(1) << (spotBits - level)
	at := spot(q.number << (2 * (spotBits - q.level))).at()
	own := int64(1) << (spotBits - q.level)
	last := int64(1)<<level - 1
	var squares []quad
	for y := max((int64(at.y)-datumReach)/side, 0); y <= min((int64(at.y)+own+datumReach)/side, last); y++ {
		for x := max((int64(at.x)-datumReach)/side, 0); x <= min((int64(at.x)+own+datumReach)/side, last); x++ {
			squares = append(squares, tileQuad(level, uint32(x), uint32(y)))
		}
	}
	return squares
}

// in is the same place in a datum.
func (s spot) in(d crs.Datum) spot {
	lon, lat := centreOf(s.at(), fineShift(MaxZoom)).degrees()
	return spotOf(inWorld(mercator(lon, lat, d).at(fineShift(MaxZoom))))
}

// tally counts the points of each class, and bounds them.
func (t *PointTiles) tally() (counts []int, bounds geo.Bounds) {
	if t.all {
		return t.of.counts, t.of.bounds
	}
	counts, bounds = make([]int, len(t.of.classes)), geo.EmptyBounds()
	for _, l := range t.of.leaves {
		for i, s := range l.spots {
			if !t.holds(l.grids[i]) {
				continue
			}
			counts[l.classes[i]]++
			lon, lat := centreOf(s.at(), fineShift(MaxZoom)).degrees()
			if p, ok := geo.FromDegrees(lon, lat); ok {
				bounds = bounds.Extend(p)
			}
		}
	}
	return counts, bounds
}

// Counts are the numbers of points of all kinds, by kind and then how; none is 0.
func (t *PointTiles) Counts() []PointCount {
	numbers, _ := t.tally()
	var counts []PointCount
	for i, c := range t.of.classes {
		if numbers[i] > 0 {
			counts = append(counts, PointCount{c.kind, c.how, numbers[i]})
		}
	}
	slices.SortFunc(counts, func(a, b PointCount) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.How, b.How)) })
	return counts
}

// TileJSON describes the tiles.
func (t *PointTiles) TileJSON(d crs.Datum) TileJSON {
	there := make([]bool, len(t.kinds))
	counts, bounds := t.tally()
	for i := range t.of.classes {
		if t.drawn[i] && counts[i] > 0 {
			there[t.kindOf[i]] = true
		}
	}
	keys := slices.Clone(clusterKeys)
	for k, kind := range t.kinds {
		if there[k] {
			keys = append(keys, kindKey+kind)
		}
	}
	return newTileJSON(bounds, d, []VectorLayer{
		vectorLayer("points", 0, fields(pointKeys)), vectorLayer("clusters", 0, fields(nil, keys...)),
	})
}
