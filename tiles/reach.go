package tiles

import (
	"iter"
	"sync"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// A set says of a tile whether it, or any tile below it, may show something: whoever wants all tiles of a set goes down from tile 0/0/0
// and turns back where the answer is no. The answer comes from the boxes of the features alone. It is never no where something is drawn; it may be yes
// where nothing is, because the shape does not fill its box or is not drawn at that zoom.

// reach finds boxes of features, in units of MaxZoom, by datum.
type reach [datums]func() *index

// reachMargin is how far, in units of a tile's zoom, what is drawn may lie outside of its feature's box beside the tile's buffer: simplified and
// rounded borders leave their true place by a few units.
const reachMargin = 16

func (r *reach) init(bounds iter.Seq[geo.Bounds]) {
	for d := range r {
		r[d] = sync.OnceValue(func() *index {
			var boxes []box
			for b := range bounds {
				if !b.Empty() {
					boxes = append(boxes, boxOf(b, crs.Datum(d)))
				}
			}
			ix := newIndex(boxes)
			return &ix
		})
	}
}

// boxOf is a box of the lattice in units of MaxZoom.
func boxOf(b geo.Bounds, d crs.Datum) box {
	margin := 0.0
	if d == crs.GCJ02 || d == crs.BD09 {
		margin = datumMargin
	}
	west, south := crs.FromCGCS2000(d, b.Min.Lon(), b.Min.Lat())
	east, north := crs.FromCGCS2000(d, b.Max.Lon(), b.Max.Lat())
	shift := fineShift(MaxZoom)
	return emptyBox().
		extend(mercator(west-margin, north+margin, crs.CGCS2000).at(shift)).
		extend(mercator(east+margin, south-margin, crs.CGCS2000).at(shift))
}

// wider is what a tile and all tiles below it show, in units of MaxZoom, and the datum in which it is looked for; false where there is no such tile.
func wider(z, x, y uint32, d crs.Datum) (box, crs.Datum, bool) {
	if !Valid(z, x, y) || int(d) >= datums {
		return box{}, d, false
	}
	if d == crs.WGS84 {
		d = crs.CGCS2000
	}
	b := tileBox(x, y)
	b.min.x, b.min.y, b.max.x, b.max.y = b.min.x-reachMargin, b.min.y-reachMargin, b.max.x+reachMargin, b.max.y+reachMargin
	return b.to(z, MaxZoom), d, true
}

// Reaches reports whether the tile or one below it may show something of the net; false where there is no such tile.
func (n *Net) Reaches(z, x, y uint32, d crs.Datum) bool {
	b, d, ok := wider(z, x, y, d)
	return ok && n.reach[d]().any(b)
}

// Reaches reports whether the tile or one below it may show something of the base map; false where there is no such tile.
func (b *Base) Reaches(z, x, y uint32, d crs.Datum) bool {
	at, d, ok := wider(z, x, y, d)
	return ok && b.reach[d]().any(at)
}

// Reaches reports whether the tile or one below it may show a building; false where there is no such tile.
func (b *Buildings) Reaches(z, x, y uint32, d crs.Datum) bool {
	at, d, ok := wider(z, x, y, d)
	return ok && b.plans[d]().index.any(at)
}

// faceBounds are the boxes of the grids, part by part.
func (n *Net) faceBounds(yield func(geo.Bounds) bool) {
	c := n.divisions[Grid].Coverage
	for i := range c.Len() {
		for _, part := range c.Face(i) {
			if !yield(geo.MultiPolygon{part}.Bounds()) {
				return
			}
		}
	}
}

// featureBounds are the boxes of the features, part by part.
func (b *Base) featureBounds(yield func(geo.Bounds) bool) {
	for _, features := range b.features {
		for _, f := range features {
			for _, part := range f.Shape {
				if !yield(geo.MultiPolygon{part}.Bounds()) {
					return
				}
			}
			for _, line := range f.Lines {
				bounds := geo.EmptyBounds()
				for _, p := range line {
					bounds = bounds.Extend(p)
				}
				if !yield(bounds) {
					return
				}
			}
		}
	}
}
