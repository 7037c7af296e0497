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
	cellsPerEdge   int    // at most so many cells of the directory for each edge of the coverage
	touchedPerEdge int    // so many cells an edge touches on average at most
	fullCell       int    // a cell with more edges is divided in 4 × 4
	maxDepth       int    // so often at most
	minShift       uint32 // cells narrower than 2^minShift units are not divided
}

var standard = tuning{cellsPerEdge: 2, touchedPerEdge: 8, fullCell: 16, maxDepth: 4, minShift: 4}

// bandRows is the number of rows of cells that a worker builds at a time.
const bandRows = 16

// New builds the index of a coverage, on all processors. It panics on a coverage wider than geo.Bounds.Narrow allows,
// which coverage.Build refuses, or with more than 2³⁰ records' vertices.
func New(c *coverage.Coverage) *Index {
	return standard.build(c.Arcs())
}

// build makes the index of arcs that bound faces or the outside on either side.
func (t tuning) build(arcs []coverage.Arc) *Index {
	edges, bounds := flatten(arcs)
	ix := &Index{cols: 1, rows: 1, words: make([]word, 1)}
	if len(edges) == 0 {
		return ix
	}
	if !bounds.Narrow() {
		panic("locate: a coverage wider than 2³¹ units")
	}
	ix.origin = bounds.Min
	ix.width, ix.height = uint32(bounds.Max.X-bounds.Min.X), uint32(bounds.Max.Y-bounds.Min.Y)
	ix.shift = t.shift(edges, ix.width, ix.height)
	ix.cols, ix.rows = ix.width>>ix.shift+1, ix.height>>ix.shift+1
	ix.words = make([]word, int(ix.cols)*int(ix.rows))

	bands := ix.bands(edges)
	parts := make([]part, len(bands))
	parallel(len(bands), func() func(int) {
		w := &worker{ix: ix, edges: edges, tuning: t}
		return func(i int) { parts[i] = w.band(uint32(i)*bandRows, bands[i]) }
	})
	ix.join(parts)
	ix.pyramid = pyramid(ix)
	return ix
}

// shift is the finest size of cells with which the directory stays small, and no edge touches so many cells, on average,
// that the records become large: that happens to long edges side by side in a narrow box.
func (t tuning) shift(edges []edge, width, height uint32) uint32 {
	s := uint32(30)
	for s > t.minShift && uint64(width>>(s-1)+1)*uint64(height>>(s-1)+1) <= uint64(t.cellsPerEdge*len(edges)) {
		s--
	}
	for ; s < 30; s++ {
		touched := 0
		for i := range edges {
			if edges[i].d != 0 {
				dx, dy := edges[i].x-edges[i-1].x, edges[i].y-edges[i-1].y
				touched += 1 + int(max(dx, -dx)>>s) + int(max(dy, -dy)>>s)
			}
		}
		if touched <= t.touchedPerEdge*len(edges) {
			break
		}
	}
	return s
}

// edge is the end of an edge, relative to the origin; it starts at the entry before. d is its weight, 0 where a chain
// starts; left the face on its left, counted from 1.
type edge struct{ x, y, d, left int32 }

// flatten lists the vertices of all arcs, relative to the corner of their box.
func flatten(arcs []coverage.Arc) ([]edge, geo.Bounds) {
	n, bounds := 0, geo.EmptyBounds()
	for i := range arcs {
		n += len(arcs[i].Points)
		for _, p := range arcs[i].Points {
			bounds = bounds.Extend(p)
		}
	}
	edges := make([]edge, 0, n)
	for i := range arcs {
		a := &arcs[i]
		d := a.Right - a.Left
		for j, p := range a.Points {
			e := edge{p.X - bounds.Min.X, p.Y - bounds.Min.Y, d, a.Left + 1}
			if j == 0 {
				e.d = 0
			}
			edges = append(edges, e)
		}
	}
	return edges, bounds
}

// bands lists for each band of rows the edges that touch it, in order.
func (ix *Index) bands(edges []edge) [][]int32 {
	s := ix.shift
	bands := make([][]int32, (ix.rows+bandRows-1)/bandRows)
	counts := make([]int, len(bands))
	for pass := range 2 {
		for i := range edges {
			if edges[i].d == 0 {
				continue
			}
			y0, y1 := edges[i-1].y, edges[i].y
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
	words []word
	verts []vertex
	lefts []int32
}

// join puts the parts behind each other and moves the places that point into them.
func (ix *Index) join(parts []part) {
	words, verts, lefts := len(ix.words), 0, 0
	for i := range parts {
		words, verts, lefts = words+len(parts[i].words), verts+len(parts[i].verts), lefts+len(parts[i].lefts)
	}
	if words > int(place) || verts > int(place) {
		panic("locate: more borders than an index can hold")
	}
	top := len(ix.words)
	ix.words = append(make([]word, 0, words), ix.words...)
	ix.verts = make([]vertex, 0, verts)
	ix.lefts = make([]int32, 0, lefts)
	for i, p := range parts {
		w, v, l := word(len(ix.words)), word(len(ix.verts)), int32(len(ix.lefts))
		move := func(ws []word) {
			for k := range ws {
				switch {
				case ws[k] >= block:
					ws[k] += w
				case ws[k] >= record:
					ws[k] += v
				}
			}
		}
		from := i * bandRows * int(ix.cols)
		move(ix.words[from:min(from+bandRows*int(ix.cols), top)])
		move(p.words)
		for at := 0; at < len(p.verts); at += 1 + int(p.verts[at].y) {
			p.verts[at].d += l
		}
		ix.words = append(ix.words, p.words...)
		ix.verts = append(ix.verts, p.verts...)
		ix.lefts = append(ix.lefts, p.lefts...)
		parts[i] = part{}
	}
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
