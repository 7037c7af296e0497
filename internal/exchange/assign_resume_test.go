package exchange

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// A run that was cancelled, or killed at any moment, is resumed to the same bytes.
func TestAssignResumes(t *testing.T) {
	net, points := checkerboard(t, 5), mixedPoints(t, 60_000)
	whole := AssignOptions{Net: net, Points: points, CRS: "gcj02", NetCRS: "cgcs2000", Distance: true, Out: filepath.Join(t.TempDir(), "whole.csv")}
	if s, err := Assign(t.Context(), whole); err != nil || s.Rejected == 0 || s.Inside == 0 || s.Outside == 0 {
		t.Fatalf("%+v: %v", s, err)
	}
	same := func(t *testing.T, o AssignOptions) {
		t.Helper()
		if content(t, o.Out) != content(t, whole.Out) || content(t, o.rejects()) != content(t, whole.rejects()) {
			t.Error("the resumed output is not the same")
		}
		if left, err := filepath.Glob(filepath.Join(filepath.Dir(o.Out), "*")); err != nil || len(left) != 2 {
			t.Errorf("files left: %v", left)
		}
	}
	t.Run("after a cancellation", func(t *testing.T) {
		o := whole
		o.Out = filepath.Join(t.TempDir(), "out.csv")
		resumed := int64(0)
		for from := int64(10_000); ; from += 15_000 {
			ctx, cancel := context.WithCancel(t.Context())
			o.Progress = func(p AssignProgress) {
				if p.Rows >= from {
					cancel()
				}
			}
			o.Resume = true
			s, err := assignWithCheckpoints(ctx, o, 5_000)
			cancel()
			resumed = max(resumed, s.Resumed)
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		if resumed == 0 {
			t.Error("nothing was taken over")
		}
		same(t, o)
	})
	t.Run("after kill -9", func(t *testing.T) {
		o := whole
		o.Out = filepath.Join(t.TempDir(), "out.csv")
		kills := 0
		for delay := 10 * time.Millisecond; ; delay += 20 * time.Millisecond {
			cmd := exec.Command(os.Args[0], "-test.run=^TestAssignInAProcess$")
			cmd.Env = append(os.Environ(), "ASSIGN_NET="+o.Net, "ASSIGN_POINTS="+o.Points, "ASSIGN_OUT="+o.Out)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			timer := time.AfterFunc(delay, func() { cmd.Process.Kill() })
			err := cmd.Wait()
			timer.Stop()
			if err == nil {
				break
			}
			if kills++; delay > time.Minute {
				t.Fatal(err)
			}
		}
		if kills == 0 {
			t.Error("the run ended before it could be killed")
		}
		same(t, o)
	})
	t.Run("not with other options", func(t *testing.T) {
		o := whole
		o.Out = filepath.Join(t.TempDir(), "out.csv")
		ctx, cancel := context.WithCancel(t.Context())
		o.Progress = func(p AssignProgress) {
			if p.Rows >= 20_000 {
				cancel()
			}
		}
		if _, err := assignWithCheckpoints(ctx, o, 5_000); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		o.Progress, o.Resume, o.CRS = nil, true, "wgs84"
		if _, err := Assign(t.Context(), o); fault.From(err) == nil || fault.From(err).Rule != "resume-mismatch" {
			t.Errorf("%v", err)
		}
		o.Resume, o.CRS = false, "gcj02"
		if _, err := Assign(t.Context(), o); err != nil {
			t.Error(err)
		}
		same(t, o)
	})
}

// TestAssignInAProcess is the process that TestAssignResumes kills.
func TestAssignInAProcess(t *testing.T) {
	if os.Getenv("ASSIGN_NET") == "" {
		return
	}
	o := AssignOptions{Net: os.Getenv("ASSIGN_NET"), Points: os.Getenv("ASSIGN_POINTS"), Out: os.Getenv("ASSIGN_OUT"), CRS: "gcj02", NetCRS: "cgcs2000", Distance: true, Resume: true}
	if _, err := assignWithCheckpoints(t.Context(), o, 5_000); err != nil {
		t.Fatal(err)
	}
}

// assignWithCheckpoints is Assign with a checkpoint every so many rows.
func assignWithCheckpoints(ctx context.Context, o AssignOptions, every int64) (AssignSummary, error) {
	a, err := newAssigner(ctx, o)
	if err != nil {
		return AssignSummary{}, err
	}
	defer a.source.close()
	a.every = every
	return a.run(ctx)
}

// mixedPoints writes points inside and outside a checkerboard, with a bad row here and there.
func mixedPoints(t testing.TB, rows int) string {
	r := rand.New(rand.NewPCG(3, 4))
	b := []byte("id,lon,lat\n")
	for i := range rows {
		if i%97 == 0 {
			b = fmt.Appendf(b, "%d,\"nowhere\n\",0\n", i)
			continue
		}
		b = fmt.Appendf(b, "%d,%.7f,%.7f\n", i, 108+0.07*r.Float64(), 22+0.07*r.Float64())
	}
	return file(t, "mixed.csv", string(b))
}
