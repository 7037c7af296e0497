package geo

import (
	"cmp"
	"math/bits"
	"slices"
)

// Distinct returns the different points in ascending order (Point.Less) and, for each input, the index of its point.
func Distinct(pts []Point) (uniq []Point, id []int32) {
	keys := pack(pts)
	sortKeys(keys)
	id = make([]int32, len(pts))
	for i, k := range keys {
		if i == 0 || k.key != keys[i-1].key {
			uniq = append(uniq, pts[k.item])
		}
		id[k.item] = int32(len(uniq) - 1)
	}
	return uniq, id
}

// keyed is an item with the number that it is sorted by.
type keyed struct {
	key  uint64
	item int32
}

// pack gives each point a number that orders like Point.Less and is as short as the extent allows.
func pack(pts []Point) []keyed {
	b := EmptyBounds()
	for _, p := range pts {
		b = b.Extend(p)
	}
	rows := bits.Len64(uint64(int64(b.Max.Y) - int64(b.Min.Y)))
	keys := make([]keyed, len(pts))
	for i, p := range pts {
		x, y := uint64(int64(p.X)-int64(b.Min.X)), uint64(int64(p.Y)-int64(b.Min.Y))
		keys[i] = keyed{x<<rows | y, int32(i)}
	}
	return keys
}

// sortKeys sorts by key, then by item, which ascend on input: radix sort (11 bits a pass), for few items by comparison.
func sortKeys(a []keyed) {
	if len(a) < 1<<11 {
		slices.SortFunc(a, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.item, b.item)) })
		return
	}
	var all uint64
	for _, k := range a {
		all |= k.key
	}
	const digit, mask = 11, 1<<11 - 1
	from, to := a, make([]keyed, len(a))
	for shift := 0; all>>shift > 0; shift += digit {
		var start [mask + 1]int32
		for _, k := range from {
			start[k.key>>shift&mask]++
		}
		sum := int32(0)
		for d, n := range start {
			start[d], sum = sum, sum+n
		}
		for _, k := range from {
			d := k.key >> shift & mask
			to[start[d]] = k
			start[d]++
		}
		from, to = to, from
	}
	if &from[0] != &a[0] {
		copy(a, from)
	}
}
