package geo

import "math"

// radii are those of the meridian and of the prime vertical at a latitude in radians, and the latitude's cosine.
func radii(lat float64) (meridian, vertical, cos float64) {
	sin, cos := math.Sincos(lat)
	w := 1 - ecc2*sin*sin
	vertical = semiMajor / math.Sqrt(w)
	return vertical * (1 - ecc2) / w, vertical, cos
}

// MetresPerUnit is the length of one lattice unit east and north at the latitude y (in lattice units) on the ellipsoid:
// N(φ) cos φ and M(φ), times the angle.
func MetresPerUnit(y int32) (east, north float64) {
	m, n, cos := radii(float64(y) * radians)
	return n * cos * radians, m * radians
}

// Distance is the metres from a to b on the tangent plane at a. Within 10 km of a and below 60° of latitude it differs
// from the geodesic by less than 0.15 %.
func Distance(a, b Point) float64 {
	mx, my := MetresPerUnit(a.Y)
	return math.Hypot((float64(b.X)-float64(a.X))*mx, (float64(b.Y)-float64(a.Y))*my)
}

// SegmentDistance is the metres from p to the nearest place of the segment from a to b, on the tangent plane at p.
func SegmentDistance(p, a, b Point) float64 {
	mx, my := MetresPerUnit(p.Y)
	return math.Sqrt(segmentDistance2(p, a, b, mx, my))
}

// segmentDistance2 is the square of a distance on a plane whose units are mx and my long. The conversions keep compilers from
// fusing multiplications and additions: the result is the same on every machine.
func segmentDistance2(p, a, b Point, mx, my float64) float64 {
	ax, ay := (float64(a.X)-float64(p.X))*mx, (float64(a.Y)-float64(p.Y))*my
	dx, dy := (float64(b.X)-float64(a.X))*mx, (float64(b.Y)-float64(a.Y))*my
	if l := float64(dx*dx) + float64(dy*dy); l > 0 {
		t := min(max(-(float64(ax*dx)+float64(ay*dy))/l, 0), 1)
		ax, ay = ax+float64(t*dx), ay+float64(t*dy)
	}
	return float64(ax*ax) + float64(ay*ay)
}
