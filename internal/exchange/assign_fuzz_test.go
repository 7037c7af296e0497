package exchange

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// fuzzAssign assigns files of any bytes: each gives its rows or an error with a rule, ends in time, and leaves nothing that is half written.
func fuzzAssign(f *testing.F, from, to string) {
	net := file(f, "net.geojson", twoSquares)
	table := file(f, "p.ndjson", `{"id":1,"name":"江南","good":true,"size":1.5,"lon":108.005,"lat":22.005}`+"\n"+
		`{"id":2,"name":null,"good":null,"size":null,"lon":108.03,"lat":22.005}`+"\n"+`{"id":3,"name":"x","lon":108.015,"lat":22.005}`+"\n")
	seed := filepath.Join(f.TempDir(), "was."+from)
	if _, err := Assign(context.Background(), AssignOptions{Net: net, Points: table, CRS: "wgs84", Out: seed}); err != nil {
		f.Fatal(err)
	}
	text, err := os.ReadFile(seed)
	if err != nil {
		f.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte("grid"), []byte("gone"))
	f.Add(text)
	for n := 0; n < len(text); n += max(1, len(text)/16) {
		f.Add(text[:n])
		broken := bytes.Clone(text)
		broken[n] ^= 0xff
		f.Add(broken)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		points := filepath.Join(dir, "p."+from)
		if err := os.WriteFile(points, text, 0o666); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		o := AssignOptions{Net: net, Points: points, CRS: "wgs84", Out: filepath.Join(dir, "o."+to), Lang: fault.English}
		s, err := Assign(ctx, o)
		left := map[string]bool{"p." + from: true}
		if err != nil {
			if _, ok := errors.AsType[*fault.Error](err); !ok || fault.From(err).Rule == "internal" {
				t.Fatalf("no rule: %v", err)
			}
		} else {
			left["o."+to], left["o."+to+".rejects.csv"] = true, s.Rejected > 0
		}
		if s.Rows != s.Inside+s.Outside+s.Rejected {
			t.Errorf("%+v", s)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !left[e.Name()] {
				t.Errorf("%s is left", e.Name())
			}
		}
	})
}

func FuzzAssignParquet(f *testing.F) { fuzzAssign(f, "parquet", "parquet") }
func FuzzAssignArrow(f *testing.F)   { fuzzAssign(f, "arrow", "arrow") }
func FuzzAssignStream(f *testing.F)  { fuzzAssign(f, "arrows", "ndjson") }
