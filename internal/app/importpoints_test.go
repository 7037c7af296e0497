package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// tally is what `import points --json` prints.
type tally struct {
	Batch                                                               string
	Rows, In, Outside, Replayed, Replaced, Conflicts, Rejected, Resumed int
	RejectsFile                                                         *string `json:"rejects_file"`
	Columns                                                             map[string]string
}

// importPoints runs the import of a file for the district of the test's net.
func importPoints(t testing.TB, file string, args ...string) (tally, result) {
	t.Helper()
	r := zhuwang(t, append([]string{"import", "points", file, "--district", "450105", "--json"}, args...)...)
	var done tally
	if r.out != "" {
		if err := json.Unmarshal([]byte(r.out), &done); err != nil {
			t.Fatalf("%v: %+v", err, r)
		}
	}
	return done, r
}

// withNet gives the commands of a test a database with the net of a picture.
func withNet(t *testing.T, drawing string) {
	t.Helper()
	onDatabase(t)
	if r := zhuwang(t, importNet(writeNet(t, drawing), "--yes")...); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// The points of a file are stored once, however often it is imported; each row that is refused is listed with its line and its rule.
func TestImportPoints(t *testing.T) {
	withNet(t, "AB\nDE")
	file := write(t, "点.csv", "编号,时间,经度,纬度,说明\n"+
		"1,2026/1/2,108.1005,22.6005,路灯\n"+
		"2,2026-01-02 10:00,108.1005,22.6005,\n"+
		"3,2026/1/2,109,22.6005,网外\n"+
		"4,昨天,108.1005,22.6005,\n"+
		",2026/1/2,108.1005,22.6005,\n"+
		"1,2026/1/2,108.1005,22.6005,井盖\n"+
		"2,2026-01-02 10:00,108.1005,22.6005,\n"+
		"7,2026/1/2,x,22.6005,\n")
	args := []string{"--kind", "report", "--crs", "cgcs2000"}
	if done, r := importPoints(t, file, append(args, "--dry-run")...); r.code != exitDone || done.In != 4 || done.Outside != 1 || done.Rejected != 3 || !strings.Contains(r.err, "nothing was written") {
		t.Fatalf("dry run: %+v %+v", done, r)
	}
	done, r := importPoints(t, file, args...)
	want := tally{Batch: done.Batch, Rows: 8, In: 3, Outside: 1, Replayed: 1, Conflicts: 1, Rejected: 3}
	if done.RejectsFile == nil {
		t.Fatalf("%+v %+v", done, r)
	}
	b, err := os.ReadFile(*done.RejectsFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"\n5,\"bad-point-time: row 4 (line 5), field 时间: “昨天” is no time", "\n6,\"point-without-id: row 5 (line 6), field 编号", ",\",2026/1/2,108.1005,22.6005,\"\n",
		"\n7,\"location-conflict: row 6 (line 7): report 1 is there", "\n9,\"bad-number: row 8 (line 9), field 经度"} {
		if !strings.Contains(string(b), line) {
			t.Errorf("the rejects lack %q: %s", line, b)
		}
	}
	done.RejectsFile, done.Columns = nil, nil
	if !equalTally(done, want) || r.code != exitDone {
		t.Errorf("%+v, want %+v", done, want)
	}
	want.Replayed = 4
	if done, r := importPoints(t, file, args...); !equalTally(done, want) || r.code != exitDone {
		t.Errorf("again: %+v, want %+v: %s", done, want, r.err)
	}
	// Another file that says something else of a point changes nothing, unless the point is not there yet.
	other := write(t, "b.csv", "id,lon,lat\n3,109.5,22.6005\n8,108.1005,22.6005\n")
	if done, r := importPoints(t, other, args...); r.code != exitDone || done.Conflicts != 1 || done.In != 1 {
		t.Errorf("%+v %s", done, r.err)
	}
	// A file of which a wrong column was taken is put right by reading it again: what it says now takes the place of what is there.
	wrong, right := write(t, "c.csv", "id,lon,lat,经度\n21,109.5,22.6005,108.1005\n22,109.5,22.6005,108.1005\n"), append(args, "--field", "lon=经度", "--attributes", "none")
	if done, r := importPoints(t, wrong, append(args, "--field", "lon=lon", "--attributes", "none")...); r.code != exitDone || done.Outside != 2 || !strings.Contains(r.err, "--replace") {
		t.Errorf("%+v %s", done, r.err)
	}
	if done, _ := importPoints(t, wrong, right...); done.Conflicts != 2 {
		t.Errorf("%+v", done)
	}
	if done, r := importPoints(t, wrong, append(right, "--replace")...); r.code != exitDone || done.In != 2 || done.Replaced != 2 {
		t.Errorf("%+v %s", done, r.err)
	}
	if done, r := importPoints(t, wrong, append(right, "--replace")...); r.code != exitDone || done.In != 2 || done.Replaced != 0 || done.Resumed != 2 {
		t.Errorf("again: %+v %s", done, r.err)
	}
	// A kind that is none is refused before a row is read.
	if _, r := importPoints(t, wrong, "--kind", "事件", "--crs", "cgcs2000"); r.code != exitUsage || !strings.Contains(r.err, "--kind") || !strings.Contains(r.err, "[location-kind]") {
		t.Errorf("%+v", r)
	}
}

func equalTally(a, b tally) bool {
	a.RejectsFile, a.Columns, b.RejectsFile, b.Columns = nil, nil, nil, nil
	return a.Batch == b.Batch && a.Rows == b.Rows && a.In == b.In && a.Outside == b.Outside && a.Replayed == b.Replayed && a.Conflicts == b.Conflicts && a.Rejected == b.Rejected
}

// Points come from every kind of file, each with its coordinates and its datum.
func TestImportPointsOfEveryKind(t *testing.T) {
	withNet(t, "AB\nDE")
	book := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "kind", "B1": "id", "C1": "at", "D1": "lon", "E1": "lat", "F1": "crs", "G1": "n",
		"A2": "lamp", "B2": 101001240782, "C2": 42006.5, "D2": 108.1005, "E2": 22.6005, "F2": "cgcs2000", "G2": 7} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	xlsx := filepath.Join(t.TempDir(), "points.xlsx")
	if err := book.SaveAs(xlsx); err != nil {
		t.Fatal(err)
	}
	feature := `{"type":"Feature","id":"f1","properties":{"name":"树"},"geometry":{"type":"Point","coordinates":[108.1005,22.6005]}}`
	for _, c := range []struct {
		name, file string
		args       []string
		in         int
	}{
		{"xlsx", xlsx, nil, 1},
		{"GeoJSON with ids of its own", write(t, "a.geojson", `{"type":"FeatureCollection","features":[`+feature+`]}`), []string{"--kind", "tree", "--crs", "wgs84"}, 1},
		{"one feature a line", write(t, "a.ndjson", feature+"\n"), []string{"--kind", "bush", "--crs", "wgs84"}, 1},
		{"rows of several datums", write(t, "a.csv", "id,lon,lat,crs\n1,108.1005,22.6005,wgs84\n2,108.1005,22.6005,cgcs2000\n"), []string{"--kind", "sign"}, 2},
		{"a projection", write(t, "b.csv", "id,x,y\n1,510355.8,2500422.6\n"), []string{"--kind", "post", "--crs", "EPSG:4545"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 {
				if done, r := importPoints(t, c.file, c.args...); r.code != exitDone || done.In != c.in || done.Rows != c.in {
					t.Errorf("%+v %+v", done, r)
				}
			}
		})
	}
}

// What is missing is asked for by name, before anything is stored.
func TestImportPointsAsks(t *testing.T) {
	withNet(t, "AB\nDE")
	nameless := write(t, "a.csv", "REPORT_NO,lon,lat\n17,108.1005,22.6005\n18,108.1005,22.6005\n")
	dates := write(t, "b.csv", "id,date,lon,lat\n17,1/2/2015,108.1005,22.6005\n")
	area := write(t, "c.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":1},"geometry":{"type":"Polygon","coordinates":[[[108,22],[109,22],[109,23],[108,22]]]}}]}`)
	for _, c := range []struct {
		name, file string
		args       []string
		code       int
		want       string
	}{
		{"no kind", nameless, []string{"--id", "REPORT_NO", "--crs", "wgs84"}, exitUsage, "[needs-kind]"},
		{"no id", nameless, []string{"--kind", "report", "--crs", "wgs84"}, exitUsage, "“REPORT_NO” looks like it: each of 2 rows has a value of its own."},
		{"a column that is not there", nameless, []string{"--kind", "report", "--id", "id", "--crs", "wgs84"}, exitUsage, "[field-missing]"},
		{"no datum", nameless, []string{"--kind", "report", "--id", "REPORT_NO"}, exitUsage, "[no-crs]"},
		{"a role that is none", nameless, []string{"--kind", "report", "--field", "name=REPORT_NO", "--crs", "wgs84"}, exitUsage, "[mapping-unknown]"},
		{"two kinds", nameless, []string{"--kind", "report", "--field", "kind=REPORT_NO", "--id", "REPORT_NO", "--crs", "wgs84"}, exitUsage, "[kind-twice]"},
		{"residents with attributes", dates, []string{"--kind", "resident", "--field", "lon=lon", "--attributes", "date", "--crs", "wgs84"}, exitUsage, "[resident-columns]"},
		{"an order of dates that is none", dates, []string{"--kind", "report", "--dates", "ymd", "--crs", "wgs84"}, exitUsage, "[bad-date-order]"},
		{"dates of two readings", dates, []string{"--kind", "report", "--crs", "wgs84"}, exitFailed, "date-order: 1, the first: row 1 (line 2), field date: “1/2/2015” leaves open"},
		{"polygons", area, []string{"--kind", "report", "--crs", "wgs84"}, exitFailed, "wrong-geometry: 1, the first: row 1: The geometry is a Polygon; points (Point) are wanted here."},
		{"the kind of buildings", dates, []string{"--kind", "building", "--dates", "dmy", "--crs", "wgs84"}, exitUsage, "[location-building]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, r := importPoints(t, c.file, c.args...); r.code != c.code || !strings.Contains(r.err, c.want) {
				t.Errorf("%+v", r)
			}
		})
	}
	if r := zhuwang(t, "import", "points", dates, "--kind", "report", "--dates", "dmy", "--crs", "wgs84", "--district", "990009"); r.code != exitFailed || !strings.Contains(r.err, "[no-net-in-district]") {
		t.Errorf("%+v", r)
	}
}

// The template of points, filled in by hand, is read without a word about its columns; each of its headers is known in both languages.
func TestPointsTemplate(t *testing.T) {
	var zh, en []string
	for _, c := range exchange.Columns("points") {
		zh, en = append(zh, c.Zh), append(en, c.Name)
	}
	for _, headers := range [][]string{zh, en} {
		found := grid.Propose(headers, nil, true, nil).Columns()
		for i, r := range en {
			if found[grid.Role(r)] != headers[i] {
				t.Errorf("%s is not known by the header %s", r, headers[i])
			}
		}
	}
	withNet(t, "AB\nDE")
	template := filepath.Join(t.TempDir(), "points.xlsx")
	if r := zhuwang(t, "template", "points", "-o", template); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	book, err := excelize.OpenFile(template)
	if err != nil {
		t.Fatal(err)
	}
	sheet := book.GetSheetName(0)
	for row, cells := range map[string][]any{
		"A3": {"report", "R-1", "2026/1/2 9:30", "108.1005", "22.6005", "wgs84", "15"},
		"A4": {"report", "R-2", "", "108.1015", "22.6005", "cgcs2000", ""},
	} {
		if err := book.SetSheetRow(sheet, row, &cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	if done, r := importPoints(t, template); r.code != exitDone || done.Rows != 2 || done.In != 2 {
		t.Errorf("%+v %+v", done, r)
	}
}
