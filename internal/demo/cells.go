package demo

import (
	"math"
	"slices"
)

// cells are what grids are grown from: sets of blocks that nobody would part.
type cells struct {
	*partition
	of    []int // the cell of each block
	place []int // of each cell: the dedicated place that it is, −1 for none
	at    []vec // the middle of its first block
}

func (z zone) isCountry() bool { return z == fieldZone || z == hillZone || z == lakeZone }

// gather makes the cells: the blocks of a dedicated place; the blocks of a village, where they touch, with the fields, hills and
// lakes that are nearer to it than to any other village, by way of the blocks between; every other block by itself.
func (p *plan) gather() *cells {
	group := p.cores()
	seeds := p.newPartition(group, len(p.blocks))
	p.annex(group, seeds)

	c := &cells{of: make([]int, len(p.blocks))}
	index := map[int]int{}
	for i, g := range group {
		cell, known := index[g]
		if !known {
			cell = len(index)
			index[g] = cell
			c.at = append(c.at, p.blocks[g].centre)
			c.place = append(c.place, p.blocks[g].place)
		}
		c.of[i] = cell
	}
	c.partition = p.newPartition(c.of, len(index))
	for i, b := range p.blocks {
		c.weight[c.of[i]] += float64(b.homes)
	}
	return c
}

// cores unites the blocks of a place and the touching blocks of a village: each block gets the number of the first one.
func (p *plan) cores() []int {
	group := make([]int, len(p.blocks))
	first := map[int]int{} // block of a place
	for i := range p.blocks {
		group[i] = i
		if pl := p.blocks[i].place; pl >= 0 {
			if f, known := first[pl]; known {
				group[i] = f
			} else {
				first[pl] = i
			}
		}
	}
	seen := make([]bool, len(p.blocks))
	for i := range p.blocks {
		if p.blocks[i].zone != villageZone || seen[i] {
			continue
		}
		seen[i] = true
		for todo := []int{i}; len(todo) > 0; todo = todo[1:] {
			for _, h := range p.blocks[todo[0]].loop {
				j := int(p.blockOf[h^1])
				if j >= 0 && !seen[j] && p.blocks[j].zone == villageZone && p.blocks[j].site == p.blocks[i].site {
					seen[j] = true
					group[j] = i
					todo = append(todo, j)
				}
			}
		}
	}
	return group
}

// annex gives the open country to the villages and market towns: each block to the one nearest over the blocks between,
// where a step costs its length, more across roads and streams, and much more over the river.
func (p *plan) annex(group []int, seeds *partition) {
	const overRiver = 1500
	open := make([]bool, len(p.blocks))
	source := make([]int, len(p.blocks))
	dist := make([]float64, len(p.blocks))
	var q queue
	for i, b := range p.blocks {
		source[i], dist[i] = -1, math.Inf(1)
		if group[i] != i || b.place >= 0 {
			continue
		}
		open[i] = b.zone.isCountry() || b.zone == riverZone && slices.ContainsFunc(seeds.borders[i], func(x border) bool {
			z := p.blocks[x.to].zone
			return z == fieldZone || z == hillZone || z == villageZone
		})
		if b.zone == villageZone || b.zone == marketZone {
			source[i], dist[i] = i, 0
			q.push(i, 0)
		}
	}
	for len(q) > 0 {
		i, d := q.pop()
		if d > dist[i] {
			continue
		}
		for _, x := range seeds.borders[i] {
			if !open[x.to] {
				continue
			}
			a, b := &p.blocks[i], &p.blocks[x.to]
			far := d + float64((a.centre.dist(b.centre)+150)*(1.8-x.cohesion))
			if a.zone == riverZone || b.zone == riverZone {
				far += overRiver
			}
			if far < dist[x.to] {
				dist[x.to], source[x.to] = far, source[i]
				q.push(x.to, far)
			}
		}
	}
	for i := range group {
		if open[i] && source[i] >= 0 {
			group[i] = source[i]
		}
	}
}
