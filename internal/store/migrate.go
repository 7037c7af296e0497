package store

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/sql"
)

// versionTable is goose's record of what was applied.
const versionTable = "zhuwang.schema_version"

// Oldest versions that Zhuwang works with.
const (
	oldestPostgres = 150000 // server_version_num
	oldestPostGIS  = "3.3"
)

// Schema is the state of a database's schema beside that of this program.
type Schema struct{ Have, Want int64 }

// Err is nil iff the program and the schema fit.
func (s Schema) Err() error {
	args := fault.Args{"have": s.Have, "want": s.Want}
	switch {
	case s.Have < s.Want:
		return fault.New(fault.Unavailable, "schema-older", args)
	case s.Have > s.Want:
		return fault.New(fault.Unavailable, "schema-newer", args)
	}
	return nil
}

// SchemaState reads the state of a database's schema; Have is 0 for a database that was never migrated.
func SchemaState(ctx context.Context, url string) (Schema, error) {
	var s Schema
	err := withMigrations(ctx, url, func(conn *pgx.Conn, p *goose.Provider) (err error) {
		s, err = schemaState(ctx, conn, p)
		return err
	})
	return s, explain(err)
}

// Migrate brings a database's schema to that of this program. It makes the extensions postgis and btree_gist where they
// are missing, which needs the right to. A schema that fits already is left alone. One migration runs at a time.
func Migrate(ctx context.Context, url string) error {
	err := withMigrations(ctx, url, func(conn *pgx.Conn, p *goose.Provider) error {
		if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext('zhuwang.migrate'))"); err != nil { // until the connection ends
			return err
		}
		s, err := schemaState(ctx, conn, p)
		if err != nil {
			return err
		}
		if s.Have > s.Want {
			return s.Err()
		}
		if err := prepare(ctx, conn); err != nil {
			return err
		}
		if s.Have < s.Want {
			if _, err := p.Up(ctx); err != nil {
				return err
			}
		}
		_, err = conn.Exec(ctx, sql.Distribute())
		return err
	})
	return explain(err)
}

// withMigrations runs f with a connection of its own and the migrations on the same database.
func withMigrations(ctx context.Context, url string, f func(*pgx.Conn, *goose.Provider) error) error {
	config, err := connConfig(url)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	db := stdlib.OpenDB(*config)
	defer db.Close()
	p, err := provider(db)
	if err != nil {
		return err
	}
	return f(conn, p)
}

func provider(db *stdsql.DB) (*goose.Provider, error) {
	return goose.NewProvider(goose.DialectPostgres, db, sql.Migrations(),
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
}

func schemaState(ctx context.Context, conn *pgx.Conn, p *goose.Provider) (s Schema, err error) {
	sources := p.ListSources()
	s.Want = sources[len(sources)-1].Version
	var made bool
	if err := conn.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", versionTable).Scan(&made); err != nil || !made {
		return s, err
	}
	err = conn.QueryRow(ctx, "SELECT coalesce(max(version_id), 0) FROM "+versionTable).Scan(&s.Have)
	return s, err
}

// prepare makes sure of what the migrations stand on.
func prepare(ctx context.Context, conn queryer) error {
	var version int
	var encoding, text string
	err := conn.QueryRow(ctx, "SELECT current_setting('server_version_num')::int, current_setting('server_version'), current_setting('server_encoding')").
		Scan(&version, &text, &encoding)
	if err != nil {
		return err
	}
	if version < oldestPostgres || encoding != "UTF8" {
		return fault.New(fault.Unavailable, "database-unfit", fault.Args{"version": text, "encoding": encoding, "oldest": oldestPostgres / 10000})
	}
	for _, name := range []string{"postgis", "btree_gist"} {
		if err := extension(ctx, conn, name); err != nil {
			return err
		}
	}
	var fits bool
	err = conn.QueryRow(ctx, `SELECT string_to_array(substring(v FROM '^\d+\.\d+'), '.')::int[] >= string_to_array($1, '.')::int[], v FROM postgis_lib_version() v`,
		oldestPostGIS).Scan(&fits, &text)
	if err != nil {
		return err
	}
	if !fits {
		return fault.New(fault.Unavailable, "postgis-older", fault.Args{"version": text, "oldest": oldestPostGIS})
	}
	if err := roles(ctx, conn); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS zhuwang")
	return err
}

// extension makes an extension where it is missing.
func extension(ctx context.Context, conn queryer, name string) error {
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = $1)", name).Scan(&there); err != nil || there {
		return err
	}
	_, err := conn.Exec(ctx, fmt.Sprintf("CREATE EXTENSION %s SCHEMA public", pgx.Identifier{name}.Sanitize()))
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		rule := ""
		switch pg.Code {
		case "42501":
			rule = "extension-rights"
		case "0A000", "58P01", "42704": // feature not supported, undefined file, undefined object: by version, not installed
			rule = "extension-missing"
		case "42710", "23505": // made by somebody else meanwhile
			return nil
		}
		if rule != "" {
			return &fault.Error{Kind: fault.Unavailable, Rule: rule, Args: fault.Args{"name": name}, Cause: err}
		}
	}
	return err
}
