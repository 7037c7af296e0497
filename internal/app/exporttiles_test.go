package app

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"
)

// The map of the model district as a PMTiles file: as many tiles as are said, at the first zoom all of it, and what it is of.
func mapAsTiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "map.pmtiles")
	r := done(t, "export", "net", "-o", file, "--json", "--zoom", "10-14")
	var said struct {
		Release, MinZoom, MaxZoom, Tiles, Different, Bytes int
		CRS                                                string
		Sets, Files                                        []string
	}
	if err := json.Unmarshal([]byte(r.out), &said); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	number := func(i int) int { return int(binary.LittleEndian.Uint64(b[8+8*i:])) } // of the header, section 3.1 of the specification
	if said.Release != 1 || said.MinZoom != 10 || said.MaxZoom != 14 || said.CRS != "cgcs2000" || !slices.Equal(said.Sets, []string{"net", "base", "buildings"}) ||
		!slices.Equal(said.Files, []string{"map.pmtiles"}) || said.Tiles < 300 || said.Tiles != number(8) || said.Different != number(10) || said.Bytes != len(b) {
		t.Errorf("said %+v, the header has %d tiles, %d contents", said, number(8), number(10))
	}
	var about struct {
		Name, Attribution, Version, Generator string
		Zhuwang                               struct {
			District, CRS string
			Release       int
			Revisions     map[string]string
		}
		VectorLayers []struct{ ID string } `json:"vector_layers"`
	}
	if err := json.Unmarshal(gunzip(t, b[number(2):][:number(3)]), &about); err != nil {
		t.Fatal(err)
	}
	if about.Name != "江南区" || about.Generator != "zhuwang test" || about.Zhuwang.Release != 1 || about.Zhuwang.District != "450105" || len(about.Zhuwang.Revisions) != 3 ||
		about.Version != about.Zhuwang.Revisions["net"] || about.Attribution == "" || len(about.VectorLayers) < 15 {
		t.Errorf("%+v", about)
	}
	layers := map[string]int{}
	for data := b[number(6):][:number(7)]; len(data) > 0; {
		var tile []byte
		tile, data = member(t, data)
		all, err := mvt.Unmarshal(tile)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			layers[l.Name] += len(l.Features)
		}
	}
	for _, l := range []string{"grids", "communities", "borders", "streets", "water", "blocks", "buildings", "grids_label"} {
		if layers[l] == 0 {
			t.Errorf("nothing of %s: %v", l, layers)
		}
	}

	// Of one set, in GCJ-02, said in words.
	r = done(t, "export", "net", "-f", "pmtiles", "-o", filepath.Join(dir, "buildings.pmtiles"), "--sets", "buildings", "--zoom", "14", "--crs", "gcj02", "--lang", "en")
	for _, want := range []string{"buildings.pmtiles", "Release 1, buildings; zoom 14 to 14", "AMap"} {
		if !strings.Contains(r.err, want) {
			t.Errorf("said %q, which lacks %q", r.err, want)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func gunzip(t *testing.T, data []byte) []byte {
	t.Helper()
	b, rest := member(t, data)
	if len(rest) > 0 {
		t.Fatalf("%d bytes behind it", len(rest))
	}
	return b
}

// member is the first of the gzip members that follow one another, and the others.
func member(t *testing.T, data []byte) (content, rest []byte) {
	t.Helper()
	from := bytes.NewReader(data)
	r, err := gzip.NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	r.Multistream(false)
	if content, err = io.ReadAll(r); err != nil {
		t.Fatal(err)
	}
	return content, data[len(data)-from.Len():]
}

// Tiles are of a release as any other file: by number or by a day; where there is no net there are none.
func TestTilesOfAPastRelease(t *testing.T) {
	onDatabase(t)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name+".pmtiles") }
	if r := zhuwang(t, "export", "net", "-o", file("none")); r.code != exitFailed || !strings.Contains(r.err, "[no-net]") {
		t.Errorf("without a net: %+v", r)
	}
	done(t, importNet(writeNet(t, "AAB\nDED"), "--yes", "--valid-from", "2026-01-01")...)
	done(t, importNet(writeNet(t, "ABB\nDED"), "--yes", "--valid-from", "2026-02-01")...)
	contents := map[string][]byte{}
	for name, flags := range map[string][]string{"now": nil, "first": {"--release", "1"}, "january": {"--at", "2026-01-15"}, "second": {"--release", "2"}} {
		done(t, append([]string{"export", "net", "-o", file(name), "--zoom", "0-14"}, flags...)...)
		b, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		contents[name] = b
	}
	if !bytes.Equal(contents["now"], contents["second"]) || !bytes.Equal(contents["first"], contents["january"]) || bytes.Equal(contents["first"], contents["second"]) {
		t.Error("the files are not of their releases")
	}
}
