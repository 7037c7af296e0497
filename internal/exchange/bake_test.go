package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/tiles"
)

// bakedSets are a net of some grids, a street across it, and two buildings.
func bakedSets(t *testing.T) []TileSet {
	t.Helper()
	c, report := coverage.Build(coveragetest.Faces(5, coveragetest.Options{Faces: 20, Step: 20_000}))
	if c == nil {
		t.Fatal(report.Defects)
	}
	whole, err := c.Dissolve(make([]int32, c.Len()), 1)
	if err != nil {
		t.Fatal(err)
	}
	one := tiles.Division{Coverage: whole, Faces: []tiles.Face{{Code: "990001", Name: "区"}}}
	grids := tiles.Division{Coverage: c}
	for i := range c.Len() {
		grids.Faces = append(grids.Faces, tiles.Face{Code: fmt.Sprintf("990001001001%03d", i+1), Kind: "basic", Households: 10 * i})
	}
	net, err := tiles.NewNet(tiles.NetInput{Districts: one, Towns: one, Communities: one, Grids: grids})
	if err != nil {
		t.Fatal(err)
	}
	b := c.Bounds()
	base := tiles.NewBase(tiles.BaseInput{Streets: []tiles.Feature{{Class: "arterial", Name: "星光大道", Lines: [][]geo.Point{{b.Min, b.Max}}}}})
	at := c.Face(3)[0][0][0]
	house := geo.MultiPolygon{{{at, {X: at.X + 3000, Y: at.Y}, {X: at.X + 3000, Y: at.Y + 2000}, {X: at.X, Y: at.Y + 2000}}}}
	buildings := tiles.NewBuildings(tiles.BuildingsInput{
		Len:   2,
		About: func(i int) tiles.Building { return tiles.Building{Code: fmt.Sprint(i), Households: i} },
		Where: func(i int) (geo.MultiPolygon, geo.Point) {
			if i == 0 {
				return house, at
			}
			return nil, b.Max
		},
	})
	return []TileSet{net, base, buildings}
}

// bakedTo bakes a pyramid into a file of a folder of its own.
func bakedTo(t *testing.T, d crs.Datum, p Pyramid) (Baked, []byte) {
	t.Helper()
	out := Output{Path: filepath.Join(t.TempDir(), "a.pmtiles"), Format: PMTiles, CRS: CRS{Datum: d}}
	b, err := out.Bake(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(b.File)
	if err != nil {
		t.Fatal(err)
	}
	if b.File != out.Path || b.Bytes != int64(len(data)) {
		t.Errorf("%+v of %d bytes", b, len(data))
	}
	return b, data
}

// The file holds every tile in which something is drawn, and it is what the sets draw there, one after another; nothing else.
func TestBakedTilesAreThoseOfTheSets(t *testing.T) {
	for _, c := range []struct {
		datum    crs.Datum
		from, to uint32
		sets     int
	}{{crs.CGCS2000, 0, 15, 3}, {crs.GCJ02, 9, 14, 3}, {crs.CGCS2000, 0, 12, 1}} {
		t.Run(fmt.Sprint(c.datum, c.from, c.to, c.sets), func(t *testing.T) {
			p := Pyramid{Sets: bakedSets(t)[:c.sets], From: c.from, To: c.to, Name: "区", About: map[string]any{"release": 3}}
			b, data := bakedTo(t, c.datum, p)
			file := readPMTiles(t, data)
			found, contents := 0, map[string]bool{}
			for z := c.from; z <= c.to; z++ {
				around(p.Sets[0].TileJSON(c.datum).Bounds, z, func(x, y uint32) {
					var want []byte
					for _, s := range p.Sets {
						tile, err := s.AppendTile(nil, z, x, y, c.datum)
						if err != nil {
							t.Fatal(err)
						}
						want = append(want, tile...)
					}
					got := file.tiles[numberOf(z, x, y)]
					if (got == nil) != (len(want) == 0) || got != nil && !bytes.Equal(unzipped(t, got), want) {
						t.Fatalf("tile %d/%d/%d: %d bytes, want %d", z, x, y, len(got), len(want))
					}
					if got != nil {
						found++
						contents[string(want)] = true
					}
				})
			}
			if found == 0 || found != len(file.tiles) || b.Tiles != int64(found) || b.Contents != int64(len(contents)) {
				t.Errorf("%d tiles in the file, %d found, %d different; said %+v", len(file.tiles), found, len(contents), b)
			}
			var layers []string
			for _, l := range file.meta["vector_layers"].([]any) {
				l := l.(map[string]any)
				layers = append(layers, l["id"].(string))
				if l["minzoom"].(float64) < float64(c.from) || l["maxzoom"] != float64(c.to) {
					t.Errorf("%v", l)
				}
			}
			want := []string{"districts", "towns", "communities", "grids", "borders", "knots", "districts_label", "towns_label", "communities_label", "grids_label",
				"blocks", "water", "streets", "bridges", "blocks_label", "water_label", "streets_label", "buildings", "buildings_label"}
			if c.sets == 1 {
				want = []string{"districts", "towns", "communities", "grids", "borders", "districts_label", "towns_label", "communities_label", "grids_label"}
			}
			if diff := cmp.Diff(want, layers); diff != "" {
				t.Errorf("layers (-want +got)\n%s", diff)
			}
			if file.flags[4] != byte(c.from) || file.flags[5] != byte(c.to) || file.meta["name"] != "区" || file.meta["zhuwang"].(map[string]any)["release"] != 3.0 {
				t.Errorf("zooms %v, metadata %v", file.flags[4:], file.meta)
			}
			box := p.Sets[0].TileJSON(c.datum).Bounds
			for k, v := range file.e7 {
				if off := float64(v)/1e7 - box[k]; off > 1e-3 || off < -1e-3 {
					t.Errorf("bounds %v, want %v", file.e7, box)
				}
			}
			if file.mid[0] <= file.e7[0] || file.mid[0] >= file.e7[2] || file.mid[1] <= file.e7[1] || file.mid[1] >= file.e7[3] {
				t.Errorf("centre %v in %v", file.mid, file.e7)
			}
		})
	}
}

// around calls do for the tiles of a zoom that meet a box, and one more on every side.
func around(b [4]float64, z uint32, do func(x, y uint32)) {
	world := float64(uint32(1) << z)
	column := func(lon float64) float64 { return (lon/360 + 0.5) * world }
	row := func(lat float64) float64 {
		return (0.5 - math.Asinh(math.Tan(lat*math.Pi/180))/(2*math.Pi)) * world
	}
	for x := max(column(b[0])-1, 0); x < min(column(b[2])+2, world); x++ {
		for y := max(row(b[3])-1, 0); y < min(row(b[1])+2, world); y++ {
			do(uint32(x), uint32(y))
		}
	}
}

// numberOf is the number of a tile, found from the one above it.
func numberOf(z, x, y uint32) uint64 {
	if z == 0 {
		return 0
	}
	d := 4 * (numberOf(z-1, x/2, y/2) - firstID(z-1))
	for {
		if u, v := onCurve(z, d); u == x && v == y {
			return firstID(z) + d
		}
		d++
	}
}

// One worker or many, and again: the same bytes.
func TestBakedBytesAreAlwaysTheSame(t *testing.T) {
	sets := bakedSets(t)
	_, want := bakedTo(t, crs.GCJ02, Pyramid{Sets: sets, To: 15, Workers: 1})
	for _, workers := range []int{1, 2, 7, 0} {
		if _, got := bakedTo(t, crs.GCJ02, Pyramid{Sets: sets, To: 15, Workers: workers}); !bytes.Equal(got, want) {
			t.Errorf("%d workers: another file", workers)
		}
	}
}

// GDAL, which QGIS reads with, finds every grid in the tiles as they lie in the file, told by the file's own metadata what they hold.
func TestGDALReadsBakedTiles(t *testing.T) {
	const z = 14
	dir := t.TempDir()
	_, data := bakedTo(t, crs.CGCS2000, Pyramid{Sets: bakedSets(t), From: z, To: z})
	file := readPMTiles(t, data)
	for id, tile := range file.tiles {
		x, y := onCurve(z, id-firstID(z))
		at := filepath.Join(dir, fmt.Sprint(z), fmt.Sprint(x), fmt.Sprint(y, ".pbf"))
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, tile, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	inner, err := json.Marshal(map[string]any{"vector_layers": file.meta["vector_layers"]})
	if err != nil {
		t.Fatal(err)
	}
	outer, err := json.Marshal(map[string]string{"json": string(inner)})
	if err != nil {
		t.Fatal(err)
	}
	meta := filepath.Join(dir, "metadata.json")
	if err := os.WriteFile(meta, outer, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "ogrinfo", "-ro", "-al", "-geom=NO", "-oo", "METADATA_FILE="+meta, "MVT:"+filepath.Join(dir, fmt.Sprint(z)), "grids", "streets", "buildings").CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("ERROR")) || bytes.Contains(out, []byte("Warning")) {
		t.Fatalf("%v: %.2000s", err, out)
	}
	want := []string{"星光大道", "Layer name: buildings"}
	for i := range 20 {
		want = append(want, fmt.Sprintf("990001001001%03d", i+1))
	}
	for _, w := range want {
		if !bytes.Contains(out, []byte(w)) {
			t.Errorf("GDAL does not find %s: %.1000s", w, out)
		}
	}
}

// A set in which nothing is drawn adds no layers and does not move the bounds.
func TestAnEmptySetIsLeftOut(t *testing.T) {
	net := bakedSets(t)[0]
	empty := []TileSet{tiles.NewBase(tiles.BaseInput{}), tiles.NewBuildings(tiles.BuildingsInput{}), net}
	_, got := bakedTo(t, crs.CGCS2000, Pyramid{Sets: empty, To: 10})
	if _, want := bakedTo(t, crs.CGCS2000, Pyramid{Sets: []TileSet{net}, To: 10}); !bytes.Equal(got, want) {
		t.Error("another file")
	}
}

// breaking is a set of which something happens at its n-th tile.
type breaking struct {
	TileSet
	left atomic.Int64
	do   func() error
}

func (b *breaking) AppendTile(dst []byte, z, x, y uint32, d crs.Datum) ([]byte, error) {
	if b.left.Add(-1) == 0 {
		if err := b.do(); err != nil {
			return dst, err
		}
	}
	return b.TileSet.AppendTile(dst, z, x, y, d)
}

// Whatever ends the baking early, there is no file, nor a part of one; and an older one stays as it was.
func TestBakingThatEndsEarlyLeavesNothing(t *testing.T) {
	sets, broken := bakedSets(t), errors.New("broken")
	for _, c := range []struct {
		name string
		at   int64
		do   func(cancel func()) error
		is   func(error) bool
	}{
		{"interrupted at once", 1, func(cancel func()) error { cancel(); return nil }, func(err error) bool { return errors.Is(err, context.Canceled) }},
		{"interrupted", 30, func(cancel func()) error { cancel(); return nil }, func(err error) bool { return errors.Is(err, context.Canceled) }},
		{"a tile that fails", 30, func(func()) error { return broken }, func(err error) bool { return errors.Is(err, broken) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			out := Output{Path: filepath.Join(dir, "a.pmtiles"), Format: PMTiles, Overwrite: true}
			if err := os.WriteFile(out.Path, []byte("mine"), 0o644); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			set := &breaking{TileSet: sets[0], do: func() error { return c.do(cancel) }}
			set.left.Store(c.at)
			if _, err := out.Bake(ctx, Pyramid{Sets: []TileSet{set}, To: 15}); !c.is(err) {
				t.Fatal(err)
			}
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) != 1 {
				t.Fatalf("%v %v", entries, err)
			}
			if b, err := os.ReadFile(out.Path); err != nil || string(b) != "mine" {
				t.Errorf("%v %q", err, b)
			}
		})
	}
}

// A full disk is said by name, whether the tiles fill it or the directories behind them.
func TestBakingOntoAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, to := range []uint32{4, 16} {
		_, err = newBaker(Pyramid{Sets: bakedSets(t), To: to}, crs.CGCS2000).bake(t.Context(), full)
		if f := fault.From(Output{Path: "dir/a.pmtiles"}.failed(err)); f.Rule != "cannot-write" || f.Where.File != "a.pmtiles" {
			t.Errorf("to zoom %d: %v", to, err)
		}
	}
}

func TestNothingToBake(t *testing.T) {
	dir := t.TempDir()
	for name, p := range map[string]Pyramid{
		"zooms without buildings": {Sets: bakedSets(t)[2:], To: 13},
		"no buildings":            {Sets: []TileSet{tiles.NewBuildings(tiles.BuildingsInput{})}, To: 16},
	} {
		_, err := Output{Path: filepath.Join(dir, "a.pmtiles"), Format: PMTiles}.Bake(t.Context(), p)
		if f := fault.From(err); f.Rule != "no-tiles" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
