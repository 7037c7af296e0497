package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/sql"
)

// filled are rows in every table that is under the rule of scope: two districts of 2 towns of 2 communities of 3 grids.
var filled = []string{
	`CREATE TEMP TABLE place AS
	 SELECT d AS district, d || t AS town, d || t || c AS community, d || t || c || g AS code
	 FROM unnest('{990001,990002}'::text[]) d, unnest('{001,002}'::text[]) t, unnest('{001,002}'::text[]) c, unnest('{001,002,003}'::text[]) g`,
	`INSERT INTO release SELECT d, 1, now(), 'x', '', NULL FROM unnest('{990001,990002}'::text[]) d`,
	`INSERT INTO timeline SELECT district, 1, tstzrange(now(), NULL), tstzrange(now(), NULL) FROM release`,
	`INSERT INTO head SELECT district, 1 FROM release`,
	`INSERT INTO sheet SELECT DISTINCT district, sha256(community::bytea), community FROM place`,
	`INSERT INTO sheet_face SELECT district, sha256(community::bytea), code, code, 'basic', '', '', 1,
	 ST_Multi(ST_MakeEnvelope(108, 22, 108.1, 22.1, 4490)) FROM place`,
	`INSERT INTO release_sheet SELECT district, 1, community, sheet FROM sheet`,
	`INSERT INTO outline SELECT district, sha256(district::bytea), ST_Multi(ST_MakeEnvelope(108, 22, 108.1, 22.1, 4490)) FROM release`,
	`INSERT INTO release_division SELECT DISTINCT district, 1, code, level, code, '', sha256(district::bytea)
	 FROM (SELECT district, district AS code, 'district' AS level FROM place UNION SELECT district, town, 'town' FROM place UNION SELECT district, community, 'community' FROM place) d`,
	`INSERT INTO register SELECT district, code, name FROM release_division`,
	`INSERT INTO lineage (district, release, from_code, to_code, kind, households, buildings, area_m2, from_share, to_share)
	 SELECT district, 1, '', code, 'born', 0, 0, 0, 0, 1 FROM place UNION ALL SELECT district, 1, code, community || '003', 'merged', 0, 0, 0, 1, 0 FROM place`,
	`INSERT INTO building SELECT district, code || n, community || '0' || right(code, 1) || lpad(n::text, 3, '0'), '', '', NULL, ST_SetSRID(ST_MakePoint(108, 22), 4490), 1, 1, '',
	 CASE WHEN n = 9 THEN '' ELSE code END, '' FROM place, generate_series(1, 9) n`,
	`INSERT INTO building_retired SELECT district, community || '99999', community, '' FROM sheet`,
	`INSERT INTO location SELECT district, kind, code || n, now(), 108, 22, 'wgs84', 0, '{}', CASE WHEN n > 1 THEN town ELSE '' END, ST_SetSRID(ST_MakePoint(108, 22), 4490), code, 'in', 1,
	 '', 'x', now(), now(), 1 FROM place, generate_series(1, 3) n, unnest('{report,tree}'::text[]) kind`,
	`UPDATE location SET area_code = '', how = 'outside' WHERE id LIKE '%0013' AND kind = 'tree'`,
	`INSERT INTO batch SELECT DISTINCT district, town, 'file.csv', 'wgs84', 0, 'x', now(), now() FROM place UNION SELECT district, 'empty', '', 'wgs84', 0, 'x', now(), now() FROM release`,
	`INSERT INTO move SELECT district, 1, 'report', code || 1, code, community || '002' FROM place WHERE right(code, 3) <> '002' UNION ALL SELECT district, 1, 'report', code || 2, '', code FROM place`,
	`INSERT INTO base SELECT district, 'street', 's', '', '', ST_GeomFromText('MULTILINESTRING((108 22, 108.1 22.1))', 4490), '' FROM release`,
	`INSERT INTO revision SELECT district, 'base', 1 FROM release`,
	`INSERT INTO event (district, topic, release, scope, data, at) SELECT district, 't', 1, code, '{}'::jsonb, now() FROM place UNION ALL SELECT district, 'release', 1, district, '{}'::jsonb, now() FROM release
	 UNION ALL SELECT district, 't', 1, '', '{}'::jsonb, now() FROM release`,
}

// scoped opens the store of a database with rows in every table.
func scoped(t testing.TB) (*store.Store, *pgx.Conn) {
	t.Helper()
	url := testkit.DB(t)
	conn := connect(t, url)
	for _, statement := range filled {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return openURL(t, url), conn
}

// tablesOf are the tables of the catalogue that have a district.
func tablesOf(t testing.TB, conn *pgx.Conn) []string {
	return strs(t, conn, `SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'district'
		WHERE c.relnamespace = 'zhuwang'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`)
}

// rowsAs are the rows of a table, as text, that a role sees with a scope.
func rowsAs(t testing.TB, conn *pgx.Conn, role, setting, table string) []string {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	statements := "SET LOCAL ROLE " + role
	if setting != "" {
		statements += "; SET LOCAL zhuwang.scope = '" + setting + "'"
	}
	if _, err := tx.Exec(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
	var allowed bool
	if err := tx.QueryRow(t.Context(), "SELECT has_table_privilege('zhuwang.' || $1, 'SELECT')", table).Scan(&allowed); err != nil || !allowed {
		return nil
	}
	return strs(t, tx.Conn(), "SELECT v::text FROM "+pgx.Identifier{table}.Sanitize()+" v ORDER BY 1")
}

// With no scope set, zhuwang_part sees no row of any table that has a district; and the roles are no more than they should be.
func TestNoScopeNoRow(t *testing.T) {
	_, conn := scoped(t)
	tables := tablesOf(t, conn)
	if len(tables) < 18 {
		t.Fatalf("only the tables %v have a district", tables)
	}
	for _, table := range tables {
		for _, role := range []string{"zhuwang_part", "zhuwang_parts"} {
			if rows := rowsAs(t, conn, role, "", table); len(rows) > 0 {
				t.Errorf("%s: %d rows without a scope as %s", table, len(rows), role)
			}
		}
	}
	// A setting that was made leaves an empty one behind.
	if _, err := conn.Exec(t.Context(), "SET zhuwang.scope = ''"); err != nil {
		t.Fatal(err)
	}
	for _, table := range append(tables, "grid", "division") {
		for _, role := range []string{"zhuwang_part", "zhuwang_parts"} {
			if rows := rowsAs(t, conn, role, "", table); len(rows) > 0 {
				t.Errorf("%s: %d rows with an empty scope as %s", table, len(rows), role)
			}
		}
		if rows := rowsAs(t, conn, "zhuwang_part", "990001001001,990002001", table); len(rows) > 0 && slices.Contains(things, table) {
			t.Errorf("%s: %d rows to one who says several prefixes and takes the role of one", table, len(rows))
		}
	}
	for what, query := range map[string]string{
		"has row-level security off": `SELECT relname FROM pg_class WHERE relnamespace = 'zhuwang'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity AND relname <> 'schema_version'`,
		"is owned by it":             `SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) IN ('zhuwang_all', 'zhuwang_part', 'zhuwang_parts')`,
		"is more than a reader":      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'zhuwang\_%' AND (rolbypassrls OR rolsuper OR rolcanlogin OR rolcreaterole OR rolcreatedb)`,
		"is a member of another":     `SELECT m.member::regrole::text FROM pg_auth_members m WHERE m.member::regrole::text IN ('zhuwang_all', 'zhuwang_part', 'zhuwang_parts', 'zhuwang_owner')`,
		"may be written by it": `SELECT r.rolname || ' ' || c.relname FROM pg_class c, pg_roles r WHERE c.relnamespace = 'zhuwang'::regnamespace AND c.relkind IN ('r', 'p', 'v')
			AND r.rolname IN ('zhuwang_all', 'zhuwang_part', 'zhuwang_parts') AND has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')`,
	} {
		if bad := strs(t, conn, query); len(bad) > 0 {
			t.Errorf("%s: %v", what, bad)
		}
	}
}

// columnsOf say by which column a table is held to the rule, and how: a thing by the grid that it lies in, a division also where the area lies in it.
var columnsOf = map[string]struct {
	columns []string
	touches bool
}{
	"release": {[]string{"district"}, true}, "timeline": {[]string{"district"}, true}, "head": {[]string{"district"}, true}, "outline": {[]string{"district"}, true},
	"batch": {[]string{"district"}, true}, "base": {[]string{"district"}, true}, "revision": {[]string{"district"}, true},
	"sheet": {[]string{"community"}, true}, "release_sheet": {[]string{"community"}, true}, "release_division": {[]string{"code"}, true}, "register": {[]string{"code"}, true},
	"event": {[]string{"scope"}, true}, "sheet_face": {[]string{"code"}, false}, "building": {[]string{"area_code"}, false}, "location": {[]string{"area_code"}, false},
	"lineage": {[]string{"from_code", "to_code"}, false}, "move": {[]string{"from_code", "to_code"}, false},
	"grid": {[]string{"code"}, false}, "division": {[]string{"code"}, true},
}

// things are held to the rule by the grid that they lie in alone.
var things = []string{"sheet_face", "building", "location", "lineage", "move", "grid"}

// For any area, the database shows of each table the rows that the rule in Go shows.
func TestPoliciesAgreeWithTheRule(t *testing.T) {
	_, conn := scoped(t)
	type row struct {
		text  string
		codes []string
	}
	all := map[string][]row{}
	for table, c := range columnsOf {
		for _, text := range strs(t, conn, fmt.Sprintf("SELECT (v.%s) || '|' || v::text FROM %s v ORDER BY v::text", strings.Join(c.columns, " || ',' || v."), pgx.Identifier{table}.Sanitize())) {
			codes, text, _ := strings.Cut(text, "|")
			all[table] = append(all[table], row{text, strings.Split(codes, ",")})
		}
		if len(all[table]) < 2 {
			t.Fatalf("%s has %d rows", table, len(all[table]))
		}
	}
	prefix := rapid.StringMatching(`99000[12](00[123](00[12](00[123])?)?)?`)
	rapid.Check(t, func(rt *rapid.T) {
		area := scope.Union(rapid.SliceOfN(prefix, 1, 4).Draw(rt, "prefixes")...)
		role := "zhuwang_parts" // which one prefix may take too
		if len(area.Prefixes()) == 1 && rapid.Bool().Draw(rt, "as one") {
			role = "zhuwang_part"
		}
		for table, c := range columnsOf {
			want := []string{}
			for _, r := range all[table] {
				if slices.ContainsFunc(r.codes, func(code string) bool { return code != "" && (area.Holds(code) || c.touches && area.Touches(code)) }) {
					want = append(want, r.text)
				}
			}
			slices.Sort(want)
			got := rowsAs(t, conn, role, area.Literal(), table)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				rt.Fatalf("%s in %s: %d rows, want %d\n%q\n%q", table, area.Literal(), len(got), len(want), got, want)
			}
		}
		if rows := rowsAs(t, conn, role, area.Literal(), "building_retired"); len(rows) > 0 {
			rt.Fatalf("retired buildings: %q", rows)
		}
	})
	for table, rows := range all { // and whole districts, everything
		if got := rowsAs(t, conn, "zhuwang_all", "", table); len(got) != len(rows) {
			t.Errorf("%s: zhuwang_all sees %d of %d rows", table, len(got), len(rows))
		}
	}
}

// as is the context of a caller who has a role on some prefixes.
func as(t testing.TB, role scope.Role, prefixes ...string) context.Context {
	c := &scope.Caller{Account: "somebody"}
	for _, p := range prefixes {
		c.Grants = append(c.Grants, scope.Grant{Role: role, Prefix: p})
	}
	return scope.With(t.Context(), c)
}

// What a caller is given is what lies in the area, counted likewise, and nothing without a caller.
func TestReadsFollowTheCaller(t *testing.T) {
	s, _ := scoped(t)
	everything, err := s.Locations(testkit.Local(t), "990001", grid.LocationFilter{}, grid.Cursor{}, 10_000)
	if err != nil || len(everything) != 72 {
		t.Fatal(len(everything), err)
	}
	for name, c := range map[string]struct {
		ctx     context.Context
		area    scope.Area
		batches int
	}{
		"nobody":                  {t.Context(), scope.Area{}, 0},
		"one without grants":      {as(t, scope.Member), scope.Area{}, 0},
		"one of another district": {as(t, scope.Member, "990002"), scope.Area{}, 0},
		"a grid":                  {as(t, scope.Member, "990001001001002"), scope.Union("990001001001002"), 1},
		"two streets":             {as(t, scope.Leader, "990001001", "990001002"), scope.Union("990001001", "990001002"), 2},
		"a district":              {as(t, scope.Analyst, "990001"), scope.Union("990001"), 3},
		"all districts":           {as(t, scope.Administrator, ""), scope.Everywhere, 3},
		"a role that sees none":   {as(t, scope.Public, "990001"), scope.Area{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			want := 0
			for _, l := range everything {
				in := c.area.HoldsIn("990001", string(l.Area))
				if in {
					want++
				}
				one, err := s.Location(c.ctx, "990001", l.Key())
				if err != nil || (one != nil) != in {
					t.Fatalf("%s in %q: found %v, %v", l.ID, l.Area, one != nil, err)
				}
			}
			list, err := s.Locations(c.ctx, "990001", grid.LocationFilter{}, grid.Cursor{}, 10_000)
			if err != nil || len(list) != want {
				t.Errorf("%d locations, want %d (%v)", len(list), want, err)
			}
			counts, err := s.CountLocations(c.ctx, "990001", grid.LocationFilter{}, grid.CountByGrid, "UTC")
			n := 0
			for _, count := range counts {
				n += int(count.N)
			}
			if err != nil || n != want {
				t.Errorf("%d counted, want %d (%v)", n, want, err)
			}
			if batches, err := s.Batches(c.ctx, "990001"); err != nil || len(batches) != c.batches {
				t.Errorf("%d batches, want %d (%v)", len(batches), c.batches, err)
			}
			moves, err := s.Moves(c.ctx, "990001", 0, 1)
			if err != nil || (len(moves) > 0) != (want > 0) {
				t.Errorf("%d moves (%v)", len(moves), err)
			}
		})
	}
}

// callerQueries are the queries that run with the rights of a caller, as the source of the store says.
func callerQueries(t testing.TB) (names []string) {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.Ident); ok && f.Name == "listAs" {
					if name, ok := call.Args[4].(*ast.BasicLit); ok {
						names = append(names, strings.Trim(name.Value, `"`))
					}
				}
			}
			return true
		})
	}
	return names
}

// Every query that is run for a caller is bound to its district, each table that it reads too: the plan says so of every scan. What is not bound does not run.
func TestQueriesForCallersAreBound(t *testing.T) {
	s, conn := scoped(t)
	names := callerQueries(t)
	if len(names) < 6 {
		t.Fatalf("only %q", names)
	}
	for _, name := range names {
		query := sql.Query(name)
		described, err := conn.Prepare(t.Context(), "", query)
		if err != nil {
			t.Fatal(err)
		}
		args := []string{"'990001'"}
		for _, oid := range described.ParamOIDs[1:] {
			kind := strs(t, conn, "SELECT format_type($1, -1)", oid)[0]
			args = append(args, map[string]string{"integer": "1", "text": "''", "boolean": "false"}[kind]+"::"+kind)
			if strings.HasPrefix(args[len(args)-1], "::") {
				args[len(args)-1] = "NULL::" + kind
			}
		}
		for i := len(args); i > 0; i-- {
			query = strings.ReplaceAll(query, fmt.Sprintf("$%d", i), args[i-1])
		}
		var plan []struct{ Plan node }
		if err := json.Unmarshal([]byte(strs(t, conn, "EXPLAIN (FORMAT JSON) "+query)[0]), &plan); err != nil {
			t.Fatal(err)
		}
		if scans := plan[0].Plan.check(t, name); scans == 0 {
			t.Errorf("%s reads no table", name)
		}
	}
	for _, statement := range []string{"SELECT count(*) FROM location", "SELECT count(*) FROM location WHERE district > $1"} {
		if err := s.QueryAs(as(t, scope.Administrator, ""), "990001", statement); err == nil || !strings.Contains(err.Error(), "not bound") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if err := s.QueryAs(as(t, scope.Administrator, ""), "990001", "SELECT count(*) FROM location WHERE district = $1"); err != nil {
		t.Error(err)
	}
}

// node is one of a plan.
type node struct {
	Relation string `json:"Relation Name"`
	Index    string `json:"Index Cond"`
	Recheck  string `json:"Recheck Cond"`
	Filter   string `json:"Filter"`
	Plans    []node
}

// check counts the scans of tables, all of which must be bound to a district.
func (n node) check(t testing.TB, query string) (scans int) {
	if n.Relation != "" {
		scans++
		if !strings.Contains(n.Index+n.Recheck+n.Filter, "district = '990001'") {
			t.Errorf("%s: the scan of %s is not bound to a district: %+v", query, n.Relation, n)
		}
	}
	for _, below := range n.Plans {
		scans += below.check(t, query)
	}
	return scans
}
