package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// A mistake made in every row is told once for all rows: the first of them, and how many more there are.
func TestFaultsAreListedByRule(t *testing.T) {
	var faults []*fault.Error
	for row := range 900 {
		faults = append(faults, fault.New(fault.Invalid, "three-dimensional", nil).In(fault.Place{File: "net.gpkg", Layer: "net", Row: row + 1}))
	}
	faults = append(faults, fault.New(fault.Invalid, "duplicate-code", fault.Args{"code": "7", "row": 3}).In(fault.Place{File: "other.gpkg", Row: 9}))
	var out bytes.Buffer
	e := &env{lang: fault.English}
	e.listFaults(&out, faults, "net.gpkg")
	text := out.String()
	for _, want := range []string{"three-dimensional: 900\n", "  row 20: ", "… and 880 more\n", "duplicate-code: 1\n  file other.gpkg, row 9: Code 7"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "row 21:") || strings.Contains(text, "net.gpkg") {
		t.Error(text)
	}
}

// overlapping is a file of two squares of 0.01°, 甲 and 乙, of which the eastern one begins so many degrees too far west.
func overlapping(t *testing.T, by float64) string {
	t.Helper()
	net := filepath.Join(t.TempDir(), "net.geojson")
	square := func(name string, west, east float64) string {
		return fmt.Sprintf(`{"type":"Feature","properties":{"编号":%q},"geometry":{"type":"Polygon","coordinates":[[[%g,22],[%g,22],[%g,22.01],[%g,22.01],[%g,22]]]}}`,
			name, west, east, east, west, west)
	}
	text := `{"type":"FeatureCollection","features":[` + square("甲", 108, 108.01) + "," + square("乙", 108.01-by, 108.02) + `]}`
	if err := os.WriteFile(net, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return net
}

// What cleaning changed is told one by one, and written as a layer.
func TestCleaningIsListed(t *testing.T) {
	onDatabase(t)
	report := filepath.Join(t.TempDir(), "changes.geojson")
	r := zhuwang(t, "import", "net", overlapping(t, 1e-6), "--crs", "wgs84", "--district", "990001", "--field", "code=编号",
		"--community", "prefix:1", "--town", "prefix:1", "--clean", "--dry-run", "--report", report)
	if r.code != exitDone || !strings.Contains(r.err, "an overlap was given to one side: row ") || strings.Contains(r.err, "0.00 m²") {
		t.Errorf("%+v", r)
	}
	var layer struct {
		Features []struct {
			Properties struct {
				Zh   string
				Row  int
				From []int   `json:"from_rows"`
				Area float64 `json:"area_m2"`
			}
			Geometry struct{ Type string }
		}
	}
	b, err := os.ReadFile(report)
	if err == nil {
		err = json.Unmarshal(b, &layer)
	}
	if err != nil || len(layer.Features) == 0 {
		t.Fatalf("%v %s", err, b)
	}
	if f := layer.Features[0]; f.Properties.Zh != "重叠处划归一方" || f.Properties.Row+f.Properties.From[0] != 3 || f.Properties.Area < 50 || f.Geometry.Type != "Polygon" {
		t.Errorf("%+v", f)
	}
}

// A defect between two faces names both, by the column that was asked for, else by their rows.
func TestDefectsNameTheirFaces(t *testing.T) {
	net := overlapping(t, 0.001)
	if r := zhuwang(t, "check", net); r.code != exitFailed || !strings.Contains(r.out, "(row 1, row 2)") || !strings.Contains(r.err, "--report") {
		t.Errorf("%+v", r)
	}
	if r := zhuwang(t, "check", net, "--code", "编号"); r.code != exitFailed || !strings.Contains(r.out, "(甲, 乙)") {
		t.Errorf("%+v", r)
	}
	var report struct{ Defects []struct{ Faces []string } }
	r := zhuwang(t, "check", net, "--code", "编号", "--json")
	if err := json.Unmarshal([]byte(r.out), &report); err != nil || strings.Join(report.Defects[0].Faces, " ") != "甲 乙" {
		t.Errorf("%v %+v", err, report)
	}
	if r := zhuwang(t, "check", net, "--code", "number"); r.code != exitUsage || !strings.Contains(r.err, "[field-missing]") || !strings.Contains(r.err, "编号") {
		t.Errorf("%+v", r)
	}
	onDatabase(t)
	r = zhuwang(t, "import", "net", net, "--crs", "wgs84", "--district", "990001", "--field", "code=编号", "--community", "prefix:1", "--town", "prefix:1")
	if r.code != exitFailed || !strings.Contains(r.err, "(row 1 甲, row 2 乙)") || !strings.Contains(r.err, "--refused") {
		t.Errorf("%+v", r)
	}
}
