package upload

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// File is a file that somebody sent.
type File struct {
	ID   string
	Name string // as its sender calls it
	Size int64  // bytes

	folder    *Folder
	dir       string // holds the file and what is made of it
	used      time.Time
	receiving bool
	job       *Job // the last one; guarded by folder.mu
}

// readTime is how long GDAL may take for a file.
const readTime = 2 * time.Minute

// path keeps the ending of the name alone: it tells the format, and the rest is the sender's.
func (f *File) path() string {
	return filepath.Join(f.dir, "points"+strings.ToLower(filepath.Ext(f.Name)))
}

func (f *File) rejects() string { return filepath.Join(f.dir, "rejects.csv") }

// receive writes the file, counting.
func (f *File) receive(body io.Reader) error {
	if err := os.Mkdir(f.dir, 0o700); err != nil {
		return cannotKeep(err)
	}
	out, err := os.OpenFile(f.path(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return cannotKeep(err)
	}
	defer out.Close()
	buf := make([]byte, 256<<10)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if err := f.folder.take(f, int64(n)); err != nil {
				return err
			}
			if _, err := out.Write(buf[:n]); err != nil {
				return cannotKeep(err)
			}
		}
		switch {
		case err == io.EOF:
			return cannotKeep(out.Close())
		case err != nil:
			return &fault.Error{Kind: fault.Invalid, Rule: "body-broken-off", Cause: err}
		}
	}
}

// idle is how long nobody has asked about the file; a file that is being received or read is in use.
func (f *File) idle(now time.Time) time.Duration {
	if f.receiving || f.job != nil && f.job.runs() {
		return 0
	}
	return now.Sub(f.used)
}

// Expires is when the file goes away unless somebody asks about it.
func (f *File) Expires() time.Time {
	f.folder.mu.Lock()
	defer f.folder.mu.Unlock()
	return f.used.Add(f.folder.Keep)
}

// Reading says how the text of a file is to be read; what is empty the file says itself, or is usual.
type Reading struct {
	Layer     string // or the sheet of a workbook
	Encoding  string // as gbk
	Delimiter string // between the columns of a text table
}

func (f *File) options(r Reading) (exchange.Options, error) {
	comma, err := exchange.ParseDelimiter(r.Delimiter)
	return exchange.Options{Layer: r.Layer, Encoding: r.Encoding, Comma: comma, Timeout: readTime, Unpacked: f.folder.Unpacked}, err
}

// Table opens the file as a table: its fields, and no shapes.
func (f *File) Table(ctx context.Context, r Reading) (*exchange.Layer, error) {
	o, err := f.options(r)
	if err != nil {
		return nil, err
	}
	o.Want = exchange.WantNone
	layer, err := exchange.Read(ctx, f.path(), o)
	if err != nil {
		return nil, f.named(err)
	}
	return layer, nil
}

// Rows of a file that are looked at to find out what its columns hold, those of them that are shown, and how many characters of a cell.
const (
	sampled   = 1000
	shown     = 20
	cellShown = 200
)

// Look is what a file looks like.
type Look struct {
	Layer    string
	Table    bool // longitude and latitude stand in columns
	Columns  []string
	Rows     [][]string // the first, by column
	Stated   string     // the CRS that the file states itself; "" for none
	OwnIDs   bool       // features have ids beside their columns
	Proposal grid.Proposal
}

// Look reads the beginning of the file.
func (f *File) Look(ctx context.Context, r Reading) (Look, error) {
	layer, err := f.Table(ctx, r)
	if err != nil {
		return Look{}, err
	}
	sample, err := layer.Sample(ctx, sampled)
	if err != nil {
		return Look{}, f.named(err)
	}
	look := Look{Layer: layer.Name, Table: layer.IsTable(), Columns: sample.Columns}
	cells := sample.Cells()
	look.Proposal = grid.Propose(sample.Columns, cells, look.Table, nil)
	for _, row := range cells[:min(len(cells), shown)] {
		look.Rows = append(look.Rows, beginnings(row))
	}
	for _, row := range sample.Rows {
		look.OwnIDs = look.OwnIDs || row.ID != ""
	}
	if !look.Table {
		o, err := f.options(r)
		if err != nil {
			return Look{}, err
		}
		o.Want, o.AssumeDegrees = exchange.WantAny, true
		if layer, err = exchange.Read(ctx, f.path(), o); err != nil {
			return Look{}, f.named(err)
		}
		if layer.Stated {
			look.Stated = layer.CRS.String()
		}
	}
	return look, nil
}

// beginnings are cells as they are shown: one may hold as much as the whole file.
func beginnings(row []string) []string {
	short := make([]string, len(row))
	for i, cell := range row {
		short[i] = cell
		n := 0
		for at := range cell {
			if n++; n > cellShown {
				short[i] = strings.Clone(cell[:at]) + "…"
				break
			}
		}
	}
	return short
}

// named puts the sender's name of the file into a fault, in place of ours.
func (f *File) named(err error) error {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	with := *e
	with.Where.File = f.Name
	return &with
}

// Rejects opens the list of the rows that the last job refused. fault no-rejects if there is none.
func (f *File) Rejects() (io.ReadCloser, error) {
	r, err := os.Open(f.rejects())
	if err != nil {
		return nil, fault.New(fault.NotFound, "no-rejects", nil)
	}
	return r, nil
}
