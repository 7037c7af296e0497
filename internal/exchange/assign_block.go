package exchange

import (
	"bytes"
	"context"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// blockRows is how many rows are looked up together: enough to keep the processor busy, few enough to stay in its cache.
const blockRows = 4096

// span is a record's place in a block.
type span struct {
	from, to, line int
	quotes         bool
}

// block is a run of records, and what becomes of them.
type block struct {
	raw  []byte
	recs []span
	end  int64 // bytes of input up to the end of the block
	line int   // on which the next block starts
	last bool

	out, rejects              []byte
	inside, outside, rejected int64
	err                       error
	done                      chan struct{}
}

func (b *block) reset() {
	*b = block{raw: b.raw[:0], recs: b.recs[:0], out: b.out[:0], rejects: b.rejects[:0], done: make(chan struct{})}
}

// worker looks up blocks; it keeps its scratch space from one to the next.
type worker struct {
	*assigner
	ctx           context.Context
	comma         byte
	lon, lat, crs int
	points        []orb.Point
	lattice       []geo.Point
	faces         []int32
	faults        []*fault.Error
	fields        [][]byte
	scratch       []byte
	waiting       []int // records whose point has still to be reprojected
}

func (a *assigner) newWorker(ctx context.Context) *worker {
	w := &worker{assigner: a, ctx: ctx, comma: a.input.comma(), crs: a.input.rowCRS()}
	w.lon, _ = a.input.columnIndex("lon")
	w.lat, _ = a.input.columnIndex("lat")
	return w
}

// assign looks up a block and writes its output.
func (w *worker) assign(b *block) error {
	n := len(b.recs)
	w.points, w.faults = sized(w.points, n), sized(w.faults, n)
	w.lattice, w.faces = sized(w.lattice, n), sized(w.faces, n)
	w.waiting = w.waiting[:0]
	for i, s := range b.recs {
		rec := record{raw: b.raw[s.from:s.to], line: s.line, quotes: s.quotes}
		w.faults[i] = w.point(i, rec)
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
	for i, s := range b.recs {
		raw := b.raw[s.from:s.to]
		if f := w.faults[i]; f != nil {
			b.rejected++
			b.rejects = w.appendReject(b.rejects, s.line, f, raw)
			continue
		}
		b.out = append(b.out, raw...)
		b.out = w.appendAnswer(b.out, w.lattice[i], w.faces[i])
		if w.faces[i] == coverage.Outside {
			b.outside++
		} else {
			b.inside++
		}
	}
	return nil
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// appendAnswer writes what is added to a row, and its end.
func (w *worker) appendAnswer(dst []byte, p geo.Point, face int32) []byte {
	dst = append(dst, w.comma)
	inside := face != coverage.Outside
	if inside {
		dst = append(dst, w.net.codes[face]...)
	}
	if w.Distance {
		dst = append(dst, w.comma)
		if inside {
			dst = appendMetres(dst, w.net.index.Border(p))
			dst = append(dst, w.comma, w.comma)
		} else if nearest, metres := w.net.index.Nearest(p); nearest == coverage.Outside {
			dst = append(dst, w.comma, w.comma)
		} else {
			dst = append(append(append(dst, w.comma), w.net.codes[nearest]...), w.comma)
			dst = appendMetres(dst, metres)
		}
	}
	return append(dst, w.lineEnd...)
}

// appendMetres writes centimetres: the lattice knows no less.
func appendMetres(dst []byte, m float64) []byte {
	if math.IsInf(m, 0) {
		return dst
	}
	return strconv.AppendFloat(dst, m, 'f', 2, 64)
}

func (w *worker) appendReject(dst []byte, line int, f *fault.Error, raw []byte) []byte {
	dst = strconv.AppendInt(dst, int64(line), 10)
	dst = append(dst, ',')
	dst = appendCell(dst, []byte(f.Rule+": "+f.Report(w.Lang)), ',')
	dst = append(dst, ',')
	dst = appendCell(dst, bytes.ToValidUTF8(raw, []byte("\uFFFD")), ',')
	return append(dst, '\n')
}

// point finds and reads the coordinates of a record, and brings them into CGCS2000.
func (w *worker) point(i int, rec record) *fault.Error {
	w.points[i] = orb.Point{}
	if !utf8.Valid(rec.raw) || w.decoded && bytes.ContainsRune(rec.raw, utf8.RuneError) {
		return badText(rec.raw, w.Encoding)
	}
	columns := len(w.input.Columns)
	var ok bool
	w.fields, w.scratch, ok = rec.split(w.fields[:0], w.scratch[:0], w.comma)
	switch {
	case !ok:
		return fault.New(fault.Invalid, "bad-quote", nil)
	case len(w.fields) != columns:
		return fault.New(fault.Invalid, "field-count", fault.Args{"has": len(w.fields), "columns": columns})
	}
	var p orb.Point
	for axis, c := range [2]int{w.lon, w.lat} {
		v, rule := parseCoordinate(string(w.fields[c]))
		if rule != "" {
			return fault.New(fault.Invalid, rule, fault.Args{"value": string(w.fields[c])}).In(fault.Place{Field: w.input.Columns[c]})
		}
		p[axis] = v
	}
	from := w.input.CRS
	if w.crs >= 0 {
		own, f := w.input.ownCRS(string(w.fields[w.crs]))
		if f != nil {
			return f.In(fault.Place{Field: w.input.Columns[w.crs]})
		}
		from = own
	}
	if from.System != "" {
		w.points[i] = p
		w.waiting = append(w.waiting, i)
		return nil
	}
	f := from.placePoint(&p)
	w.points[i] = p
	return f
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
