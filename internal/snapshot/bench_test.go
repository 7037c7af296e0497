package snapshot

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/tiles"
)

// model is a snapshot of the model district's size: 418 grids, 20,000 buildings.
func model(t testing.TB) *Snapshot {
	t.Helper()
	n := &grid.Net{District: grid.Division{Code: "990001", Name: "区"}, Towns: []grid.Division{{Code: "990001001", Name: "镇"}},
		Communities: []grid.Division{{Code: "990001001001", Name: "村"}}}
	for i, shape := range coveragetest.Faces(1, coveragetest.Options{Faces: 418, Pixels: 60, Solid: true}) {
		n.Grids = append(n.Grids, grid.Face{Code: grid.Code(fmt.Sprintf("990001001001%03d", i+1)), Name: fmt.Sprintf("第%d网格", i+1), Kind: grid.Basic, Parts: len(shape), Shape: shape})
	}
	r := rand.New(rand.NewPCG(1, 1))
	var in contents
	streets := []string{"福建路", "长岗路", "五一西路", "星光大道", "白沙大道", "富宁街"}
	for i := range 20_000 {
		face := n.Grids[r.IntN(len(n.Grids))].Shape[0][0]
		in.buildings = append(in.buildings, grid.Building{ID: fmt.Sprint(i), Code: grid.Code(fmt.Sprintf("990001001001%05d", i+1)),
			Address: fmt.Sprintf("%s%d号", streets[r.IntN(len(streets))], i%400), Point: face[r.IntN(len(face))], Households: 3})
	}
	in.base, in.drawn = tiles.NewBase(tiles.BaseInput{}), drawBuildings(in.buildings)
	s, err := build(n, grid.Release{District: "990001", N: 1}, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func places(s *Snapshot) []geo.Point {
	r, box := rand.New(rand.NewPCG(2, 2)), s.Mesh.Grids.Bounds()
	points := make([]geo.Point, 4096)
	for i := range points {
		points[i] = geo.Point{X: box.Min.X + r.Int32N(box.Max.X-box.Min.X), Y: box.Min.Y + r.Int32N(box.Max.Y-box.Min.Y)}
	}
	return points
}

func TestALookupAllocatesNothing(t *testing.T) {
	s := model(t)
	points := append(places(s)[:64], geo.Point{X: 1, Y: 1})
	if n := testing.AllocsPerRun(10, func() {
		for _, p := range points {
			s.Locate(p, 0)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkLocate(b *testing.B) {
	s := model(b)
	points := places(s)
	i := 0
	for b.Loop() {
		s.Locate(points[i%len(points)], 0)
		i++
	}
}

func BenchmarkSearch(b *testing.B) {
	s := model(b)
	for _, q := range []string{"fjsq", "长岗路18", "bsdd120", "990001001001018"} {
		s.Search(q, 20)
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				s.Search(q, 20)
			}
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	s := model(b)
	for b.Loop() {
		if _, err := build(s.Mesh.Net, s.Release, s.contents(), nil); err != nil {
			b.Fatal(err)
		}
	}
}

// stored yields locations without a database.
type stored struct {
	grid.Store
	rows []grid.Location
}

func (s stored) LocationsSince(_ context.Context, _ grid.Code, tx uint64) (iter.Seq2[grid.Location, error], func() uint64) {
	return func(yield func(grid.Location, error) bool) {
		for _, l := range s.rows {
			if tx == 0 && !yield(l, nil) {
				return
			}
		}
	}, func() uint64 { return 1 }
}

// What 1,000,000 points take in memory beside the rows that they came from.
func BenchmarkPointsInMemory(b *testing.B) {
	rows := make([]grid.Location, 1_000_000)
	for i := range rows {
		rows[i] = grid.Location{Kind: "lamp", ID: fmt.Sprintf("R%09d", i), How: grid.In, Area: "990001001001001", Release: 1, Revision: 1,
			Point: geo.Point{X: 1_080_000_000 + int32(i%1000)*1000, Y: 220_000_000 + int32(i/1000)*1000}}
	}
	nets := NewRegistry(&grid.Service{Store: stored{rows: rows}})
	nets.current.Store(newCountry(map[grid.Code]*Snapshot{"990001": {Release: grid.Release{District: "990001"}}}))
	var taken int64
	for b.Loop() {
		before := heap()
		p := NewPoints(nets)
		if err := p.Refresh(b.Context()); err != nil {
			b.Fatal(err)
		}
		taken = heap() - before
		if p.Of("990001").Tiles.Len() != len(rows) {
			b.Fatal("not all are there")
		}
	}
	b.ReportMetric(float64(taken)/float64(len(rows)), "bytes/point")
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
