package demo

import "math"

// townSeat is a town as it is laid out: its code, where it grows from, the share of the households that it is to have, and
// what a metre costs it at first.
type townSeat struct {
	code  string
	at    vec
	share float64
	cost  float64
}

var townSeats = [...]townSeat{
	{"450105001", vec{33000, 52700}, 0.34, 1.0},
	{"450105002", vec{29700, 50300}, 0.24, 1.6},
	{"450105003", vec{25000, 47900}, 0.15, 1.2},
	{"450105103", marketTowns[2], 0.11, 0.75},
	{"450105104", marketTowns[1], 0.08, 1.05},
	{"450105105", marketTowns[0], 0.08, 0.95},
}

// layTowns gives every cell to a town. Each town grows from its seat, cell by cell, the cheapest first; the price of a metre is
// tuned until the towns have about their shares. Then single cells change sides for better borders, and pieces that
// came loose go to a neighbour. It returns the town of each cell.
func (c *cells) layTowns() []int {
	const rounds = 14
	var price [len(townSeats)]float64
	for t, s := range townSeats {
		price[t] = s.cost
	}
	towns := &partition{borders: c.borders, weight: c.weight}
	for range rounds {
		towns.part = c.flood(price)
		var share [len(townSeats)]float64
		total := 0.0
		for a, t := range towns.part {
			if t >= 0 {
				share[t] += c.weight[a]
				total += c.weight[a]
			}
		}
		for t, s := range townSeats {
			price[t] = float64(price[t] * clamp(1+float64(0.4*(share[t]/total/s.share-1)), 0.75, 1.3))
		}
	}
	all := make([]int, len(c.part))
	for i := range all {
		all[i] = i
	}
	towns.trade(all, 0, 1e12, 1, 5)
	for range 8 {
		if !c.tidyTowns(towns) {
			break
		}
	}
	return towns.part
}

// flood grows all towns at once (Dijkstra's algorithm with several sources).
func (c *cells) flood(price [len(townSeats)]float64) []int {
	town := make([]int, len(c.at))
	dist := make([]float64, len(c.at))
	for a := range town {
		town[a], dist[a] = -1, math.Inf(1)
	}
	var q queue
	for t, s := range townSeats {
		a := nearest(c.at, s.at)
		town[a], dist[a] = t, 0
		q.push(a, 0)
	}
	for len(q) > 0 {
		a, d := q.pop()
		if d > dist[a] {
			continue
		}
		for _, b := range c.borders[a] {
			metres := float64((c.at[a].dist(c.at[b.to]) + 60) * (1 + float64(1.6*(1-b.cohesion))))
			if far := d + float64(price[town[a]]*metres); far < dist[b.to] {
				town[b.to], dist[b.to] = town[a], far
				q.push(b.to, far)
			}
		}
	}
	return town
}

// Households of a piece between dedicated places: fewer than pieceLeast are no grid of their own, fewer than pieceSmall may join a
// dedicated place.
const (
	pieceLeast = 700
	pieceSmall = 250
)

// tidyTowns makes every town one piece, and every set of basic cells in it large enough for a grid. It reports whether it
// changed anything.
func (c *cells) tidyTowns(towns *partition) bool {
	changed := false
	var heaviest [len(townSeats)]int
	var weight [len(townSeats)]float64
	pieces := towns.pieces(func(a int) int { return towns.part[a] })
	for i, piece := range pieces {
		w := 0.001
		for _, a := range piece {
			w += c.weight[a]
		}
		if t := towns.part[piece[0]]; w > weight[t] {
			heaviest[t], weight[t] = i, w
		}
	}
	for i, piece := range pieces {
		town := towns.part[piece[0]]
		if heaviest[town] == i {
			continue
		}
		var length [len(townSeats)]float64
		for _, a := range piece {
			for _, b := range c.borders[a] {
				if t := towns.part[b.to]; t != town {
					length[t] += b.length
				}
			}
		}
		most := 0
		for t, l := range length {
			if l > length[most] {
				most = t
			}
		}
		for _, a := range piece {
			towns.part[a] = most
		}
		changed = true
	}
	basic := func(a int) int {
		if c.place[a] >= 0 {
			return -1
		}
		return towns.part[a]
	}
	for _, piece := range towns.pieces(basic) {
		changed = c.resettle(towns, piece) || changed
	}
	return changed
}

// resettle gives a piece of basic cells that is too small for a grid to a dedicated place of its town, if it is very small, or to
// the neighbouring town. It reports whether the piece was too small.
func (c *cells) resettle(towns *partition, piece []int) bool {
	homes := 0.0
	for _, a := range piece {
		homes += c.weight[a]
	}
	if homes >= pieceLeast {
		return false
	}
	place, town := -1, -1
	toPlace, toTown := 0.0, 0.0
	for _, a := range piece {
		for _, b := range c.borders[a] {
			same := towns.part[b.to] == towns.part[a]
			if p := c.place[b.to]; p >= 0 && same && b.length > toPlace {
				place, toPlace = p, b.length
			} else if p < 0 && !same && b.length > toTown {
				town, toTown = towns.part[b.to], b.length
			}
		}
	}
	for _, a := range piece {
		switch {
		case place >= 0 && homes < pieceSmall:
			c.place[a] = place
		case town >= 0:
			towns.part[a] = town
		}
	}
	return true
}
