package locate

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
)

// The three sizes of net at which the index is measured.
var sizes = []struct {
	name string
	net  func() *wiggly
}{
	{"418x257", sync.OnceValue(func() *wiggly { return newWiggly(19, 22, 6, 200_000) })},
	{"10000x129", sync.OnceValue(func() *wiggly { return newWiggly(100, 100, 5, 50_000) })},
	{"1000000x17", sync.OnceValue(func() *wiggly { return newWiggly(1000, 1000, 2, 30_000) })},
}

// bucketGrid is the yardstick: thirty lines that anyone would write first. A grid of buckets lists the faces whose box
// touches each bucket; a point tests the faces of its bucket by counting crossings in int64.
type bucketGrid struct {
	rings      []geo.Ring
	boxes      []geo.Bounds
	x0, y0     int32
	shift      uint
	cols, rows int32
	buckets    [][]int32
}

func newBucketGrid(w *wiggly, perFace int) *bucketGrid {
	g := &bucketGrid{shift: 30}
	all := geo.EmptyBounds()
	for _, f := range w.faces {
		g.rings = append(g.rings, f[0][0])
		g.boxes = append(g.boxes, f.Bounds())
		all = all.Union(f.Bounds())
	}
	g.x0, g.y0 = all.Min.X, all.Min.Y
	for (int(all.Max.X-g.x0)>>g.shift+1)*(int(all.Max.Y-g.y0)>>g.shift+1) < perFace*len(g.rings) {
		g.shift--
	}
	g.cols, g.rows = (all.Max.X-g.x0)>>g.shift+1, (all.Max.Y-g.y0)>>g.shift+1
	g.buckets = make([][]int32, g.cols*g.rows)
	for i, b := range g.boxes {
		for r := (b.Min.Y - g.y0) >> g.shift; r <= (b.Max.Y-g.y0)>>g.shift; r++ {
			for c := (b.Min.X - g.x0) >> g.shift; c <= (b.Max.X-g.x0)>>g.shift; c++ {
				g.buckets[r*g.cols+c] = append(g.buckets[r*g.cols+c], int32(i))
			}
		}
	}
	return g
}

func (g *bucketGrid) face(p geo.Point) int32 {
	c, r := (p.X-g.x0)>>g.shift, (p.Y-g.y0)>>g.shift
	if uint32(c) >= uint32(g.cols) || uint32(r) >= uint32(g.rows) {
		return -1
	}
	for _, i := range g.buckets[r*g.cols+c] {
		if g.boxes[i].Contains(p) && inside(g.rings[i], p) {
			return i
		}
	}
	return -1
}

func inside(ring geo.Ring, p geo.Point) bool {
	odd := false
	a := ring[len(ring)-1]
	for _, b := range ring {
		if (a.Y <= p.Y) != (b.Y <= p.Y) {
			lo, hi := a, b
			if lo.Y > hi.Y {
				lo, hi = hi, lo
			}
			if geo.Orient(lo, hi, p) <= 0 {
				odd = !odd
			}
		}
		a = b
	}
	return odd
}

// BenchmarkFace times one lookup: single calls whose points are known beforehand, dependent calls whose next point
// needs the last answer, and batches; beside the bucket grid at two sizes, of which the better counts. Points lie anywhere, or along borders.
func BenchmarkFace(b *testing.B) {
	const n = 1 << 18
	for _, size := range sizes {
		w := size.net()
		ix := standard.build(w.arcs)
		r := rand.New(rand.NewPCG(1, 2))
		for _, points := range []struct {
			name string
			pts  []geo.Point
		}{{"uniform", w.uniform(r, n)}, {"border", w.along(r, n)}} {
			pts := points.pts
			run := func(how string, each func(count int) int32) {
				b.Run(fmt.Sprintf("%s/%s/%s", size.name, points.name, how), func(b *testing.B) {
					b.ReportAllocs()
					sink += each(b.N)
				})
			}
			run("single", func(count int) (s int32) {
				for i := range count {
					s += ix.Face(pts[i%n])
				}
				return s
			})
			run("dependent", func(count int) (s int32) {
				for i := range count {
					s = ix.Face(pts[(i+int(s&1))%n])
				}
				return s
			})
			dst := make([]int32, n)
			run("batch", func(count int) int32 {
				for count > 0 {
					k := min(count, n)
					ix.Faces(dst[:k], pts[:k])
					count -= k
				}
				return dst[0]
			})
			for _, perFace := range []int{4, 16} {
				grid := newBucketGrid(w, perFace)
				run(fmt.Sprint("bucketgrid", perFace), func(count int) (s int32) {
					for i := range count {
						s += grid.face(pts[i%n])
					}
					return s
				})
			}
		}
	}
}

var sink int32

// BenchmarkBorder times the distance to the nearest border, and the shares of a circle of 30 m.
func BenchmarkBorder(b *testing.B) {
	const n = 1 << 16
	for _, size := range sizes {
		w := size.net()
		ix := standard.build(w.arcs)
		r := rand.New(rand.NewPCG(3, 4))
		pts := w.uniform(r, n)
		b.Run(size.name+"/distance", func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				sink += int32(ix.Border(pts[i%n]))
			}
		})
		b.Run(size.name+"/circle", func(b *testing.B) {
			b.ReportAllocs()
			var dst []Share
			for i := range b.N {
				dst = ix.Circle(dst[:0], pts[i%n], 30)
			}
			sink += int32(len(dst))
		})
	}
}

// BenchmarkBuild times the building of the index and reports its memory.
func BenchmarkBuild(b *testing.B) {
	for _, size := range sizes {
		w := size.net()
		b.Run(size.name, func(b *testing.B) {
			var ix *Index
			for range b.N {
				ix = standard.build(w.arcs)
			}
			b.ReportMetric(float64(ix.Bytes())/1e6, "MB")
		})
	}
}
