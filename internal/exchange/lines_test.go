package exchange

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// aFile writes a file of a test.
func aFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// geometries is a GeoJSON file of a feature for each geometry; properties are those of all.
func geometries(properties string, list ...string) string {
	for i, g := range list {
		list[i] = `{"type":"Feature","properties":` + properties + `,"geometry":` + g + `}`
	}
	return `{"type":"FeatureCollection","features":[` + strings.Join(list, ",") + `]}`
}

func rowsFrom(t *testing.T, path string, o Options) []Row {
	t.Helper()
	l, err := Read(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := l.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Each kind of geometry is taken where it is wanted, alone or with others, and refused with its row elsewhere.
func TestKindsOfGeometryWanted(t *testing.T) {
	file := aFile(t, "mixed.geojson", geometries(`{}`, `{"type":"Point","coordinates":[108,22]}`, `{"type":"MultiPoint","coordinates":[[108,22]]}`,
		`{"type":"MultiPoint","coordinates":[[108,22],[109,22]]}`, `{"type":"LineString","coordinates":[[108,22],[109,22]]}`,
		`{"type":"MultiLineString","coordinates":[[[108,22],[109,22]]]}`, `{"type":"Polygon","coordinates":[[[108,22],[109,22],[109,23],[108,22]]]}`,
		`{"type":"MultiPolygon","coordinates":[[[[108,22],[109,22],[109,23],[108,22]]]]}`))
	for want, taken := range map[Want]string{
		WantAny: "1234567", WantPoints: "12", WantLines: "45", WantPolygons: "67", WantPoints | WantPolygons: "1267", WantLines | WantPolygons: "4567",
	} {
		got := ""
		for _, r := range rowsFrom(t, file, Options{CRS: "wgs84", Want: want}) {
			if r.Fault == nil {
				got += string(rune('0' + r.N))
			} else if r.Fault.Rule != "wrong-geometry" || strings.Contains(r.Fault.Report(fault.English), "{") {
				t.Errorf("want %b, row %d: %v", want, r.N, r.Fault)
			}
		}
		if got != taken {
			t.Errorf("want %b: the rows %s are taken, not %s", want, got, taken)
		}
	}
	if _, err := Read(t.Context(), aFile(t, "p.csv", "lon,lat\n108,22\n"), Options{CRS: "wgs84", Want: WantLines}); fault.From(err).Rule != "table-without-shapes" {
		t.Error(err)
	}
	if rows := rowsFrom(t, aFile(t, "p.csv", "lon,lat\n108,22\n"), Options{CRS: "wgs84", Want: WantPoints | WantPolygons}); rows[0].Fault != nil {
		t.Error(rows[0].Fault)
	}
}

// Lines come onto the lattice from every format alike.
func TestLines(t *testing.T) {
	file := aFile(t, "lines.geojson", geometries(`{"name":"示例路"}`, `{"type":"LineString","coordinates":[[108.1,22.5],[108.10000001,22.5],[108.2,22.6]]}`,
		`{"type":"MultiLineString","coordinates":[[[108.1,22.5],[108.2,22.6]],[[108.3,22.5],[108.4,22.6],[108.5,22.6]]]}`,
		`{"type":"LineString","coordinates":[[108.1,22.5],[108.10000001,22.5]]}`))
	want := [][]int{{2}, {2, 3}}
	for _, format := range []string{"GeoJSON", "GPKG", "ESRI Shapefile", "FlatGeobuf"} {
		path := file
		if format != "GeoJSON" {
			path = filepath.Join(t.TempDir(), "lines"+map[string]string{"GPKG": ".gpkg", "ESRI Shapefile": ".shp", "FlatGeobuf": ".fgb"}[format])
			if out, err := exec.Command("ogr2ogr", "-f", format, "-a_srs", "EPSG:4490", "-lco", "ENCODING=UTF-8", "-nlt", "PROMOTE_TO_MULTI", path, file).CombinedOutput(); err != nil {
				t.Fatalf("%v %s", err, out)
			}
		}
		lengths := map[int]bool{}
		for _, r := range rowsFrom(t, path, Options{CRS: "cgcs2000", Want: WantLines}) {
			if r.Fault != nil {
				t.Fatalf("%s: %v", format, r.Fault)
			}
			lines, shift, err := r.Lines()
			if err != nil {
				if d, ok := err.(geo.Defect); !ok || d.Rule != geo.RuleShortLine {
					t.Errorf("%s, row %d: %v", format, r.N, err)
				}
				lengths[0] = true
				continue
			}
			if shift > 0.01 {
				t.Errorf("%s: rounding moved a vertex by %v m", format, shift)
			}
			n := len(lines)
			lengths[n] = true
			for i, line := range lines {
				if len(line) != want[n-1][i] {
					t.Errorf("%s: %v", format, lines)
				}
			}
		}
		if len(lengths) != 3 {
			t.Errorf("%s: rows of %v lines", format, lengths)
		}
	}
}

// A point in columns beside a shape is in the datum of the file.
func TestAPointBesideAShape(t *testing.T) {
	const polygon = `{"type":"Polygon","coordinates":[[[108.3,22.8],[108.4,22.8],[108.4,22.9],[108.3,22.8]]]}`
	p, _ := geo.FromDegrees(108.3123456, 22.8123456)
	shifted, _ := geo.FromDegrees(108.3068, 22.8153) // what GCJ-02 108.3123456, 22.8123456 is, to 100 m
	for _, c := range []struct {
		name, crs, properties string
		want                  *geo.Point
		rule                  string
	}{
		{"as numbers", "wgs84", `{"x":108.3123456,"y":22.8123456}`, &p, ""},
		{"as text", "wgs84", `{"x":" 108.3123456","y":"22.8123456"}`, &p, ""},
		{"of another datum", "gcj02", `{"x":108.3123456,"y":22.8123456}`, &shifted, ""},
		{"none", "wgs84", `{"x":null,"y":""}`, nil, ""},
		{"no columns", "wgs84", `{}`, nil, ""},
		{"half", "wgs84", `{"x":108.3,"y":null}`, nil, "no-coordinate"},
		{"the other half", "wgs84", `{"x":"","y":22.8}`, nil, "no-coordinate"},
		{"in words", "wgs84", `{"x":"门口","y":22.8}`, nil, "bad-number"},
		{"swapped", "cgcs2000", `{"x":22.8,"y":108.3}`, nil, "swapped-axes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := rowsFrom(t, aFile(t, "f.geojson", geometries(c.properties, polygon)), Options{CRS: c.crs, Want: WantPolygons})
			got, ok, f := rows[0].PointIn("x", "y")
			switch {
			case c.rule != "":
				if f == nil || f.Rule != c.rule || f.Where.Row != 1 || f.Where.Field == "" {
					t.Errorf("%v, want %s", f, c.rule)
				}
			case f != nil || ok != (c.want != nil):
				t.Errorf("%v %v", ok, f)
			case ok && c.crs != "gcj02" && got != *c.want, ok && geo.Distance(got, *c.want) > 1000:
				t.Errorf("%v, want %v", got, *c.want)
			case ok && c.crs == "gcj02" && geo.Distance(got, p) < 300:
				t.Errorf("%v was not converted", got)
			}
		})
	}
}
