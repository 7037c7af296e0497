package store

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// For tests of the package from outside.
var (
	RegisterGeometry = registerGeometry
	Explain          = explain
)

// MigrateTo brings a database to an older schema.
func MigrateTo(ctx context.Context, url string, version int64) error {
	return withMigrations(ctx, url, func(conn *pgx.Conn, p *goose.Provider) error {
		if err := prepare(ctx, conn); err != nil {
			return err
		}
		_, err := p.UpTo(ctx, version)
		return err
	})
}

// QueryAs runs a statement for the caller of a context.
func (s *Store) QueryAs(ctx context.Context, district grid.Code, statement string) error {
	return s.as(ctx, district, scope.SeePoints, func(q queryer) error {
		var args []any
		if strings.Contains(statement, "$1") {
			args = append(args, district)
		}
		return q.QueryRow(ctx, statement, args...).Scan(new(int64))
	})
}
