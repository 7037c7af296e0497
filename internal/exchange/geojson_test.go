package exchange

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"
	orbjson "github.com/paulmach/orb/geojson"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

const point1083 = `{"type":"Point","coordinates":[108.3,22.8]}`

// What is odd but says everything it must is read.
func TestOddGeoJSONIsRead(t *testing.T) {
	encode := func(b []byte, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	feature := `{"type":"Feature","properties":{"名称":"江南区"},"geometry":` + point1083 + `}`
	for name, c := range map[string]struct {
		file, text string
		opts       Options
	}{
		"a byte order mark":               {"a.geojson", "\uFEFF" + `{"type":"FeatureCollection","features":[` + feature + `]}`, Options{CRS: "wgs84"}},
		"UTF-16, which its mark declares": {"a.geojson", encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(`{"type":"FeatureCollection","features":[` + feature + `]}`))), Options{CRS: "wgs84"}},
		"GBK, when it is said":            {"a.json", encode(simplifiedchinese.GBK.NewEncoder().Bytes([]byte(`{"type":"FeatureCollection","features":[` + feature + `]}`))), Options{CRS: "wgs84", Encoding: "gbk"}},
		"the CRS after the features":      {"a.geojson", `{"features":[` + feature + `],"crs":{"type":"name","properties":{"name":"EPSG:4490"}},"type":"FeatureCollection"}`, Options{}},
		"members that nobody knows":       {"a.geojson", `{"type":"FeatureCollection","bbox":[1,2,3,4],"x":{"features":[1]},"features":[` + feature + `],"y":[[]]}`, Options{CRS: "wgs84"}},
		"one feature":                     {"a.geojson", feature, Options{CRS: "wgs84"}},
		"members in another order":        {"a.geojson", `{"geometry":{"coordinates":[108.3,22.8],"type":"Point"},"properties":{"名称":"江南区"},"type":"Feature"}`, Options{CRS: "wgs84"}},
		"heights of zero":                 {"a.geojson", strings.Replace(feature, "22.8", "22.8,0.0", 1), Options{CRS: "wgs84"}},
		"heights, when they may be lost":  {"a.geojson", strings.Replace(feature, "22.8", "22.8,87.5", 1), Options{CRS: "wgs84", DropHeights: true}},
		"a feature a line":                {"a.geojsonl", feature + "\n\n" + feature, Options{CRS: "wgs84"}},
		"a text sequence of RFC 8142":     {"a.geojsons", "\x1e" + feature + "\n\x1e" + feature + "\n", Options{CRS: "wgs84"}},
		"the name of CRS 84":              {"a.geojson", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[` + feature + `]}`, Options{CRS: "cgcs2000"}},
		"a null CRS states nothing":       {"a.geojson", `{"type":"FeatureCollection","crs":null,"features":[` + feature + `]}`, Options{CRS: "wgs84"}},
		"no CRS, for a check":             {"a.geojson", `{"type":"FeatureCollection","features":[` + feature + `]}`, Options{AssumeDegrees: true}},
		"a wrong statement, overruled":    {"a.geojson", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:3857"}},"features":[` + feature + `]}`, Options{CRS: "wgs84!"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range mustRead(t, file(t, c.file, c.text), c.opts) {
				if got, _ := r.Get("名称"); got != "江南区" || !orb.Equal(r.Geometry, orb.Point{108.3, 22.8}) {
					t.Errorf("%q at %v", got, r.Geometry)
				}
			}
		})
	}
	t.Run("a bare geometry", func(t *testing.T) {
		if rows := mustRead(t, file(t, "a.geojson", point1083), Options{CRS: "wgs84"}); len(rows) != 1 || !orb.Equal(rows[0].Geometry, orb.Point{108.3, 22.8}) {
			t.Errorf("%v", rows)
		}
	})
	t.Run("attributes alone need no CRS", func(t *testing.T) {
		if rows := mustRead(t, file(t, "a.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":1}}]}`), Options{Want: WantNone}); len(rows) != 1 {
			t.Errorf("%v", rows)
		}
	})
}

func TestFieldsKeepOrderDigitsAndKind(t *testing.T) {
	l, err := Read(t.Context(), file(t, "a.geojson", `{"type":"FeatureCollection","features":[
		{"type":"Feature","id":7,"properties":{"z":450105001001001001,"a":" x ","n":null,"b":true,"list":[1, {"k":"v"}],"r":1.50},"geometry":`+point1083+`},
		{"type":"Feature","id":"s","properties":{"later":1},"geometry":`+point1083+`}]}`), Options{CRS: "wgs84"})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := l.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []Field{{"z", Value{Number, "450105001001001001"}}, {"a", Value{String, " x "}}, {"n", Value{}}, {"b", Value{Bool, "true"}}, {"list", Value{JSON, `[1,{"k":"v"}]`}}, {"r", Value{Number, "1.50"}}}
	if !reflect.DeepEqual(rows[0].Fields, want) || rows[0].ID != "7" || rows[1].ID != "s" {
		t.Errorf("%+v", rows[0])
	}
	if !reflect.DeepEqual(l.Columns, []string{"z", "a", "n", "b", "list", "r", "later"}) {
		t.Errorf("columns %q", l.Columns)
	}
	if got, ok := rows[0].Get("a"); got != "x" || !ok {
		t.Errorf("%q", got)
	}
	if _, ok := rows[0].Get("n"); ok {
		t.Error("null is a value")
	}
}

// Every kind of geometry is read as orb reads it.
func TestGeometriesAsOrbReadsThem(t *testing.T) {
	for _, g := range []orb.Geometry{
		orb.Point{108.1, 22.1},
		orb.MultiPoint{{108.1, 22.1}, {108.2, 22.2}},
		orb.LineString{{108.1, 22.1}, {108.2, 22.2}},
		orb.MultiLineString{{{108.1, 22.1}, {108.2, 22.2}}, {{108.3, 22.3}, {108.4, 22.4}}},
		orb.Polygon{square(108, 22), square(108.0002, 22.0002)},
		orb.MultiPolygon{{square(108, 22)}, {square(108.5, 22.5), square(108.5002, 22.5002)}},
	} {
		text, err := orbjson.NewFeature(g).MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		rows := mustRead(t, file(t, "a.geojson", string(text)), Options{CRS: "cgcs2000"})
		if !orb.Equal(rows[0].Geometry, g) {
			t.Errorf("%v was read as %v", g, rows[0].Geometry)
		}
	}
}

func TestEveryDatumIsBroughtToCGCS2000(t *testing.T) {
	for _, d := range []crs.Datum{crs.CGCS2000, crs.WGS84, crs.GCJ02, crs.BD09} {
		lon, lat := crs.FromCGCS2000(d, 108.3, 22.8)
		text := fmt.Sprintf(`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[%.15f,%.15f]}}`, lon, lat)
		rows := mustRead(t, file(t, "a.geojson", text), Options{CRS: d.String(), Want: WantPoints})
		if got := rows[0].Point(); got.X != 1083000000 || got.Y != 228000000 {
			t.Errorf("%v: %v", d, got)
		}
	}
}

// A projected file is reprojected row by row, in order, past one batch; a row beyond the projection is refused alone.
func TestProjectedGeoJSONIsReprojected(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4545"}},"features":[`)
	const rows = batchVertices + 10
	for i := range rows {
		e, n := gaussKrueger(0.3+float64(i)*1e-6, 22.8)
		if i > 0 {
			b.WriteByte(',')
		}
		if i == 5 {
			e = 4e7
		}
		fmt.Fprintf(&b, `{"type":"Feature","properties":{"i":%d},"geometry":{"type":"Point","coordinates":[%.4f,%.4f]}}`, i, e+500000, n)
	}
	b.WriteString("]}")
	l, err := Read(t.Context(), file(t, "a.geojson", b.String()), Options{Want: WantPoints})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for r, err := range l.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		switch p, _ := r.Geometry.(orb.Point); {
		case n == 5:
			if r.Fault == nil || r.Fault.Rule != "outside-crs" {
				t.Errorf("row 6: %v", r.Fault)
			}
		case r.Fault != nil || r.N != n+1 || abs(p[0]-(108.3+float64(n)*1e-6)) > 2e-9 || abs(p[1]-22.8) > 2e-9:
			t.Fatalf("row %d: %v %v", r.N, p, r.Fault)
		}
		n++
	}
	if n != rows {
		t.Errorf("%d rows", n)
	}
}

func abs(v float64) float64 { return max(v, -v) }

// A file of any size is read through one buffer.
func TestGeoJSONMemoryIsFlat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big.geojson")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	w.WriteString(`{"type":"FeatureCollection","features":[`)
	const features = 300_000
	for i := range features {
		if i > 0 {
			w.WriteByte(',')
		}
		fmt.Fprintf(w, `{"type":"Feature","properties":{"code":"%d","note":"江南区网格化服务管理"},"geometry":{"type":"Polygon","coordinates":[[[108,22],[108.01,22],[108.01,22.01],[108,22.01],[108,22]]]}}`, i)
	}
	w.WriteString(`],"crs":{"type":"name","properties":{"name":"EPSG:4490"}}}`)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil || f.Close() != nil || info.Size() < 50<<20 {
		t.Fatal(err, info.Size())
	}
	l, err := Read(t.Context(), path, Options{Want: WantPolygons})
	if err != nil {
		t.Fatal(err)
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most, n := m.HeapAlloc, uint64(0), 0
	for r, err := range l.Rows(t.Context()) {
		if err != nil || r.Fault != nil {
			t.Fatal(err, r.Fault)
		}
		if n++; n%20_000 == 0 {
			runtime.GC() // what is held, not what waits to be collected
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
	if n != features || most > before+4<<20 {
		t.Errorf("%d features of %d MB with %d MB of heap", n, info.Size()>>20, (most-before)>>20)
	}
}

func TestReadingCanBeBrokenOff(t *testing.T) {
	path := checkerboard(t, 60)
	l, err := Read(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range l.Rows(t.Context()) {
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range l.Rows(ctx) {
		cancel()
		last = err
	}
	if last != context.Canceled {
		t.Errorf("after the cancellation: %v", last)
	}
}

// FuzzGeoJSON: any text is read or refused with a sentence, and what is accepted as polygons can be put on the lattice.
func FuzzGeoJSON(f *testing.F) {
	for _, text := range []string{
		`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,0],[1,2]]]}}]}`,
		`{"type":"Feature","properties":null,"geometry":{"type":"MultiPolygon","coordinates":[[[[1,2],[3,4],[5,0],[1,2]]],[]]}}`,
		`{"type":"Polygon","coordinates":[[[1,2,3],[NaN,4],[5,0],[1,2]]]}`, `{"type":"GeometryCollection","geometries":[]}`, `{"features":[[],{},1]}`,
		`{"crs":{"type":"link","properties":{"href":"x"}},"type":"FeatureCollection","features":[]}`, `[]`, `{}`, `{"type":"Topology"}`, `{"type":"Point","coordinates":[]}`,
	} {
		f.Add(text)
	}
	path := filepath.Join(f.TempDir(), "a.geojson")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		l := &Layer{File: "a.geojson", path: path, opts: Options{CRS: "gcj02!", Want: WantPolygons}, CRS: CRS{Datum: crs.GCJ02}, read: &atomic.Int64{}}
		l.rows = l.geoJSONRows
		for r, err := range l.Rows(t.Context()) {
			for _, fa := range []*fault.Error{fault.From(err), r.Fault} {
				if fa == nil {
					continue
				}
				if s := fa.Sentence(fault.English); fa.Kind == fault.Internal || strings.Contains(s, "{") && !strings.Contains(text, "{") {
					t.Fatalf("%q: %v", text, fa)
				}
			}
			if err == nil && r.Fault == nil {
				if _, _, err := r.Shape(); err != nil {
					t.Fatalf("%q: %v", text, err)
				}
			}
		}
	})
}

func TestTheLayerAskedForIsTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.geojson")
	if err := os.WriteFile(path, []byte(`{"type":"FeatureCollection","name":"网格","features":[{"type":"Feature","properties":{},"geometry":null}]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(t.Context(), path, Options{Want: WantNone, Layer: "网格"}); err != nil {
		t.Error(err)
	}
	if _, err := Read(t.Context(), path, Options{Want: WantNone, Layer: "社区"}); err == nil || fault.From(err).Rule != "no-such-layer" {
		t.Errorf("another layer: %v", err)
	}
}
