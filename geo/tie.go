package geo

// Crossing is the tie rule for one edge: +1 where the edge from a to b runs upward and passes west of p or through it,
// −1 where it runs downward so, else 0. It is what a ray meets that comes from the west, along the row of p moved by
// (+ε, +ε²), to that place: rows are half-open (the lower end counts, the upper does not) and p lies east of an edge
// through it. Exact everywhere.
func Crossing(a, b, p Point) int {
	switch {
	case a.Y <= p.Y && p.Y < b.Y:
		if westOf(a, b, p) {
			return 1
		}
	case b.Y <= p.Y && p.Y < a.Y:
		if westOf(b, a, p) {
			return -1
		}
	}
	return 0
}

// westOf reports whether the rising edge lo–hi passes west of p or through it; p lies in the edge's rows.
func westOf(lo, hi, p Point) bool {
	if p.X < min(lo.X, hi.X) {
		return false
	}
	return p.X >= max(lo.X, hi.X) || Orient(lo, hi, p) <= 0
}

// Contains is the tie rule for one face alone: the face contains p moved by (+ε, +ε²). Of faces that share a border
// exactly one contains a point on it, except where that place is not covered (see coverage.Tie). Rings may run either way.
func (m MultiPolygon) Contains(p Point) bool {
	odd := false
	for _, poly := range m {
		for _, r := range poly {
			if len(r) == 0 {
				continue
			}
			a := r[len(r)-1]
			for _, b := range r {
				if Crossing(a, b, p) != 0 {
					odd = !odd
				}
				a = b
			}
		}
	}
	return odd
}

// Position says where a point lies in regard to a shape.
type Position int8

// Positions.
const (
	Outside Position = iota
	Boundary
	Inside
)

// Locate says whether p lies inside the shape, on its boundary or outside. Rings may run either way.
func (m MultiPolygon) Locate(p Point) Position {
	odd := false
	for _, poly := range m {
		for _, r := range poly {
			if len(r) == 0 {
				continue
			}
			a := r[len(r)-1]
			for _, b := range r {
				if OnSegment(p, a, b) {
					return Boundary
				}
				if Crossing(a, b, p) != 0 {
					odd = !odd
				}
				a = b
			}
		}
	}
	if odd {
		return Inside
	}
	return Outside
}

// OnSegment reports whether p lies on the closed segment from a to b. Exact everywhere.
func OnSegment(p, a, b Point) bool {
	return min(a.X, b.X) <= p.X && p.X <= max(a.X, b.X) && min(a.Y, b.Y) <= p.Y && p.Y <= max(a.Y, b.Y) &&
		Orient(a, b, p) == 0
}
