package demo

import (
	"math"
	"strconv"
)

// addressReach is how far from its street a building may lie, in metres.
const addressReach = 160.0

// addresses gives every building its address: the nearest street with a name, else its village; a number that rises by two
// every 12 m, odd on the right and even on the left; and 栋 where several stand behind one number.
func (p *plan) addresses(buildings []building, roads []road, roadOf []int32) []string {
	gates := make([]string, len(buildings))
	behind := map[string]int{}
	homesteads := make([]int, len(p.sites))
	var near []int32
	for i := range buildings {
		b := &buildings[i]
		best, least := int32(-1), addressReach
		near = p.g.near(b.at, b.at, addressReach, near)
		for _, e := range near {
			if r := roadOf[e]; r < 0 || roads[r].class == expressway || roads[r].class == county {
				continue
			}
			a, c := p.g.ends(e)
			if d := toSegment(b.at, a, c); d < least {
				best, least = roadOf[e], d
			}
		}
		if best >= 0 {
			gates[i] = roads[best].name + strconv.Itoa(roads[best].number(b.at)) + "号"
		} else {
			s := p.nearestSite(b.at)
			homesteads[s]++
			gates[i] = p.sites[s].name + strconv.Itoa(homesteads[s]) + "号"
		}
		behind[gates[i]]++
	}
	unit := map[string]int{}
	for i, gate := range gates {
		if behind[gate] > 1 {
			unit[gate]++
			gates[i] = gate + strconv.Itoa(unit[gate]) + "栋"
		}
	}
	return gates
}

// number is the house number of a place on a road.
func (r *road) number(at vec) int {
	d := at.sub(r.origin)
	n := 2*int(max(0, d.dot(r.axis))/12) + 1
	if r.axis.cross(d) > 0 {
		n++
	}
	return n
}

func (p *plan) nearestSite(at vec) int {
	best, least := 0, math.Inf(1)
	for i, s := range p.sites {
		if d := s.at.dist(at); s.kind != gateSite && d < least {
			best, least = i, d
		}
	}
	return best
}

// buildingNames names the buildings of compounds and places; others have no name.
func (p *plan) buildingNames(buildings []building) []string {
	names := make([]string, len(buildings))
	compounds := p.compoundNames()
	count := map[string]int{}
	for _, b := range buildings {
		if owner := p.owner(&b, compounds); owner != "" {
			count[owner]++
		}
	}
	next := map[string]int{}
	for i := range buildings {
		owner := p.owner(&buildings[i], compounds)
		next[owner]++
		switch {
		case owner == "" || count[owner] == 1:
			names[i] = owner
		case p.blocks[buildings[i].block].place >= 0:
			names[i] = owner + strconv.Itoa(next[owner]) + "号楼"
		default:
			names[i] = owner + strconv.Itoa(next[owner]) + "栋"
		}
	}
	return names
}

// owner is the name of the place or compound to which a building belongs, "" if to none.
func (p *plan) owner(b *building, compounds []string) string {
	x := &p.blocks[b.block]
	switch {
	case b.use == sportsUse:
		return ""
	case x.place >= 0:
		return p.places[x.place].name
	case b.compound && x.super > 0:
		return compounds[x.super-1]
	}
	return ""
}
