package testkit_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/testkit"
)

func TestDatabasesAreApart(t *testing.T) {
	for i := range 2 {
		conn, err := pgx.Connect(t.Context(), testkit.DB(t))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		var n int
		if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM zhuwang.release").Scan(&n); err != nil || n != 0 {
			t.Fatalf("database %d has %d releases (%v)", i, n, err)
		}
		if _, err := conn.Exec(t.Context(), "INSERT INTO zhuwang.release VALUES ('990001', 1, now(), '', '', NULL)"); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkDB(b *testing.B) {
	for b.Loop() {
		testkit.DB(b)
	}
}
