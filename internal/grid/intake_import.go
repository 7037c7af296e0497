package grid

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"

	"golang.org/x/sync/errgroup"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// PointFile is a file of points on its way into a district.
type PointFile struct {
	District Code
	// Batch names the content of the file and how it is read: the same file read in the same way is the same batch, and an import that
	// was broken off goes on where the batch ends.
	Batch  string
	Datum  crs.Datum // of the batch. Points of a row that declares another one are the batch BATCH-DATUM
	Source string    // name of the file
	By     string
	Intake *Intake
	// Rows reads the file from its first row on. An error ends the import; what came before it stays.
	Rows func(context.Context) iter.Seq2[PointRow, error]
	// Reject is told of each row that was refused, in their order; nil: nobody.
	Reject func(PointRow, *fault.Error) error
	// Progress is told after each chunk; nil: nobody.
	Progress func(PointTally)
	Replace  bool // another content takes the place of what is there
	DryRun   bool // assigns, and stores nothing
}

// BatchName names the content of a file, told by its fingerprint, and how it is read: what each column holds, and whatever else makes
// other points of the same bytes, in an order that the caller keeps.
func (in *Intake) BatchName(fingerprint string, how ...string) string {
	zone := "UTC"
	if in.Zone != nil {
		zone = in.Zone.String()
	}
	// fmt writes maps in the order of their keys. No attributes are not the same as all of them.
	h := sha256.Sum256(fmt.Appendf(nil, "1|%s|%s|%v|%q|%v|%s|%s|%q", fingerprint, in.Kind, in.Attributes == nil, in.Attributes, in.Columns, in.Order, zone, how))
	return hex.EncodeToString(h[:8])
}

// PointTally is what became of the rows of a file. Rows = In + Outside + Conflicts + Rejected.
type PointTally struct {
	Rows      int64
	In        int64 // in a grid, those counted that were there already
	Outside   int64 // outside the net, likewise
	Replayed  int64 // of In and Outside: they were there already
	Replaced  int64 // of In and Outside: they took the place of another content
	Conflicts int64 // left as they are, because what is there has another content
	Rejected  int64
	Resumed   int64 // rows that an earlier run had stored
}

// chunk is some rows on their way, and what becomes of each.
type chunk struct {
	rows   []PointRow
	points []Posted // settled, or with a Fault
	end    int64    // rows of the file up to the end of the chunk
}

// ImportPoints stores the points of a file, chunk by chunk, each in a transaction of its own that also notes how far the file has been
// read. A row that cannot be used stops no other. Memory does not depend on the size of the file.
func (s *Service) ImportPoints(ctx context.Context, f PointFile) (t PointTally, err error) {
	take := s.postChunk
	var begin int64
	if f.DryRun {
		var net Held
		if net, err = s.inForce(ctx, f.District); err != nil {
			return t, err
		}
		take = func(_ context.Context, _ *PointFile, c *chunk) error { c.assign(net); return nil }
	} else if begin, t, err = s.resume(ctx, &f); err != nil {
		return t, err
	}
	group, ctx := errgroup.WithContext(ctx)
	chunks := make(chan *chunk, 1)
	group.Go(func() error {
		defer close(chunks)
		return f.cut(ctx, begin, func(c *chunk) error {
			select {
			case chunks <- c:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	group.Go(func() error {
		for c := range chunks {
			if c.end > begin {
				if err := take(ctx, &f, c); err != nil {
					return err
				}
			}
			if err := f.tell(c, begin, &t); err != nil {
				return err
			}
		}
		return nil
	})
	err = group.Wait()
	return t, err
}

// cut reads the file and yields its rows in chunks, of which one ends at begin.
func (f *PointFile) cut(ctx context.Context, begin int64, yield func(*chunk) error) error {
	o := PostOptions{Batch: f.Batch, By: f.By}
	next := func(end int64) *chunk {
		f.Intake.Renew()
		return &chunk{rows: make([]PointRow, 0, MaxPost), points: make([]Posted, 0, MaxPost), end: end}
	}
	c := next(0)
	for r, err := range f.Rows(ctx) {
		if err != nil {
			return err
		}
		l, bad := f.Intake.Location(r)
		p := Posted{Location: l, Fault: bad}
		if bad == nil {
			if l.Datum != f.Datum {
				l.Batch = f.Batch + "-" + l.Datum.String()
			}
			if p = o.settle(l, f.Intake.settle); p.Fault != nil {
				p.Fault = p.Fault.In(r.Place())
			}
		}
		c.rows, c.points = append(c.rows, r), append(c.points, p)
		c.end++
		if len(c.points) == MaxPost || c.end == begin {
			if err := yield(c); err != nil {
				return err
			}
			c = next(c.end)
		}
	}
	if len(c.points) == 0 {
		return nil
	}
	return yield(c)
}

// postChunk posts a chunk.
func (s *Service) postChunk(ctx context.Context, f *PointFile, c *chunk) (err error) {
	if c.refused() == int64(len(c.points)) {
		return nil
	}
	c.points, err = s.post(ctx, f.District, c.points, PostOptions{Batch: f.Batch, Source: f.Source, Done: c.end, Replace: f.Replace, By: f.By})
	return err
}

// assign finds the grids of a chunk without storing it.
func (c *chunk) assign(net Held) {
	for i := range c.points {
		if p := &c.points[i]; p.Fault == nil {
			p.Area, p.How = net.assign(p.Point)
		}
	}
}

func (c *chunk) refused() (n int64) {
	for i := range c.points {
		if c.points[i].Fault != nil {
			n++
		}
	}
	return n
}

// tell counts what became of a chunk, of which only the refusals are news up to begin, and tells of it.
func (f *PointFile) tell(c *chunk, begin int64, t *PointTally) error {
	stored := c.end <= begin
	for i := range c.points {
		p := &c.points[i]
		switch {
		case p.Fault != nil:
			if p.Fault.Rule == "location-conflict" {
				t.Conflicts++
			} else {
				t.Rejected++
			}
			if f.Reject != nil {
				if err := f.Reject(c.rows[i], p.Fault.In(c.rows[i].Place())); err != nil {
					return err
				}
			}
		case stored: // and counted by resume
		case p.Area == "":
			t.Outside++
		default:
			t.In++
		}
		if p.Replayed {
			t.Replayed++
		}
		if p.Replaced {
			t.Replaced++
		}
	}
	t.Rows = c.end
	if f.Progress != nil && !stored {
		f.Progress(*t)
	}
	return nil
}

// errRead ends the reading of a file of which enough was read.
var errRead = errors.New("enough was read")

// resume finds the row behind which the import goes on, and counts what is stored of the rows before it. Where these were not all stored by this
// batch, because some were there already or had another content there, it begins anew, so that each of them is told of again.
func (s *Service) resume(ctx context.Context, f *PointFile) (begin int64, t PointTally, err error) {
	b, err := s.Store.Batch(ctx, f.District, f.Batch)
	if err != nil || b == nil || b.Done == 0 {
		return 0, t, err
	}
	if b.Datum != f.Datum {
		return 0, t, fault.New(fault.Conflict, "batch-datum", fault.Args{"batch": f.Batch, "crs": b.Datum, "said": f.Datum})
	}
	for _, d := range []crs.Datum{crs.CGCS2000, crs.WGS84, crs.GCJ02, crs.BD09} {
		name := f.Batch + "-" + d.String()
		if d == f.Datum {
			name = f.Batch
		}
		counts, err := s.CountLocations(ctx, f.District, LocationFilter{Batch: name}, CountByTown)
		if err != nil {
			return 0, t, err
		}
		for _, c := range counts {
			if c.Code == "" {
				t.Outside += c.N
			} else {
				t.In += c.N
			}
		}
	}
	missing := b.Done - t.In - t.Outside
	err = f.cut(ctx, b.Done, func(c *chunk) error {
		if missing -= c.refused(); c.end >= b.Done {
			return errRead
		}
		return nil
	})
	if err != nil && !errors.Is(err, errRead) {
		return 0, t, err
	}
	if missing != 0 {
		return 0, PointTally{}, nil
	}
	t.Resumed = b.Done
	return b.Done, t, nil
}

// inForce is the net in force.
func (s *Service) inForce(ctx context.Context, district Code) (Held, error) {
	heads, err := s.Store.Districts(ctx)
	if err != nil {
		return Held{}, err
	}
	for _, h := range heads {
		if h.District == district && h.Release != 0 {
			return s.Nets.Held(ctx, h)
		}
	}
	return Held{}, fault.New(fault.NotFound, "no-net-in-district", fault.Args{"district": district})
}
