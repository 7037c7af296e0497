package geo

import "iter"

// Ring is a closed line without its repeated end: the last vertex is joined to the first.
type Ring []Point

// Polygon is a shell (counter-clockwise) followed by its holes (clockwise).
type Polygon []Ring

// MultiPolygon is the shape of one face: parts that may touch in points but share no inside.
type MultiPolygon []Polygon

// Bounds is a closed box. The zero value is the box of the point (0, 0); see EmptyBounds.
type Bounds struct{ Min, Max Point }

// EmptyBounds holds nothing; extending it by a point gives the box of that point.
func EmptyBounds() Bounds {
	return Bounds{Point{1<<31 - 1, 1<<31 - 1}, Point{-1 << 31, -1 << 31}}
}

// Empty reports whether the box holds no point.
func (b Bounds) Empty() bool { return b.Min.X > b.Max.X || b.Min.Y > b.Max.Y }

// Extend is the smallest box that holds b and p.
func (b Bounds) Extend(p Point) Bounds {
	return Bounds{Point{min(b.Min.X, p.X), min(b.Min.Y, p.Y)}, Point{max(b.Max.X, p.X), max(b.Max.Y, p.Y)}}
}

// Union is the smallest box that holds both.
func (b Bounds) Union(c Bounds) Bounds {
	return Bounds{
		Point{min(b.Min.X, c.Min.X), min(b.Min.Y, c.Min.Y)},
		Point{max(b.Max.X, c.Max.X), max(b.Max.Y, c.Max.Y)},
	}
}

// Contains reports whether p lies in the closed box.
func (b Bounds) Contains(p Point) bool {
	return b.Min.X <= p.X && p.X <= b.Max.X && b.Min.Y <= p.Y && p.Y <= b.Max.Y
}

// Intersects reports whether the closed boxes share a point.
func (b Bounds) Intersects(c Bounds) bool {
	return b.Min.X <= c.Max.X && c.Min.X <= b.Max.X && b.Min.Y <= c.Max.Y && c.Min.Y <= b.Max.Y
}

// Narrow reports whether exact arithmetic in int64 is safe in the box: both sides shorter than 2³¹ units.
func (b Bounds) Narrow() bool {
	return int64(b.Max.X)-int64(b.Min.X) < 1<<31 && int64(b.Max.Y)-int64(b.Min.Y) < 1<<31
}

// Bounds is the box of the ring.
func (r Ring) Bounds() Bounds {
	b := EmptyBounds()
	for _, p := range r {
		b = b.Extend(p)
	}
	return b
}

// Bounds is the box of the shape.
func (m MultiPolygon) Bounds() Bounds {
	b := EmptyBounds()
	for _, poly := range m {
		if len(poly) > 0 {
			b = b.Union(poly[0].Bounds())
		}
	}
	return b
}

// Vertices counts the vertices of all rings.
func (m MultiPolygon) Vertices() int {
	n := 0
	for _, poly := range m {
		for _, r := range poly {
			n += len(r)
		}
	}
	return n
}

// Points yields the vertices of all rings.
func (m MultiPolygon) Points() iter.Seq[Point] {
	return func(yield func(Point) bool) {
		for _, poly := range m {
			for _, r := range poly {
				for _, p := range r {
					if !yield(p) {
						return
					}
				}
			}
		}
	}
}
