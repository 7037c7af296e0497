package bench

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/testkit"
)

// guarded is a district of a million buildings in 40 streets, and a line to it.
type guarded struct {
	testing.TB
	conn *pgx.Conn
}

// A building every 10 m in a square of 1000 × 1000; a street is 25 rows of it, with 25 communities of 40 grids.
const manyBuildings = `
	INSERT INTO building (district, id, code, name, address, point, households, storeys, use, area_code)
	SELECT '990001', to_char(i, 'FM0000000'), community || to_char(i % 1000 + 1, 'FM00000'), '', '', ST_SetSRID(ST_MakePoint(108 + i % 1000 * 0.0001, 22 + i / 1000 * 0.0001), 4490), 1, 1, '',
		community || to_char(i % 1000 / 25 + 1, 'FM000')
	FROM (SELECT i, '990001' || to_char(i / 25000 + 1, 'FM000') || to_char(i % 25000 / 1000 + 1, 'FM000') AS community FROM generate_series(0, $1::int - 1) i) n`

func newGuarded(t testing.TB, n int) *guarded {
	conn, err := pgx.Connect(t.Context(), testkit.DB(t)+"&search_path=zhuwang,public&jit=off")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	g := &guarded{t, conn}
	for _, c := range []struct {
		statement string
		args      []any
	}{{manyBuildings, []any{n}}, {"VACUUM ANALYZE building", nil}} {
		if _, err := conn.Exec(t.Context(), c.statement, c.args...); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// ask runs a statement so often in a transaction of its own each, begun as given, and is how many rows the last answer had.
func (g *guarded) ask(n int, begin, statement string, args ...any) (rows int) {
	for range n {
		tx, err := g.conn.BeginTx(g.Context(), pgx.TxOptions{BeginQuery: begin})
		if err != nil {
			g.Fatal(err)
		}
		answer, err := tx.Query(g.Context(), statement, args...)
		if err != nil {
			g.Fatal(err)
		}
		for rows = 0; answer.Next(); rows++ {
			answer.RawValues()
		}
		if answer.Err() != nil {
			g.Fatal(answer.Err())
		}
		tx.Rollback(g.Context())
	}
	return rows
}

// How who asks begins: without the rule, for a whole district, for a street.
const (
	beginFree   = "BEGIN READ ONLY"
	beginWhole  = "BEGIN READ ONLY; SET LOCAL ROLE zhuwang_all"
	beginStreet = "BEGIN READ ONLY; SET LOCAL ROLE zhuwang_part; SET LOCAL zhuwang.scope = '990001020'"
)

// The questions, each with its statement.
var scopeQuestions = []struct{ name, ask string }{
	{"box-of-576", "SELECT id, name, point FROM building WHERE district = $1 AND point && ST_MakeEnvelope(108.04995, 22.04755, 108.05235, 22.04995, 4490)"},
	{"street-of-25000", "SELECT id FROM building WHERE district = $1 AND area_code >= '990001020' AND area_code < '990001021'"},
}

// Whoever asks, the answers of the benchmark are the same, and those beside the street are not told.
func TestScopeAnswersAgree(t *testing.T) {
	g := newGuarded(t, 600_000)
	for i, want := range []int{576, 25_000} {
		for _, begin := range []string{beginFree, beginWhole, beginStreet} {
			if n := g.ask(1, begin, scopeQuestions[i].ask, "990001"); n != want {
				t.Errorf("%s after %s: %d rows, want %d", scopeQuestions[i].name, begin, n, want)
			}
		}
	}
	if n := g.ask(1, beginStreet, "SELECT id FROM building WHERE district = $1 AND area_code LIKE '990001019%'", "990001"); n != 0 {
		t.Errorf("%d rows of another street", n)
	}
}

func BenchmarkScope(b *testing.B) {
	about(b, section{Show: 7, Title: "The scope rule in PostgreSQL", Text: `A district of 1,000,000 buildings in 40 streets, one connection, each question in a transaction of its own. Ours asks as somebody does
who may see the whole district, or one street, with the role of row-level security and the area set in the transaction; beside it the same
question is asked without the rule. All the rows lie in that street, so that all answers are the same.`})
	g := newGuarded(b, 1_000_000)
	for _, q := range scopeQuestions {
		free := way{name: "no-rule", do: func(n int) { g.ask(n, beginFree, q.ask, "990001") }}
		for _, c := range []struct {
			name, begin string
			most        float64
		}{{"whole-district", beginWhole, 1.1}, {"street", beginStreet, 1.5}} {
			beside := free
			beside.want = atMost(c.most)
			measure(b, figure{name: q.name + "/" + c.name, op: "question", rounds: 15, ours: way{do: func(n int) { g.ask(n, c.begin, q.ask, "990001") }}, against: []way{beside}})
		}
	}
}
