package store

import (
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// parameters of each session. The schema is Zhuwang's; extensions live in public, or where hosted databases put them.
// Compiling queries (jit) costs hundreds of milliseconds where PostGIS functions are rated as dear, and gains nothing here.
var parameters = map[string]string{
	"application_name": "zhuwang",
	"search_path":      "zhuwang, public, postgis, extensions",
	"timezone":         "UTC",
	"jit":              "off",
}

// parse reads the address of a database: a URL or the keywords of libpq. What the environment says of passwords counts too.
func parse(url string) (*pgxpool.Config, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		// The parser's text masks the password, yet may quote other parts: it is for the log.
		return nil, &fault.Error{Kind: fault.Usage, Rule: "database-url", Cause: err}
	}
	for name, value := range parameters {
		if _, given := c.ConnConfig.RuntimeParams[name]; !given {
			c.ConnConfig.RuntimeParams[name] = value
		}
	}
	if c.ConnConfig.ConnectTimeout == 0 {
		c.ConnConfig.ConnectTimeout = connectTime
	}
	return c, nil
}

// connConfig is parse for a single connection.
func connConfig(url string) (*pgx.ConnConfig, error) {
	c, err := parse(strings.TrimSpace(url))
	if err != nil {
		return nil, err
	}
	return c.ConnConfig, nil
}
