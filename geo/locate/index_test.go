package locate

import (
	"flag"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/paulmach/orb/geojson"
	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/internal/testkit/nets"
)

// probes draws n points on which an index may break: anywhere in the box of a net and around it, near vertices, on
// vertices, on the lattice points of edges and beside their middles, one unit beside all those; a third of them along the
// outer border, and the corners of the box.
func probes(r *rand.Rand, arcs []coverage.Arc, n int) []geo.Point {
	box := geo.EmptyBounds()
	var outer []*coverage.Arc
	for i := range arcs {
		for _, p := range arcs[i].Points {
			box = box.Extend(p)
		}
		if arcs[i].Left == coverage.Outside || arcs[i].Right == coverage.Outside {
			outer = append(outer, &arcs[i])
		}
	}
	var pts []geo.Point
	for _, p := range []geo.Point{box.Min, box.Max, {X: box.Min.X, Y: box.Max.Y}, {X: box.Max.X, Y: box.Min.Y}} {
		pts = append(pts, p, geo.Point{X: p.X - 1, Y: p.Y - 1}, geo.Point{X: p.X + 1, Y: p.Y + 1})
	}
	within := func(from, to int32) int32 { return from - 1 + int32(r.Int64N(int64(to)-int64(from)+3)) }
	near := func(p geo.Point, d int32) geo.Point {
		return geo.Point{X: p.X + r.Int32N(2*d+1) - d, Y: p.Y + r.Int32N(2*d+1) - d}
	}
	for len(pts) < n {
		line := arcs[r.IntN(len(arcs))].Points
		if r.IntN(3) == 0 {
			line = outer[r.IntN(len(outer))].Points
		}
		k := 1 + r.IntN(len(line)-1)
		a, b := line[k-1], line[k]
		dx, dy := b.X-a.X, b.Y-a.Y
		steps := max(gcd(dx, dy), 1)
		step := r.Int32N(steps)
		on, middle := geo.Point{X: a.X + dx/steps*step, Y: a.Y + dy/steps*step}, geo.Point{X: a.X + dx/2, Y: a.Y + dy/2}
		pts = append(pts, geo.Point{X: within(box.Min.X, box.Max.X), Y: within(box.Min.Y, box.Max.Y)}, near(a, 300), near(b, 20),
			a, on, middle, near(a, 1), near(on, 1), near(middle, 1))
	}
	return pts[:n]
}

func gcd(a, b int32) int32 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// checkMillion compares the owners of a million probes of a net with those that its faces themselves say.
func checkMillion(t *testing.T, arcs []coverage.Arc, faces []geo.MultiPolygon) {
	t.Helper()
	pts := probes(rand.New(rand.NewPCG(5, 6)), arcs, 1_000_000)
	want, exact := make([]int32, len(pts)), newOracle(faces)
	parallel(100, func() func(int) {
		return func(k int) {
			for i := k * len(pts) / 100; i < (k+1)*len(pts)/100; i++ {
				want[i] = exact.face(pts[i])
			}
		}
	})
	ix := standard.build(arcs)
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
	t.Logf("%d faces, %d points, %d outside", len(faces), len(pts), outside)
	if outside == 0 || outside == len(pts) {
		t.Errorf("%d points lie outside: the probes are not what they should be", outside)
	}
}

var (
	everyNet = flag.Bool("every-net", false, "compare a million points of the larger nets, too (minutes)")
	netFile  = flag.String("net", "", "a GeoJSON file in CRS84 whose polygons are a net: compare a million of its points, too")
)

func TestMillionPointsAgainstTheFaces(t *testing.T) {
	for _, size := range nets.Sizes {
		t.Run(size.Name, func(t *testing.T) { checkMillion(t, size.Net().Arcs, size.Net().Faces) })
		if !*everyNet {
			break
		}
	}
	if *netFile != "" {
		t.Run(*netFile, func(t *testing.T) {
			faces := readNet(t, *netFile)
			c, report := coverage.Build(faces)
			if !report.Clean() {
				t.Logf("cleaned first: %v", report.Defects[0])
				var err error
				if faces, _, err = coverage.Clean(faces, coverage.CleanOptions{}); err != nil {
					t.Fatal(err)
				}
				c, _ = coverage.Build(faces)
			}
			for i := range faces {
				faces[i] = c.Face(i)
			}
			checkMillion(t, c.Arcs(), faces)
		})
	}
}

// readNet reads the polygons of a GeoJSON file.
func readNet(t *testing.T, path string) (faces []geo.MultiPolygon) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	collection, err := geojson.UnmarshalFeatureCollection(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range collection.Features {
		m, _, err := geo.FromOrb(f.Geometry)
		if err != nil {
			t.Fatal(err)
		}
		faces = append(faces, m)
	}
	return faces
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
	pts := probes(rand.New(rand.NewPCG(12, 13)), w.Arcs, 1000)
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
