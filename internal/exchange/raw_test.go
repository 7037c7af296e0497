package exchange

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// Points read raw stay as their file gives them, with the datum that it or they declare; points of a projection come in CGCS2000.
func TestRawPoints(t *testing.T) {
	type point struct {
		lon, lat float64
		datum    crs.Datum
	}
	for _, c := range []struct {
		name, file, text, crs string
		want                  []point
	}{
		{"a table", "a.csv", "id,lon,lat\n1,108.3,22.8\n", "gcj02", []point{{108.3, 22.8, crs.GCJ02}}},
		{"a table whose rows say theirs", "b.csv", "id,lon,lat,crs\n1,108.3,22.8,bd09\n2,108.3,22.8,WGS84\n", "", []point{{108.3, 22.8, crs.BD09}, {108.3, 22.8, crs.WGS84}}},
		{"features", "c.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"n":7},"geometry":{"type":"Point","coordinates":[108.3,22.8]}}]}`, "gcj02",
			[]point{{108.3, 22.8, crs.GCJ02}}},
		{"a projection", "d.csv", "id,x,y\n1,36500000,2500000\n", "EPSG:4524", []point{{108, 22.6, crs.CGCS2000}}},
		{"features of a projection", "e.geojson", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4524"}},"features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[36500000,2500000]}}]}`, "",
			[]point{{108, 22.6, crs.CGCS2000}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			l, err := Read(context.Background(), path, Options{CRS: c.crs, Want: WantPoints, Raw: true})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := l.All(context.Background())
			if err != nil || len(rows) != len(c.want) {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			for i, w := range c.want {
				lon, lat, d := rows[i].LonLat()
				exact := c.crs != "EPSG:4524" && c.file != "e.geojson"
				if f := rows[i].Refusal(); f != nil || d != w.datum || exact && (lon != w.lon || lat != w.lat) || !exact && (lon-w.lon > 0.01 || w.lon-lon > 0.01 || lat-w.lat > 0.1 || w.lat-lat > 0.1) {
					t.Errorf("row %d: %v %v %v %v, want %+v", i+1, f, lon, lat, d, w)
				}
			}
			if read, size := l.Progress(); read != size || size != int64(len(c.text)) {
				t.Errorf("%d of %d bytes read", read, size)
			}
		})
	}
}
