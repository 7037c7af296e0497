package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// assignFile assigns the points of a file to twoSquares and gives the path of the output.
func assignFile(t *testing.T, points, out string, o AssignOptions) (string, AssignSummary) {
	t.Helper()
	o.Net, o.Points, o.Lang = file(t, "net.geojson", twoSquares), points, fault.English
	o.Out = filepath.Join(t.TempDir(), out)
	switch o.CRS {
	case "":
		o.CRS = "wgs84"
	case "none":
		o.CRS = ""
	}
	s, err := Assign(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return o.Out, s
}

func rejectsOf(t *testing.T, s AssignSummary) string {
	t.Helper()
	if s.RejectsFile == "" {
		return ""
	}
	return strings.TrimPrefix(content(t, s.RejectsFile), "\uFEFFline,reason,row\n")
}

// The same points go through every format, one after the other, and come back with their attributes and types.
func TestAssignCarriesAttributesThroughEveryFormat(t *testing.T) {
	const in = `{"id":"a","count":9007199254740993,"size":1.5,"good":true,"名称":"网, \"格\"","lon":108.005,"lat":22.005,"nothing":null}
{"id":"b","count":-3,"size":2,"good":false,"名称":"二\n行","lon":108.015,"lat":22.005,"nothing":"x"}
{"id":"c","count":null,"size":null,"good":null,"名称":null,"lon":108.03,"lat":22.005}
`
	type row struct {
		ID      *string  `json:"id"`
		Count   *int64   `json:"count"`
		Size    *float64 `json:"size"`
		Good    *bool    `json:"good"`
		Name    *string  `json:"名称"`
		Lon     float64  `json:"lon"`
		Lat     float64  `json:"lat"`
		Nothing *string  `json:"nothing"`
		Grid    *string  `json:"grid"`
	}
	read := func(text string) (rows []row) {
		for line := range strings.Lines(text) {
			var r row
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			rows = append(rows, r)
		}
		return rows
	}
	print := func(rows []row) string {
		b, err := json.Marshal(rows)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	want := read(in)
	for i, grid := range []string{"west", "east, 2", ""} {
		if grid != "" {
			want[i].Grid = &grid
		}
	}
	for _, ext := range []string{".parquet", ".arrow", ".arrows", ".gpkg"} {
		t.Run(ext, func(t *testing.T) {
			there, s := assignFile(t, file(t, "p.ndjson", in), "out"+ext, AssignOptions{})
			if s.Rows != 3 || s.Inside != 2 {
				t.Fatalf("%+v", s)
			}
			back, _ := assignFile(t, withoutGrid(t, there), "back.ndjson", AssignOptions{})
			if got := print(read(content(t, back))); got != print(want) {
				t.Errorf("came back as\n%s\nwant\n%s", content(t, back), print(want))
			}
		})
	}
	t.Run("every pair of formats", func(t *testing.T) {
		names := []string{"csv", "ndjson", "geojsons", "gpkg", "parquet", "arrow", "arrows"}
		for _, from := range names {
			source, _ := assignFile(t, file(t, "p.csv", "id,lon,lat,名称\n1,108.005,22.005,江南\n2,108.03,22.005,\n3,nowhere,22,\n"), "in."+from, AssignOptions{})
			source = withoutGrid(t, source)
			for _, to := range names {
				if to == "gpkg" && from != "csv" && from != "parquet" && from != "gpkg" {
					continue // each run of ogr2ogr takes its time
				}
				out, s := assignFile(t, source, "out."+to, AssignOptions{CRS: "wgs84"})
				if s.Rows != 2 || s.Inside != 1 || s.Outside != 1 {
					t.Errorf("%s → %s: %+v", from, to, s)
				}
				if to != "csv" {
					last, _ := assignFile(t, withoutGrid(t, out), "last.csv", AssignOptions{})
					out = last
				}
				if got := column(t, out, "grid"); !slices.Equal(got, []string{"west", ""}) {
					t.Errorf("%s → %s: %q", from, to, got)
				}
				if got := column(t, out, "名称"); got[0] != "江南" {
					t.Errorf("%s → %s: %q", from, to, got)
				}
			}
		}
	})
}

func TestAssignRefusesBrokenFiles(t *testing.T) {
	csv := "lon,lat\n" + strings.Repeat("108.0054321,22.0054321\n108.0154321,22.0050001\n", 5000)
	source := func(t *testing.T, name string) string {
		out, _ := assignFile(t, file(t, "p.csv", csv), name, AssignOptions{})
		return withoutGrid(t, out)
	}
	cut := func(t *testing.T, path string, share float64) string {
		truncateTo(t, path, share)
		return path
	}
	for name, c := range map[string]struct {
		points func(t *testing.T) string
		opts   AssignOptions
		out    string
		rule   string
		says   string
	}{
		"half a gzip file":                  {func(t *testing.T) string { return cut(t, file(t, "p.csv.gz", packed(t, asGzip, csv)), 0.9) }, AssignOptions{}, "o.csv", "broken-packing", ".gz"},
		"half a zstd file":                  {func(t *testing.T) string { return cut(t, file(t, "p.csv.zst", packed(t, zstd, csv)), 0.9) }, AssignOptions{}, "o.csv", "broken-packing", ".zst"},
		"half a Parquet file":               {func(t *testing.T) string { return cut(t, source(t, "p.parquet"), 0.9) }, AssignOptions{}, "o.parquet", "broken-file", "parquet"},
		"half an Arrow file":                {func(t *testing.T) string { return cut(t, source(t, "p.arrow"), 0.9) }, AssignOptions{}, "o.arrow", "broken-file", "arrow"},
		"half an Arrow stream":              {func(t *testing.T) string { return cut(t, source(t, "p.arrows"), 0.9) }, AssignOptions{}, "o.arrows", "broken-rows", "row 8193 "},
		"half a GeoPackage":                 {func(t *testing.T) string { return cut(t, source(t, "p.gpkg"), 0.5) }, AssignOptions{}, "o.gpkg", "gdal-cannot-read", ""},
		"an empty file":                     {func(t *testing.T) string { return file(t, "p.ndjson", "") }, AssignOptions{}, "o.ndjson", "empty-file", ""},
		"blank lines alone":                 {func(t *testing.T) string { return file(t, "p.ndjson", "\n \n") }, AssignOptions{}, "o.ndjson", "empty-file", ""},
		"a JSON array":                      {func(t *testing.T) string { return file(t, "p.ndjson", "[\n{\"lon\":1}]") }, AssignOptions{}, "o.ndjson", "json-array", ""},
		"CSV named ndjson":                  {func(t *testing.T) string { return file(t, "p.ndjson", "lon,lat\n1,2\n") }, AssignOptions{}, "o.ndjson", "no-json-lines", ""},
		"Parquet named csv":                 {func(t *testing.T) string { return file(t, "p.csv", "PAR1xxxx") }, AssignOptions{}, "o.csv", "wrong-extension", ".parquet"},
		"CSV named parquet":                 {func(t *testing.T) string { return file(t, "p.parquet", csv) }, AssignOptions{}, "o.parquet", "broken-file", "parquet"},
		"gzip named csv":                    {func(t *testing.T) string { return file(t, "p.csv", packed(t, asGzip, csv)) }, AssignOptions{}, "o.csv", "wrong-extension", ".gz"},
		"CSV named csv.gz":                  {func(t *testing.T) string { return file(t, "p.csv.gz", csv) }, AssignOptions{}, "o.csv", "broken-file", "gz"},
		"a packed Parquet file":             {func(t *testing.T) string { return file(t, "p.parquet.gz", "x") }, AssignOptions{}, "o.csv", "packed-container", "parquet"},
		"no known format":                   {func(t *testing.T) string { return file(t, "p.csv", csv) }, AssignOptions{OutFormat: "shp"}, "o.shp", "unknown-point-format", "shp"},
		"a Parquet output to resume":        {func(t *testing.T) string { return file(t, "p.csv", csv) }, AssignOptions{Resume: true}, "o.parquet", "cannot-resume", "parquet"},
		"a column that is taken in a table": {func(t *testing.T) string { return file(t, "p.csv", "lon,lat,nearest\n1,2,3\n") }, AssignOptions{Distance: true}, "o.parquet", "column-taken", "nearest"},
		"two columns of one name":           {func(t *testing.T) string { return file(t, "p.csv", "lon,lat,a,a\n1,2,3,4\n") }, AssignOptions{}, "o.csv", "duplicate-column", "a"},
		"no datum": {func(t *testing.T) string {
			return file(t, "p.geojsonl", `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}`)
		}, AssignOptions{CRS: " "}, "o.geojsonl", "no-crs", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.opts
			o.Net, o.Points, o.Out = file(t, "net.geojson", twoSquares), c.points(t), filepath.Join(t.TempDir(), c.out)
			if o.CRS == "" {
				o.CRS = "wgs84"
			}
			_, err := Assign(t.Context(), o)
			f := fault.From(err)
			if f == nil || f.Rule != c.rule || !strings.Contains(f.Sentence(fault.English), c.says) {
				t.Errorf("%v (%v), want rule %s that says %q", err, f, c.rule, c.says)
			}
			if left, err := filepath.Glob(filepath.Join(filepath.Dir(o.Out), "*")); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// A row that is too long is put aside, whatever comes behind it, and a byte order mark and GBK are read as declared.
func TestAssignReadsOddText(t *testing.T) {
	long := strings.Repeat("x", maxRecord+10)
	out, s := assignFile(t, file(t, "p.csv", "lon,lat,a\n"+long+"\n108.005,22.005,b\n"), "o.csv", AssignOptions{})
	if s.Rejected != 1 || content(t, out) != "lon,lat,a,grid\n108.005,22.005,b,west\n" || !strings.HasPrefix(rejectsOf(t, s), "2,row-too-long:") {
		t.Errorf("%+v %s %.300q", s, content(t, out), rejectsOf(t, s))
	}
	out, s = assignFile(t, file(t, "p.ndjson", "\uFEFF{\"lon\":108.005,\"lat\":22.005}\n{\"a\":\""+long+"\"}\n{\"lon\":108.015,\"lat\":22.005}"), "o.ndjson", AssignOptions{})
	if s.Rejected != 1 || strings.Count(content(t, out), "\n") != 2 || !strings.HasPrefix(rejectsOf(t, s), "2,row-too-long:") {
		t.Errorf("%+v", s)
	}
	gbk := "{\"\xc3\xfb\xb3\xc6\":\"\xbd\xad\xc4\xcf\",\"lon\":108.005,\"lat\":22.005}\n"
	out, s = assignFile(t, file(t, "p.ndjson", gbk), "o.ndjson", AssignOptions{Encoding: "gbk"})
	if s.Inside != 1 || content(t, out) != "{\"名称\":\"江南\",\"lon\":108.005,\"lat\":22.005,\"grid\":\"west\"}\n" {
		t.Errorf("%+v %q", s, content(t, out))
	}
	_, s = assignFile(t, file(t, "p.ndjson", gbk), "o.ndjson", AssignOptions{})
	if s.Rejected != 1 || !strings.Contains(rejectsOf(t, s), "--encoding gbk") {
		t.Errorf("%+v", s)
	}
}

// Text that is packed, and sequences of records, are resumed to the same bytes as well.
func TestAssignResumesEveryText(t *testing.T) {
	net := checkerboard(t, 5)
	table := mixedPoints(t, 30_000)
	objects := file(t, "p.ndjson", manyObjects(30_000, "{\"id\":%d,\"lon\":%.7f,\"lat\":%.7f}\n"))
	features := file(t, "p.geojsons", manyObjects(30_000, "\x1e{\"type\":\"Feature\",\"properties\":{\"id\":%d},\n\"geometry\":{\"type\":\"Point\",\"coordinates\":[%.7f,%.7f]}}\n"))
	packedTable := file(t, "p.csv.gz", packed(t, asGzip, content(t, table)))
	parquetFile, _ := assignFile(t, objects, "p.parquet", AssignOptions{})
	for _, c := range []struct{ points, out string }{
		{table, "o.csv.gz"}, {packedTable, "o.csv.zst"}, {objects, "o.ndjson"}, {objects, "o.csv"}, {features, "o.geojsons.zst"}, {withoutGrid(t, parquetFile), "o.ndjson.gz"},
	} {
		t.Run(filepath.Base(c.points)+" to "+c.out, func(t *testing.T) {
			o := AssignOptions{Net: net, Points: c.points, CRS: "wgs84", Distance: true, Out: filepath.Join(t.TempDir(), c.out)}
			if s, err := Assign(t.Context(), o); err != nil || s.Inside == 0 || s.Outside == 0 {
				t.Fatalf("%+v: %v", s, err)
			}
			want, rejected := content(t, o.Out), int64(0)
			o.Out, o.Resume = filepath.Join(t.TempDir(), c.out), true
			taken := int64(0)
			for from := int64(8_000); ; from += 8_000 {
				ctx, cancel := context.WithCancel(t.Context())
				o.Progress = func(p AssignProgress) {
					if p.Rows >= from {
						cancel()
					}
				}
				s, err := assignWithCheckpoints(ctx, o, 5_000)
				cancel()
				taken = max(taken, s.Resumed)
				if err == nil {
					rejected = s.Rejected
					break
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
			}
			if taken == 0 || content(t, o.Out) != want {
				t.Errorf("%d rows were taken over, %d rejected; the bytes are the same: %v", taken, rejected, content(t, o.Out) == want)
			}
		})
	}
}

// manyObjects writes records with a number, a longitude and a latitude, one in a hundred of them broken.
func manyObjects(n int, format string) string {
	r := rand.New(rand.NewPCG(5, 6))
	var b strings.Builder
	for i := range n {
		record := fmt.Sprintf(format, i, 107.99+0.07*r.Float64(), 21.99+0.07*r.Float64())
		if i%100 == 50 {
			record = strings.Replace(record, `":`, `"`, 1)
		}
		b.WriteString(record)
	}
	return b.String()
}

// Memory does not grow with the number of points in any format.
func TestAssignMemoryIsFlatInEveryFormat(t *testing.T) {
	net := checkerboard(t, 5)
	objects := func(n int) string {
		return file(t, "p.ndjson", manyObjects(n, "{\"id\":%d,\"lon\":%.7f,\"lat\":%.7f,\"note\":\"井盖破损\"}\n"))
	}
	peak := func(points, out string) uint64 {
		var most atomic.Uint64
		n := 0
		o := AssignOptions{Net: net, Points: points, CRS: "wgs84", Out: filepath.Join(t.TempDir(), out), Progress: func(AssignProgress) {
			if n++; n%8 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most.Store(max(most.Load(), m.HeapAlloc))
			}
		}}
		if _, err := Assign(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		return most.Load()
	}
	small, large := objects(100_000), objects(250_000)
	for _, out := range []string{"o.ndjson.gz", "o.parquet", "o.arrow"} {
		if a, b := peak(small, out), peak(large, out); b > a+48<<20 {
			t.Errorf("%s: %d MB for 100,000 rows, %d MB for 250,000", out, a>>20, b>>20)
		}
	}
	one := filepath.Join(t.TempDir(), "one.parquet") // all rows in one group
	type point struct {
		ID   int64   `parquet:"id"`
		Lon  float64 `parquet:"lon"`
		Lat  float64 `parquet:"lat"`
		Note string  `parquet:"note"`
	}
	rows := make([]point, 200_000)
	for i := range rows {
		rows[i] = point{int64(i), 108 + float64(i%500)*1e-4, 22 + float64(i/500)*1e-4, fmt.Sprint("井盖破损, 第 ", i, " 处, ", i*7919)}
	}
	if err := parquet.WriteFile(one, rows, parquet.MaxRowsPerRowGroup(1<<30)); err != nil {
		t.Fatal(err)
	}
	rows = nil
	runtime.GC()
	if got := peak(one, "o.parquet"); got > 128<<20 {
		t.Errorf("%d MB for a row group of 200,000 rows", got>>20)
	}
}
