package app

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A template filled in by hand gives the grids of a file of shapes their names, categories and communities.
func TestATemplateFilledByHand(t *testing.T) {
	onDatabase(t)
	dir := t.TempDir()
	template := filepath.Join(dir, "net.xlsx")
	if r := zhuwang(t, "template", "net", "-o", template); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	book, err := excelize.OpenFile(template)
	if err != nil {
		t.Fatal(err)
	}
	sheet := book.GetSheetName(0)
	fill := func(row string, cells ...any) {
		if err := book.SetSheetRow(sheet, row, &cells); err != nil {
			t.Fatal(err)
		}
	}
	fill("A3", "A", "第一网格", "基础", "居民小区(楼栋群)", "东社区")
	fill("A4", "B", "商圈网格", "", "商圈", "西社区")
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	net := writeNet(t, "AB")
	run := func(more ...string) result {
		return zhuwang(t, append([]string{"import", "net", net, "--crs", "cgcs2000", "--district", "450105", "--field", "code=id", "--attributes", template,
			"--community", "field:所属村（社区）", "--town", "field:town", "--dry-run", "--json"}, more...)...)
	}
	var done struct {
		Changes []struct{ Level, Name string }
	}
	r := run()
	if err := json.Unmarshal([]byte(r.out), &done); err != nil || r.code != exitDone {
		t.Fatalf("%v %+v", err, r)
	}
	var names []string
	for _, c := range done.Changes {
		if c.Level == "community" || c.Level == "grid" {
			names = append(names, c.Name)
		}
	}
	if got := strings.Join(names, " "); got != "东社区 西社区 第一网格 商圈网格" {
		t.Errorf("named %q", got)
	}
	fill("A5", "Z", "不存在的网格")
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	if r := run(); r.code != exitFailed || !strings.Contains(r.err, "no-such-grid: 1") || !strings.Contains(r.err, "row 3 (line 5)") {
		t.Errorf("%+v", r)
	}
}

// The communities may be a layer of the net's own file.
func TestCommunitiesFromALayer(t *testing.T) {
	onDatabase(t)
	file := filepath.Join(t.TempDir(), "net.gpkg")
	for _, layer := range []struct{ name, drawn string }{{"网格", "AB\nDE"}, {"社区", "AA\nDD"}} {
		out, err := exec.Command("ogr2ogr", "-f", "GPKG", "-append", "-a_srs", "EPSG:4490", "-nln", layer.name, file, writeNet(t, layer.drawn)).CombinedOutput()
		if err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	args := []string{"import", "net", file, "--district", "450105", "--layer", "网格", "--field", "code=id", "--town", "field:town", "--dry-run"}
	if r := zhuwang(t, append(args, "--community", "layer:社区")...); r.code != exitDone || !strings.Contains(r.err, "communities: 2, grids: 4") {
		t.Errorf("%+v", r)
	}
	if r := zhuwang(t, append(args, "--community", "layer:村")...); r.code != exitUsage || !strings.Contains(r.err, "There is no layer 村. The layers are: 网格, 社区.") {
		t.Errorf("%+v", r)
	}
}

// A place in none of several districts: which of them is meant has to be said; how far away it is, is told in units that people read.
func TestLocateOutside(t *testing.T) {
	onDatabase(t)
	for _, district := range []string{"450105", "990001"} {
		r := zhuwang(t, "import", "net", writeNet(t, "AB"), "--crs", "cgcs2000", "--district", district, "--community", "field:community", "--town", "field:town", "--yes")
		if r.code != exitDone {
			t.Fatalf("%+v", r)
		}
	}
	if r := zhuwang(t, "locate", "110", "22.6", "--crs", "wgs84"); r.code != exitUsage || !strings.Contains(r.err, "450105, 990001") {
		t.Errorf("%+v", r)
	}
	if r := zhuwang(t, "locate", "110", "22.6", "--crs", "wgs84", "--district", "990001"); r.code != exitDone || !strings.Contains(r.err, "195 km away") {
		t.Errorf("%+v", r)
	}
}

// What the register takes in is told apart from what it had.
func TestNamesAreCounted(t *testing.T) {
	onDatabase(t)
	file := filepath.Join(t.TempDir(), "divisions.csv")
	for _, c := range []struct{ text, want string }{
		{"编码,名称\n450105,江南区\n450105001,福建园街道\n", "register: 2; new: 2, renamed: 0, the same: 0."},
		{"编码,名称\n450105,江南区\n450105001,福建园\n450105002,江南街道\n", "register: 3; new: 1, renamed: 1, the same: 1."},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if r := zhuwang(t, "import", "divisions", file); r.code != exitDone || !strings.Contains(r.err, c.want) {
			t.Errorf("%+v", r)
		}
	}
}

// Points of which none lies in the net are mostly in another datum or order: the summary says so.
func TestAssignSaysWhatLooksWrong(t *testing.T) {
	dir := t.TempDir()
	points, out := filepath.Join(dir, "points.csv"), filepath.Join(dir, "out.csv")
	if err := os.WriteFile(points, []byte("id,lon,lat\n1,108.9,22.1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := zhuwang(t, "assign", "--net", writeNet(t, "AB\nDE"), "--code-field", "id", "--points", points, "--crs", "wgs84", "-o", out, "--resume")
	if r.code != exitDone || !strings.Contains(r.err, "No point lies in the net") || !strings.Contains(r.err, "began anew") {
		t.Errorf("%+v", r)
	}
}
