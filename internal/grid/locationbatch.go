package grid

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Batch is what came together and was declared together: a file that was imported, or points that were posted under one name.
type Batch struct {
	Name    string
	Source  string    // name of the file; "" for points that were posted
	Datum   crs.Datum // of all its points, as declared now
	Done    int64     // how far its source has been read; what came before is stored
	By      string
	MadeAt  time.Time
	Changed time.Time

	Points int64    // how many locations are of the batch; in a list
	Kinds  []string // of these; in a list
}

// Pages are rows in pages; an error comes last.
type Pages = iter.Seq2[[]Location, error]

// Batches lists the batches of a district, the newest first.
func (s *Service) Batches(ctx context.Context, district Code) ([]Batch, error) {
	return s.Store.Batches(ctx, district)
}

// Redeclared is what it came to that a batch was declared anew.
type Redeclared struct {
	Points int64 // of the batch
	Moved  int64 // to another grid
	Moves  []Moved
}

// Redeclare says that all coordinates of a batch are in another datum than was declared. Each place is made anew from the coordinate that
// its source gave, and assigned; a person's assignments stay. It is one transaction. Declared again as it is, nothing changes.
// faults no-such-batch, redeclared-off-earth.
func (s *Service) Redeclare(ctx context.Context, district Code, batch string, to crs.Datum, by string) (Redeclared, error) {
	var done Redeclared
	none := fault.New(fault.NotFound, "no-such-batch", fault.Args{"batch": excerpt(batch)})
	if !oneLine(batch, maxID) {
		return done, none
	}
	if !scope.Of(ctx).Area(scope.ImportPoints).Covers(string(district)) { // its points may lie anywhere
		return done, fault.New(fault.Forbidden, "outside-your-area", fault.Args{"code": district, "permission": scope.ImportPoints.Name()})
	}
	err := s.write(ctx, district, func(tx LocationTx, net Held) error {
		done = Redeclared{}
		b, err := tx.Batch(ctx, batch)
		if err != nil {
			return err
		}
		if b == nil {
			return none
		}
		was := b.Datum
		moves := tally{}
		for page, err := range tx.BatchLocations(ctx, batch) {
			if err != nil {
				return err
			}
			done.Points += int64(len(page))
			if was == to {
				continue
			}
			for i := range page {
				l := &page[i]
				from := l.Area
				l.Datum, l.By = to, by
				if f := l.settle(); f != nil {
					return fault.New(fault.Invalid, "redeclared-off-earth", fault.Args{"kind": l.Kind, "id": l.ID, "crs": to})
				}
				if l.How != Manual {
					l.Area, l.How = net.assign(l.Point)
				}
				moves.add(l.Kind, from, l.Area)
			}
			if err := tx.SetLocations(ctx, page); err != nil {
				return err
			}
		}
		if was == to {
			return nil
		}
		done.Moves = moves.sorted()
		for _, m := range done.Moves {
			done.Moved += int64(m.Count)
		}
		b.Datum, b.By = to, by
		if err := tx.SetBatch(ctx, *b); err != nil {
			return err
		}
		data, err := json.Marshal(map[string]any{"release": net.Release.N, "batch": batch, "crs_was": was.String(), "crs": to.String(), "points": done.Points, "moved": done.Moved, "by": by})
		if err != nil {
			return err
		}
		if err := tx.PutEvent(ctx, "location", net.Release.N, district, data); err != nil {
			return err
		}
		return tx.PutAudit(ctx, audit.Entry{Action: audit.BatchRedeclare, Object: batch, Detail: map[string]any{"crs_was": was.String(), "crs": to.String(), "points": done.Points}})
	})
	return done, err
}
