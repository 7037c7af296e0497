package store

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"

	"github.com/zhuwang/zhuwang/internal/feature"
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

// PlanOfFeatures is how PostgreSQL would answer a question with the rights of the caller.
func (s *Store) PlanOfFeatures(ctx context.Context, q feature.Query) (plan []string, err error) {
	c, err := compose(q, true)
	if err != nil {
		return nil, err
	}
	err = s.as(ctx, grid.Code(q.District), q.Collection.Needs, func(db queryer) error {
		rows, err := db.Query(ctx, "EXPLAIN "+c.rows, c.args...)
		if err != nil {
			return err
		}
		plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return plan, err
}
