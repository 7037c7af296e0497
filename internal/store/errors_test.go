package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// TestErrorsByState has PostgreSQL raise each error itself.
func TestErrorsByState(t *testing.T) {
	conn := connect(t, testkit.DB(t))
	for state, want := range map[string]struct {
		kind fault.Kind
		rule string
	}{
		"53100": {fault.Unavailable, "database-disk-full"}, // disk_full
		"53300": {fault.Unavailable, "database-away"},      // too_many_connections
		"57P03": {fault.Unavailable, "database-away"},      // cannot_connect_now
		"08006": {fault.Unavailable, "database-away"},      // connection_failure
		"58030": {fault.Unavailable, "database-away"},      // io_error
		"25006": {fault.Unavailable, "database-read-only"}, // read_only_sql_transaction
		"22021": {fault.Invalid, "text-unstorable"},        // character_not_in_repertoire
		"40001": {fault.Conflict, "write-conflict"},        // serialization_failure
		"40P01": {fault.Conflict, "write-conflict"},        // deadlock_detected
		"23505": {fault.Conflict, "write-conflict"},        // unique_violation
		"23P01": {fault.Conflict, "write-conflict"},        // exclusion_violation
		"42501": {fault.Internal, "database-rights"},       // insufficient_privilege
		"42703": {fault.Internal, "internal"},              // undefined_column
		"XX001": {fault.Internal, "internal"},              // data_corrupted
		"22012": {fault.Internal, "internal"},              // division_by_zero
	} {
		_, err := conn.Exec(t.Context(), "DO $$ BEGIN RAISE EXCEPTION 'secret text of the database' USING ERRCODE = '"+state+"'; END $$")
		f, ok := errors.AsType[*fault.Error](store.Explain(err))
		if !ok || f.Kind != want.kind || f.Rule != want.rule {
			t.Errorf("%s: %v", state, store.Explain(err))
			continue
		}
		for _, lang := range []fault.Lang{fault.Chinese, fault.English} {
			if strings.Contains(f.Report(lang), "secret") {
				t.Errorf("%s: the database's own words reach people: %s", state, f.Report(lang))
			}
		}
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	url := testkit.DB(t)
	for name, c := range map[string]struct{ url, rule string }{
		"no address":         {"postgres://%%%", "database-url"},
		"nobody there":       {"postgres://postgres@/zhuwang?host=%2Fnonexistent", "database-away"},
		"nothing listens":    {"postgres://postgres@127.0.0.1:1/zhuwang?sslmode=disable", "database-away"},
		"no such database":   {strings.Replace(url, "/t_", "/no_", 1), "database-refuses"},
		"somebody else":      {strings.Replace(url, "postgres@", "stranger@", 1), "database-refuses"},
		"a password quoted?": {"postgres://u:hush@[", "database-url"},
	} {
		_, err := store.Open(t.Context(), store.Config{URL: c.url})
		if err == nil {
			t.Errorf("%s: opened", name)
			continue
		}
		wantRule(t, err, c.rule)
		if strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: the password is in %q", name, err)
		}
	}
}

func TestContextPassesThrough(t *testing.T) {
	s := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Releases(ctx, "990001"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	called := false
	err := s.Publish(ctx, "990001", func(grid.Tx) error { called = true; return nil })
	if !errors.Is(err, context.Canceled) || called {
		t.Errorf("got %v, called %v", err, called)
	}
}

func TestReadOnlyDatabase(t *testing.T) {
	url := testkit.DB(t)
	conn := connect(t, url)
	if _, err := conn.Exec(t.Context(), "ALTER DATABASE "+conn.Config().Database+" SET default_transaction_read_only = on"); err != nil {
		t.Fatal(err)
	}
	s := openURL(t, url)
	if err := s.Ping(t.Context(), false); err != nil {
		t.Error(err)
	}
	wantRule(t, s.Ping(t.Context(), true), "database-read-only")
	wantRule(t, s.PutNames(t.Context(), "990001", []grid.Named{{Code: "990001", Name: "某区"}}), "database-read-only")
}

// TestDatabaseAway: reads and writes say so, and come back without a restart.
func TestDatabaseAway(t *testing.T) {
	line := testkit.NewLine(t, testkit.DB(t))
	s := openURL(t, line.URL)
	publish(t, s, small.net())
	line.Down()
	_, _, err := s.Net(t.Context(), "990001", 1)
	wantRule(t, err, "database-away")
	wantRule(t, s.Publish(t.Context(), "990001", func(grid.Tx) error { return nil }), "database-away")
	line.Up()
	awaitDatabase(t, s)
	if n := publish(t, s, small.net()); n != 2 {
		t.Errorf("release %d", n)
	}
}

// TestDatabaseSilent: where no answer comes at all, as when a cable is pulled, that is said too, and is over when answers come again.
func TestDatabaseSilent(t *testing.T) {
	line := testkit.NewLine(t, testkit.DB(t))
	s := openURL(t, line.URL+"&connect_timeout=1")
	publish(t, s, small.net())
	line.Freeze()
	var err error
	for range 2 { // a connection that was at work a moment ago is trusted once more
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		_, _, err = s.Net(ctx, "990001", 1)
		cancel()
	}
	line.Thaw()
	wantRule(t, err, "database-away")
	awaitDatabase(t, s)
	if n := publish(t, s, small.net()); n != 2 {
		t.Errorf("release %d", n)
	}
}
