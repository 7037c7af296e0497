package exchange

import (
	"bytes"
	"context"
	"math"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// blockRows is how many rows are looked up together: enough to keep the processor busy, few enough to stay in its cache.
const blockRows = 4096

// span is the place of a record of text in a block.
type span struct {
	from, to, line int
	quotes, long   bool
	slot           slot // of the answer in a record of JSON
}

// block is a run of rows, in the form of their source, and what becomes of them.
type block struct {
	rows  int
	first int64 // number of the first row, 1 is the first of the file
	read  int64 // bytes of the file up to the end of the block
	end   int64 // the place of the next block: bytes of text, else rows
	line  int   // of text, on which the next block starts
	last  bool

	raw     []byte // records of text, or what the rows of a table point to
	recs    []span
	layer   []Row
	parquet []parquet.Row
	arrow   arrow.RecordBatch

	out                       []byte // text
	outParquet                []parquet.Row
	outArrow                  arrow.RecordBatch
	rejects                   []byte
	inside, outside, rejected int64
	err                       error
	done                      chan struct{}
}

func (b *block) reset() {
	*b = block{raw: b.raw[:0], recs: b.recs[:0], layer: b.layer[:0], parquet: b.parquet[:0], out: b.out[:0], outParquet: b.outParquet[:0],
		rejects: b.rejects[:0], done: make(chan struct{})}
}

// text is a record of text as it stands, and its line.
func (b *block) text(i int) (line int, raw []byte) {
	s := b.recs[i]
	return s.line, b.raw[s.from:s.to]
}

// worker looks up blocks; it keeps its scratch space from one to the next.
type worker struct {
	*assigner
	ctx     context.Context
	rows    pointRows
	encoder encoder
	points  []orb.Point // in CGCS2000
	lattice []geo.Point
	faces   []int32
	faults  []*fault.Error
	waiting []int // rows whose point has still to be reprojected
}

// encoder makes of a block that has been looked up what goes into the output.
type encoder interface {
	encode(w *worker, b *block) error
}

func (a *assigner) newWorker(ctx context.Context, e encoder) *worker {
	return &worker{assigner: a, ctx: ctx, rows: a.source.rows(), encoder: e}
}

// assign looks up a block and makes its output.
func (w *worker) assign(b *block) error {
	if err := w.lookUp(b); err != nil || b.rows == 0 {
		return err
	}
	for i := range b.rows {
		switch {
		case w.faults[i] != nil:
			b.rejected++
			b.rejects = w.appendReject(b.rejects, b, i)
		case w.faces[i] == coverage.Outside:
			b.outside++
		default:
			b.inside++
		}
	}
	return w.encoder.encode(w, b)
}

// lookUp finds the face of each row of a block, or its fault.
func (w *worker) lookUp(b *block) error {
	n := b.rows
	w.points, w.faults = sized(w.points, n), sized(w.faults, n)
	w.lattice, w.faces = sized(w.lattice, n), sized(w.faces, n)
	w.waiting = w.waiting[:0]
	for i := range n {
		p, from, f := w.rows.locate(b, i)
		if f != nil {
			p = orb.Point{}
		} else if from.System != "" {
			w.waiting = append(w.waiting, i)
		} else {
			f = from.placePoint(&p)
		}
		w.points[i], w.faults[i] = p, f
	}
	if err := w.reproject(); err != nil {
		return err
	}
	for i, p := range w.points[:n] {
		q, ok := geo.FromDegrees(p[0], p[1])
		if !ok && w.faults[i] == nil {
			w.faults[i] = fault.New(fault.Invalid, geo.RuleOffEarth, nil)
		}
		w.lattice[i] = q
	}
	w.net.index.Faces(w.faces, w.lattice)
	return nil
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// reproject brings the points of another system into CGCS2000 together.
func (w *worker) reproject() error {
	if len(w.waiting) == 0 {
		return nil
	}
	points := make([]orb.Point, len(w.waiting))
	for k, i := range w.waiting {
		points[k] = w.points[i]
	}
	system := w.input.CRS.System
	moved, err := reproject(w.ctx, system, points, w.input.opts.timeout())
	if err != nil {
		return err
	}
	for k, i := range w.waiting {
		if math.IsInf(moved[k][0], 0) {
			w.faults[i] = fault.New(fault.Invalid, "outside-crs", fault.Args{"x": plain(points[k][0]), "y": plain(points[k][1]), "crs": system})
			moved[k] = orb.Point{}
		}
		w.points[i] = moved[k]
	}
	return nil
}

// answer is what is found for a row. Codes are nil and metres infinite where there are none.
type answer struct {
	grid, nearest  *code
	border, metres float64
}

func (w *worker) answer(i int) answer {
	a := answer{border: math.Inf(1), metres: math.Inf(1)}
	face := w.faces[i]
	switch {
	case face != coverage.Outside:
		a.grid = &w.net.codes[face]
		if w.Distance {
			a.border = w.net.index.Border(w.lattice[i])
		}
	case w.Distance:
		if near, metres := w.net.index.Nearest(w.lattice[i]); near != coverage.Outside {
			a.nearest, a.metres = &w.net.codes[near], metres
		}
	}
	return a
}

// appendMetres writes centimetres: the lattice knows no less.
func appendMetres(dst []byte, m float64) []byte {
	if math.IsInf(m, 0) {
		return dst
	}
	return strconv.AppendFloat(dst, m, 'f', 2, 64)
}

func (w *worker) appendReject(dst []byte, b *block, i int) []byte {
	f := w.faults[i]
	number, row := w.rows.text(b, i)
	dst = append(strconv.AppendInt(dst, int64(number), 10), ',')
	dst = append(appendCell(dst, []byte(f.Rule+": "+f.Report(w.Lang)), ','), ',')
	return append(appendCell(dst, bytes.ToValidUTF8(row, []byte("\uFFFD")), ','), '\n')
}

// code of a grid, and whether it can stand in CSV without quotation marks, but for a sign between the columns that is no comma.
type code struct {
	text  string
	plain bool
}

func newCode(text string) code { return code{text, !strings.ContainsAny(text, "\",\r\n")} }
