package store_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

type told struct {
	district grid.Code
	release  int
}

// listen collects what Listen tells until the test ends.
func listen(t testing.TB, s *store.Store) <-chan told {
	t.Helper()
	heard := make(chan told, 100)
	ended := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		ended <- s.Listen(ctx, func(district grid.Code, release int) { heard <- told{district, release} }, func(bool) {})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Listen ended with %v", err)
		}
	})
	return heard
}

// expect waits for one thing that is told.
func expect(t testing.TB, heard <-chan told, want told) {
	t.Helper()
	select {
	case got := <-heard:
		if got != want {
			t.Fatalf("told %v, want %v", got, want)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("not told %v", want)
	}
}

func TestListen(t *testing.T) {
	url := testkit.DB(t)
	writer := openURL(t, url)
	publish(t, writer, small.net())
	line := testkit.NewLine(t, url)
	heard := listen(t, openURL(t, line.URL))

	expect(t, heard, told{"990001", 1}) // what is there at the start
	publish(t, writer, small.net())
	expect(t, heard, told{"990001", 2})
	other := small
	other.district = "990002"
	publish(t, writer, other.net())
	expect(t, heard, told{"990002", 1})
	testkit.PutBuildings(t, writer, "990002", buildings(3, 1))
	expect(t, heard, told{"990002", 1}) // same release, other buildings

	testkit.KillSessions(t, url)
	awaitDatabase(t, writer)
	publish(t, writer, small.net())
	expect(t, heard, told{"990001", 3})

	line.Down()
	publish(t, writer, small.net())
	publish(t, writer, small.net())
	line.Up()
	expect(t, heard, told{"990001", 5}) // once, with the last one
}

// TestListenSaysWhenItIsInterrupted: at once, once, and when it goes on.
func TestListenSaysWhenItIsInterrupted(t *testing.T) {
	line := testkit.NewLine(t, testkit.DB(t))
	s := openURL(t, line.URL)
	listening, up, ended := make(chan bool, 1), make(chan bool), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		ended <- s.Listen(ctx, func(grid.Code, int) { listening <- true }, func(ok bool) { up <- ok })
	}()
	publish(t, s, small.net())
	<-listening
	for range 2 {
		line.Down()
		if <-up {
			t.Error("up while the line is down")
		}
		line.Up()
		if !<-up {
			t.Error("said twice that it is down")
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestListenWithoutNotifications: where they do not come through, the tables are looked at from time to time.
func TestListenWithoutNotifications(t *testing.T) {
	url := testkit.DB(t)
	s, err := store.Open(t.Context(), store.Config{URL: url, Poll: 50 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	heard := listen(t, s)
	if _, err := connect(t, url).Exec(t.Context(), "INSERT INTO release VALUES ('990001', 1, now(), '', '', NULL)"); err != nil {
		t.Fatal(err)
	}
	expect(t, heard, told{"990001", 1})
}
