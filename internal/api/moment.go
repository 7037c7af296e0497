package api

import (
	"context"
	"math"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// moment is the time of which a question is asked: the net in force then, as known now, or a release by its number. The zero
// moment is now.
type moment struct {
	at      time.Time
	release int
}

// newMoment reads a moment. fault at-and-release if both are given, parameter-range for a release that can be none.
func newMoment(at *time.Time, release *int) (moment, error) {
	switch {
	case at != nil && release != nil:
		return moment{}, fault.New(fault.Invalid, "at-and-release", nil).In(fault.Place{Field: "at"})
	case release != nil && (*release < 1 || *release > math.MaxInt32):
		return moment{}, fault.New(fault.Invalid, "parameter-range", fault.Args{"name": "release", "min": 1, "max": math.MaxInt32}).In(fault.Place{Field: "release"})
	}
	return moment{value(at), value(release)}, nil
}

// now reports whether the question is of the net in force.
func (m moment) now() bool { return m.at.IsZero() && m.release == 0 }

// netAt is the net of a district at a moment, given the one in force now: a past one carries the buildings and the base map of
// today. fault not-in-force if there was none, not-found for a release that is not there.
func (s *Server) netAt(ctx context.Context, nets snapshot.View, now *snapshot.Snapshot, m moment) (*snapshot.Snapshot, error) {
	if m.now() {
		return now, nil
	}
	n := m.release
	if n == 0 {
		var err error
		if n, err = s.Nets.InForce(ctx, now.Release.District, m.at, time.Time{}); err != nil {
			return nil, err
		}
	}
	return nets.At(ctx, now.Release.District, n)
}

// netsAt are the nets of some districts at a moment; a district that had none is left out.
func (s *Server) netsAt(ctx context.Context, view snapshot.View, nets []*snapshot.Snapshot, m moment) ([]*snapshot.Snapshot, error) {
	if m.now() {
		return nets, nil
	}
	var then []*snapshot.Snapshot
	for _, now := range nets {
		n, err := s.netAt(ctx, view, now, m)
		switch {
		case err == nil:
			then = append(then, n)
		case len(nets) == 1 || fault.From(err).Rule != "not-in-force":
			return nil, err
		}
	}
	return then, nil
}
