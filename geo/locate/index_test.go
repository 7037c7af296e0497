package locate

import (
	"math/rand/v2"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
)

// probes draws n points on which an index may break: anywhere in and around the net, along borders, on vertices, on
// edge midpoints that lie on the lattice, and one unit beside those.
func (w *wiggly) probes(r *rand.Rand, n int) []geo.Point {
	pts := append(w.uniform(r, n/4), w.along(r, n/4)...)
	box := geo.EmptyBounds()
	for _, a := range w.arcs {
		for k, p := range a.Points {
			box = box.Extend(p)
			if len(pts) > n-22 {
				continue
			}
			if k > 0 {
				q := a.Points[k-1]
				p = geo.Point{X: p.X + (q.X-p.X)/2, Y: p.Y + (q.Y-p.Y)/2}
			}
			for _, v := range []geo.Point{a.Points[k], p} {
				pts = append(pts, v, geo.Point{X: v.X + 1, Y: v.Y}, geo.Point{X: v.X - 1, Y: v.Y}, geo.Point{X: v.X, Y: v.Y + 1}, geo.Point{X: v.X, Y: v.Y - 1})
			}
		}
	}
	for _, p := range []geo.Point{box.Min, box.Max, {X: box.Min.X, Y: box.Max.Y}, {X: box.Max.X, Y: box.Min.Y}} {
		pts = append(pts, p, geo.Point{X: p.X - 1, Y: p.Y - 1}, geo.Point{X: p.X + 1, Y: p.Y + 1})
	}
	return append(pts, w.uniform(r, n-len(pts))...)
}

func TestMillionPointsAgainstTheFaces(t *testing.T) {
	w := sizes[0].net()
	pts := w.probes(rand.New(rand.NewPCG(5, 6)), 1_000_000)
	want, exact := make([]int32, len(pts)), newOracle(w.faces)
	parallel(100, func() func(int) {
		return func(k int) {
			for i := k * len(pts) / 100; i < (k+1)*len(pts)/100; i++ {
				want[i] = exact.face(pts[i])
			}
		}
	})
	ix := standard.build(w.arcs)
	got := make([]int32, len(pts))
	ix.Faces(got, pts)
	outside := 0
	for i, p := range pts {
		if f := ix.Face(p); f != want[i] || got[i] != want[i] {
			t.Fatalf("%v belongs to %d, not to %d (alone) or %d (in a batch)", p, want[i], f, got[i])
		}
		if want[i] == coverage.Outside {
			outside++
		}
	}
	if outside == 0 || outside > len(pts)/10 {
		t.Errorf("%d points lie outside: the probes are not what they should be", outside)
	}
}
