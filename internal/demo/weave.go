package demo

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// Grids of the district, and the households that a basic grid is to have.
const (
	gridCount  = 418
	homesLeast = 300
	homesMost  = 500
)

// tract is a grid on its way into the net.
type tract struct {
	category grid.Category
	place    int // −1 for a basic grid
	town     int // index in townSeats
	homes    int
}

// weave is the plan divided into grids.
type weave struct {
	*plan
	buildings []building
	tracts    []tract
	tractOf   []int // of each block
}

// weaveGrids divides the plan into exactly gridCount grids: one for each dedicated place, the others basic, shared out among
// the towns by households and grown in each from its cells. ok is false where the cells do not allow it.
func (p *plan) weaveGrids(buildings []building) (w *weave, ok bool) {
	c := p.gather()
	town := c.layTowns()
	basic := make([][]int, len(townSeats))
	homes := make([]float64, len(townSeats))
	for a, t := range town {
		if t < 0 {
			return nil, false
		}
		if c.place[a] < 0 {
			basic[t] = append(basic[t], a)
			homes[t] += c.weight[a]
		}
	}
	total := 0.0
	for _, h := range homes {
		total += h
	}
	n := gridCount - len(p.places)
	mean := total / float64(n)
	for t, n := range apportion(homes, n) {
		if !c.grow(basic[t], n, float64(mean*1.12)) {
			return nil, false
		}
		c.trade(basic[t], mean, mean/4.5, 0.25, 60)
		c.trade(basic[t], mean, mean/6.5, 0.04, 60)
	}
	w = &weave{plan: p, buildings: buildings, tractOf: make([]int, len(p.blocks))}
	index := map[int]int{}
	for i := range p.blocks {
		a := c.of[i]
		key := c.part[a]
		if c.place[a] >= 0 {
			key = -1 - c.place[a]
		}
		k, known := index[key]
		if !known {
			k = len(index)
			index[key] = k
			w.tracts = append(w.tracts, tract{place: c.place[a], town: town[a]})
		}
		w.tractOf[i] = k
	}
	w.calibrate(400 / mean)
	w.categorize()
	return w, len(w.tracts) == gridCount
}

// apportion shares n out by weight (largest remainders).
func apportion(weights []float64, n int) []int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	shares, rests := make([]int, len(weights)), make([]float64, len(weights))
	left := n
	for i, w := range weights {
		exact := w / (total / float64(n))
		shares[i] = int(exact)
		rests[i] = exact - float64(shares[i])
		left -= shares[i]
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(rests[j], rests[i]) })
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares
}

// calibrate scales the households of all buildings to a mean of 400 a basic grid, and those of a grid that is too full or too
// empty into the band, within what buildings bear. Nobody lives in dedicated grids.
func (w *weave) calibrate(scale float64) {
	homes := make([]int, len(w.tracts))
	for i, b := range w.blocks {
		homes[w.tractOf[i]] += b.homes
		w.blocks[i].homes = 0
	}
	factor := make([]float64, len(w.tracts))
	for k, h := range homes {
		factor[k] = scale
		if h > 0 {
			was := float64(float64(h) * scale)
			factor[k] = float64(scale * clamp(clamp(was, homesLeast+16, homesMost-16)/was, 0.55, 1.9))
		}
	}
	for i := range w.buildings {
		b := &w.buildings[i]
		k := w.tractOf[b.block]
		switch {
		case w.tracts[k].place >= 0:
			b.homes = 0
		case b.homes > 0:
			b.homes = max(1, int(float64(float64(b.homes)*factor[k])+white(w.seed+4242, i, 1)))
		}
		w.tracts[k].homes += b.homes
		w.blocks[b.block].homes += b.homes
	}
}

// categorize says of every grid what it is: that of its place; else 坡 where most households live in villages, 居民小区 elsewhere.
func (w *weave) categorize() {
	rural := make([]int, len(w.tracts))
	for i, b := range w.blocks {
		if b.zone == villageZone || b.zone == fieldZone {
			rural[w.tractOf[i]] += b.homes
		}
	}
	for k := range w.tracts {
		t := &w.tracts[k]
		switch {
		case t.place >= 0:
			t.category = w.places[t.place].category
		case rural[k]*2 > t.homes:
			t.category = grid.Hamlet
		default:
			t.category = grid.Residential
		}
	}
}

// gatherCommunities unites the grids of each town to so many communities, and returns of each its grids; ok is false
// where a town cannot be divided so.
func (w *weave) gatherCommunities(counts []int) (communities [][]int, ok bool) {
	pt := w.newPartition(w.tractOf, len(w.tracts))
	for t, n := range counts {
		var set []int
		total := 0.0
		for k, x := range w.tracts {
			if x.town != t {
				continue
			}
			pt.weight[k] = 1
			if x.place >= 0 {
				pt.weight[k] = 0.6
			}
			total += pt.weight[k]
			set = append(set, k)
		}
		mean := total / float64(n)
		if !pt.grow(set, n, float64(mean*1.2)) {
			return nil, false
		}
		pt.trade(set, mean, mean/3, 0.5, 60)
		first := len(communities)
		index := map[int]int{}
		for _, k := range set {
			i, known := index[pt.part[k]]
			if !known {
				i = len(communities)
				index[pt.part[k]] = i
				communities = append(communities, nil)
			}
			communities[i] = append(communities[i], k)
		}
		w.sortByDensity(communities[first:])
	}
	return communities, true
}

// sortByDensity puts the communities with the most households a square metre first.
func (w *weave) sortByDensity(communities [][]int) {
	area := make([]float64, len(w.tracts))
	for i, b := range w.blocks {
		area[w.tractOf[i]] += b.area
	}
	density := func(grids []int) float64 {
		homes, m2 := 0, 0.0
		for _, k := range grids {
			homes += w.tracts[k].homes
			m2 += area[k]
		}
		return float64(homes) / max(m2, 1)
	}
	slices.SortStableFunc(communities, func(a, b []int) int { return cmp.Compare(density(b), density(a)) })
}
