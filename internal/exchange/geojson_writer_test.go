package exchange

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// What is written is read back on the same lattice points, in every datum, with the CRS that the file states.
func TestWrittenGeoJSONIsReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.geojson")
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom([]crs.Datum{crs.CGCS2000, crs.WGS84, crs.GCJ02, crs.BD09}).Draw(t, "datum")
		corner := geo.Point{X: rapid.Int32Range(1080000000, 1090000000).Draw(t, "x"), Y: rapid.Int32Range(220000000, 230000000).Draw(t, "y")}
		size := rapid.Int32Range(1, 100000).Draw(t, "size")
		var shape geo.MultiPolygon
		for i := range rapid.Int32Range(1, 3).Draw(t, "parts") {
			at := geo.Point{X: corner.X + 3*i*size, Y: corner.Y}
			shape = append(shape, geo.Polygon{{at, {X: at.X + size, Y: at.Y}, {X: at.X + size, Y: at.Y + size}}})
		}
		name := rapid.String().Filter(func(s string) bool { return !bytes.ContainsRune([]byte(s), '\uFFFD') }).Draw(t, "name")
		var b bytes.Buffer
		w := NewGeoJSONWriter(&b, "网格", d)
		fields := []Field{{"name", Value{String, name}}, {"n", Value{Number, "450105001001001001"}}, {"none", Value{}}, {"list", Value{JSON, `[1,"x"]`}}}
		for range 2 {
			if err := w.Write("g1", fields, shape.Orb()); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		l, err := Read(t.Context(), path, Options{Want: WantPolygons})
		if err != nil {
			t.Fatalf("%v: %s", err, b.Bytes())
		}
		rows, err := l.All(t.Context())
		if err != nil || len(rows) != 2 || l.Name != "网格" || l.CRS != (CRS{Datum: d}) {
			t.Fatalf("%v %+v: %s", err, l, b.Bytes())
		}
		for _, r := range rows {
			if r.Fault != nil || r.ID != "g1" || !slices.Equal(r.Fields, fields) {
				t.Fatalf("%+v, wrote %+v", r, fields)
			}
			if got, _, err := r.Shape(); err != nil || !reflect.DeepEqual(got, shape) {
				t.Fatalf("%v: %v was read back as %v", d, shape, got)
			}
		}
	})
}

func TestEveryGeometryIsWritten(t *testing.T) {
	for _, g := range []orb.Geometry{nil, orb.Point{108.1, -22.1}, orb.MultiPoint{{108.1, 22.1}}, orb.LineString{{108, 22}, {109, 23}}, orb.MultiLineString{{{108, 22}, {109, 23}}},
		orb.Polygon{square(108, 22)}, orb.MultiPolygon{{square(108, 22)}, {square(109, 22)}}} {
		var b bytes.Buffer
		w := NewGeoJSONWriter(&b, "", crs.WGS84)
		if err := w.Write("", nil, g); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		l, err := Read(t.Context(), file(t, "a.geojson", b.String()), Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := l.All(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if g == nil {
			if rows[0].Fault == nil || rows[0].Fault.Rule != "null-geometry" {
				t.Errorf("%+v", rows[0])
			}
		} else if rows[0].Fault != nil || !near(rows[0].Geometry, g) {
			t.Errorf("%v was read back as %v: %s", g, rows[0].Geometry, b.Bytes())
		}
	}
}

// near compares to the nine decimals that are written.
func near(a, b orb.Geometry) bool {
	next := func(g orb.Geometry) []orb.Point {
		var list []orb.Point
		for p := range positions(g) {
			list = append(list, *p)
		}
		return list
	}
	return a.GeoJSONType() == b.GeoJSONType() && slices.EqualFunc(next(a), next(b), func(p, q orb.Point) bool { return abs(p[0]-q[0]) < 1e-9 && abs(p[1]-q[1]) < 1e-9 })
}

// GDAL opens a report of defects as a layer with their places.
func TestReportOpensInAGIS(t *testing.T) {
	triangle := geo.MultiPolygon{{{{X: 1080000000, Y: 220000000}, {X: 1080100000, Y: 220000000}, {X: 1080100000, Y: 220100000}}}}
	faults := []*fault.Error{
		fault.FromDefect(geo.Defect{Rule: geo.RuleOverlap, At: geo.Point{X: 1080090000, Y: 220010000}, Faces: []int{0, 1}, Area: 253.5, Width: 12, Shape: triangle}),
		fault.FromDefect(geo.Defect{Rule: geo.RuleUnmatched, At: geo.Point{X: 1080090000, Y: 220010000}, Faces: []int{1}, Line: []geo.Point{{X: 1080000000, Y: 220000000}, {X: 1080100000, Y: 220000000}}}),
		fault.FromDefect(geo.Defect{Rule: geo.RuleSelfCross, At: geo.Point{X: 1080090000, Y: 220010000}}).In(fault.Place{File: "网.shp", Row: 7}),
	}
	var b bytes.Buffer
	if err := WriteReport(&b, crs.CGCS2000, slices.Values(faults), func(face int) string { return []string{"甲", "乙"}[face] }); err != nil {
		t.Fatal(err)
	}
	path := file(t, "report.geojson", b.String())
	var kinds []string
	for i, r := range mustRead(t, path, Options{}) {
		kinds = append(kinds, r.Geometry.GeoJSONType())
		f, m := faults[i], r.Map()
		if m["rule"] != f.Rule || m["zh"] != f.Sentence(fault.Chinese) || m["en"] != f.Sentence(fault.English) {
			t.Errorf("%q", m)
		}
		if i == 0 && (m["area_m2"] != "253.5000" || m["faces"] != `["甲","乙"]`) || i == 2 && (m["row"] != "7" || m["file"] != "网.shp") {
			t.Errorf("%q", m)
		}
	}
	if !slices.Equal(kinds, []string{"Polygon", "LineString", "Point"}) {
		t.Errorf("%q", kinds)
	}
	out, err := gdal{Options{}.timeout()}.run(t.Context(), nil, "gdalsrsinfo", "-o", "epsg", path)
	if err != nil || !bytes.Contains(out, []byte("EPSG:4490")) {
		t.Errorf("%s %v", out, err)
	}
}
