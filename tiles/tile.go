package tiles

import "iter"

// The frame of every tile.
const (
	Extent  = 4096 // units across a tile
	Buffer  = 64   // units of the neighbours that a tile carries on every side
	MaxZoom = 18   // clients enlarge tiles of this zoom beyond it
)

// Valid reports whether the tile exists: zoom at most MaxZoom, x and y within the world.
func Valid(z, x, y uint32) bool { return z <= MaxZoom && x < 1<<z && y < 1<<z }

// pt is a place in units of a zoom: x east, y south, from the upper left corner of the world.
type pt struct{ x, y int32 }

// key orders places by x, then by y.
func (p pt) key() uint64 { return uint64(uint32(p.x)^1<<31)<<32 | uint64(uint32(p.y)^1<<31) }

// placeOf is the place of a key.
func placeOf(k uint64) pt { return pt{int32(uint32(k>>32) ^ 1<<31), int32(uint32(k) ^ 1<<31)} }

func (p pt) less(q pt) bool { return p.key() < q.key() }

// tileOrigin is the upper left corner of a tile.
func tileOrigin(x, y uint32) pt { return pt{int32(x * Extent), int32(y * Extent)} }

// box is a closed box in units of a zoom.
type box struct{ min, max pt }

func emptyBox() box {
	return box{pt{1<<31 - 1, 1<<31 - 1}, pt{-1 << 31, -1 << 31}}
}

func (b box) extend(p pt) box {
	return box{pt{min(b.min.x, p.x), min(b.min.y, p.y)}, pt{max(b.max.x, p.x), max(b.max.y, p.y)}}
}

func (b box) union(c box) box { return b.extend(c.min).extend(c.max) }

func (b box) intersects(c box) bool {
	return b.min.x <= c.max.x && c.min.x <= b.max.x && b.min.y <= c.max.y && c.min.y <= b.max.y
}

func (b box) contains(p pt) bool {
	return b.min.x <= p.x && p.x <= b.max.x && b.min.y <= p.y && p.y <= b.max.y
}

// to is the box in units of another, higher zoom.
func (b box) to(z, higher uint32) box {
	s := higher - z
	return box{pt{b.min.x << s, b.min.y << s}, pt{b.max.x << s, b.max.y << s}}
}

// holds reports whether c lies inside b and touches none of its sides.
func (b box) holds(c box) bool {
	return b.min.x < c.min.x && c.max.x < b.max.x && b.min.y < c.min.y && c.max.y < b.max.y
}

// tileBox is a tile with its buffer.
func tileBox(x, y uint32) box {
	o := tileOrigin(x, y)
	return box{pt{o.x - Buffer, o.y - Buffer}, pt{o.x + Extent + Buffer, o.y + Extent + Buffer}}
}

// shape is a list of lines or rings in units of a zoom; part i ends before ends[i]. Rings do not repeat their first
// vertex; a shell has positive area by the surveyor's formula in tile axes and is followed by its holes, of negative area.
type shape struct {
	pts  []pt
	ends []int32
	runs []run // nil: few edges
}

// all yields the parts.
func (s shape) all() iter.Seq[[]pt] {
	return func(yield func([]pt) bool) {
		from := int32(0)
		for _, to := range s.ends {
			if !yield(s.pts[from:to]) {
				return
			}
			from = to
		}
	}
}

func (s *shape) reset() { s.pts, s.ends = s.pts[:0], s.ends[:0] }

// add appends a part.
func (s *shape) add(part []pt) {
	s.pts = append(s.pts, part...)
	s.ends = append(s.ends, int32(len(s.pts)))
}

func (s shape) bounds() box { return around(s.pts) }

func around(pts []pt) box {
	b := emptyBox()
	for _, p := range pts {
		b = b.extend(p)
	}
	return b
}

// run is a number of edges of a ring that are looked at together, or passed over.
type run struct {
	box              box
	before, from, to int32 // the edges are those that end in pts[from:to]; the first begins in pts[before]
}

const runLength = 32

// measure notes the runs of every ring of a shape of many: a tile deep inside a large face passes over its border quickly.
func (s *shape) measure() {
	if len(s.pts) <= 2*runLength {
		return
	}
	from := int32(0)
	for _, end := range s.ends {
		for before := end - 1; from < end; {
			to := min(from+runLength, end)
			s.runs = append(s.runs, run{around(s.pts[from:to]).extend(s.pts[before]), before, from, to})
			before, from = to-1, to
		}
	}
}
