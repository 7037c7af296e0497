package tiles_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// levelLayers are the layers of faces from the top, with the zooms from which they are drawn.
var levelLayers = []struct {
	name  string
	first uint32
}{{"districts", 0}, {"towns", 6}, {"communities", 8}, {"grids", 10}}

// netInput puts the faces of a random net into communities, towns and one district.
func netInput(tb fataler, faces []geo.MultiPolygon) tiles.NetInput {
	tb.Helper()
	c, report := coverage.Build(faces)
	if c == nil {
		tb.Fatalf("%v", report.Defects)
	}
	// Grid i lies in community i mod communities, that in a town likewise.
	communities := (c.Len() + 2) / 3
	towns := (communities + 1) / 2
	level := func(digits, n int) tiles.Division {
		of := make([]int32, c.Len())
		for i := range of {
			of[i] = int32(i % communities % n)
		}
		var d tiles.Division
		for i := range n {
			d.Faces = append(d.Faces, tiles.Face{Code: fmt.Sprintf("%0*d", digits, i+1), Name: fmt.Sprintf("第%d片", i+1), Households: 100 * i})
		}
		var err error
		if d.Coverage, err = c.Dissolve(of, n); err != nil {
			tb.Fatalf("%v", err)
		}
		return d
	}
	in := tiles.NetInput{
		Districts:   level(6, 1),
		Towns:       level(9, towns),
		Communities: level(12, communities),
		Grids:       tiles.Division{Coverage: c},
	}
	for i := range communities {
		in.Communities.Of = append(in.Communities.Of, int32(i%towns))
	}
	for i := range c.Len() {
		in.Grids.Of = append(in.Grids.Of, int32(i%communities))
		in.Grids.Faces = append(in.Grids.Faces, tiles.Face{
			Code: fmt.Sprintf("%015d", i+1), Name: fmt.Sprintf("%d号网格", i+1), Kind: "basic", Category: "resid", Households: 300 + i,
		})
	}
	return in
}

func newNet(tb fataler, faces []geo.MultiPolygon) *tiles.Net {
	tb.Helper()
	n, err := tiles.NewNet(netInput(tb, faces))
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return n
}

// town is a net of a few hundred faces, about six kilometres across.
func town(tb fataler) []geo.MultiPolygon {
	tb.Helper()
	return coveragetest.Faces(7, coveragetest.Options{Faces: 300, Pixels: 40, Step: 5000})
}

// uneven is a net of two to forty rectangles in a square of 1.6 km, from the whole of it down to a lattice unit wide: at every zoom some
// are too small to draw.
func uneven(seed uint64) []geo.MultiPolygon {
	type rect struct{ x0, y0, x1, y1 int32 }
	r := rand.New(rand.NewPCG(seed, 2))
	all := []rect{{0, 0, 1 << 14, 1 << 14}}
	for range 1 + r.IntN(39) {
		i := r.IntN(len(all))
		a := all[i]
		b := a
		along, side := &a.x1, a.x1-a.x0
		if r.IntN(2) == 0 {
			along, side = &a.y1, a.y1-a.y0
		}
		if side < 2 {
			continue
		}
		at := min(max(int32(float64(side)*math.Exp2(-14*r.Float64())), 1), side-1)
		*along -= side - at
		if along == &a.x1 {
			b.x0 = a.x1
		} else {
			b.y0 = a.y1
		}
		all[i] = a
		all = append(all, b)
	}
	var faces []geo.MultiPolygon
	for _, a := range all {
		// The corners of others on a side are vertices of it.
		var sides [4][]geo.Point
		for _, b := range all {
			for _, p := range []geo.Point{{X: b.x0, Y: b.y0}, {X: b.x1, Y: b.y0}, {X: b.x1, Y: b.y1}, {X: b.x0, Y: b.y1}} {
				switch {
				case p.Y == a.y0 && a.x0 <= p.X && p.X < a.x1:
					sides[0] = append(sides[0], p)
				case p.X == a.x1 && a.y0 <= p.Y && p.Y < a.y1:
					sides[1] = append(sides[1], p)
				case p.Y == a.y1 && a.x0 < p.X && p.X <= a.x1:
					sides[2] = append(sides[2], p)
				case p.X == a.x0 && a.y0 < p.Y && p.Y <= a.y1:
					sides[3] = append(sides[3], p)
				}
			}
		}
		var ring geo.Ring
		for k, side := range sides {
			slices.SortFunc(side, geo.Point.Compare)
			side = slices.Compact(side)
			if k >= 2 {
				slices.Reverse(side)
			}
			for _, p := range side {
				ring = append(ring, geo.Point{X: 1_081_000_000 + p.X, Y: 226_000_000 + p.Y})
			}
		}
		faces = append(faces, geo.MultiPolygon{{ring}})
	}
	return faces
}

// fataler is what testing.TB and rapid.T have in common here.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

type source interface {
	Tile(z, x, y uint32, d crs.Datum) ([]byte, error)
	AppendTile(dst []byte, z, x, y uint32, d crs.Datum) ([]byte, error)
	TileJSON(d crs.Datum) tiles.TileJSON
}

// cover calls do for the tiles of a zoom that meet the bounds of a source, and one more on every side, row by row.
func cover(s source, z uint32, d crs.Datum, do func(x, y uint32)) {
	b := s.TileJSON(d).Bounds
	x0, y0 := tileOf(b[0], b[3], z)
	x1, y1 := tileOf(b[2], b[1], z)
	last := uint32(1)<<z - 1
	for y := max(y0, 1) - 1; y <= min(y1+1, last); y++ {
		for x := max(x0, 1) - 1; x <= min(x1+1, last); x++ {
			do(x, y)
		}
	}
}

// decode reads a tile with orb's decoder; coordinates are those of the tile.
func decode(tb fataler, s source, z, x, y uint32, d crs.Datum) map[string][]*geojson.Feature {
	tb.Helper()
	data, err := s.Tile(z, x, y, d)
	if err != nil {
		tb.Fatalf("tile %d/%d/%d: %v", z, x, y, err)
	}
	layers, err := mvt.Unmarshal(data)
	if err != nil {
		tb.Fatalf("tile %d/%d/%d: %v", z, x, y, err)
	}
	out := map[string][]*geojson.Feature{}
	for _, l := range layers {
		if len(l.Features) == 0 || out[l.Name] != nil {
			tb.Fatalf("layer %s is empty or there twice", l.Name)
		}
		out[l.Name] = l.Features
	}
	return out
}

func polygonsOf(g orb.Geometry) orb.MultiPolygon {
	if p, ok := g.(orb.Polygon); ok {
		return orb.MultiPolygon{p}
	}
	return g.(orb.MultiPolygon)
}
