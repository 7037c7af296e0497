package store_test

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// open opens the store of a fresh database.
func open(t testing.TB) *store.Store {
	t.Helper()
	return openURL(t, testkit.DB(t))
}

func openURL(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// publish makes a net the next release, in force from now on.
func publish(t testing.TB, s grid.Store, net *grid.Net) (n int) {
	t.Helper()
	ctx := t.Context()
	err := s.Publish(ctx, net.District.Code, func(tx grid.Tx) error {
		n = tx.Last() + 1
		if err := tx.PutRelease(ctx, grid.Release{District: net.District.Code, N: n, MadeAt: tx.Now(), By: "test", Note: fmt.Sprintf("第%d版", n)}, sheets(net), net); err != nil {
			return err
		}
		rows, err := tx.Timeline(ctx)
		if err != nil {
			return err
		}
		var close, add []grid.Interval
		for _, r := range rows {
			if r.Recorded.To.IsZero() && r.Valid.To.IsZero() {
				close = append(close, r)
				add = append(add, grid.Interval{Release: r.Release, Valid: grid.Span{From: r.Valid.From, To: tx.Now()}, Recorded: grid.Span{From: tx.Now()}})
			}
		}
		add = append(add, grid.Interval{Release: n, Valid: grid.Span{From: tx.Now()}, Recorded: grid.Span{From: tx.Now()}})
		if err := tx.SetTimeline(ctx, close, add); err != nil {
			return err
		}
		return tx.SetHead(ctx, n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// wantRule fails the test unless err is a fault of a rule.
func wantRule(t testing.TB, err error, rule string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Rule != rule {
		t.Fatalf("got %v, want rule %s", err, rule)
	}
}

// migrate brings a database to the schema.
func migrate(t testing.TB, url string) {
	t.Helper()
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
}

// A database whose disk is full answers, but is not ready to write. The disk is full for one connection: the files into which it would
// put what does not fit into memory are /dev/full, where the kernel has room for nothing.
func TestPingOnAFullDisk(t *testing.T) {
	server := testkit.OwnServer(t)
	migrate(t, server.URL())
	s, err := store.Open(t.Context(), store.Config{URL: server.URL() + "&pool_max_conns=1", MaxConns: 1, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ping(t.Context(), true); err != nil {
		t.Fatalf("with room: %v", err)
	}
	conn := connect(t, server.URL())
	before := strs(t, conn, "SELECT pg_current_wal_flush_lsn()::text")
	if err := s.Ping(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if after := strs(t, conn, "SELECT pg_current_wal_flush_lsn()::text"); after[0] == before[0] {
		t.Error("the probe did not reach the write-ahead log")
	}
	pid := strs(t, conn, "SELECT pid::text FROM pg_stat_activity WHERE application_name = 'zhuwang' AND pid <> pg_backend_pid()")
	if len(pid) != 1 {
		t.Fatalf("sessions of the store: %v", pid)
	}
	server.FillDisk(t, pid[0])
	wantRule(t, s.Ping(t.Context(), true), "database-disk-full")
	if err := s.Ping(t.Context(), false); err != nil {
		t.Errorf("a full disk keeps it from answering: %v", err)
	}
	server.FreeDisk(t)
	if err := s.Ping(t.Context(), true); err != nil {
		t.Errorf("with room again: %v", err)
	}
}
