package cql_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/cql"
	"github.com/zhuwang/zhuwang/internal/fault"
)

var schema = cql.Schema{"name": cql.Text, "n": cql.Number, "ok": cql.Bool, "at": cql.Instant, "geometry": cql.Shape}

// Each bad filter is refused by its rule, at the column where it goes wrong.
func TestBadFilters(t *testing.T) {
	for _, c := range []struct {
		text, rule string
		column     int
	}{
		{``, "cql-syntax", 1}, {`n =`, "cql-syntax", 4}, {`n = 5 5`, "cql-syntax", 7}, {`名 = 5`, "cql-property", 1}, {`name = '丽景阁' AND x = 1`, "cql-property", 18}, {`n = 'a'`, "cql-type", 5},
		{`name LIKE 5`, "cql-type", 11}, {`name LIKE name`, "cql-type", 11}, {`n`, "cql-type", 1}, {`name + 1 = 2`, "cql-type", 1}, {`n = 1 AND`, "cql-syntax", 10}, {`n = 'a`, "cql-syntax", 5},
		{`"n = 1`, "cql-syntax", 1}, {`n IN ()`, "cql-syntax", 7}, {`n IN (1, 'a')`, "cql-type", 10}, {`n BETWEEN 1 OR 2`, "cql-syntax", 13}, {`n IS 5`, "cql-syntax", 6}, {`n NOT = 5`, "cql-syntax", 7},
		{`foo(n) = 1`, "cql-operator", 1}, {`A_CONTAINS(n, n)`, "cql-operator", 1}, {`S_INTERSECTS(geometry)`, "cql-arguments", 1}, {`S_INTERSECTS(geometry, n)`, "cql-type", 24}, {`geometry = geometry`, "cql-type", 1},
		{`S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 0)))`, "cql-geometry", 24}, {`S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 2 0, 0 1)))`, "cql-geometry", 24}, {`S_INTERSECTS(geometry, LINESTRING(0 0))`, "cql-geometry", 24},
		{`S_INTERSECTS(geometry, POINT(0))`, "cql-syntax", 31}, {`S_INTERSECTS(geometry, BBOX(1,2,3))`, "cql-geometry", 24}, {`S_INTERSECTS(geometry, BBOX(3,2,1,4))`, "cql-geometry", 24}, {`at = DATE('2026-02-30')`, "cql-time", 6},
		{`at > TIMESTAMP('2026-02-01')`, "cql-time", 6}, {`T_DURING(at, INTERVAL('2026-02-01', '..'))`, "cql-type", 10}, {`T_AFTER(at, INTERVAL('2026-02-02', '2026-02-01'))`, "cql-time", 36}, {`n = 1e999`, "cql-syntax", 5},
		{"n = 1 \x00", "cql-syntax", 7}, {`n = 1; DROP TABLE x`, "cql-syntax", 6}, {strings.Repeat("(", 70) + "n = 1" + strings.Repeat(")", 70), "cql-deep", 65}, {strings.Repeat("NOT ", 70) + "ok", "cql-deep", 261},
		{`n IN (` + strings.Repeat("1,", 5000) + `1)`, "cql-large", 8197}, {strings.Repeat(" ", 70_000), "cql-large", 1}, {`AND = 1`, "cql-syntax", 1},
		{`{`, "cql-syntax", 2}, {`{}`, "cql-syntax", 1}, {`[]`, "cql-syntax", 1}, {`null`, "cql-syntax", 1}, {`{"op":"=","args":[{"property":"x"},1]}`, "cql-property", 31}, {`{"op":"foo","args":[]}`, "cql-operator", 7},
		{`{"op":"=","args":[{"property":"n"},"a"]}`, "cql-type", 36}, {`{"op":"in","args":[{"property":"n"},[]]}`, "cql-arguments", 7}, {`{"op":"=","args":[1,2,3]}`, "cql-arguments", 7}, {`true true`, "cql-syntax", 6},
		{`{"op":"interval","args":[1,2]}`, "cql-operator", 7}, {`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":["a",1]}]}`, "cql-geometry", 84},
		{`{"op":"not","args":` + strings.Repeat(`[{"op":"not","args":`, 100), "cql-deep", 0},
	} {
		read := cql.ParseText
		if strings.HasPrefix(c.text, "{") || strings.HasPrefix(c.text, "[") || c.text == "null" {
			read = cql.ParseJSON
		}
		_, err := read(c.text, schema)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Rule != c.rule || c.column != 0 && f.Args["column"] != c.column || f.Kind != fault.Invalid || f.Where.Field != "filter" {
			t.Errorf("%.60q: %v, want %s at %d", c.text, err, c.rule, c.column)
		}
	}
}

// Whatever is read is a condition of known operators, within bounds; whatever is not is refused at a column within the text.
func check(t *testing.T, text string, n *cql.Node, err error) {
	if err != nil {
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || n != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if column, ok := f.Args["column"].(int); !ok || column < 1 || column > len([]rune(text))+1 {
			t.Fatalf("%q: %v at %v", text, err, f.Args["column"])
		}
		return
	}
	if n.Type != cql.Bool {
		t.Fatalf("%q is a %s", text, n.Type)
	}
	nodes := 0
	var walk func(*cql.Node, int)
	walk = func(n *cql.Node, depth int) {
		if nodes++; nodes > cql.MaxNodes || depth > 20*cql.MaxDepth {
			t.Fatalf("%q is too large", text)
		}
		if n.Op == cql.Property && schema[n.Name] != n.Type {
			t.Fatalf("%q names %q", text, n.Name)
		}
		for _, a := range n.Args {
			walk(a, depth+1)
		}
	}
	walk(n, 0)
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{`n = 1`, `NOT (name LIKE 'a%' OR n NOT IN (1, -2.5e3)) AND at IS NOT NULL`, `S_WITHIN(geometry, MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0))))`, `T_DURING(INTERVAL(at, '..'), INTERVAL('2026-01-01', '2026-02-01'))`,
		`casei(name) = casei('É')`, `-n ^ 2 * (3 - n) % 4 div 5 BETWEEN 1 AND 2`, `S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT Z (1 2 3), MULTIPOINT((1 2))))`, `at > DATE('2026-01-01')`, `"n" <> BBOX(1,2,3,4)`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := cql.ParseText(text, schema)
		check(t, text, n, err)
	})
}

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"op":"and","args":[{"op":"=","args":[{"property":"n"},5]},{"op":"in","args":[{"property":"name"},["a","b"]]}]}`, `{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1,2,3,4]}]}`,
		`{"op":"t_during","args":[{"interval":[{"property":"at"},".."]},{"interval":["2026-01-01","2026-02-01"]}]}`, `{"op":"s_within","args":[{"property":"geometry"},{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}]}`, `[1,{"a":null}]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := cql.ParseJSON(text, schema)
		check(t, text, n, err)
	})
}
