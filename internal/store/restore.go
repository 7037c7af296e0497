package store

import (
	"context"
	"crypto/sha256"
	stdsql "database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3/database"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/sql"
)

// Schemas beside the one in force. A restore fills the first in its transaction; what was there before becomes the second.
const (
	schemaRestoring = "zhuwang_restoring"
	schemaBefore    = "zhuwang_before"
)

// RestoreOptions say what a restore may do.
type RestoreOptions struct {
	Replace bool                     // a database that has data gives way; the data is kept in the schema zhuwang_before
	Done    func(Part)               // is called with each table that is filled
	Prove   func(grid.Records) error // looks at what was restored before it is in force; an error undoes everything
	Log     *slog.Logger             // nil: slog.Default()
}

// Restored is what a restore did.
type Restored struct {
	Kept bool // what was there before is in the schema zhuwang_before
}

// Restore puts a backup in force, in one transaction: it is filled into a schema of its own, brought to this program's version, proven, and
// takes the place of the schema in force by its name. Whatever ends it before the commit leaves everything as it was. Columns that name a
// transaction name this one. fault restore-in-use while others use the database, restore-not-empty for one that has data.
func Restore(ctx context.Context, url string, b *BackupFile, o RestoreOptions) (Restored, error) {
	config, err := connConfig(url)
	if err != nil {
		return Restored{}, err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return Restored{}, explain(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if o.Log == nil {
		o.Log = slog.Default()
	}
	r := &restore{RestoreOptions: o, backup: b}
	if err := r.run(ctx, conn); err != nil {
		return Restored{}, explain(err)
	}
	return Restored{Kept: r.hasData}, Migrate(ctx, url) // distributes the tables, where that is done
}

// restore is one in its transaction.
type restore struct {
	RestoreOptions
	backup  *BackupFile
	pg      pgx.Tx
	hasData bool // there is something in the schema in force
}

func (r *restore) run(ctx context.Context, conn *pgx.Conn) (err error) {
	if r.pg, err = conn.Begin(ctx); err != nil {
		return err
	}
	defer r.pg.Rollback(context.WithoutCancel(ctx))
	for _, s := range []string{
		"SET LOCAL client_connection_check_interval = '1s'", // should this program be killed, its session ends too
		"SELECT pg_advisory_xact_lock(hashtext('zhuwang.migrate'))",
	} {
		if _, err := r.pg.Exec(ctx, s); err != nil {
			return err
		}
	}
	steps := []func(context.Context) error{r.look, r.build, r.fill, r.finish, r.alone, r.swap}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return r.pg.Commit(context.WithoutCancel(ctx))
}

// look makes sure that the database may be written to and that nobody is at work in it.
func (r *restore) look(ctx context.Context) error {
	var readOnly bool
	if err := r.pg.QueryRow(ctx, query("ping")).Scan(&readOnly); err != nil {
		return err
	}
	if readOnly {
		return errReadOnly
	}
	if err := r.alone(ctx); err != nil {
		return err
	}
	tables, err := list(ctx, r.pg, "backup-tables", func(row pgx.CollectableRow) (name string, err error) {
		err = row.Scan(&name, nil, nil)
		return name, err
	})
	if err != nil {
		return err
	}
	for _, table := range tables {
		if table == "schema_version" {
			continue
		}
		var some bool
		if err := r.pg.QueryRow(ctx, "SELECT EXISTS (SELECT FROM "+pgx.Identifier{"zhuwang", table}.Sanitize()+")").Scan(&some); err != nil {
			return err
		}
		r.hasData = r.hasData || some
	}
	if r.hasData && !r.Replace {
		return fault.New(fault.Conflict, "restore-not-empty", nil)
	}
	return prepare(ctx, r.pg)
}

// leaving is how long a session that has lost its client may take to end.
const leaving = 3 * time.Second

// alone refuses while another session of Zhuwang is on the database: its answers and writes would belong to neither state.
func (r *restore) alone(ctx context.Context) error {
	for deadline := time.Now().Add(leaving); ; {
		if _, err := r.pg.Exec(ctx, "SELECT pg_stat_clear_snapshot()"); err != nil { // the list is kept for the length of a transaction
			return err
		}
		var guests int
		if err := r.pg.QueryRow(ctx, query("restore-guests")).Scan(&guests); err != nil || guests == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return fault.New(fault.Conflict, "restore-in-use", fault.Args{"sessions": guests})
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(leaving / 20):
		}
	}
}

// build makes the tables as the backup has them.
func (r *restore) build(ctx context.Context) error {
	for _, s := range []string{
		"DROP SCHEMA IF EXISTS " + schemaRestoring + " CASCADE",
		"CREATE SCHEMA " + schemaRestoring,
		"SET LOCAL search_path TO " + schemaRestoring + ", public, postgis, extensions",
		copyForm,
	} {
		if _, err := r.pg.Exec(ctx, s); err != nil {
			return err
		}
	}
	return r.migrate(ctx, 0, r.backup.Manifest.Schema)
}

// migrate runs the migrations after one version up to another, in this transaction.
func (r *restore) migrate(ctx context.Context, after, upTo int64) error {
	for _, step := range sql.Steps() {
		if step.Version <= after || step.Version > upTo {
			continue
		}
		if _, err := r.pg.Conn().PgConn().Exec(ctx, step.Statements).ReadAll(); err != nil {
			return fmt.Errorf("migration %d: %w", step.Version, err)
		}
	}
	return nil
}

// fill puts the rows into the tables. Indexes are made when the rows are there, which is faster than row by row.
func (r *restore) fill(ctx context.Context) error {
	type index struct{ name, definition string }
	indexes, err := list(ctx, r.pg, "restore-indexes", func(row pgx.CollectableRow) (i index, err error) {
		err = row.Scan(&i.name, &i.definition)
		return i, err
	}, schemaRestoring)
	if err != nil {
		return err
	}
	for _, i := range indexes {
		if _, err := r.pg.Exec(ctx, "DROP INDEX "+i.name); err != nil {
			return err
		}
	}
	for _, p := range r.backup.Manifest.Parts {
		if err := r.part(ctx, p); err != nil {
			return err
		}
		r.Done(p)
	}
	for _, i := range indexes {
		if _, err := r.pg.Exec(ctx, i.definition); err != nil {
			return err
		}
	}
	return nil
}

func (r *restore) part(ctx context.Context, p Part) error {
	content, err := r.backup.files[p.File].Open()
	if err != nil {
		return damaged(err)
	}
	defer content.Close()
	sum := sha256.New()
	tag, err := r.pg.Conn().PgConn().CopyFrom(ctx, io.TeeReader(content, sum),
		"COPY "+pgx.Identifier{schemaRestoring, p.Table}.Sanitize()+" ("+columnList(p.Columns)+") FROM STDIN")
	if err != nil {
		return err
	}
	if tag.RowsAffected() != p.Rows || hex.EncodeToString(sum.Sum(nil)) != p.SHA256 {
		return damaged(fmt.Errorf("part %s has %d rows with another hash than the manifest says", p.File, tag.RowsAffected()))
	}
	return nil
}

// finish brings the tables to this program's version, and has them proven.
func (r *restore) finish(ctx context.Context) error {
	versions := migrationVersions()
	if err := r.migrate(ctx, r.backup.Manifest.Schema, versions[len(versions)-1]); err != nil {
		return err
	}
	record, err := database.NewStore(database.DialectPostgres, schemaRestoring+".schema_version")
	if err != nil {
		return err
	}
	if err := record.CreateVersionTable(ctx, executor{r.pg}); err != nil {
		return err
	}
	for _, v := range append([]int64{0}, versions...) {
		if err := record.Insert(ctx, executor{r.pg}, database.InsertRequest{Version: v}); err != nil {
			return err
		}
	}
	for _, n := range r.backup.Manifest.Numbers {
		if n.Last == 0 {
			continue
		}
		if _, err := r.pg.Exec(ctx, query("restore-number"), pgx.Identifier{schemaRestoring, n.Table}.Sanitize(), n.Column, n.Last); err != nil {
			return err
		}
	}
	for _, p := range r.backup.Manifest.Parts {
		if _, err := r.pg.Exec(ctx, "ANALYZE "+pgx.Identifier{schemaRestoring, p.Table}.Sanitize()); err != nil {
			return err
		}
	}
	if err := registerGeometry(ctx, r.pg.Conn()); err != nil {
		return err
	}
	return r.Prove(records{r.pg, r.Log})
}

// swap puts the tables in force, and tells every node.
func (r *restore) swap(ctx context.Context) error {
	statements := []string{"DROP SCHEMA zhuwang CASCADE"} // prepare has made it, if nobody else
	if r.hasData {
		statements = []string{"DROP SCHEMA IF EXISTS " + schemaBefore + " CASCADE", "ALTER SCHEMA zhuwang RENAME TO " + schemaBefore}
	}
	statements = append(statements, "ALTER SCHEMA "+schemaRestoring+" RENAME TO zhuwang")
	for _, s := range statements {
		if _, err := r.pg.Exec(ctx, s); err != nil {
			return err
		}
	}
	for _, d := range r.backup.Manifest.Districts {
		if err := notify(ctx, r.pg, grid.Code(d.District)); err != nil {
			return err
		}
	}
	return nil
}

// executor lets goose write its record in our transaction.
type executor struct{ pgx.Tx }

var _ database.DBTxConn = executor{}

func (e executor) ExecContext(ctx context.Context, statement string, args ...any) (stdsql.Result, error) {
	_, err := e.Exec(ctx, statement, args...)
	return nil, err
}

func (e executor) QueryContext(context.Context, string, ...any) (*stdsql.Rows, error) {
	return nil, errors.ErrUnsupported
}

func (e executor) QueryRowContext(context.Context, string, ...any) *stdsql.Row { return nil }
