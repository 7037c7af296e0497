package exchange

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// A second run into the same files is refused while the first is on its way, and takes nothing from it.
func TestAssignHasItsOutputAlone(t *testing.T) {
	for _, out := range []string{"o.csv", "o.parquet", "o.arrow"} {
		o := AssignOptions{Net: checkerboard(t, 5), Points: mixedPoints(t, 30_000), CRS: "wgs84", Out: filepath.Join(t.TempDir(), "alone-"+out)}
		if _, err := Assign(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		want, rejected := content(t, o.Out), content(t, o.rejects())
		o.Out = filepath.Join(t.TempDir(), out)
		second := o
		var once sync.Once
		o.Progress = func(AssignProgress) {
			once.Do(func() {
				for _, second.Resume = range []bool{false, out == "o.csv"} {
					_, err := Assign(t.Context(), second)
					if f, ok := errors.AsType[*fault.Error](err); !ok || f.Rule != "output-in-use" {
						t.Errorf("%s: %v", out, err)
					}
				}
			})
		}
		if _, err := assignWithCheckpoints(t.Context(), o, 5_000); err != nil {
			t.Fatal(err)
		}
		if content(t, o.Out) != want || content(t, o.rejects()) != rejected {
			t.Errorf("%s: other bytes", out)
		}
		if left, err := os.ReadDir(filepath.Dir(o.Out)); err != nil || len(left) != 2 {
			t.Errorf("%s: %v %v", out, left, err)
		}
	}
}

// A folder of the output's name is told before any work is done.
func TestAssignRefusesAFolderAsOutput(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"o.csv", "p.csv.rejects.csv"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	points := file(t, "points.csv", "lon,lat\n108.005,22.005\n")
	for _, out := range []string{"o.csv", "p.csv"} {
		_, err := Assign(t.Context(), AssignOptions{Net: file(t, "net.geojson", twoSquares), Points: points, CRS: "wgs84", Out: filepath.Join(dir, out)})
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Rule != "cannot-write" {
			t.Errorf("%s: %v", out, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("%v %v", left, err)
	}
}
