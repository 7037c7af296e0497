package locate

import (
	"math/big"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
)

// oracle is the tie rule read off the faces themselves: each face alone is asked whether it contains p moved by
// (+ε, +ε²); if none does, each face whose ring passes p covers the sector that begins, turning left, at the edge on which
// the ring leaves p, and the first such sector from due east wins. It looks at every face whose box holds p, found by the
// columns that the boxes touch. Rings must have their face on the left.
type oracle struct {
	faces   []geo.MultiPolygon
	boxes   []geo.Bounds
	west    int32
	width   int64     // of a column
	columns [][]int32 // the faces whose box touches each column, in order
}

func newOracle(faces []geo.MultiPolygon) *oracle {
	o := &oracle{faces: faces}
	all := geo.EmptyBounds()
	for _, f := range faces {
		o.boxes = append(o.boxes, f.Bounds())
		all = all.Union(f.Bounds())
	}
	if len(faces) == 0 {
		return o
	}
	o.west = all.Min.X
	o.width = (int64(all.Max.X)-int64(o.west))/int64(len(faces)) + 1
	o.columns = make([][]int32, o.column(all.Max.X)+1)
	for i, box := range o.boxes {
		for c := o.column(box.Min.X); c <= o.column(box.Max.X); c++ {
			o.columns[c] = append(o.columns[c], int32(i))
		}
	}
	return o
}

func (o *oracle) column(x int32) int64 { return (int64(x) - int64(o.west)) / o.width }

func (o *oracle) face(p geo.Point) int32 {
	if p.X < o.west || len(o.faces) == 0 || o.column(p.X) >= int64(len(o.columns)) {
		return coverage.Outside
	}
	owner, first := coverage.Outside, geo.Point{}
	for _, i := range o.columns[o.column(p.X)] {
		if !o.boxes[i].Contains(p) {
			continue
		}
		if o.faces[i].Contains(p) {
			return i
		}
		for _, polygon := range o.faces[i] {
			for _, ring := range polygon {
				for k, a := range ring {
					b := ring[(k+1)%len(ring)]
					if p == b || !geo.OnSegment(p, a, b) {
						continue
					}
					to := geo.Point{X: b.X - p.X, Y: b.Y - p.Y}
					if owner == coverage.Outside || sooner(to, first) {
						owner, first = i, to
					}
				}
			}
		}
	}
	return owner
}

// sooner reports whether direction a is met before b when turning left from due east, which itself is met last.
func sooner(a, b geo.Point) bool {
	if qa, qb := quadrant(a), quadrant(b); qa != qb {
		return qa < qb
	}
	l := new(big.Int).Mul(big.NewInt(int64(a.X)), big.NewInt(int64(b.Y)))
	r := new(big.Int).Mul(big.NewInt(int64(a.Y)), big.NewInt(int64(b.X)))
	return l.Cmp(r) > 0
}

// quadrant numbers the quarters (0°, 90°] … (270°, 360°] from 1 to 4.
func quadrant(d geo.Point) int {
	switch {
	case d.X >= 0 && d.Y > 0:
		return 1
	case d.X < 0 && d.Y >= 0:
		return 2
	case d.X <= 0 && d.Y < 0:
		return 3
	default:
		return 4
	}
}

// magnified is the tie rule from its definition, for small nets: the net is drawn 10⁶ times as large, so that ε and the
// bisectors of the sectors around a point are lattice points strictly inside some face or outside all.
type magnified struct{ faces []geo.MultiPolygon }

const magnification = 1_000_000

func newMagnified(faces []geo.MultiPolygon) *magnified {
	m := &magnified{}
	for _, f := range faces {
		var large geo.MultiPolygon
		for _, polygon := range f {
			var p geo.Polygon
			for _, ring := range polygon {
				var r geo.Ring
				for _, v := range ring {
					r = append(r, geo.Point{X: v.X * magnification, Y: v.Y * magnification})
				}
				p = append(p, r)
			}
			large = append(large, p)
		}
		m.faces = append(m.faces, large)
	}
	return m
}

func (m *magnified) face(p geo.Point) int32 {
	at := geo.Point{X: p.X * magnification, Y: p.Y * magnification}
	if f := m.strictly(geo.Point{X: at.X + 1000, Y: at.Y + 1}); f != coverage.Outside {
		return f
	}
	var rays []geo.Point
	for _, face := range m.faces {
		for _, polygon := range face {
			for _, ring := range polygon {
				for k, a := range ring {
					b := ring[(k+1)%len(ring)]
					if geo.OnSegment(at, a, b) {
						for _, end := range []geo.Point{a, b} {
							if end != at {
								rays = append(rays, geo.Point{X: (end.X - at.X) / magnification, Y: (end.Y - at.Y) / magnification})
							}
						}
					}
				}
			}
		}
	}
	turn := func(a, b geo.Point) int32 { return a.X*b.Y - a.Y*b.X }
	for turned := (geo.Point{}); len(rays) > 0; {
		next, found := geo.Point{}, false
		for _, r := range rays {
			if (turned == geo.Point{} || sooner(turned, r)) && (!found || sooner(r, next)) {
				next, found = r, true
			}
		}
		if !found {
			break
		}
		turned = next
		after, found := geo.Point{X: -next.Y, Y: next.X}, false // a quarter turn on, or halfway to the next ray
		for _, r := range rays {
			if turn(next, r) > 0 && (!found || turn(r, after) > 0) {
				after, found = r, true
			}
		}
		if f := m.strictly(geo.Point{X: at.X + 500*(next.X+after.X), Y: at.Y + 500*(next.Y+after.Y)}); f != coverage.Outside {
			return f
		}
	}
	return coverage.Outside
}

// strictly is the face that has a point strictly inside.
func (m *magnified) strictly(p geo.Point) int32 {
	for i, f := range m.faces {
		if f.Locate(p) == geo.Inside {
			return int32(i)
		}
	}
	return coverage.Outside
}
