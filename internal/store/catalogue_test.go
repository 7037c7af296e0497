package store_test

import (
	"context"
	"flag"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/sql"
)

// local tables belong to one node, those of accounts to no district: they are exempt from the rules of distribution.
var local = []string{"schema_version", "account", "account_grant", "account_key", "account_session", "account_attempt"}

// connect opens a plain connection with Zhuwang's search path.
func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), "SET search_path TO zhuwang, public"); err != nil {
		t.Fatal(err)
	}
	return conn
}

// strs runs a query of one text column.
func strs(t testing.TB, conn *pgx.Conn, query string, args ...any) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return all
}

// TestCatalogue holds every table to the rules under which it can be distributed by district.
func TestCatalogue(t *testing.T) {
	conn := connect(t, testkit.DB(t))
	if tables := strs(t, conn, "SELECT relname FROM pg_class WHERE relnamespace = 'zhuwang'::regnamespace AND relkind IN ('r', 'p')"); len(tables) < 14 {
		t.Fatalf("only the tables %v were found", tables)
	}
	const tables = `pg_class c WHERE c.relnamespace = 'zhuwang'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> ALL ($1) AND `
	for rule, offenders := range map[string]string{
		"each table has `district text NOT NULL` of the database's own collation": `SELECT c.relname FROM ` + tables + `NOT EXISTS (
			SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'district' AND a.atttypid = 'text'::regtype
			AND a.attnotnull AND a.attcollation = (SELECT typcollation FROM pg_type WHERE typname = 'text'))`,
		"each table has a primary key that district leads": `SELECT c.relname FROM ` + tables + `NOT EXISTS (
			SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
			WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'district')`,
		"district leads each unique index and exclusion": `SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid, ` +
			`pg_attribute a WHERE c.relnamespace = 'zhuwang'::regnamespace AND c.relname <> ALL ($1) AND (i.indisunique OR i.indisexclusion)
			AND a.attrelid = c.oid AND a.attnum = i.indkey[0] AND a.attname <> 'district'`,
		"each exclusion compares district by =": `SELECT k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
			WHERE c.relnamespace = 'zhuwang'::regnamespace AND c.relname <> ALL ($1) AND k.contype = 'x'
			AND (SELECT oprname FROM pg_operator WHERE oid = k.conexclop[1]) <> '='`,
		"each foreign key goes from district to district": `SELECT k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
			JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
			WHERE c.relnamespace = 'zhuwang'::regnamespace AND c.relname <> ALL ($1) AND k.contype = 'f' AND (a.attname <> 'district' OR b.attname <> 'district')`,
		"no foreign key sets null or a default": `SELECT conname FROM pg_constraint WHERE connamespace = 'zhuwang'::regnamespace
			AND conrelid::regclass::text <> ALL ($1) AND (confdeltype IN ('n', 'd') OR confupdtype IN ('n', 'd'))`,
		"nothing is deferrable": `SELECT conname FROM pg_constraint WHERE connamespace = 'zhuwang'::regnamespace AND conrelid::regclass::text <> ALL ($1) AND condeferrable`,
		"no column has a domain for its type": `SELECT a.attrelid::regclass || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
			WHERE c.relnamespace = 'zhuwang'::regnamespace AND c.relname <> ALL ($1) AND a.attnum > 0 AND t.typtype = 'd'`,
		"each geometry is in CGCS2000": `SELECT f_table_name || '.' || f_geometry_column FROM geometry_columns
			WHERE f_table_schema = 'zhuwang' AND f_table_name <> ALL ($1) AND srid <> 4490`,
		"there is no rule, and no trigger": `SELECT tgname FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
			WHERE c.relnamespace = 'zhuwang'::regnamespace AND NOT g.tgisinternal AND c.relname <> ALL ($1)`,
		"each table is in the distribute step": `SELECT c.relname FROM ` + tables + `position('''' || c.relname || '''' IN $2) = 0`,
	} {
		args := []any{local}
		if strings.Contains(offenders, "$2") {
			args = append(args, sql.Distribute())
		}
		if bad := strs(t, conn, offenders, args...); len(bad) > 0 {
			t.Errorf("%s, but not: %v", rule, bad)
		}
	}
}

// fingerprint is everything of the schema: columns, constraints, indexes, views, and which files of the disk hold them.
func fingerprint(t testing.TB, conn *pgx.Conn) string {
	return strings.Join(strs(t, conn, `
		SELECT format('%s %s %s %s', c.relname, c.relkind, c.relfilenode, c.xmin) FROM pg_class c WHERE relnamespace = 'zhuwang'::regnamespace
		UNION ALL SELECT format('%s %s %s %s', attrelid::regclass, attname, atttypid::regtype, atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'zhuwang'::regnamespace
		UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'zhuwang'::regnamespace
		UNION ALL SELECT format('%s %s', viewname, definition) FROM pg_views WHERE schemaname = 'zhuwang'
		UNION ALL SELECT format('%s %s %s', version_id, is_applied, tstamp) FROM schema_version
		UNION ALL SELECT format('%s %s', extname, xmin) FROM pg_extension
		ORDER BY 1`), "\n")
}

func TestMigrate(t *testing.T) {
	url := testkit.EmptyDB(t)
	before, err := store.SchemaState(t.Context(), url)
	if err != nil || before.Have != 0 || before.Want < 5 {
		t.Fatalf("state of an empty database: %+v, %v", before, err)
	}
	wantRule(t, before.Err(), "schema-older")

	done := make(chan error)
	for range 3 { // at once, as three nodes of one upgrade do
		go func() { done <- store.Migrate(t.Context(), url) }()
	}
	for range 3 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	conn := connect(t, url)
	first := fingerprint(t, conn)
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	if second := fingerprint(t, conn); second != first {
		t.Error("a second migration changed the schema")
	}
	if _, err := conn.Exec(t.Context(), sql.Distribute()); err != nil {
		t.Fatal(err)
	}
	if third := fingerprint(t, conn); third != first {
		t.Error("the distribute step changed a database without Citus")
	}
	after, err := store.SchemaState(t.Context(), url)
	if err != nil || after.Err() != nil {
		t.Fatalf("state after the migration: %+v, %v", after, err)
	}

	if _, err := conn.Exec(t.Context(), "INSERT INTO schema_version (version_id, is_applied) VALUES (9999, true)"); err != nil {
		t.Fatal(err)
	}
	newer, err := store.SchemaState(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	wantRule(t, newer.Err(), "schema-newer")
	wantRule(t, store.Migrate(t.Context(), url), "schema-newer")
}

func TestMigrateWithoutRights(t *testing.T) {
	url := testkit.EmptyDB(t)
	conn := connect(t, url)
	name := "guest_" + conn.Config().Database
	if _, err := conn.Exec(t.Context(), "CREATE ROLE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Exec(context.Background(), "DROP ROLE "+name) })
	// The session is the guest's from its start.
	wantRule(t, store.Migrate(t.Context(), url+"&role="+name), "extension-rights")
}

// TestQueries prepares every query, which checks its syntax, names and types against PostGIS.
func TestQueries(t *testing.T) {
	conn := connect(t, testkit.DB(t))
	var source strings.Builder
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(text)
		}
	}
	all := sql.Queries()
	if len(all) < 30 {
		t.Fatalf("only %d queries", len(all))
	}
	for name, query := range all {
		if _, err := conn.Prepare(t.Context(), name, query); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.Contains(source.String(), `"`+name+`"`) {
			t.Errorf("%s is used by nobody", name)
		}
	}
}

// TestSentences: everything that the package can say has its sentence.
func TestSentences(t *testing.T) {
	for _, rule := range []string{"database-url", "database-away", "database-refuses", "database-disk-full", "database-rights", "database-unfit",
		"database-read-only", "postgis-older", "extension-missing", "extension-rights", "schema-older", "schema-newer", "write-conflict", "commit-unknown"} {
		if text := fault.Rules()[rule]; text.Zh == "" || text.En == "" {
			t.Errorf("%s has no sentence", rule)
		}
	}
}

func TestMigrationsAreSingleStatements(t *testing.T) {
	names, err := fs.Glob(sql.Migrations(), "*.sql")
	if err != nil || !slices.IsSorted(names) {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(sql.Migrations(), name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "-- +goose Up\nSET LOCAL citus.multi_shard_modify_mode TO 'sequential';\n") {
			t.Errorf("%s does not begin with what Citus needs", name)
		}
	}
}

var update = flag.Bool("update", false, "write sql/catalogue.txt anew")

// TestCatalogueFile: what doctor misses in a live database is what the migrations make in a new one.
func TestCatalogueFile(t *testing.T) {
	lines := strs(t, connect(t, testkit.DB(t)), sql.Query("doctor-catalogue"))
	if *update {
		if err := os.WriteFile("../../sql/catalogue.txt", []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !slices.Equal(lines, sql.Catalogue()) {
		t.Error("sql/catalogue.txt is not what the migrations make: go test ./internal/store -run TestCatalogueFile -update")
	}
}
