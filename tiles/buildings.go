package tiles

import (
	"sync"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// Zooms from which buildings, and the labels of those that have a footprint, are drawn. A building known by its point alone
// has its label from the first zoom on, for there is nothing else to see of it.
const (
	buildingZoom      = 14
	buildingLabelZoom = 16
)

// Building is what a tile says of a building.
type Building struct {
	Code, Name string
	Address    string
	Number     string // of the house in its street
	Use        string
	Households int
	Storeys    int
	Footprint  geo.MultiPolygon // nil: known by its point alone
	Point      geo.Point
}

// Buildings makes the tiles of buildings. It is safe for concurrent use.
type Buildings struct {
	items  []Building
	values *valueTable
	attrs  rows
	bounds geo.Bounds
	plans  [datums]func() *buildingPlan
}

// buildingPlan is the buildings in one datum. Unlike borders they are drawn in units for each tile: there are
// many, they are small, and a tile shows few of them.
type buildingPlan struct {
	outlines []outline
	index    index // in units of MaxZoom
	labels   *points
}

// NewBuildings takes over buildings.
func NewBuildings(items []Building) *Buildings {
	b := &Buildings{values: newValueTable(), items: items, bounds: geo.EmptyBounds()}
	b.attrs.width = len(buildingKeys)
	for _, i := range items {
		b.attrs.ids = b.values.add(b.attrs.ids,
			text(i.Code), text(i.Name), text(i.Address), text(i.Number), text(i.Use), num(i.Households), num(i.Storeys))
		b.bounds = b.bounds.Union(i.Footprint.Bounds()).Extend(i.Point)
	}
	b.values.seal()
	for d := range b.plans {
		b.plans[d] = sync.OnceValue(func() *buildingPlan { return b.newPlan(crs.Datum(d)) })
	}
	return b
}

func (b *Buildings) newPlan(d crs.Datum) *buildingPlan {
	p := &buildingPlan{outlines: make([]outline, len(b.items))}
	boxes := make([]box, len(b.items))
	places := make([]geo.Point, len(b.items))
	for i, item := range b.items {
		o := projectShape(item.Footprint, d, fineShift(MaxZoom))
		p.outlines[i], boxes[i] = o, emptyBox()
		for _, f := range o.pts {
			boxes[i] = boxes[i].extend(f.at(fineShift(MaxZoom)))
		}
		places[i] = labelPlace(item)
	}
	p.index, p.labels = newIndex(boxes), newPoints(places, d)
	return p
}

// labelPlace is the centroid of the footprint where it lies inside, else the building's point.
func labelPlace(b Building) geo.Point {
	if len(b.Footprint) == 0 || len(b.Footprint[0]) == 0 || len(b.Footprint[0][0]) < 3 {
		return b.Point
	}
	ring := b.Footprint[0][0]
	o := ring[0]
	var sx, sy, area float64
	for i := 2; i < len(ring); i++ {
		c := float64(geo.Orient(o, ring[i-1], ring[i]))
		sx += c * (float64(ring[i-1].X-o.X) + float64(ring[i].X-o.X))
		sy += c * (float64(ring[i-1].Y-o.Y) + float64(ring[i].Y-o.Y))
		area += c
	}
	p := geo.Point{X: o.X + int32(sx/(3*area)), Y: o.Y + int32(sy/(3*area))}
	if !b.Footprint.Contains(p) {
		return b.Point
	}
	return p
}

// Tile is tile z/x/y of the buildings as an uncompressed Mapbox Vector Tile; nil where nothing is drawn.
func (b *Buildings) Tile(z, x, y uint32, d crs.Datum) ([]byte, error) {
	return b.AppendTile(nil, z, x, y, d)
}

// AppendTile appends tile z/x/y to dst, nothing where nothing is drawn.
func (b *Buildings) AppendTile(dst []byte, z, x, y uint32, d crs.Datum) ([]byte, error) {
	p, err := takePen(z, x, y, d)
	if err != nil {
		return dst, err
	}
	defer p.put()
	if z < buildingZoom {
		return dst, nil
	}
	plan := b.plans[p.datum]()
	out := p.begin("buildings", b.values, buildingKeys)
	p.found = plan.index.search(p.found[:0], p.clip.box.to(z, MaxZoom))
	for _, i := range p.found {
		s := p.round.round(plan.outlines[i])
		out.polygons(p.clip.polygons(s, s.bounds()), b.attrs.at(i))
	}
	dst = out.encode(dst)

	out = p.begin("buildings_label", b.values, buildingKeys)
	plan.labels.in(p, func(i int32, at pt) {
		if z >= buildingLabelZoom || len(plan.outlines[i].pts) == 0 {
			out.point(at, b.attrs.at(i))
		}
	})
	return out.encode(dst), nil
}

var buildingKeys = []string{"code", "name", "address", "number", "use", "households", "storeys"}
