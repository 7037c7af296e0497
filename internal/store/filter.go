package store

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/cql"
	"github.com/zhuwang/zhuwang/internal/feature"
)

// sqlWriter writes filters as SQL. Every literal becomes a parameter; names come from the collection alone, operators from the tables below.
type sqlWriter struct {
	names cql.Schema
	args  []any // the first may be an option of pgx
	in    feature.System
}

// param is the placeholder of a value.
func (w *sqlWriter) param(v any) string {
	w.args = append(w.args, v)
	n := len(w.args)
	if _, option := w.args[0].(pgx.QueryExecMode); option {
		n--
	}
	return "$" + strconv.Itoa(n)
}

// condition is a filter as SQL, in parentheses.
func (w *sqlWriter) condition(c feature.Condition) (string, error) {
	w.in = c.In
	return w.node(c.Node)
}

// infix are the operators that PostgreSQL has between two values.
var infix = map[cql.Op]string{"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "+": "+", "-": "-", "*": "*"}

// patterns of the others: the arguments by their number.
var patterns = map[cql.Op]string{
	cql.Not: "(NOT %[1]s)", cql.IsNull: "(%[1]s IS NULL)", cql.CaseI: "lower(%[1]s)", cql.Like: "(%[1]s LIKE %[2]s)", cql.Between: "(%[1]s BETWEEN %[2]s AND %[3]s)",
	cql.Negate: "(- %[1]s)", "/": "(%[1]s / nullif(%[2]s, 0))", "%": "mod((%[1]s)::numeric, nullif(%[2]s, 0)::numeric)::float8", "div": "trunc(%[1]s / nullif(%[2]s, 0))",
	"^":            "power(%[1]s, %[2]s)",
	"s_intersects": "ST_Intersects(%[1]s, %[2]s)", "s_equals": "ST_Equals(%[1]s, %[2]s)", "s_disjoint": "ST_Disjoint(%[1]s, %[2]s)", "s_touches": "ST_Touches(%[1]s, %[2]s)",
	"s_within": "ST_Within(%[1]s, %[2]s)", "s_overlaps": "ST_Overlaps(%[1]s, %[2]s)", "s_crosses": "ST_Crosses(%[1]s, %[2]s)", "s_contains": "ST_Contains(%[1]s, %[2]s)",
}

// periods are the temporal functions: 1 to 2 is the first interval, 3 to 4 the second.
var periods = map[cql.Op]string{
	"t_after": "(%[1]s > %[4]s)", "t_before": "(%[2]s < %[3]s)", "t_disjoint": "(%[2]s < %[3]s OR %[1]s > %[4]s)", "t_intersects": "(%[2]s >= %[3]s AND %[1]s <= %[4]s)",
	"t_equals": "(%[1]s = %[3]s AND %[2]s = %[4]s)", "t_contains": "(%[1]s < %[3]s AND %[2]s > %[4]s)", "t_during": "(%[1]s > %[3]s AND %[2]s < %[4]s)",
	"t_finishes": "(%[1]s > %[3]s AND %[2]s = %[4]s)", "t_finishedby": "(%[1]s < %[3]s AND %[2]s = %[4]s)", "t_starts": "(%[1]s = %[3]s AND %[2]s < %[4]s)",
	"t_startedby": "(%[1]s = %[3]s AND %[2]s > %[4]s)", "t_meets": "(%[2]s = %[3]s)", "t_metby": "(%[1]s = %[4]s)",
	"t_overlaps": "(%[1]s < %[3]s AND %[2]s > %[3]s AND %[2]s < %[4]s)", "t_overlappedby": "(%[1]s > %[3]s AND %[1]s < %[4]s AND %[2]s > %[4]s)",
}

func (w *sqlWriter) node(n *cql.Node) (string, error) {
	switch n.Op {
	case cql.Literal:
		return w.literal(n)
	case cql.Property:
		if w.names[n.Name] != n.Type || n.Type == "" {
			return "", fmt.Errorf("store: %q is no %s of the collection", n.Name, n.Type)
		}
		name := pgx.Identifier{n.Name}.Sanitize()
		if n.Type == cql.Number {
			return name + "::float8", nil
		}
		return name, nil
	}
	if pattern, ok := periods[n.Op]; ok {
		return w.period(pattern, n.Args)
	}
	parts := make([]any, len(n.Args))
	texts := make([]string, len(n.Args))
	for i, a := range n.Args {
		var err error
		if texts[i], err = w.node(a); err != nil {
			return "", err
		}
		parts[i] = texts[i]
	}
	switch n.Op {
	case cql.And:
		return "(" + strings.Join(texts, " AND ") + ")", nil
	case cql.Or:
		return "(" + strings.Join(texts, " OR ") + ")", nil
	case cql.In:
		return "(" + texts[0] + " IN (" + strings.Join(texts[1:], ", ") + "))", nil
	}
	if op, ok := infix[n.Op]; ok {
		return "(" + texts[0] + " " + op + " " + texts[1] + ")", nil
	}
	if pattern, ok := patterns[n.Op]; ok {
		return fmt.Sprintf(pattern, parts...), nil
	}
	return "", fmt.Errorf("store: no SQL for %q", n.Op)
}

func (w *sqlWriter) literal(n *cql.Node) (string, error) {
	switch v := n.Value.(type) {
	case bool:
		return w.param(v) + "::boolean", nil
	case float64:
		return w.param(v) + "::float8", nil
	case string:
		return w.param(v) + "::text", nil
	case time.Time:
		return w.param(v) + "::timestamptz", nil
	case cql.Geometry:
		shape := "ST_GeomFromText(" + w.param(v.WKT(w.in.Flip)) + "::text, " + w.param(w.in.SRID) + "::integer)"
		if !w.in.Degrees() {
			shape = "ST_Transform(" + shape + ", " + strconv.Itoa(SRID) + ")"
		}
		return shape, nil
	}
	return "", fmt.Errorf("store: no SQL for a %T", n.Value)
}

// period writes a temporal function: each argument has two ends, which may be one.
func (w *sqlWriter) period(pattern string, list []*cql.Node) (string, error) {
	ends := make([]any, 0, 4)
	for _, n := range list {
		both := []*cql.Node{n, n}
		if n.Op == cql.Span {
			both = n.Args
		}
		for i, end := range both {
			open := []string{"'-infinity'::timestamptz", "'infinity'::timestamptz"}[i]
			if !strings.Contains(pattern, "%["+strconv.Itoa(len(ends)+1)+"]") { // it does not matter
				ends = append(ends, "")
				continue
			}
			if end.Op == cql.Literal && end.Value == nil {
				ends = append(ends, open)
				continue
			}
			text, err := w.node(end)
			if err != nil {
				return "", err
			}
			if n.Op == cql.Span && end.Op == cql.Property { // an end that is not there is open
				text = "coalesce(" + text + ", " + open + ")"
			}
			ends = append(ends, text)
		}
	}
	return fmt.Sprintf(pattern, ends...), nil
}
