package main

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// A real city goes from its raw files to a published and exported district by the commands of docs/examples/cambridge.sh alone; its invalid parcels
// are listed with reasons, what was exported is, imported again, the same net, and an export that is killed leaves no half file.
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
	environment := func(url string) []string {
		return append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "ZHUWANG_LANG=en", "ZHUWANG_DATABASE_URL="+url, "ZHUWANG_DATA="+filepath.Join(dir, "data"))
	}
	run := func(url, name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir, cmd.Env = dir, environment(url)
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
	for _, file := range []string{"killed.gpkg", "killed.geojson", "killed.shp"} {
		export := exec.CommandContext(t.Context(), filepath.Join(bin, "zhuwang"), "export", "buildings", "-o", file)
		export.Dir, export.Env = dir, environment(url)
		killAtWork(t, export, dir)
		if _, err := os.Lstat(filepath.Join(dir, file)); !os.IsNotExist(err) { // it was quicker than the kill
			holdsAllBuildings(t, filepath.Join(dir, file))
		}
	}
	holdsAllBuildings(t, filepath.Join(dir, "out", "buildings.gpkg"))
}

// holdsAllBuildings asks GDAL.
func holdsAllBuildings(t *testing.T, path string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ogrinfo", "-ro", "-so", "-al", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Feature Count: 13043") {
		t.Errorf("%s: %v %s", path, err, out)
	}
}

// killAtWork starts an export and kills it, with the programs it runs, when its unfinished file is there.
func killAtWork(t *testing.T, export *exec.Cmd, dir string) {
	t.Helper()
	export.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := export.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { export.Wait(); close(ended) }()
	for {
		unfinished, err := filepath.Glob(filepath.Join(dir, ".zhuwang-*", "killed*"))
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-ended:
			return
		default:
		}
		if len(unfinished) > 0 {
			break
		}
	}
	syscall.Kill(-export.Process.Pid, syscall.SIGKILL) // an error: it ended meanwhile
	<-ended
	left, err := filepath.Glob(filepath.Join(dir, ".zhuwang-*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range left {
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
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
