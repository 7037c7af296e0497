package grid

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
)

// Parent is the code of what a town, community or grid lies in: its own code without the last three digits. "" for other codes.
func (c Code) Parent() Code {
	switch l := c.Level(); l {
	case LevelTown, LevelCommunity, LevelGrid:
		return c.At(l - 1)
	}
	return ""
}

// Obeys reports whether the code may name a thing of a level in a parent: digits alone, of the level's length, beginning
// with the parent's code, with a serial other than 000.
func (c Code) Obeys(l Level, parent Code) bool {
	return c.Level() == l && parent != "" && c.Parent() == parent && !strings.HasSuffix(string(c), "000")
}

func compareCodes(a, b Code) int { return strings.Compare(string(a), string(b)) }

// band is a range of serials in a parent, both ends included.
type band struct{ first, last int }

// bandOf is the range that the standard keeps for a division of this name: GB/T 10114 gives 001–099 to streets (街道), 100–199
// to towns (镇), 200–399 to townships (乡); the list of the statistics bureau gives 200–399 to village committees and what is
// below 200 to residents' committees. A name that says nothing, and any grid, may have every serial.
func bandOf(l Level, name string) band {
	ends := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.HasSuffix(name, w) })
	}
	switch {
	case l == LevelTown && ends("街道", "街道办事处"):
		return band{1, 99}
	case l == LevelTown && ends("镇"):
		return band{100, 199}
	case l == LevelTown && ends("乡"):
		return band{200, 399}
	case l == LevelCommunity && ends("村委会", "村民委员会", "村"):
		return band{200, 399}
	case l == LevelCommunity && ends("居委会", "居民委员会", "社区"):
		return band{1, 199}
	}
	return band{1, 999}
}

// allocator hands out the codes of one district; a code that was ever used is never handed out again.
type allocator struct{ used map[Code]bool }

func newAllocator(used []Code) *allocator {
	a := &allocator{make(map[Code]bool, len(used))}
	for _, c := range used {
		a.used[c] = true
	}
	return a
}

// next is the lowest serial of the parent's band that was never used; ok is false where none is left.
func (a *allocator) next(parent Code, b band) (c Code, ok bool) {
	for n := b.first; n <= b.last; n++ {
		digits := [...]byte{'0' + byte(n/100), '0' + byte(n/10%10), '0' + byte(n%10)}
		if c = parent + Code(digits[:]); !a.used[c] {
			a.used[c] = true
			return c, true
		}
	}
	return "", false
}

// site is what first numbering looks at: where a division or grid is, how large, and its source's id.
type site struct {
	label  geo.Point
	areaM2 float64
	source string
}

// FirstNumbering is the order in which the children of one parent are numbered for the first time, as indices of their shapes.
func FirstNumbering(shapes []geo.MultiPolygon) []int {
	sites := make([]site, len(shapes))
	for i, s := range shapes {
		sites[i] = site{label: geo.LabelPoint(s), areaM2: s.AreaM2()}
	}
	return numberingOrder(sites)
}

// numberingOrder is the order of first numbering among the children of one parent: rows of height √(mean area), counted from
// the northernmost label point, north row first; in a row from west to east by label point; ties by source id, then by
// latitude and by position in the list. (DB11/T and DB6101/T 3185-2024 ask for west to east, north to south.)
func numberingOrder(sites []site) []int {
	order := make([]int, len(sites))
	if len(sites) == 0 {
		return order
	}
	north, mean := int32(math.MinInt32), 0.0
	for i, s := range sites {
		order[i] = i
		north = max(north, s.label.Y)
		mean += s.areaM2 / float64(len(sites))
	}
	_, metres := geo.MetresPerUnit(north)
	height := max(1, int64(math.Round(math.Sqrt(mean)/metres)))
	row := func(i int) int64 { return (int64(north) - int64(sites[i].label.Y)) / height }
	slices.SortFunc(order, func(i, j int) int {
		a, b := sites[i], sites[j]
		return cmp.Or(
			cmp.Compare(row(i), row(j)), cmp.Compare(a.label.X, b.label.X), cmp.Compare(a.source, b.source),
			cmp.Compare(b.label.Y, a.label.Y), cmp.Compare(i, j))
	})
	return order
}
