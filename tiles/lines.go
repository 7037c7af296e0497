package tiles

import (
	"math/bits"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// roundLines draws lines in units of a zoom, simplified by a unit.
func roundLines(lines [][]geo.Point, d crs.Datum, z uint32) shape {
	var out shape
	var fines []fine
	var units []pt
	for _, l := range lines {
		fines, units = projectLine(fines[:0], l, d, fineShift(z)), units[:0]
		for _, f := range fines {
			if p := f.at(fineShift(z)); len(units) == 0 || units[len(units)-1] != p {
				units = append(units, p)
			}
		}
		if z < MaxZoom {
			units = simplify(units)
		}
		if len(units) > 1 {
			out.add(units)
		}
	}
	return out
}

// simplify leaves out vertices of a line that lie within a unit of what remains (Douglas and Peucker 1973). In place.
func simplify(l []pt) []pt {
	if len(l) < 3 {
		return l
	}
	keep := make([]bool, len(l))
	keep[0], keep[len(l)-1] = true, true
	type span struct{ from, to int }
	for stack := []span{{0, len(l) - 1}}; len(stack) > 0; {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		far, worst := 0, int64(1)
		for i := s.from + 1; i < s.to; i++ {
			if d := distance2(l[i], l[s.from], l[s.to]); d > worst {
				far, worst = i, d
			}
		}
		if far > 0 {
			keep[far] = true
			stack = append(stack, span{s.from, far}, span{far, s.to})
		}
	}
	out := l[:0]
	for i, k := range keep {
		if k {
			out = append(out, l[i])
		}
	}
	return out
}

// distance2 is the square of the distance of p from the edge ab, rounded up to whole square units.
func distance2(p, a, b pt) int64 {
	dx, dy := int64(b.x-a.x), int64(b.y-a.y)
	px, py := int64(p.x-a.x), int64(p.y-a.y)
	t := px*dx + py*dy
	if t <= 0 || dx == 0 && dy == 0 {
		return px*px + py*py
	}
	length2 := dx*dx + dy*dy
	if t >= length2 {
		qx, qy := int64(p.x-b.x), int64(p.y-b.y)
		return qx*qx + qy*qy
	}
	hi, lo := bits.Mul64(uint64(abs(px*dy-py*dx)), uint64(abs(px*dy-py*dx)))
	q, r := bits.Div64(hi, lo, uint64(length2))
	if r > 0 {
		q++
	}
	return int64(q)
}
