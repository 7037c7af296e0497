package tiles_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// GDAL and orb read every tile of the pyramids and find the same in them: as many features with the same attributes, of the same
// length or area.
func TestDecodersAgreeOnEveryTile(t *testing.T) {
	for name, s := range sources(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drawn, layers := 0, map[string]bool{}
			for z := s.TileJSON(crs.CGCS2000).MinZoom; z <= 16; z++ {
				folder := t.TempDir()
				n := writeTiles(t, s, z, folder)
				if n == 0 {
					t.Errorf("no tile at zoom %d", z)
					continue
				}
				found := readByOrb(t, s, z)
				compareContents(t, fmt.Sprintf("zoom %d", z), found, readByGDAL(t, s, folder))
				for key := range found {
					layer, _, _ := strings.Cut(key, " ")
					layers[layer] = true
				}
				drawn += n
			}
			for _, l := range s.TileJSON(crs.CGCS2000).VectorLayers {
				if !layers[l.ID] {
					t.Errorf("none of %d tiles has layer %s", drawn, l.ID)
				}
			}
			t.Logf("%d tiles", drawn)
		})
	}
}

// content is what a decoder finds of features of a layer that have the same attributes.
type content struct {
	features     int
	length, area float64 // of lines and of polygons, Web Mercator metres
}

// add counts a feature; not what only touches the side at which it is cut, which decoders may keep or not.
func (c *content) add(g orb.Geometry) {
	length, area := 0.0, 0.0
	switch g.Dimensions() {
	case 1:
		length = planar.Length(g)
	case 2:
		area = math.Abs(planar.Area(g))
	}
	if g.Dimensions() == 0 || length+area > 0 {
		c.features++
		c.length += length
		c.area += area
	}
}

func compareContents(t *testing.T, where string, want, got map[string]*content) {
	t.Helper()
	for key, w := range want {
		g := got[key]
		if g == nil {
			t.Errorf("%s: GDAL does not see %s", where, key)
		} else if g.features != w.features || math.Abs(g.length-w.length) > 1e-6*w.length || math.Abs(g.area-w.area) > 1e-6*w.area {
			t.Errorf("%s: %s is %+v to GDAL, %+v to orb", where, key, *g, *w)
		}
	}
	for key := range got {
		if want[key] == nil {
			t.Errorf("%s: orb does not see %s", where, key)
		}
	}
}

// writeTiles writes the tiles of a zoom as files x/y.pbf with what GDAL wants to be told of them, as a tile set in MBTiles is, and counts them.
func writeTiles(t *testing.T, s source, z uint32, folder string) (n int) {
	t.Helper()
	cover(s, z, crs.CGCS2000, func(x, y uint32) {
		data, err := s.Tile(z, x, y, crs.CGCS2000)
		if err != nil {
			t.Fatal(err)
		}
		if data != nil {
			n++
			writeFile(t, filepath.Join(folder, fmt.Sprint(z), fmt.Sprint(x), fmt.Sprint(y, ".pbf")), data)
		}
	})
	layers, err := json.Marshal(map[string]any{"vector_layers": s.TileJSON(crs.CGCS2000).VectorLayers})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(map[string]string{"json": string(layers)})
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(folder, "metadata.json"), data)
	return n
}

func writeFile(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// readByGDAL reads all layers of the tiles in a folder, cut at the sides of the tiles.
func readByGDAL(t *testing.T, s source, folder string) map[string]*content {
	t.Helper()
	zooms, err := filepath.Glob(filepath.Join(folder, "[0-9]*"))
	if err != nil || len(zooms) != 1 {
		t.Fatalf("%v %v", zooms, err)
	}
	out := filepath.Join(folder, "out")
	cmd := exec.Command("ogr2ogr", "-f", "CSV", "-lco", "GEOMETRY=AS_WKT", "-oo", "METADATA_FILE="+filepath.Join(folder, "metadata.json"), out, "MVT:"+zooms[0])
	cmd.Env = append(os.Environ(), "OGR_WKT_PRECISION=17")
	if msg, err := cmd.CombinedOutput(); err != nil || len(msg) > 0 {
		t.Fatalf("ogr2ogr: %v\n%s", err, msg)
	}
	files, err := filepath.Glob(filepath.Join(out, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*content{}
	for _, file := range files {
		layer := strings.TrimSuffix(filepath.Base(file), ".csv")
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil || len(rows) == 0 {
			t.Fatalf("%s: %d rows, %v", file, len(rows), err)
		}
		for _, row := range rows[1:] {
			var attrs []string
			for i, v := range row[1:] {
				if v != "" {
					attrs = append(attrs, rows[0][i+1]+"="+v)
				}
			}
			g, err := wkt.Unmarshal(row[0])
			if err != nil {
				t.Fatal(err)
			}
			contentOf(found, layer, attrs).add(g)
		}
	}
	return found
}

// readByOrb reads the same from the bytes.
func readByOrb(t *testing.T, s source, z uint32) map[string]*content {
	t.Helper()
	found, whole := map[string]*content{}, orb.Bound{Max: orb.Point{tiles.Extent, tiles.Extent}}
	const world = 2 * math.Pi * 6378137
	unit := world / (tiles.Extent * math.Exp2(float64(z)))
	cover(s, z, crs.CGCS2000, func(x, y uint32) {
		for layer, features := range decode(t, s, z, x, y, crs.CGCS2000) {
			for _, f := range features {
				var attrs []string
				for k, v := range f.Properties {
					attrs = append(attrs, fmt.Sprint(k, "=", v))
				}
				if g := clip.Geometry(whole, f.Geometry); g != nil {
					contentOf(found, layer, attrs).add(project.Geometry(g, func(p orb.Point) orb.Point { return orb.Point{p[0] * unit, p[1] * unit} }))
				}
			}
		}
	})
	return found
}

// contentOf is the content of a layer with some attributes, in any order.
func contentOf(found map[string]*content, layer string, attrs []string) *content {
	slices.Sort(attrs)
	key := layer + " " + strings.Join(attrs, " ")
	if found[key] == nil {
		found[key] = &content{}
	}
	return found[key]
}
