package locate

import (
	"math/rand/v2"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/internal/testkit/nets"
)

// probes draws n points on which an index may break: anywhere in and around the net, along borders, on vertices, on
// edge midpoints that lie on the lattice, and one unit beside those.
func probes(w *nets.Net, r *rand.Rand, n int) []geo.Point {
	pts := append(w.Uniform(r, n/4), w.Along(r, n/4)...)
	box := geo.EmptyBounds()
	for _, a := range w.Arcs {
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
	return append(pts, w.Uniform(r, n-len(pts))...)
}

func TestMillionPointsAgainstTheFaces(t *testing.T) {
	w := nets.Sizes[0].Net()
	pts := probes(w, rand.New(rand.NewPCG(5, 6)), 1_000_000)
	want, exact := make([]int32, len(pts)), newOracle(w.Faces)
	parallel(100, func() func(int) {
		return func(k int) {
			for i := k * len(pts) / 100; i < (k+1)*len(pts)/100; i++ {
				want[i] = exact.face(pts[i])
			}
		}
	})
	ix := standard.build(w.Arcs)
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

// Nets with holes, islands, enclaves and faces of several parts, at sizes from a few units to a quarter of the earth.
func TestCoveragesAgainstTheirFaces(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for seed := range uint64(20) {
		faces := coveragetest.Small(seed)
		if seed%2 == 0 {
			o := coveragetest.Options{Faces: 60, Step: [...]int32{4, 128, 4096, 131_072, 30_000_000}[seed/2%5]}
			if o.Step > 1_000_000 {
				o.Origin = geo.Point{X: -1_000_000_000, Y: -500_000_000}
			}
			faces = coveragetest.Faces(seed, o)
		}
		c, report := coverage.Build(faces)
		if !report.Clean() {
			t.Fatal(report.Defects)
		}
		for i := range faces {
			faces[i] = c.Face(i)
		}
		ix, exact, box := New(c), newOracle(faces), c.Bounds()
		pts := []geo.Point{box.Min, box.Max, {X: -1 << 31, Y: -1 << 31}, {X: 1<<31 - 1, Y: 1<<31 - 1}}
		for _, f := range faces {
			for a, b := range edges(f) {
				m := geo.Point{X: a.X + (b.X-a.X)/2, Y: a.Y + (b.Y-a.Y)/2}
				pts = append(pts, a, m, geo.Point{X: m.X + r.Int32N(3) - 1, Y: m.Y + r.Int32N(3) - 1})
			}
		}
		for range 2000 {
			pts = append(pts, geo.Point{
				X: box.Min.X - 1 + int32(r.Int64N(int64(box.Max.X)-int64(box.Min.X)+3)),
				Y: box.Min.Y - 1 + int32(r.Int64N(int64(box.Max.Y)-int64(box.Min.Y)+3)),
			})
		}
		got := make([]int32, len(pts))
		ix.Faces(got, pts)
		for i, p := range pts {
			want := exact.face(p)
			if f := ix.Face(p); f != want || got[i] != want {
				t.Fatalf("net %d: %v belongs to %d, not to %d (alone) or %d (in a batch)", seed, p, want, f, got[i])
			}
			if i%50 == 0 {
				checkNear(t, ix, faces, p, want)
			}
		}
	}
}

// Two thousand strips, ten kilometres long and three centimetres high: every edge passes through many cells, and every
// cell of a square directory holds many edges. The index stays small and right.
func TestNarrowStrips(t *testing.T) {
	const n, wide = 2000, 1_000_000
	var faces []geo.MultiPolygon
	for k := range int32(n) {
		faces = append(faces, geo.MultiPolygon{{{{X: 0, Y: 3 * k}, {X: wide, Y: 3*k + 1}, {X: wide, Y: 3*k + 4}, {X: 0, Y: 3*k + 3}}}})
	}
	c, report := coverage.Build(faces)
	if !report.Clean() {
		t.Fatal(report.Defects)
	}
	ix := New(c)
	if ix.Bytes() > 10<<20 {
		t.Errorf("the index has %d bytes", ix.Bytes())
	}
	exact, r := newOracle(faces), rand.New(rand.NewPCG(10, 11))
	for range 2000 {
		p := geo.Point{X: r.Int32N(wide), Y: r.Int32N(3 * n)}
		if f, want := ix.Face(p), exact.face(p); f != want {
			t.Fatalf("%v belongs to %d, not to %d", p, want, f)
		}
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	w := nets.New(6, 6, 4, 50_000)
	ix := standard.build(w.Arcs)
	pts := probes(w, rand.New(rand.NewPCG(12, 13)), 1000)
	faces, shares := make([]int32, len(pts)), make([]Share, 0, 1000)
	for name, look := range map[string]func(){
		"Faces": func() { ix.Faces(faces, pts) },
		"the others": func() {
			for _, p := range pts {
				ix.Face(p)
				ix.Border(p)
				ix.Nearest(p)
				shares = ix.Circle(shares[:0], p, 40)
			}
		},
	} {
		if n := testing.AllocsPerRun(3, look); n > 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
