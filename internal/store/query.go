package store

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/zhuwang/zhuwang/sql"
)

// query is the text of an embedded query.
func query(name string) string { return sql.Query(name) }

// queryer is a pool, a connection or a transaction.
type queryer interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// list runs a query and scans each row.
func list[T any](ctx context.Context, q queryer, name string, scan func(pgx.CollectableRow) (T, error), args ...any) ([]T, error) {
	rows, err := q.Query(ctx, query(name), args...)
	if err != nil {
		return nil, explain(err)
	}
	all, err := pgx.CollectRows(rows, scan)
	return all, explain(err)
}

// stream runs a query and yields each row while it arrives; an error is yielded last.
func stream[T any](ctx context.Context, q queryer, name string, scan func(pgx.CollectableRow) (T, error), args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		rows, err := q.Query(ctx, query(name), args...)
		if err != nil {
			yield(zero, explain(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			v, err := scan(rows)
			if err != nil {
				yield(zero, explain(err))
				return
			}
			if !yield(v, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(zero, explain(err))
		}
	}
}

// cursor runs a query that declares the cursor `pages`, and yields its rows in pages; an error is yielded last. Between two pages the
// transaction may be used: what it writes meanwhile the cursor does not see.
func cursor[T any](ctx context.Context, tx pgx.Tx, name string, scan func(pgx.CollectableRow) (T, error), args ...any) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		if _, err := tx.Exec(ctx, query(name), args...); err != nil {
			yield(nil, explain(err))
			return
		}
		for {
			// Described each time: what a page holds depends on the cursor.
			page, err := list(ctx, tx, "pages-next", scan, pgx.QueryExecModeDescribeExec)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(page) == 0 {
				break
			}
			if !yield(page, nil) {
				break
			}
		}
		_, _ = tx.Exec(ctx, query("pages-close")) // it fails where the transaction failed, and is gone with that
	}
}
