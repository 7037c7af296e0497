package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// channel carries the district of each publication and of each change of the map's layers.
const channel = "zhuwang_release"

// Pauses before Listen connects again.
const (
	firstPause  = 200 * time.Millisecond
	longestWait = 15 * time.Second
)

// state is what a node must know of a district to see that something changed.
type state struct {
	last                  int // release
	head, base, buildings int64
}

// Listen calls fn for every district at the start, and then whenever something of a district changed: a release was
// published, or its map layers were replaced. release is the district's last one. What happened while the database was
// away is told after it came back. line is called with true when notices come through, and with false when they no more do.
// Both are called by one goroutine; Listen returns when ctx ends, with its error.
func (s *Store) Listen(ctx context.Context, fn func(district grid.Code, release int), line func(up bool)) error {
	seen := map[grid.Code]state{}
	for up, pause := true, firstPause; ; pause = min(2*pause, longestWait) {
		err := s.listen(ctx, seen, fn, func() {
			if pause = firstPause; !up {
				up = true
				line(up)
			}
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if up { // said once, not at every new attempt
			s.log.Warn("listening for releases was interrupted", "error", explain(err))
			up = false
			line(up)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// listen listens on one connection until it breaks. works is called whenever it proves to be whole.
func (s *Store) listen(ctx context.Context, seen map[grid.Code]state, fn func(grid.Code, int), works func()) error {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingTime)
		defer cancel()
		conn.Close(end)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	for {
		if err := sweep(ctx, conn, seen, fn); err != nil {
			return err
		}
		works()
		// Whatever wakes it, the tables say what changed: a notification is a hint and may stand for many.
		wait, cancel := context.WithTimeout(ctx, s.poll)
		_, err := conn.WaitForNotification(wait)
		due := wait.Err() != nil
		cancel()
		if err != nil && (!due || ctx.Err() != nil || conn.IsClosed()) {
			return err
		}
	}
}

// sweep calls fn for each district whose state is not the one seen.
func sweep(ctx context.Context, conn *pgx.Conn, seen map[grid.Code]state, fn func(grid.Code, int)) error {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	type row struct {
		district grid.Code
		state    state
	}
	rows, err := list(ctx, conn, "states", func(r pgx.CollectableRow) (v row, err error) {
		err = r.Scan(&v.district, &v.state.last, &v.state.head, &v.state.base, &v.state.buildings)
		return v, err
	})
	if err != nil {
		return err
	}
	for _, v := range rows {
		if old, ok := seen[v.district]; !ok || old != v.state {
			fn(v.district, v.state.last)
			seen[v.district] = v.state
		}
	}
	return nil
}
