package grid

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
)

// Share is the part of a footprint that lies in one grid.
type Share struct {
	Grid Code // "" outside the net
	Of   float64
}

// Straddle is a building whose footprint lies in several grids, of which its point chooses one.
type Straddle struct {
	Row    int
	ID     string
	Code   Code
	Shares []Share // the largest first
}

// leastShare is the part of a footprint that makes it worth telling: two surveys never agree to the centimetre.
const leastShare = 0.01

// borders finds the grids that a footprint lies in.
type borders struct {
	mesh  *Mesh
	index *locate.Index
	edges []borderEdge
	near  *geo.Buckets
}

type borderEdge struct {
	a, b        geo.Point
	left, right int32
}

func newBorders(m *Mesh) *borders {
	b := &borders{mesh: m, index: locate.New(m.Grids)}
	for _, arc := range m.Grids.Arcs() {
		for i := 1; i < len(arc.Points); i++ {
			b.edges = append(b.edges, borderEdge{arc.Points[i-1], arc.Points[i], arc.Left, arc.Right})
		}
	}
	b.near = geo.NewBuckets(len(b.edges), func(i int) (_, _ geo.Point) { return b.edges[i].a, b.edges[i].b })
	return b
}

// straddle are the shares of a footprint whose building belongs to a grid; nil where less than leastShare of it lies elsewhere.
func (b *borders) straddle(footprint geo.MultiPolygon, own Code) []Share {
	box := footprint.Bounds()
	var faces []int32
	outside := false
	b.near.Near(box, func(i int) {
		e := b.edges[i]
		if !box.Intersects(geo.EmptyBounds().Extend(e.a).Extend(e.b)) {
			return
		}
		for _, f := range []int32{e.left, e.right} {
			if f == coverage.Outside {
				outside = true
			} else if !slices.Contains(faces, f) {
				faces = append(faces, f)
			}
		}
	})
	if len(faces) == 0 || len(faces) == 1 && !outside {
		return nil
	}
	grids := make([]geo.MultiPolygon, len(faces))
	for i, f := range faces {
		grids[i] = b.mesh.Grids.Face(int(f))
	}
	whole := footprint.AreaM2()
	var shares []Share
	elsewhere := 0.0
	for pair, m2 := range overlaps([]geo.MultiPolygon{footprint}, grids) {
		if pair[0] == coverage.Outside {
			continue
		}
		s := Share{Of: m2 / whole}
		if pair[1] != coverage.Outside {
			s.Grid = b.mesh.gridCode(faces[pair[1]])
		}
		if s.Grid != own {
			elsewhere += s.Of
		}
		shares = append(shares, s)
	}
	if elsewhere < leastShare {
		return nil
	}
	slices.SortFunc(shares, func(x, y Share) int { return cmp.Or(cmp.Compare(y.Of, x.Of), compareCodes(x.Grid, y.Grid)) })
	return shares
}
