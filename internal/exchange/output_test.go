package exchange

import (
	"archive/zip"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// parcels is a layout with every type of column.
var parcels = Layout{Name: "parcels", Title: fault.Text{Zh: "地块", En: "Parcels"}, Shape: Polygons,
	Columns: []Column{{Name: "id", Zh: "编号"}, {Name: "title", Zh: "标题"}, {Name: "n", Zh: "数", Type: Integer}, {Name: "size", Zh: "大小", Type: Real}}}

func sequence(records []Record) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for _, r := range records {
			if p, ok := r.Geometry.(orb.MultiPolygon); ok {
				r.Geometry = p.Clone() // a writer may change it
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Whatever a name holds, in whichever format and system, it is read again as it was: letter by letter, vertex by vertex, number by number.
func TestWhatIsWrittenIsRead(t *testing.T) {
	title := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("甲乙丙一二三 ab,\"';|\\%{}[]<>&=+-@#0123.—“”，。")), 0, 40, -1),
		rapid.SampledFrom([]string{"", "NULL", "null", "nan", "1e5", "00450105", "=1+1", "POINT (1 2)", `"`, `""`, "，", "第\u3000一"}))
	formats := []struct {
		suffix string
		crs    CRS
	}{{"gpkg", CRS{}}, {"gpkg", CRS{Datum: crs.GCJ02}}, {"gpkg", CRS{System: "EPSG:4545"}}, {"geojson", CRS{Datum: crs.BD09}}, {"geojson", CRS{System: "EPSG:3857"}}, {"shp", CRS{}}, {"shp", CRS{Datum: crs.GCJ02}}}
	for _, f := range formats {
		t.Run(f.suffix+" "+f.crs.String(), func(t *testing.T) {
			draw := rapid.Custom(func(t *rapid.T) []Record {
				var records []Record
				for i := range 50 {
					at := geo.Point{X: rapid.Int32Range(1080000000, 1090000000).Draw(t, "x"), Y: rapid.Int32Range(220000000, 230000000).Draw(t, "y")}
					size := rapid.Int32Range(1, 100000).Draw(t, "size")
					var shape geo.MultiPolygon
					for part := range rapid.Int32Range(1, 3).Draw(t, "parts") {
						corner := geo.Point{X: at.X + 3*part*size, Y: at.Y}
						shape = append(shape, geo.Polygon{{corner, {X: corner.X + size, Y: corner.Y}, {X: corner.X + size, Y: corner.Y + size}}})
					}
					text := strings.TrimSpace(title.Draw(t, "title")) // dBASE pads with spaces
					n := Value{Number, fmt.Sprint(rapid.Int32Range(0, 999_999_999).Draw(t, "n"))}
					if rapid.Bool().Draw(t, "none") {
						n = Value{}
					}
					records = append(records, Record{Geometry: shape.Orb(), Values: []Value{{String, fmt.Sprint("R", i)}, {String, text}, n, {Number, fmt.Sprint(rapid.Int32().Draw(t, "real"), ".5")}}})
				}
				return records
			})
			records := draw.Example(7)
			o := Output{Path: filepath.Join(t.TempDir(), "a."+f.suffix), Format: Format(f.suffix), CRS: f.crs, Layouts: []Layout{parcels}}
			w, err := o.Write(t.Context(), sequence(records))
			if err != nil || w.Records != 50 || len(w.Files) != 1 {
				t.Fatalf("%+v %v", w, err)
			}
			rows := mustRead(t, w.Files[0], Options{Want: WantPolygons})
			if len(rows) != len(records) {
				t.Fatalf("%d rows", len(rows))
			}
			for i, r := range rows {
				want := records[i]
				shape, _, err := r.Shape()
				was, _, _ := geo.FromOrb(want.Geometry)
				if err != nil || !reflect.DeepEqual(geo.Normalize(shape), geo.Normalize(was)) {
					t.Errorf("row %d: %v became %v %v", i, was, shape, err)
				}
				for k, v := range r.Fields {
					same := v.Name == parcels.Columns[k].Name && v.String() == want.Values[k].Text
					if parcels.Columns[k].Type == Real {
						same = strings.TrimRight(v.String(), "0") == strings.TrimRight(want.Values[k].Text, "0")
					}
					if !same {
						t.Errorf("row %d: %+v became %+v", i, want.Values[k], v)
					}
				}
			}
		})
	}
}

// A shapefile holds text up to its last byte, 127 characters in GBK and 84 in UTF-8, in the first row or in a later one.
func TestTheLongestTextOfAShapefile(t *testing.T) {
	shape := geo.MultiPolygon{{{{X: 1080000000, Y: 220000000}, {X: 1080100000, Y: 220000000}, {X: 1080100000, Y: 220100000}}}}
	for encoding, most := range map[string]int{"gbk": 127, "utf-8": 84} {
		var records []Record
		for _, n := range []int{1, most / 2, most, 2} {
			records = append(records, Record{Geometry: shape.Orb(), Values: []Value{{String, fmt.Sprint(n)}, {String, strings.Repeat("网", n)}, {}, {}}})
		}
		o := Output{Path: filepath.Join(t.TempDir(), "a.shp"), Format: Shapefile, Encoding: encoding, Layouts: []Layout{parcels}}
		w, err := o.Write(t.Context(), sequence(records))
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range mustRead(t, w.Files[0], Options{Want: WantPolygons}) {
			if got, want := r.Fields[1].Text, records[i].Values[1].Text; got != want {
				t.Errorf("%s: %d characters became %d", encoding, len([]rune(want)), len([]rune(got)))
			}
		}
	}
}

// An error half-way, of the rows or of a text that the format cannot hold, leaves nothing, and is the error that is told.
func TestABrokenWriteLeavesNothing(t *testing.T) {
	broken := errors.New("the database went away")
	square := geo.MultiPolygon{{{{X: 1080000000, Y: 220000000}, {X: 1080100000, Y: 220000000}, {X: 1080100000, Y: 220100000}}}}.Orb()
	good := func(text string) Record {
		return Record{Geometry: square.Clone(), Values: []Value{{String, "1"}, {String, text}, {}, {}}}
	}
	for _, format := range []Format{GeoPackage, Shapefile, GeoJSON, CSV, XLSX} {
		for _, c := range []struct {
			name, rule string
			err        error
			rows       iter.Seq2[Record, error]
		}{
			{name: "rows that break off", err: broken, rows: func(yield func(Record, error) bool) {
				for range 1000 {
					if !yield(good("甲"), nil) {
						return
					}
				}
				yield(Record{}, broken)
			}},
			{name: "a text that is too long", rule: "text-too-long", rows: sequence([]Record{good("甲"), good(strings.Repeat("乙", 128))})},
			{name: "a character that GBK lacks", rule: "text-not-gbk", rows: sequence([]Record{good("甲"), good("𠮷")})},
			{name: "a character of which GBK has two", rule: "text-not-gbk", rows: sequence([]Record{good("5 €")})},
		} {
			if c.rule != "" && format != Shapefile {
				continue
			}
			t.Run(string(format)+" "+c.name, func(t *testing.T) {
				dir := t.TempDir()
				o := Output{Path: filepath.Join(dir, "a."+string(format)), Format: format, Layouts: []Layout{parcels}}
				_, err := o.Write(t.Context(), c.rows)
				if c.err != nil && !errors.Is(err, c.err) || c.rule != "" && (fault.From(err).Rule != c.rule || fault.From(err).Where.Row == 0) {
					t.Errorf("%v", err)
				}
				if left := listing(t, dir); len(left) > 0 {
					t.Errorf("left %q", left)
				}
			})
		}
	}
}

// Layers and shapes find their files; without a record there is an empty layer; what is replaced leaves no part of the old behind.
func TestFilesOfAnOutput(t *testing.T) {
	layouts := []Layout{{Name: "road", Title: fault.Text{Zh: "路", En: "Roads"}, Shape: Lines}, {Name: "water", Title: fault.Text{Zh: "水", En: "Water"}, Shape: Mixed}}
	for i := range layouts {
		layouts[i].Columns = []Column{{Name: "id", Zh: "编号"}}
	}
	line, area := orb.MultiLineString{{{108, 22}, {108.1, 22}}}, orb.MultiPolygon{{square(108, 22)}}
	records := []Record{{0, []Value{{String, "r1"}}, line, orb.Point{}}, {1, []Value{{String, "w1"}}, area, orb.Point{}}, {1, []Value{{String, "w2"}}, line, orb.Point{}}}
	write := func(t *testing.T, o Output, records []Record) []string {
		t.Helper()
		w, err := o.Write(t.Context(), sequence(records))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range w.Files {
			names = append(names, filepath.Base(f))
		}
		return names
	}
	dir := t.TempDir()
	for format, want := range map[Format][]string{
		Shapefile: {"base_road.shp", "base_water.shp", "base_water_line.shp"}, GeoJSON: {"base_road.geojson", "base_water.geojson"}, GeoPackage: {"base.gpkg"}, XLSX: {"base.xlsx"}, CSV: {"base.csv"},
	} {
		o := Output{Path: filepath.Join(dir, "base."+string(format)), Format: format, Layouts: layouts}
		if got := write(t, o, records); !slices.Equal(got, want) {
			t.Errorf("%s: %q", format, got)
		}
		if _, err := o.Write(t.Context(), sequence(records)); fault.From(err).Rule != "output-exists" {
			t.Errorf("%s again: %v", format, err)
		}
	}
	for _, layer := range []string{"road", "water"} {
		if rows := mustRead(t, filepath.Join(dir, "base.gpkg"), Options{Layer: layer}); len(rows) != map[string]int{"road": 1, "water": 2}[layer] {
			t.Errorf("layer %s: %d rows", layer, len(rows))
		}
	}
	book, err := zip.OpenReader(filepath.Join(dir, "base.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	book.Close()

	index := filepath.Join(dir, "base_road.qix")
	if err := os.WriteFile(index, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := write(t, Output{Path: filepath.Join(dir, "base.shp"), Format: Shapefile, Layouts: layouts, Overwrite: true}, records[:1]); !slices.Equal(got, []string{"base_road.shp"}) {
		t.Errorf("replaced by %q", got)
	}
	for _, gone := range []string{"base_road.qix", "base_water.shp", "base_water.dbf", "base_water_line.shx"} {
		if _, err := os.Lstat(filepath.Join(dir, gone)); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", gone, err)
		}
	}
	for _, format := range []Format{Shapefile, GeoJSON, GeoPackage, XLSX, CSV} {
		if got := write(t, Output{Path: filepath.Join(dir, "empty."+string(format)), Format: format, Layouts: layouts[:1]}, nil); !slices.Equal(got, []string{"empty." + string(format)}) {
			t.Errorf("nothing as %s: %q", format, got)
		}
	}
}
