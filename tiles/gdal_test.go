package tiles_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/tiles"
)

// readBack reads a layer of the tiles of a zoom with GDAL's own decoder, cut at the sides of the tiles.
func readBack(t *testing.T, s source, z uint32, layer string) []*geojson.Feature {
	t.Helper()
	dir := t.TempDir()
	writeTiles(t, s, z, dir)
	out := filepath.Join(dir, "out.geojson")
	cmd := exec.Command("ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=10", "-t_srs", "EPSG:4326", "-oo", "METADATA_FILE="+filepath.Join(dir, "metadata.json"), out, "MVT:"+filepath.Join(dir, fmt.Sprint(z)), layer)
	if msg, err := cmd.CombinedOutput(); err != nil || len(msg) > 0 {
		t.Fatalf("ogr2ogr: %v\n%s", err, msg)
	}
	data, err := os.ReadFile(out)
	if err != nil {
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
