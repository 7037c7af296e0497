package exchange

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Format of a file that is written.
type Format string

// The formats. CSV and xlsx are tables: they hold no shapes but points. PMTiles is a drawn map: it holds no records.
const (
	GeoJSON    Format = "geojson"
	GeoPackage Format = "gpkg"
	Shapefile  Format = "shp"
	XLSX       Format = "xlsx"
	CSV        Format = "csv"
	PMTiles    Format = "pmtiles" // of a Pyramid
)

// FormatOf is the format asked for, else the one that the name of the file says. A name that says another one is a usage error.
func FormatOf(asked, path string) (Format, error) {
	suffix := Format(strings.ToLower(strings.TrimPrefix(filepath.Ext(path), ".")))
	if suffix == "json" {
		suffix = GeoJSON
	}
	f := Format(strings.ToLower(asked))
	if f == "" {
		f = suffix
	}
	switch f {
	case GeoJSON, GeoPackage, Shapefile, XLSX, CSV, PMTiles:
	default:
		return "", fault.New(fault.Usage, "unknown-output-format", fault.Args{"format": string(f), "choices": "gpkg, geojson, shp, xlsx, csv, pmtiles"})
	}
	if f != suffix {
		return "", fault.New(fault.Usage, "output-name", fault.Args{"format": string(f)}).In(fault.Place{File: filepath.Base(path)})
	}
	return f, nil
}

// Table reports whether the format holds no shapes.
func (f Format) Table() bool { return f == XLSX || f == CSV }

// Output is a file to write.
type Output struct {
	Path      string
	Format    Format
	CRS       CRS    // of the coordinates in the file
	Encoding  string // of the text of a shapefile: gbk or utf-8; "" is gbk
	Overwrite bool
	Note      string   // what the file holds, where the format has a place for it
	Layouts   []Layout // at least one, but none of PMTiles. Of several, which must have the same columns, records come layer by layer
}

// Written is what came of an output. Files are in their place; a layer without records has none, unless all are without.
type Written struct {
	Records int64
	Files   []string
}

// sink takes records whose coordinates are in the CRS of the output.
type sink interface {
	write(Record) error
	close() error // ends the files; after an error, only what runs
}

// Check finds what is wrong with an output before any work is done for it: a CRS that GDAL does not know, an encoding that no
// shapefile is written in here, a file that is there already.
func (o Output) Check(ctx context.Context) error {
	if err := o.CRS.known(ctx, longRun); err != nil {
		return err
	}
	if _, err := o.dbfText(); err != nil {
		return err
	}
	if o.Format == PMTiles && (o.CRS.System != "" || o.CRS.Datum == crs.BD09) {
		return fault.New(fault.Usage, "tiles-crs", fault.Args{"crs": o.CRS.String(), "choices": "cgcs2000, wgs84, gcj02"})
	}
	if o.Overwrite {
		return nil
	}
	for _, path := range o.targets() {
		if _, err := os.Lstat(path); err == nil {
			return fault.New(fault.Usage, "output-exists", nil).In(fault.Place{File: filepath.Base(path)})
		} else if !errors.Is(err, fs.ErrNotExist) {
			return o.failed(err)
		}
	}
	return nil
}

// Write writes the records, whose geometry is in degrees of CGCS2000 and may be changed. The files appear when they are whole. Errors
// are *fault.Error, or those of rows.
func (o Output) Write(ctx context.Context, rows iter.Seq2[Record, error]) (w Written, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.Files, err = o.whole(ctx, func(dir string) error {
		s, err := o.open(ctx, dir)
		if err != nil {
			return err
		}
		for r, err := range o.CRS.outward(ctx, o.Layouts, rows) {
			if err == nil {
				err = s.write(r)
			}
			if err != nil {
				cancel()
				s.close() // of what is thrown away
				return err
			}
			w.Records++
		}
		return s.close()
	})
	return w, err
}

// whole has the files written beside their place, in a folder of their own, and brings them there: whatever ends it early, a file of
// that name is whole, or is what it was.
func (o Output) whole(ctx context.Context, write func(dir string) error) (files []string, err error) {
	if err := o.Check(ctx); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(o.Path), ".zhuwang-*")
	if err != nil {
		return nil, o.failed(err)
	}
	defer os.RemoveAll(dir)
	if err := write(dir); err != nil {
		return nil, o.failed(err)
	}
	files, err = o.place(dir)
	return files, o.failed(err)
}

// open makes the sink of the format.
func (o Output) open(ctx context.Context, dir string) (sink, error) {
	switch o.Format {
	case GeoPackage, Shapefile:
		return &ogrSink{ctx: ctx, out: o, dir: dir, open: map[string]*pipe{}}, nil
	}
	if o.Format == GeoJSON {
		return &geoJSONSink{out: o, dir: dir}, nil
	}
	f, err := os.Create(filepath.Join(dir, filepath.Base(o.Path)))
	if err != nil {
		return nil, err
	}
	if o.Format == XLSX {
		return &xlsxSink{file: f, book: NewWorkbook(f), out: o}, nil
	}
	return newCSVSink(f, o)
}

// stem is the name of the file without its suffix.
func (o Output) stem() string {
	return strings.TrimSuffix(filepath.Base(o.Path), filepath.Ext(o.Path))
}

// layerFile is the name, without suffix, of the file of a layout where each has its own: that asked for, if there is one layout.
func (o Output) layerFile(layer int) string {
	if len(o.Layouts) > 1 {
		return o.stem() + "_" + o.Layouts[layer].Name
	}
	return o.stem()
}

// targets are the files that may come of the output.
func (o Output) targets() (paths []string) {
	if o.Format != GeoJSON && o.Format != Shapefile {
		return []string{o.Path}
	}
	dir := filepath.Dir(o.Path)
	for i := range o.Layouts {
		switch o.Format {
		case GeoJSON:
			paths = append(paths, filepath.Join(dir, o.layerFile(i)+filepath.Ext(o.Path)))
		case Shapefile:
			for _, s := range []Shape{Polygons, Lines, Points} {
				if name := o.shapefile(i, s); name != "" {
					for _, part := range shapefileParts {
						paths = append(paths, filepath.Join(dir, name+part))
					}
				}
			}
		}
	}
	return paths
}

// indexParts are files that other programs put beside a shapefile and that hold good for its old content alone.
var indexParts = []string{".qix", ".sbn", ".sbx", ".qpj"}

// place brings the whole files to their place. A shapefile is several files: its .shp comes last and, where there was one, goes
// first, so that no old part is ever taken for one of the new.
func (o Output) place(dir string) (files []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	last := func(name string) int {
		if filepath.Ext(name) == ".shp" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(names, func(a, b string) int { return last(a) - last(b) })
	for _, name := range names {
		if err := synced(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	if o.Format == Shapefile && o.Overwrite {
		for _, path := range o.targets() {
			old := []string{path}
			if strings.HasSuffix(path, ".shp") {
				for _, part := range indexParts {
					old = append(old, strings.TrimSuffix(path, ".shp")+part)
				}
			}
			for _, path := range old {
				if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return nil, err
				}
			}
		}
	}
	for _, name := range names {
		path := filepath.Join(filepath.Dir(o.Path), name)
		if err := os.Rename(filepath.Join(dir, name), path); err != nil {
			return nil, err
		}
		if o.Format != Shapefile || last(name) == 1 {
			files = append(files, path)
		}
	}
	return files, nil
}

// synced brings a file to the disk.
func synced(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// failed makes an error of writing a *fault.Error that names the file.
func (o Output) failed(err error) error {
	switch f, ok := errors.AsType[*fault.Error](err); {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case ok:
		return f.In(fault.Place{File: filepath.Base(o.Path)})
	}
	return (&fault.Error{Kind: fault.Invalid, Rule: "cannot-write", Cause: err}).In(fault.Place{File: filepath.Base(o.Path)})
}
