package tiles

import (
	"fmt"
	"sync"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// datums is the number of datums; CGCS2000 and WGS 84 are one.
const datums = int(crs.BD09) + 1

// pen draws one tile. Its memory goes from one tile to the next, so that a tile leaves no garbage; not for concurrent use.
type pen struct {
	z, x, y uint32
	datum   crs.Datum
	origin  pt // upper left corner of the tile, in units of the zoom

	clip  clipper
	round rounder
	layer layer
	found []int32 // by an index
	line  shape   // put together from its pieces

	outline outline // unpacked
	labels  []mark
	points  pointDrawing
}

// mark is a label on its way into a layer.
type mark struct {
	at pt
	of int32 // feature
}

var pens = sync.Pool{New: func() any { return new(pen) }}

// takePen takes a pen for a tile, to be put back when it is drawn. It fails where the tile does not exist.
func takePen(z, x, y uint32, d crs.Datum) (*pen, error) {
	if !Valid(z, x, y) {
		return nil, fmt.Errorf("no tile %d/%d/%d: zoom is 0 to %d, x and y are below 2^zoom", z, x, y, MaxZoom)
	}
	if int(d) >= datums {
		return nil, fmt.Errorf("no tiles in datum %d", d)
	}
	if d == crs.WGS84 {
		d = crs.CGCS2000
	}
	p := pens.Get().(*pen)
	p.z, p.x, p.y, p.datum, p.origin = z, x, y, d, tileOrigin(x, y)
	p.clip.box, p.round.shift = tileBox(x, y), fineShift(z)
	return p, nil
}

// put gives the pen back. It holds nothing of the set that it drew.
func (p *pen) put() {
	p.layer.table = nil
	pens.Put(p)
}

// holds reports whether a place lies in the tile, which has its north and west sides and no other.
func (p *pen) holds(q pt) bool {
	return p.origin.x <= q.x && q.x < p.origin.x+Extent && p.origin.y <= q.y && q.y < p.origin.y+Extent
}

// begin starts a layer of the tile; the one before is to be encoded.
func (p *pen) begin(name string, table *valueTable, keys []string) *layer {
	p.layer.reset(name, p.origin, table, keys)
	return &p.layer
}

// find is what an index of the units of the zoom has in the tile, ascending; valid until the next call.
func (p *pen) find(ix *index) []int32 {
	p.found = ix.search(p.found[:0], p.clip.box)
	return p.found
}
