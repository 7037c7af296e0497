package locate

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
)

// tuning sets the sizes of the directory. More cells make lookups faster and the index larger.
type tuning struct {
	cellsPerEdge   int    // at most so many cells of the directory for each edge of a coverage
	largeFrom      int    // of so many edges or more,
	cellsWhenLarge int    // at most so many
	touchedPerEdge int    // so many cells an edge touches on average at most
	fullCell       int    // a cell with more edges is divided in 4 × 4
	maxDepth       int    // so often at most
	minShift       uint32 // cells narrower than 2^minShift units are not divided
	places         int    // words or edges of either kind that the index can point at
}

// A large directory wins as long as the caches hold it. A country's does not fit into any: there it only costs memory.
var standard = tuning{cellsPerEdge: 8, largeFrom: 2_000_000, cellsWhenLarge: 2, touchedPerEdge: 8, fullCell: 16, maxDepth: 4, minShift: 4, places: int(place)}

// cells is the number of cells that the directory of a coverage has at most.
func (t tuning) cells(edges int) int {
	if edges >= t.largeFrom && t.largeFrom > 0 {
		return t.cellsWhenLarge * edges
	}
	return t.cellsPerEdge * edges
}

// bandRows is the number of rows of cells that a worker builds at a time.
const bandRows = 16

// New builds the index of a coverage, on all processors. It panics on a coverage wider than geo.Bounds.Narrow allows,
// which coverage.Build refuses, and on one of 2³⁰ edges, of which it needs a hundred gigabytes before.
func New(c *coverage.Coverage) *Index {
	return standard.build(c.Arcs())
}

// build makes the index of arcs that bound faces or the outside on either side.
func (t tuning) build(arcs []coverage.Arc) *Index {
	lines, bounds := flatten(arcs)
	ix := &Index{cols: 1, rows: 1, words: make([]word, 1)}
	if len(lines) == 0 {
		return ix
	}
	if !bounds.Narrow() {
		panic("locate: a coverage wider than 2³¹ units")
	}
	ix.origin = bounds.Min
	ix.width, ix.height = uint32(bounds.Max.X-bounds.Min.X), uint32(bounds.Max.Y-bounds.Min.Y)
	for ix.shift = t.shift(lines, ix.width, ix.height); ; ix.shift += 2 {
		ix.cols, ix.rows = ix.width>>ix.shift+1, ix.height>>ix.shift+1
		ix.words = make([]word, int(ix.cols)*int(ix.rows))
		bands := ix.bands(lines)
		parts := make([]part, len(bands))
		parallel(len(bands), func() func(int) {
			w := &worker{ix: ix, lines: lines, tuning: t}
			return func(i int) { parts[i] = w.band(uint32(i)*bandRows, bands[i]) }
		})
		if ix.join(parts, t.places) {
			break
		}
		t.maxDepth = 0 // too many places: fewer cells, to the single one that holds each line once
	}
	ix.pyramid = pyramid(ix)
	return ix
}

// shift is the finest size of cells with which the directory stays small, and no edge touches so many cells, on average,
// that the records become large: that happens to long edges side by side in a narrow box.
func (t tuning) shift(lines []line, width, height uint32) uint32 {
	s := uint32(30)
	for s > t.minShift && uint64(width>>(s-1)+1)*uint64(height>>(s-1)+1) <= uint64(t.cells(len(lines))) {
		s--
	}
	for ; s < 30; s++ {
		touched := 0
		for i := range lines {
			if lines[i].left != lines[i].right {
				dx, dy := lines[i].x-lines[i-1].x, lines[i].y-lines[i-1].y
				touched += 1 + int(max(dx, -dx)>>s) + int(max(dy, -dy)>>s)
			}
		}
		if touched <= t.touchedPerEdge*len(lines) {
			break
		}
	}
	return s
}

// line is the end of an edge, relative to the origin, with the faces on its sides, counted from 1; it starts at the line
// before. The start of an arc has the same face on both sides: it ends no edge.
type line struct{ x, y, left, right int32 }

// flatten lists the vertices of all arcs, relative to the corner of their box.
func flatten(arcs []coverage.Arc) ([]line, geo.Bounds) {
	n, bounds := 0, geo.EmptyBounds()
	for i := range arcs {
		n += len(arcs[i].Points)
		for _, p := range arcs[i].Points {
			bounds = bounds.Extend(p)
		}
	}
	lines := make([]line, 0, n)
	for i := range arcs {
		a := &arcs[i]
		for j, p := range a.Points {
			l := line{p.X - bounds.Min.X, p.Y - bounds.Min.Y, a.Left + 1, a.Right + 1}
			if j == 0 {
				l.right = l.left
			}
			lines = append(lines, l)
		}
	}
	return lines, bounds
}

// bands lists for each band of rows the lines that touch it, in order.
func (ix *Index) bands(lines []line) [][]int32 {
	s := ix.shift
	bands := make([][]int32, (ix.rows+bandRows-1)/bandRows)
	counts := make([]int, len(bands))
	for pass := range 2 {
		for i := range lines {
			if lines[i].left == lines[i].right {
				continue
			}
			y0, y1 := lines[i-1].y, lines[i].y
			lo := max(min(y0, y1)-1, 0) >> s / bandRows
			hi := min((max(y0, y1)+1)>>s/bandRows, int32(len(bands)-1))
			for b := lo; b <= hi; b++ {
				if pass == 0 {
					counts[b]++
				} else {
					bands[b] = append(bands[b], int32(i))
				}
			}
		}
		if pass == 0 {
			for b := range bands {
				bands[b] = make([]int32, 0, counts[b])
			}
		}
	}
	return bands
}

// part is what a worker makes of one band: the words of the band's divided cells and its records. Places in them, and in
// the band's words of the directory, are counted from the start of the part until join moves them.
type part struct {
	words  []word
	narrow []edge[int16]
	wide   []edge[int32]
}

// join puts the parts behind each other and moves the places that point into them, unless there are more places than a
// limit. Behind the narrow records it leaves room for a batch to look beyond the last one.
func (ix *Index) join(parts []part, limit int) bool {
	words, narrows, wides := len(ix.words), ahead, 0
	for i := range parts {
		words, narrows, wides = words+len(parts[i].words), narrows+len(parts[i].narrow), wides+len(parts[i].wide)
	}
	if max(words, narrows, wides) > limit {
		if len(ix.words) > 1 {
			return false
		}
		if max(words, narrows, wides) > int(place) {
			panic("locate: more than 2³⁰ edges")
		}
	}
	top := len(ix.words)
	ix.words = append(make([]word, 0, words), ix.words...)
	ix.narrow = make([]edge[int16], 0, narrows)
	ix.wide = make([]edge[int32], 0, wides)
	for i, p := range parts {
		from := [4]word{0, word(len(ix.narrow)), word(len(ix.wide)), word(len(ix.words))}
		move := func(words []word) {
			for k, w := range words {
				words[k] += from[w>>30]
			}
		}
		first := i * bandRows * int(ix.cols)
		move(ix.words[first:min(first+bandRows*int(ix.cols), top)])
		move(p.words)
		ix.words = append(ix.words, p.words...)
		ix.narrow = append(ix.narrow, p.narrow...)
		ix.wide = append(ix.wide, p.wide...)
		parts[i] = part{}
	}
	ix.narrow = ix.narrow[:narrows]
	return true
}

// parallel calls a function for 0 … n−1 on all processors; each worker makes its own function first.
func parallel(n int, worker func() func(int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			do := worker()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}
