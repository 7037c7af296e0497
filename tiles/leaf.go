package tiles

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
)

// leaf is a run of points on the curve, packed: about 30 bytes a point with its id. It is never changed.
type leaf struct {
	serial  uint64 // no other leaf of this process has it
	spots   []spot
	classes []uint32 // of the set's list
	grids   []uint64 // the code as a number; 0 for none
	ids     string   // one after the other
	ends    []uint32 // of each in ids
}

var leavesMade atomic.Uint64

// Points to a leaf when leaves are made, and at most.
const (
	leafFill = 1024
	leafMost = 2 * leafFill
)

func (l *leaf) len() int { return len(l.spots) }

func (l *leaf) id(i int) string {
	from := uint32(0)
	if i > 0 {
		from = l.ends[i-1]
	}
	return l.ids[from:l.ends[i]]
}

// entry is a point on its way into a leaf.
type entry struct {
	spot  spot
	class uint32
	grid  uint64
	id    string
}

func (l *leaf) entry(i int) entry { return entry{l.spots[i], l.classes[i], l.grids[i], l.id(i)} }

// newLeaves packs entries, which stand in the order of the curve.
func newLeaves(entries []entry) []*leaf {
	var leaves []*leaf
	for n := len(entries); n > 0; n = len(entries) {
		if n > leafMost {
			n = leafFill
		}
		leaves = append(leaves, newLeaf(entries[:n]))
		entries = entries[n:]
	}
	return leaves
}

func newLeaf(entries []entry) *leaf {
	n, size := len(entries), 0
	for _, e := range entries {
		size += len(e.id)
	}
	l := &leaf{serial: leavesMade.Add(1), spots: make([]spot, n), classes: make([]uint32, n), grids: make([]uint64, n), ends: make([]uint32, n)}
	var ids strings.Builder
	ids.Grow(size)
	for i, e := range entries {
		ids.WriteString(e.id)
		l.spots[i], l.classes[i], l.grids[i], l.ends[i] = e.spot, e.class, e.grid, uint32(ids.Len())
	}
	l.ids = ids.String()
	return l
}

// first is the first of a leaf's points at or behind a place.
func (l *leaf) first(s spot) int {
	i, _ := slices.BinarySearchFunc(l.spots, s, func(a, b spot) int { return cmp.Compare(a, b) })
	return i
}
