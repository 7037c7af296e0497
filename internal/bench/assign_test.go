package bench

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/zhuwang/zhuwang/internal/exchange"
)

func BenchmarkAssign(b *testing.B) {
	about(b, section{Show: 3, Title: "Assign", Text: `A file of a million reports (79 bytes a row, one note in ten quoted, points all over 1,600 grids) is assigned by ` + "`exchange.Assign`" + `, which
ends with the file on the disk. Beside it a program that only reads and writes the same rows with encoding/csv, its record reused, and leaves the disk to the system.
The other formats hold the same rows.`})
	const rows = 1_000_000
	dir := b.TempDir()
	net, points := assignNet(b, dir), filepath.Join(dir, "points.csv")
	writeReports(b, points, rows)
	assign := func(points, out, crs string, distance bool) way {
		return way{n: rows, do: func(int) {
			s, err := exchange.Assign(b.Context(), exchange.AssignOptions{Net: net, Points: points, CRS: crs, NetCRS: "cgcs2000", Distance: distance, Out: filepath.Join(dir, out)})
			if err != nil || s.Inside+s.Outside != rows {
				b.Fatalf("%+v: %v", s, err)
			}
		}}
	}
	copied := way{name: "encoding-csv", n: rows, do: func(int) { copyCSV(b, points, filepath.Join(dir, "copy.csv")) }}
	against := func(least float64) []way {
		w := copied
		if least > 0 {
			w.want = atLeast(least)
		}
		return []way{w}
	}
	for _, f := range []figure{
		{name: "csv", ours: assign(points, "out.csv", "wgs84", false), against: against(0.6)},
		{name: "csv/distance", ours: assign(points, "out.csv", "wgs84", true), against: against(0)},
		{name: "csv/gcj02", ours: assign(points, "out.csv", "gcj02", false), against: against(0)},
		{name: "csv/to-gzip", ours: assign(points, "out.csv.gz", "wgs84", false), against: against(0)},
		{name: "csv/to-zstd", ours: assign(points, "out.csv.zst", "wgs84", false), against: against(0)},
	} {
		f.op, f.rate, f.rounds = "row", true, 5
		measure(b, f)
	}
	for _, ext := range []string{"ndjson", "geojsons", "parquet", "arrow"} {
		from := filepath.Join(dir, "points."+ext)
		if _, err := exchange.Assign(b.Context(), exchange.AssignOptions{Net: net, Points: points, CRS: "wgs84", Out: from, Distance: true}); err != nil {
			b.Fatal(err)
		}
		measure(b, figure{name: "csv/to-" + ext, op: "row", rate: true, rounds: 3, ours: assign(points, "out."+ext, "wgs84", false)})
	}
}

// assignNet writes a net of 40 × 40 squares of 0.01°.
func assignNet(t testing.TB, dir string) string {
	text := []byte(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4490"}},"features":[`)
	for k := range 1600 {
		if k > 0 {
			text = append(text, ',')
		}
		x, y := 108+0.01*float64(k%40), 22+0.01*float64(k/40)
		text = fmt.Appendf(text, `{"type":"Feature","properties":{"code":"450105001%06d"},"geometry":{"type":"Polygon","coordinates":[[[%.2f,%.2f],[%.2f,%.2f],[%.2f,%.2f],[%.2f,%.2f],[%.2f,%.2f]]]}}`,
			k+1, x, y, x+0.01, y, x+0.01, y+0.01, x, y+0.01, x, y)
	}
	path := filepath.Join(dir, "net.geojson")
	if err := os.WriteFile(path, append(text, "]}"...), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func writeReports(t testing.TB, path string, rows int) {
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	w.WriteString("id,at,kind,lon,lat,note\n")
	r := rand.New(rand.NewPCG(1, 2))
	for i := range rows {
		note := "井盖破损"
		if i%10 == 0 {
			note = `"路灯, 3 盏"`
		}
		fmt.Fprintf(w, "R%08d,2026-11-23T09:30:00+08:00,report,%.7f,%.7f,%s\n", i, 107.99+0.42*r.Float64(), 21.99+0.42*r.Float64(), note)
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// copyCSV reads and writes the rows of a file.
func copyCSV(t testing.TB, from, to string) {
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	r, w := csv.NewReader(bufio.NewReaderSize(in, 1<<18)), csv.NewWriter(bufio.NewWriterSize(out, 1<<18))
	r.ReuseRecord = true
	for {
		rec, err := r.Read()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = w.Write(rec)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	if err := errors.Join(w.Error(), out.Close()); err != nil {
		t.Fatal(err)
	}
}

// Both go over every row: an assignment is the copy with a column more.
func TestAssignIsACopyWithAColumnMore(t *testing.T) {
	dir := t.TempDir()
	points, copied, out := filepath.Join(dir, "p.csv"), filepath.Join(dir, "c.csv"), filepath.Join(dir, "o.csv")
	writeReports(t, points, 1000)
	copyCSV(t, points, copied)
	if _, err := exchange.Assign(t.Context(), exchange.AssignOptions{Net: assignNet(t, dir), Points: points, CRS: "wgs84", Out: out}); err != nil {
		t.Fatal(err)
	}
	read := func(path string) [][]string {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		all, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	is, want := read(out), read(copied)
	if len(is) != 1001 || len(want) != 1001 {
		t.Fatalf("%d rows, %d copied", len(is), len(want))
	}
	for i, row := range is {
		if n := len(row) - 1; fmt.Sprint(row[:n]) != fmt.Sprint(want[i]) {
			t.Fatalf("row %d is %q, its copy %q", i, row, want[i])
		}
	}
}
