package geo

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// LabelPoint is a lattice point strictly inside the largest part of the shape, about as far from its border as can be on the
// ground: its distance is within 1 % of √area of the best. It is found by polylabel (V. Agafonkin, 2016: cells of a quadtree,
// the most promising first). The same shape gives the same point on every machine. A part with no lattice point inside
// gives its smallest vertex, an empty shape the zero Point.
func LabelPoint(m MultiPolygon) Point {
	b := m.Bounds()
	if b.Empty() {
		return Point{}
	}
	mx, my := MetresPerUnit(int32((int64(b.Min.Y) + int64(b.Max.Y)) / 2))
	p, _ := m.Widest(math.Round(mx/my*1024)/1024, 1) // a short ratio: no trigonometric rounding reaches the result
	return p
}

// Widest is the lattice point strictly inside the largest part of the shape that is farthest from its border, and that distance,
// where a lattice unit is east wide and north high. It is found within 1 % of √area, in slivers hundreds of times as long as wide
// less well. 0 where no lattice point lies inside.
func (m MultiPolygon) Widest(east, north float64) (Point, float64) {
	poly := m.largest()
	if len(poly) == 0 || len(poly[0]) == 0 {
		return Point{}, 0
	}
	s := search{shape: MultiPolygon{poly}, kx: east / north, best: slices.MinFunc(poly[0], Point.Compare)}
	s.measure()
	s.run()
	if s.distance == 0 {
		s.rows()
	}
	return s.best, s.distance * north
}

func (m MultiPolygon) largest() Polygon {
	var best Polygon
	area := int64(-1)
	for _, poly := range m {
		if a := (MultiPolygon{poly}).Area2(); a > area {
			best, area = poly, a
		}
	}
	return best
}

// search is a run of polylabel.
type search struct {
	shape    MultiPolygon
	runs     []run
	kx       float64
	best     Point
	distance float64 // of best to the border, 0 until a point inside is known
	heap     []quad
}

// quad is a square of half side half around a lattice point; no point in it is farther inside than most.
type quad struct {
	at   Point
	half int32
	most float64
}

func (a quad) compare(b quad) int {
	return cmp.Or(-cmp.Compare(a.most, b.most), -cmp.Compare(a.half, b.half), a.at.Compare(b.at))
}

// maxQuads ends the search in slivers, where no quad looks better than another; other shapes need a hundred or two.
const maxQuads = 1000

func (s *search) run() {
	b := s.shape.Bounds()
	w, h := int64(b.Max.X)-int64(b.Min.X), int64(b.Max.Y)-int64(b.Min.Y)
	half := int64(1) << bits.Len64(uint64(max(w, h)>>4|min(w, h)>>1)) >> 1
	half = max(half, 1)
	for x := int64(b.Min.X) + half; x-half <= int64(b.Max.X); x += 2 * half {
		for y := int64(b.Min.Y) + half; y-half <= int64(b.Max.Y); y += 2 * half {
			s.add(Point{clamp32(x, b.Max.X), clamp32(y, b.Max.Y)}, int32(half))
		}
	}
	size := math.Sqrt(max(0, float64(s.shape.Area2())/2*s.kx))
	for n := 0; len(s.heap) > 0 && n < maxQuads; n++ {
		q := s.pop()
		if q.most-s.distance <= min(size/100, max(s.distance/10, 1)) {
			break
		}
		if q.half == 1 { // its other lattice points
			for d := range int32(9) {
				s.add(Point{q.at.X + d%3 - 1, q.at.Y + d/3 - 1}, 0)
			}
			continue
		}
		if k := q.half / 2; k > 0 {
			for d := range int32(4) {
				s.add(Point{q.at.X + (d&1*2-1)*k, q.at.Y + (d&2-1)*k}, k)
			}
		}
	}
}

func clamp32(v int64, limit int32) int32 { return int32(min(v, int64(limit))) }

// add looks at the middle of a quad and keeps the quad if it may hold something better.
func (s *search) add(p Point, half int32) {
	d := s.inset(p)
	if d > s.distance && s.shape.Locate(p) == Inside {
		s.best, s.distance = p, d
	}
	if most := d + float64(half)*math.Sqrt2; half > 0 && most > s.distance {
		s.push(quad{p, half, most})
	}
}

// inset is the distance of p from the border in units of latitude, negative outside.
func (s *search) inset(p Point) float64 {
	least := math.Inf(1)
	odd := false
	for _, r := range s.runs {
		if r.box.Min.Y <= p.Y && p.Y <= r.box.Max.Y {
			a := r.from
			for _, b := range r.to {
				if Crossing(a, b, p) != 0 {
					odd = !odd
				}
				a = b
			}
		}
		if s.away2(r.box, p)*(1-1e-9) >= least { // rounding may make it look farther than its edges are
			continue
		}
		a := r.from
		for _, b := range r.to {
			least = min(least, segmentDistance2(p, a, b, s.kx, 1))
			a = b
		}
	}
	if !odd {
		return -math.Sqrt(least)
	}
	return math.Sqrt(least)
}

// run is a number of edges of a ring, which are looked at together or passed over.
type run struct {
	box  Bounds
	from Point   // of the first edge
	to   []Point // of each
}

// measure parts the border into runs.
func (s *search) measure() {
	for _, r := range s.shape[0] {
		if len(r) == 0 {
			continue
		}
		from := r[len(r)-1]
		for part := range slices.Chunk(r, 32) {
			box := EmptyBounds().Extend(from)
			for _, p := range part {
				box = box.Extend(p)
			}
			s.runs = append(s.runs, run{box, from, part})
			from = part[len(part)-1]
		}
	}
}

// away2 is the square of the distance of p from a box, in units of latitude.
func (s *search) away2(b Bounds, p Point) float64 {
	dx := max(float64(b.Min.X)-float64(p.X), float64(p.X)-float64(b.Max.X), 0) * s.kx
	dy := max(float64(b.Min.Y)-float64(p.Y), float64(p.Y)-float64(b.Max.Y), 0)
	return float64(dx*dx) + float64(dy*dy)
}

// rows tries the widest span inside on some rows, for slivers that the quads missed.
func (s *search) rows() {
	b := s.shape.Bounds()
	high := int64(b.Max.Y) - int64(b.Min.Y)
	const tries = 63
	for k := range int64(tries) {
		y := int32(int64(b.Min.Y) + high*(k+1)/(tries+1))
		var cuts []float64
		for _, r := range s.shape[0] {
			if len(r) == 0 {
				continue
			}
			a := r[len(r)-1]
			for _, q := range r {
				if (a.Y <= y) != (q.Y <= y) {
					t := (float64(y) - float64(a.Y)) / (float64(q.Y) - float64(a.Y))
					cuts = append(cuts, float64(a.X)+float64(t*(float64(q.X)-float64(a.X))))
				}
				a = q
			}
		}
		slices.Sort(cuts)
		for i := 0; i+1 < len(cuts); i += 2 {
			for _, x := range []float64{math.Floor((cuts[i] + cuts[i+1]) / 2), math.Ceil((cuts[i] + cuts[i+1]) / 2)} {
				s.add(Point{int32(x), y}, 0)
			}
		}
	}
}

func (s *search) push(q quad) {
	s.heap = append(s.heap, q)
	for i := len(s.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if s.heap[up].compare(s.heap[i]) <= 0 {
			return
		}
		s.heap[up], s.heap[i] = s.heap[i], s.heap[up]
		i = up
	}
}

func (s *search) pop() quad {
	top := s.heap[0]
	last := len(s.heap) - 1
	s.heap[0] = s.heap[last]
	s.heap = s.heap[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return top
		}
		if down+1 < last && s.heap[down+1].compare(s.heap[down]) < 0 {
			down++
		}
		if s.heap[i].compare(s.heap[down]) <= 0 {
			return top
		}
		s.heap[i], s.heap[down] = s.heap[down], s.heap[i]
		i = down
	}
}
