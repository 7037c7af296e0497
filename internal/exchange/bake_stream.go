package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"os"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"

	"github.com/zhuwang/zhuwang/internal/fault"
)

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

// tileLevel is the level of gzip. Measured on the model district's map: level 9 makes it one hundredth smaller and takes more than twice the time,
// level 1 saves a fifth of the time and makes it six hundredths larger.
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
