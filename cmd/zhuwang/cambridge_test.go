package main

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// A real city goes from its raw files to a published and exported district by the commands of docs/examples/cambridge.sh alone; its invalid parcels
// are listed with reasons, and what was exported is, imported again, the same net.
func TestCambridge(t *testing.T) {
	bin, dir, url := t.TempDir(), t.TempDir(), testkit.DB(t)
	program := "#!/bin/sh\n" + asProgram + "=1 exec '" + os.Args[0] + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "zhuwang"), []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("../../docs/examples/cambridge.sh")
	if err != nil {
		t.Fatal(err)
	}
	run := func(url, name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "ZHUWANG_LANG=en", "ZHUWANG_DATABASE_URL="+url, "ZHUWANG_DATA="+filepath.Join(dir, "data"))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %q: %v: %s", name, args, err, out)
		}
		return string(out)
	}
	said := run(url, "sh", script)
	for _, want := range []string{"No gap, no overlap.", "Towns: 45, communities: 113, grids: 1201.", "Buildings: 13043, with 27432 households.", "Published as release 1."} {
		if !strings.Contains(said, want) {
			t.Errorf("the script does not say %q: %s", want, said)
		}
	}
	invalid, outside := refusedParcels(t, filepath.Join(dir, "refused.csv"))
	if invalid != 37 || outside != 35 {
		t.Errorf("%d parcels are refused as invalid and %d as outside", invalid, outside)
	}
	was := sheetsOf(t, url)
	for _, file := range []string{"net.gpkg", "net.geojson", "net.shp", "net-metres.gpkg"} {
		other := testkit.DB(t)
		run(other, filepath.Join(bin, "zhuwang"), "import", "net", filepath.Join("out", file), "--district", "990001", "--yes")
		same := func(a, b grid.Sheet) bool { return a.Community == b.Community && a.Hash == b.Hash }
		if is := sheetsOf(t, other); len(was) != 113 || !slices.EqualFunc(was, is, same) {
			t.Errorf("%s is another net than was exported", file)
		}
	}
	out, err := exec.CommandContext(t.Context(), "ogrinfo", "-ro", "-so", filepath.Join(dir, "out", "buildings.gpkg"), "buildings").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Feature Count: 13043") {
		t.Errorf("%v %s", err, out)
	}
}

// refusedParcels counts the rows that are refused for what their shape is, and for where they lie. Each has a reason.
func refusedParcels(t *testing.T, path string) (invalid, outside int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	shapes, places := map[string]bool{}, map[string]bool{}
	for _, line := range lines[1:] {
		switch row, rule, reason := line[0], line[1], line[2]; {
		case !strings.Contains(reason, "row "+row):
			t.Errorf("row %s has no reason: %q", row, line)
		case rule == "building-outside":
			places[row] = true
		case slices.Contains([]string{"spike", "ring-crosses", "ring-touches"}, rule):
			shapes[row] = true
		default:
			t.Errorf("row %s: %q", row, line)
		}
	}
	return len(shapes), len(places)
}

// sheetsOf are the sheets of the first release of Cambridge in a database.
func sheetsOf(t *testing.T, url string) []grid.Sheet {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n, _, err := s.Net(t.Context(), "990001", 1)
	if err != nil {
		t.Fatal(err)
	}
	return n.Sheets()
}
