package tiles

import "slices"

// index finds the boxes that meet a box: a packed Hilbert R-tree (Kamel and Faloutsos 1993; static form after
// Flatbush). The zero value is empty.
type index struct {
	ids   []int32 // items in the order of the curve
	boxes []box   // of the items, then of each level above; the last is the root
	ends  []int   // where each level ends in boxes
}

const nodeSize = 16

// newIndex indexes boxes by their position.
func newIndex(items []box) index {
	if len(items) == 0 {
		return index{}
	}
	whole := emptyBox()
	for _, b := range items {
		whole = whole.union(b)
	}
	keys := make([]uint64, len(items)) // the place on the curve, then the item
	for i, b := range items {
		curve := hilbert(centre(b.min.x, b.max.x, whole.min.x, whole.max.x), centre(b.min.y, b.max.y, whole.min.y, whole.max.y))
		keys[i] = uint64(curve)<<32 | uint64(i)
	}
	slices.Sort(keys)
	ix := index{ids: make([]int32, len(items)), boxes: make([]box, len(items), len(items)+len(items)/(nodeSize-1)+8)}
	for i, k := range keys {
		ix.ids[i], ix.boxes[i] = int32(uint32(k)), items[uint32(k)]
	}
	ix.ends = append(ix.ends, len(ix.boxes))
	for from := 0; len(ix.boxes)-from > 1; {
		to := len(ix.boxes)
		for i := from; i < to; i += nodeSize {
			b := ix.boxes[i]
			for _, c := range ix.boxes[i+1 : min(i+nodeSize, to)] {
				b = b.union(c)
			}
			ix.boxes = append(ix.boxes, b)
		}
		ix.ends = append(ix.ends, len(ix.boxes))
		from = to
	}
	return ix
}

// search appends the items whose boxes meet b, in ascending order.
func (ix *index) search(dst []int32, b box) []int32 {
	if len(ix.boxes) == 0 {
		return dst
	}
	n := len(dst)
	dst = ix.visit(dst, b, len(ix.ends)-1, 0)
	slices.Sort(dst[n:])
	return dst
}

// any reports whether an item's box meets b.
func (ix *index) any(b box) bool {
	return len(ix.boxes) > 0 && ix.meets(b, len(ix.ends)-1, 0)
}

// meets reports whether an item below the i-th node of a level meets b.
func (ix *index) meets(b box, level, i int) bool {
	at, from, to := ix.node(level, i)
	if level == 0 || !at.intersects(b) {
		return at.intersects(b)
	}
	for j := from; j < to; j++ {
		if ix.meets(b, level-1, j) {
			return true
		}
	}
	return false
}

// visit looks at the i-th node of a level.
func (ix *index) visit(dst []int32, b box, level, i int) []int32 {
	at, from, to := ix.node(level, i)
	if !at.intersects(b) {
		return dst
	}
	if level == 0 {
		return append(dst, ix.ids[i])
	}
	for j := from; j < to; j++ {
		dst = ix.visit(dst, b, level-1, j)
	}
	return dst
}

// node is the box of the i-th node of a level, and which nodes of the level below it holds.
func (ix *index) node(level, i int) (at box, from, to int) {
	start, below := 0, 0
	if level > 0 {
		start = ix.ends[level-1]
	}
	if level > 1 {
		below = ix.ends[level-2]
	}
	return ix.boxes[start+i], i * nodeSize, min((i+1)*nodeSize, start-below)
}

// centre is the middle of [a, b] as a 16-bit share of [lo, hi].
func centre(a, b, lo, hi int32) uint32 {
	if lo == hi {
		return 0
	}
	return uint32((int64(a) + int64(b) - 2*int64(lo)) * 0xffff / (2 * (int64(hi) - int64(lo))))
}

// hilbert is the place of (x, y), 16 bits each, on the Hilbert curve of order 16.
func hilbert(x, y uint32) uint32 {
	d := uint32(0)
	for s := uint32(1 << 15); s > 0; s >>= 1 {
		rx, ry := min(x&s, 1), min(y&s, 1)
		d += s * s * ((3 * rx) ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = 0xffff-x, 0xffff-y
			}
			x, y = y, x
		}
	}
	return d
}
