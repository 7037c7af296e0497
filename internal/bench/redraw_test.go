package bench

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// redrawer makes one net after another, each with the border of two neighbours in one community drawn anew: a vertex of it moves into one of them.
type redrawer struct {
	mesh *grid.Mesh
	rand *rand.Rand
}

func newRedrawer(t testing.TB, net *grid.Net) *redrawer {
	mesh, faults := grid.Weave(net)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return &redrawer{mesh, rand.New(rand.NewPCG(7, 7))}
}

// next is the net with another two grids changed.
func (d *redrawer) next() *grid.Net {
	arcs := d.mesh.Grids.Arcs()
	for {
		a := arcs[d.rand.IntN(len(arcs))]
		if len(a.Points) < 3 || a.Left == coverage.Outside || a.Right == coverage.Outside || d.mesh.CommunityOf[a.Left] != d.mesh.CommunityOf[a.Right] {
			continue
		}
		from, to := a.Points[len(a.Points)/2], geo.LabelPoint(d.mesh.Net.Grids[a.Left].Shape)
		for _, way := range []float64{0.6, 0.3} {
			at := geo.Point{X: from.X + int32(way*float64(to.X-from.X)), Y: from.Y + int32(way*float64(to.Y-from.Y))}
			net := *d.mesh.Net
			net.Grids = slices.Clone(net.Grids)
			for _, face := range []int32{a.Left, a.Right} {
				net.Grids[face].Shape = with(net.Grids[face].Shape, from, at)
			}
			if mesh, faults := grid.Weave(&net); len(faults) == 0 {
				d.mesh = mesh
				return mesh.Net
			}
		}
	}
}

// with is a shape with one of its vertices at another place.
func with(shape geo.MultiPolygon, vertex, at geo.Point) geo.MultiPolygon {
	moved := make(geo.MultiPolygon, len(shape))
	for i, polygon := range shape {
		for _, ring := range polygon {
			ring = slices.Clone(ring)
			for k, p := range ring {
				if p == vertex {
					ring[k] = at
				}
			}
			moved[i] = append(moved[i], ring)
		}
	}
	return moved
}
