package geo

import "cmp"

// CompareTurn orders the directions from o to a and to b by angle, turning left: from just above due east round to due
// east itself, which comes last.
func CompareTurn(o, a, b Point) int {
	return cmp.Or(cmp.Compare(sector(o, a), sector(o, b)), -cmp.Compare(Orient(o, a, b), 0))
}

// sector is 0 for directions in (0°, 180°), 1 for [180°, 360°) and 2 for 360°.
func sector(o, a Point) int {
	switch {
	case a.Y > o.Y:
		return 0
	case a.Y < o.Y || a.X < o.X:
		return 1
	default:
		return 2
	}
}
