package demo

import (
	"cmp"
	"math"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// Woods are drawn on a lattice of places so many metres apart.
const (
	woodStep    = 100.0
	woodColumns = 377
	woodRows    = 581
	woodLeast   = 30000.0 // m², the smallest wood and the smallest clearing
)

// forests are the contour of a noise that follows the hills, not of blocks: woods do not end at roads.
func (p *plan) forests() []geo.MultiPolygon {
	w := &woods{values: make([]float64, woodColumns*woodRows)}
	for i := range w.values {
		w.values[i] = -1
		if at := w.at(i); p.district.contains(at) {
			w.values[i] = p.woodedness(at)
		}
	}
	for _, c := range []class{outline, bank, shore} {
		for _, e := range p.g.edgesOf(c) {
			a, b := p.g.ends(e)
			w.clear(a, b)
		}
	}
	return w.shapes(w.contours())
}

// woodedness is above 0 where there is wood.
func (p *plan) woodedness(at vec) float64 {
	w := float64(p.hilliness(at)*1.3) + float64((fractalNoise(p.seed+950, at, 900, 3)-0.5)*1.5) - 0.45
	if p.urban.contains(at) {
		w -= 0.45
	}
	return w
}

// woods is the lattice of values whose zero contour is drawn (marching squares).
type woods struct{ values []float64 }

func (w *woods) at(i int) vec {
	return vec{float64(float64(i%woodColumns) * woodStep), float64(float64(i/woodColumns) * woodStep)}
}

// clear keeps wood 15 m away from a segment of the district's border or of a shore.
func (w *woods) clear(a, b vec) {
	const keep, slope, reach = 15, 400, 200
	x0, x1 := int((min(a.x, b.x)-reach)/woodStep), int((max(a.x, b.x)+reach)/woodStep)
	y0, y1 := int((min(a.y, b.y)-reach)/woodStep), int((max(a.y, b.y)+reach)/woodStep)
	for y := max(y0, 0); y <= min(y1, woodRows-1); y++ {
		for x := max(x0, 0); x <= min(x1, woodColumns-1); x++ {
			i := y*woodColumns + x
			if d := toSegment(w.at(i), a, b); d < reach {
				w.values[i] = min(w.values[i], (d-keep)/slope)
			}
		}
	}
}

// corners of a square, counter-clockwise from the south-west.
var corners = [4]int{0, 1, woodColumns + 1, woodColumns}

// contours follow the border of what is above 0, which lies on their left. A square where opposite corners are above joins them.
func (w *woods) contours() [][]vec {
	// next leads from the side where the contour enters a square to the side where it leaves.
	type side struct {
		from  int  // its south or west end
		north bool // where it runs to, else east
	}
	sideOf := func(square, k int) side {
		a, b := square+corners[k], square+corners[(k+1)%4]
		return side{min(a, b), max(a, b)-min(a, b) > 1}
	}
	next := map[side]side{}
	var order []side
	for i := range w.values {
		if i%woodColumns == woodColumns-1 || i/woodColumns == woodRows-1 {
			continue
		}
		for k := range 4 {
			// Counter-clockwise round the square: the contour enters where values fall below 0, and leaves where they next rise.
			if a, b := w.values[i+corners[k]], w.values[i+corners[(k+1)%4]]; !(a > 0 && b <= 0) {
				continue
			}
			for j := 1; j < 4; j++ {
				m := (k + j) % 4
				if a, b := w.values[i+corners[m]], w.values[i+corners[(m+1)%4]]; a <= 0 && b > 0 {
					next[sideOf(i, k)] = sideOf(i, m)
					order = append(order, sideOf(i, k))
					break
				}
			}
		}
	}
	crossing := func(s side) vec {
		to := s.from + 1
		if s.north {
			to = s.from + woodColumns
		}
		a, b := w.values[s.from], w.values[to]
		return lerp(w.at(s.from), w.at(to), clamp(a/(a-b), 0.03, 0.97))
	}
	var rings [][]vec
	for _, start := range order {
		var ring []vec
		for s, open := start, true; open; {
			to, left := next[s]
			if open = left; left {
				ring = append(ring, crossing(s))
				delete(next, s)
				s = to
			}
		}
		if len(ring) > 0 && math.Abs(signedArea(ring)) > woodLeast {
			rings = append(rings, roundOff(ring))
		}
	}
	return rings
}

// roundOff cuts the corners of a ring (Chaikin, 1974).
func roundOff(ring []vec) []vec {
	out := make([]vec, 0, 2*len(ring))
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		out = append(out, lerp(p, q, 0.25), lerp(p, q, 0.75))
	}
	return out
}

// shapes puts every clearing into the smallest wood round it.
func (w *woods) shapes(rings [][]vec) []geo.MultiPolygon {
	var shapes []geo.MultiPolygon
	var outer [][]vec
	for _, r := range rings {
		if signedArea(r) > 0 {
			outer = append(outer, r)
		}
	}
	slices.SortStableFunc(outer, func(a, b []vec) int { return cmp.Compare(signedArea(a), signedArea(b)) })
	for _, r := range outer {
		shapes = append(shapes, ringShape(r))
	}
	for _, r := range rings {
		if signedArea(r) > 0 {
			continue
		}
		i := slices.IndexFunc(outer, func(o []vec) bool { return inRing(r[0], o) })
		if i >= 0 {
			hole := ringShape(r)[0][0]
			slices.Reverse(hole)
			shapes[i][0] = append(shapes[i][0], hole)
		}
	}
	return shapes
}
