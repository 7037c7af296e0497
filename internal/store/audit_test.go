package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// objects are the objects of rows, in order.
func objects(rows []audit.Row) (all string) {
	for _, r := range rows {
		all += r.Object
	}
	return all
}

// What is noted is there when its transaction is committed, and not otherwise; it is found by who, what and when, page by page.
func TestAudit(t *testing.T) {
	s := open(t)
	ctx := audit.From(as(t, scope.Administrator, ""), "10.0.0.7")
	regret := errors.New("no")
	for object, end := range map[string]error{"x": regret, "": nil} {
		err := s.Change(ctx, func(tx account.Tx) error {
			for i, o := range []string{"a", "b", "c", "d"} {
				e := audit.Entry{At: time.UnixMicro(int64(1_000_000 + i/2)), Action: account.KeyMake, Object: o + object, Detail: map[string]any{"n": i}}
				if o == "d" {
					e.Account, e.Via, e.Action = "zhang", scope.ViaSession, account.KeyRevoke
				}
				if err := tx.Audit(ctx, e); err != nil {
					return err
				}
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Fatal(err)
		}
	}
	read := func(f audit.Filter, after audit.Cursor, limit int) []audit.Row {
		t.Helper()
		rows, err := s.AuditRows(ctx, audit.Service, f, after, limit)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	rows := read(audit.Filter{}, audit.Cursor{}, 10)
	if objects(rows) != "dcba" {
		t.Fatalf("%+v", rows)
	}
	caller := scope.Of(ctx)
	if a := rows[3]; a.Account != caller.Account || a.Via != caller.Via || a.Address != "10.0.0.7" || a.Detail != `{"n":0}` || !a.At.Equal(time.UnixMicro(1_000_000)) {
		t.Errorf("%+v", a)
	}
	for want, f := range map[string]audit.Filter{"d": {Account: "zhang"}, "cba": {Action: account.KeyMake}, "b": {Object: "b"}, "dc": {Since: time.UnixMicro(1_000_001)},
		"ba": {Until: time.UnixMicro(1_000_001)}} {
		if got := objects(read(f, audit.Cursor{}, 10)); got != want {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
	paged, after := "", audit.Cursor{}
	for page := read(audit.Filter{}, after, 3); len(page) > 0; page = read(audit.Filter{}, after, 3) {
		last := page[len(page)-1]
		paged, after = paged+objects(page), audit.Cursor{At: last.At, ID: last.ID}
	}
	if paged != "dcba" {
		t.Errorf("by pages %q", paged)
	}
	// Whoever may see less than a whole district sees nothing of its audit.
	for _, prefix := range []string{"450105", "450105001"} {
		if rows, err := s.AuditRows(as(t, scope.Administrator, prefix), audit.Service, audit.Filter{}, audit.Cursor{}, 10); err != nil || len(rows) > 0 {
			t.Errorf("%s sees %v, %v", prefix, rows, err)
		}
	}
}

// No role may change or take away what was noted, not even the one that owns the table.
func TestAuditIsAppendOnly(t *testing.T) {
	conn := connect(t, testkit.DB(t))
	for _, role := range []string{"zhuwang_owner", "zhuwang_all", "zhuwang_part"} {
		for _, statement := range []string{"UPDATE audit SET object = ''", "DELETE FROM audit", "TRUNCATE audit"} {
			if _, err := conn.Exec(t.Context(), "SET ROLE "+role); err != nil {
				t.Fatal(err)
			}
			_, err := conn.Exec(t.Context(), statement)
			if err == nil {
				t.Errorf("%s may %s", role, statement)
			}
			if _, err := conn.Exec(t.Context(), "RESET ROLE"); err != nil {
				t.Fatal(err)
			}
		}
	}
}
