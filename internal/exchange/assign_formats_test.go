package exchange

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	kzstd "github.com/klauspost/compress/zstd"
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

func TestAssignKeepsRecordsOfJSON(t *testing.T) {
	for name, c := range map[string]struct {
		file    string
		opts    AssignOptions
		in, out string
		rejects []string // begins of the lines
	}{
		"objects: each as it was, with the answer behind its members": {
			file: "p.ndjson",
			in:   "{\"id\": 1.0, \"lon\":108.005,\"lat\":22.005,\"code\":450105001001001001, \"x\":{\"lat\":[1]} }\r\n\n  {\"lon\":\"108.015\",\"lat\":2.2005e1,\"note\":\"\\u7f51\"}\n{\"lon\":1,\"lat\":1}",
			out: "{\"id\": 1.0, \"lon\":108.005,\"lat\":22.005,\"code\":450105001001001001, \"x\":{\"lat\":[1]} ,\"grid\":\"west\"}\n" +
				"{\"lon\":\"108.015\",\"lat\":2.2005e1,\"note\":\"\\u7f51\",\"grid\":\"east, 2\"}\n{\"lon\":1,\"lat\":1,\"grid\":null}\n",
		},
		"objects: the best name wins, a Chinese one too": {
			file: "p.jsonl",
			in:   "{\"x\":\"no number\",\"经度\":1,\"LON\":108.005,\"纬度\":22.005}\n",
			out:  "{\"x\":\"no number\",\"经度\":1,\"LON\":108.005,\"纬度\":22.005,\"grid\":\"west\"}\n",
		},
		"objects: a datum of their own": {
			file: "p.ndjson", opts: AssignOptions{CRS: "none"},
			in:      "{\"lon\":108.005,\"lat\":22.005,\"crs\":\"wgs84\"}\n{\"lon\":108.005,\"lat\":22.005}\n",
			out:     "{\"lon\":108.005,\"lat\":22.005,\"crs\":\"wgs84\",\"grid\":\"west\"}\n",
			rejects: []string{"2,\"no-crs: field crs"},
		},
		"objects: bad ones are put aside": {
			file: "p.ndjson",
			in: strings.Join([]string{`{"lon":108.005,"lat":22.005}`, `{"lon":NaN,"lat":22}`, `{"lon":-Infinity,"lat":22}`, `{"lon":1e999,"lat":22}`, `{"lat":22}`, `{"lon":null,"lat":22}`,
				`{"lon":"east","lat":22}`, `{"lon":true,"lat":22}`, `{"lon":[108],"lat":22}`, `{"lon":22,"lat":108}`, `{"lon":1,"lon":2,"lat":22}`, `{"lon":108,"lat":22`, `[108,22]`,
				"{\"lon\":108,\"lat\":22,\"a\":\"\xff\"}", `{"lon":108,"lat":22,"grid":"mine"}`, `{"lon":108,"lat":22} {}`, `nonsense`, `{"lon":108.015,"lat":22.005}`}, "\n"),
			out: `{"lon":108.005,"lat":22.005,"grid":"west"}` + "\n" + `{"lon":108.015,"lat":22.005,"grid":"east, 2"}` + "\n",
			rejects: []string{"2,not-finite", "3,not-finite", "4,not-finite", "5,no-coordinate: field lon", "6,no-coordinate", "7,bad-number: field lon: “east”", "8,bad-number", "9,bad-number",
				"10,swapped-axes", "11,duplicate-property", "12,bad-json-row", "13,no-object", "14,\"invalid-utf8", "15,\"column-taken", "16,bad-json-row", "17,no-object"},
		},
		"features: one a line": {
			file: "p.geojsonl", opts: AssignOptions{Distance: true},
			in: `{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[108.005,22.0000009,87.5]}}` + "\n" +
				`{"geometry":{"type":"MultiPoint","coordinates":[[108.03,22.005]]},"properties":{ },"id":7,"type":"Feature"}` + "\n" +
				`{"type":"Feature","properties": null ,"geometry":{"type":"Point","coordinates":[1,2]}}` + "\n" +
				`{"type":"Feature","geometry":{"type":"Point","coordinates":[108.015,22.005]}}` + "\n",
			out: `{"type":"Feature","properties":{"a":1,"grid":"west","border_m":0.10,"nearest":null,"nearest_m":null},"geometry":{"type":"Point","coordinates":[108.005,22.0000009,87.5]}}` + "\n" +
				`{"geometry":{"type":"MultiPoint","coordinates":[[108.03,22.005]]},"properties":{ "grid":null,"border_m":null,"nearest":"east, 2","nearest_m":1032.59},"id":7,"type":"Feature"}` + "\n" +
				`{"type":"Feature","properties": {"grid":null,"border_m":null,"nearest":"west","nearest_m":12107662.11} ,"geometry":{"type":"Point","coordinates":[1,2]}}` + "\n" +
				`{"type":"Feature","geometry":{"type":"Point","coordinates":[108.015,22.005]},"properties":{"grid":"east, 2","border_m":516.29,"nearest":null,"nearest_m":null}}` + "\n",
		},
		"features: a text sequence, whose texts may have lines": {
			file: "p.geojsons",
			in: "\x1e{\"type\":\"Feature\",\n\"properties\":{},\n\"geometry\":{\"type\":\"Point\",\"coordinates\":[108.005,22.005]}}\n\x1e\x1e{\"type\":\"Feature\",\n\"geom\n" +
				"\x1e{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Point\",\"coordinates\":[108.015,22.005]}}\n",
			out: "\x1e{\"type\":\"Feature\",\n\"properties\":{\"grid\":\"west\"},\n\"geometry\":{\"type\":\"Point\",\"coordinates\":[108.005,22.005]}}\n" +
				"\x1e{\"type\":\"Feature\",\"properties\":{\"grid\":\"east, 2\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[108.015,22.005]}}\n",
			rejects: []string{"4,bad-json-row"},
		},
		"features in a file of the name of objects": {
			file: "p.ndjson",
			in:   `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[108.005,22.005]}}` + "\n",
			out:  `{"type":"Feature","properties":{"grid":"west"},"geometry":{"type":"Point","coordinates":[108.005,22.005]}}` + "\n",
		},
		"features: bad ones are put aside": {
			file: "p.geojsonl",
			in: strings.Join([]string{`{"type":"Feature","properties":{},"geometry":null}`, `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[]}}`,
				`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":["108",22]}}`, `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[NaN,22]}}`,
				`{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}`, `{"type":"Feature","properties":[],"geometry":{"type":"Point","coordinates":[1,2]}}`,
				`{"type":"Point","coordinates":[1,2]}`, `{"type":"Feature","properties":{"grid":1},"geometry":{"type":"Point","coordinates":[1,2]}}`,
				`{"type":"Feature","properties":{},"properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}`,
				`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[108.005,22.005]}}`}, "\n"),
			out:     `{"type":"Feature","properties":{"grid":"west"},"geometry":{"type":"Point","coordinates":[108.005,22.005]}}` + "\n",
			rejects: []string{"1,\"null-geometry", "2,\"empty-geometry", "3,\"bad-coordinates", "4,not-finite", "5,wrong-geometry", "6,bad-properties", "7,not-a-feature", "8,\"column-taken", "9,duplicate-property"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			out, s := assignFile(t, file(t, c.file, c.in), "out"+filepath.Ext(c.file), c.opts)
			if got := content(t, out); got != c.out {
				t.Errorf("wrote\n%s\nwant\n%s", got, c.out)
			}
			if int(s.Rejected) != len(c.rejects) {
				t.Errorf("%+v", s)
			}
			got := rejectsOf(t, s)
			for _, want := range c.rejects {
				if !strings.Contains("\n"+got, "\n"+want) {
					t.Errorf("no reject begins with %q in\n%s", want, got)
				}
			}
		})
	}
}

// packed is text in a packing.
func packed(t *testing.T, p packing, text string) string {
	t.Helper()
	k, err := newPacker(p)
	if err != nil {
		t.Fatal(err)
	}
	b, err := k.pack([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// unpackedBy undoes a packing by other programs than those that made it, where there are some.
func unpackedBy(t *testing.T, path string) string {
	t.Helper()
	b := []byte(content(t, path))
	var r io.Reader
	var err error
	switch filepath.Ext(path) {
	case ".gz":
		r, err = gzip.NewReader(bytes.NewReader(b))
	case ".zst":
		r, err = kzstd.NewReader(bytes.NewReader(b))
	default:
		r = bytes.NewReader(b)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAssignReadsAndWritesPackedText(t *testing.T) {
	in := "lon,lat\n108.005,22.005\n108.015,22.005\n"
	want := "lon,lat,grid\n108.005,22.005,west\n108.015,22.005,\"east, 2\"\n"
	for _, from := range []packing{unpacked, asGzip, zstd} {
		for _, to := range []packing{unpacked, asGzip, zstd} {
			out, _ := assignFile(t, file(t, "p.csv"+string(from), packed(t, from, in)), "out.csv"+string(to), AssignOptions{})
			if got := unpackedBy(t, out); got != want {
				t.Errorf("%s → %s: %q", from, to, got)
			}
		}
	}
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

var renamed int

// withoutGrid renames the column grid of a file, so that it can be assigned again, and the columns of its point where it is none of a table.
func withoutGrid(t *testing.T, path string) string {
	t.Helper()
	renamed++
	was := fmt.Sprintf("was%d", renamed)
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	switch filepath.Ext(path) {
	case ".csv", ".ndjson", ".geojsons":
		text := strings.NewReplacer(",grid", ","+was, `"grid":`, `"`+was+`":`).Replace(content(t, path))
		if filepath.Ext(path) == ".geojsons" {
			text = strings.NewReplacer(`"lon":`, `"`+was+`_lon":`, `"lat":`, `"`+was+`_lat":`, `"crs":`, `"`+was+`_crs":`).Replace(text)
		}
		if err := os.WriteFile(to, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	case ".gpkg":
		program(t, "ogr2ogr", "-f", "GPKG", to, path, "-dialect", "OGRSQL", "-sql", "SELECT "+gpkgColumns(t, path, was)+" FROM points")
	case ".parquet":
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rewriteParquet(t, f, to, was)
	default:
		rewriteArrow(t, path, to, was)
	}
	return to
}

func gpkgColumns(t *testing.T, path, was string) string {
	var names []string
	for _, l := range parseOGRInfo([]byte(program(t, "ogrinfo", "-so", "-al", path))) {
		for _, c := range l.columns {
			switch c {
			case "grid", "lon", "lat", "crs":
				c = `"` + c + `" AS "` + was + "_" + c + `"`
			default:
				c = `"` + c + `"`
			}
			names = append(names, c)
		}
	}
	return strings.Join(names, ", ")
}

func program(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func rewriteParquet(t *testing.T, f *os.File, to, was string) {
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	in, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	var fields []parquet.Field
	for _, c := range in.Schema().Fields() {
		if c.Name() == "grid" {
			c = orderedField{c, was}
		}
		fields = append(fields, c)
	}
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	w := parquet.NewGenericWriter[any](out, parquet.NewSchema("points", orderedGroup{parquet.Group{}, fields}))
	for _, g := range in.RowGroups() {
		if _, err := parquet.CopyRows(w, g.Rows()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out.Close()
}

func rewriteArrow(t *testing.T, path, to, was string) {
	var batches []arrow.RecordBatch
	schema, next := arrowBatches(t, path)
	for b := range next {
		b.Retain() // the reader lets go of each when it reads the next
		batches = append(batches, b)
	}
	fields := slices.Clone(schema.Fields())
	for i := range fields {
		if fields[i].Name == "grid" {
			fields[i].Name = was
		}
	}
	schema = arrow.NewSchema(fields, nil)
	for i, b := range batches {
		batches[i] = array.NewRecordBatch(schema, b.Columns(), b.NumRows())
	}
	writeArrow(t, to, schema, batches...)
}

func writeArrow(t *testing.T, path string, schema *arrow.Schema, batches ...arrow.RecordBatch) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	var w interface {
		Write(arrow.RecordBatch) error
		Close() error
	} = ipc.NewWriter(f, ipc.WithSchema(schema))
	if filepath.Ext(path) == ".arrow" {
		if w, err = ipc.NewFileWriter(f, ipc.WithSchema(schema)); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f.Close()
}

func arrowBatches(t *testing.T, path string) (*arrow.Schema, func(func(arrow.RecordBatch) bool)) {
	t.Helper()
	text := []byte(content(t, path))
	var schema *arrow.Schema
	var read func() (arrow.RecordBatch, error)
	if filepath.Ext(path) == ".arrow" {
		r, err := ipc.NewFileReader(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		schema, read = r.Schema(), r.Read
	} else {
		r, err := ipc.NewReader(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		schema, read = r.Schema(), r.Read
	}
	return schema, func(yield func(arrow.RecordBatch) bool) {
		for {
			b, err := read()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !yield(b) {
				return
			}
		}
	}
}

// A Parquet file keeps its schema, nested columns too, and its good rows; an Arrow file keeps its types and the metadata.
func TestAssignKeepsTheSchemaOfTables(t *testing.T) {
	type nested struct {
		X float64  `parquet:"x"`
		Y *float64 `parquet:"y"`
	}
	type point struct {
		Zed  int64    `parquet:"zed"`
		Lon  float64  `parquet:"lon"`
		Tags []string `parquet:"tags,list"`
		Lat  *float64 `parquet:"lat"`
		N    nested   `parquet:"n"`
	}
	t.Run("parquet", func(t *testing.T) {
		lat := 22.005
		path := filepath.Join(t.TempDir(), "p.parquet")
		rows := []point{{1, 108.005, []string{"a", "b"}, &lat, nested{1, &lat}}, {2, 108.005, nil, nil, nested{}}, {3, 108.015, []string{"c"}, &lat, nested{2, nil}}}
		if err := parquet.WriteFile(path, rows); err != nil {
			t.Fatal(err)
		}
		out, s := assignFile(t, path, "out.parquet", AssignOptions{})
		if s.Rejected != 1 || !strings.HasPrefix(rejectsOf(t, s), "2,no-coordinate: field lat") {
			t.Errorf("%+v: %s", s, rejectsOf(t, s))
		}
		type answered struct {
			point
			Grid *string `parquet:"grid"`
		}
		got, err := parquet.ReadFile[answered](out)
		if err != nil || len(got) != 2 || fmt.Sprintf("%v %v %s %d %v %s", got[0].Tags, *got[0].N.Y, *got[0].Grid, got[1].Zed, got[1].Tags, *got[1].Grid) != "[a b] 22.005 west 3 [c] east, 2" {
			t.Errorf("%+v: %v", got, err)
		}
		o := AssignOptions{Net: file(t, "net.geojson", twoSquares), Points: path, CRS: "wgs84", Out: filepath.Join(t.TempDir(), "o.csv")}
		if _, err := Assign(t.Context(), o); fault.From(err) == nil || fault.From(err).Rule != "nested-column" {
			t.Errorf("%v", err)
		}
	})
	t.Run("arrow", func(t *testing.T) {
		meta := arrow.NewMetadata([]string{"made"}, []string{"here"})
		schema := arrow.NewSchema([]arrow.Field{
			{Name: "kind", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}},
			{Name: "lat", Type: arrow.PrimitiveTypes.Float64, Nullable: true}, {Name: "lon", Type: arrow.PrimitiveTypes.Float64},
			{Name: "list", Type: arrow.ListOf(arrow.PrimitiveTypes.Int16)}}, &meta)
		batch, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(
			`[{"kind":"a","lat":22.005,"lon":108.005,"list":[1,2]},{"kind":"b","lat":null,"lon":108.005,"list":[]},{"kind":"a","lat":22.005,"lon":108.015,"list":[3]}]`))
		if err != nil {
			t.Fatal(err)
		}
		for _, ext := range []string{".arrow", ".arrows"} {
			path := filepath.Join(t.TempDir(), "p"+ext)
			writeArrow(t, path, schema, batch, batch.NewSlice(1, 2), batch)
			out, s := assignFile(t, path, "out"+ext, AssignOptions{})
			if s.Rows != 7 || s.Rejected != 3 {
				t.Errorf("%+v", s)
			}
			got, batches := arrowBatches(t, out)
			if v, _ := got.Metadata().GetValue("made"); v != "here" || !got.Field(0).Equal(schema.Field(0)) || !got.Field(3).Equal(schema.Field(3)) || got.Field(4).Name != "grid" {
				t.Errorf("%s", got)
			}
			text := ""
			for b := range batches {
				line, err := b.MarshalJSON()
				if err != nil {
					t.Fatal(err)
				}
				text += string(line)
			}
			if strings.Count(text, `"grid":"west"`) != 2 || strings.Count(text, `"list":[3]`) != 2 || strings.Contains(text, `"kind":"b"`) {
				t.Errorf("%s", text)
			}
		}
		csv, _ := assignFile(t, func() string { p := filepath.Join(t.TempDir(), "p.arrow"); writeArrow(t, p, schema, batch); return p }(), "o.csv", AssignOptions{})
		if got := content(t, csv); got != "kind,lat,lon,list,grid\na,22.005,108.005,\"[1,2]\",west\na,22.005,108.015,[3],\"east, 2\"\n" {
			t.Errorf("%s", got)
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

// The cutter of JSON records gives each byte of text to one record at most, whatever the pieces in which it comes, and goes on at any of them.
func FuzzJSONRecords(f *testing.F) {
	for _, s := range []string{"{}\n{}", "\x1e{}\n\x1e{\"a\":\n1}\n", "\n\n{\r\n", "\x1e\x1e \x1e", "{\"a\":\"\x1e\"}\n"} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, separated bool) {
		type found struct {
			record
			offset int64
			line   int
		}
		cut := func(r io.Reader, offset int64, line int) (all []found) {
			s := newJSONRecords(r, separated, offset, line)
			for {
				at, n := s.offset(), s.lineAt()
				rec, err := s.next()
				if err == io.EOF {
					return all
				}
				if err != nil {
					t.Fatal(err)
				}
				rec.raw = bytes.Clone(rec.raw)
				all = append(all, found{rec, at, n})
			}
		}
		whole := cut(bytes.NewReader(text), 0, 1)
		pieces := cut(iotest.OneByteReader(bytes.NewReader(text)), 0, 1)
		if !reflect.DeepEqual(whole, pieces) {
			t.Fatalf("%q: %+v, in pieces %+v", text, whole, pieces)
		}
		rest := text
		for i, rec := range whole {
			k := bytes.Index(rest, rec.raw)
			if k < 0 || len(rec.raw) == 0 {
				t.Fatalf("%q is not in %q", rec.raw, rest)
			}
			if line := 1 + bytes.Count(text[:len(text)-len(rest)+k], []byte{'\n'}); line != rec.record.line {
				t.Fatalf("%q lies in line %d, not %d of %q", rec.raw, line, rec.record.line, text)
			}
			rest = rest[k+len(rec.raw):]
			if again := cut(bytes.NewReader(text[rec.offset:]), rec.offset, rec.line); !reflect.DeepEqual(again, whole[i:]) {
				t.Fatalf("from %d of %q: %+v, want %+v", rec.offset, text, again, whole[i:])
			}
		}
	})
}

// Whatever a record holds, it is kept with the answer in it, still JSON, or put aside.
func FuzzAssignJSON(f *testing.F) {
	for _, s := range []string{`{"lon":108.005,"lat":22.005}`, `{"lon":"108","lat":22,"crs":"gcj02"}`, `{"type":"Feature","properties":{"a":[{}]},"geometry":{"type":"Point","coordinates":[108,22]}}`,
		`{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[108,22,1]}}`, `{"type":"Feature","geometry":{"coordinates":[108,22],"type":"Point"}}`, `{`, `{"lon":1e5,"lat":NaN}`} {
		f.Add([]byte(s))
	}
	net := file(f, "net.geojson", twoSquares)
	open := func(name, first string) *assigner {
		a, err := newAssigner(context.Background(), AssignOptions{Net: net, Points: file(f, name, first), CRS: "wgs84", Distance: true, Out: filepath.Join(f.TempDir(), name)})
		if err != nil {
			f.Fatal(err)
		}
		return a
	}
	both := []*assigner{open("p.ndjson", `{"lon":1,"lat":2}`), open("p.geojsonl", `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}`)}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, a := range both {
			w := a.newWorker(context.Background(), &textEncoder{rows: a.rowText()})
			b := &block{rows: 1, raw: bytes.Clone(raw), recs: []span{{to: len(raw), line: 1}}}
			if err := w.assign(b); err != nil {
				t.Fatal(err)
			}
			if b.inside+b.outside+b.rejected != 1 || (len(b.out) > 0) == (len(b.rejects) > 0) {
				t.Fatalf("%q: %q %q", raw, b.out, b.rejects)
			}
			if !bytes.Equal(b.raw, raw) {
				t.Fatalf("%q was changed to %q", raw, b.raw)
			}
			if len(b.out) == 0 {
				continue
			}
			var is map[string]any
			if err := json.Unmarshal(b.out, &is); err != nil {
				t.Fatalf("%q became %q: %v", raw, b.out, err)
			}
			if a.shaped {
				is, _ = is["properties"].(map[string]any)
			}
			if _, there := is["grid"]; !there || len(b.out) <= len(raw) {
				t.Fatalf("%q became %q", raw, b.out)
			}
		}
	})
}
