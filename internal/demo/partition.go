package demo

import (
	"cmp"
	"math"
	"slices"
)

// border is what an area has in common with a neighbour: its length in metres, the mean cohesion along it (0 … about 1), and how
// much it speaks for joining the two.
type border struct {
	to       int
	length   float64
	cohesion float64
	bond     float64
}

// partition divides areas with weights into connected parts.
type partition struct {
	borders [][]border // of each area, by neighbour
	weight  []float64
	part    []int // of each area
}

// newPartition makes the areas to which the blocks belong: block i to area of[i], 0 ≤ of[i] < n, −1 to none. Bonds grow with the
// root of a border's length: else the long borders of the country would count for everything.
func (p *plan) newPartition(of []int, n int) *partition {
	type pair struct{ a, b int }
	index := map[pair]int{}
	pt := &partition{borders: make([][]border, n), weight: make([]float64, n), part: make([]int, n)}
	for e := range p.g.edges {
		if p.g.edges[e].dead {
			continue
		}
		i, j := p.blockOf[2*e], p.blockOf[2*e+1]
		if i < 0 || j < 0 || of[i] == of[j] || of[i] < 0 || of[j] < 0 {
			continue
		}
		l := p.g.length(int32(e))
		for _, k := range [2]pair{{of[i], of[j]}, {of[j], of[i]}} {
			x, known := index[k]
			if !known {
				x = len(pt.borders[k.a])
				index[k] = x
				pt.borders[k.a] = append(pt.borders[k.a], border{to: k.b})
			}
			b := &pt.borders[k.a][x]
			b.length += l
			b.bond += float64(l * cohesion[p.g.edges[e].class])
		}
	}
	for a := range pt.borders {
		slices.SortFunc(pt.borders[a], func(x, y border) int { return cmp.Compare(x.to, y.to) })
		for i := range pt.borders[a] {
			b := &pt.borders[a][i]
			b.cohesion = min(1, b.bond/max(b.length, 1))
			b.bond = b.bond / (math.Sqrt(b.length+50) / 8)
		}
		pt.part[a] = a
	}
	return pt
}

// votes sums the bonds of an area, or of several, to parts.
type votes struct {
	parts []int
	bonds []float64
}

func (v *votes) add(part int, bond float64) {
	i, known := slices.BinarySearch(v.parts, part)
	if !known {
		v.parts, v.bonds = slices.Insert(v.parts, i, part), slices.Insert(v.bonds, i, 0)
	}
	v.bonds[i] += bond
}

// grow joins the areas of a set until n parts are left, and no longer: every area is a part of its own at first, then the
// lightest part that can is joined to the neighbour with the best bond. Parts heavier than a limit arise only where nothing
// else is left. It reports whether it came down to n.
func (pt *partition) grow(set []int, n int, limit float64) bool {
	members := map[int][]int{}
	weight := map[int]float64{}
	for _, a := range set {
		pt.part[a] = a
		members[a], weight[a] = []int{a}, pt.weight[a]
	}
	parts := slices.Clone(set)
	for len(parts) > n {
		slices.SortFunc(parts, func(a, b int) int { return cmp.Or(cmp.Compare(weight[a], weight[b]), cmp.Compare(a, b)) })
		a, b := pt.match(parts, members, weight, limit)
		if b < 0 {
			return false
		}
		for _, x := range members[a] {
			pt.part[x] = b
		}
		members[b] = append(members[b], members[a]...)
		weight[b] += weight[a]
		delete(members, a)
		parts = slices.DeleteFunc(parts, func(x int) bool { return x == a })
	}
	return len(parts) == n
}

// match is the lightest part that can be joined, and the part to join it to; −1 if none can. The limit is raised step by step.
func (pt *partition) match(parts []int, members map[int][]int, weight map[int]float64, limit float64) (a, b int) {
	for _, slack := range [5]float64{0.9, 1, 1.15, 1.4, math.Inf(1)} {
		for _, a := range parts {
			var v votes
			for _, x := range members[a] {
				for _, y := range pt.borders[x] {
					other := pt.part[y.to]
					if _, inSet := members[other]; inSet && other != a {
						v.add(other, y.bond)
					}
				}
			}
			best, most := -1, math.Inf(-1)
			for i, other := range v.parts {
				sum := weight[a] + weight[other]
				if sum > float64(limit*slack) {
					continue
				}
				score := v.bonds[i]/100 - float64(weight[other]/limit*3)
				if math.IsInf(slack, 1) {
					score = -sum
				}
				if score > most {
					best, most = other, score
				}
			}
			if best >= 0 {
				return a, best
			}
		}
	}
	return -1, -1
}

// trade moves single areas of a set between parts while that lowers the cost: the squares of the parts' distance from the
// mean weight in units of tolerance (nothing below 0.35), plus care for each hundred of bonds cut. No part is cut in two.
func (pt *partition) trade(set []int, mean, tolerance, care float64, rounds int) {
	weight, count := make([]float64, len(pt.part)), make([]int, len(pt.part))
	in := make([]bool, len(pt.part))
	for _, a := range set {
		weight[pt.part[a]] += pt.weight[a]
		count[pt.part[a]]++
		in[a] = true
	}
	cost := func(w float64) float64 {
		d := math.Abs(w-mean) / tolerance
		if d < 0.35 {
			return 0
		}
		return float64(d * d)
	}
	for range rounds {
		moved := false
		for _, a := range set {
			from := pt.part[a]
			if count[from] < 2 {
				continue
			}
			own := 0.0
			var others votes
			for _, b := range pt.borders[a] {
				switch {
				case !in[b.to]:
				case pt.part[b.to] == from:
					own += b.bond
				default:
					others.add(pt.part[b.to], b.bond)
				}
			}
			best, most := -1, 1e-6
			for i, to := range others.parts {
				gain := cost(weight[from]) + cost(weight[to]) - cost(weight[from]-pt.weight[a]) - cost(weight[to]+pt.weight[a])
				gain += float64(care*(others.bonds[i]-own)) / 100
				if gain > most {
					best, most = to, gain
				}
			}
			if best < 0 || !pt.connectedWithout(a) {
				continue
			}
			weight[from] -= pt.weight[a]
			weight[best] += pt.weight[a]
			count[from]--
			count[best]++
			pt.part[a] = best
			moved = true
		}
		if !moved {
			return
		}
	}
}

// connectedWithout reports whether the part of an area stays in one piece when the area leaves it.
func (pt *partition) connectedWithout(a int) bool {
	var need []int
	for _, b := range pt.borders[a] {
		if pt.part[b.to] == pt.part[a] {
			need = append(need, b.to)
		}
	}
	if len(need) == 0 {
		return false
	}
	seen := map[int]bool{a: true, need[0]: true}
	todo := []int{need[0]}
	left := len(need) - 1
	for len(todo) > 0 && left > 0 {
		x := todo[0]
		todo = todo[1:]
		for _, y := range pt.borders[x] {
			if pt.part[y.to] == pt.part[a] && !seen[y.to] {
				seen[y.to] = true
				if slices.Contains(need, y.to) {
					left--
				}
				todo = append(todo, y.to)
			}
		}
	}
	return left == 0
}

// pieces lists the connected sets of areas that are alike: that share a value. Areas whose value is negative are left out.
func (pt *partition) pieces(value func(a int) int) [][]int {
	seen := make([]bool, len(pt.borders))
	var pieces [][]int
	for a := range pt.borders {
		if seen[a] || value(a) < 0 {
			continue
		}
		seen[a] = true
		piece := []int{a}
		for i := 0; i < len(piece); i++ {
			for _, b := range pt.borders[piece[i]] {
				if !seen[b.to] && value(b.to) == value(a) {
					seen[b.to] = true
					piece = append(piece, b.to)
				}
			}
		}
		pieces = append(pieces, piece)
	}
	return pieces
}
