package exchange

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

const threeGrids = "code,名称,n,WKT\n" +
	"450105001001001,第一网格,450105001001001001,\"POLYGON((108.3 22.8,108.301 22.8,108.301 22.801,108.3 22.801,108.3 22.8))\"\n" +
	"450105001001002,\"a, \"\"b\"\"\",1,\"POLYGON((108.301 22.8,108.302 22.8,108.302 22.801,108.301 22.801,108.301 22.8),(108.3013 22.8003,108.3013 22.8006,108.3016 22.8006,108.3016 22.8003,108.3013 22.8003))\"\n" +
	"450105001001003,江南,2,\"MULTIPOLYGON(((108.31 22.8,108.311 22.8,108.311 22.801,108.31 22.8)),((108.32 22.8,108.321 22.8,108.321 22.801,108.32 22.8)))\"\n"

// Every format gives the same rows: names in Chinese, long codes with all digits, shapes on the same lattice points.
func TestFormatsOfGDAL(t *testing.T) {
	want := []struct {
		name     string
		vertices int
		parts    int
	}{{"第一网格", 4, 1}, {`a, "b"`, 8, 1}, {"江南", 6, 2}}
	for _, c := range []struct {
		file, format string
		crs          string // "" where the format states it
		args         []string
	}{
		{"net.gpkg", "GPKG", "", nil},
		{"net.shp", "ESRI Shapefile", "", []string{"-lco", "ENCODING=GBK"}},
		{"net.fgb", "FlatGeobuf", "", []string{"-nlt", "MULTIPOLYGON", "-lco", "SPATIAL_INDEX=NO"}},
		{"net.kml", "LIBKML", "wgs84", nil},
		{"net.kmz", "LIBKML", "wgs84", nil},
		{"net.gdb", "OpenFileGDB", "", []string{"-nlt", "MULTIPOLYGON"}},
		{"net.gml", "GML", "", nil},
		{"net.tab", "MapInfo File", "", []string{"-lco", "ENCODING=UTF-8"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			table, title := threeGrids, "名称"
			if c.format == "MapInfo File" { // whose writer knows no Chinese column names
				table, title = strings.Replace(threeGrids, "名称", "title", 1), "title"
			}
			layer := "网"
			if c.file == "net.kmz" { // whose writer knows no Chinese names of files
				layer = "net"
			}
			ogr(t, path, c.format, table, append(c.args, "-nln", layer)...)
			if err := os.RemoveAll(strings.TrimSuffix(path, ".gml") + ".xsd"); err != nil { // the schema that GDAL writes with GML
				t.Fatal(err)
			}
			before := listing(t, filepath.Dir(path))
			rows := mustRead(t, named(t, path), Options{CRS: c.crs, Want: WantPolygons, Fields: Mapping{"title": title}})
			if len(rows) != 3 {
				t.Fatalf("%d rows", len(rows))
			}
			if after := listing(t, filepath.Dir(path)); !slices.Equal(after, before) {
				t.Errorf("reading left %q, there was %q", after, before)
			}
			for i, r := range rows {
				code, _ := r.Get("code")
				name, _ := r.Get("title")
				if name == "" {
					name, _ = r.Get("name") // KML has a name of its own
				}
				shape, shift, err := r.Shape()
				if err != nil || code != fmt.Sprintf("45010500100100%d", i+1) || name != want[i].name || shape.Vertices() != want[i].vertices || len(shape) != want[i].parts || shift > 1e-6 {
					t.Errorf("row %d: %q %q %v, shift %g m: %v", r.N, code, name, shape, shift, err)
				}
			}
			if got := rows[0].Geometry.Bound(); got.Min != (orb.Point{108.3, 22.8}) || got.Max != (orb.Point{108.301, 22.801}) {
				t.Errorf("%v", got)
			}
		})
	}
}

// listing names the files in a folder.
func listing(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// named is the path of a shapefile in a folder that ogr2ogr made of it, else the path itself.
func named(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.IsDir() && filepath.Ext(path) != ".gdb" {
		found, err := filepath.Glob(filepath.Join(path, "*.shp"))
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		return found[0]
	}
	return path
}

// A projected layer comes out in degrees, a layer in a shifted datum in CGCS2000.
func TestLayersOfGDALAreReprojected(t *testing.T) {
	var ring []string
	for _, p := range square(108.3, 22.8) {
		e, n := gaussKrueger(p[0]-108, p[1])
		ring = append(ring, fmt.Sprintf("%.4f %.4f", 500000+e, n))
	}
	table := "code,WKT\n1,\"POLYGON((" + strings.Join(ring, ",") + "))\"\n"
	want, _, err := geo.FromOrb(orb.Polygon{square(108.3, 22.8)})
	if err != nil {
		t.Fatal(err)
	}
	near := func(t *testing.T, path string, o Options) {
		t.Helper()
		shape, _, err := mustRead(t, path, o)[0].Shape()
		if err != nil || shape.Vertices() != 4 {
			t.Fatal(shape, err)
		}
		for _, p := range shape[0][0] {
			if !slices.ContainsFunc(want[0][0], func(q geo.Point) bool { return geo.Distance(p, q) < 0.02 }) {
				t.Errorf("%v is none of %v", p, want)
			}
		}
	}
	t.Run("as the file states", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.gpkg")
		ogr(t, path, "GPKG", table, "-a_srs", "EPSG:4545")
		near(t, path, Options{})
	})
	t.Run("by a description without a code", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.gpkg")
		ogr(t, path, "GPKG", table, "-a_srs", "+proj=tmerc +lat_0=0 +lon_0=108 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m")
		near(t, path, Options{})
	})
	t.Run("as the caller gives", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.gpkg")
		ogr(t, path, "GPKG", table, "-a_srs", "EPSG:4546")
		near(t, path, Options{CRS: "EPSG:4545!"})
	})
	t.Run("in GCJ-02, which no file can state", func(t *testing.T) {
		s := twoGrids()
		s.prj = ""
		path := writeParts(t, filepath.Join(t.TempDir(), "a"), s.files())
		got := mustRead(t, path, Options{CRS: "gcj02"})[0].Geometry.Bound().Center()
		here, _ := geo.FromDegrees(got[0], got[1])
		there := geo.Point{X: 1083005000, Y: 228005000}
		if d := geo.Distance(here, there); d < 480 || d > 540 {
			t.Errorf("moved by %.0f m", d)
		}
	})
}

// Nothing outside the file is opened: not what its name says, not what its content says.
func TestGDALIsKeptToLocalFiles(t *testing.T) {
	for _, path := range []string{"/vsicurl/http://127.0.0.1/a.shp", "/vsizip/a.zip", "PG:dbname=x", "http://127.0.0.1/a.kml", "-help", "WFS:http://127.0.0.1", t.TempDir()} {
		if _, err := Read(t.Context(), path, Options{CRS: "wgs84"}); err == nil {
			t.Errorf("%s was opened", path)
		}
	}
	skipped, err := otherDrivers()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"OGR_VRT", "WFS", "PostgreSQL", "HTTP", "OAPIF", "CSW", "Elasticsearch", "SQLite", "GMLAS"} {
		if !slices.Contains(strings.Split(skipped, ","), d) {
			t.Errorf("the driver %s is not switched off", d)
		}
	}
	for _, d := range drivers[:8] {
		if slices.Contains(strings.Split(skipped, ","), d) {
			t.Errorf("the driver %s is switched off", d)
		}
	}
}

func TestGDALMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	ogr(t, path, "GPKG", threeGrids)
	geojson := file(t, "a.geojson", `{"type":"Feature","properties":{},"geometry":`+point1083+`}`)
	t.Setenv("PATH", t.TempDir())
	_, err := Read(t.Context(), path, Options{})
	if f := fault.From(err); f == nil || f.Rule != "gdal-missing" || !strings.Contains(f.Sentence(fault.Chinese), "gdal-bin") {
		t.Errorf("%v", err)
	}
	mustRead(t, geojson, Options{CRS: "gcj02"})
}

func TestGDALTimeLimitAndCancellation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	ogr(t, path, "GPKG", threeGrids)
	if _, err := Read(t.Context(), path, Options{Timeout: time.Nanosecond}); fault.From(err) == nil || fault.From(err).Rule != "gdal-timeout" {
		t.Errorf("%v", err)
	}
	// A program that would never end is killed with its context.
	ctx, cancel := context.WithCancel(t.Context())
	bin := t.TempDir()
	script := "#!/bin/sh\necho started\nexec /bin/sleep 600\n"
	if err := os.WriteFile(filepath.Join(bin, "gdaltransform"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	err := gdal{timeout(time.Hour)}.stream(ctx, nil, func(r io.Reader) error {
		b := make([]byte, 8)
		_, err := r.Read(b)
		cancel()
		for err == nil {
			_, err = r.Read(b)
		}
		return nil
	}, "gdaltransform")
	if err != context.Canceled {
		t.Errorf("%v", err)
	}
}

func TestParseOGRInfo(t *testing.T) {
	layers := parseOGRInfo([]byte("INFO: Open of `x: y.gpkg'\n      using driver `GPKG' successful.\n\nLayer name: 网格: 1\nGeometry: Unknown (any)\nLayer SRS WKT:\nGEOGCRS[\"WGS 84\",\n    DATUM[\"Layer name: no\"],\n    ID[\"EPSG\",4326]]\nData axis to CRS axis mapping: 2,1\nFID Column = fid\nGeometry Column = geom\ncode: String (0.0) NOT NULL\na: b: Integer64 (0.0)\nflag: Integer(Boolean) (0.0)\n\nLayer name: table\nGeometry: None\nLayer SRS WKT:\n(unknown)\nx: Real(Float32) (0.0) DEFAULT 1: String (2)\n"))
	if len(layers) != 2 || layers[0].name != "网格: 1" || layers[0].driver != "GPKG" || !layers[0].mayCurve() || layers[0].srs.name() != "EPSG:4326" ||
		!slices.Equal(layers[0].columns, []string{"code", "a: b", "flag"}) {
		t.Errorf("%+v", layers)
	}
	if layers[1].geometry != "None" || layers[1].srs.name() != "" || layers[1].mayCurve() {
		t.Errorf("%+v", layers[1])
	}
}
