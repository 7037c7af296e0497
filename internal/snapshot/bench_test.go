package snapshot

import (
	"fmt"
	"math/rand/v2"
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
	in.base = tiles.NewBase(tiles.BaseInput{})
	s, err := build(n, grid.Release{District: "990001", N: 1}, in)
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
	in := contents{buildings: s.Buildings, base: s.Tiles.Base}
	for b.Loop() {
		if _, err := build(s.Mesh.Net, s.Release, in); err != nil {
			b.Fatal(err)
		}
	}
}
