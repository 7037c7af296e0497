package geo

import "math/bits"

// Cross reports whether the segments a–b and c–d cross properly: in one point that is an end of neither. Exact.
func Cross(a, b, c, d Point) bool {
	return opposite(Orient(a, b, c), Orient(a, b, d)) && opposite(Orient(c, d, a), Orient(c, d, b))
}

func opposite(o, p int64) bool { return o < 0 && p > 0 || o > 0 && p < 0 }

// Intersection is the point where two properly crossing segments cross: the exact rational, rounded to the lattice
// half away from zero as every coordinate is. Exact where the four points lie in a narrow box.
func Intersection(a, b, c, d Point) Point {
	// Twice the area of a triangle is at most the area of its box, 2⁶²: the sum of two fits.
	n, m := Orient(c, d, a), Orient(c, d, a)-Orient(c, d, b)
	if m < 0 {
		n, m = -n, -m
	}
	return Point{between(a.X, b.X, uint64(n), uint64(m)), between(a.Y, b.Y, uint64(n), uint64(m))}
}

// between is a + (b − a)·n/m for 0 ≤ n ≤ m, rounded half away from zero.
func between(a, b int32, n, m uint64) int32 {
	if a > b {
		return -between(-a, -b, n, m)
	}
	hi, lo := bits.Mul64(uint64(int64(b)-int64(a)), n)
	q, r := bits.Div64(hi, lo, m)
	v := int64(a) + int64(q) // the value is v + r/m
	if 2*r > m || 2*r == m && v >= 0 {
		v++
	}
	return int32(v)
}
