package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/cql"
	"github.com/zhuwang/zhuwang/internal/feature"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// What the filters are asked of: 300 buildings on a raster of 0.001°, every third with a footprint, some things unknown.
var houses = []string{
	`INSERT INTO building SELECT '990001', 'b' || n, '990001001001' || lpad(n::text, 5, '0'), CASE WHEN n % 7 = 0 THEN '' ELSE (ARRAY['淡村大楼', '丽景阁', 'Tower A', 'tower b', '50%_O''Neil'])[n % 5 + 1] END,
	 '星光大道' || n || '号', CASE WHEN n % 3 = 0 THEN ST_Multi(ST_Translate(ST_MakeEnvelope(108, 22, 108.0005, 22.0005, 4490), n % 20 * 0.001, n / 20 * 0.001)) END,
	 ST_Translate(ST_SetSRID(ST_MakePoint(108.0002, 22.0002), 4490), n % 20 * 0.001, n / 20 * 0.001), n % 13, n % 33, (ARRAY['residential', '', 'office'])[n % 3 + 1],
	 CASE WHEN n % 11 = 0 THEN '' ELSE '99000100100100' || n % 4 + 1 END, '' FROM generate_series(1, 300) n`,
}

// filters in text and in JSON, and what they are in SQL. Names of the collection are written as the table has them.
var filters = []struct{ cql, sql string }{
	// comparison
	{`households = 5`, `households = 5`}, {`households <> 5`, `households <> 5`}, {`households < 5`, `households < 5`}, {`households <= 5`, `households <= 5`},
	{`households > 5`, `households > 5`}, {`households >= 5`, `households >= 5`}, {`5 < households`, `households > 5`}, {`households = storeys`, `households = storeys`},
	{`households > storeys`, `households > storeys`}, {`households >= 2.5`, `households >= 2.5`}, {`households >= -1`, `true`}, {`households = 1e1`, `households = 10`},
	{`households > .5`, `households > 0.5`}, {`name = '丽景阁'`, `name = '丽景阁'`}, {`name <> '丽景阁'`, `name <> '丽景阁' AND name <> ''`}, {`name > 'a'`, `name > 'a' AND name <> ''`},
	{`'丽景阁' = name`, `name = '丽景阁'`}, {`"name" = 'Tower A'`, `name = 'Tower A'`}, {`name = '50%_O''Neil'`, `name = '50%_O''Neil'`}, {`name = '50%_O\'Neil'`, `name = '50%_O''Neil'`},
	{`id = '99000100100100017'`, `code = '99000100100100017'`}, {`id > '99000100100100290'`, `code > '99000100100100290'`}, {`source_id = 'b17'`, `id = 'b17'`},
	{`grid = ''`, `area_code = ''`}, {`grid = '990001001001001'`, `area_code = '990001001001001'`}, {`district = '990001'`, `true`}, {`address = '星光大道7号'`, `address = '星光大道7号'`},
	{`name = 'x'' OR 1=1 --'`, `false`}, {`name = '"; DROP TABLE building; --'`, `false`}, {`name = '$1'`, `false`}, {`1 = 1`, `true`}, {`1 = 2`, `false`}, {`'a' = 'b'`, `false`},
	// truth
	{`true`, `true`}, {`false`, `false`}, {`NOT false`, `true`}, {`households = 1 OR true`, `true`}, {`(households > 3) = true`, `households > 3`}, {`(households > 3) <> (storeys > 3)`, `(households > 3) <> (storeys > 3)`},
	// and, or, not
	{`households > 3 AND storeys < 20`, `households > 3 AND storeys < 20`}, {`households = 3 OR storeys = 20`, `households = 3 OR storeys = 20`},
	{`households = 1 OR households = 2 AND storeys > 9`, `households = 1 OR (households = 2 AND storeys > 9)`}, {`(households = 1 OR households = 2) AND storeys > 9`, `(households = 1 OR households = 2) AND storeys > 9`},
	{`NOT households = 3`, `NOT households = 3`}, {`NOT (households = 3 AND storeys = 3)`, `NOT (households = 3 AND storeys = 3)`}, {`NOT households = 3 AND storeys > 9`, `(NOT households = 3) AND storeys > 9`},
	{`NOT NOT households = 3`, `households = 3`}, {`not households=3 or storeys=1`, `NOT households = 3 OR storeys = 1`}, {`households > 1 and households < 9 and storeys > 1 and storeys < 30`, `households > 1 AND households < 9 AND storeys > 1 AND storeys < 30`},
	{`NOT name = '丽景阁'`, `name <> '丽景阁' AND name <> ''`},
	// like
	{`name LIKE '淡村%'`, `name LIKE '淡村%'`}, {`name LIKE '%阁'`, `name LIKE '%阁'`}, {`name LIKE '_景_'`, `name LIKE '_景_'`}, {`name NOT LIKE '%楼'`, `name NOT LIKE '%楼' AND name <> ''`}, {`name LIKE '%'`, `name <> ''`},
	{`name LIKE '50\%\_%'`, `name LIKE '50\%\_%'`}, {`name LIKE 'tower%'`, `name LIKE 'tower%'`}, {`CASEI(name) LIKE casei('TOWER%')`, `lower(name) LIKE 'tower%'`}, {`name LIKE ''`, `false`},
	{`casei(name) = casei('TOWER A')`, `lower(name) = 'tower a'`}, {`casei(name) IN (casei('TOWER A'), casei('Tower B'))`, `lower(name) IN ('tower a', 'tower b')`}, {`address LIKE '星光大道1_号'`, `address LIKE '星光大道1_号'`},
	{`grid LIKE '99000100100100%'`, `area_code LIKE '99000100100100%'`}, {`NOT (name LIKE '%楼' OR name LIKE '%阁')`, `name NOT LIKE '%楼' AND name NOT LIKE '%阁' AND name <> ''`},
	// between, in, null
	{`households BETWEEN 3 AND 6`, `households BETWEEN 3 AND 6`}, {`households NOT BETWEEN 3 AND 6`, `households NOT BETWEEN 3 AND 6`}, {`households BETWEEN 6 AND 3`, `false`}, {`households BETWEEN storeys AND storeys + 2`, `households BETWEEN storeys AND storeys + 2`},
	{`households + 1 BETWEEN 3 AND 6 AND storeys = 5`, `households + 1 BETWEEN 3 AND 6 AND storeys = 5`}, {`id BETWEEN '99000100100100010' AND '99000100100100020'`, `code BETWEEN '99000100100100010' AND '99000100100100020'`},
	{`households IN (1, 2, 3)`, `households IN (1, 2, 3)`}, {`households IN (1)`, `households = 1`}, {`households NOT IN (1, 2)`, `households NOT IN (1, 2)`}, {`name IN ('丽景阁', 'x')`, `name = '丽景阁'`},
	{`name NOT IN ('丽景阁')`, `name <> '丽景阁' AND name <> ''`}, {`use IN ('office', 'residential')`, `use <> ''`}, {`households + 1 IN (2, storeys)`, `households + 1 IN (2, storeys)`},
	{`name IS NULL`, `name = ''`}, {`name IS NOT NULL`, `name <> ''`}, {`NOT name IS NULL`, `name <> ''`}, {`use IS NULL AND name IS NULL`, `use = '' AND name = ''`}, {`use IS NOT NULL OR name IS NOT NULL`, `use <> '' OR name <> ''`},
	{`geometry IS NULL`, `false`}, {`households IS NULL`, `false`}, {`grid IS NULL`, `false`},
	// arithmetic
	{`households + 1 = 5`, `households + 1 = 5`}, {`households - 1 = 5`, `households - 1 = 5`}, {`households * 2 = 6`, `households * 2 = 6`}, {`households / 2 = 2.5`, `households = 5`}, {`households div 2 = 2`, `households / 2 = 2`},
	{`households % 4 = 1`, `households % 4 = 1`}, {`households ^ 2 = 49`, `households = 7`}, {`-households = -5`, `households = 5`}, {`households = -(-5)`, `households = 5`}, {`+5 = households`, `households = 5`},
	{`households + storeys * 2 > 40`, `households + storeys * 2 > 40`}, {`(households + storeys) * 2 > 40`, `(households + storeys) * 2 > 40`}, {`households - storeys - 1 > 0`, `households - storeys - 1 > 0`},
	{`storeys / households > 4`, `households <> 0 AND storeys::float8 / nullif(households, 0) > 4`}, {`storeys % households = 0`, `storeys % nullif(households, 0) = 0`}, {`NOT storeys / 0 > 1`, `false`}, {`2 * households = storeys`, `2 * households = storeys`},
	{`2 ^ 3 = 8`, `true`}, {`7 div 2 = 3`, `true`}, {`households * 1.5 >= 7.5`, `households * 1.5 >= 7.5`}, {`households*-1=-5`, `households = 5`}, {`households / 3 * 3 = households`, `households / 3.0::float8 * 3 = households`},
	// places
	{`S_INTERSECTS(geometry, BBOX(108.002, 22.002, 108.0061, 22.0055))`, `ST_Intersects(SHAPE, ST_MakeEnvelope(108.002, 22.002, 108.0061, 22.0055, 4490))`},
	{`S_INTERSECTS(geometry, POLYGON((108.002 22.002, 108.008 22.002, 108.005 22.009, 108.002 22.002)))`, `ST_Intersects(SHAPE, ST_GeomFromText('POLYGON((108.002 22.002,108.008 22.002,108.005 22.009,108.002 22.002))', 4490))`},
	{`s_intersects(geometry, polygon((108 22, 108.01 22, 108.01 22.01, 108 22.01, 108 22), (108.002 22.002, 108.008 22.002, 108.008 22.008, 108.002 22.008, 108.002 22.002)))`,
		`ST_Intersects(SHAPE, ST_GeomFromText('POLYGON((108 22,108.01 22,108.01 22.01,108 22.01,108 22),(108.002 22.002,108.008 22.002,108.008 22.008,108.002 22.008,108.002 22.002))', 4490))`},
	{`S_WITHIN(geometry, BBOX(108.002, 22.002, 108.0061, 22.0055))`, `ST_Within(SHAPE, ST_MakeEnvelope(108.002, 22.002, 108.0061, 22.0055, 4490))`},
	{`S_WITHIN(geometry, BBOX(108.002, 22.002, 0, 108.0061, 22.0055, 9))`, `ST_Within(SHAPE, ST_MakeEnvelope(108.002, 22.002, 108.0061, 22.0055, 4490))`},
	{`S_CONTAINS(geometry, POINT(108.0031 22.0002))`, `ST_Contains(SHAPE, ST_SetSRID(ST_MakePoint(108.0031, 22.0002), 4490))`}, {`S_CONTAINS(BBOX(108, 22, 108.01, 22.01), geometry)`, `ST_Contains(ST_MakeEnvelope(108, 22, 108.01, 22.01, 4490), SHAPE)`},
	{`S_DISJOINT(geometry, BBOX(108, 22, 108.01, 22.01))`, `ST_Disjoint(SHAPE, ST_MakeEnvelope(108, 22, 108.01, 22.01, 4490))`}, {`S_EQUALS(geometry, POINT(108.0012 22.0002))`, `ST_Equals(SHAPE, ST_SetSRID(ST_MakePoint(108.0012, 22.0002), 4490))`},
	{`S_EQUALS(geometry, POINT Z (108.0012 22.0002 7))`, `ST_Equals(SHAPE, ST_SetSRID(ST_MakePoint(108.0012, 22.0002), 4490))`},
	{`S_TOUCHES(geometry, BBOX(108.0035, 22, 108.0039, 22.0005))`, `ST_Touches(SHAPE, ST_MakeEnvelope(108.0035, 22, 108.0039, 22.0005, 4490))`}, {`S_OVERLAPS(geometry, BBOX(108.0032, 22.0002, 108.0069, 22.003))`, `ST_Overlaps(SHAPE, ST_MakeEnvelope(108.0032, 22.0002, 108.0069, 22.003, 4490))`},
	{`S_CROSSES(geometry, LINESTRING(108 22.0003, 108.02 22.0003))`, `ST_Crosses(SHAPE, ST_GeomFromText('LINESTRING(108 22.0003,108.02 22.0003)', 4490))`}, {`S_INTERSECTS(geometry, LINESTRING(108 22, 108.02 22.02))`, `ST_Intersects(SHAPE, ST_GeomFromText('LINESTRING(108 22,108.02 22.02)', 4490))`},
	{`S_INTERSECTS(geometry, MULTIPOINT((108.0031 22.0002), (108.0062 22.0001)))`, `ST_Intersects(SHAPE, ST_GeomFromText('MULTIPOINT(108.0031 22.0002,108.0062 22.0001)', 4490))`},
	{`S_INTERSECTS(geometry, MULTIPOINT(108.0031 22.0002, 108.0062 22.0001))`, `ST_Intersects(SHAPE, ST_GeomFromText('MULTIPOINT(108.0031 22.0002,108.0062 22.0001)', 4490))`},
	{`S_INTERSECTS(geometry, MULTILINESTRING((108 22, 108.02 22.02), (108 22.0102, 108.02 22.0102)))`, `ST_Intersects(SHAPE, ST_GeomFromText('MULTILINESTRING((108 22,108.02 22.02),(108 22.0102,108.02 22.0102))', 4490))`},
	{`S_INTERSECTS(geometry, MULTIPOLYGON(((108 22, 108.003 22, 108 22.003, 108 22)), ((108.01 22.01, 108.013 22.01, 108.01 22.013, 108.01 22.01))))`,
		`ST_Intersects(SHAPE, ST_GeomFromText('MULTIPOLYGON(((108 22,108.003 22,108 22.003,108 22)),((108.01 22.01,108.013 22.01,108.01 22.013,108.01 22.01)))', 4490))`},
	{`S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(108.0031 22.0002), LINESTRING(108 22, 108.02 22.02)))`, `ST_Intersects(SHAPE, ST_GeomFromText('GEOMETRYCOLLECTION(POINT(108.0031 22.0002),LINESTRING(108 22,108.02 22.02))', 4490))`},
	{`NOT S_INTERSECTS(geometry, BBOX(108, 22, 108.01, 22.01)) AND households > 5`, `NOT ST_Intersects(SHAPE, ST_MakeEnvelope(108, 22, 108.01, 22.01, 4490)) AND households > 5`},
	{`S_INTERSECTS(geometry, BBOX(108, 22, 108.01, 22.01)) OR name = '丽景阁'`, `ST_Intersects(SHAPE, ST_MakeEnvelope(108, 22, 108.01, 22.01, 4490)) OR name = '丽景阁'`}, {`S_INTERSECTS(geometry, geometry)`, `true`}, {`S_INTERSECTS(BBOX(0,0,1,1), BBOX(1,1,2,2))`, `true`}, {`S_INTERSECTS(geometry, BBOX(-180,-90,180,90))`, `true`},
	// time
	{`DATE('2026-01-01') < DATE('2026-01-02')`, `true`}, {`TIMESTAMP('2026-01-01T08:00:00+08:00') = TIMESTAMP('2026-01-01T00:00:00Z')`, `true`}, {`T_AFTER(DATE('2026-01-02'), DATE('2026-01-01'))`, `true`}, {`T_BEFORE(DATE('2026-01-02'), DATE('2026-01-01'))`, `false`},
	{`T_DURING(INTERVAL('2026-01-02', '2026-01-03'), INTERVAL('2026-01-01', '..'))`, `true`}, {`T_CONTAINS(INTERVAL('..', '2026-01-03'), INTERVAL('2026-01-01', '2026-01-02'))`, `true`}, {`T_MEETS(INTERVAL('2026-01-01', '2026-01-02'), INTERVAL('2026-01-02', '2026-01-03'))`, `true`},
	{`T_METBY(INTERVAL('2026-01-02', '2026-01-03'), INTERVAL('2026-01-01', '2026-01-02'))`, `true`}, {`T_OVERLAPS(INTERVAL('2026-01-01', '2026-01-03'), INTERVAL('2026-01-02', '2026-01-04'))`, `true`}, {`T_OVERLAPPEDBY(INTERVAL('2026-01-01', '2026-01-03'), INTERVAL('2026-01-02', '2026-01-04'))`, `false`},
	{`T_STARTS(INTERVAL('2026-01-01', '2026-01-02'), INTERVAL('2026-01-01', '2026-01-03'))`, `true`}, {`T_STARTEDBY(INTERVAL('2026-01-01', '2026-01-04'), INTERVAL('2026-01-01', '2026-01-03'))`, `true`}, {`T_FINISHES(INTERVAL('2026-01-02', '2026-01-03'), INTERVAL('2026-01-01', '2026-01-03'))`, `true`},
	{`T_FINISHEDBY(INTERVAL('2026-01-01', '2026-01-03'), INTERVAL('2026-01-02', '2026-01-03'))`, `true`}, {`T_EQUALS(INTERVAL('..', '..'), INTERVAL('..', '..'))`, `true`}, {`T_DISJOINT(DATE('2026-01-01'), INTERVAL('2026-01-02', '..'))`, `true`}, {`T_INTERSECTS(DATE('2026-01-02'), INTERVAL('2026-01-02', '..'))`, `true`},
	// JSON
	{`{"op":"=","args":[{"property":"households"},5]}`, `households = 5`}, {`{"op":"<>","args":[{"property":"name"},"丽景阁"]}`, `name <> '丽景阁' AND name <> ''`}, {`{"op":">=","args":[{"property":"storeys"},1e1]}`, `storeys >= 10`},
	{`{"op":"and","args":[{"op":">","args":[{"property":"households"},3]},{"op":"<","args":[{"property":"storeys"},20]}]}`, `households > 3 AND storeys < 20`}, {`{"op":"or","args":[{"op":"=","args":[{"property":"households"},3]},{"op":"=","args":[{"property":"storeys"},20]},false]}`, `households = 3 OR storeys = 20`},
	{`{"op":"not","args":[{"op":"=","args":[{"property":"households"},3]}]}`, `NOT households = 3`}, {`{"op":"like","args":[{"property":"name"},"淡村%"]}`, `name LIKE '淡村%'`}, {`{"op":"like","args":[{"op":"casei","args":[{"property":"name"}]},{"op":"casei","args":["TOWER%"]}]}`, `lower(name) LIKE 'tower%'`},
	{`{"op":"between","args":[{"property":"households"},3,6]}`, `households BETWEEN 3 AND 6`}, {`{"op":"in","args":[{"property":"households"},[1,2,3]]}`, `households IN (1, 2, 3)`}, {`{"op":"in","args":[{"op":"casei","args":[{"property":"name"}]},[{"op":"casei","args":["TOWER A"]}]]}`, `lower(name) = 'tower a'`},
	{`{"op":"isNull","args":[{"property":"name"}]}`, `name = ''`}, {`{"op":"not","args":[{"op":"isNull","args":[{"property":"name"}]}]}`, `name <> ''`}, {`true`, `true`}, {`{"op":"=","args":[{"op":"+","args":[{"property":"households"},1]},5]}`, `households + 1 = 5`},
	{`{"op":"=","args":[{"op":"div","args":[{"property":"households"},2]},2]}`, `households / 2 = 2`}, {`{"op":"=","args":[{"op":"%","args":[{"property":"households"},4]},1]}`, `households % 4 = 1`}, {`{"op":"=","args":[{"op":"^","args":[{"property":"households"},2]},49]}`, `households = 7`},
	{`{"op":"=","args":[{"op":"*","args":[{"property":"households"},{"op":"-","args":[3,1]}]},6]}`, `households * 2 = 6`}, {`{"op":"=","args":[{"op":"/","args":[{"property":"households"},2]},2.5]}`, `households = 5`},
	{`{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[108.002,22.002,108.0061,22.0055]}]}`, `ST_Intersects(SHAPE, ST_MakeEnvelope(108.002, 22.002, 108.0061, 22.0055, 4490))`},
	{`{"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[108.002,22.002],[108.008,22.002],[108.005,22.009],[108.002,22.002]]]}]}`, `ST_Within(SHAPE, ST_GeomFromText('POLYGON((108.002 22.002,108.008 22.002,108.005 22.009,108.002 22.002))', 4490))`},
	{`{"op":"s_contains","args":[{"property":"geometry"},{"type":"Point","coordinates":[108.0031,22.0002]}]}`, `ST_Contains(SHAPE, ST_SetSRID(ST_MakePoint(108.0031, 22.0002), 4490))`}, {`{"op":"s_crosses","args":[{"property":"geometry"},{"type":"LineString","coordinates":[[108,22.0003],[108.02,22.0003,5]]}]}`, `ST_Crosses(SHAPE, ST_GeomFromText('LINESTRING(108 22.0003,108.02 22.0003)', 4490))`},
	{`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"MultiPoint","coordinates":[[108.0031,22.0002],[108.0062,22.0001]]}]}`, `ST_Intersects(SHAPE, ST_GeomFromText('MULTIPOINT(108.0031 22.0002,108.0062 22.0001)', 4490))`},
	{`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"MultiLineString","coordinates":[[[108,22],[108.02,22.02]]]}]}`, `ST_Intersects(SHAPE, ST_GeomFromText('LINESTRING(108 22,108.02 22.02)', 4490))`},
	{`{"op":"s_disjoint","args":[{"property":"geometry"},{"type":"MultiPolygon","coordinates":[[[[108,22],[108.01,22],[108.01,22.01],[108,22.01],[108,22]]]]}]}`, `ST_Disjoint(SHAPE, ST_MakeEnvelope(108, 22, 108.01, 22.01, 4490))`},
	{`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[108.0031,22.0002]}]}]}`, `ST_Intersects(SHAPE, ST_SetSRID(ST_MakePoint(108.0031, 22.0002), 4490))`},
	{`{"op":"t_after","args":[{"date":"2026-01-02"},{"timestamp":"2026-01-01T00:00:00Z"}]}`, `true`}, {`{"op":"t_during","args":[{"interval":["2026-01-02","2026-01-03"]},{"interval":["2026-01-01",".."]}]}`, `true`}, {`{"op":"<","args":[{"date":"2026-01-02"},{"date":"2026-01-01"}]}`, `false`},
}

// readFilter reads a filter in the form that it has.
func readFilter(text string, schema cql.Schema) (*cql.Node, error) {
	if strings.HasPrefix(text, "{") {
		return cql.ParseJSON(text, schema)
	}
	return cql.ParseText(text, schema)
}

// Every filter finds what SQL written by hand finds, asked for by the command line and by whoever sees a part.
func TestFilters(t *testing.T) {
	if len(filters) < 150 {
		t.Fatalf("%d filters", len(filters))
	}
	url := testkit.DB(t)
	conn := connect(t, url)
	for _, statement := range houses {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	s, buildings := openURL(t, url), feature.Named("buildings")
	for _, f := range filters {
		tree, err := readFilter(f.cql, buildings.Schema())
		if err != nil {
			t.Errorf("%s: %v", f.cql, err)
			continue
		}
		sql := strings.ReplaceAll(f.sql, "SHAPE", "coalesce(footprint, point)")
		for who, part := range map[string]string{"": "true", "990001001001002": "area_code = '990001001001002'"} {
			ctx := testkit.Local(t)
			if who != "" {
				ctx = as(t, scope.Planner, who)
			}
			q := feature.Query{Collection: buildings, District: "990001", Where: []feature.Condition{{Node: tree, In: feature.CRS84}}, Limit: 1000, Count: true, Out: feature.CRS84}
			page, err := s.Features(ctx, q)
			if err != nil {
				t.Errorf("%s: %v", f.cql, err)
				continue
			}
			var got []string
			for _, b := range page.Features {
				got = append(got, b.ID)
			}
			want := strs(t, conn, "SELECT code FROM building WHERE ("+sql+") AND "+part+" ORDER BY code")
			if !slices.Equal(got, want) || page.Matched != len(want) || page.More {
				t.Errorf("%s as %q: %d features of %d, want %d", f.cql, who, len(got), page.Matched, len(want))
			}
		}
	}
}

// What can be written but not worked out is the filter's fault.
func TestFiltersThatCannotBeWorkedOut(t *testing.T) {
	url := testkit.DB(t)
	if _, err := connect(t, url).Exec(t.Context(), houses[0]); err != nil {
		t.Fatal(err)
	}
	s, buildings := openURL(t, url), feature.Named("buildings")
	for _, text := range []string{`1e308 * storeys * 10 > 1`, `{"op":"like","args":[{"property":"name"},"\\"]}`, `storeys ^ 1000 > 1`, `(0 - storeys) ^ 0.5 > 1`} {
		tree, err := readFilter(text, buildings.Schema())
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Features(testkit.Local(t), feature.Query{Collection: buildings, District: "990001", Where: []feature.Condition{{Node: tree, In: feature.CRS84}}, Limit: 10, Out: feature.CRS84})
		if err == nil || !strings.HasPrefix(err.Error(), "cql-value") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Among many buildings a filter by place uses the index of their shapes, and a page the order of their codes, whoever asks.
func TestFeaturesUseIndexes(t *testing.T) {
	url := testkit.DB(t)
	conn := connect(t, url)
	for _, statement := range []string{`INSERT INTO building SELECT '990001', 'b' || n, '990001001001' || lpad(n::text, 5, '0'), '', '', NULL, ST_SetSRID(ST_MakePoint(108 + n % 200 * 0.001, 22 + n / 200 * 0.001), 4490),
		1, 1, '', '99000100100100' || n % 4 + 1, '' FROM generate_series(1, 20000) n`, `ANALYZE building`} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	s, buildings := openURL(t, url), feature.Named("buildings")
	meets, err := cql.ParseText(`S_INTERSECTS(geometry, POLYGON((108.01 22.01, 108.02 22.01, 108.01 22.02, 108.01 22.01))) AND storeys > 0`, buildings.Schema())
	if err != nil {
		t.Fatal(err)
	}
	for who, ctx := range map[string]context.Context{"command line": testkit.Local(t), "district": as(t, scope.Planner, "990001"), "part": as(t, scope.Planner, "990001001001001", "990001001001002")} {
		for _, c := range []struct {
			query feature.Query
			index string
		}{
			{feature.Query{Where: []feature.Condition{{Node: meets, In: feature.CRS84}}, Limit: 100}, "building_shape"},
			{feature.Query{After: "99000100100110000", Limit: 100}, "building_district_code_key"},
		} {
			q := c.query
			q.Collection, q.District, q.Out = buildings, "990001", feature.CRS84
			plan, err := s.PlanOfFeatures(ctx, q)
			text := strings.Join(plan, "\n")
			byArea := who == "part" && strings.Contains(text, "building_area") // which may leave fewer rows
			if err != nil || !strings.Contains(text, c.index) && !byArea {
				t.Errorf("%s: without %s: %v\n%s", who, c.index, err, text)
			}
		}
	}
}
