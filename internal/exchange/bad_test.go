package exchange

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// badCase is a file that must be refused: by which rule, where, and with which particulars in its sentences. Stage read is the
// reading of the file; stages net and register are what becomes of its rows, and are tested where that is done.
type badCase struct {
	File    string
	Stage   string
	Rule    string
	Row     int
	Field   string
	At      []float64
	Zh, En  []string
	Options struct {
		CRS, Layer, Encoding, Want, Fields, Delimiter string
		Part, Rename                                  string // another part of a shapefile is named; the file is renamed to another extension
		Community                                     string
	}
}

func badCases(t *testing.T) (cases []badCase) {
	b, err := os.ReadFile("testdata/bad/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func (c badCase) options(t *testing.T) Options {
	o := Options{CRS: c.Options.CRS, Layer: c.Options.Layer, Encoding: c.Options.Encoding,
		Want: map[string]Want{"": WantAny, "polygons": WantPolygons, "points": WantPoints, "none": WantNone}[c.Options.Want]}
	for _, r := range c.Options.Delimiter {
		o.Comma = r
	}
	if c.Options.Fields != "" {
		m, err := ParseMapping(c.Options.Fields)
		if err != nil {
			t.Fatal(err)
		}
		o.Fields = m
	}
	return o
}

// path is the fixture, which is built first if it is no text.
func (c badCase) path(t *testing.T) string {
	path := filepath.Join("testdata/bad", c.File)
	if build, ok := builders[c.File]; ok {
		path = filepath.Join(t.TempDir(), c.File)
		build(t, path)
	}
	if c.Options.Part != "" {
		path = strings.TrimSuffix(path, filepath.Ext(path)) + c.Options.Part
	}
	if c.Options.Rename != "" {
		to := path + c.Options.Rename
		if err := os.Rename(path, to); err != nil {
			t.Fatal(err)
		}
		path = to
	}
	return path
}

func TestBadFilesAreRefused(t *testing.T) {
	files := map[string]bool{}
	for _, c := range badCases(t) {
		files[c.File] = true
		if c.Stage != "read" {
			continue
		}
		t.Run(c.Rule+" "+c.File, func(t *testing.T) {
			path := c.path(t)
			f := firstFault(t, path, c.options(t))
			if f == nil {
				t.Fatal("the file was accepted")
			}
			if f.Rule != c.Rule || f.Where.Row != c.Row || f.Where.Field != c.Field || f.Where.File != filepath.Base(path) {
				t.Errorf("rule %s, place %+v; want rule %s, row %d, field %q (%v)", f.Rule, f.Where, c.Rule, c.Row, c.Field, f.Cause)
			}
			if c.At != nil {
				if want, _ := geo.FromDegrees(c.At[0], c.At[1]); f.At == nil || *f.At != want {
					t.Errorf("at %v, want %v", f.At, c.At)
				}
			}
			for lang, words := range map[fault.Lang][]string{fault.Chinese: c.Zh, fault.English: c.En} {
				sentence := f.Sentence(lang)
				for _, w := range words {
					if !strings.Contains(sentence, w) {
						t.Errorf("%q does not say %q", sentence, w)
					}
				}
				if len(words) == 0 || strings.ContainsAny(sentence, "{}") || strings.Contains(sentence, t.TempDir()) {
					t.Errorf("%q is no sentence for people", sentence)
				}
			}
			if _, err := os.Stat(path); f.Rule != "no-such-file" && err != nil {
				t.Error(err)
			}
		})
	}
	if len(files) < 60 {
		t.Errorf("%d bad files, want 60", len(files))
	}
}

// firstFault is why a file was refused, or the first of its rows; nil if it is good.
func firstFault(t *testing.T, path string, o Options) *fault.Error {
	l, err := Read(t.Context(), path, o)
	if err != nil {
		return fault.From(err)
	}
	var first *fault.Error
	for r, err := range l.Rows(t.Context()) {
		if err != nil {
			return fault.From(err) // it condemns the rows before it as well
		}
		if first == nil {
			first = r.Fault
		}
	}
	return first
}

// builders make the fixtures that are no text.
var builders = map[string]func(t *testing.T, path string){
	"gbk-without-cpg.shp": shp(func(s *testShapefile, _ map[string][]byte) { s.cpg = "" }),
	"wrong-cpg.shp":       shp(func(s *testShapefile, _ map[string][]byte) { s.cpg = "UTF-8" }),
	"unknown-cpg.shp":     shp(func(s *testShapefile, _ map[string][]byte) { s.cpg = "martian" }),
	"without-prj.shp":     shp(func(s *testShapefile, _ map[string][]byte) { s.prj = "" }),
	"null-shape.shp":      shp(func(s *testShapefile, _ map[string][]byte) { s.rings[1] = nil }),
	"with-heights.shp":    shp(func(s *testShapefile, _ map[string][]byte) { s.height = 87.5 }),
	"xian-1980.shp": shp(func(s *testShapefile, _ map[string][]byte) {
		s.prj = `PROJCS["Xian_1980_3_Degree_GK_CM_108E",GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",108.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`
	}),
	"without-dbf.shp":  shp(func(_ *testShapefile, files map[string][]byte) { delete(files, ".dbf") }),
	"without-shx.shp":  shp(func(_ *testShapefile, files map[string][]byte) { delete(files, ".shx") }),
	"half.shp":         shp(func(_ *testShapefile, files map[string][]byte) { files[".shp"] = half(files[".shp"]) }),
	"half-table.shp":   shp(func(_ *testShapefile, files map[string][]byte) { files[".dbf"] = files[".dbf"][:90] }),
	"no-shapefile.shp": shp(func(_ *testShapefile, files map[string][]byte) { files[".shp"] = bytes.Repeat([]byte("grid"), 50) }),

	"empty.zip": func(t *testing.T, path string) {
		writeZip(t, path, map[string][]byte{"readme.txt": []byte("no map here")})
	},
	"half.zip": func(t *testing.T, path string) {
		writeZip(t, path, zipped("网格", twoGrids().files()))
		truncate(t, path)
	},
	"two.zip": func(t *testing.T, path string) {
		files := zipped("网格", twoGrids().files())
		for name, b := range zipped("社区", twoGrids().files()) {
			files[name] = b
		}
		writeZip(t, path, files)
	},
	"half-inside.zip": func(t *testing.T, path string) {
		files := twoGrids().files()
		files[".shp"] = half(files[".shp"])
		writeZip(t, path, zipped("网格", files))
	},

	"half.gpkg": func(t *testing.T, path string) {
		ogr(t, path, "GPKG", "id,WKT\n1,\"POLYGON((108 22,109 22,109 23,108 22))\"\n")
		truncate(t, path)
	},
	"two-layers.gpkg": func(t *testing.T, path string) {
		table := "id,WKT\n1,\"POLYGON((108 22,109 22,109 23,108 22))\"\n"
		ogr(t, path, "GPKG", table, "-nln", "grids")
		ogr(t, path, "GPKG", table, "-nln", "towns", "-update")
	},
	"curves.gpkg": func(t *testing.T, path string) {
		ogr(t, path, "GPKG", "id,WKT\n1,\"POLYGON((108 22,109 22,109 23,108 22))\"\n2,\"CURVEPOLYGON(CIRCULARSTRING(108 22,108.5 22.5,109 22,108.5 21.5,108 22))\"\n", "-nln", `层 "1"`)
	},
	"attributes-alone.gpkg": func(t *testing.T, path string) { ogr(t, path, "GPKG", "id,name\n1,x\n") },
	"half.fgb": func(t *testing.T, path string) {
		ogr(t, path, "FlatGeobuf", "id,WKT\n1,\"POLYGON((108 22,109 22,109 23,108 22))\"\n2,\"POLYGON((109 22,110 22,110 23,109 22))\"\n", "-nlt", "POLYGON")
		truncateTo(t, path, 0.9)
	},

	"half.xlsx": func(t *testing.T, path string) {
		workbook(t, path, [][]any{{"id", "lon", "lat"}, {"1", 108.3, 22.8}})
		truncate(t, path)
	},
	"formula-error.xlsx": func(t *testing.T, path string) {
		workbook(t, path, [][]any{{"id", "lon", "lat"}, {"1", 108.3, 22.8}, {"2", "#N/A", 22.8}})
	},
	"lost-digits.xlsx": func(t *testing.T, path string) {
		workbook(t, path, [][]any{{"code", "name"}, {storedNumber("4.5010500100100102E+17"), "x"}})
	},
	"blank.xlsx": func(t *testing.T, path string) { workbook(t, path, nil) },
}

// shp builds a shapefile of two grids: change is called before the parts are made, with no files, and after.
func shp(change func(*testShapefile, map[string][]byte)) func(t *testing.T, path string) {
	return func(t *testing.T, path string) {
		s := twoGrids()
		change(&s, map[string][]byte{".shp": make([]byte, 200), ".dbf": make([]byte, 200)})
		files := s.files()
		change(&s, files)
		writeParts(t, strings.TrimSuffix(path, ".shp"), files)
	}
}

func half(b []byte) []byte { return b[:len(b)/2] }

func zipped(stem string, files map[string][]byte) map[string][]byte {
	m := map[string][]byte{}
	for ext, b := range files {
		m[stem+ext] = b
	}
	return m
}

func truncate(t *testing.T, path string) { truncateTo(t, path, 0.5) }

func truncateTo(t *testing.T, path string, share float64) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err == nil {
		err = os.Truncate(path, int64(share*float64(len(b))))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ogr makes a layer in a format of GDAL's from a table with a column WKT.
func ogr(t *testing.T, path, format, table string, args ...string) {
	t.Helper()
	source := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(source, []byte(table), 0o666); err != nil {
		t.Fatal(err)
	}
	args = append([]string{"-f", format, path, source, "-oo", "GEOM_POSSIBLE_NAMES=WKT", "-oo", "KEEP_GEOM_COLUMNS=NO", "-a_srs", "EPSG:4490"}, args...)
	if out, err := exec.Command("ogr2ogr", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// storedNumber is a number as Excel writes it into the file.
type storedNumber string

func workbook(t testing.TB, path string, rows [][]any) {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = book.SetSheetRow("Sheet1", cell, &row)
		}
		if s, ok := row[0].(storedNumber); ok && err == nil {
			err = book.SetCellDefault("Sheet1", cell, string(s))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t testing.TB, path string, o Options) []Row {
	t.Helper()
	l, err := Read(t.Context(), path, o)
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	rows, err := l.All(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	for _, r := range rows {
		if r.Fault != nil {
			t.Fatalf("%s: row %d: %v", filepath.Base(path), r.N, r.Fault)
		}
	}
	return rows
}
