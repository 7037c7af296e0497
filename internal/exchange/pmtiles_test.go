package exchange

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A reader of PMTiles for the tests, by the specification alone; the package pmtiles of npm reads the same files in the browser's tests.
type pmtilesFile struct {
	data  []byte
	at    [11]uint64 // the numbers of the header, in their order
	flags [6]byte    // clustered, compression inside, of tiles, type, lowest and highest zoom
	e7    [4]int32   // bounds
	mid   [2]int32
	zoom  byte
	meta  map[string]any
	tiles map[uint64][]byte // by number, as stored
	order []tileEntry       // of tiles, as they are found
}

const (
	rootAt, rootLen, metaAt, metaLen, leafAt, leafLen = 0, 1, 2, 3, 4, 5
	dataAt, dataLen, addressed, runs, distinct        = 6, 7, 8, 9, 10
)

func readPMTiles(tb fatal, data []byte) *pmtilesFile {
	tb.Helper()
	f := &pmtilesFile{data: data, tiles: map[uint64][]byte{}}
	if len(data) < 127 || string(data[:8]) != "PMTiles\x03" {
		tb.Fatalf("no header: %.20q", data)
	}
	for i := range f.at {
		f.at[i] = binary.LittleEndian.Uint64(data[8+8*i:])
	}
	copy(f.flags[:], data[96:])
	for i := range f.e7 {
		f.e7[i] = int32(binary.LittleEndian.Uint32(data[102+4*i:]))
	}
	f.zoom = data[118]
	for i := range f.mid {
		f.mid[i] = int32(binary.LittleEndian.Uint32(data[119+4*i:]))
	}
	if err := json.Unmarshal(unzipped(tb, f.part(metaAt)), &f.meta); err != nil {
		tb.Fatalf("metadata: %v", err)
	}
	if f.at[rootAt]+f.at[rootLen] > 16384 {
		tb.Fatalf("the root ends at %d", f.at[rootAt]+f.at[rootLen])
	}
	f.walk(tb, f.part(rootAt), 0)
	return f
}

type fatal interface {
	Helper()
	Fatalf(string, ...any)
}

func (f *pmtilesFile) part(at int) []byte { return f.data[f.at[at]:][:f.at[at+1]] }

func (f *pmtilesFile) walk(tb fatal, dir []byte, depth int) {
	tb.Helper()
	for _, e := range readDirectory(tb, dir) {
		if e.length == 0 || depth > 1 {
			tb.Fatalf("entry %+v at depth %d", e, depth)
		}
		if e.run == 0 {
			f.walk(tb, f.part(leafAt)[e.offset:][:e.length], depth+1)
			continue
		}
		f.order = append(f.order, e)
		for id := e.id; id < e.id+uint64(e.run); id++ {
			if f.tiles[id] != nil {
				tb.Fatalf("tile %d is there twice", id)
			}
			f.tiles[id] = f.part(dataAt)[e.offset:][:e.length]
		}
	}
}

func readDirectory(tb fatal, dir []byte) []tileEntry {
	tb.Helper()
	r := bytes.NewReader(unzipped(tb, dir))
	next := func() uint64 {
		v, err := binary.ReadUvarint(r)
		if err != nil {
			tb.Fatalf("directory: %v", err)
		}
		return v
	}
	entries := make([]tileEntry, next())
	id := uint64(0)
	for i := range entries {
		id += next()
		entries[i].id = id
	}
	for i := range entries {
		entries[i].run = uint32(next())
	}
	for i := range entries {
		entries[i].length = uint32(next())
	}
	for i := range entries {
		if v := next(); v > 0 {
			entries[i].offset = v - 1
		} else {
			entries[i].offset = entries[i-1].offset + uint64(entries[i-1].length)
		}
	}
	if r.Len() > 0 {
		tb.Fatalf("%d bytes behind the directory", r.Len())
	}
	return entries
}

func unzipped(tb fatal, data []byte) []byte {
	tb.Helper()
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		tb.Fatalf("%v", err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return b
}

// Tiles are numbered as the specification's table has it; the curve goes from each tile to a neighbour, and comes to each once.
func TestTileNumbers(t *testing.T) {
	for _, c := range []struct {
		id      uint64
		z, x, y uint32
	}{{0, 0, 0, 0}, {1, 1, 0, 0}, {2, 1, 0, 1}, {3, 1, 1, 1}, {4, 1, 1, 0}, {5, 2, 0, 0}, {19078479, 12, 3423, 1763}} {
		if x, y := onCurve(c.z, c.id-firstID(c.z)); x != c.x || y != c.y || zoomOf(c.id) != c.z {
			t.Errorf("tile %d is %d/%d/%d, want %d/%d/%d", c.id, zoomOf(c.id), x, y, c.z, c.x, c.y)
		}
	}
	for z := range uint32(8) {
		seen := map[[2]uint32]bool{}
		var px, py uint32
		for d := range uint64(1) << (2 * z) {
			x, y := onCurve(z, d)
			if d > 0 && (x-px)*(x-px)+(y-py)*(y-py) != 1 {
				t.Fatalf("zoom %d: from %d/%d to %d/%d", z, px, py, x, y)
			}
			if z > 0 {
				if ux, uy := onCurve(z-1, d/4); ux != x/2 || uy != y/2 {
					t.Fatalf("zoom %d: tile %d is not below tile %d of the zoom above", z, d, d/4)
				}
			}
			seen[[2]uint32{x, y}], px, py = true, x, y
		}
		if len(seen) != 1<<(2*z) {
			t.Errorf("zoom %d: %d tiles", z, len(seen))
		}
	}
}

// Any tiles come back as they were, and no others; equal ones are stored once, neighbours among them in one entry; contents lie in the
// order of their first tiles.
func TestArchiveGivesBackItsTiles(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		want := map[uint64][]byte{}
		id := uint64(rapid.IntRange(0, 100).Draw(t, "first"))
		for range rapid.IntRange(1, 300).Draw(t, "tiles") {
			want[id] = fmt.Appendf(nil, "content %d", rapid.IntRange(0, 40).Draw(t, "content"))
			id += uint64(rapid.OneOf(rapid.Just(1), rapid.IntRange(1, 1e9)).Draw(t, "step"))
		}
		file := filepath.Join(dir, "a.pmtiles")
		f, err := os.Create(file)
		if err != nil {
			t.Fatalf("%v", err)
		}
		defer f.Close()
		a, err := newArchive(f)
		if err != nil {
			t.Fatalf("%v", err)
		}
		ids := slices.Sorted(maps.Keys(want))
		for _, id := range ids {
			sum := sha256.Sum256(want[id])
			if err := a.add(id, tileSum(sum[:]), want[id]); err != nil {
				t.Fatalf("%v", err)
			}
		}
		if err := a.finish(archiveInfo{bounds: [4]float64{-1, -2, 3.00000004, 4}, center: [3]float64{1, 1, 99}, metadata: map[string]any{"a": "省"}}); err != nil {
			t.Fatalf("%v", err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v", err)
		}
		got := readPMTiles(t, data)
		if !maps.EqualFunc(want, got.tiles, bytes.Equal) {
			t.Fatalf("%d tiles became others: %d", len(want), len(got.tiles))
		}
		contents := map[string]bool{}
		for _, b := range want {
			contents[string(b)] = true
		}
		neighbours := 0 // equal to the one before
		for i, id := range ids {
			if i > 0 && ids[i-1] == id-1 && bytes.Equal(want[id], want[id-1]) {
				neighbours++
			}
		}
		if got.at[addressed] != uint64(len(want)) || got.at[distinct] != uint64(len(contents)) || got.at[runs] != uint64(len(want)-neighbours) || int(got.at[runs]) != len(got.order) {
			t.Fatalf("header says %v; there are %d tiles, %d contents, %d equal neighbours", got.at, len(want), len(contents), neighbours)
		}
		end := uint64(0)
		for _, e := range got.order {
			if e.offset > end {
				t.Fatalf("a gap before %+v", e)
			}
			end = max(end, e.offset+uint64(e.length))
		}
		first, last := zoomOf(ids[0]), zoomOf(ids[len(ids)-1])
		if end != got.at[dataLen] || got.flags != [6]byte{1, 2, 2, 1, byte(first), byte(last)} || got.zoom != byte(last) || got.e7 != [4]int32{-1e7, -2e7, 3e7, 4e7} || got.meta["a"] != "省" {
			t.Fatalf("%+v", got.flags)
		}
		if got.at[dataAt] != 16384 || uint64(len(data)) != 16384+got.at[dataLen]+got.at[leafLen]+got.at[metaLen] {
			t.Fatalf("%d bytes, header %v", len(data), got.at)
		}
	})
}

// The root has its room whatever the number of entries; leaves hold what it cannot.
func TestDirectoriesFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, 2, 100, 4096, 4097, 16384, 16385, 60_000}).Draw(t, "entries")
		space := rapid.SampledFrom([]int{60, 300, rootSpace - headerSize}).Draw(t, "space")
		entries := make([]tileEntry, n)
		id, offset, noise := uint64(0), uint64(0), uint32(rapid.Uint32().Draw(t, "noise"))
		for i := range entries {
			noise = noise*1664525 + 1013904223
			entries[i] = tileEntry{id: id, offset: offset, length: 100 + noise>>20, run: 1 + noise>>30}
			id, offset = id+uint64(entries[i].run)+uint64(noise>>29&1), offset+uint64(entries[i].length)
		}
		root, leaves := directories(entries, space)
		if len(root) > space {
			t.Fatalf("the root has %d bytes of %d", len(root), space)
		}
		var got []tileEntry
		for _, e := range readDirectory(t, root) {
			if e.run > 0 {
				got = append(got, e)
				continue
			}
			got = append(got, readDirectory(t, leaves[e.offset:][:e.length])...)
		}
		if !slices.Equal(got, entries) {
			t.Fatalf("%d entries became others: %d", n, len(got))
		}
	})
}
