package tiles

import (
	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// points are places that are drawn as points, each in exactly one tile of a zoom: that in which its unit lies.
type points struct {
	at    []fine
	index index // in units of MaxZoom
}

func newPoints(places []geo.Point, d crs.Datum) *points {
	p := &points{at: make([]fine, len(places))}
	boxes := make([]box, len(places))
	for i, q := range places {
		p.at[i] = project(q, d)
		u := p.at[i].at(fineShift(MaxZoom))
		boxes[i] = box{u, u}
	}
	p.index = newIndex(boxes)
	return p
}

// in calls do for the points of the tile of a pen, in their order.
func (p *points) in(tile *pen, do func(i int32, at pt)) {
	// A unit to spare on every side: rounding may carry a point into the tile.
	b := box{pt{tile.origin.x - 1, tile.origin.y - 1}, pt{tile.origin.x + Extent + 1, tile.origin.y + Extent + 1}}
	tile.found = p.index.search(tile.found[:0], b.to(tile.z, MaxZoom))
	for _, i := range tile.found {
		if u := p.at[i].at(fineShift(tile.z)); tile.holds(u) {
			do(i, u)
		}
	}
}
