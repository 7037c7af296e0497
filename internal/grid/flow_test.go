package grid

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

func TestOverlapsOfSquares(t *testing.T) {
	list := func(pic string) []geo.MultiPolygon {
		shapes := picture.Draw(pic)
		return []geo.MultiPolygon{shapes['A'], shapes['B']}
	}
	square := picture.Draw("A")['A'].AreaM2()
	got := overlaps(list("AAB. AAB."), list("AABB .ABB"))
	want := map[[2]int32]float64{{0, 0}: 3, {1, 1}: 2, {0, -1}: 1, {-1, 1}: 2}
	if len(got) != len(want) {
		t.Fatalf("%v, want %v squares of %v m²", got, want, square)
	}
	for pair, squares := range want {
		if math.Abs(got[pair]/square-squares) > 1e-4 { // squares farther north are a little smaller
			t.Errorf("%v share %v squares, want %v", pair, got[pair]/square, squares)
		}
	}
}

func TestOverlapsAddUpToTheFaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := coveragetest.Faces(rapid.Uint64().Draw(t, "old"), coveragetest.Options{})
		new := coveragetest.Faces(rapid.Uint64().Draw(t, "new"), coveragetest.Options{Step: 3700})
		areas := overlaps(old, new)
		from, to := make([]float64, len(old)), make([]float64, len(new))
		for pair, m2 := range areas {
			if pair[0] != coverage.Outside {
				from[pair[0]] += m2
			}
			if pair[1] != coverage.Outside {
				to[pair[1]] += m2
			}
		}
		for i, sum := range from {
			if a := old[i].AreaM2(); math.Abs(sum-a) > 1e-8*a+1e-3 {
				t.Fatalf("old face %d has %v m², its flows %v", i, a, sum)
			}
		}
		for i, sum := range to {
			if a := new[i].AreaM2(); math.Abs(sum-a) > 1e-8*a+1e-3 {
				t.Fatalf("new face %d has %v m², its flows %v", i, a, sum)
			}
		}
	})
}

func TestOverlapsFindWhereAPointLies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := coveragetest.Faces(rapid.Uint64().Draw(t, "old"), coveragetest.Options{})
		new := coveragetest.Faces(rapid.Uint64().Draw(t, "new"), coveragetest.Options{Step: 4300})
		areas := overlaps(old, new)
		side := rapid.Int32Range(0, 60_000)
		p := geo.Point{X: 1_081_000_000 + side.Draw(t, "x"), Y: 226_000_000 + side.Draw(t, "y")}
		in := func(shapes []geo.MultiPolygon) int32 {
			return int32(slices.IndexFunc(shapes, func(m geo.MultiPolygon) bool { return m.Contains(p) }))
		}
		if pair := [2]int32{in(old), in(new)}; pair != nowhere && areas[pair] == 0 {
			t.Fatalf("%v lies in %v, which share nothing", p, pair)
		}
	})
}

func TestANetSharesItselfAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		faces := coveragetest.Faces(rapid.Uint64().Draw(t, "seed"), coveragetest.Options{})
		for pair, m2 := range overlaps(faces, faces) {
			if pair[0] != pair[1] {
				t.Fatalf("%v share %v m²", pair, m2)
			}
		}
	})
}

func TestFlowsOfAnUnchangedFaceAreNotMeasured(t *testing.T) {
	faces := coveragetest.Faces(7, coveragetest.Options{})
	cover, _ := coverage.Build(faces)
	slices.Reverse(faces)
	turned, _ := coverage.Build(faces)
	for _, f := range flows(cover, turned, nil) {
		if int(f.From) != len(faces)-1-int(f.To) || f.AreaM2 != turned.Face(int(f.To)).AreaM2() {
			t.Errorf("flow %+v", f)
		}
	}
}

func BenchmarkOverlaps(b *testing.B) {
	old := coveragetest.Faces(1, coveragetest.Options{Faces: 400, Pixels: 30})
	new := coveragetest.Faces(2, coveragetest.Options{Faces: 400, Pixels: 30})
	for b.Loop() {
		overlaps(old, new)
	}
}
