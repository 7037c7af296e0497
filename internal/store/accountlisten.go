package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// ListenAccounts calls fn with the name of every account of which something changed, and with "" for all of them whenever notices may have been lost: at the
// start, and after the database was away. It returns when ctx ends, with its error.
func (s *Store) ListenAccounts(ctx context.Context, fn func(account string)) error {
	for pause := firstPause; ; pause = min(2*pause, longestWait) {
		err := s.listenAccounts(ctx, func(name string) {
			pause = firstPause
			fn(name)
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.log.Debug("listening for accounts was interrupted", "error", explain(err)) // Listen says it once for all
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (s *Store) listenAccounts(ctx context.Context, fn func(string)) error {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingTime)
		defer cancel()
		conn.Close(end)
	}()
	if _, err := conn.Exec(ctx, "LISTEN zhuwang_account"); err != nil {
		return err
	}
	fn("")
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		fn(n.Payload)
	}
}
