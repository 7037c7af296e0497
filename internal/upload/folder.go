// Package upload keeps the files of points that people send through the page: they look into a file, see what an import would do, and
// import it. A file is kept for an hour after the last question about it, and is known by an id that cannot be guessed.
package upload

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Limits bound what people can leave on the disk and ask of the machine.
type Limits struct {
	File     int64         // bytes of one file
	Unpacked int64         // bytes that a workbook may unpack to
	All      int64         // bytes of all files together
	Files    int           // kept at once
	Jobs     int           // files read at once; others wait
	Keep     time.Duration // after the last question about a file
}

// Usual are the limits of a server.
var Usual = Limits{File: 256 << 20, Unpacked: 1 << 30, All: 2 << 30, Files: 64, Jobs: 2, Keep: time.Hour}

// Importer stores points; grid.Service does.
type Importer interface {
	ImportPoints(ctx context.Context, f grid.PointFile) (grid.PointTally, error)
}

// Options are what a folder needs.
type Options struct {
	Dir      string // its own folder is made in it
	Importer Importer
	Locate   func(district grid.Code, p geo.Point) grid.Named // the grid of a place in the net in force; zero outside
	Zone     *time.Location                                   // of times that do not say theirs
	Limits
}

// Folder holds the files of one server. What servers that were killed have left goes away when the next one starts.
type Folder struct {
	Options
	dir  string
	hold *os.File // locked while the server lives

	ctx     context.Context // ends when the folder is closed
	stop    context.CancelFunc
	running sync.WaitGroup
	turns   chan struct{}

	mu    sync.Mutex
	files map[string]*File
	bytes int64
}

// Open makes the folder and sweeps away what is left of others.
func Open(o Options) (*Folder, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, cannotKeep(err)
	}
	sweepDead(o.Dir)
	dir, err := os.MkdirTemp(o.Dir, "server-")
	if err != nil {
		return nil, cannotKeep(err)
	}
	hold, err := os.Open(dir)
	if err == nil {
		err = syscall.Flock(int(hold.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err != nil {
		return nil, cannotKeep(errors.Join(err, os.RemoveAll(dir)))
	}
	f := &Folder{Options: o, dir: dir, hold: hold, files: map[string]*File{}, turns: make(chan struct{}, o.Jobs)}
	f.ctx, f.stop = context.WithCancel(context.Background())
	f.running.Go(f.sweepOld)
	return f, nil
}

// sweepDead removes the folders whose server has died: nobody holds them.
func sweepDead(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		d, err := os.Open(path)
		if err != nil {
			continue
		}
		if syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			os.RemoveAll(path)
		}
		d.Close()
	}
}

// sweepOld removes files that nobody has asked about for long.
func (f *Folder) sweepOld() {
	tick := time.NewTicker(f.Keep / 60)
	defer tick.Stop()
	for {
		select {
		case <-f.ctx.Done():
			return
		case now := <-tick.C:
			f.sweep(now)
		}
	}
}

func (f *Folder) sweep(now time.Time) {
	f.mu.Lock()
	var old []string
	for id, file := range f.files {
		if file.idle(now) > f.Keep {
			old = append(old, id)
		}
	}
	f.mu.Unlock()
	for _, id := range old {
		f.Remove(id)
	}
}

// Close ends what runs and removes all files.
func (f *Folder) Close() error {
	f.stop()
	f.running.Wait()
	err := os.RemoveAll(f.dir)
	return errors.Join(err, f.hold.Close())
}

// accepted are the endings of the names of files that are taken: what is read by Zhuwang itself, and GeoPackage.
var accepted = []string{".csv", ".tsv", ".txt", ".xlsx", ".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".gpkg"}

// Receive keeps a file. faults upload-format, upload-too-large, too-many-uploads, upload-disk-full, upload-broken-off.
func (f *Folder) Receive(name string, body io.Reader) (*File, error) {
	name = tidy(name)
	ext := strings.ToLower(filepath.Ext(name))
	if !slices.Contains(accepted, ext) {
		return nil, fault.New(fault.Unsupported, "upload-format", fault.Args{"name": name, "choices": strings.Join(accepted, " ")})
	}
	id := rand.Text()
	file := &File{ID: id, Name: name, folder: f, dir: filepath.Join(f.dir, id), used: time.Now(), receiving: true}
	f.mu.Lock()
	if len(f.files) >= f.Files {
		f.mu.Unlock()
		return nil, fault.New(fault.Unavailable, "too-many-uploads", fault.Args{"max": f.Files})
	}
	f.files[id] = file
	f.mu.Unlock()
	err := file.receive(body)
	if err == nil && ext == ".xlsx" {
		err = checkWorkbook(file.path(), f.Unpacked)
	}
	f.mu.Lock()
	file.receiving = false
	f.mu.Unlock()
	if err != nil {
		f.Remove(id)
		return nil, err
	}
	return file, nil
}

// tidy is the last part of a name as people's machines give it, short enough and without what cannot be shown.
func tidy(name string) string {
	name = strings.ToValidUTF8(name, "�")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name))
	const longest = 100 // characters; a name may have 255 bytes
	if n := utf8.RuneCountInString(name); n > longest/2 {
		if runes := []rune(name); n > longest {
			return string(runes[n-longest:]) // its ending counts
		}
	}
	return name
}

// Get finds a file that was received. fault no-such-upload.
func (f *Folder) Get(id string) (*File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	file := f.files[id]
	if file == nil || file.receiving {
		return nil, fault.New(fault.NotFound, "no-such-upload", nil)
	}
	file.used = time.Now()
	return file, nil
}

// Remove forgets a file; what runs on it ends. What an import has stored stays.
func (f *Folder) Remove(id string) {
	f.mu.Lock()
	file := f.files[id]
	f.mu.Unlock()
	if file == nil {
		return
	}
	file.Cancel()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.files[id] == file {
		delete(f.files, id)
		f.bytes -= file.Size
		os.RemoveAll(file.dir)
	}
}

// take counts bytes that are about to be written.
func (f *Folder) take(file *File, n int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case file.Size+n > f.File:
		return fault.New(fault.TooLarge, "upload-too-large", fault.Args{"max": f.File >> 20})
	case f.bytes+n > f.All:
		return fault.New(fault.Unavailable, "too-many-uploads", fault.Args{"max": f.Files})
	}
	file.Size += n
	f.bytes += n
	return nil
}

// cannotKeep says why a file cannot be written.
func cannotKeep(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fault.Wrap(fault.Unavailable, "upload-disk-full", err)
	case errors.Is(err, fs.ErrPermission):
		return fault.Wrap(fault.Unavailable, "upload-denied", err)
	}
	return fault.Wrap(fault.Internal, "internal", err)
}
