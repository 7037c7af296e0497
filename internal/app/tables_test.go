package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
