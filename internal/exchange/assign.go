package exchange

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"

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

	Points   string // CSV file
	CRS      string // of the points; may be "" where the file has a column crs
	Lon, Lat string // columns of the points; "" are the usual ones
	Encoding string
	Comma    rune

	Distance bool   // add border_m, nearest and nearest_m
	Out      string // CSV file to write; rejects go to Out.rejects.csv
	Resume   bool   // go on where an earlier run with the same options was killed
	Lang     fault.Lang
	Progress func(AssignProgress) // called after each block of rows, from one goroutine; may be nil
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

// Assign looks up the grid of each point of a CSV file in a net of polygons and writes the rows, each as it was and in the
// order in which they came, with the column grid added: the code of the grid that owns the point by the tie rule, empty outside the net.
// With Distance also border_m (metres from a point inside to the nearest border), and for points outside nearest (the
// code of the nearest grid) and nearest_m (metres to it).
//
// A row that cannot be used goes to the file of rejects (line, reason, row) and never stops the others. A net with overlaps
// or invalid shapes is refused; holes and islands are allowed. Memory does not depend on the number of points. The output
// appears under its name when it is complete. Text is written in UTF-8.
func Assign(ctx context.Context, o AssignOptions) (AssignSummary, error) {
	a, err := newAssigner(ctx, o)
	if err != nil {
		return AssignSummary{}, err
	}
	return a.run(ctx)
}

// newAssigner opens both files and builds the index of the net.
func newAssigner(ctx context.Context, o AssignOptions) (*assigner, error) {
	points, err := Read(ctx, o.Points, Options{
		CRS: o.CRS, Fields: mappingOf("lon", o.Lon, "lat", o.Lat), Encoding: o.Encoding, Comma: o.Comma, Want: WantPoints})
	if err != nil {
		return nil, err
	}
	if !points.isCSV() {
		return nil, points.located(fault.New(fault.Usage, "assign-needs-csv", nil))
	}
	for _, c := range o.addedColumns() {
		if slices.Contains(points.Columns, c) {
			return nil, points.located(fault.New(fault.Invalid, "column-taken", fault.Args{"column": c}))
		}
	}
	if err := o.checkOut(); err != nil {
		return nil, err
	}
	net, err := readNet(ctx, o, points)
	if err != nil {
		return nil, err
	}
	return &assigner{AssignOptions: o, input: points, net: net, every: checkpointRows, summary: AssignSummary{Net: net.report}}, nil
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

func (o AssignOptions) rejects() string { return o.Out + ".rejects.csv" }

// checkOut refuses to write over the input.
func (o AssignOptions) checkOut() error {
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
	input   *Layer
	net     *net
	every   int64 // rows between two checkpoints
	summary AssignSummary

	lineEnd string // of the output, as in the input
	decoded bool   // the input was not UTF-8
}

// run streams the points: one goroutine cuts the file into blocks of records, workers look them up, and the writer takes
// the blocks in their order.
func (a *assigner) run(ctx context.Context) (AssignSummary, error) {
	in, err := a.open(ctx)
	if err != nil {
		return a.summary, a.input.located(err)
	}
	defer in.close()
	out, err := a.create(in)
	if err != nil {
		return a.summary, err
	}
	defer out.close()
	if err := in.skip(out.at); err != nil {
		return a.summary, a.input.located(err)
	}
	a.summary.Resumed = out.at.Rows

	workers := runtime.GOMAXPROCS(0)
	jobs := make(chan *block)
	queue := make(chan *block, 2*workers) // in order
	free := make(chan *block, 4*workers)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(jobs)
		defer close(queue)
		for {
			b := recycled(free)
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := in.fill(b); err != nil {
				return a.input.located(err)
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
	for range workers {
		group.Go(func() error {
			w := a.newWorker(ctx)
			for b := range jobs {
				b.err = w.assign(b)
				close(b.done)
			}
			return nil
		})
	}
	group.Go(func() error {
		for b := range queue {
			<-b.done
			if b.err != nil {
				return b.err
			}
			if err := out.write(b); err != nil {
				return err
			}
			if a.Progress != nil {
				a.Progress(AssignProgress{Rows: out.at.Rows, Bytes: b.end, Size: in.size})
			}
			select {
			case free <- b:
			default:
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
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

func recycled(free chan *block) *block {
	select {
	case b := <-free:
		b.reset()
		return b
	default:
		return &block{done: make(chan struct{})}
	}
}
