package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"iter"
	"os"
	"path/filepath"
	"runtime"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
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

// tileBatch is how many neighbouring tiles a worker draws in a row.
const tileBatch = 64

// batch are tiles of one zoom that one worker draws.
type batch struct {
	zoom  uint32
	ids   []uint64
	done  chan struct{}
	err   error
	drawn []drawnTile // those that show something
	data  bytes.Buffer
}

// drawnTile is a tile of a batch: its content ends at end of the batch's data and begins where the one before ends, unless it is the
// same as that, which is not stored again.
type drawnTile struct {
	id         uint64
	sum        tileSum
	begin, end int
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

// bake streams the pyramid into the file: one goroutine finds the tiles that may show something, workers draw and compress them, and
// the writer takes them in their order.
func (b *baker) bake(ctx context.Context, f *os.File) (Baked, error) {
	a, err := newArchive(f)
	if err != nil {
		return Baked{}, err
	}
	if err := b.warm(ctx); err != nil {
		return Baked{}, err
	}
	jobs, queue := make(chan *batch), make(chan *batch, 4*b.Workers) // the queue is in order
	free := make(chan *batch, 6*b.Workers)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(jobs)
		defer close(queue)
		return b.feed(ctx, free, jobs, queue)
	})
	for range b.Workers {
		group.Go(func() error {
			w := newTileWorker(b)
			for next := range jobs {
				next.err = w.draw(next)
				close(next.done)
			}
			return nil
		})
	}
	group.Go(func() error { return b.write(ctx, a, queue, free) })
	if err := group.Wait(); err != nil {
		return Baked{}, err
	}
	if a.tiles == 0 {
		return Baked{}, fault.New(fault.Invalid, "no-tiles", fault.Args{"from": b.From, "to": b.To})
	}
	if err := a.finish(b.info()); err != nil {
		return Baked{}, err
	}
	size, err := f.Seek(0, 2)
	return Baked{Tiles: a.tiles, Contents: int64(len(a.first)), Bytes: size}, err
}

// warm has every set make what the tiles of a zoom share, all zooms side by side: else all workers would wait for one of them at the
// first tile of each zoom.
func (b *baker) warm(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(b.Workers)
	for z := int(b.To); z >= int(b.From); z-- { // the heaviest first
		group.Go(func() error {
			for id := range b.ids(uint32(z)) {
				if err := ctx.Err(); err != nil {
					return err
				}
				_, err := b.append(nil, uint32(z), id)
				return err
			}
			return nil
		})
	}
	return group.Wait()
}

// append appends a tile of all sets.
func (b *baker) append(dst []byte, z uint32, id uint64) (_ []byte, err error) {
	x, y := onCurve(z, id-firstID(z))
	for _, s := range b.sets {
		if dst, err = s.AppendTile(dst, z, x, y, b.datum); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// feed gives out all tiles.
func (b *baker) feed(ctx context.Context, free <-chan *batch, jobs, queue chan<- *batch) error {
	for z := b.From; z <= b.To; z++ {
		next := &batch{}
		send := func() error {
			next.zoom, next.done = z, make(chan struct{})
			for _, c := range []chan<- *batch{jobs, queue} {
				select {
				case c <- next:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			select {
			case next = <-free:
				next.ids, next.drawn = next.ids[:0], next.drawn[:0]
				next.data.Reset()
			default:
				next = &batch{}
			}
			return nil
		}
		for id := range b.ids(z) {
			if next.ids = append(next.ids, id); len(next.ids) < tileBatch {
				continue
			}
			if err := send(); err != nil {
				return err
			}
		}
		if len(next.ids) > 0 {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return nil
}

// write appends batches to the file, in their order.
func (b *baker) write(ctx context.Context, a *archive, queue <-chan *batch, free chan<- *batch) error {
	var p BakeProgress
	if b.Progress != nil {
		for z := b.From; z <= b.To; z++ {
			for range b.ids(z) {
				p.Total++
			}
		}
	}
	for next := range queue {
		select {
		case <-next.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if next.err != nil {
			return next.err
		}
		data := next.data.Bytes()
		for _, t := range next.drawn {
			if err := a.add(t.id, t.sum, data[t.begin:t.end]); err != nil {
				return err
			}
		}
		if p.Done, p.Zoom = p.Done+int64(len(next.ids)), next.zoom; b.Progress != nil {
			b.Progress(p)
		}
		select {
		case free <- next:
		default:
		}
	}
	return nil
}

// tileLevel is the level of gzip. It is that of klauspost/compress's levels above which a file of the model district's tiles gets no
// hundredth smaller, though twice as slowly; the tiles take three times as long to be drawn as to be compressed.
const tileLevel = 6

// tileWorker draws batches.
type tileWorker struct {
	*baker
	body []byte
	zip  *gzip.Writer
}

func newTileWorker(b *baker) *tileWorker {
	w, _ := gzip.NewWriterLevel(nil, tileLevel)
	return &tileWorker{baker: b, zip: w}
}

// draw draws and compresses the tiles of a batch.
func (w *tileWorker) draw(b *batch) (err error) {
	for _, id := range b.ids {
		if w.body, err = w.append(w.body[:0], b.zoom, id); err != nil {
			return err
		}
		if len(w.body) == 0 {
			continue
		}
		sum := sha256.Sum256(w.body)
		t := drawnTile{id: id, sum: tileSum(sum[:]), begin: b.data.Len()}
		if n := len(b.drawn); n > 0 && b.drawn[n-1].sum == t.sum { // inside of one grid
			t.begin, t.end = b.drawn[n-1].begin, b.drawn[n-1].end
		} else {
			w.zip.Reset(&b.data)
			w.zip.Write(w.body) // into memory
			w.zip.Close()
			t.end = b.data.Len()
		}
		b.drawn = append(b.drawn, t)
	}
	return nil
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
