package exchange

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
)

// checkerboard writes a net of n × n squares of 0.01° with code 1 to n² in a column code.
func checkerboard(t testing.TB, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "net.geojson")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	w.WriteString(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4490"}},"features":[`)
	for k := range n * n {
		if k > 0 {
			w.WriteByte(',')
		}
		x, y := 108+0.01*float64(k%n), 22+0.01*float64(k/n)
		fmt.Fprintf(w, `{"type":"Feature","properties":{"code":"%d"},"geometry":{"type":"Polygon","coordinates":[[[%.2f,%.2f],[%.2f,%.2f],[%.2f,%.2f],[%.2f,%.2f],[%.2f,%.2f]]]}}`,
			k+1, x, y, x+0.01, y, x+0.01, y+0.01, x, y+0.01, x, y)
	}
	w.WriteString("]}\n")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return path
}

// manyPoints writes a CSV file of rows as reports have them, one in ten of them quoted, mostly inside a checkerboard of n × n.
func manyPoints(t testing.TB, rows, n int) (path string, size int64) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "points.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	w.WriteString("id,at,kind,lon,lat,note\n")
	r := rand.New(rand.NewPCG(1, 2))
	for i := range rows {
		note := "井盖破损"
		if i%10 == 0 {
			note = `"路灯, 3 盏"`
		}
		fmt.Fprintf(w, "R%08d,2026-11-23T09:30:00+08:00,report,%.7f,%.7f,%s\n", i, 107.99+(0.01*float64(n)+0.02)*r.Float64(), 21.99+(0.01*float64(n)+0.02)*r.Float64(), note)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return path, info.Size()
}

// BenchmarkAssign is to be held against BenchmarkCopyByEncodingCSV, which only reads and writes the same rows.
func BenchmarkAssign(b *testing.B) {
	const rows = 500_000
	net := checkerboard(b, 40)
	points, size := manyPoints(b, rows, 40)
	for _, c := range []struct {
		crs      string
		distance bool
	}{{"wgs84", false}, {"wgs84", true}, {"gcj02", false}} {
		b.Run(fmt.Sprintf("%s/distance=%v", c.crs, c.distance), func(b *testing.B) {
			out := filepath.Join(b.TempDir(), "out.csv")
			b.SetBytes(size)
			for b.Loop() {
				s, err := Assign(b.Context(), AssignOptions{Net: net, Points: points, CRS: c.crs, NetCRS: "cgcs2000", Distance: c.distance, Out: out})
				if err != nil || s.Rows != rows || s.Rejected > 0 {
					b.Fatalf("%+v: %v", s, err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkCopyByEncodingCSV(b *testing.B) {
	const rows = 500_000
	points, size := manyPoints(b, rows, 40)
	out := filepath.Join(b.TempDir(), "out.csv")
	b.SetBytes(size)
	for b.Loop() {
		if err := copyCSV(points, out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func copyCSV(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	r, w := csv.NewReader(bufio.NewReaderSize(in, 1<<18)), csv.NewWriter(bufio.NewWriterSize(out, 1<<18))
	r.ReuseRecord = true
	for {
		rec, err := r.Read()
		if err == io.EOF {
			w.Flush()
			return errors.Join(w.Error(), out.Sync(), out.Close())
		}
		if err == nil {
			err = w.Write(rec)
		}
		if err != nil {
			return errors.Join(err, out.Close())
		}
	}
}
