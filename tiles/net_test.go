package tiles_test

import (
	"iter"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

func tileOf(lon, lat float64, z uint32) (x, y uint32) {
	t := maptile.At(orb.Point{lon, lat}, maptile.Zoom(z))
	return t.X, t.Y
}

// In every tile, the grids and the levels above fill the same places: each border of a face is that of its neighbour, or of the
// district, to the unit. From a tile to the next they go on within a unit.
func TestDecodedFacesLeaveNoGapAndNoOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		faces := coveragetest.Faces(rapid.Uint64().Draw(t, "seed"), coveragetest.Options{Faces: rapid.IntRange(1, 12).Draw(t, "faces")})
		face := func(f *geojson.Feature) any { return f.Properties["code"] }
		if rapid.Bool().Draw(t, "uneven") {
			faces = uneven(rapid.Uint64().Draw(t, "seed"))
			// A face less than a unit wide may end where a tile cuts it; then its neighbours go on.
			face = func(*geojson.Feature) any { return "any" }
		}
		n := newNet(t, faces)
		z := rapid.Uint32Range(0, 17).Draw(t, "z")
		d := rapid.SampledFrom([]crs.Datum{crs.CGCS2000, crs.GCJ02, crs.BD09}).Draw(t, "datum")
		shown := map[[2]uint32][]*geojson.Feature{}
		cover(n, z, d, func(x, y uint32) {
			layers := decode(t, n, z, x, y, d)
			district := borderCount(layers["districts"])
			for _, l := range levelLayers {
				if z < l.first {
					continue
				}
				open := borderCount(layers[l.name])
				for e, k := range open {
					if k != district[e] && !onTileBox(e) {
						t.Fatalf("tile %d/%d/%d: edge %v of %s has no partner", z, x, y, e, l.name)
					}
				}
			}
			shown[[2]uint32{x, y}] = layers[lowest(z)]
		})
		for tile, here := range shown {
			if there, ok := shown[[2]uint32{tile[0] + 1, tile[1]}]; ok {
				checkSide(t, face, here, there, 0, tiles.Extent, orb.Point{tiles.Extent, 0})
				checkSide(t, face, there, here, 0, 0, orb.Point{-tiles.Extent, 0})
			}
			if there, ok := shown[[2]uint32{tile[0], tile[1] + 1}]; ok {
				checkSide(t, face, here, there, 1, tiles.Extent, orb.Point{0, tiles.Extent})
				checkSide(t, face, there, here, 1, 0, orb.Point{0, -tiles.Extent})
			}
		}
	})
}

// lowest is the layer of the lowest faces drawn at a zoom.
func lowest(z uint32) string {
	name := ""
	for _, l := range levelLayers {
		if l.first <= z {
			name = l.name
		}
	}
	return name
}

// borderCount counts directed edges of faces, the other way negative: 0 where faces on both sides agree.
func borderCount(features []*geojson.Feature) map[[2]orb.Point]int {
	count := map[[2]orb.Point]int{}
	for _, f := range features {
		for e := range edgesOf(f) {
			count[e]++
			count[[2]orb.Point{e[1], e[0]}]--
		}
	}
	return count
}

// onTileBox reports whether an edge runs along the side of the tile with its buffer.
func onTileBox(e [2]orb.Point) bool {
	for axis := range 2 {
		if v := e[0][axis]; v == e[1][axis] && (v == -tiles.Buffer || v == tiles.Extent+tiles.Buffer) {
			return true
		}
	}
	return false
}

// checkSide holds the borders of a tile, where they cross one of its sides, to those of the next tile, which begins at by: each lies
// within a unit of a border of the same face there. face tells faces apart.
func checkSide(t *rapid.T, face func(*geojson.Feature) any, here, there []*geojson.Feature, axis int, v float64, by orb.Point) {
	t.Helper()
	borders := map[any][][2]orb.Point{}
	for _, f := range there {
		for e := range edgesOf(f) {
			borders[face(f)] = append(borders[face(f)], e)
		}
	}
	for _, f := range here {
		for e := range edgesOf(f) {
			p, q := e[0], e[1]
			if (p[axis] < v) == (q[axis] < v) {
				continue
			}
			at := orb.Point{v, v}
			at[1-axis] = p[1-axis] + (v-p[axis])/(q[axis]-p[axis])*(q[1-axis]-p[1-axis])
			if at[1-axis] < 0 || at[1-axis] > tiles.Extent {
				continue
			}
			near := math.Inf(1)
			for _, b := range borders[face(f)] {
				near = min(near, planar.DistanceFromSegment(b[0], b[1], orb.Point{at[0] - by[0], at[1] - by[1]}))
			}
			if near > 1 {
				t.Fatalf("%v: a border at %v is %.2f units away in the next tile", f.Properties["code"], at, near)
			}
		}
	}
}

// edgesOf are the directed edges of a face.
func edgesOf(f *geojson.Feature) iter.Seq[[2]orb.Point] {
	return func(yield func([2]orb.Point) bool) {
		for _, poly := range polygonsOf(f.Geometry) {
			for _, r := range poly {
				for i := 1; i < len(r); i++ {
					if !yield([2]orb.Point{r[i-1], r[i]}) {
						return
					}
				}
			}
		}
	}
}
