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
}

// BuildingsInput are so many buildings, by their position. Where is asked again for each datum in which tiles are drawn, so that nothing
// is held twice: both must be safe for concurrent use and always give the same.
type BuildingsInput struct {
	Len   int
	About func(i int) Building
	Where func(i int) (footprint geo.MultiPolygon, p geo.Point) // no footprint: known by its point alone
}

// Buildings makes the tiles of buildings. It is safe for concurrent use.
type Buildings struct {
	in     BuildingsInput
	values *valueTable
	attrs  rows
	bounds geo.Bounds
	plans  [datums]func() *buildingPlan
}

// buildingPlan is the buildings in one datum. Unlike borders they are drawn in units for each tile: there are
// many, they are small, and a tile shows few of them.
type buildingPlan struct {
	sites sites // the place is that of the label
	index index // of all that is drawn of a building, in units of MaxZoom
}

// NewBuildings takes over buildings, and makes ready what tiles in CGCS2000 are drawn from.
func NewBuildings(in BuildingsInput) *Buildings {
	b := &Buildings{in: in, values: newValueTable(), attrs: newRows(len(buildingKeys), in.Len), bounds: geo.EmptyBounds()}
	for d := range b.plans {
		b.plans[d] = sync.OnceValue(func() *buildingPlan { return b.newPlan(crs.Datum(d)) })
	}
	var plan sync.WaitGroup
	plan.Go(func() { b.plans[crs.CGCS2000]() })
	defer plan.Wait()
	for i := range in.Len {
		about := in.About(i)
		b.attrs.ids = b.values.add(b.attrs.ids,
			text(about.Code), text(about.Name), text(about.Address), text(about.Number), text(about.Use), num(about.Households), num(about.Storeys))
		footprint, p := in.Where(i)
		b.bounds = b.bounds.Union(footprint.Bounds()).Extend(p)
	}
	b.values.seal()
	return b
}

func (b *Buildings) newPlan(d crs.Datum) *buildingPlan {
	p := &buildingPlan{}
	boxes := make([]box, b.in.Len)
	var o outline
	var closed []geo.Point
	for i := range boxes {
		footprint, point := b.in.Where(i)
		label := project(labelPlace(footprint, point), d)
		o.reset()
		closed = o.project(footprint, d, fineShift(MaxZoom), closed)
		p.sites.add(label, &o)
		boxes[i] = emptyBox().extend(label.at(fineShift(MaxZoom)))
		for _, f := range o.pts {
			boxes[i] = boxes[i].extend(f.at(fineShift(MaxZoom)))
		}
	}
	p.sites.seal()
	p.index = newIndex(boxes)
	return p
}

// labelPlace is the centroid of the footprint where it lies inside, else the building's point.
func labelPlace(footprint geo.MultiPolygon, point geo.Point) geo.Point {
	if len(footprint) == 0 || len(footprint[0]) == 0 || len(footprint[0][0]) < 3 {
		return point
	}
	ring := footprint[0][0]
	o := ring[0]
	var sx, sy, area float64
	for i := 2; i < len(ring); i++ {
		c := float64(geo.Orient(o, ring[i-1], ring[i]))
		sx += c * (float64(ring[i-1].X-o.X) + float64(ring[i].X-o.X))
		sy += c * (float64(ring[i-1].Y-o.Y) + float64(ring[i].Y-o.Y))
		area += c
	}
	p := geo.Point{X: o.X + int32(sx/(3*area)), Y: o.Y + int32(sy/(3*area))}
	if !footprint.Contains(p) {
		return point
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
	labels := p.labels[:0]
	out := p.begin("buildings", b.values, buildingKeys)
	p.found = plan.index.search(p.found[:0], p.clip.box.to(z, MaxZoom))
	for _, i := range p.found {
		label := plan.sites.at(i, &p.outline).at(p.round.shift)
		if p.holds(label) && (z >= buildingLabelZoom || len(p.outline.pts) == 0) {
			labels = append(labels, mark{label, i})
		}
		s := p.round.round(p.outline)
		out.polygons(p.clip.polygons(s, s.bounds()), b.attrs.at(i))
	}
	dst = out.encode(dst)

	out = p.begin("buildings_label", b.values, buildingKeys)
	for _, l := range labels {
		out.point(l.at, b.attrs.at(l.of))
	}
	p.labels = labels
	return out.encode(dst), nil
}

var buildingKeys = []string{"code", "name", "address", "number", "use", "households", "storeys"}
