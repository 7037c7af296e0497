package demo

import (
	"math"

	"github.com/zhuwang/zhuwang/geo"
)

// vec is a place or a direction on the plane of the district: metres east and north of the origin.
type vec struct{ x, y float64 }

// The origin of the plane on the lattice, and the metres of one lattice unit east and north: the ellipsoid's radii
// N(φ) cos φ and M(φ) of GRS 80 at 22.6° N. Over the district's 58 km they hold within 0.2 %, enough for a drawing.
const (
	originX = 1079800000
	originY = 223400000
	metresX = 0.0102822
	metresY = 0.0110738
)

// lattice rounds a place to the lattice.
func (a vec) lattice() geo.Point {
	return geo.Point{
		X: originX + int32(math.Floor(a.x/metresX+0.5)),
		Y: originY + int32(math.Floor(a.y/metresY+0.5)),
	}
}

// onPlane is the place of a lattice point.
func onPlane(p geo.Point) vec {
	return vec{float64(float64(p.X-originX) * metresX), float64(float64(p.Y-originY) * metresY)}
}

func (a vec) add(b vec) vec       { return vec{a.x + b.x, a.y + b.y} }
func (a vec) sub(b vec) vec       { return vec{a.x - b.x, a.y - b.y} }
func (a vec) mul(s float64) vec   { return vec{float64(a.x * s), float64(a.y * s)} }
func (a vec) dot(b vec) float64   { return float64(a.x*b.x) + float64(a.y*b.y) }
func (a vec) cross(b vec) float64 { return float64(a.x*b.y) - float64(a.y*b.x) }
func (a vec) len() float64        { return math.Sqrt(a.dot(a)) }
func (a vec) dist(b vec) float64  { return a.sub(b).len() }

// left is the vector turned left by a right angle.
func (a vec) left() vec { return vec{-a.y, a.x} }

// unit is the direction of a vector; east for the zero vector.
func (a vec) unit() vec {
	l := a.len()
	if l == 0 {
		return vec{1, 0}
	}
	return a.mul(1 / l)
}

// direction is the unit vector at an angle in radians, counter-clockwise from east.
func direction(angle float64) vec {
	sin, cos := sincos(angle)
	return vec{cos, sin}
}

func lerp(a, b vec, t float64) vec {
	return vec{a.x + float64((b.x-a.x)*t), a.y + float64((b.y-a.y)*t)}
}

func clamp(x, lo, hi float64) float64 { return max(lo, min(hi, x)) }

// ease rises from 0 at 0 to 1 at 1, level at both ends.
func ease(t float64) float64 { return float64(t * t * (3 - float64(2*t))) }

// smooth is 0 below a, 1 above b, and eases between.
func smooth(a, b, x float64) float64 { return ease(clamp((x-a)/(b-a), 0, 1)) }

// along is the position of the foot of p on the line from a (0) to b (1).
func along(p, a, b vec) float64 {
	d := b.sub(a)
	l := d.dot(d)
	if l == 0 {
		return 0
	}
	return p.sub(a).dot(d) / l
}

// foot is the place of the segment from a to b nearest to p.
func foot(p, a, b vec) vec { return lerp(a, b, clamp(along(p, a, b), 0, 1)) }

// toSegment is the distance from p to the segment from a to b.
func toSegment(p, a, b vec) float64 { return p.dist(foot(p, a, b)) }

// crosses reports whether the open segments cross each other inside.
func crosses(a, b, c, d vec) bool {
	ab, cd := b.sub(a), d.sub(c)
	return float64(ab.cross(c.sub(a))*ab.cross(d.sub(a))) < 0 && float64(cd.cross(a.sub(c))*cd.cross(b.sub(c))) < 0
}

// clearance is the distance between two segments.
func clearance(a, b, c, d vec) float64 {
	if crosses(a, b, c, d) {
		return 0
	}
	return min(
		min(toSegment(a, c, d), toSegment(b, c, d)),
		min(toSegment(c, a, b), toSegment(d, a, b)))
}

// touch reports whether two closed segments share a point, exactly.
func touch(a, b, c, d geo.Point) bool {
	abc, abd := sign(geo.Orient(a, b, c)), sign(geo.Orient(a, b, d))
	cda, cdb := sign(geo.Orient(c, d, a)), sign(geo.Orient(c, d, b))
	if abc != abd && cda != cdb {
		return true
	}
	return abc == 0 && between(a, b, c) || abd == 0 && between(a, b, d) ||
		cda == 0 && between(c, d, a) || cdb == 0 && between(c, d, b)
}

// between reports whether p, which lies on the line through a and b, lies on the segment.
func between(a, b, p geo.Point) bool {
	return min(a.X, b.X) <= p.X && p.X <= max(a.X, b.X) && min(a.Y, b.Y) <= p.Y && p.Y <= max(a.Y, b.Y)
}

func sign(x int64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}
