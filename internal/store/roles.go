package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// The roles of the scope rule, which all databases of a cluster share, beside zhuwang_owner, who owns the tables: that migrates, writes and copies.
// Whoever logs in takes them; they own nothing, and row-level security counts for them.
const (
	roleAll   = "zhuwang_all"   // reads whole districts
	rolePart  = "zhuwang_part"  // reads what lies under the prefix that zhuwang.scope says
	roleParts = "zhuwang_parts" // under the prefixes
)

// as runs fn for the caller of the context, in a transaction that only reads, with the caller's rights on a district and no others: it is the one place that
// takes a role. Every statement of fn must be bound to the district by `district = $1`. What the server does of its own accord needs no role.
func (s *Store) as(ctx context.Context, district grid.Code, p scope.Permission, fn func(queryer) error) error {
	caller := scope.Of(ctx)
	if caller == scope.Local() {
		return fn(s.pool)
	}
	begin, err := beginAs(caller.Area(p), string(district))
	if err != nil {
		return err
	}
	pg, err := s.pool.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return explain(err)
	}
	defer pg.Rollback(context.WithoutCancel(ctx)) // there is nothing to commit
	return fn(bound{pg, district})
}

// beginAs begins a transaction with the rights that an area gives on a district.
func beginAs(area scope.Area, district string) (string, error) {
	const begin = "BEGIN READ ONLY; SET LOCAL ROLE "
	if area.Covers(district) {
		return begin + roleAll, nil
	}
	literal := area.In(district).Literal()
	if strings.Trim(literal, "0123456789,") != "" {
		return "", fmt.Errorf("store: %q is no scope", literal)
	}
	role := rolePart
	if strings.Contains(literal, ",") {
		role = roleParts
	}
	return begin + role + "; SET LOCAL zhuwang.scope = '" + literal + "'", nil
}

// bound is a transaction whose statements are all bound to one district.
type bound struct {
	pgx.Tx
	district grid.Code
}

// check makes sure that a statement is bound.
func (b bound) check(statement string, args []any) error {
	for len(args) > 0 {
		if _, option := args[0].(pgx.QueryExecMode); !option {
			break
		}
		args = args[1:]
	}
	if !strings.Contains(statement, "district = $1") || len(args) == 0 || args[0] != b.district {
		return errors.New("store: a statement for a caller is not bound to a district: " + statement)
	}
	return nil
}

func (b bound) Query(ctx context.Context, statement string, args ...any) (pgx.Rows, error) {
	if err := b.check(statement, args); err != nil {
		return nil, err
	}
	return b.Tx.Query(ctx, statement, args...)
}

func (b bound) QueryRow(ctx context.Context, statement string, args ...any) pgx.Row {
	if err := b.check(statement, args); err != nil {
		return failed{err}
	}
	return b.Tx.QueryRow(ctx, statement, args...)
}

func (b bound) Exec(ctx context.Context, statement string, args ...any) (pgconn.CommandTag, error) {
	if err := b.check(statement, args); err != nil {
		return pgconn.CommandTag{}, err
	}
	return b.Tx.Exec(ctx, statement, args...)
}

// failed is a row that cannot be read.
type failed struct{ error }

func (f failed) Scan(...any) error { return f.error }

// listAs is list for the caller of the context.
func listAs[T any](ctx context.Context, s *Store, district grid.Code, p scope.Permission, name string, scan func(pgx.CollectableRow) (T, error), args ...any) (all []T, err error) {
	err = s.as(ctx, district, p, func(q queryer) error {
		all, err = list(ctx, q, name, scan, args...)
		return err
	})
	return all, err
}

// roles makes the roles where they are missing, and lets whoever is logged in take them; and where it may, it says of functions of PostGIS that they
// tell nothing of the rows that they are given, without which row-level security would keep indexes of places from use. fault roles-rights where the roles
// take an administrator.
func roles(ctx context.Context, conn queryer) error {
	_, err := conn.Exec(ctx, query("roles"))
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "42501" {
		return &fault.Error{Kind: fault.Unavailable, Rule: "roles-rights", Cause: err}
	}
	if err == nil {
		_, err = conn.Exec(ctx, query("leakproof"))
	}
	return err
}
