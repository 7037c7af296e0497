package grid

import (
	"cmp"
	"math"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
)

// noiseM2 is what a sum of areas may be off by: smaller flows are none. The smallest triangle of the lattice is six times as large.
const noiseM2 = 1e-5

// overlaps is the area in m² that each pair of an old and a new shape shares, coverage.Outside standing for what no shape of
// that side covers. Shapes of one side share no inside.
//
// A horizontal line sweeps over both sides at once. Between two neighbouring rows, where no two edges cross and no vertex
// lies, the edges cut the line into intervals, each in one old and one new face: what it passes over are trapezoids, whose
// sizes are summed in floating point. Edges that both sides share are in the same place exactly. The area element is that
// of the ellipsoid at the row.
func overlaps(old, new []geo.MultiPolygon) map[[2]int32]float64 {
	if len(old) == 0 || len(new) == 0 {
		return alone(old, new)
	}
	var s sweep
	s.add(old, 0)
	s.add(new, 1)
	if len(s.edges) == 0 {
		return nil
	}
	s.west = float64(s.edges[0].lo.X)
	rows := s.rows()
	slices.SortFunc(s.edges, func(a, b sweepEdge) int { return cmp.Compare(a.lo.Y, b.lo.Y) })
	areas := map[[2]int32]float64{}
	var active []sweepEdge
	next := 0
	for k, y := range rows[:len(rows)-1] {
		top := rows[k+1]
		active = slices.DeleteFunc(active, func(e sweepEdge) bool { return float64(e.hi.Y) <= y })
		for next < len(s.edges) && float64(s.edges[next].lo.Y) <= y {
			active = append(active, s.edges[next])
			next++
		}
		middle := (y + top) / 2
		for i := range active {
			active[i].x = active[i].at(middle, s.west)
		}
		sortNearlySorted(active)
		east, north := geo.MetresPerUnit(int32(math.Round(middle)))
		height := (top - y) * east * north
		in := nowhere
		for i, e := range active {
			if in != nowhere {
				areas[in] += (e.x - active[i-1].x) * height
			}
			in[e.side] += e.right - e.left // edges in one place may come in any order
		}
	}
	for pair, area := range areas {
		if area < noiseM2 {
			delete(areas, pair)
		}
	}
	return areas
}

// alone are the areas where one side has no shape at all.
func alone(old, new []geo.MultiPolygon) map[[2]int32]float64 {
	areas := make(map[[2]int32]float64, len(old)+len(new))
	for i, m := range old {
		areas[[2]int32{int32(i), coverage.Outside}] = m.AreaM2()
	}
	for j, m := range new {
		areas[[2]int32{coverage.Outside, int32(j)}] = m.AreaM2()
	}
	return areas
}

// nowhere is outside of both sides.
var nowhere = [2]int32{coverage.Outside, coverage.Outside}

// sweep gathers the edges of both sides.
type sweep struct {
	edges []sweepEdge
	west  float64 // from where x counts, so that little is lost to rounding
}

// sweepEdge runs from its lower to its upper end, with a shape on its west (left) and on its east.
type sweepEdge struct {
	lo, hi      geo.Point
	side        int8
	left, right int32
	x           float64 // where the line meets it
}

// at is where a row meets the edge, east of a meridian.
func (e *sweepEdge) at(y, west float64) float64 {
	t := (y - float64(e.lo.Y)) / (float64(e.hi.Y) - float64(e.lo.Y))
	return float64(e.lo.X) - west + t*(float64(e.hi.X)-float64(e.lo.X))
}

// add takes the edges of one side; a border between two shapes is one edge.
func (s *sweep) add(shapes []geo.MultiPolygon, side int8) {
	at := map[[2]geo.Point]int{}
	for i, shape := range shapes {
		for _, polygon := range shape {
			for _, ring := range polygon {
				a := ring[len(ring)-1]
				for _, b := range ring {
					lo, hi := a, b
					down := a.Y > b.Y // the inside is on the left hand: east of an edge that runs down
					if down {
						lo, hi = b, a
					}
					a = b
					if lo.Y == hi.Y {
						continue
					}
					k, known := at[[2]geo.Point{lo, hi}]
					if !known {
						k = len(s.edges)
						at[[2]geo.Point{lo, hi}] = k
						s.edges = append(s.edges, sweepEdge{lo: lo, hi: hi, side: side, left: coverage.Outside, right: coverage.Outside})
					}
					if down {
						s.edges[k].right = int32(i)
					} else {
						s.edges[k].left = int32(i)
					}
				}
			}
		}
	}
}

// rows are the heights at which something begins, ends or crosses, ascending.
func (s *sweep) rows() []float64 {
	var rows []float64
	for _, e := range s.edges {
		rows = append(rows, float64(e.lo.Y), float64(e.hi.Y))
	}
	cells := geo.NewBuckets(len(s.edges), func(i int) (a, b geo.Point) { return s.edges[i].lo, s.edges[i].hi })
	cells.Pairs(func(i, j int) bool {
		if e, f := &s.edges[i], &s.edges[j]; e.side != f.side {
			if y, ok := crossing(e, f); ok {
				rows = append(rows, y)
			}
		}
		return true
	})
	slices.Sort(rows)
	return slices.Compact(rows)
}

// crossing is the height at which two edges cross within both, or where one ends on the other.
func crossing(e, f *sweepEdge) (y float64, ok bool) {
	a, b := geo.Orient(e.lo, e.hi, f.lo), geo.Orient(e.lo, e.hi, f.hi)
	c, d := geo.Orient(f.lo, f.hi, e.lo), geo.Orient(f.lo, f.hi, e.hi)
	if (a > 0) == (b > 0) || (c > 0) == (d > 0) || a == 0 || b == 0 {
		return 0, false
	}
	t := float64(a) / (float64(a) - float64(b))
	return float64(f.lo.Y) + t*(float64(f.hi.Y)-float64(f.lo.Y)), true
}

// sortNearlySorted sorts edges by x; from one row to the next few change places.
func sortNearlySorted(edges []sweepEdge) {
	for i := 1; i < len(edges); i++ {
		for j := i; j > 0 && edges[j].x < edges[j-1].x; j-- {
			edges[j], edges[j-1] = edges[j-1], edges[j]
		}
	}
}
