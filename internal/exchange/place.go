package exchange

import (
	"context"
	"math"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// batchVertices is how many vertices are collected for one run of gdaltransform, whose start costs some 50 ms.
const batchVertices = 1 << 16

// placer brings the geometries of rows into CGCS2000 and passes the rows on, in order. Datums are converted at once; for
// other systems rows wait until a batch is full.
type placer struct {
	ctx   context.Context
	layer *Layer
	yield func(Row) bool
	wait  []Row
	n     int // vertices waiting
	err   error
}

func (l *Layer) placed(ctx context.Context, yield func(Row) bool) *placer {
	return &placer{ctx: ctx, layer: l, yield: yield}
}

// row passes a row on; false ends the stream, because the consumer wants no more or because of p.err.
func (p *placer) row(r Row) bool {
	c := p.layer.CRS
	if c.System == "" {
		if r.unplaced() {
			p.layer.place(&r, c)
		}
		return p.yield(r)
	}
	if r.unplaced() {
		for range positions(r.Geometry) {
			p.n++
		}
	}
	p.wait = append(p.wait, r)
	if p.n < batchVertices && len(p.wait) < batchVertices {
		return true
	}
	p.err = p.flush()
	return p.err == nil
}

func (r *Row) unplaced() bool { return r.Fault == nil && r.Geometry != nil && !r.placed }

// pass passes on a row that lies in its place already.
func (p *placer) pass(r Row) bool {
	if p.layer.CRS.System == "" {
		return p.yield(r)
	}
	r.placed = true
	p.wait = append(p.wait, r)
	return true
}

// flush reprojects and passes on what waits.
func (p *placer) flush() error {
	rows := p.wait
	p.wait, p.n = nil, 0
	if len(rows) == 0 {
		return nil
	}
	var points []orb.Point
	for _, r := range rows {
		if r.unplaced() {
			for q := range positions(r.Geometry) {
				points = append(points, *q)
			}
		}
	}
	moved, err := reproject(p.ctx, p.layer.CRS.System, points, p.layer.opts.timeout())
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.unplaced() {
			moved, points = r.move(p.layer.CRS.System, moved, points)
		}
		if !p.yield(r) {
			return errStop
		}
	}
	return nil
}

// move puts the first points of moved into the row's geometry and returns the rest of both lists.
func (r *Row) move(system string, moved, from []orb.Point) (rest, restFrom []orb.Point) {
	n := 0
	for q := range positions(r.Geometry) {
		if math.IsInf(moved[n][0], 0) && r.Fault == nil {
			r.Fault = fault.New(fault.Invalid, "outside-crs", fault.Args{"x": plain(from[n][0]), "y": plain(from[n][1]), "crs": system})
		}
		*q = moved[n]
		n++
	}
	if _, ok := r.Geometry.(orb.Point); ok {
		r.Geometry = moved[0]
	}
	return moved[n:], from[n:]
}

// reproject brings points from a projected or foreign system into degrees of CGCS2000. A point that the system does not cover becomes infinite.
func reproject(ctx context.Context, system string, points []orb.Point, limit timeout) ([]orb.Point, error) {
	return transformed(ctx, system, "EPSG:4490", points, limit)
}
