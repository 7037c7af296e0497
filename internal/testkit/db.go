// Package testkit serves tests: a PostgreSQL + PostGIS of their own and the failures that real ones have.
package testkit

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// DB is the address of a new database with Zhuwang's schema and nothing in it, dropped when the test ends. It lives on a
// real PostgreSQL + PostGIS that all tests of this machine's user share: the first test that needs it starts it, and it goes away
// some seconds after the last test process ended, however that ended. DB fails the test where PostgreSQL or PostGIS is not installed; it never skips.
func DB(t testing.TB) string {
	t.Helper()
	return create(t, shared(t).template)
}

// EmptyDB is DB without schema and extensions.
func EmptyDB(t testing.TB) string {
	t.Helper()
	shared(t)
	return create(t, "template0")
}

// CopyDB is the address of a copy of a database made by DB, to which nobody may be connected. It is dropped when the test ends.
func CopyDB(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return create(t, strings.TrimPrefix(u.Path, "/"))
}

// Exec executes a statement on a database.
func Exec(t testing.TB, address, statement string) {
	t.Helper()
	run(t, address, statement)
}

// create makes a database from a template and drops it when the test ends.
func create(t testing.TB, template string) string {
	t.Helper()
	name := "t_" + strings.ToLower(rand.Text()[:12])
	admin := shared(t).url
	run(t, admin, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY file_copy")
	t.Cleanup(func() { run(t, admin, "DROP DATABASE "+name+" WITH (FORCE)") })
	return inDatabase(admin, name)
}

// run executes a statement on a connection of its own.
func run(t testing.TB, url, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err == nil {
		_, err = conn.Exec(ctx, statement)
		conn.Close(ctx)
	}
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// inDatabase is an address with another database.
func inDatabase(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err) // the address is made by pgserver
	}
	u.Path = "/" + name
	return u.String()
}
