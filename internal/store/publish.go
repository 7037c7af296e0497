package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// tx is a publication in progress.
type tx struct {
	pg         pgx.Tx
	log        *slog.Logger
	district   grid.Code
	now        time.Time
	head, last int
	made       *grid.Release // put in this transaction
}

var _ grid.Tx = (*tx)(nil)

// Publish implements grid.Store. Where the connection is lost while the commit is under way, the outcome is looked up on a
// new one: nil if the release is there, fault database-away if it is not, commit-unknown if the database stays away.
func (s *Store) Publish(ctx context.Context, district grid.Code, fn func(grid.Tx) error) error {
	var made *grid.Release
	err := s.transact(ctx, func(pg pgx.Tx) error {
		t := &tx{pg: pg, log: s.log, district: district}
		if err := t.open(ctx); err != nil {
			return explain(err)
		}
		if err := fn(t); err != nil {
			return err
		}
		made = t.made
		return explain(notify(ctx, pg, district))
	})
	if made != nil && errors.Is(err, errCommitUnknown) {
		return s.settle(ctx, *made, err)
	}
	return err
}

// open locks the district's head row and reads what the publication stands on.
func (t *tx) open(ctx context.Context) error {
	if _, err := t.pg.Exec(ctx, query("head-make"), t.district); err != nil {
		return err
	}
	if _, err := t.pg.Exec(ctx, query("write-own"), t.district); err != nil {
		return err
	}
	if err := t.pg.QueryRow(ctx, query("head-lock"), t.district).Scan(&t.head); err != nil {
		return err
	}
	err := t.pg.QueryRow(ctx, query("publication"), t.district).Scan(&t.last, &t.now)
	t.now = t.now.UTC()
	return err
}

// settle finds out what became of a commit whose answer was lost.
func (s *Store) settle(ctx context.Context, r grid.Release, lost error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		var there bool
		err := s.transact(ctx, func(pg pgx.Tx) error {
			t := &tx{pg: pg, district: r.District}
			if err := t.open(ctx); err != nil { // waits for the lost transaction, should it still be at work
				return err
			}
			return pg.QueryRow(ctx, query("release-there"), r.District, r.N, r.MadeAt).Scan(&there)
		})
		switch {
		case err == nil && there:
			return nil
		case err == nil:
			return fault.Wrap(fault.Unavailable, "database-away", lost)
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
	return lost
}

// errCommitUnknown marks a commit whose answer was lost.
var errCommitUnknown = fault.New(fault.Unavailable, "commit-unknown", nil)

// transact runs fn in one transaction, which commits iff fn returns nil; fn's error is returned as it is. Once fn has returned,
// the commit is not given up for the sake of ctx.
func (s *Store) transact(ctx context.Context, fn func(pgx.Tx) error) error {
	pg, err := s.pool.Begin(ctx)
	if err != nil {
		return explain(err)
	}
	calm := context.WithoutCancel(ctx)
	defer pg.Rollback(calm) // without effect after a commit
	if err := fn(pg); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err = pg.Commit(calm)
	if refusal, ok := errors.AsType[*pgconn.PgError](err); err == nil || ok && refusal.Severity == "ERROR" || errors.Is(err, pgx.ErrTxCommitRollback) {
		return explain(err)
	}
	return fault.Wrap(fault.Unavailable, "commit-unknown", err)
}

// share takes the lock that a writer of a district holds against publications.
func share(ctx context.Context, pg pgx.Tx, district grid.Code) error {
	for _, step := range []string{"head-make", "write-share", "head-share"} {
		if _, err := pg.Exec(ctx, query(step), district); err != nil {
			return err
		}
	}
	return nil
}

// notify tells every node at the commit that something of the district changed.
func notify(ctx context.Context, pg pgx.Tx, district grid.Code) error {
	_, err := pg.Exec(ctx, query("notify"), string(district))
	return err
}

// Now implements grid.Tx.
func (t *tx) Now() time.Time { return t.now }

// Head implements grid.Tx.
func (t *tx) Head() int { return t.head }

// Last implements grid.Tx.
func (t *tx) Last() int { return t.last }

// Timeline implements grid.Tx.
func (t *tx) Timeline(ctx context.Context) ([]grid.Interval, error) {
	return timeline(ctx, t.pg, t.district)
}

// Net implements grid.Tx.
func (t *tx) Net(ctx context.Context, n int) (*grid.Net, error) {
	if _, err := release(ctx, t.pg, t.district, n); err != nil {
		return nil, err
	}
	return readNet(ctx, t.pg, t.district, n)
}

// UsedCodes implements grid.Tx.
func (t *tx) UsedCodes(ctx context.Context) ([]grid.Code, error) {
	return usedCodes(ctx, t.pg, t.district)
}

// SetTimeline implements grid.Tx. A row to close that is not there as it is given is a write-conflict.
func (t *tx) SetTimeline(ctx context.Context, close, add []grid.Interval) error {
	for _, v := range close {
		tag, err := t.pg.Exec(ctx, query("timeline-close"), t.district, v.Release, toRange(v.Valid), toRange(v.Recorded), t.now)
		if err != nil {
			return explain(err)
		}
		if tag.RowsAffected() != 1 {
			return fault.New(fault.Conflict, "write-conflict", nil)
		}
	}
	for _, v := range add {
		if _, err := t.pg.Exec(ctx, query("timeline-add"), t.district, v.Release, toRange(v.Valid), toRange(v.Recorded)); err != nil {
			return explain(err)
		}
	}
	return nil
}

// PutLineage implements grid.Tx.
func (t *tx) PutLineage(ctx context.Context, n int, rows []grid.Lineage) error {
	values := make([][]any, len(rows))
	for i, l := range rows {
		values[i] = []any{t.district, n, l.From, l.To, l.Kind, l.Households, l.Residents, l.Buildings, l.AreaM2, l.FromShare, l.ToShare}
	}
	return explain(t.copyAll(ctx, []table{{"lineage", []string{"district", "release", "from_code", "to_code", "kind",
		"households", "residents", "buildings", "area_m2", "from_share", "to_share"}, values}}))
}

// SetHead implements grid.Tx.
func (t *tx) SetHead(ctx context.Context, n int) error {
	_, err := t.pg.Exec(ctx, query("head-set"), t.district, n)
	return explain(err)
}

// PutEvent implements grid.Tx.
func (t *tx) PutEvent(ctx context.Context, topic string, n int, scope grid.Code, data []byte) error {
	_, err := t.pg.Exec(ctx, query("event-put"), t.district, topic, n, scope, string(data), t.now)
	return explain(err)
}
