package locate

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"pgregory.net/rapid"
)

// smallNet is a net with its faces and the borders between them.
type smallNet struct {
	faces []geo.MultiPolygon
	arcs  []coverage.Arc
}

// newSmallNet draws a net with coordinates from 0 to 20: a lattice of 5 × 5 crooked squares, each cut into two triangles
// along either diagonal, each triangle given to one of a few faces or to the outside. So it has faces of several parts,
// holes, enclaves, islands, faces that touch in a point, and, where the lattice is left straight, long collinear and
// horizontal borders. next gives numbers from 0 to below n.
func newSmallNet(t rapid.TB, next func(n int) int) smallNet {
	t.Helper()
	const n = 5
	crooked, kinds := next(3), 1+next(5)
	var corners [n + 1][n + 1]geo.Point
	for i := range corners {
		for j := range corners[i] {
			p := geo.Point{X: int32(4 * i), Y: int32(4 * j)}
			if crooked > 0 && i > 0 && j > 0 && i < n && j < n {
				p.X += int32(next(3)) - 1
				p.Y += int32(next(3)) - 1
			}
			corners[i][j] = p
		}
	}
	var triangles []geo.MultiPolygon
	var kind []int
	for i := range n {
		for j := range n {
			a, b, c, d := corners[i][j], corners[i+1][j], corners[i+1][j+1], corners[i][j+1]
			halves, other := [][]geo.Point{{a, b, c}, {a, c, d}}, [][]geo.Point{{a, b, d}, {b, c, d}}
			if next(2) == 0 {
				halves, other = other, halves
			}
			if geo.Orient(halves[0][0], halves[0][1], halves[0][2]) <= 0 || geo.Orient(halves[1][0], halves[1][1], halves[1][2]) <= 0 {
				halves = other // the square is not convex: only one diagonal lies within
			}
			for _, h := range halves {
				triangles = append(triangles, geo.MultiPolygon{{h}})
				kind = append(kind, next(kinds+1))
			}
		}
	}
	whole, report := coverage.Build(triangles)
	if !report.Clean() {
		t.Fatalf("the triangles are no coverage: %v", report.Defects)
	}
	// Kind 0 is the outside. It is a face at first, the last one, so that the whole square is covered.
	faces := slices.Compact(slices.Sorted(slices.Values(kind)))
	if faces[0] == 0 {
		faces = append(faces[1:], 0)
	}
	groups := make([]int32, len(kind))
	for i, k := range kind {
		groups[i] = int32(slices.Index(faces, k))
	}
	c, err := whole.Dissolve(groups, len(faces))
	if err != nil {
		t.Fatal(err)
	}
	var net smallNet
	for i, k := range faces {
		if k != 0 {
			net.faces = append(net.faces, c.Face(i))
		}
	}
	for _, a := range c.Arcs() {
		for _, side := range []*int32{&a.Left, &a.Right} {
			if *side == int32(len(net.faces)) {
				*side = coverage.Outside
			}
		}
		if a.Left != a.Right {
			net.arcs = append(net.arcs, a)
		}
	}
	return net
}

// tunings make directories of all depths from the same net.
var tunings = []tuning{
	standard,
	{cellsPerEdge: 1, touchedPerEdge: 8, fullCell: 1, maxDepth: 4, places: int(place)},
	{cellsPerEdge: 1, touchedPerEdge: 8, fullCell: 4, maxDepth: 2, places: int(place)},
	{cellsPerEdge: 50, touchedPerEdge: 50, fullCell: 16, maxDepth: 4, places: int(place)},
	{cellsPerEdge: 50, touchedPerEdge: 50, fullCell: 16, maxDepth: 4, places: 200}, // fewer than the net needs
}

// checkSmall compares everything that an index says of a small net, at every lattice point in and around it, with the
// faces themselves.
func checkSmall(t rapid.TB, net smallNet) {
	t.Helper()
	exact, byRule := newMagnified(net.faces), newOracle(net.faces)
	var pts []geo.Point
	for x := int32(-2); x <= 22; x++ {
		for y := int32(-2); y <= 22; y++ {
			pts = append(pts, geo.Point{X: x, Y: y})
		}
	}
	want := make([]int32, len(pts))
	for i, p := range pts {
		want[i] = exact.face(p)
		if f := byRule.face(p); f != want[i] {
			t.Fatalf("the two oracles differ at %v: %d by definition, %d by the rings", p, want[i], f)
		}
	}
	for k, tune := range tunings {
		ix := tune.build(net.arcs)
		if n := max(len(ix.words), len(ix.narrow), len(ix.wide)); n > tune.places && len(ix.words) > 1 {
			t.Fatalf("tuning %d: %d places, %d words", k, n, len(ix.words))
		}
		batch := make([]int32, len(pts))
		ix.Faces(batch, pts)
		for i, p := range pts {
			if f := ix.Face(p); f != want[i] || batch[i] != want[i] {
				t.Fatalf("tuning %d: %v belongs to %d, not to %d (alone) or %d (in a batch)", k, p, want[i], f, batch[i])
			}
		}
		for i, p := range pts {
			if i%7 == k {
				checkNear(t, ix, net.faces, p, want[i])
			}
		}
	}
}

// checkNear compares distances and circles around a point with the faces themselves.
func checkNear(t rapid.TB, ix *Index, faces []geo.MultiPolygon, p geo.Point, owner int32) {
	t.Helper()
	distance := math.Inf(1)
	each := make([]float64, len(faces))
	for i, f := range faces {
		each[i] = math.Inf(1)
		for a, b := range edges(f) {
			each[i] = min(each[i], geo.SegmentDistance(p, a, b))
		}
		distance = min(distance, each[i])
	}
	if distance < 1e-12 { // p lies on a border
		distance = 0
	}
	if d := ix.Border(p); d != distance && (distance == 0 || math.Abs(d-distance) > 1e-9*(1+distance)) {
		t.Fatalf("the border nearest to %v is %v m away, not %v", p, distance, d)
	}
	switch f, d := ix.Nearest(p); {
	case owner != coverage.Outside:
		if f != owner || d != 0 {
			t.Fatalf("%v belongs to %d, but the nearest face is %d, %v m away", p, owner, f, d)
		}
	case len(faces) == 0:
		if f != coverage.Outside || !math.IsInf(d, 1) {
			t.Fatalf("without faces the nearest one is %d, %v m away", f, d)
		}
	case f == coverage.Outside || each[f] > distance+1e-9*(1+distance) || math.Abs(d-distance) > 1e-9*(1+distance):
		t.Fatalf("the face nearest to %v is %v m away, not %d at %v m", p, distance, f, d)
	}
	for _, radius := range []float64{0.3 * distance, distance, 1.7*distance + 0.01, 0.11, 1, 0, -1} {
		if math.IsInf(radius, 1) {
			continue
		}
		if err := checkCircle(ix.Circle(nil, p, radius), faces, p, radius, owner); err != nil {
			t.Fatalf("circle of %v m around %v: %v", radius, p, err)
		}
	}
}

// checkCircle compares shares with the areas that each face alone has in common with the circle. Those are reckoned from
// the ends of the edges, which costs precision where an edge is much longer than the radius.
func checkCircle(got []Share, faces []geo.MultiPolygon, p geo.Point, radius float64, owner int32) error {
	longest := 0.0
	for _, f := range faces {
		for a, b := range edges(f) {
			longest = max(longest, geo.Distance(a, b)/radius)
		}
	}
	tolerance := 1e-10 + 1e-15*longest*longest
	sum := 0.0
	for i, s := range got {
		if s.Share <= 0 || s.Share > 1+1e-12 {
			return fmt.Errorf("face %d has the share %v", s.Face, s.Share)
		}
		if i > 0 && (got[i-1].Share < s.Share || got[i-1].Share == s.Share && got[i-1].Face >= s.Face) {
			return fmt.Errorf("out of order: %v", got)
		}
		sum += s.Share
	}
	if math.Abs(sum-1) > 1e-12 {
		return fmt.Errorf("the shares add up to %v", sum)
	}
	if !(radius > 0) {
		if len(got) != 1 || got[0].Face != owner {
			return fmt.Errorf("a circle without area has %v, not its owner %d", got, owner)
		}
		return nil
	}
	covered := 0.0
	for i, f := range faces {
		want := areaInCircle(f, p, radius) / (math.Pi * radius * radius)
		covered += want
		share := 0.0
		if k := slices.IndexFunc(got, func(s Share) bool { return s.Face == int32(i) }); k >= 0 {
			share = got[k].Share
		}
		if math.Abs(share-want) > tolerance {
			return fmt.Errorf("face %d has the share %v, not %v", i, share, want)
		}
	}
	for _, s := range got {
		if s.Face == coverage.Outside && math.Abs(s.Share-(1-covered)) > tolerance {
			return fmt.Errorf("the outside has the share %v, not %v", s.Share, 1-covered)
		}
	}
	return nil
}

// areaInCircle is the area of a face inside a circle: for each edge that of the triangle it makes with the centre, cut by
// the circle, with the triangle's sign.
func areaInCircle(f geo.MultiPolygon, p geo.Point, r float64) float64 {
	mx, my := geo.MetresPerUnit(p.Y)
	area := 0.0
	for a, b := range edges(f) {
		ax, ay := float64(a.X-p.X)*mx, float64(a.Y-p.Y)*my
		bx, by := float64(b.X-p.X)*mx, float64(b.Y-p.Y)*my
		// The edge is cut at its places on the circle; a piece outside contributes its sector.
		cuts := []float64{0, 1}
		dx, dy := bx-ax, by-ay
		qa, qb, qc := dx*dx+dy*dy, ax*dx+ay*dy, ax*ax+ay*ay-r*r
		if disc := qb*qb - qa*qc; disc > 0 {
			for _, t := range []float64{(-qb - math.Sqrt(disc)) / qa, (-qb + math.Sqrt(disc)) / qa} {
				if t > 0 && t < 1 {
					cuts = append(cuts, t)
				}
			}
		}
		slices.Sort(cuts)
		for k := range cuts[1:] {
			ux, uy := ax+cuts[k]*dx, ay+cuts[k]*dy
			vx, vy := ax+cuts[k+1]*dx, ay+cuts[k+1]*dy
			if math.Hypot((ux+vx)/2, (uy+vy)/2) < r {
				area += (ux*vy - uy*vx) / 2
			} else {
				area += r * r / 2 * math.Atan2(ux*vy-uy*vx, ux*vx+uy*vy)
			}
		}
	}
	return area
}

// edges lists the edges of all rings.
func edges(f geo.MultiPolygon) func(yield func(a, b geo.Point) bool) {
	return func(yield func(a, b geo.Point) bool) {
		for _, polygon := range f {
			for _, ring := range polygon {
				for k, a := range ring {
					if !yield(a, ring[(k+1)%len(ring)]) {
						return
					}
				}
			}
		}
	}
}

func TestSmallNetsAgainstTheirFaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkSmall(t, newSmallNet(t, func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") }))
	})
}

// FuzzSmallNet lets the fuzzer draw the net: each byte is one choice.
func FuzzSmallNet(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 3, 1, 1, 1, 1, 2, 2, 1, 0, 0, 1})
	f.Add([]byte("a net of many faces with holes and enclaves that touch in points"))
	f.Fuzz(func(t *testing.T, choices []byte) {
		next := func(n int) int {
			if len(choices) == 0 {
				return 0
			}
			c := int(choices[0]) % n
			choices = choices[1:]
			return c
		}
		checkSmall(t, newSmallNet(t, next))
	})
}
