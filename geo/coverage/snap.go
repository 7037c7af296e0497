package coverage

import (
	"cmp"
	"errors"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

var errNoding = errors.New("coverage: noding on the lattice does not come to rest")

// arrange nodes segments on the lattice by iterated snap rounding (D. Halperin, E. Packer, 2002, after J. Hobby, 1999): every
// vertex and every crossing, rounded, is the centre of a pixel one unit wide; every segment that passes through a pixel is
// led through its centre; repeated until nothing changes. No vertex then lies within half a unit of an edge that does not
// end in it. The segments must be boundaries: as many arrive at each vertex, with their weights, as leave it.
func arrange(segments []weighted) (*arrangement, error) {
	const rounds = 64 // real data need two to four
	for range rounds {
		pts, edges, step, start := unite(segments)
		stops := snap(pts, edges)
		if len(stops) == 0 {
			return newArrangement(segments), nil
		}
		segments = segments[:0:0]
		for e, uv := range edges {
			on := stopsOf(int32(e), &stops)
			for _, c := range step[start[e]:start[e+1]] {
				segments = lead(segments, weighted{pts[uv[0]], pts[uv[1]], c.label, c.weight}, on)
			}
		}
	}
	return nil, errNoding
}

// stop is a point that an edge must be led through.
type stop struct {
	edge int32
	at   geo.Point
}

func sortStops(stops *[]stop) {
	slices.SortFunc(*stops, func(s, t stop) int { return cmp.Or(cmp.Compare(s.edge, t.edge), s.at.Compare(t.at)) })
	*stops = slices.Compact(*stops)
}

// stopsOf takes the stops of an edge from the front of a sorted list.
func stopsOf(edge int32, stops *[]stop) []stop {
	n := 0
	for n < len(*stops) && (*stops)[n].edge == edge {
		n++
	}
	on := (*stops)[:n]
	*stops = (*stops)[n:]
	return on
}

// lead appends a segment, led through stops.
func lead(segments []weighted, s weighted, stops []stop) []weighted {
	// Along the segment: by the scalar product with its direction, which fits as all lie in its box. No two pixels that a
	// segment passes through lie straight across it.
	along := func(p geo.Point) int64 {
		return (int64(s.b.X)-int64(s.a.X))*(int64(p.X)-int64(s.a.X)) + (int64(s.b.Y)-int64(s.a.Y))*(int64(p.Y)-int64(s.a.Y))
	}
	slices.SortFunc(stops, func(p, q stop) int { return cmp.Compare(along(p.at), along(q.at)) })
	from := s.a
	for _, t := range stops {
		segments = append(segments, weighted{from, t.at, s.label, s.weight})
		from = t.at
	}
	return append(segments, weighted{from, s.b, s.label, s.weight})
}

// snap lists, edge by edge, the pixels' centres that edges pass by and do not have as ends.
func snap(pts []geo.Point, edges [][2]int32) []stop {
	var stops []stop
	line := func(e int) (a, b geo.Point) { return pts[edges[e][0]], pts[edges[e][1]] }
	cells := geo.NewBuckets(len(edges), line)
	var crossings []geo.Point
	cells.Pairs(func(i, j int) bool {
		a, b := line(i)
		c, d := line(j)
		if geo.Cross(a, b, c, d) {
			x := geo.Intersection(a, b, c, d)
			crossings = append(crossings, x)
			for _, e := range [2]int{i, j} {
				if p, q := line(e); x != p && x != q {
					stops = append(stops, stop{int32(e), x})
				}
			}
		}
		return true
	})
	look := func(p geo.Point) {
		near := geo.Bounds{Min: geo.Point{X: p.X - 1, Y: p.Y - 1}, Max: geo.Point{X: p.X + 1, Y: p.Y + 1}}
		cells.Near(near, func(e int) {
			if a, b := line(e); p != a && p != b && throughPixel(p, a, b) {
				stops = append(stops, stop{int32(e), p})
			}
		})
	}
	used := make([]bool, len(pts))
	for _, uv := range edges {
		for _, v := range uv {
			if !used[v] {
				used[v] = true
				look(pts[v])
			}
		}
	}
	for _, x := range crossings {
		look(x)
	}
	sortStops(&stops)
	return stops
}

// throughPixel reports whether the segment a–b passes through the pixel around p: the square one unit wide, with its lower and
// left sides and without the others.
func throughPixel(p, a, b geo.Point) bool {
	if p.X < min(a.X, b.X) || p.X > max(a.X, b.X) || p.Y < min(a.Y, b.Y) || p.Y > max(a.Y, b.Y) {
		return false
	}
	dx, dy := int64(b.X)-int64(a.X), int64(b.Y)-int64(a.Y)
	o := geo.Orient(a, b, p)
	reach := abs(dx) + abs(dy) // the line passes a corner of the pixel where |2o| = reach
	switch {
	case 2*abs(o) < reach:
		return true
	case 2*abs(o) > reach:
		return false
	default: // one corner only: it counts if it is the lower left one, and within the segment
		return 2*o == dx-dy && p.X > min(a.X, b.X) && p.Y > min(a.Y, b.Y)
	}
}

func abs(v int64) int64 { return max(v, -v) }
