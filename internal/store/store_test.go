package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	s, err := store.Open(t.Context(), store.Config{URL: url})
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
		if err := tx.PutRelease(ctx, grid.Release{District: net.District.Code, N: n, MadeAt: tx.Now(), By: "test", Note: "第" + string(rune('0'+n))}, sheets(net), net); err != nil {
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

func TestNetReadsBackIdentical(t *testing.T) {
	s := open(t)
	want := district.net()
	n := publish(t, s, want)
	start := time.Now()
	got, r, err := s.Net(t.Context(), "990001", n)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start), len(got.Grids))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r.N != 1 || r.By != "test" || r.Note != "第1" || r.District != "990001" {
		t.Errorf("release %+v", r)
	}
}
