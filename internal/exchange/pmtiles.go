package exchange

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"

	"github.com/klauspost/compress/gzip"
)

// A PMTiles file (version 3, https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md) begins with a header and the root directory, for
// which rootSpace bytes are kept free: tiles are written behind it as they come, then the leaf directories and the metadata, and the
// beginning last. Nothing is copied, and a file that was broken off has no header.

const (
	headerSize = 127
	rootSpace  = 16 << 10 // header and root directory: a reader fetches them with its first request
	leafSize   = 4096     // entries of a leaf directory, more where the root would not hold all leaves: some 10 kB, fetched at once
)

// Numbers of the format.
const (
	pmtilesGzip = 2
	pmtilesMVT  = 1
)

// tileEntry says where the content of a run of tiles lies, or of a leaf directory (run 0).
type tileEntry struct {
	id, offset  uint64
	length, run uint32
}

// firstID is the number of the first tile of a zoom: tiles are numbered zoom by zoom, along a Hilbert curve.
func firstID(z uint32) uint64 { return (1<<(2*z) - 1) / 3 }

// zoomOf is the zoom of a tile by its number.
func zoomOf(id uint64) uint32 {
	z := uint32(0)
	for firstID(z+1) <= id {
		z++
	}
	return z
}

// onCurve is the d-th tile of a zoom. The four tiles below it are 4d to 4d+3 of the next zoom.
func onCurve(z uint32, d uint64) (x, y uint32) {
	for side := uint32(1); side < 1<<z; side <<= 1 {
		right, low := uint32(d>>1&1), uint32((d^d>>1)&1) // the quarter: a curve runs down, right, up
		if low == 0 {
			if right == 1 {
				x, y = side-1-x, side-1-y
			}
			x, y = y, x
		}
		x, y = x+side*right, y+side*low
		d >>= 2
	}
	return x, y
}

// tileSum tells contents apart: the half of a SHA-256.
type tileSum [16]byte

// archive is a PMTiles file that is being written. In memory it has 24 bytes a run of equal tiles and about 50 a content.
type archive struct {
	file    *os.File
	w       *bufio.Writer
	size    uint64 // of all contents
	tiles   int64
	entries []tileEntry
	first   map[tileSum]uint32 // content → its first entry
}

func newArchive(f *os.File) (*archive, error) {
	_, err := f.Seek(rootSpace, 0)
	return &archive{file: f, w: bufio.NewWriterSize(f, 1<<18), first: map[tileSum]uint32{}}, err
}

// add appends a tile; numbers ascend. Equal tiles are stored once.
func (a *archive) add(id uint64, sum tileSum, content []byte) error {
	a.tiles++
	e := tileEntry{id: id, offset: a.size, length: uint32(len(content)), run: 1}
	if i, ok := a.first[sum]; ok {
		e.offset, e.length = a.entries[i].offset, a.entries[i].length
		if last := &a.entries[len(a.entries)-1]; last.offset == e.offset && last.id+uint64(last.run) == id {
			last.run++
			return nil
		}
		a.entries = append(a.entries, e)
		return nil
	}
	a.first[sum] = uint32(len(a.entries))
	a.entries = append(a.entries, e)
	a.size += uint64(len(content))
	_, err := a.w.Write(content)
	return err
}

// archiveInfo is what the header says of the tiles, and the metadata.
type archiveInfo struct {
	bounds   [4]float64 // west, south, east, north
	center   [3]float64 // longitude, latitude, zoom
	metadata any
}

// finish writes directories, metadata and header. There is at least one tile.
func (a *archive) finish(info archiveInfo) error {
	metadata, err := json.Marshal(info.metadata)
	if err != nil {
		return err
	}
	metadata = gzipped(metadata)
	root, leaves := directories(a.entries, rootSpace-headerSize)
	tail := rootSpace + a.size
	h := make([]byte, 0, rootSpace)
	h = append(h, "PMTiles\x03"...)
	for _, v := range []uint64{
		headerSize, uint64(len(root)),
		tail + uint64(len(leaves)), uint64(len(metadata)),
		tail, uint64(len(leaves)),
		rootSpace, a.size,
		uint64(a.tiles), uint64(len(a.entries)), uint64(len(a.first)),
	} {
		h = binary.LittleEndian.AppendUint64(h, v)
	}
	lowest, highest := zoomOf(a.entries[0].id), zoomOf(a.entries[len(a.entries)-1].id)
	h = append(h, 1, pmtilesGzip, pmtilesGzip, pmtilesMVT, byte(lowest), byte(highest)) // 1: clustered
	for _, degrees := range info.bounds {
		h = appendE7(h, degrees)
	}
	h = append(h, byte(min(max(uint32(info.center[2]), lowest), highest)))
	h = appendE7(appendE7(h, info.center[0]), info.center[1])

	for _, part := range [][]byte{leaves, metadata} {
		if _, err := a.w.Write(part); err != nil {
			return err
		}
	}
	if err := a.w.Flush(); err != nil {
		return err
	}
	_, err = a.file.WriteAt(append(h, root...), 0)
	return err
}

func appendE7(dst []byte, degrees float64) []byte {
	return binary.LittleEndian.AppendUint32(dst, uint32(int32(math.Round(degrees*1e7))))
}

// directories are the root directory, of at most space bytes, and the leaves, if the root cannot hold all entries itself.
func directories(entries []tileEntry, space int) (root, leaves []byte) {
	if len(entries) <= 4*leafSize { // more would make readers unpack a long list for their first tile
		if root = directory(entries); len(root) <= space {
			return root, nil
		}
	}
	for size := leafSize; ; size *= 2 {
		leaves = leaves[:0]
		var top []tileEntry
		for from := 0; from < len(entries); from += size {
			leaf := directory(entries[from:min(from+size, len(entries))])
			top = append(top, tileEntry{id: entries[from].id, offset: uint64(len(leaves)), length: uint32(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		if root = directory(top); len(root) <= space {
			return root, leaves
		}
	}
}

// directory encodes entries: their number, then all numbers of tiles as steps, all runs, all lengths, all offsets.
func directory(entries []tileEntry) []byte {
	b := binary.AppendUvarint(nil, uint64(len(entries)))
	id := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-id)
		id = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			b = append(b, 0) // right behind the one before
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
	}
	return gzipped(b)
}

// gzipped compresses directories and metadata.
func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	w.Write(data) // into memory
	w.Close()
	return b.Bytes()
}
