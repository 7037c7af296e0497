package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// FromOrb reads a Polygon or MultiPolygon in degrees onto the lattice. shift is the farthest that rounding moved a
// vertex, in metres. Vertices that become equal to their predecessor are dropped: that is reading, not cleaning; the
// shape itself is not examined (see Validate) and rings keep their direction.
//
// The error is a Defect: another kind of geometry, a coordinate that is not on the earth, or a ring that does not end
// where it starts.
func FromOrb(g orb.Geometry) (m MultiPolygon, shift float64, err error) {
	var mp orb.MultiPolygon
	switch g := g.(type) {
	case orb.Polygon:
		mp = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		mp = g
	case orb.Bound:
		mp = orb.MultiPolygon{g.ToPolygon()}
	case nil:
		return nil, 0, Defect{Rule: RuleEmpty}
	default:
		return nil, 0, Defect{Rule: RuleNotPolygon}
	}
	m = make(MultiPolygon, len(mp))
	for i, poly := range mp {
		m[i] = make(Polygon, len(poly))
		for j, ring := range poly {
			r, s, err := fromOrbRing(ring)
			if err != nil {
				return nil, 0, err
			}
			m[i][j], shift = r, max(shift, s)
		}
	}
	return m, shift, nil
}

// LinesFromOrb reads a LineString or MultiLineString in degrees onto the lattice, as FromOrb reads polygons. A line of which less than two
// different vertices are left is dropped; where none is left the error is a Defect.
func LinesFromOrb(g orb.Geometry) (lines [][]Point, shift float64, err error) {
	var all orb.MultiLineString
	switch g := g.(type) {
	case orb.LineString:
		all = orb.MultiLineString{g}
	case orb.MultiLineString:
		all = g
	}
	for _, line := range all {
		points, s, err := onLattice(line)
		if err != nil {
			return nil, 0, err
		}
		if shift = max(shift, s); len(points) > 1 {
			lines = append(lines, points)
		}
	}
	switch {
	case lines != nil:
		return lines, shift, nil
	case len(all) > 0 && len(all[0]) > 0:
		p, _ := FromDegrees(all[0][0][0], all[0][0][1])
		return nil, 0, Defect{Rule: RuleShortLine, At: p}
	}
	return nil, 0, Defect{Rule: RuleEmpty}
}

func fromOrbRing(ring orb.Ring) (Ring, float64, error) {
	r, shift, err := onLattice(ring)
	if err != nil {
		return nil, 0, err
	}
	if n := len(ring); n > 0 {
		first, _ := FromDegrees(ring[0][0], ring[0][1])
		last, _ := FromDegrees(ring[n-1][0], ring[n-1][1])
		if first != last {
			return nil, 0, Defect{Rule: RuleOpen, At: last}
		}
		if len(r) > 1 {
			r = r[:len(r)-1]
		}
	}
	return r, shift, nil
}

// onLattice rounds vertices in degrees to the lattice, drops those that become equal to their predecessor, and says how far the
// farthest was moved, in metres.
func onLattice(vertices []orb.Point) (points []Point, shift float64, err error) {
	points = make([]Point, 0, len(vertices))
	for _, c := range vertices {
		p, ok := FromDegrees(c[0], c[1])
		if !ok {
			return nil, 0, Defect{Rule: RuleOffEarth, At: clampDegrees(c[0], c[1])}
		}
		mx, my := MetresPerUnit(p.Y)
		shift = max(shift, math.Hypot((c[0]*Scale-float64(p.X))*mx, (c[1]*Scale-float64(p.Y))*my))
		if len(points) == 0 || points[len(points)-1] != p {
			points = append(points, p)
		}
	}
	return points, shift, nil
}

// clampDegrees is the place on the earth nearest to a coordinate that is not on it; NaN becomes 0.
func clampDegrees(lon, lat float64) Point {
	clamp := func(v, limit float64) float64 {
		if math.IsNaN(v) {
			return 0
		}
		return min(max(v, -limit), limit)
	}
	p, _ := FromDegrees(clamp(lon, 180), clamp(lat, 90))
	return p
}

// Orb is the shape in degrees, each ring closed by its first vertex.
func (m MultiPolygon) Orb() orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(m))
	for i, poly := range m {
		out[i] = make(orb.Polygon, len(poly))
		for j, r := range poly {
			ring := make(orb.Ring, 0, len(r)+1)
			for _, p := range r {
				ring = append(ring, p.Orb())
			}
			if len(r) > 0 {
				ring = append(ring, ring[0])
			}
			out[i][j] = ring
		}
	}
	return out
}

// Orb is the point in degrees.
func (p Point) Orb() orb.Point { return orb.Point{p.Lon(), p.Lat()} }

// Orb is the box in degrees.
func (b Bounds) Orb() orb.Bound { return orb.Bound{Min: b.Min.Orb(), Max: b.Max.Orb()} }
