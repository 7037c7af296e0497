package tiles

// pointDrawing is a tile of points in the making. It keeps its memory from one tile to the next.
type pointDrawing struct {
	of     *PointTiles
	z      uint32
	square gathering
	values *valueTable

	singles, clusters []mark   // of: their row
	singleRows        []uint32 // attributes: pointKeys
	clusterRows       []uint32 // clusterKeys, and of each kind its number, 0 for none
	there             []bool   // of each kind: some cluster has one
	numbers           []int    // of each kind, in one square
	keys              []string
	attrs             []uint32
	moved             []movedPoint
}

// Attributes of points, and the first ones of clusters: they are followed by one for each kind, named kindKey and the kind.
var (
	pointKeys   = []string{"kind", "id", "grid", "how"}
	clusterKeys = []string{"count", "zoom"}
)

const kindKey = "kind:"

// draw appends the tile of a pen.
func (d *pointDrawing) draw(dst []byte, p *pen, of *PointTiles) []byte {
	d.reset(of, p.z)
	level := p.z + split(p.z)
	g := &d.square
	of.in(tileQuad(p.z, p.x, p.y), p.datum, &d.moved, func(s spot, l *leaf, i int) {
		if g.n == 0 || g.cell != s.within(level) {
			d.add()
			g.begin(s.within(level), s, l, i)
		}
		g.count(s, l.classes[i])
	})
	d.add()
	dst = d.encode(dst, p)
	// Sets live as long as somebody reads them, not as long as pens.
	clear(d.moved)
	d.of, g.leaf = nil, nil
	return dst
}

func (d *pointDrawing) reset(of *PointTiles, z uint32) {
	d.of, d.z = of, z
	if d.values == nil {
		d.values = newValueTable()
	}
	d.values.reset()
	d.square = gathering{classes: d.square.classes[:0], numbers: zeroed(d.square.numbers, len(of.of.classes))}
	d.singles, d.clusters, d.singleRows, d.clusterRows = d.singles[:0], d.clusters[:0], d.singleRows[:0], d.clusterRows[:0]
	d.there, d.numbers = zeroed(d.there, len(of.kinds)), zeroed(d.numbers, len(of.kinds))
}

// add draws what the square holds.
func (d *pointDrawing) add() {
	g := &d.square
	switch {
	case g.n == 0:
	case g.n == 1:
		c, at := d.of.of.classes[g.classes[0]], g.first.at()
		d.singles = append(d.singles, mark{pt{at.x >> (MaxZoom - d.z), at.y >> (MaxZoom - d.z)}, int32(len(d.singles))})
		d.singleRows = d.values.add(d.singleRows, text(c.kind), text(g.leaf.id(g.index)), digits(g.leaf.grids[g.index]), text(c.how))
	default:
		d.clusters = append(d.clusters, mark{g.place(d.z), int32(len(d.clusters))})
		d.clusterRows = d.values.add(d.clusterRows, num(g.n), num(int(g.parts())))
		for _, class := range g.classes {
			d.numbers[d.of.kindOf[class]] += g.numbers[class]
		}
		for kind, n := range d.numbers {
			if n == 0 {
				d.clusterRows = append(d.clusterRows, 0)
				continue
			}
			d.clusterRows = d.values.add(d.clusterRows, num(n))
			d.there[kind], d.numbers[kind] = true, 0
		}
	}
}

func (d *pointDrawing) encode(dst []byte, p *pen) []byte {
	out := p.begin("points", d.values, pointKeys)
	singles := rows{len(pointKeys), d.singleRows}
	for _, m := range d.singles {
		out.point(m.at, singles.at(m.of))
	}
	dst = out.encode(dst)

	d.keys = append(d.keys[:0], clusterKeys...)
	for kind, name := range d.of.kinds {
		if d.there[kind] {
			d.keys = append(d.keys, kindKey+name)
		}
	}
	out = p.begin("clusters", d.values, d.keys)
	clusters := rows{len(clusterKeys) + len(d.there), d.clusterRows}
	for _, m := range d.clusters {
		row := clusters.at(m.of)
		d.attrs = append(d.attrs[:0], row[:len(clusterKeys)]...)
		for kind, id := range row[len(clusterKeys):] {
			if d.there[kind] {
				d.attrs = append(d.attrs, id)
			}
		}
		out.point(m.at, d.attrs)
	}
	return out.encode(dst)
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
