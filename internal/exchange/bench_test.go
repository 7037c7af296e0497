package exchange

import (
	"os"
	"testing"
)

func BenchmarkReadGeoJSON(b *testing.B) {
	path := checkerboard(b, 200)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	for b.Loop() {
		l, err := Read(b.Context(), path, Options{Want: WantPolygons})
		if err != nil {
			b.Fatal(err)
		}
		for r, err := range l.Rows(b.Context()) {
			if err != nil || r.Fault != nil {
				b.Fatal(err, r.Fault)
			}
		}
	}
}

func BenchmarkReadCSV(b *testing.B) {
	path, size := manyPoints(b, 200_000, 40)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		l, err := Read(b.Context(), path, Options{CRS: "wgs84", Want: WantPoints})
		if err != nil {
			b.Fatal(err)
		}
		for r, err := range l.Rows(b.Context()) {
			if err != nil || r.Fault != nil {
				b.Fatal(err, r.Fault)
			}
		}
	}
}
