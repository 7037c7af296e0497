package exchange

import (
	"bytes"
	"compress/gzip"
	"io"
	"path/filepath"
	"testing"

	kzstd "github.com/klauspost/compress/zstd"
)

// packed is text in a packing.
func packed(t *testing.T, p packing, text string) string {
	t.Helper()
	k, err := newPacker(p)
	if err != nil {
		t.Fatal(err)
	}
	b, err := k.pack([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// unpackedBy undoes a packing by other programs than those that made it, where there are some.
func unpackedBy(t *testing.T, path string) string {
	t.Helper()
	b := []byte(content(t, path))
	var r io.Reader
	var err error
	switch filepath.Ext(path) {
	case ".gz":
		r, err = gzip.NewReader(bytes.NewReader(b))
	case ".zst":
		r, err = kzstd.NewReader(bytes.NewReader(b))
	default:
		r = bytes.NewReader(b)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAssignReadsAndWritesPackedText(t *testing.T) {
	in := "lon,lat\n108.005,22.005\n108.015,22.005\n"
	want := "lon,lat,grid\n108.005,22.005,west\n108.015,22.005,\"east, 2\"\n"
	for _, from := range []packing{unpacked, asGzip, zstd} {
		for _, to := range []packing{unpacked, asGzip, zstd} {
			out, _ := assignFile(t, file(t, "p.csv"+string(from), packed(t, from, in)), "out.csv"+string(to), AssignOptions{})
			if got := unpackedBy(t, out); got != want {
				t.Errorf("%s → %s: %q", from, to, got)
			}
		}
	}
}
