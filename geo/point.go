package geo

import "math"

// Scale is the number of lattice units in a degree.
const Scale = 1e7

// Limits of the lattice: ±180° of longitude, ±90° of latitude.
const (
	MaxX = 180 * Scale
	MaxY = 90 * Scale
)

// Point is a place on the lattice: X is longitude and Y latitude, both in 1e-7 degree.
type Point struct{ X, Y int32 }

// FromDegrees rounds a longitude and a latitude in degrees to the lattice: k = round(deg × 1e7), half away from zero.
// ok is false where the place is not on the earth (NaN, infinite, beyond ±180 or ±90).
func FromDegrees(lon, lat float64) (p Point, ok bool) {
	if !(math.Abs(lon) <= 180 && math.Abs(lat) <= 90) {
		return Point{}, false
	}
	return Point{int32(math.Round(lon * Scale)), int32(math.Round(lat * Scale))}, true
}

// Lon is the longitude in degrees: float64(k) / 1e7.
func (p Point) Lon() float64 { return float64(p.X) / Scale }

// Lat is the latitude in degrees: float64(k) / 1e7.
func (p Point) Lat() float64 { return float64(p.Y) / Scale }

// Less orders points by X, then by Y.
func (p Point) Less(q Point) bool { return p.X < q.X || p.X == q.X && p.Y < q.Y }

// Orient is positive where c lies left of the line from a to b, negative right of it, 0 on it. Exact where the three
// points lie within an extent of 2³¹ units (214°) on each axis, which Bounds.Narrow tests.
func Orient(a, b, c Point) int64 {
	return (int64(b.X)-int64(a.X))*(int64(c.Y)-int64(a.Y)) - (int64(b.Y)-int64(a.Y))*(int64(c.X)-int64(a.X))
}
