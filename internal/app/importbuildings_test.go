package app

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// imported is what an import of buildings or base features prints with --json.
type imported struct {
	Rows, Refused, New, Changed, Same, Absent, Removed int
	Written                                            bool
	Across                                             []struct{ Shares []struct{ Grid *string } }
}

// runImport runs an import that ends well.
func runImport(t *testing.T, args ...string) (imported, result) {
	t.Helper()
	r := zhuwang(t, append(append([]string{"import"}, args...), "--district", "450105", "--crs", "cgcs2000", "--json")...)
	var i imported
	if err := json.Unmarshal([]byte(r.out), &i); err != nil || r.code != exitDone {
		t.Fatalf("%v: %v %+v", args, err, r)
	}
	return i, r
}

func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// at writes the middle of a square as cells of a table.
func at(x, y int) string {
	p := picture.Centre(x, y)
	return fmt.Sprintf("%.7f,%.7f", p.Lon(), p.Lat())
}

// A table of buildings is taken in row by row, what is wrong is given back with its reasons, and running servers show it without a restart. The
// same file again changes nothing; a newer one what differs.
func TestImportBuildings(t *testing.T) {
	onDatabase(t)
	file := filepath.Join(t.TempDir(), "楼栋.csv")
	const head = "编号,地址,经度,纬度,户数\n"
	writeFile(t, file, head+"1,示例路12号,"+at(0, 0)+",48\n2,甲7号,"+at(1, 1)+",x\n3,,"+at(9, 9)+",1\n4,示例路14号,"+at(1, 0)+",\n4,,"+at(1, 0)+",1\n")
	if r := zhuwang(t, "import", "buildings", file, "--district", "450105", "--crs", "cgcs2000", "--yes"); r.code != exitFailed || !strings.Contains(r.err, "[not-in-force]") {
		t.Fatalf("without a net: %+v", r)
	}
	if r := zhuwang(t, importNet(writeNet(t, "AB\nDE"), "--yes")...); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	server := serve(t)
	if r := zhuwang(t, "import", "buildings", file, "--district", "450105", "--crs", "cgcs2000"); r.code != exitUsage || !strings.Contains(r.err, "2 new, 0 changed") || !strings.Contains(r.err, "--yes") {
		t.Fatalf("nobody confirmed: %+v", r)
	}
	if i, r := runImport(t, "buildings", file, "--dry-run"); i.New != 2 || i.Written || !strings.Contains(r.err, "nothing was written") {
		t.Fatalf("dry run: %+v %+v", i, r)
	}
	i, _ := runImport(t, "buildings", file, "--yes")
	if i.Rows != 5 || i.New != 2 || i.Refused != 3 || !i.Written {
		t.Errorf("%+v", i)
	}
	b, err := os.ReadFile(file + ".rejects.csv")
	if err != nil {
		t.Fatal(err)
	}
	rejects, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, r := range rejects[1:] {
		told = append(told, r[0]+" "+r[1]+" "+r[3])
	}
	if got := strings.Join(told, ", "); got != "2 bad-count 2, 3 building-outside 3, 5 duplicate-id 4" {
		t.Errorf("rejects %q", got)
	}
	numbers := func() string {
		_, body := ask(t, server+"/api/v1/buildings")
		var list struct {
			Items []struct{ Code, Address string }
		}
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatalf("%v %s", err, body)
		}
		var all []string
		for _, b := range list.Items {
			all = append(all, b.Code[12:]+b.Address)
		}
		return strings.Join(all, " ")
	}
	eventually(t, "two buildings on a running server", func() bool { return numbers() == "00001示例路12号 00002示例路14号" })
	revision := func() string {
		_, body := ask(t, server+"/tiles/450105/buildings.json")
		return body
	}
	was := revision()
	if i, r := runImport(t, "buildings", file, "--yes"); i.Same != 2 || i.New+i.Changed != 0 || i.Written || !strings.Contains(r.err, "Nothing differs") {
		t.Errorf("the same file again: %+v %+v", i, r)
	}

	newer := filepath.Join(t.TempDir(), "newer.csv")
	writeFile(t, newer, head+"1,示例路12号,"+at(0, 0)+",50\n5,示例路16号,"+at(0, 1)+",3\n")
	if r := zhuwang(t, "import", "buildings", newer, "--district", "450105", "--crs", "cgcs2000", "--yes"); !strings.Contains(r.err, "id-of-other-source: 1") || !strings.Contains(r.err, `--source "楼栋"`) {
		t.Errorf("a file of another name: %+v", r)
	}
	if i, _ := runImport(t, "buildings", newer, "--yes", "--source", "楼栋"); i.Changed != 1 || i.New != 0 || i.Refused != 1 || i.Absent != 1 || i.Removed != 0 {
		t.Errorf("building 5 came with the other source: %+v", i)
	}
	writeFile(t, newer, head+"1,示例路12号,"+at(0, 0)+",50\n")
	if i, r := runImport(t, "buildings", newer, "--yes", "--source", "楼栋", "--replace"); i.Removed != 1 || i.Same != 1 || !strings.Contains(r.err, "1 are no more in the file and will be removed") {
		t.Errorf("%+v %+v", i, r)
	}
	if _, err := os.Stat(newer + ".rejects.csv"); !os.IsNotExist(err) {
		t.Errorf("rejects of an earlier run are left: %v", err)
	}
	eventually(t, "the newer file on a running server", func() bool { return numbers() == "00001示例路12号 00001示例路16号" })
	if revision() == was {
		t.Error("the tiles kept their address")
	}
	writeFile(t, newer, head+"9,,"+at(8, 8)+",1\n")
	if r := zhuwang(t, "import", "buildings", newer, "--district", "450105", "--crs", "cgcs2000", "--yes"); r.code != exitFailed || !strings.Contains(r.err, "[nothing-imported]") {
		t.Errorf("no good row: %+v", r)
	}
	other := writeFile(t, filepath.Join(t.TempDir(), "other.csv"), "no,东经,北纬\n30,"+at(1, 1)+"\n")
	if i, _ := runImport(t, "buildings", other, "--field", "id=no,lon=东经,lat=北纬", "--dry-run"); i.New != 1 || i.Refused != 0 {
		t.Errorf("columns of other names: %+v", i)
	}
	// A code that was given up names nothing else.
	writeFile(t, newer, head+"20,,"+at(1, 0)+",1\n4,,"+at(1, 0)+",2\n")
	runImport(t, "buildings", newer, "--yes", "--source", "楼栋")
	eventually(t, "a new building and one that returned", func() bool { return numbers() == "00001示例路12号 00002 00003 00001示例路16号" })
}

// Footprints across borders are listed with their shares; the entrance in columns decides.
func TestImportFootprints(t *testing.T) {
	onDatabase(t)
	if r := zhuwang(t, importNet(writeNet(t, "AB\nDE"), "--yes")...); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	p := picture.Centre(0, 0)
	x, y, e := p.Lon(), p.Lat(), 0.0008
	foot := fmt.Sprintf(`{"type":"FeatureCollection","features":[{"type":"Feature","id":"f1","properties":{"门经":%.7f,"门纬":%.7f},"geometry":{"type":"Polygon","coordinates":[[[%[3]v,%[4]v],[%[5]v,%[4]v],[%[5]v,%[6]v],[%[3]v,%[6]v],[%[3]v,%[4]v]]]}}]}`,
		x+e, y, x-e/4, y-e/4, x+e, y+e/4)
	file := writeFile(t, filepath.Join(t.TempDir(), "f.geojson"), foot)
	i, r := runImport(t, "buildings", file, "--field", "lon=门经,lat=门纬", "--yes")
	if i.New != 1 || len(i.Across) != 1 || len(i.Across[0].Shares) != 2 || !strings.Contains(r.err, "1 lie across borders") {
		t.Errorf("%+v %s", i, r.err)
	}
	if i, _ := runImport(t, "buildings", file, "--field", "lon=门经,lat=门纬", "--yes"); i.Same != 1 {
		t.Errorf("again: %+v", i)
	}
	if i, _ := runImport(t, "buildings", file, "--yes"); i.Same != 1 {
		t.Errorf("without the entrance, which stays: %+v", i)
	}
	for want, args := range map[string][]string{
		"lon-without-lat": {"--field", "lon=门经"}, "mapping-unknown": {"--field", "kind=x"}, "field-missing": {"--field", "name=门牌"},
	} {
		if r := zhuwang(t, append([]string{"import", "buildings", file, "--district", "450105", "--crs", "cgcs2000", "--yes"}, args...)...); r.code == exitDone || !strings.Contains(r.err, want) {
			t.Errorf("%v: %+v", args, r)
		}
	}
}

// Streets of a file with classes in Chinese, and a piece of OpenStreetMap, each with its own source, on a running server.
func TestImportBase(t *testing.T) {
	onDatabase(t)
	examples, err := filepath.Abs("../../docs/examples")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.CopyFS(".", os.DirFS(examples)); err != nil {
		t.Fatal(err)
	}
	if r := zhuwang(t, "import", "net", "net.geojson", "--district", "450105", "--field", "code=编号", "--community", "field:社区", "--town", "field:镇街", "--yes"); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	server := serve(t)
	_, before := ask(t, server+"/tiles/450105/base.json")
	if i, _ := runImport(t, "base", "streets.geojson", "--as", "street", "--yes"); i.New != 3 || !i.Written {
		t.Errorf("%+v", i)
	}
	if i, _ := runImport(t, "base", "streets.geojson", "--as", "street", "--yes"); i.Same != 3 || i.Written {
		t.Errorf("again: %+v", i)
	}
	if i, _ := runImport(t, "base", "district.osm", "--yes"); i.New != 4 || i.Rows != 3 {
		t.Errorf("%+v", i)
	}
	if i, _ := runImport(t, "base", "district.osm", "--yes", "--replace"); i.Same != 4 || i.Absent != 0 || i.Written {
		t.Errorf("again: %+v", i)
	}
	eventually(t, "another revision of the base map", func() bool { _, now := ask(t, server+"/tiles/450105/base.json"); return now != before })
	if code, tile := ask(t, server+"/tiles/450105/base/current/14/13120/7126.mvt"); code != 200 || !strings.Contains(tile, "示例路") || !strings.Contains(tile, "bridges") {
		t.Errorf("%d, a tile of %d bytes", code, len(tile))
	}
	for want, args := range map[string][]string{
		"base-needs-layer": {"streets.geojson"}, "no-such-base": {"streets.geojson", "--as", "rails"}, "unknown-class": {"streets.geojson", "--as", "street", "--class", "river"},
		"mapping-unknown": {"streets.geojson", "--as", "street", "--field", "households=x"}, "nothing-imported": {"net.geojson", "--as", "street"},
	} {
		if r := zhuwang(t, append(append([]string{"import", "base"}, args...), "--district", "450105", "--yes")...); r.code == exitDone || !strings.Contains(r.err, want) {
			t.Errorf("%v: %+v", args, r)
		}
	}
}

// What somebody else wrote meanwhile is compared with anew, not for ever.
func TestAnImportComparesAgain(t *testing.T) {
	e := &env{Globals: &Globals{}, Streams: Streams{Err: io.Discard}}
	for _, c := range []struct{ conflicts, runs int }{{0, 1}, {2, 3}, {99, attempts}} {
		runs := 0
		err := rowImport{}.attempt(e, func() error {
			if runs++; runs <= c.conflicts {
				return fault.New(fault.Conflict, "changed-meanwhile", nil)
			}
			return nil
		})
		if runs != c.runs || (err != nil) != (c.conflicts >= attempts) {
			t.Errorf("after %d conflicts: %d runs, %v", c.conflicts, runs, err)
		}
	}
	runs := 0
	if err := (rowImport{}).attempt(e, func() error { runs++; return errReported }); err != errReported || runs != 1 {
		t.Errorf("%d runs, %v", runs, err)
	}
}

// The template of buildings, filled in by hand, is read as it stands.
func TestTheTemplateOfBuildings(t *testing.T) {
	onDatabase(t)
	if r := zhuwang(t, importNet(writeNet(t, "AB\nDE"), "--yes")...); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	file := filepath.Join(t.TempDir(), "b.xlsx")
	if r := zhuwang(t, "template", "buildings", "-o", file); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	book, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := picture.Centre(1, 0)
	row := []any{"D-1", "", "一号楼", "示例路1号", fmt.Sprint(p.Lon()), fmt.Sprint(p.Lat()), "cgcs2000", "48", "6", "住宅"}
	if err := book.SetSheetRow(book.GetSheetName(0), "A3", &row); err != nil {
		t.Fatal(err)
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	r := zhuwang(t, "import", "buildings", file, "--district", "450105", "--yes")
	if r.code != exitDone || !strings.Contains(r.err, "Buildings: 1, with 48 households") {
		t.Errorf("%+v", r)
	}
}
