package tiles

import (
	"cmp"
	"maps"
	"slices"

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

// PointTiles are the tiles of those points of a set that have one of some kinds.
type PointTiles struct {
	of    *Points
	drawn []bool // by class
}

// Only selects the points of some kinds; all points without any.
func (p *Points) Only(kinds ...string) *PointTiles {
	t := &PointTiles{of: p, drawn: make([]bool, len(p.classes))}
	for i, c := range p.classes {
		t.drawn[i] = len(kinds) == 0 || slices.Contains(kinds, c.kind)
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
	draw := &pointDrawing{tiles: t, z: z, values: newValueTable(), kinds: map[string]int{}}
	level := z + split(z)
	g := gathering{numbers: make([]int, len(t.of.classes))}
	t.in(tileQuad(z, x, y), p.datum, func(s spot, l *leaf, i int) {
		if g.n == 0 || g.cell != s.within(level) {
			draw.add(&g)
			g.begin(s.within(level), s, l, i)
		}
		g.count(s, l.classes[i])
	})
	draw.add(&g)
	return draw.encode(dst, p), nil
}

// in calls do for the points that lie in a square in a datum, in the order of the curve there.
func (t *PointTiles) in(q quad, d crs.Datum, do func(s spot, l *leaf, i int)) {
	from, to := q.span()
	if d == crs.CGCS2000 {
		t.runs(from, to, func(l *leaf, i int) { do(l.spots[i], l, i) })
		return
	}
	// A point with its place in the datum.
	type moved struct {
		s spot
		l *leaf
		i int
	}
	var found []moved
	for _, part := range t.around(q) {
		a, b := part.span()
		t.runs(a, b, func(l *leaf, i int) {
			if s := l.spots[i].in(d); from <= s && s < to {
				found = append(found, moved{s, l, i})
			}
		})
	}
	slices.SortStableFunc(found, func(a, b moved) int { return cmp.Compare(a.s, b.s) })
	for _, m := range found {
		do(m.s, m.l, m.i)
	}
}

// runs calls do for the points that are drawn of a part of the curve.
func (t *PointTiles) runs(from, to spot, do func(l *leaf, i int)) {
	t.of.runs(from, to, func(l *leaf, a, b int) {
		for i := a; i < b; i++ {
			if t.drawn[l.classes[i]] {
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

// gathering is what lies in one square.
type gathering struct {
	cell        quad
	n           int
	x, y        int64 // sums
	first, last spot
	leaf        *leaf // of the first
	index       int   // of the first
	classes     []uint32
	numbers     []int // of each class of the set
}

func (g *gathering) begin(cell quad, s spot, l *leaf, i int) {
	for _, class := range g.classes {
		g.numbers[class] = 0
	}
	*g = gathering{cell: cell, first: s, leaf: l, index: i, classes: g.classes[:0], numbers: g.numbers}
}

func (g *gathering) count(s spot, class uint32) {
	at := s.at()
	g.n++
	g.x, g.y, g.last = g.x+int64(at.x), g.y+int64(at.y), s
	if g.numbers[class] == 0 {
		g.classes = append(g.classes, class)
	}
	g.numbers[class]++
}

// pointDrawing is a tile of points that is being drawn.
type pointDrawing struct {
	tiles    *PointTiles
	z        uint32
	values   *valueTable
	kinds    map[string]int // of the clusters: the position of each among the keys
	singles  []drawnPoint
	clusters []drawnPoint
}

type drawnPoint struct {
	at    pt
	attrs []uint32
	kinds map[string]uint32 // of a cluster: the number of each kind
}

// add draws what a square holds.
func (d *pointDrawing) add(g *gathering) {
	switch {
	case g.n == 0:
	case g.n == 1:
		c, at := d.tiles.of.classes[g.classes[0]], g.first.at()
		d.singles = append(d.singles, drawnPoint{
			at:    pt{at.x >> (MaxZoom - d.z), at.y >> (MaxZoom - d.z)},
			attrs: d.values.add(nil, text(c.kind), text(g.leaf.id(g.index)), text(g.leaf.grid(g.index)), text(c.how)),
		})
	default:
		kinds := map[string]int{}
		for _, class := range g.classes {
			kinds[d.tiles.of.classes[class].kind] += g.numbers[class]
		}
		numbers := map[string]uint32{}
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			d.kinds[kind] = 0
			numbers[kind] = d.values.add(nil, num(kinds[kind]))[0]
		}
		d.clusters = append(d.clusters, drawnPoint{at: g.place(d.z), attrs: d.values.add(nil, num(g.n), num(int(g.parts()))), kinds: numbers})
	}
}

// place is the middle of the points, in units of the zoom, as far from the sides of their square as the disc needs: discs do not overlap.
func (g *gathering) place(z uint32) pt {
	side := int32(Extent) >> split(z)
	corner := spot(g.cell.number << (2 * (spotBits - g.cell.level))).at()
	from := pt{corner.x >> (MaxZoom - z), corner.y >> (MaxZoom - z)}
	margin := min(clusterRadius(g.n), side/2-1)
	inner := func(sum int64, from int32) int32 {
		return min(max(int32(sum/int64(g.n))>>(MaxZoom-z), from+margin), from+side-1-margin)
	}
	return pt{inner(g.x, from.x), inner(g.y, from.y)}
}

// parts is the zoom from which the points no longer stand in one square; MaxZoom+1 if they always do.
func (g *gathering) parts() uint32 {
	apart := parting(g.first, g.last)
	for z := uint32(0); z <= MaxZoom; z++ {
		if z+split(z) >= apart {
			return z
		}
	}
	return MaxZoom + 1
}

// Attributes of points, and the first ones of clusters: they are followed by one for each kind, named kindKey and the kind.
var (
	pointKeys   = []string{"kind", "id", "grid", "how"}
	clusterKeys = []string{"count", "zoom"}
)

const kindKey = "kind:"

func (d *pointDrawing) encode(dst []byte, p *pen) []byte {
	keys := slices.Clone(clusterKeys)
	for _, kind := range slices.Sorted(maps.Keys(d.kinds)) {
		d.kinds[kind] = len(keys)
		keys = append(keys, kindKey+kind)
	}
	out := p.begin("points", d.values, pointKeys)
	for _, q := range d.singles {
		out.point(q.at, q.attrs)
	}
	dst = out.encode(dst)
	out = p.begin("clusters", d.values, keys)
	for _, q := range d.clusters {
		attrs := make([]uint32, len(keys))
		copy(attrs, q.attrs)
		for kind, number := range q.kinds {
			attrs[d.kinds[kind]] = number
		}
		out.point(q.at, attrs)
	}
	return out.encode(dst)
}

// TileJSON describes the tiles.
func (t *PointTiles) TileJSON(d crs.Datum) TileJSON {
	kinds := map[string]bool{}
	for i, c := range t.of.classes {
		if t.drawn[i] && t.of.counts[i] > 0 {
			kinds[kindKey+c.kind] = true
		}
	}
	keys := append(slices.Clone(clusterKeys), slices.Sorted(maps.Keys(kinds))...)
	return newTileJSON(t.of.bounds, d, []VectorLayer{
		vectorLayer("points", 0, fields(pointKeys)), vectorLayer("clusters", 0, fields(nil, keys...)),
	})
}
