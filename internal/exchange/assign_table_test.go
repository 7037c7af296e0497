package exchange

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/parquet-go/parquet-go"

	"github.com/zhuwang/zhuwang/internal/fault"
)

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
