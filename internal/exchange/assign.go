package exchange

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/parquet-go/parquet-go"
	"golang.org/x/sync/errgroup"

	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// AssignOptions say which points are to be assigned to which net.
type AssignOptions struct {
	Net       string // file of the net's polygons
	NetLayer  string
	NetCRS    string // of the net; "" is what the net states, else CRS
	CodeField string // column of the net that holds the code; "" is the usual one

	Points       string // file of points; "-" is standard input
	PointsFormat string // "csv", "ndjson.gz" …; "" is what the name of the file says
	PointsLayer  string // of a file with several
	CRS          string // of the points; may be "" where the file states it, or has a column crs
	Lon, Lat     string // columns of the points; "" are the usual ones
	Encoding     string
	Comma        rune
	DropHeights  bool // points may have heights, which the output loses where it does not keep rows as they were

	Distance  bool   // add border_m, nearest and nearest_m
	Out       string // file to write; "-" is standard output
	OutFormat string // "" is what the name of the file says, else the format of the points
	Rejects   string // file of rejects; "" is Out.rejects.csv
	Resume    bool   // go on where an earlier run with the same options was killed
	Lang      fault.Lang
	Progress  func(AssignProgress) // called after each block of rows, from one goroutine; may be nil
}

// AssignProgress is how far an assignment is.
type AssignProgress struct {
	Rows        int64
	Bytes, Size int64 // of the points' file
}

// AssignSummary is what an assignment did. Rows = Inside + Outside + Rejected.
type AssignSummary struct {
	Rows, Inside, Outside, Rejected int64
	Resumed                         int64           // rows taken over from the earlier run
	Net                             coverage.Report // holes and islands of the net are allowed, and said here
	RejectsFile                     string          // "" where there are none
}

// Assign looks up the grid of each point of a file in a net of polygons and writes the rows, in the order in which they came, with the column
// grid added: the code of the grid that owns the point by the tie rule, empty (null) outside the net. With Distance also border_m (metres from a
// point inside to the nearest border), and for points outside nearest (the code of the nearest grid) and nearest_m (metres to it).
//
// Points are read from, and written as, CSV, NDJSON (objects with members lon and lat), sequences of GeoJSON features, GeoPackage, Parquet and
// Arrow (IPC file and stream); text also packed with gzip or zstd. Files of other formats that Read opens are read too. Where input and output are of one format,
// text keeps each row byte by byte, Parquet and Arrow the schema of their columns. In another format the attributes carry over with their types, and
// a geometry becomes lon, lat and crs, in CGCS2000, or the other way round.
//
// A row that cannot be used goes to the file of rejects (line or number, reason, row) and never stops the others. A net with overlaps
// or invalid shapes is refused; holes and islands are allowed. Memory does not depend on the number of points. The output
// appears under its name when it is complete. Text is written in UTF-8.
func Assign(ctx context.Context, o AssignOptions) (AssignSummary, error) {
	a, err := newAssigner(ctx, o)
	if err != nil {
		return AssignSummary{}, err
	}
	defer a.source.close()
	return a.run(ctx)
}

// newAssigner opens both files and builds the index of the net.
func newAssigner(ctx context.Context, o AssignOptions) (_ *assigner, err error) {
	a := &assigner{AssignOptions: o, every: checkpointRows}
	if a.from, err = pointFileNamed(o.Points, o.PointsFormat); err == nil {
		err = a.open(ctx)
	}
	if err != nil {
		return nil, a.located(err)
	}
	defer func() {
		if err != nil {
			a.source.close()
		}
	}()
	if a.to, err = o.outputFile(a.from); err != nil {
		return nil, fault.From(err).In(fault.Place{File: filepath.Base(o.Out)})
	}
	if err = o.checkOut(); err != nil {
		return nil, err
	}
	if o.Resume && !a.canResume() {
		return nil, fault.New(fault.Usage, "cannot-resume", fault.Args{"format": string(a.to.format)})
	}
	if err = a.settleColumns(ctx); err != nil {
		return nil, a.located(err)
	}
	if a.net, err = readNet(ctx, o); err != nil {
		return nil, err
	}
	a.summary.Net = a.net.report
	return a, nil
}

// open opens the points.
func (a *assigner) open(ctx context.Context) (err error) {
	a.input = &Layer{File: filepath.Base(a.Points), path: a.from.name, read: &atomic.Int64{}, opts: Options{
		CRS: a.CRS, Fields: mappingOf("lon", a.Lon, "lat", a.Lat), Encoding: a.Encoding, Comma: a.Comma, Want: WantPoints, DropHeights: a.DropHeights}}
	opened := a.openLayerPoints
	switch a.from.format {
	case pointCSV:
		opened = a.openCSVPoints
	case pointNDJSON, pointGeoJSON:
		opened = a.openJSONPoints
	case pointParquet:
		opened = a.openParquetPoints
	case pointArrow, pointStream:
		opened = a.openArrowPoints
	}
	if err = opened(ctx); err != nil && a.source != nil {
		a.source.close()
	}
	return err
}

// settleColumns finds the columns that the output has to know before its first row.
func (a *assigner) settleColumns(ctx context.Context) error {
	table := a.to.format != pointNDJSON && a.to.format != pointGeoJSON
	if a.columns == nil && table && !a.same() {
		if err := a.survey(ctx); err != nil {
			return err
		}
	}
	if a.parquet != nil && !a.same() {
		for _, c := range a.nested {
			return fault.New(fault.Invalid, "nested-column", fault.Args{"column": c, "format": "parquet"})
		}
	}
	return a.taken()
}

// same reports whether the output has the format of the input, so that rows can be kept as they were.
func (a *assigner) same() bool {
	arrows := func(f pointFormat) bool { return f == pointArrow || f == pointStream }
	return a.from.format == a.to.format && a.from.format != pointGPKG && a.sameSign() || arrows(a.from.format) && arrows(a.to.format)
}

// sameSign reports whether the suffixes of two text tables ask for the same sign between columns.
func (a *assigner) sameSign() bool {
	tabs := func(f pointFile) bool { return strings.EqualFold(filepath.Ext(f.name), ".tsv") }
	return a.from.format != pointCSV || !a.to.known || tabs(a.from) == tabs(a.to)
}

// located makes any error a *fault.Error that names the file of points.
func (a *assigner) located(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return fault.From(err).In(fault.Place{File: filepath.Base(a.Points)})
}

func mappingOf(pairs ...string) Mapping {
	m := Mapping{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			m[pairs[i]] = pairs[i+1]
		}
	}
	return m
}

func (o AssignOptions) addedColumns() []string {
	if o.Distance {
		return []string{"grid", "border_m", "nearest", "nearest_m"}
	}
	return []string{"grid"}
}

func (o AssignOptions) rejects() string {
	if o.Rejects != "" {
		return o.Rejects
	}
	return o.Out + ".rejects.csv"
}

// checkOut refuses to write over the input.
func (o AssignOptions) checkOut() error {
	if o.Out == standard && o.Rejects == "" {
		return fault.New(fault.Usage, "rejects-needed", nil)
	}
	for _, out := range []string{o.Out, o.rejects()} { // a folder would be met when all the work is done
		if info, err := os.Stat(out); out != standard && err == nil && info.IsDir() {
			return cannotWrite(&os.PathError{Op: "write", Path: out, Err: syscall.EISDIR})
		}
	}
	for _, in := range []string{o.Points, o.Net} {
		a, err := os.Stat(in)
		if err != nil {
			continue
		}
		for _, out := range []string{o.Out, o.rejects()} {
			if b, err := os.Stat(out); err == nil && os.SameFile(a, b) {
				return fault.New(fault.Usage, "same-file", nil).In(fault.Place{File: filepath.Base(in)})
			}
		}
	}
	return nil
}

// assigner is one assignment on its way.
type assigner struct {
	AssignOptions
	from, to pointFile
	input    *Layer // name, columns and CRS of the points
	source   pointSource
	columns  []attribute // of the points; nil where only the rows know them
	shaped   bool        // points are geometries, beside the columns
	net      *net
	every    int64 // rows between two checkpoints
	summary  AssignSummary

	decoded   bool            // the text was not UTF-8
	head      *csvHead        // of a CSV input
	separated bool            // the input is a text sequence
	ownCRS    bool            // each object has to say its datum
	parquet   *parquet.Schema // of a Parquet input
	nested    []string        // its columns that no other format holds
	arrow     *arrow.Schema   // of an Arrow input
}

// run streams the points: one goroutine reads the file in blocks of rows, workers look them up and make the output of them, and the writer
// takes the blocks in their order.
func (a *assigner) run(ctx context.Context) (AssignSummary, error) {
	out, err := a.create(ctx)
	if err != nil {
		return a.summary, err
	}
	a.summary.Resumed = out.at.Rows
	if out.at.Rows > 0 {
		err = a.located(a.source.skip(out.at))
	}
	if err == nil {
		err = a.stream(ctx, out)
	}
	if err != nil {
		out.abandon(err)
		return a.summary, err
	}
	err = out.finish()
	a.summary.Rows, a.summary.Inside, a.summary.Outside, a.summary.Rejected = out.at.Rows, out.at.Inside, out.at.Outside, out.at.Rejected
	if out.at.Rejected > 0 {
		a.summary.RejectsFile = a.rejects()
	}
	return a.summary, err
}

func (a *assigner) stream(ctx context.Context, out *output) error {
	workers := runtime.GOMAXPROCS(0)
	jobs := make(chan *block)
	queue := make(chan *block, 2*workers) // in order
	free := make(chan *block, 4*workers)
	encoders := make([]encoder, workers)
	for i := range encoders {
		var err error
		if encoders[i], err = out.main.encoder(); err != nil {
			return err
		}
	}
	var size int64
	if info, err := os.Stat(a.Points); err == nil {
		size = info.Size()
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(jobs)
		defer close(queue)
		for {
			b := recycled(free)
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := a.source.fill(b); err != nil {
				return a.located(err)
			}
			for _, c := range []chan *block{jobs, queue} {
				select {
				case c <- b:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			if b.last {
				return nil
			}
		}
	})
	for _, e := range encoders {
		group.Go(func() error {
			w := a.newWorker(ctx, e)
			for b := range jobs {
				b.err = a.guardRows(b, func() error { return w.assign(b) })
				close(b.done)
			}
			return nil
		})
	}
	group.Go(func() error {
		for b := range queue {
			<-b.done
			if b.err != nil {
				return a.located(b.err)
			}
			if err := a.guardRows(b, func() error { return out.write(b) }); err != nil {
				return err
			}
			if a.Progress != nil {
				a.Progress(AssignProgress{Rows: out.at.Rows, Bytes: b.read, Size: size})
			}
			select {
			case free <- b:
			default:
			}
		}
		return nil
	})
	return group.Wait()
}

func recycled(free chan *block) *block {
	select {
	case b := <-free:
		b.reset()
		return b
	default:
		return &block{done: make(chan struct{})}
	}
}
