package snapshot

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit/nets"
)

// provinces cuts a net of n × n faces into squares of side × side, each a district.
func provinces(t testing.TB, net *nets.Net, n, side int) map[grid.Code]*Snapshot {
	t.Helper()
	parts := map[grid.Code][]geo.MultiPolygon{}
	for k, face := range net.Faces {
		code := grid.Code(fmt.Sprintf("%06d", 990000-k/n/side*100-k%n/side))
		parts[code] = append(parts[code], face)
	}
	districts := map[grid.Code]*Snapshot{}
	for code, faces := range parts {
		c, report := coverage.Build(faces)
		if !report.Clean() {
			t.Fatal(report.Defects[0])
		}
		districts[code] = &Snapshot{Release: grid.Release{District: code}, Mesh: &grid.Mesh{Grids: c}, Index: locate.New(c)}
	}
	return districts
}

// The district found is the first one by code that holds the place, and so on the border of two.
func TestTheDistrictOfAPlace(t *testing.T) {
	net := nets.New(24, 24, 2, 30_000)
	districts := provinces(t, net, 24, 5)
	r := &Registry{}
	r.current.Store(newCountry(districts))
	rnd := rand.New(rand.NewPCG(9, 11))
	pts := append(net.Uniform(rnd, 2000), net.Along(rnd, 2000)...)
	for _, a := range net.Arcs {
		pts = append(pts, a.Points...)
	}
	pts = append(pts, geo.Point{X: -1 << 31, Y: -1 << 31}, geo.Point{X: 1<<31 - 1, Y: 1<<31 - 1})
	shared, outside := 0, 0
	for _, p := range pts {
		var want *Snapshot
		for _, s := range sorted(districts) {
			if s.Index.Face(p) != coverage.Outside {
				if want == nil {
					want = s
				} else {
					shared++
				}
			}
		}
		if want == nil {
			outside++
		}
		if got := r.Holding(p); got != want {
			t.Fatalf("%v lies in %v, not in %v", p, want, got)
		}
	}
	if shared == 0 || outside == 0 {
		t.Errorf("%d places on borders of districts, %d outside: the places are not what they should be", shared, outside)
	}
	r.current.Store(newCountry(nil))
	if r.Holding(pts[0]) != nil {
		t.Error("a country without districts holds a place")
	}
}

// BenchmarkCountry compares a million grids in one index with one index a district, 2,916 of them behind the atlas: a lookup
// of a place anywhere, what a release of one district costs, and memory.
func BenchmarkCountry(b *testing.B) {
	net := nets.Sizes[2].Net()
	pts := net.Uniform(rand.New(rand.NewPCG(1, 2)), 1<<18)
	whole := net.Coverage()
	index := locate.New(whole)
	districts := provinces(b, net, 1000, 19)
	r := &Registry{}
	r.current.Store(newCountry(districts))
	r.Holding(pts[0])
	bytes, one := 0, r.Holding(pts[len(pts)/2])
	for _, s := range districts {
		bytes += s.Index.Bytes()
	}
	sum := int32(0)
	b.Run("lookup/one", func(b *testing.B) {
		for i := range b.N {
			sum += index.Face(pts[i%len(pts)])
		}
	})
	b.Run("lookup/districts", func(b *testing.B) {
		for i := range b.N {
			if s := r.Holding(pts[i%len(pts)]); s != nil {
				sum += s.Index.Face(pts[i%len(pts)])
			}
		}
	})
	faces := make([]int32, len(pts))
	b.Run("batch/one", func(b *testing.B) {
		for range b.N {
			index.Faces(faces, pts)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(pts)), "ns/point")
	})
	box := one.Mesh.Grids.Bounds()
	inOne := make([]geo.Point, len(pts))
	rnd := rand.New(rand.NewPCG(3, 4))
	for i := range inOne {
		inOne[i] = geo.Point{X: box.Min.X + rnd.Int32N(box.Max.X-box.Min.X), Y: box.Min.Y + rnd.Int32N(box.Max.Y-box.Min.Y)}
	}
	b.Run("batch/district", func(b *testing.B) {
		for range b.N {
			one.Index.Faces(faces, inOne)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(pts)), "ns/point")
	})
	b.Run("release/one", func(b *testing.B) {
		for range b.N {
			sum += int32(locate.New(whole).Bytes())
		}
		b.ReportMetric(float64(index.Bytes())/1e6, "MB")
	})
	b.Run("release/district", func(b *testing.B) {
		for range b.N {
			sum += int32(locate.New(one.Mesh.Grids).Bytes())
			r.current.Store(newCountry(districts))
			r.Holding(pts[0])
		}
		b.ReportMetric(float64(bytes)/1e6, "MB")
	})
	if sum == 0 {
		b.Fatal("no place lies in the country")
	}
}
