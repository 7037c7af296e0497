package geo

import "slices"

// Rows lists segments by the horizontal strips that they pass through, to answer what lies west of a point.
type Rows struct {
	seg    func(i int) (a, b Point)
	bottom int64
	height int64 // of a strip
	start  []int32
	items  []int32
}

// NewRows indexes n segments. The number of strips keeps the lists together shorter than about 3n.
func NewRows(n int, seg func(i int) (a, b Point)) *Rows {
	b := EmptyBounds()
	total := int64(0)
	for i := range n {
		p, q := seg(i)
		b = b.Extend(p).Extend(q)
		total += max(int64(p.Y)-int64(q.Y), int64(q.Y)-int64(p.Y))
	}
	r := &Rows{seg: seg, bottom: int64(b.Min.Y)}
	if n == 0 {
		return r
	}
	high := int64(b.Max.Y) - int64(b.Min.Y) + 1
	r.height = max(1, total/int64(n), high/int64(n))
	count := int(high/r.height) + 1
	r.start = make([]int32, count+1)
	strips := func(i int) (lo, hi int) {
		p, q := seg(i)
		return r.strip(min(p.Y, q.Y)), r.strip(max(p.Y, q.Y))
	}
	for i := range n {
		lo, hi := strips(i)
		for s := lo; s <= hi; s++ {
			r.start[s+1]++
		}
	}
	for s := range count {
		r.start[s+1] += r.start[s]
	}
	r.items = make([]int32, r.start[count])
	fill := slices.Clone(r.start[:count])
	for i := range n {
		lo, hi := strips(i)
		for s := lo; s <= hi; s++ {
			r.items[fill[s]] = int32(i)
			fill[s]++
		}
	}
	return r
}

func (r *Rows) strip(y int32) int { return int((int64(y) - r.bottom) / r.height) }

// Near lists the segments that may have points on the row of y.
func (r *Rows) Near(y int32) []int32 {
	s := r.strip(y)
	if int64(y) < r.bottom || s+1 >= len(r.start) {
		return nil
	}
	return r.items[r.start[s]:r.start[s+1]]
}

// West is the nearest segment strictly west of p on the row of p moved up by an infinitesimal amount, −1 for none. The segments
// may meet in common ends only.
func (r *Rows) West(p Point) int {
	best := -1
	var lo, hi Point
	for _, i := range r.Near(p.Y) {
		a, b := r.seg(int(i))
		if a.Y > b.Y {
			a, b = b, a
		}
		if Crossing(a, b, p) == 0 || OnSegment(p, a, b) {
			continue
		}
		if best < 0 || eastOf(a, b, lo, hi) {
			best, lo, hi = int(i), a, b
		}
	}
	return best
}

// eastOf reports whether the rising segment c–d lies east of the rising segment a–b on the rows that they share; they
// may meet in ends only.
func eastOf(c, d, a, b Point) bool {
	if a.Y > c.Y {
		return !eastOf(a, b, c, d)
	}
	if o := Orient(a, b, c); o != 0 {
		return o < 0
	}
	// c is on a–b: they part there, and the directions decide.
	dx, dy := int64(b.X)-int64(a.X), int64(b.Y)-int64(a.Y)
	return dx*(int64(d.Y)-int64(c.Y))-dy*(int64(d.X)-int64(c.X)) < 0
}
