package exchange

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"runtime"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// TileSet draws the tiles of a set (Mapbox Vector Tiles). It is safe for concurrent use and always draws the same.
type TileSet interface {
	// AppendTile appends a tile, uncompressed; nothing where nothing is drawn.
	AppendTile(dst []byte, z, x, y uint32, d crs.Datum) ([]byte, error)
	// Reaches is false where nothing is drawn in a tile nor in any tile below it.
	Reaches(z, x, y uint32, d crs.Datum) bool
	TileJSON(d crs.Datum) tiles.TileJSON
}

// Pyramid is what a PMTiles file is to hold: every tile of some zooms in which something is drawn, the layers of all sets together.
type Pyramid struct {
	Sets     []TileSet // no layer is in two of them
	From, To uint32    // zooms, at most tiles.MaxZoom
	Workers  int       // 0: one a processor. The file is the same for any number

	// For the metadata. About goes into it under the name zhuwang.
	Name, Description, Attribution, Version, Generator string
	About                                              map[string]any

	Progress func(BakeProgress) // called now and then, from one goroutine; may be nil
}

// BakeProgress is how far the baking is: tiles looked into of all that may show something, and the zoom.
type BakeProgress struct {
	Done, Total int64
	Zoom        uint32
}

// Baked is what came of a pyramid.
type Baked struct {
	Tiles    int64 // that show something
	Contents int64 // different ones
	Bytes    int64 // of the file
	File     string
}

// pmtilesMetadata is the JSON in the file.
type pmtilesMetadata struct {
	Name         string              `json:"name,omitempty"`
	Description  string              `json:"description,omitempty"`
	Attribution  string              `json:"attribution,omitempty"`
	Version      string              `json:"version,omitempty"`
	Generator    string              `json:"generator,omitempty"`
	VectorLayers []tiles.VectorLayer `json:"vector_layers"`
	About        map[string]any      `json:"zhuwang,omitempty"`
}

// Bake writes a pyramid as a PMTiles file (version 3), its tiles in the datum of the output. The same pyramid gives the same bytes. The file appears under
// its name when it is complete, or not at all. Memory does not grow with the tiles but for some 80 bytes each. Errors are *fault.Error, no-tiles where
// nothing is drawn, or those of the sets.
func (o Output) Bake(ctx context.Context, p Pyramid) (b Baked, err error) {
	files, err := o.whole(ctx, func(dir string) error {
		f, err := os.Create(filepath.Join(dir, filepath.Base(o.Path)))
		if err != nil {
			return err
		}
		defer f.Close()
		b, err = newBaker(p, o.CRS.Datum).bake(ctx, f)
		if err != nil {
			return err
		}
		return f.Close()
	})
	if err == nil {
		b.File = files[0]
	}
	return b, err
}

// baker draws a pyramid.
type baker struct {
	Pyramid
	datum crs.Datum
	sets  []bakedSet
}

// bakedSet is a set in which anything is drawn, with its description.
type bakedSet struct {
	TileSet
	is tiles.TileJSON
}

func newBaker(p Pyramid, d crs.Datum) *baker {
	b := &baker{Pyramid: p, datum: d}
	for _, s := range p.Sets {
		if s.Reaches(0, 0, 0, d) {
			b.sets = append(b.sets, bakedSet{s, s.TileJSON(d)})
		}
	}
	if b.Workers == 0 {
		b.Workers = runtime.GOMAXPROCS(0)
	}
	return b
}

// ids are the tiles of a zoom that may show something, along the curve.
func (b *baker) ids(z uint32) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		first := firstID(z)
		var down func(at uint32, d uint64) bool
		down = func(at uint32, d uint64) bool {
			x, y := onCurve(at, d)
			switch {
			case !b.reaches(z, at, x, y):
				return true
			case at == z:
				return yield(first + d)
			}
			for k := range uint64(4) {
				if !down(at+1, 4*d+k) {
					return false
				}
			}
			return true
		}
		down(0, 0)
	}
}

// reaches reports whether a set that is drawn at zoom z may show something below tile at/x/y.
func (b *baker) reaches(z, at, x, y uint32) bool {
	for _, s := range b.sets {
		if s.is.MinZoom <= z && s.Reaches(at, x, y, b.datum) {
			return true
		}
	}
	return false
}

// info describes the pyramid. Its centre is that of the first set.
func (b *baker) info() archiveInfo {
	i := archiveInfo{bounds: b.sets[0].is.Bounds, center: b.sets[0].is.Center}
	m := pmtilesMetadata{Name: b.Name, Description: b.Description, Attribution: b.Attribution, Version: b.Version, Generator: b.Generator, About: b.About}
	for _, s := range b.sets {
		for k, v := range s.is.Bounds {
			if k < 2 {
				i.bounds[k] = min(i.bounds[k], v)
			} else {
				i.bounds[k] = max(i.bounds[k], v)
			}
		}
		for _, l := range s.is.VectorLayers {
			if l.MinZoom = max(l.MinZoom, b.From); l.MinZoom <= b.To {
				l.MaxZoom = b.To
				m.VectorLayers = append(m.VectorLayers, l)
			}
		}
	}
	i.metadata = m
	return i
}
