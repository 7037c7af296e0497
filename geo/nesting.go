package geo

import "slices"

// nesting examines how rings that do not cross lie in one another.
func (v *validator) nesting() {
	rows := NewRows(len(v.corners), func(i int) (a, b Point) { return v.corners[i], v.corners[v.next(int32(i))] })
	shell := make([]int32, 0, len(v.rings)) // part → its shell
	for k, r := range v.rings {
		if !r.hole {
			shell = append(shell, int32(k))
		}
	}
	for k, r := range v.rings {
		at := v.corners[r.from]
		around := v.ringsAround(rows, int32(k))
		if r.hole {
			if !slices.Contains(around, shell[r.part]) && !v.add(RuleHoleOutside, at) {
				return
			}
			for _, o := range around {
				if v.rings[o].hole && v.rings[o].part == r.part && !v.add(RuleHoleNested, at) {
					return
				}
			}
			continue
		}
		for _, o := range around {
			if v.rings[o].hole {
				continue
			}
			inHole := slices.ContainsFunc(around, func(h int32) bool { return v.rings[h].hole && v.rings[h].part == v.rings[o].part })
			if !inHole && !v.add(RulePartsOverlap, at) {
				return
			}
		}
	}
}

// ringsAround lists the rings that ring k lies in. Rings do not cross and share no edge, so that any place beside ring k
// will do: the one next to its first corner, just left of its first edge.
func (v *validator) ringsAround(rows *Rows, k int32) []int32 {
	first := v.rings[k].from
	p, to := v.corners[first], v.corners[v.next(first)]
	var rings []int32
	for _, i := range rows.Near(p.Y) {
		if v.ringOf[i] == k {
			continue
		}
		for range met(v.corners[i], v.corners[v.next(i)], p, to) {
			rings = append(rings, v.ringOf[i])
		}
	}
	slices.Sort(rings)
	var around []int32
	for from := 0; from < len(rings); {
		to := from
		for to < len(rings) && rings[to] == rings[from] {
			to++
		}
		if (to-from)%2 == 1 {
			around = append(around, rings[from])
		}
		from = to
	}
	return around
}

// Surrounds reports whether the place next to p, just left of the way to another point, lies in the ring. So it tells whether a ring
// that does not cross this one lies in it, even if they touch in all vertices.
func (r Ring) Surrounds(p, to Point) bool {
	odd := false
	for i, a := range r {
		b := r[0]
		if i+1 < len(r) {
			b = r[i+1]
		}
		odd = odd != (met(a, b, p, to)%2 == 1)
	}
	return odd
}

// met counts how often an edge is met on the way from the west to the place just above due east of p, and on the turn left from there
// to the place just left of the way from p to another point.
func met(a, b, p, to Point) int {
	n := 0
	if Crossing(a, b, p) != 0 {
		n++
	}
	if OnSegment(p, a, b) {
		for _, end := range [2]Point{a, b} {
			if end != p && CompareTurn(p, end, to) <= 0 {
				n++
			}
		}
	}
	return n
}

// inside looks for places where rings of one part touch so that they cut its inside: the graph of rings and the points in which they
// touch has a cycle.
func (v *validator) inside() {
	root := make([]int32, len(v.rings))
	for k := range root {
		root[k] = int32(k)
	}
	find := func(k int32) int32 {
		for root[k] != k {
			root[k] = root[root[k]]
			k = root[k]
		}
		return k
	}
	for group := range v.groups() {
		for i, m := range group {
			for _, o := range group[:i] { // the first ring of the same part stands for the point
				a, b := v.ringOf[m.corner], v.ringOf[o.corner]
				if v.rings[a].part != v.rings[b].part {
					continue
				}
				if a, b = find(a), find(b); a == b {
					if !v.add(RuleInsideCut, m.at) {
						return
					}
				}
				root[a] = b
				break
			}
		}
	}
}
