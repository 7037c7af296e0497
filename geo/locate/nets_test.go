package locate

import (
	"math/rand/v2"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
)

// wiggly is a net of nx × ny faces whose shared borders wiggle: midpoint displacement, 2^depth edges a border, faces
// about side units wide. Face number i·ny + j is in column i, row j.
type wiggly struct {
	nx, ny, depth int
	side          int32
	corners       [][]geo.Point
	arcs          []coverage.Arc
	faces         []geo.MultiPolygon
}

func newWiggly(nx, ny, depth int, side int32) *wiggly {
	r := rand.New(rand.NewPCG(uint64(nx), uint64(depth)))
	w := &wiggly{nx: nx, ny: ny, depth: depth, side: side}
	for i := range nx + 1 {
		column := make([]geo.Point, ny+1)
		for j := range column {
			column[j] = geo.Point{
				X: 1_079_800_000 + int32(i)*side + r.Int32N(side/4) - side/8,
				Y: 223_400_000 + int32(j)*side + r.Int32N(side/4) - side/8,
			}
		}
		w.corners = append(w.corners, column)
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
		w.arcs = append(w.arcs, coverage.Arc{Points: points, Left: left, Right: right})
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
				add(w.corners[i][j], w.corners[i+1][j], face(i, j), face(i, j-1), 0, 2)
			}
			if j < ny {
				add(w.corners[i][j], w.corners[i][j+1], face(i-1, j), face(i, j), 1, 3)
			}
		}
	}
	w.faces = make([]geo.MultiPolygon, len(rings))
	for k, sides := range rings {
		north, west := slices.Clone(sides[2]), slices.Clone(sides[3])
		slices.Reverse(north)
		slices.Reverse(west)
		var ring geo.Ring
		for _, s := range [][]geo.Point{sides[0], sides[1], north, west} {
			ring = append(ring, s[:len(s)-1]...)
		}
		w.faces[k] = geo.MultiPolygon{{ring}}
	}
	return w
}

// displace appends the points between a and b.
func displace(r *rand.Rand, to []geo.Point, a, b geo.Point, depth int, amplitude float64) []geo.Point {
	if depth == 0 {
		return to
	}
	move := func() int32 { return int32(max(-2, min(2, r.NormFloat64())) * amplitude) }
	m := geo.Point{X: a.X + (b.X-a.X)/2 + move(), Y: a.Y + (b.Y-a.Y)/2 + move()}
	to = displace(r, to, a, m, depth-1, amplitude*0.45)
	return displace(r, append(to, m), m, b, depth-1, amplitude*0.45)
}

// uniform draws points anywhere in the box of the net's corners, some outside.
func (w *wiggly) uniform(r *rand.Rand, n int) []geo.Point {
	pts := make([]geo.Point, n)
	for k := range pts {
		pts[k] = geo.Point{X: 1_079_800_000 + r.Int32N(int32(w.nx)*w.side), Y: 223_400_000 + r.Int32N(int32(w.ny)*w.side)}
	}
	return pts
}

// along draws points within 300 units of a vertex of a border.
func (w *wiggly) along(r *rand.Rand, n int) []geo.Point {
	pts := make([]geo.Point, n)
	for k := range pts {
		a := w.arcs[r.IntN(len(w.arcs))].Points
		v := a[r.IntN(len(a))]
		pts[k] = geo.Point{X: v.X + r.Int32N(601) - 300, Y: v.Y + r.Int32N(601) - 300}
	}
	return pts
}
