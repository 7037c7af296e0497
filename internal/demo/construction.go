package demo

import (
	"math"

	"github.com/zhuwang/zhuwang/internal/grid"
)

var (
	anyStreet   = []class{expressway, arterial, secondary, residential, lane, county, village, track}
	sideStreets = []class{secondary, residential}
	cityStreets = []class{arterial, secondary, residential}
	mainStreets = []class{arterial, secondary, residential, county}
)

// build puts buildings on every block, by its place or zone.
func (p *plan) build() []building {
	b := &builder{plan: p, squares: map[[2]int][]int32{}}
	for i := range p.blocks {
		x := &p.blocks[i]
		l := &lot{index: i, block: x, axis: b.southFront(x),
			own:   newRandom(p.seed, "lot", int(x.centre.x*3)*131071+int(x.centre.y*3)),
			alike: newRandom(p.seed, "compound", x.super+100000*(x.site+1))}
		if x.place < 0 || !b.buildPlace(l, p.places[x.place].category) {
			b.buildZone(l)
		}
	}
	return b.buildings
}

// buildPlace builds what stands on single blocks only; false for places that are built like their zone.
func (b *builder) buildPlace(l *lot, c grid.Category) bool {
	switch c {
	case grid.School:
		b.buildSchool(l)
	case grid.Hospital:
		b.put(l, building{at: l.centre, axis: l.axis, hl: 38, hw: 15, storeys: 16, use: hospitalUse}, 8, 5)
		l.rows(58, 40, 0, false, func(p vec) {
			b.put(l, building{at: p, axis: l.axis, hl: l.own.in(16, 24), hw: l.own.in(8, 12), storeys: 4 + l.own.below(6), use: hospitalUse}, 9, 5)
		})
	case grid.Institution:
		l.rows(64, 46, 0.02, false, func(p vec) {
			b.put(l, building{at: p, axis: l.axis, hl: l.own.in(16, 26), hw: l.own.in(7, 10), storeys: 4 + l.own.below(8), use: publicUse}, 10, 6)
		})
	case grid.Security:
		l.rows(90, 46, 0, false, func(p vec) {
			b.put(l, building{at: p, axis: l.axis, hl: 38, hw: 14, storeys: 2 + l.own.below(2), use: stationUse}, 9, 5)
		})
	default:
		return false
	}
	return true
}

// buildSchool puts a running track where there is room, then teaching blocks.
func (b *builder) buildSchool(l *lot) {
	placed := l.area < 9000
	for _, size := range [3]float64{1, 0.8, 0.6} {
		for try := 0; try < 14 && !placed; try++ {
			at := l.centre.add(l.axis.mul(l.own.in(-45, 45))).add(l.axis.left().mul(l.own.in(-25, 25)))
			axis := l.axis
			if try&1 == 1 {
				axis = axis.left()
			}
			placed = b.put(l, building{at: at, axis: axis, hl: float64(46 * size), hw: float64(25 * size), use: sportsUse}, 4, 3)
		}
	}
	l.rows(62, 30, 0, false, func(p vec) {
		b.put(l, building{at: p, axis: l.axis, hl: 24, hw: 6.5, storeys: 4 + l.own.below(2), use: schoolUse}, 8, 5)
	})
	if l.built < 4 {
		l.rows(44, 24, 0, false, func(p vec) {
			b.put(l, building{at: p, axis: l.axis, hl: 15, hw: 5.5, storeys: 4, use: schoolUse}, 7, 3)
		})
	}
}

func (b *builder) buildZone(l *lot) {
	switch l.zone {
	case slabZone:
		b.buildSlabs(l)
	case towerZone:
		b.buildTowers(l)
	case oldZone, marketZone:
		b.buildOldTown(l)
	case urbanVillage:
		b.line(l, fronts{anyStreet, 1.2, 2}, func() building { return house(l.own, 3, 6, 0.9) })
		b.houses(l, 20, 22, 0.06, 0.1, 1.2, func() building { return house(l.own, 3, 6, 0.85) })
	case industryZone:
		b.buildFactories(l)
	case commerceZone:
		b.buildCommerce(l)
	case officeZone:
		b.buildOffices(l)
	case villageZone:
		pitch := l.alike.in(18, 24)
		b.line(l, fronts{anyStreet, 1.5, 8}, func() building { return house(l.own, 1, 3, 2.2) })
		b.houses(l, pitch, pitch+1.5, 0.10, 0.30, 2, func() building { return house(l.own, 1, 3, 2.1) })
	case fieldZone:
		b.buildFarms(l)
	}
}

// house is a family's own house of lo to hi storeys, with so many households a storey.
func house(r *random, lo, hi int, homes float64) building {
	storeys := lo + r.below(hi-lo+1)
	return building{hl: r.in(5, 8), hw: r.in(5.5, 8.5), storeys: storeys,
		homes: max(1, int(float64(float64(storeys)*homes)+r.share())), use: residentialUse}
}

// houses puts houses on a lattice, and leaves a share of it free.
func (b *builder) houses(l *lot, along, across, jitter, free, gap float64, next func() building) {
	l.rows(along, across, jitter, false, func(p vec) {
		if l.own.share() < free {
			return
		}
		x := next()
		x.at, x.axis = p, l.axis
		b.put(l, x, gap, 1.5)
	})
}

// buildSlabs puts walk-ups in rows that face south; where a whole one does not fit, half of one.
func (b *builder) buildSlabs(l *lot) {
	half, storeys, pitch := l.alike.in(18, 26), 6+l.alike.below(2), l.alike.in(29, 36)
	if l.alike.share() < 0.3 {
		storeys, pitch = 11, l.alike.in(32, 38)
	}
	gaps := l.alike.in(0.04, 0.14)
	if l.alike.share() < 0.25 {
		b.line(l, fronts{sideStreets, 3, 2}, func() building {
			return building{hl: l.own.in(12, 22), hw: 5, storeys: 2 + l.own.below(2), use: shopUse}
		})
	}
	stairs := int(2 * half / 14.5)
	l.rows(float64(2*half)+9, pitch, 0.012, false, func(p vec) {
		if l.own.share() < gaps {
			return
		}
		x := building{at: p, axis: l.axis, hl: half, hw: 6, storeys: storeys, homes: stairs * storeys, use: residentialUse, compound: true}
		if b.put(l, x, 5, 4) {
			return
		}
		x.hl, x.homes = float64(half*0.55), x.homes/2
		for _, k := range [4]float64{-0.25, 0.25, -0.5, 0.5} {
			x.at = p.add(l.axis.mul(float64(k * half)))
			if b.put(l, x, 5, 4) {
				return
			}
		}
	})
}

// buildTowers staggers tower blocks over a compound, often with shops along its streets.
func (b *builder) buildTowers(l *lot) {
	storeys, pitch, slim := 15+l.alike.below(17), l.alike.in(62, 76), l.alike.share() < 0.5
	if l.alike.share() < 0.6 {
		b.line(l, fronts{cityStreets, 4, 3}, func() building {
			return building{hl: l.own.in(14, 24), hw: 6, storeys: 2, use: shopUse}
		})
	}
	l.rows(pitch, float64(pitch*0.86), 0.05, true, func(p vec) {
		x := building{at: p, axis: l.axis, hl: 13, hw: 10, storeys: storeys + l.own.below(4) - 2, use: residentialUse, compound: true}
		if slim {
			x.hl, x.hw = 17, 8
		}
		x.homes = x.storeys * 3
		b.put(l, x, 12, 8)
	})
}

// buildOldTown lines the streets with shop houses; behind them stand walk-ups, in market towns mostly houses.
func (b *builder) buildOldTown(l *lot) {
	b.line(l, fronts{anyStreet, 2.5, 1.5}, func() building {
		storeys := 2 + l.own.below(4)
		return building{hl: l.own.in(7, 15), hw: l.own.in(5.5, 8.5), storeys: storeys, homes: storeys + l.own.below(storeys), use: residentialUse}
	})
	if l.zone == marketZone && l.own.share() < 0.75 && l.area > 6000 {
		b.houses(l, 15, 17, 0.08, 0.4, 2, func() building { return house(l.own, 2, 4, 0.9) })
		return
	}
	l.rows(40, 24, 0.06, false, func(p vec) {
		b.put(l, building{at: p, axis: l.axis, hl: l.own.in(11, 17), hw: 5.5, storeys: 5 + l.own.below(3), homes: 14,
			use: residentialUse, compound: true}, 3, 3)
	})
}

func (b *builder) buildFactories(l *lot) {
	hl, hw := l.alike.in(28, 48), l.alike.in(14, 26)
	l.rows(float64(2*hl)+18, float64(2*hw)+16, 0.01, false, func(p vec) {
		if l.own.share() < 0.1 {
			return
		}
		if b.put(l, building{at: p, axis: l.axis, hl: hl, hw: hw, storeys: 1 + l.own.below(2), use: factoryUse}, 7, 7) {
			return
		}
		for _, k := range [2]float64{-0.45, 0.45} {
			b.put(l, building{at: p.add(l.axis.mul(float64(k * hl))), axis: l.axis, hl: float64(hl * 0.45), hw: float64(hw * 0.8),
				storeys: 1 + l.own.below(3), use: factoryUse}, 7, 7)
		}
	})
}

// buildCommerce puts the hall of a shopping area into its middle, shops along the main streets and towers between.
func (b *builder) buildCommerce(l *lot) {
	if l.place >= 0 {
		side := math.Sqrt(l.area)
		b.put(l, building{at: l.centre, axis: l.axis, hl: float64(side * 0.30), hw: float64(side * 0.22), storeys: 5, use: mallUse}, 6, 8)
	}
	b.line(l, fronts{mainStreets, 5, 4}, func() building {
		return building{hl: l.own.in(12, 24), hw: l.own.in(7, 10), storeys: 3 + l.own.below(5), use: shopUse}
	})
	l.rows(52, 40, 0.03, true, func(p vec) {
		x := building{at: p, axis: l.axis, hl: 13, hw: 9, storeys: 12 + l.own.below(14), use: officeUse}
		if l.place < 0 {
			x.use, x.homes, x.compound = residentialUse, x.storeys*4, true
		}
		b.put(l, x, 9, 7)
	})
}

func (b *builder) buildOffices(l *lot) {
	l.rows(68, 60, 0.03, true, func(p vec) {
		x := building{at: p, axis: l.axis, hl: l.own.in(15, 21), hw: l.own.in(12, 17), storeys: 12 + l.own.below(28), use: officeUse}
		if l.place < 0 && l.own.share() < 0.6 {
			x.hl, x.hw, x.use, x.homes, x.compound = 14, 9, residentialUse, x.storeys*4, true
		}
		b.put(l, x, 12, 8)
	})
}

// buildFarms puts a few farmsteads along the country roads.
func (b *builder) buildFarms(l *lot) {
	for _, h := range l.loop {
		c := b.g.edges[h>>1].class
		if c != village && c != county || l.own.share() > 0.03 {
			continue
		}
		start, end := b.g.places[b.g.tail(h)], b.g.places[b.g.head(h)]
		x := house(l.own, 1, 3, 0)
		x.axis = end.sub(start).unit()
		x.at = lerp(start, end, 0.5).add(x.axis.left().mul(halfWidth[c] + 4 + x.hw))
		b.put(l, x, 2, 2)
	}
}
