package store

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// Config of a store.
type Config struct {
	URL      string        // of the database, as libpq reads it
	MaxConns int32         // 0: 4, or the number of processors if that is more
	Poll     time.Duration // how often Listen looks for itself, should notifications not come through (a pooler, another node of Citus); 0: 30 s
	Log      *slog.Logger  // nil: slog.Default()
}

// Store is the net in a database. It is safe for concurrent use.
type Store struct {
	pool *pgxpool.Pool
	poll time.Duration
	log  *slog.Logger
}

var _ grid.Store = (*Store)(nil)

// restful is how long a connection may lie idle before it is tried before use: a restart of the database costs an error to those alone
// who were at work.
const restful = 100 * time.Millisecond

// A database that cannot be reached may be silent instead of saying no: a cable is pulled, a machine hangs.
const (
	pingTime    = time.Second     // for the answer of an idle connection; then a new one is made
	connectTime = 5 * time.Second // for a new connection, where the address has no connect_timeout
)

// Open connects to a database whose schema fits (SchemaState says). Errors of this and every other function of the
// package are faults, but for the end of a context.
func Open(ctx context.Context, c Config) (*Store, error) {
	config, err := parse(c.URL)
	if err != nil {
		return nil, err
	}
	if c.MaxConns > 0 {
		config.MaxConns = c.MaxConns
	}
	config.AfterConnect = registerGeometry
	config.PingTimeout = pingTime
	config.ShouldPing = func(_ context.Context, p pgxpool.ShouldPingParams) bool { return p.IdleDuration > restful }
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, explain(err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, explain(err)
	}
	s := &Store{pool: pool, poll: cmp.Or(c.Poll, 30*time.Second), log: c.Log}
	if s.log == nil {
		s.log = slog.Default()
	}
	return s, nil
}

// Close ends the connections once they are idle.
func (s *Store) Close() { s.pool.Close() }

// Ping reports whether the database answers, and, with write, whether it takes writes: there is room on its disk, and the write-ahead log
// takes a commit. fault database-disk-full, database-read-only.
func (s *Store) Ping(ctx context.Context, write bool) error {
	var readOnly bool
	if err := s.pool.QueryRow(ctx, query("ping")).Scan(&readOnly); err != nil {
		return explain(err)
	}
	if !write {
		return nil
	}
	if readOnly {
		return errReadOnly
	}
	return s.transact(ctx, func(pg pgx.Tx) error {
		for _, statement := range []string{"SET LOCAL work_mem = '64kB'", "SET LOCAL temp_tablespaces = ''", query("ping-room"), query("ping-log")} {
			if _, err := pg.Exec(ctx, statement); err != nil {
				return explain(err)
			}
		}
		return nil
	})
}

// timeRange is a tstzrange.
type timeRange = pgtype.Range[pgtype.Timestamptz]

// toRange gives a span to PostgreSQL, which counts microseconds. A zero bound is unbounded.
func toRange(s grid.Span) timeRange {
	bound := func(t time.Time, typ pgtype.BoundType) (pgtype.Timestamptz, pgtype.BoundType) {
		if t.IsZero() {
			return pgtype.Timestamptz{}, pgtype.Unbounded
		}
		return pgtype.Timestamptz{Time: t, Valid: true}, typ
	}
	r := timeRange{Valid: true}
	r.Lower, r.LowerType = bound(s.From, pgtype.Inclusive)
	r.Upper, r.UpperType = bound(s.To, pgtype.Exclusive)
	return r
}

// fromRange reads a span; an unbounded or infinite end is zero.
func fromRange(r timeRange) grid.Span {
	return grid.Span{From: moment(r.Lower), To: moment(r.Upper)}
}

// moment reads a time; none, or an infinite one, is zero.
func moment(t pgtype.Timestamptz) time.Time {
	if !t.Valid || t.InfinityModifier != pgtype.Finite {
		return time.Time{}
	}
	return t.Time.UTC()
}
