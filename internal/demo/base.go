package demo

import (
	"fmt"
	"math"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// riverName is the name of the real river; its course here is invented.
const riverName = "邕江"

// baseMap makes the base layers: streets, water, bridges, and blocks by land use.
type baseMap struct {
	*plan
	shapes   []geo.MultiPolygon // of the blocks
	features []grid.Feature
	count    map[grid.Layer]int
}

func (p *plan) baseMap(shapes []geo.MultiPolygon, roads []road, buildings []building) []grid.Feature {
	b := &baseMap{plan: p, shapes: shapes, count: map[grid.Layer]int{}}
	b.addStreets(roads)
	b.addWater()
	b.addBridges(roads)
	b.addBlocks(buildings)
	return b.features
}

// add gives a feature its id: the layer and a number.
func (b *baseMap) add(f grid.Feature) {
	b.count[f.Layer]++
	f.ID = fmt.Sprintf("%s-%05d", f.Layer, b.count[f.Layer])
	b.features = append(b.features, f)
}

// addStreets makes a feature of each road, and one of each connected line of the classes without names.
func (b *baseMap) addStreets(roads []road) {
	for _, r := range roads {
		b.add(grid.Feature{Layer: grid.Street, Class: classNames[r.class], Name: r.name, Lines: b.g.chains(r.edges)})
	}
	for _, c := range []class{rail, lane, village, track} {
		for _, line := range b.g.chains(b.g.edgesOf(c)) {
			b.add(grid.Feature{Layer: grid.Street, Class: classNames[c], Lines: [][]geo.Point{line}})
		}
	}
}

// addWater: the river between its banks, beyond the district's border too; lakes, named 水库; streams; ponds in parks.
func (b *baseMap) addWater() {
	b.add(grid.Feature{Layer: grid.Water, Class: "river", Name: riverName, Shape: ringShape(b.riverArea())})
	n := newNamer(b.seed, "lake names")
	for i, x := range b.blocks {
		if x.zone == lakeZone {
			b.add(grid.Feature{Layer: grid.Water, Class: "lake", Name: n.word(villageFirst, villageSecond) + "水库", Shape: b.shapes[i]})
		}
	}
	for _, line := range b.g.chains(b.g.edgesOf(stream)) {
		b.add(grid.Feature{Layer: grid.Water, Class: "stream", Lines: [][]geo.Point{line}})
	}
	for i, x := range b.blocks {
		if b.hasPond(&x) {
			b.add(grid.Feature{Layer: grid.Water, Class: "pond", Shape: ringShape(b.pond(i))})
		}
	}
}

// riverArea is the river between its banks, which flows on straight beyond the district at both ends.
func (b *baseMap) riverArea() []vec {
	const beyond = 500
	last := len(b.midstream) - 1
	west := b.midstream[0].sub(b.midstream[1]).unit().mul(beyond)
	east := b.midstream[last].sub(b.midstream[last-1]).unit().mul(beyond)
	area := append([]vec{b.bank[0].add(west)}, b.bank...)
	area = append(area, b.bank[last].add(east), b.farBank[last].add(east))
	for i := last; i >= 0; i-- {
		area = append(area, b.farBank[i])
	}
	return append(area, b.farBank[0].add(west))
}

// ringShape is the polygon of a ring on the plane, counter-clockwise.
func ringShape(ring []vec) geo.MultiPolygon {
	var r geo.Ring
	for _, p := range ring {
		if q := p.lattice(); len(r) == 0 || q != r[len(r)-1] {
			r = append(r, q)
		}
	}
	return geo.MultiPolygon{{r}}.Orient()
}

// hasPond: large parks that are not mere strips.
func (b *baseMap) hasPond(x *block) bool {
	round := 0.0
	for i, p := range x.ring {
		round += p.dist(x.ring[(i+1)%len(x.ring)])
	}
	return x.zone == parkZone && x.area > 50000 && x.area > float64(0.045*round*round)
}

// pond is a blob round a park's middle.
func (b *baseMap) pond(i int) []vec {
	const corners = 26
	x := &b.blocks[i]
	var ring []vec
	for k := range corners {
		u := direction(float64(2 * math.Pi / corners * float64(k)))
		swell := fractalNoise(b.seed+uint64(i), vec{3, 3}.add(u), 1.1, 1)
		ring = append(ring, x.centre.add(u.mul(float64(math.Sqrt(x.area)*(0.08+float64(0.30*swell))))))
	}
	return ring
}

// addBridges names a bridge after its street.
func (b *baseMap) addBridges(roads []road) {
	for _, x := range b.bridges {
		name := ""
		for _, r := range roads {
			if b.g.edges[r.edges[0]].street == x.street || slices.ContainsFunc(r.edges, func(e int32) bool { return b.g.edges[e].street == x.street }) {
				name = string([]rune(r.name)[:2]) + "大桥"
				break
			}
		}
		b.add(grid.Feature{Layer: grid.Bridge, Class: classNames[x.class], Name: name,
			Lines: [][]geo.Point{{x.from.lattice(), x.to.lattice()}}})
	}
}

// landUse is the class of the blocks of a zone; "" for water and hills: those are drawn by lakes and forests.
var landUse = map[zone]string{oldZone: "residential", slabZone: "residential", towerZone: "residential", urbanVillage: "residential",
	industryZone: "industry", commerceZone: "commercial", officeZone: "office", parkZone: "park", fringeZone: "field",
	villageZone: "village", marketZone: "residential", fieldZone: "field"}

// placeUse is the class of the blocks of a dedicated place.
var placeUse = map[grid.Category]string{grid.Industrial: "industry", grid.Office: "office", grid.Mall: "commercial", grid.School: "school",
	grid.Hospital: "hospital", grid.Institution: "public", grid.Security: "transport"}

// addBlocks: land use block by block, running tracks, and forests.
func (b *baseMap) addBlocks(buildings []building) {
	n := newNamer(b.seed, "park names")
	for i, x := range b.blocks {
		class, name := landUse[x.zone], ""
		if x.place >= 0 {
			class, name = placeUse[b.places[x.place].category], b.places[x.place].name
		} else if b.hasPond(&x) {
			name = n.stem() + "公园"
		}
		if class != "" {
			b.add(grid.Feature{Layer: grid.Block, Class: class, Name: name, Shape: b.shapes[i]})
		}
	}
	for i := range buildings {
		if x := &buildings[i]; x.use == sportsUse {
			b.add(grid.Feature{Layer: grid.Block, Class: "sports", Shape: ringShape(x.oval())})
		}
	}
	for _, shape := range b.forests() {
		b.add(grid.Feature{Layer: grid.Block, Class: "forest", Shape: shape})
	}
}

// oval is a running track: a rectangle with round ends.
func (b *building) oval() []vec {
	const corners = 8
	var ring []vec
	straight := b.hl - b.hw
	for _, end := range [2]float64{1, -1} {
		for k := range corners + 1 {
			u := direction(float64(math.Pi / corners * (float64(k) - corners/2))).mul(float64(end * b.hw))
			ring = append(ring, b.at.add(b.axis.mul(float64(end*straight)+u.x)).add(b.axis.left().mul(u.y)))
		}
	}
	return ring
}
