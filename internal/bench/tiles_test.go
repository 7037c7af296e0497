package bench

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/testkit/nets"
	"github.com/zhuwang/zhuwang/tiles"
)

func BenchmarkTiles(b *testing.B) {
	about(b, section{Show: 5, Title: "Tiles", Text: `Cold tiles: the data is in memory, no bytes are. Buildings are invented, 43 m apart, so that a tile of zoom 14 shows about 2,700 of them, and 22 m apart for a
dense centre; each with seven attributes. PostGIS has the same buildings with the same attributes, in Web Mercator already and warm, under a GiST index; it is asked by a prepared
statement (ST_AsMVTGeom and ST_AsMVT, buffer 64, jit off) over a local connection. orb encodes features that were found before. Tiles of the net have the faces, labels and borders
of four levels; ST_AsMVT draws its grids alone.`})
	b.Run("buildings", benchmarkBuildingTiles)
	b.Run("net", benchmarkNetTiles)
	b.Run("points", benchmarkPointTiles)
}

// source is a set of tiles.
type source interface {
	AppendTile(dst []byte, z, x, y uint32, d crs.Datum) ([]byte, error)
}

// draws is the way to draw a tile again and again into the same bytes.
func draws(b testing.TB, s source, at maptile.Tile) way {
	var dst []byte
	return way{do: func(n int) {
		for range n {
			var err error
			if dst, err = s.AppendTile(dst[:0], uint32(at.Z), at.X, at.Y, crs.CGCS2000); err != nil || len(dst) == 0 {
				b.Fatalf("%v: %d bytes, %v", at, len(dst), err)
			}
		}
	}}
}

func benchmarkBuildingTiles(b *testing.B) {
	for _, size := range []int{80_000, 1_000_000} {
		houses := newHouses(size, 43)
		before := heap()
		buildings := drawn(houses)
		middle := maptile.At(houses[size/2+int(math.Sqrt(float64(size)))/2].lonLat(), 14)
		draws(b, buildings, middle).do(1) // what tiles of a datum share is made
		report(b, figure{name: fmt.Sprintf("memory/%d", size), op: "bytes/building", ours: way{is: float64(heap()-before) / float64(size)}})
		measure(b, figure{name: fmt.Sprintf("source/%d", size), op: "source", rounds: 3, ours: way{n: 1, do: func(int) {
			draws(b, drawn(houses), middle).do(1)
		}}})
		// The tile in the middle has its neighbours on all sides.
		rivals := []way{}
		if size == 80_000 {
			rivals = []way{
				{name: "ST_AsMVT", do: newPostGISHouses(b, houses).draws(b, middle), want: atMost(1.0 / 10)},
				{name: "orb", do: func(n int) {
					features := near(houses, middle)
					for range n {
						orbTile(b, features, middle)
					}
				}},
			}
		}
		measure(b, figure{name: fmt.Sprintf("%d/zoom=14", size), op: "tile", ours: draws(b, buildings, middle), against: rivals})
		for z := maptile.Zoom(15); z <= 18; z++ {
			at := maptile.At(middle.Center(), z)
			measure(b, figure{name: fmt.Sprintf("%d/zoom=%d", size, z), op: "tile", ours: draws(b, buildings, at)})
		}
		runtime.KeepAlive(houses)
	}
	dense := newHouses(80_000, 22)
	centre := maptile.At(dense[len(dense)/2+141].lonLat(), 14)
	tile, err := drawn(dense).Tile(14, centre.X, centre.Y, crs.CGCS2000)
	if err != nil {
		b.Fatal(err)
	}
	report(b, figure{name: "dense-centre/weight", op: "kB", ours: way{is: float64(len(tile)) / 1000}})
	measure(b, figure{name: "dense-centre/zoom=14", op: "tile", ours: draws(b, drawn(dense), centre),
		against: []way{{name: "ST_AsMVT", do: newPostGISHouses(b, dense).draws(b, centre)}}})
}

// heap is the number of bytes in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (h *house) lonLat() orb.Point { return orb.Point{h.at.Lon(), h.at.Lat()} }

// near are the houses of a tile and of its buffer as features.
func near(houses []house, at maptile.Tile) []*geojson.Feature {
	bound := at.Bound(64.0 / tiles.Extent)
	var found []*geojson.Feature
	for i := range houses {
		h := &houses[i]
		if !bound.Contains(h.lonLat()) {
			continue
		}
		f := geojson.NewFeature(inDegrees(h.outline))
		f.Properties = geojson.Properties{"code": h.Code, "address": h.Address, "number": h.Number, "use": h.Use, "households": h.Households, "storeys": h.Storeys}
		if h.Name != "" {
			f.Properties["name"] = h.Name
		}
		found = append(found, f)
	}
	return found
}

// orbTile encodes features by orb, as its documentation has it; they stay as they are.
func orbTile(b testing.TB, features []*geojson.Feature, at maptile.Tile) []byte {
	l := &mvt.Layer{Name: "buildings", Version: 2, Extent: tiles.Extent}
	for _, f := range features {
		l.Features = append(l.Features, &geojson.Feature{Geometry: orb.Clone(f.Geometry), Properties: f.Properties})
	}
	layers := mvt.Layers{l}
	layers.ProjectToTile(at)
	layers.Clip(orb.Bound{Min: orb.Point{-64, -64}, Max: orb.Point{tiles.Extent + 64, tiles.Extent + 64}})
	data, err := mvt.Marshal(layers)
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func benchmarkNetTiles(b *testing.B) {
	for _, size := range nets.Sizes[:2] {
		faces := size.Net().Faces
		in := levels(b, faces)
		net := newNet(b, in)
		middle := faces[len(faces)/2+int(math.Sqrt(float64(len(faces))))/2][0][0][0]
		at := func(z maptile.Zoom) maptile.Tile { return maptile.At(orb.Point{middle.Lon(), middle.Lat()}, z) }
		measure(b, figure{name: "first-tile/" + size.Name, op: "tile", rounds: 3, ours: way{n: 1, do: func(int) {
			draws(b, newNet(b, in), at(14)).do(1)
		}}})
		before := heap()
		all := newNet(b, in)
		for z := maptile.Zoom(0); z <= tiles.MaxZoom; z++ {
			draws(b, all, at(z)).do(1)
		}
		report(b, figure{name: "memory/" + size.Name, op: "MB", ours: way{is: float64(heap()-before) / 1e6}}) // all zooms of a datum, beside the coverages
		runtime.KeepAlive(all)
		rival := newPostGISFaces(b, faces)
		for z := maptile.Zoom(10); z <= 16; z += 2 {
			measure(b, figure{name: fmt.Sprintf("%s/zoom=%d", size.Name, z), op: "tile", ours: draws(b, net, at(z)),
				against: []way{{name: "ST_AsMVT", do: rival.draws(b, at(z))}}})
		}
	}
}

// levels puts the faces of a net into communities of ten, towns of ten communities and one district.
func levels(b testing.TB, faces []geo.MultiPolygon) tiles.NetInput {
	grids, report := coverage.Build(faces)
	if grids == nil {
		b.Fatal(report.Defects)
	}
	division := func(each, above, digits int) tiles.Division {
		n := (len(faces) + each - 1) / each
		of := make([]int32, len(faces))
		for i := range of {
			of[i] = int32(i / each)
		}
		d := tiles.Division{Coverage: grids}
		if each > 1 {
			var err error
			if d.Coverage, err = grids.Dissolve(of, n); err != nil {
				b.Fatal(err)
			}
		}
		for i := range n {
			d.Faces = append(d.Faces, tiles.Face{Code: fmt.Sprintf("%0*d", digits, i), Name: fmt.Sprintf("第%d片", i), Households: i % 500})
			d.Of = append(d.Of, int32(i*each/above))
			d.Labels = append(d.Labels, geo.LabelPoint(d.Coverage.Face(i)))
		}
		return d
	}
	return tiles.NetInput{
		Districts: division(len(faces), len(faces), 6), Towns: division(100, len(faces), 9),
		Communities: division(10, 100, 12), Grids: division(1, 10, 15),
	}
}

func newNet(b testing.TB, in tiles.NetInput) *tiles.Net {
	n, err := tiles.NewNet(in)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func benchmarkPointTiles(b *testing.B) {
	houses := newHouses(1_000_000, 43)
	list := make([]tiles.Point, len(houses))
	for i := range houses {
		list[i] = tiles.Point{Kind: []string{"report", "lamp", "hydrant"}[i%3], ID: houses[i].Code, Grid: "450122001001001", How: "in", At: houses[i].at}
	}
	before := heap()
	points := tiles.NewPoints(list)
	report(b, figure{name: "memory/1000000", op: "bytes/point", ours: way{is: float64(heap()-before) / float64(len(list))}})
	runtime.KeepAlive(list)
	for _, z := range []maptile.Zoom{8, 10, 12, 14, 16} {
		at := maptile.At(houses[len(houses)/2+500].lonLat(), z)
		measure(b, figure{name: fmt.Sprintf("1000000/zoom=%d", z), op: "tile", ours: draws(b, points.Only(), at)})
	}
}

// In one tile Zhuwang, PostGIS and orb draw the same buildings, of the same areas within what rounding moves their borders.
func TestTilesShowTheSameBuildings(t *testing.T) {
	houses := newHouses(900, 43)
	at := maptile.At(houses[len(houses)/2+15].lonLat(), 14)
	ours, err := drawn(houses).Tile(14, at.X, at.Y, crs.CGCS2000)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"PostGIS": newPostGISHouses(t, houses).tile(t, at), "orb": orbTile(t, near(houses, at), at)} {
		compareShapes(t, "in ours, not by "+name, shapesOf(t, ours, 4), shapesOf(t, data, 0))
		compareShapes(t, "by "+name+", not in ours", shapesOf(t, data, 4), shapesOf(t, ours, 0))
	}
}

func compareShapes(t *testing.T, missing string, want, got map[any]orb.Geometry) {
	for code, shape := range want {
		if got[code] == nil {
			t.Errorf("building %v is %s", code, missing)
		} else if a, b := math.Abs(planar.Area(shape)), math.Abs(planar.Area(got[code])); math.Abs(a-b) > planar.Length(shape) { // a unit along its border
			t.Errorf("building %v has %v and %v square units", code, a, b)
		}
	}
	if len(want) < 100 {
		t.Errorf("%d buildings", len(want))
	}
}

// shapesOf are the buildings that lie inside a tile, so many units from its sides, by code.
func shapesOf(t *testing.T, data []byte, units float64) map[any]orb.Geometry {
	layers, err := mvt.Unmarshal(data)
	if err != nil {
		t.Fatal(err)
	}
	shapes := map[any]orb.Geometry{}
	for _, f := range layers[0].Features {
		if b := f.Geometry.Bound(); b.Min.X() >= units && b.Min.Y() >= units && b.Max.X() <= tiles.Extent-units && b.Max.Y() <= tiles.Extent-units {
			shapes[f.Properties["code"]] = f.Geometry
		}
	}
	return shapes
}
