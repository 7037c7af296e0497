package exchange

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/parquet-go/parquet-go"
)

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
