package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/sql"
)

// The rule keeps no index from use: whole districts are read by the plans of a query without it, and of a part neither a list nor a box is read row by row.
func TestTheRuleKeepsIndexesInUse(t *testing.T) {
	conn := connect(t, testkit.DB(t))
	for _, statement := range []string{
		"INSERT INTO release VALUES ('990001', 1, now(), '', '', NULL)",
		`INSERT INTO building (district, id, code, name, address, point, households, storeys, use, area_code)
		 SELECT '990001', i::text, '9900010' || lpad((i % 40 + 1)::text, 2, '0') || '001' || lpad(i::text, 5, '0'), '', '', ST_SetSRID(ST_MakePoint(108 + i % 317 * 0.001, 22 + i % 311 * 0.001), 4490),
			1, 1, '', '9900010' || lpad((i % 40 + 1)::text, 2, '0') || '001' || to_char(i % 100 + 1, 'FM000') FROM generate_series(1, 60000) i`,
		`INSERT INTO location (district, kind, id, at, raw_lon, raw_lat, crs, accuracy_m, attributes, batch, geom, area_code, how, release, reason, by, made_at, changed, revision)
		 SELECT '990001', 'report', id, '2026-01-01'::timestamptz + id::int * interval '1 minute', 108, 22, 'wgs84', 0, '{}', '', point, area_code, 'in', 1, '', '', now(), now(), 1 FROM building`,
		"ANALYZE building", "ANALYZE location",
	} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	explain := func(role, setting, statement string, args ...any) string {
		t.Helper()
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback(t.Context())
		if role != "" {
			if _, err := tx.Exec(t.Context(), "SET LOCAL ROLE "+role+"; SET LOCAL zhuwang.scope = '"+setting+"'"); err != nil {
				t.Fatal(err)
			}
		}
		return strings.Join(strs(t, conn, "EXPLAIN (COSTS OFF) "+statement, args...), "\n")
	}
	const box = "ST_MakeEnvelope(108.0105, 22.0105, 108.0215, 22.0215, 4490)"
	filter := func(set map[int]any) []any {
		args := []any{pgx.QueryExecModeCacheDescribe, "990001", nil, "", false, nil, nil, nil, "", nil, nil, nil, nil, "", ""}
		for i, v := range set {
			args[i] = v
		}
		return args
	}
	inBox := map[int]any{9: 108.0105, 10: 22.0105, 11: 108.0215, 12: 22.0215}
	for _, c := range []struct {
		name, statement string
		args            []any
		whole, part     string // an index that is used
	}{
		{"buildings in a box", "SELECT id FROM building WHERE district = '990001' AND point && " + box, nil, "building_point", "building_point"},
		{"buildings that meet a shape", "SELECT id FROM building WHERE district = '990001' AND ST_Intersects(point, " + box + ")", nil, "building_point", "building_point"},
		{"all buildings", "SELECT id FROM building WHERE district = '990001'", nil, "", "building_area"},
		{"points in a box", sql.Query("locations"), append(filter(inBox), nil, "", "", 100), "location_geom", "location_"},
		{"count of points in a box", sql.Query("locations-count"), append(filter(inBox), 15, false, false, "UTC"), "location_geom", "location_"},
		{"the newest points", sql.Query("locations"), append(filter(nil), nil, "", "", 100), "location_at", "location_"},
		{"count of points", sql.Query("locations-count"), append(filter(nil), 15, false, false, "UTC"), "", "location_area"},
	} {
		free, whole := explain("", "", c.statement, c.args...), explain("zhuwang_all", "", c.statement, c.args...)
		if free != whole || !strings.Contains(whole, c.whole) {
			t.Errorf("%s of a whole district, without and with the rule:\n%s\n\n%s", c.name, free, whole)
		}
		if part := explain("zhuwang_part", "990001007", c.statement, c.args...); !strings.Contains(part, c.part) || strings.Contains(part, "Seq Scan") {
			t.Errorf("%s of a street:\n%s", c.name, part)
		}
		if parts := explain("zhuwang_parts", "990001007,990001009001,990001010001003", c.statement, c.args...); !strings.Contains(parts, c.part) || strings.Contains(parts, "Seq Scan") {
			t.Errorf("%s of some parts:\n%s", c.name, parts)
		}
	}
}

// A login that is no superuser needs an administrator once: for the extensions and the roles. Then it migrates, owns and reads.
func TestMigrateAsAPlainLogin(t *testing.T) {
	url := testkit.EmptyDB(t)
	conn := connect(t, url)
	name := "plain_" + conn.Config().Database
	admin := func(statements ...string) {
		t.Helper()
		for _, s := range statements {
			if _, err := conn.Exec(t.Context(), s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	admin("CREATE EXTENSION postgis SCHEMA public", "CREATE EXTENSION btree_gist SCHEMA public", "CREATE ROLE "+name, "GRANT CREATE ON DATABASE "+conn.Config().Database+" TO "+name)
	t.Cleanup(func() {
		for _, s := range []string{"REASSIGN OWNED BY " + name + " TO CURRENT_USER", "DROP OWNED BY " + name, "DROP ROLE " + name} {
			if _, err := conn.Exec(context.Background(), s); err != nil {
				t.Error(err)
			}
		}
	})
	login := url + "&role=" + name
	wantRule(t, store.Migrate(t.Context(), login), "roles-rights")
	admin("GRANT zhuwang_owner, zhuwang_all, zhuwang_part, zhuwang_parts TO " + name)
	migrate(t, login)
	s := openURL(t, login)
	if owner := strs(t, conn, "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'zhuwang'::regnamespace AND relname IN ('release', 'location', 'grid')"); len(owner) != 1 || owner[0] != "zhuwang_owner" {
		t.Errorf("owned by %q", owner)
	}
	if err := s.QueryAs(as(t, "member", "990001001"), "990001", "SELECT count(*) FROM location WHERE district = $1"); err != nil {
		t.Error(err)
	}
	migrate(t, login)
}
