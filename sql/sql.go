// Package sql holds every statement that Zhuwang sends to PostgreSQL as text: the migrations, the queries, and the step that
// distributes the tables where Citus is installed.
//
// Rules of the schema, so that it runs alike on one PostgreSQL, on replicas and on Citus: `district text` leads each
// primary key and each constraint; foreign keys stay within a district; no domain, no SET NULL, no deferrable constraint; one
// statement of DDL a call.
package sql

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql queries/*.sql distribute.sql catalogue.txt
var files embed.FS

// Migrations are the numbered steps of the schema, for goose.
func Migrations() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Step is one migration: its number and its statements.
type Step struct {
	Version    int64
	Statements string
}

// Steps are the migrations by number, for whoever runs them in a transaction of its own: goose's markers are comments to PostgreSQL.
func Steps() (steps []Step) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		digits, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		version, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			panic(err)
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		steps = append(steps, Step{version, up})
	}
	return steps
}

// Distribute is the last step of a migration: it distributes the tables by district where Citus is, and does nothing elsewhere.
func Distribute() string {
	text, err := files.ReadFile("distribute.sql")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Catalogue are the names of all that the migrations make, one a line as the query doctor-catalogue writes them. A test holds it to a
// migrated database, and `go test ./internal/store -run TestCatalogueFile -update` writes it anew after a migration was added.
func Catalogue() []string {
	text, err := files.ReadFile("catalogue.txt")
	if err != nil {
		panic(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// queries by name. A file of queries holds some, each after a line `-- name: NAME`, with a comment that gives its parameters.
var queries = func() map[string]string {
	names, err := fs.Glob(files, "queries/*.sql")
	if err != nil {
		panic(err)
	}
	all := map[string]string{}
	for _, file := range names {
		text, err := files.ReadFile(file)
		if err != nil {
			panic(err)
		}
		for part := range strings.SplitSeq("\n"+string(text), "\n-- name: ") {
			name, query, ok := strings.Cut(part, "\n")
			if _, dup := all[name]; dup {
				panic(fmt.Sprintf("sql: two queries are called %s", name))
			}
			if ok && strings.TrimSpace(query) != "" && name != "" {
				all[name] = query
			}
		}
	}
	return all
}()

// Query is the text of a query. It panics for a name that does not exist.
func Query(name string) string {
	q, ok := queries[name]
	if !ok {
		panic("sql: there is no query " + name)
	}
	return q
}

// Queries are all of them by name. The map is a copy.
func Queries() map[string]string { return maps.Clone(queries) }
