package locate

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/testkit/nets"
)

// BenchmarkFace times one lookup: single calls whose points are known beforehand, dependent calls whose next point
// needs the last answer, and batches; beside the plain lookup with two numbers of buckets, of which the better counts. Points lie anywhere, or along borders.
func BenchmarkFace(b *testing.B) {
	const n = 1 << 18
	for _, size := range nets.Sizes {
		w := size.Net()
		ix := standard.build(w.Arcs)
		r := rand.New(rand.NewPCG(1, 2))
		for _, points := range []struct {
			name string
			pts  []geo.Point
		}{{"uniform", w.Uniform(r, n)}, {"border", w.Along(r, n)}} {
			pts := points.pts
			run := func(how string, each func(count int) int32) {
				b.Run(fmt.Sprintf("%s/%s/%s", size.Name, points.name, how), func(b *testing.B) {
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
				plain := nets.NewPlain(w.Faces, perFace)
				run(fmt.Sprint("plain", perFace), func(count int) (s int32) {
					for i := range count {
						s += plain.Face(pts[i%n])
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
	for _, size := range nets.Sizes {
		w := size.Net()
		ix := standard.build(w.Arcs)
		r := rand.New(rand.NewPCG(3, 4))
		pts := w.Uniform(r, n)
		b.Run(size.Name+"/distance", func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				sink += int32(ix.Border(pts[i%n]))
			}
		})
		b.Run(size.Name+"/circle", func(b *testing.B) {
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
	for _, size := range nets.Sizes {
		w := size.Net()
		b.Run(size.Name, func(b *testing.B) {
			var ix *Index
			for range b.N {
				ix = standard.build(w.Arcs)
			}
			b.ReportMetric(float64(ix.Bytes())/1e6, "MB")
		})
	}
}
