package demo

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// District is a whole district, as an import would make it: ready to be stored and published.
type District struct {
	Net       *grid.Net
	Buildings []grid.Building // by code
	Base      []grid.Feature
	Names     []grid.Named // the register of official names
	Note      string       // what is real and what invented; belongs to every copy
}

// note is the sentence that goes with the data.
const note = "示例数据：城区、镇街和村社区的名称与代码取自公开的统计用区划代码，其余（界线、河道、道路、地名、建筑、门牌、户数、网格）均为虚构。" +
	" Sample data: the names and codes of the divisions are those of the public code list; everything else is invented."

// Generate makes the model district of a seed. The same seed gives the same district on every machine.
//
// In one drawing of fifty the border touches itself; then, as with any other that cannot be divided as it should, the seed's
// next drawing is taken.
func Generate(seed uint64) *District {
	register := officialNames()
	for try := uint64(0); ; try++ {
		s := seed
		if try > 0 {
			s = mix(seed ^ mix(try))
		}
		if p, ok := survey(s); ok {
			if d, ok := p.settleNet(register); ok {
				return d
			}
		}
	}
}

// survey draws the street plan: each stage draws on what the earlier ones left. ok is false where the frame touches itself.
func survey(seed uint64) (p *plan, ok bool) {
	f := newFrame(seed)
	g := newGraph()
	rv, ok := f.draw(g)
	if !ok {
		return nil, false
	}
	m := newMesh(f, g)
	m.drain()
	m.floodLakes()
	sites := m.openGates(m.settle())
	trunk := m.layRoutes(sites)
	m.relax(sites)
	m.draw(g, class.isWater)
	m.reachMouths(g)
	ring := f.ringExpressway(g, rv)
	m.draw(g, func(c class) bool { return c.isStreet() || c == rail })
	m.extendTrunks(g, trunk)
	bridges := f.layArterials(g, ring)
	m.enterTown(g, sites)
	f.cutRiver(g, rv, bridges)
	m.ringVillages(g, sites)
	g.prune()
	g.linkIslands(rv.midstream[0])
	return m.divide(g, sites, bridges), true
}

// settleNet builds on the plan, weaves the net over it, and names everything. ok is false where the net is not what it should be.
func (p *plan) settleNet(register []grid.Named) (d *District, ok bool) {
	p.dedicate()
	buildings := p.build()
	w, ok := p.weaveGrids(buildings)
	if !ok || !w.hasAllCategories() {
		return nil, false
	}
	towns := towns(register)
	var counts []int
	for _, t := range towns {
		counts = append(counts, len(t.communities))
	}
	communities, ok := w.gatherCommunities(counts)
	if !ok {
		return nil, false
	}
	each := make([]int, len(p.blocks))
	for i := range each {
		each[i] = i
	}
	blockShapes, ok := p.outlines(each, len(each))
	if !ok {
		return nil, false
	}
	roads, roadOf := p.roads()
	p.nameRoads(roads, p.bridges[0].street)
	p.nameSites(register)
	p.namePlaces()
	codes, net := w.net(register, towns, communities)
	if net == nil {
		return nil, false
	}
	return &District{
		Net:       net,
		Buildings: w.register(codes, p.addresses(buildings, roads, roadOf), p.buildingNames(buildings)),
		Base:      p.baseMap(blockShapes, roads, buildings),
		Names:     register,
		Note:      note,
	}, true
}

// hasAllCategories reports whether there are grids of all nine.
func (w *weave) hasAllCategories() bool {
	return !slices.ContainsFunc(grid.Categories(), func(c grid.Category) bool {
		return !slices.ContainsFunc(w.tracts, func(t tract) bool { return t.category == c })
	})
}

// register makes the records of the buildings: the codes of a community are numbered grid by grid, block by block.
func (w *weave) register(codes []grid.Code, addresses, names []string) []grid.Building {
	type entry struct {
		building int
		grid     grid.Code
	}
	var entries []entry
	for i, b := range w.buildings {
		if b.use != sportsUse {
			entries = append(entries, entry{i, codes[w.tractOf[b.block]]})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.grid, b.grid) })
	records := make([]grid.Building, len(entries))
	serial := 0
	for k, e := range entries {
		if k > 0 && entries[k-1].grid.Parent() != e.grid.Parent() {
			serial = 0
		}
		serial++
		b := &w.buildings[e.building]
		ring := b.corners()
		records[k] = grid.Building{
			ID:         fmt.Sprintf("demo-%05d", e.building+1),
			Code:       grid.Code(fmt.Sprintf("%s%05d", e.grid.Parent(), serial)),
			Name:       names[e.building],
			Address:    addresses[e.building],
			Footprint:  ringShape(ring[:]),
			Point:      b.at.lattice(),
			Households: b.homes,
			Storeys:    b.storeys,
			Use:        string(b.use),
			Area:       e.grid,
		}
	}
	return records
}
