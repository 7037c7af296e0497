package exchange

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// pointTarget is the output of a format while it is being written, under a temporary name beside its own.
type pointTarget interface {
	// encoder makes one for a worker.
	encoder() (encoder, error)
	// write appends what an encoder made of a block. Blocks come in their order.
	write(b *block) error
	// finish makes the file whole, still under its temporary name.
	finish() error
	// discard ends what runs and takes away what was written.
	discard()
	temporary() string
}

// resumable is a target whose file can be cut back to what it was at a checkpoint.
type resumable interface {
	size() int64
	flush() error // what is held back goes to the file
	sync() error  // the file goes to the disk
	close()       // leaves the file for a later run
}

// newTarget opens the output; keep is how much of an earlier run's file stays.
func (a *assigner) newTarget(ctx context.Context, keep int64) (pointTarget, error) {
	switch a.to.format {
	case pointGPKG:
		return newGPKGTarget(ctx, a)
	case pointParquet:
		return newParquetTarget(a)
	case pointArrow, pointStream:
		return newArrowTarget(a)
	}
	return newTextTarget(a, keep)
}

// partial is a file being written.
type partial struct {
	path string
	file *os.File
	w    *bufio.Writer
	size int64
}

// openPartial opens a file of which keep bytes stay.
func openPartial(path string, keep int64) (*partial, error) {
	p, err := holdPartial(path)
	if err == nil {
		err = p.cut(keep)
	}
	return p, err
}

// holdPartial opens a file as it is. It is this run's alone until it is closed or the process ends, however that comes about.
func holdPartial(path string) (*partial, error) {
	if path == standard {
		return &partial{path, os.Stdout, bufio.NewWriterSize(os.Stdout, 1<<18), 0}, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, cannotWrite(err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	mine, x := f.Stat()
	now, y := os.Stat(path)
	if err != nil || x != nil || y != nil || !os.SameFile(mine, now) { // else the run that held it has just given it its name
		f.Close()
		return nil, fault.New(fault.Conflict, "output-in-use", nil).In(fault.Place{File: filepath.Base(path)})
	}
	return &partial{path, f, bufio.NewWriterSize(f, 1<<18), 0}, nil
}

// cut leaves the first bytes of the file; where that fails it is closed.
func (p *partial) cut(keep int64) error {
	if p.path == standard {
		return nil
	}
	err := p.file.Truncate(keep)
	if err == nil {
		_, err = p.file.Seek(keep, io.SeekStart)
	}
	if err != nil {
		p.file.Close()
		return cannotWrite(err)
	}
	p.size = keep
	return nil
}

func (p *partial) write(b []byte) error {
	n, err := p.w.Write(b)
	if p.size += int64(n); err != nil {
		return cannotWrite(err)
	}
	return nil
}

func (p *partial) sync() error {
	if p.path == standard {
		return p.w.Flush()
	}
	return errors.Join(p.w.Flush(), p.file.Sync())
}

func (p *partial) close() {
	if p.path != standard {
		p.file.Close()
	}
}

// partialPath is where the output is written until it is whole.
func (a *assigner) partialPath() string {
	switch {
	case a.to.standard():
		return standard
	case a.to.format == pointGPKG: // GDAL looks at the suffix
		return a.Out + ".partial.gpkg"
	}
	return a.Out + ".partial"
}

// textTarget writes text.
type textTarget struct {
	*assigner
	file *partial
}

func newTextTarget(a *assigner, keep int64) (*textTarget, error) {
	f, err := openPartial(a.partialPath(), keep)
	if err != nil {
		return nil, err
	}
	t := &textTarget{a, f}
	if keep > 0 {
		return t, nil
	}
	p, err := newPacker(a.to.packing)
	if err == nil {
		var head []byte
		if head, err = p.pack(a.rowText().start(a.addedColumns())); err == nil {
			err = f.write(head)
		}
	}
	return t, err
}

// rowText is the way in which rows are written.
func (a *assigner) rowText() rowText {
	switch {
	case a.same() && a.to.format == pointCSV:
		return newSameCSV(a)
	case a.same():
		return sameJSON{a}
	case a.to.format == pointCSV:
		return csvText{a.newConverted()}
	}
	return jsonText{a.newConverted()}
}

func (t *textTarget) encoder() (encoder, error) {
	p, err := newPacker(t.to.packing)
	return &textEncoder{t.rowText(), p, nil}, err
}

func (t *textTarget) write(b *block) error { return t.file.write(b.out) }
func (t *textTarget) finish() error {
	err := t.file.sync()
	t.file.close()
	if err != nil {
		return cannotWrite(err)
	}
	return nil
}
func (t *textTarget) discard() {
	t.file.close()
	if !t.to.standard() {
		remove(t.file.path)
	}
}
func (t *textTarget) temporary() string { return t.file.path }
func (t *textTarget) size() int64       { return t.file.size }
func (t *textTarget) flush() error      { return t.file.w.Flush() }
func (t *textTarget) sync() error       { return t.file.file.Sync() }
func (t *textTarget) close()            { t.file.close() }

// textEncoder writes the rows of a block as text, and packs it.
type textEncoder struct {
	rows   rowText
	packer *packer
	plain  []byte
}

func (e *textEncoder) encode(w *worker, b *block) error {
	if w.to.packing == unpacked {
		b.out = e.text(b.out, w, b)
		return nil
	}
	e.plain = e.text(e.plain[:0], w, b)
	packed, err := e.packer.pack(e.plain)
	b.out = append(b.out, packed...)
	return err
}

func (e *textEncoder) text(dst []byte, w *worker, b *block) []byte {
	for i := range b.rows {
		if w.faults[i] == nil {
			dst = e.rows.append(dst, w, b, i)
		}
	}
	return dst
}

// gpkgTarget writes points into a GeoPackage, through GDAL.
type gpkgTarget struct {
	*assigner
	table *ogrTable
	stop  context.CancelFunc
	path  string
}

func newGPKGTarget(ctx context.Context, a *assigner) (*gpkgTarget, error) {
	t := &gpkgTarget{assigner: a, path: a.partialPath()}
	t.clean()
	ctx, t.stop = context.WithCancel(ctx)
	t.table = startOGR(ctx, a.tableColumns(), []string{"-f", "GPKG", "-a_srs", "EPSG:4490", "-nlt", "POINT", "-nln", a.layerName(), "-gt", "65536", t.path})
	return t, nil
}

// layerName is that of the input's layer, else points.
func (a *assigner) layerName() string {
	if a.input.Name != "" {
		return a.input.Name
	}
	return "points"
}

func (t *gpkgTarget) clean() {
	for _, suffix := range []string{"", "-journal", "-wal", "-shm"} {
		remove(t.path + suffix)
	}
}

func (t *gpkgTarget) encoder() (encoder, error) { return &gpkgEncoder{t.newConverted()}, nil }
func (t *gpkgTarget) temporary() string         { return t.path }

func (t *gpkgTarget) write(b *block) error {
	_, err := t.table.Write(b.out)
	return err
}

func (t *gpkgTarget) finish() error {
	err := t.table.close()
	t.stop()
	return err
}

func (t *gpkgTarget) discard() {
	t.stop()
	t.table.end.CloseWithError(context.Canceled)
	<-t.table.done
	t.clean()
}

// gpkgEncoder writes rows as the CSV that ogr2ogr reads.
type gpkgEncoder struct{ *converted }

func (e *gpkgEncoder) encode(w *worker, b *block) error {
	for i := range b.rows {
		if w.faults[i] == nil {
			b.out = appendWKT(b.out, w.points[i])
			fields := e.row(w, b, i)
			for k, v := range fields {
				if v.Kind == Bool { // as OGR SQL casts it
					fields[k].Text = map[string]string{"true": "1", "false": "0"}[v.Text]
				}
			}
			b.out = appendFields(append(b.out, ','), fields)
		}
	}
	return nil
}
