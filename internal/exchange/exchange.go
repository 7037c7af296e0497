// Package exchange brings tables and layers in and out: GeoJSON, CSV and xlsx by itself, every other vector format through
// GDAL's programs. It knows rows and columns, not domains: a Row has fields and a geometry, and what they mean is for
// internal/grid to say.
//
// Nothing is guessed and nothing is repaired. A coordinate has the CRS that the file states or the caller gives; text has
// the encoding that the file states or the caller gives; a row that cannot be used is returned with the reason, so that the
// others can go on; a file that is broken or ends too early ends the reading with an error, so that nothing of it is kept.
package exchange

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Want says which geometry the rows must have: any, or one of the kinds in a set, as WantPoints | WantPolygons.
type Want uint8

// Kinds of geometry wanted. A table (CSV, xlsx) can give points only.
const (
	WantAny      Want = 0         // points, lines or polygons, single or multiple
	WantPolygons Want = 1 << iota // Polygon or MultiPolygon
	WantPoints                    // Point, or a MultiPoint of one; a table must have the columns lon and lat
	WantLines                     // LineString or MultiLineString
	WantNone                      // attributes alone: no geometry is read and no CRS is needed
)

// Options say how a file is to be read. The zero value reads a file that states everything itself.
type Options struct {
	// CRS of the coordinates: cgcs2000, wgs84, gcj02, bd09 or EPSG:n; "" is what the file states. A trailing "!" puts it
	// above what the file states, for files that state it wrongly.
	CRS string
	// AssumeDegrees takes the numbers of a file that states no CRS as degrees of longitude and latitude.
	AssumeDegrees bool
	Layer         string  // of a file with several layers, or the sheet of a workbook
	Fields        Mapping // our names → the file's columns
	Encoding      string  // of text, e.g. gbk; "" is UTF-8 or what the file states
	Comma         rune    // between the columns of a CSV file; 0 is ','
	Want          Want
	DropHeights   bool          // accept positions with a height other than 0 and forget the height
	Raw           bool          // points stay in the datum in which they stand, which Row.Datum names; those of other systems come in CGCS2000
	Timeout       time.Duration // of GDAL's programs; 0 is ten minutes
	Unpacked      int64         // bytes that a workbook may unpack to; 0 is 2 GiB
}

// Layer is one table or layer of a file: what can be known before its rows are read.
type Layer struct {
	File    string   // base name of the file
	Name    string   // of the layer or sheet; "" where the format has none
	Columns []string // as the file names them; nil where only the rows know (GeoJSON)
	CRS     CRS      // that the rows are read with; the zero value where they have no geometry, or where each row says its own
	Stated  bool     // the file states its CRS itself

	types []Type // of Columns, where GDAL tells them
	path  string
	opts  Options
	rows  func(context.Context, func(Row) bool) error
	read  *atomic.Int64 // bytes of the file that Rows has read
}

// IsTable reports whether rows are lines of a table (CSV, xlsx), whose places stand in columns, rather than features with a geometry.
func (l *Layer) IsTable() bool { return l.isCSV() || strings.EqualFold(filepath.Ext(l.path), ".xlsx") }

// Progress is how many bytes of how many the present call of Rows has read. Size is 0 where that cannot be told: of a workbook, and of
// what GDAL reads. It may be called while Rows runs.
func (l *Layer) Progress() (read, size int64) {
	read = l.read.Load()
	if info, err := os.Stat(l.path); err == nil && read > 0 {
		size = info.Size()
	}
	return read, size
}

// Read opens a file and finds out its layer, columns and CRS. Its errors are *fault.Error.
//
// The path names a local file. GeoJSON (.geojson, .json), GeoJSON text sequences (.geojsonl, .geojsons, .ndjson, .jsonl),
// CSV (.csv, .tsv, .txt) and .xlsx are read here; everything else by GDAL.
func Read(ctx context.Context, path string, o Options) (*Layer, error) {
	l := &Layer{File: filepath.Base(path), path: path, opts: o, read: &atomic.Int64{}}
	if err := l.open(ctx); err != nil {
		return nil, l.located(err)
	}
	return l, nil
}

// Rows streams the rows in the order of the file. A row that cannot be used carries its Fault; an error ends the stream and
// condemns the whole file. Each call reads the file anew. Breaking off stops whatever reads.
func (l *Layer) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		n, stopped := 0, false
		l.read.Store(0)
		err := l.rows(ctx, func(r Row) bool {
			n++
			r.layer = l
			if r.Fault != nil {
				r.Fault = r.Fault.In(fault.Place{File: l.File, Layer: l.Name, Row: r.N, Line: r.Line})
			}
			stopped = !yield(r, nil)
			return !stopped
		})
		switch {
		case stopped:
		case ctx.Err() != nil:
			yield(Row{}, ctx.Err())
		case err != nil:
			yield(Row{}, l.located(err))
		case n == 0:
			yield(Row{}, l.located(fault.New(fault.Invalid, "no-rows", nil)))
		}
	}
}

// All reads every row at once, and completes Columns where only the rows know them (in the order in which they appear).
func (l *Layer) All(ctx context.Context) ([]Row, error) {
	var rows []Row
	known := map[string]bool{}
	for _, c := range l.Columns {
		known[c] = true
	}
	for r, err := range l.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		for _, f := range r.Fields {
			if f.Name != "" && !known[f.Name] {
				known[f.Name] = true
				l.Columns = append(l.Columns, f.Name)
			}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// open chooses the reader by the name of the file and by its first bytes.
func (l *Layer) open(ctx context.Context) error {
	head, err := firstBytes(l.path)
	if err != nil {
		return err
	}
	ext := strings.ToLower(filepath.Ext(l.path))
	if native := ext == ".csv" || ext == ".tsv" || ext == ".txt" || ext == ".xlsx" || strings.Contains(ext, "json"); native {
		if err := agrees(ext, head); err != nil {
			return err
		}
	}
	switch ext {
	case ".geojson", ".json":
		return l.openGeoJSON(ctx)
	case ".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl":
		return l.openSequence(ctx)
	case ".csv", ".tsv", ".txt":
		return l.openCSV(ctx)
	case ".xlsx":
		return l.openXLSX(ctx)
	case ".xls", ".doc", ".docx", ".pdf", ".rar", ".7z":
		return fault.New(fault.Invalid, "unknown-format", fault.Args{"format": ext})
	}
	return l.openGDAL(ctx)
}

// isCSV reports whether the file is a text table.
func (l *Layer) isCSV() bool {
	ext := strings.ToLower(filepath.Ext(l.path))
	return ext == ".csv" || ext == ".tsv" || ext == ".txt"
}

// firstBytes reads the head of a regular file; a file geodatabase is a folder and has none.
func firstBytes(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &fault.Error{Kind: fault.NotFound, Rule: "no-such-file", Cause: err}
	case err != nil:
		return nil, &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Cause: err}
	case info.IsDir() && strings.EqualFold(filepath.Ext(path), ".gdb"):
		return nil, nil
	case !info.Mode().IsRegular():
		return nil, fault.New(fault.Invalid, "unreadable-file", nil)
	case info.Size() == 0:
		return nil, fault.New(fault.Invalid, "empty-file", nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Cause: err}
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := f.Read(head)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Cause: err}
	}
	return head[:n], nil
}

// agrees refuses a file whose first bytes belie its name.
func agrees(ext string, head []byte) error {
	for _, m := range [...]struct{ bytes, name string }{
		{"PK\x03\x04", ".xlsx"},
		{"\xd0\xcf\x11\xe0", ".xls"},
		{"SQLite format 3\x00", ".gpkg"},
		{"%PDF", ".pdf"},
		{"\x1f\x8b", ".gz"},
		{"fgb\x03", ".fgb"},
	} {
		if strings.HasPrefix(string(head), m.bytes) {
			if ext == m.name {
				return nil
			}
			return fault.New(fault.Invalid, "wrong-extension", fault.Args{"is": m.name, "named": ext})
		}
	}
	if ext == ".xlsx" {
		return fault.New(fault.Invalid, "broken-file", fault.Args{"format": "xlsx"})
	}
	return nil
}

// located makes any error a *fault.Error that names the file and layer. A context's error stays what it is.
func (l *Layer) located(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fault.From(err).In(fault.Place{File: l.File, Layer: l.Name})
}
