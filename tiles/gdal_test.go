package tiles_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// readBack writes the tiles of a zoom to files and reads a layer of them with GDAL's own decoder, cut at the sides of the tiles.
func readBack(t *testing.T, s source, z uint32, layer string) []*geojson.Feature {
	t.Helper()
	dir := filepath.Join(t.TempDir(), fmt.Sprint(z))
	cover(s, z, crs.CGCS2000, func(x, y uint32) {
		data, err := s.Tile(z, x, y, crs.CGCS2000)
		if err != nil {
			t.Fatal(err)
		}
		if data == nil {
			return
		}
		file := filepath.Join(dir, fmt.Sprint(x), fmt.Sprint(y, ".pbf"))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	})
	// The driver wants to be told what the tiles hold, as a tile set in MBTiles is.
	meta := filepath.Join(dir, "metadata.json")
	vectorLayers, err := json.Marshal(map[string]any{"vector_layers": s.TileJSON(crs.CGCS2000).VectorLayers})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(map[string]string{"json": string(vectorLayers)})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(meta, data, 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out.geojson")
	cmd := exec.Command("ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=10", "-t_srs", "EPSG:4326", "-oo", "METADATA_FILE="+meta, out, "MVT:"+dir, layer)
	if msg, err := cmd.CombinedOutput(); err != nil || len(msg) > 0 {
		t.Fatalf("ogr2ogr: %v\n%s", err, msg)
	}
	if data, err = os.ReadFile(out); err != nil {
		t.Fatal(err)
	}
	collection, err := geojson.UnmarshalFeatureCollection(data)
	if err != nil {
		t.Fatal(err)
	}
	return collection.Features
}

// At the highest zoom GDAL reads every grid back from the tiles, with its area within the larger of 0.2 % and what moving its
// border by a unit makes.
func TestGDALReadsTheNetBack(t *testing.T) {
	faces := coveragetest.Faces(3, coveragetest.Options{Faces: 25, Step: 2500})
	n := newNet(t, faces)
	const z = tiles.MaxZoom
	got := map[string]float64{}
	for _, f := range readBack(t, n, z, "grids") {
		got[f.Properties["code"].(string)] += squareMetres(f.Geometry)
	}
	for i, m := range faces {
		perimeter, unit := 0.0, 40075016.7/(1<<(12+z))*math.Cos(m[0][0][0].Lat()*math.Pi/180)
		for _, poly := range m {
			for _, r := range poly {
				for k := range r {
					perimeter += geo.Distance(r[k], r[(k+1)%len(r)])
				}
			}
		}
		area, code := m.AreaM2(), fmt.Sprintf("%015d", i+1)
		if off := math.Abs(got[code] - area); off > max(0.002*area, perimeter*unit) {
			t.Errorf("grid %s has %.2f m² in the tiles, %.2f in truth", code, got[code], area)
		}
	}
	if len(got) != len(faces) {
		t.Errorf("%d grids, want %d", len(got), len(faces))
	}
}

// squareMetres is the area of polygons given in degrees, on the ellipsoid.
func squareMetres(g orb.Geometry) float64 {
	var m geo.MultiPolygon
	for _, poly := range polygonsOf(g) {
		var p geo.Polygon
		for _, ring := range poly {
			var r geo.Ring
			for _, c := range ring[1:] {
				q, _ := geo.FromDegrees(c[0], c[1])
				r = append(r, q)
			}
			p = append(p, r)
		}
		m = append(m, p)
	}
	return geo.Normalize(m).AreaM2()
}

// GDAL reads every layer of every set without a complaint, and in it what orb reads.
func TestGDALReadsEveryLayer(t *testing.T) {
	for name, s := range sources(t) {
		for _, l := range s.TileJSON(crs.CGCS2000).VectorLayers {
			t.Run(name+" "+l.ID, func(t *testing.T) {
				z := max(l.MinZoom, 14)
				if strings.HasSuffix(l.ID, "_label") {
					z = 16
				}
				want, got := map[string]bool{}, map[string]bool{}
				cover(s, z, crs.CGCS2000, func(x, y uint32) {
					for _, f := range decode(t, s, z, x, y, crs.CGCS2000)[l.ID] {
						want[fmt.Sprint(f.Properties)] = true
					}
				})
				for _, f := range readBack(t, s, z, l.ID) {
					maps.DeleteFunc(f.Properties, func(_ string, v any) bool { return v == nil })
					got[fmt.Sprint(f.Properties)] = true
				}
				if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
					t.Errorf("zoom %d: features (-orb +GDAL)\n%s", z, diff)
				}
			})
		}
	}
}
