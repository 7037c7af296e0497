package tiles_test

import (
	"fmt"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// busiest is the largest tile of a zoom.
func busiest(b *testing.B, s source, z uint32) (x, y uint32) {
	most := -1
	cover(s, z, crs.CGCS2000, func(tx, ty uint32) {
		data, err := s.Tile(z, tx, ty, crs.CGCS2000)
		if err != nil {
			b.Fatal(err)
		}
		if len(data) > most {
			most, x, y = len(data), tx, ty
		}
	})
	return x, y
}

func benchmarkTile(b *testing.B, s source, z uint32) {
	x, y := busiest(b, s, z)
	b.ReportAllocs()
	var data []byte
	for b.Loop() {
		var err error
		if data, err = s.AppendTile(data[:0], z, x, y, crs.CGCS2000); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(data)), "bytes/tile")
}

// A tile of about 2,700 buildings of 20,000.
func BenchmarkBuildingsTile(b *testing.B) {
	benchmarkTile(b, newBuildings(houses(29, 690)...), 14)
}

// Tiles of a net of 1,200 grids and 60,000 vertices; what a zoom shares is there already.
func BenchmarkNetTile(b *testing.B) {
	n := newNet(b, large(b))
	for _, z := range []uint32{10, 12, 14, 16, 18} {
		b.Run(fmt.Sprintf("zoom=%d", z), func(b *testing.B) { benchmarkTile(b, n, z) })
	}
}

// The first tile of a zoom: the borders of the whole net are rounded.
func BenchmarkNetFirstTile(b *testing.B) {
	in := netInput(b, large(b))
	for b.Loop() {
		n, err := tiles.NewNet(in)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := n.Tile(14, 0, 0, crs.CGCS2000); err != nil {
			b.Fatal(err)
		}
	}
}

// large is a net of 1,200 faces and 60,000 vertices, 25 km across.
func large(tb fataler) []geo.MultiPolygon {
	tb.Helper()
	return coveragetest.Faces(7, coveragetest.Options{Faces: 1200, Pixels: 40, Step: 11_000})
}

// Tiles of 1,000,000 points: of the whole district, in which a tile reads a quarter of them and more, and nearer ones.
func BenchmarkPointsTile(b *testing.B) {
	s := tiles.NewPoints(reports(1, 1_000_000)).Only()
	for _, z := range []uint32{9, 11, 13, 16} {
		b.Run(fmt.Sprintf("zoom=%d", z), func(b *testing.B) { benchmarkTile(b, s, z) })
	}
}

// A second in which 100 points of 1,000,000 are moved.
func BenchmarkPointsChange(b *testing.B) {
	points := reports(1, 1_000_000)
	s := tiles.NewPoints(points)
	var gone []tiles.PointRef
	for _, p := range points[:100] {
		gone = append(gone, tiles.PointRef{Kind: p.Kind, ID: p.ID, At: p.At})
	}
	b.ReportAllocs()
	for b.Loop() {
		s.With(gone, points[:100])
	}
}

func BenchmarkPointsLoad(b *testing.B) {
	points := reports(1, 1_000_000)
	b.ReportAllocs()
	for b.Loop() {
		tiles.NewPoints(points)
	}
}
