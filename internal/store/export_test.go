package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
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
