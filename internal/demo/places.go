package demo

import (
	"slices"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// place is what has a dedicated grid of its own: an industrial park, a shopping area, a school …
type place struct {
	category grid.Category
	name     string
	at       vec
	area     float64 // m²
}

// parkMost is the largest industrial park that still takes in the superblock next to it, in m²; parkReach is how far off
// that may lie, in metres.
const (
	parkMost  = 700000
	parkReach = 750.0
)

// single says which blocks become places of a category, one block each.
type single struct {
	category grid.Category
	count    int
	zones    []zone
	lo, hi   float64 // area, m²
	apart    float64 // metres
}

var singles = []single{
	{grid.School, 18, []zone{slabZone, towerZone, commerceZone}, 16000, 45000, 620},
	{grid.School, 3, []zone{marketZone}, 11000, 30000, 2000},
	{grid.Hospital, 5, []zone{slabZone, towerZone, commerceZone, officeZone}, 15000, 45000, 1500},
	{grid.Hospital, 2, []zone{marketZone}, 9000, 30000, 3000},
	{grid.Institution, 12, []zone{slabZone, officeZone, commerceZone}, 13000, 40000, 700},
	{grid.Security, 5, []zone{commerceZone, officeZone, urbanVillage, towerZone}, 9000, 40000, 1200},
}

// Shopping areas and office quarters take whole superblocks, so many of each.
const supersOfEach = 9

// dedicate chooses the places, before there are buildings: parks, shopping areas and office quarters are superblocks, the
// others single blocks.
func (p *plan) dedicate() {
	r := newRandom(p.seed, "places", 0)
	p.dedicateSupers(r)
	order := make([]int, len(p.blocks))
	for i := range order {
		order[i] = i
	}
	shuffle(r, order)
	for _, s := range singles {
		var taken []vec
		for _, i := range order {
			b := &p.blocks[i]
			if len(taken) == s.count {
				break
			}
			if b.place >= 0 || b.area < s.lo || b.area > s.hi || !slices.Contains(s.zones, b.zone) {
				continue
			}
			if len(taken) == 0 || taken[nearest(taken, b.centre)].dist(b.centre) >= s.apart {
				taken = append(taken, b.centre)
				p.dedicateTo(s.category, []int{i})
			}
		}
	}
}

// dedicateSupers goes through the superblocks in random order.
func (p *plan) dedicateSupers(r *random) {
	supers := p.supers()
	shuffle(r, supers)
	count := map[grid.Category]int{}
	for _, blocks := range supers {
		switch z := p.blocks[blocks[0]].zone; {
		case z == industryZone:
			p.dedicateIndustry(blocks)
		case z == commerceZone && count[grid.Mall] < supersOfEach:
			count[grid.Mall]++
			p.dedicateTo(grid.Mall, blocks)
		case z == officeZone && count[grid.Office] < supersOfEach:
			count[grid.Office]++
			p.dedicateTo(grid.Office, blocks)
		}
	}
}

// supers lists the blocks of each superblock.
func (p *plan) supers() [][]int {
	var supers [][]int
	for i, b := range p.blocks {
		if b.super > 0 {
			for len(supers) < b.super {
				supers = append(supers, nil)
			}
			supers[b.super-1] = append(supers[b.super-1], i)
		}
	}
	return supers
}

func (p *plan) dedicateTo(c grid.Category, blocks []int) {
	pl := place{category: c, at: p.middle(blocks)}
	for _, i := range blocks {
		p.blocks[i].place = len(p.places)
		pl.area += p.blocks[i].area
	}
	p.places = append(p.places, pl)
}

// dedicateIndustry adds a superblock to the nearest industrial park that it touches, else makes it one.
func (p *plan) dedicateIndustry(blocks []int) {
	at := p.middle(blocks)
	best, least := -1, parkReach
	for i, park := range p.places {
		if d := park.at.dist(at); park.category == grid.Industrial && park.area < parkMost && d < least {
			best, least = i, d
		}
	}
	touches := best >= 0 && slices.ContainsFunc(blocks, func(i int) bool {
		return slices.ContainsFunc(p.blocks[i].loop, func(h int32) bool {
			j := p.blockOf[h^1]
			return j >= 0 && p.blocks[j].place == best
		})
	})
	if !touches {
		p.dedicateTo(grid.Industrial, blocks)
		return
	}
	for _, i := range blocks {
		p.blocks[i].place = best
		p.places[best].area += p.blocks[i].area
	}
}

// middle is the mean of the centres of blocks.
func (p *plan) middle(blocks []int) vec {
	var sum vec
	for _, i := range blocks {
		sum = sum.add(p.blocks[i].centre)
	}
	return sum.mul(1 / float64(len(blocks)))
}
