package geo

import (
	"cmp"
	"slices"
)

// Normalize is the canonical form of a shape, the one to hash and to compare: shells run counter-clockwise and holes
// clockwise, each ring starts at its smallest vertex (Point.Less), holes and parts are in the order of their vertices.
// The point set is not changed; the input is not written to.
func Normalize(m MultiPolygon) MultiPolygon {
	out := make(MultiPolygon, len(m))
	for i, poly := range m {
		q := make(Polygon, len(poly))
		for j, r := range poly {
			q[j] = normalRing(r, j == 0)
		}
		if len(q) > 2 {
			slices.SortFunc(q[1:], compareRings)
		}
		out[i] = q
	}
	slices.SortFunc(out, func(a, b Polygon) int { return slices.CompareFunc(a, b, compareRings) })
	return out
}

// Equal reports whether two shapes are the same up to the order and direction of rings: whether their normal forms are.
func Equal(a, b MultiPolygon) bool { return Identical(Normalize(a), Normalize(b)) }

// Identical reports whether two shapes are written alike, vertex by vertex.
func Identical(a, b MultiPolygon) bool {
	return slices.EqualFunc(a, b, func(p, q Polygon) bool {
		return slices.EqualFunc(p, q, func(r, s Ring) bool { return slices.Equal(r, s) })
	})
}

// Orient makes shells run counter-clockwise and holes clockwise; a shape that does already is returned as it is, else a copy.
func (m MultiPolygon) Orient() MultiPolygon {
	oriented := func(r Ring, shell bool) bool { return (r.Area2() > 0) == shell }
	copied := false
	for i, poly := range m {
		for j, r := range poly {
			if oriented(r, j == 0) {
				continue
			}
			if !copied {
				m = slices.Clone(m)
				for k := range m {
					m[k] = slices.Clone(m[k])
				}
				copied = true
			}
			s := slices.Clone(r)
			slices.Reverse(s)
			m[i][j] = s
		}
	}
	return m
}

func normalRing(r Ring, shell bool) Ring {
	if len(r) == 0 {
		return Ring{}
	}
	out := make(Ring, 0, len(r))
	start := 0
	for i, p := range r {
		if p.Less(r[start]) {
			start = i
		}
	}
	out = append(append(out, r[start:]...), r[:start]...)
	if (out.Area2() > 0) != shell {
		slices.Reverse(out[1:])
	}
	return out
}

func compareRings(a, b Ring) int { return slices.CompareFunc(a, b, Point.Compare) }

// Compare orders points as Less does: by X, then by Y.
func (p Point) Compare(q Point) int {
	return cmp.Or(cmp.Compare(p.X, q.X), cmp.Compare(p.Y, q.Y))
}
