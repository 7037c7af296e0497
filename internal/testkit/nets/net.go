// Package nets generates the nets at which lookups and tiles are measured, and the plain lookup that every measure is a
// fraction of. What it makes is invented and the same on every machine.
package nets

import (
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
)

// Size is one of the three sizes of net at which everything is measured: a district, a city, a country.
type Size struct {
	Name string      // faces × vertices of a face
	Net  func() *Net // generated at the first call, then kept
}

// Sizes are (i) 418 faces with 257 vertices each, the closing one counted, (ii) 10,000 with 129, (iii) 1,000,000 with 17.
var Sizes = []Size{
	{"418x257", sync.OnceValue(func() *Net { return New(19, 22, 6, 200_000) })},
	{"10000x129", sync.OnceValue(func() *Net { return New(100, 100, 5, 50_000) })},
	{"1000000x17", sync.OnceValue(func() *Net { return New(1000, 1000, 2, 30_000) })},
}

// Net is a net whose shared borders wiggle. Every border lies in two faces vertex by vertex.
type Net struct {
	Arcs  []coverage.Arc     // each border between two faces once, with the faces on its sides
	Faces []geo.MultiPolygon // one ring each, the face on its left; number i·ny + j is in column i, row j

	nx, ny int
	side   int32
}

// origin is the south-west corner of every net, near Nanning.
var origin = geo.Point{X: 1_079_800_000, Y: 223_400_000}

// New generates a net of nx × ny faces about side units wide, with 2^depth edges a border (midpoint displacement).
func New(nx, ny, depth int, side int32) *Net {
	r := rand.New(rand.NewPCG(uint64(nx), uint64(depth)))
	n := &Net{nx: nx, ny: ny, side: side}
	corners := make([][]geo.Point, nx+1)
	for i := range corners {
		corners[i] = make([]geo.Point, ny+1)
		for j := range corners[i] {
			corners[i][j] = geo.Point{
				X: origin.X + int32(i)*side + r.Int32N(side/4) - side/8,
				Y: origin.Y + int32(j)*side + r.Int32N(side/4) - side/8,
			}
		}
	}
	rings := make([][4][]geo.Point, nx*ny) // south, east, north, west side of each face, south-west corner first
	face := func(i, j int) int32 {
		if i < 0 || j < 0 || i >= nx || j >= ny {
			return coverage.Outside
		}
		return int32(i*ny + j)
	}
	add := func(a, b geo.Point, left, right int32, sideLeft, sideRight int) {
		points := append(displace(r, []geo.Point{a}, a, b, depth, float64(side)/14), b)
		n.Arcs = append(n.Arcs, coverage.Arc{Points: points, Left: left, Right: right})
		if left != coverage.Outside {
			rings[left][sideLeft] = points
		}
		if right != coverage.Outside {
			rings[right][sideRight] = points
		}
	}
	for i := range nx + 1 {
		for j := range ny + 1 {
			if i < nx {
				add(corners[i][j], corners[i+1][j], face(i, j), face(i, j-1), 0, 2)
			}
			if j < ny {
				add(corners[i][j], corners[i][j+1], face(i-1, j), face(i, j), 1, 3)
			}
		}
	}
	n.Faces = make([]geo.MultiPolygon, len(rings))
	for k, sides := range rings {
		north, west := slices.Clone(sides[2]), slices.Clone(sides[3])
		slices.Reverse(north)
		slices.Reverse(west)
		var ring geo.Ring
		for _, s := range [][]geo.Point{sides[0], sides[1], north, west} {
			ring = append(ring, s[:len(s)-1]...)
		}
		n.Faces[k] = geo.MultiPolygon{{ring}}
	}
	return n
}

// displace appends the points between a and b. The cut tails of the normal distribution keep borders from crossing.
func displace(r *rand.Rand, to []geo.Point, a, b geo.Point, depth int, amplitude float64) []geo.Point {
	if depth == 0 {
		return to
	}
	move := func() int32 { return int32(max(-1.5, min(1.5, r.NormFloat64())) * amplitude) }
	m := geo.Point{X: a.X + (b.X-a.X)/2 + move(), Y: a.Y + (b.Y-a.Y)/2 + move()}
	to = displace(r, to, a, m, depth-1, amplitude*0.45)
	return displace(r, append(to, m), m, b, depth-1, amplitude*0.45)
}

// Coverage builds the coverage of the faces, whose numbers it keeps. Its arcs are those of the net joined where a border
// goes on between the same two faces. It panics if the net is not clean.
func (n *Net) Coverage() *coverage.Coverage {
	c, report := coverage.Build(n.Faces)
	if !report.Clean() {
		panic(report.Defects[0])
	}
	return c
}

// Uniform draws points anywhere in the box of the net's corners, some outside.
func (n *Net) Uniform(r *rand.Rand, count int) []geo.Point {
	pts := make([]geo.Point, count)
	for k := range pts {
		pts[k] = geo.Point{X: origin.X + r.Int32N(int32(n.nx)*n.side), Y: origin.Y + r.Int32N(int32(n.ny)*n.side)}
	}
	return pts
}

// Along draws points within 300 units of a vertex of a border, in each direction.
func (n *Net) Along(r *rand.Rand, count int) []geo.Point {
	pts := make([]geo.Point, count)
	for k := range pts {
		a := n.Arcs[r.IntN(len(n.Arcs))].Points
		v := a[r.IntN(len(a))]
		pts[k] = geo.Point{X: v.X + r.Int32N(601) - 300, Y: v.Y + r.Int32N(601) - 300}
	}
	return pts
}
