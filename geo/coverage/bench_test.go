package coverage_test

import (
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
)

// nets are those of a district, of a large city, and (with -bench, not with -short) of the country.
var nets = []struct {
	name    string
	options coveragetest.Options
	long    bool
}{
	{"418 faces", coveragetest.Options{Faces: 418, Pixels: 600, Step: 300, Solid: true}, false},
	{"2,000 faces", coveragetest.Options{Faces: 2000, Pixels: 60, Step: 1000, Solid: true}, false},
	{"10,000 faces", coveragetest.Options{Faces: 10_000, Pixels: 150, Step: 400, Solid: true}, false},
	{"1,000,000 faces", coveragetest.Options{Faces: 1_000_000, Pixels: 10, Step: 1000, Solid: true}, true},
}

func eachNet(b *testing.B, run func(b *testing.B, faces []geo.MultiPolygon)) {
	for _, n := range nets {
		b.Run(n.name, func(b *testing.B) {
			if n.long && testing.Short() {
				b.Skip("takes a minute to make")
			}
			faces := coveragetest.Faces(1, n.options)
			vertices := 0
			for _, f := range faces {
				vertices += f.Vertices()
			}
			b.ReportAllocs()
			b.ResetTimer()
			run(b, faces)
			b.ReportMetric(float64(vertices), "vertices")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(vertices), "ns/vertex")
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	eachNet(b, func(b *testing.B, faces []geo.MultiPolygon) {
		for b.Loop() {
			if c, report := coverage.Build(faces); c == nil {
				b.Fatal(report.Defects)
			}
		}
	})
}

func BenchmarkDissolve(b *testing.B) {
	eachNet(b, func(b *testing.B, faces []geo.MultiPolygon) {
		c, _ := coverage.Build(faces)
		group := make([]int32, c.Len())
		n := max(1, c.Len()/5)
		for i := range group {
			group[i] = int32(i % n)
		}
		for b.Loop() {
			if _, err := c.Dissolve(group, n); err != nil {
				b.Fatal(err)
			}
		}
	})
}
