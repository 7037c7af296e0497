package exchange

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"github.com/zhuwang/zhuwang/internal/fault"
)

func TestOddTablesAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		opts       Options
	}{
		"a byte order mark":   {"a.csv", "\uFEFFid,lon,lat\n7,108.3,22.8\n", Options{}},
		"\\r\\n and no end":   {"a.csv", "id,lon,lat\r\n7,108.3,22.8", Options{}},
		"Chinese headers":     {"a.csv", "编号,纬度,经度\n7,22.8,108.3\n", Options{}},
		"both header lines":   {"a.csv", "编号,纬度,经度\nid,lat,lon\n7,22.8,108.3\n", Options{}},
		"columns named":       {"a.csv", "id,X坐标,Y坐标\n7,108.3,22.8\n", Options{Fields: Mapping{"lon": "X坐标", "lat": "Y坐标"}}},
		"capital letters":     {"a.csv", "ID,LONGITUDE,Latitude\n7,108.3,22.8\n", Options{}},
		"headers with spaces": {"a.csv", " id , lon , lat \n7, 108.3 ,22.8\n", Options{}},
		"blank lines":         {"a.csv", "\nid,lon,lat\n\n7,108.3,22.8\n\n", Options{}},
		"semicolons, said":    {"a.csv", "id;lon;lat\n7;108.3;22.8\n", Options{Comma: ';'}},
		"tabs in a .tsv":      {"a.tsv", "id\tlon\tlat\n7\t108.3\t22.8\n", Options{}},
		"an exponent":         {"a.csv", "id,lon,lat\n7,1.083e2,+22.8\n", Options{}},
		"a datum in the row":  {"a.csv", "id,lon,lat,坐标系\n7,108.3,22.8,WGS84\n", Options{CRS: "-"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.opts
			o.Want = WantPoints
			if o.CRS = strings.TrimPrefix(o.CRS, "-"); c.opts.CRS == "" {
				o.CRS = "wgs84"
			}
			rows := mustRead(t, file(t, c.file, c.text), o)
			if id, _ := rows[0].Get("id"); len(rows) != 1 || rows[0].N != 1 || id != "7" || !orb.Equal(rows[0].Geometry, orb.Point{108.3, 22.8}) {
				t.Errorf("%+v", rows)
			}
		})
	}
}

// A workbook gives numbers with all their digits, codes as they are, dates as dates, and row numbers of the sheet.
func TestWorkbook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "点位.xlsx")
	book := excelize.NewFile()
	date, err := book.NewStyle(&excelize.Style{NumFmt: 22})
	if err != nil {
		t.Fatal(err)
	}
	short, err := book.NewStyle(&excelize.Style{NumFmt: 2}) // shows two decimals
	if err != nil {
		t.Fatal(err)
	}
	for cell, v := range map[string]any{
		"A1": "江南区点位表", "A2": "编号", "B2": "经度", "C2": "纬度", "D2": "时间", "E2": "编码",
		"A3": "007", "B3": 108.3211234, "C3": 22.8112345, "D3": 46349.5, "E3": 450105001001001,
		"A5": "x", "B5": "108.3", "C5": 22.8, "D5": "", "E5": "450105001001001001",
	} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	for cell, style := range map[string]int{"D3": date, "B3": short, "C3": short} {
		if err := book.SetCellStyle("Sheet1", cell, cell, style); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	rows := mustRead(t, path, Options{CRS: "wgs84", Want: WantPoints})
	if len(rows) != 2 || rows[0].N != 1 || rows[0].Line != 3 || rows[1].N != 3 || rows[1].Line != 5 {
		t.Fatalf("%+v", rows)
	}
	for i, want := range []map[string]string{
		{"id": "007", "at": "2026-11-23T12:00:00", "code": "450105001001001"},
		{"id": "x", "at": "", "code": "450105001001001001"},
	} {
		for name, text := range want {
			if got, _ := rows[i].Get(name); got != text {
				t.Errorf("row %d: %s is %q, want %q", rows[i].N, name, got, text)
			}
		}
	}
	if !orb.Equal(rows[0].Geometry, orb.Point{108.3211234, 22.8112345}) {
		t.Errorf("%v", rows[0].Geometry)
	}
}

// A template that is filled in with its own examples is read back, whichever of its columns are filled.
func TestTemplates(t *testing.T) {
	for _, name := range Templates() {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := WriteTemplate(&b, name); err != nil {
				t.Fatal(err)
			}
			book, err := excelize.OpenReader(&b)
			if err != nil {
				t.Fatal(err)
			}
			sheets := book.GetSheetList()
			if len(sheets) != 2 || !strings.Contains(sheets[1], "Notes") {
				t.Fatalf("sheets %q", sheets)
			}
			path := filepath.Join(t.TempDir(), name+".xlsx")
			if err := book.SaveAs(path); err != nil {
				t.Fatal(err)
			}
			o := Options{Want: WantNone}
			if f := firstFault(t, path, o); f == nil || f.Rule != "no-rows" {
				t.Errorf("the empty template: %v", f)
			}
			for i, c := range Columns(name) {
				cell, err := excelize.CoordinatesToCellName(i+1, 3)
				if err == nil {
					err = book.SetCellStr(sheets[0], cell, c.Example)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := book.SaveAs(path); err != nil {
				t.Fatal(err)
			}
			if name == "buildings" || name == "points" {
				o.Want = WantPoints
			}
			rows := mustRead(t, path, o)
			if len(rows) != 1 || rows[0].N != 1 {
				t.Fatalf("%+v", rows)
			}
			for _, c := range Columns(name) {
				if got, _ := rows[0].Get(c.Name); got != c.Example {
					t.Errorf("%s is %q, want %q", c.Name, got, c.Example)
				}
				if c.Zh == "" || c.Note.Zh == "" || c.Note.En == "" {
					t.Errorf("%s is not explained", c.Name)
				}
			}
		})
	}
	if err := WriteTemplate(&bytes.Buffer{}, "roads"); fault.From(err) == nil || fault.From(err).Rule != "no-such-template" {
		t.Errorf("%v", err)
	}
}

// What is rejected can be corrected and read again: CSV and xlsx hold the same cells.
func TestRejectsAreWritten(t *testing.T) {
	rejects := []Reject{
		{Row: 2, Fault: fault.New(fault.Invalid, "null-geometry", nil).In(fault.Place{File: "网.geojson", Row: 2}), Fields: []Field{{"code", Value{Number, "450105001001001001"}}, {"name", Value{String, `a, "b"`}}}},
		{Row: 5, Fault: fault.New(fault.Invalid, "no-coordinate", nil).In(fault.Place{Row: 5, Field: "lon"}), Fields: []Field{{"note", Value{String, "=1+1"}}}},
	}
	want := map[string][]string{
		"row": {"2", "5"}, "rule": {"null-geometry", "no-coordinate"},
		"reason": {"文件 网.geojson，第 2 行：没有图形（geometry 为空）。请补画边界，或删去该行。", "第 5 行，字段 lon：没有填坐标。"},
		"code":   {"450105001001001001", ""}, "name": {`a, "b"`, ""}, "note": {"", "=1+1"},
	}
	for _, format := range []string{"csv", "xlsx"} {
		path := filepath.Join(t.TempDir(), "r."+format)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteRejects(f, format, rejects, fault.Chinese); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		rows := mustRead(t, path, Options{Want: WantNone})
		for column, cells := range want {
			for i, cell := range cells {
				if got := rows[i].Map()[column]; got != cell {
					t.Errorf("%s: %s of row %d is %q, want %q", format, column, i, got, cell)
				}
			}
		}
	}
	if err := WriteRejects(&bytes.Buffer{}, "doc", rejects, fault.English); fault.From(err) == nil || fault.From(err).Rule != "unknown-table-format" {
		t.Errorf("%v", err)
	}
}

func TestParseDelimiter(t *testing.T) {
	for s, want := range map[string]rune{"": 0, ";": ';', "tab": '\t', `\t`: '\t', "\t": '\t', "|": '|'} {
		if got, err := ParseDelimiter(s); err != nil || got != want {
			t.Errorf("%q: %q %v", s, got, err)
		}
	}
	for _, s := range []string{"，", "ab", `"`, "\n", "\xff"} {
		if got, err := ParseDelimiter(s); fault.From(err) == nil || fault.From(err).Rule != "bad-delimiter" {
			t.Errorf("%q is %q", s, got)
		}
	}
}

// A row of a table is told by its line too, which an editor or Excel shows: headers and line ends inside quotation marks count.
func TestRowsOfTablesKnowTheirLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "divisions.csv")
	if err := os.WriteFile(path, []byte("编码,名称\ncode,name\n450105,\"江南\n区\"\n450105001,福建园街道,x\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	l, err := Read(t.Context(), path, Options{Want: WantNone})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := l.All(t.Context())
	if err != nil || len(rows) != 2 || rows[0].Line != 3 || rows[1].N != 2 || rows[1].Line != 5 {
		t.Fatalf("%+v %v", rows, err)
	}
	for lang, want := range map[fault.Lang]string{fault.Chinese: "第 2 行（原表第 5 行）", fault.English: "row 2 (line 5)"} {
		if s := rows[1].Fault.Report(lang); !strings.Contains(s, want) {
			t.Errorf("%s lacks %s", s, want)
		}
	}
}
