package bench

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/demo"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

func BenchmarkBake(b *testing.B) {
	about(b, section{Show: 5, Title: "The map as a PMTiles file", Text: `The model district (418 grids, 76 communities; its base map; its buildings), zoom 0 to 16, into a file on the disk: found, drawn, compressed (gzip), hashed
and written. Each round begins with a release fresh from the database, so that what all tiles of a zoom share (simplified and rounded borders) is made within the time. Rates are those of one core unless the
name says all. drawing-alone draws the same tiles from a fresh release and throws them away: what is missing to it is the cost of finding, compressing and writing.`})
	d := newDemoMap(b)
	for _, f := range []struct {
		name string
		sets func(s *snapshot.Snapshot) []exchange.TileSet
	}{
		{"net", func(s *snapshot.Snapshot) []exchange.TileSet { return []exchange.TileSet{s.Tiles.Net} }},
		{"net-base-buildings", func(s *snapshot.Snapshot) []exchange.TileSet {
			return []exchange.TileSet{s.Tiles.Net, s.Tiles.Base, s.Tiles.Buildings}
		}},
	} {
		var fresh *snapshot.Snapshot
		reload := func() { fresh = d.load(b) }
		reload()
		baked := d.bake(b, f.sets(fresh), 0)
		shown := tilesOf(b, f.sets(fresh))
		if int64(len(shown)) != baked.Tiles {
			b.Fatalf("%d tiles baked, %d drawn", baked.Tiles, len(shown))
		}
		n := len(shown)
		one := way{name: "one-core", n: n, before: reload, do: func(int) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			d.bake(b, f.sets(fresh), 1)
		}}
		ours := one
		ours.want = atLeast(2000)
		alone := way{name: "drawing-alone", n: n, before: reload, do: func(int) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			draw(b, f.sets(fresh), shown)
		}}
		measure(b, figure{name: f.name, op: "tile", rate: true, rounds: 5, ours: ours, against: []way{alone}})
		measure(b, figure{name: f.name + "/all-cores", op: "tile", rate: true, rounds: 5, against: []way{one},
			ours: way{n: n, before: reload, do: func(int) { d.bake(b, f.sets(fresh), 0) }}})
		report(b, figure{name: f.name + "/tiles", op: "tiles", ours: way{is: float64(baked.Tiles)}})
		report(b, figure{name: f.name + "/file", op: "MB", ours: way{is: float64(baked.Bytes) / 1e6}})
	}
}

// demoMap is the model district in a database.
type demoMap struct {
	store *store.Store
	dir   string
}

func newDemoMap(b *testing.B) *demoMap {
	s, err := store.Open(b.Context(), store.Config{URL: testkit.DB(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	d := demo.Generate(1)
	testkit.PutBase(b, s, d.Net.District.Code, d.Base)
	testkit.PutBuildings(b, s, d.Net.District.Code, d.Buildings)
	service := grid.Service{Store: s}
	if _, _, err := service.Publish(b.Context(), grid.Publication{Net: d.Net, By: "bench"}); err != nil {
		b.Fatal(err)
	}
	return &demoMap{s, b.TempDir()}
}

func (d *demoMap) load(b *testing.B) *snapshot.Snapshot {
	s, err := snapshot.Load(b.Context(), d.store, "450105", 1)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// lastZoom of the pyramids.
const lastZoom = 16

func (d *demoMap) bake(b *testing.B, sets []exchange.TileSet, workers int) exchange.Baked {
	out := exchange.Output{Path: filepath.Join(d.dir, "a.pmtiles"), Format: exchange.PMTiles, Overwrite: true}
	baked, err := out.Bake(b.Context(), exchange.Pyramid{Sets: sets, To: lastZoom, Workers: workers})
	if err != nil {
		b.Fatal(err)
	}
	return baked
}

// tilesOf are the tiles in which sets draw something.
func tilesOf(b *testing.B, sets []exchange.TileSet) (shown [][3]uint32) {
	var tile []byte
	var down func(z, x, y uint32)
	down = func(z, x, y uint32) {
		reached := false
		tile = tile[:0]
		for _, s := range sets {
			reached = reached || s.Reaches(z, x, y, crs.CGCS2000)
			var err error
			if tile, err = s.AppendTile(tile, z, x, y, crs.CGCS2000); err != nil {
				b.Fatal(err)
			}
		}
		if len(tile) > 0 {
			shown = append(shown, [3]uint32{z, x, y})
		}
		if reached && z < lastZoom {
			for k := range uint32(4) {
				down(z+1, 2*x+k&1, 2*y+k>>1)
			}
		}
	}
	down(0, 0, 0)
	return shown
}

func draw(b *testing.B, sets []exchange.TileSet, shown [][3]uint32) {
	var tile []byte
	for _, t := range shown {
		tile = tile[:0]
		for _, s := range sets {
			var err error
			if tile, err = s.AppendTile(tile, t[0], t[1], t[2], crs.CGCS2000); err != nil {
				b.Fatal(err)
			}
		}
	}
}
