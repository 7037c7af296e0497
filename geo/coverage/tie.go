package coverage

import "github.com/zhuwang/zhuwang/geo"

// Ray is the part of an edge that leaves a point on it: towards To, with the face Left on its left.
type Ray struct {
	To   geo.Point
	Left int32
}

// Tie is the tie rule of the net for a point on a border: of the faces around p the owner is the one that contains p
// moved by (+ε, +ε²); where that place is not covered, turn left from due east: the first face met owns p. rays are all
// parts of edges that leave p, in any order: both ways for an edge that p lies within, one for an edge that ends in p.
// A point on no border belongs to the face that contains it.
//
//	       C │ B         at ●, with A below, B and C above: B owns it, whatever A is.
//	─────────●─────── →  If B is not covered, C does; if neither is, A.
//	             A
func Tie(p geo.Point, rays []Ray) int32 {
	var last, first *Ray // the place at (+ε, +ε²) is left of the last ray; first is the first with a face on its left
	for i := range rays {
		r := &rays[i]
		if last == nil || geo.CompareTurn(p, r.To, last.To) > 0 {
			last = r
		}
		if r.Left != Outside && (first == nil || geo.CompareTurn(p, r.To, first.To) < 0) {
			first = r
		}
	}
	switch {
	case first == nil:
		return Outside
	case last.Left != Outside:
		return last.Left
	default:
		return first.Left
	}
}

// Owner is the face that p belongs to by the tie rule, Outside where no face covers it. It looks at every edge: package
// locate answers the same question fast.
func (c *Coverage) Owner(p geo.Point) int32 {
	face := int32(0) // Σ (right − left) over the edges west of p; faces counted from 1, Outside = 0
	var rays []Ray
	for i := range c.arcs {
		a := &c.arcs[i]
		for k, to := range a.Points[1:] {
			from := a.Points[k]
			face += int32(geo.Crossing(from, to, p)) * (a.Right - a.Left)
			if geo.OnSegment(p, from, to) {
				if p != to {
					rays = append(rays, Ray{to, a.Left})
				}
				if p != from {
					rays = append(rays, Ray{from, a.Right})
				}
			}
		}
	}
	if face > 0 {
		return face - 1
	}
	return Tie(p, rays)
}
