package geo

import (
	"math"
	"math/bits"
)

// Buckets lists segments by the square cells that they pass through, so that only neighbours need to be compared. Cells
// are about as wide as a segment is long, and only those in use are stored: memory is linear in the number of segments
// however they are spread.
type Buckets struct {
	box   Bounds
	shift uint     // a cell is 1<<shift units wide
	keys  []uint64 // the cells in use, ascending: row<<32 | column
	start []int32  // cell k lists items[start[k]:start[k+1]]
	items []int32
	slots []int32 // open hash of keys: index+1, 0 = free
}

// NewBuckets indexes n segments of a narrow box; a segment may be a single point (a = b).
func NewBuckets(n int, segment func(i int) (a, b Point)) *Buckets {
	box := EmptyBounds()
	length := 0.0
	for i := range n {
		a, b := segment(i)
		box = box.Extend(a).Extend(b)
		length += math.Max(math.Abs(float64(b.X)-float64(a.X)), math.Abs(float64(b.Y)-float64(a.Y)))
	}
	g := &Buckets{start: []int32{0}, slots: make([]int32, 1)}
	if n == 0 {
		return g
	}
	g.box = box
	side := length / float64(n)
	if side < 1 {
		side = math.Sqrt((float64(box.Max.X) - float64(box.Min.X) + 1) * (float64(box.Max.Y) - float64(box.Min.Y) + 1) / float64(n))
	}
	g.shift = uint(bits.Len64(uint64(side)))

	list := make([]keyed, 0, 3*n)
	for i := range n {
		a, b := segment(i)
		g.cells(a, b, func(key uint64) { list = append(list, keyed{key, int32(i)}) })
	}
	sortKeys(list)
	g.items = make([]int32, len(list))
	for i, k := range list {
		g.items[i] = k.item
		if i == 0 || k.key != list[i-1].key {
			g.keys = append(g.keys, k.key)
			g.start[len(g.start)-1] = int32(i)
			g.start = append(g.start, 0)
		}
	}
	g.start[len(g.start)-1] = int32(len(list))
	g.slots = make([]int32, 1<<bits.Len(uint(2*len(g.keys))))
	for k, key := range g.keys {
		s := g.slot(key)
		g.slots[s] = int32(k + 1)
	}
	return g
}

// slot is where a cell stands in the hash, or the free place for it.
func (g *Buckets) slot(key uint64) uint64 {
	mask := uint64(len(g.slots) - 1)
	s := key * 0x9e3779b97f4a7c15 >> 20 & mask
	for g.slots[s] != 0 && g.keys[g.slots[s]-1] != key {
		s = (s + 1) & mask
	}
	return s
}

// cells visits the cells that a segment passes through, and perhaps a neighbour of them: row by row, the columns between
// the segment's ends in that row, rounded outward.
func (g *Buckets) cells(a, b Point, visit func(key uint64)) {
	if a.Y > b.Y {
		a, b = b, a
	}
	ax, ay := int64(a.X)-int64(g.box.Min.X), int64(a.Y)-int64(g.box.Min.Y)
	bx, by := int64(b.X)-int64(g.box.Min.X), int64(b.Y)-int64(g.box.Min.Y)
	dx, dy := bx-ax, by-ay
	for row := ay >> g.shift; row <= by>>g.shift; row++ {
		x0, x1 := ax, bx
		if dy > 0 {
			x0 = ax + floorDiv(dx*(max(ay, row<<g.shift)-ay), dy)
			x1 = ax + floorDiv(dx*(min(by, (row+1)<<g.shift)-ay), dy)
		}
		x0, x1 = min(x0, x1), max(x0, x1)+1
		x1 = min(x1, max(ax, bx))
		for col := x0 >> g.shift; col <= x1>>g.shift; col++ {
			visit(uint64(row)<<32 | uint64(col))
		}
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Pairs visits pairs i < j of segments that share a cell; every pair that has a point in common is among them, and may
// come several times. It ends when visit returns false.
func (g *Buckets) Pairs(visit func(i, j int) bool) {
	for k := range g.keys {
		list := g.items[g.start[k]:g.start[k+1]]
		for n, j := range list {
			for _, i := range list[:n] {
				if !visit(int(i), int(j)) {
					return
				}
			}
		}
	}
}

// Near visits the segments that share a cell with the box, which may lie anywhere; some may come several times.
func (g *Buckets) Near(box Bounds, visit func(i int)) {
	if len(g.keys) == 0 {
		return
	}
	x0, x1 := max(box.Min.X, g.box.Min.X), min(box.Max.X, g.box.Max.X)
	y0, y1 := max(box.Min.Y, g.box.Min.Y), min(box.Max.Y, g.box.Max.Y)
	if x0 > x1 || y0 > y1 {
		return
	}
	col0, col1 := (int64(x0)-int64(g.box.Min.X))>>g.shift, (int64(x1)-int64(g.box.Min.X))>>g.shift
	row0, row1 := (int64(y0)-int64(g.box.Min.Y))>>g.shift, (int64(y1)-int64(g.box.Min.Y))>>g.shift
	for row := row0; row <= row1; row++ {
		for col := col0; col <= col1; col++ {
			if k := g.slots[g.slot(uint64(row)<<32|uint64(col))]; k > 0 {
				for _, i := range g.items[g.start[k-1]:g.start[k]] {
					visit(int(i))
				}
			}
		}
	}
}
