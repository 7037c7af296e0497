package grid

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Overrule gives a location the grid that a person says, with a reason; it stays until it is taken back or the grid dies. A revision
// that is not 0 must be the location's. faults no-such-location, location-changed, overrule-grid, overrule-reason.
func (s *Service) Overrule(ctx context.Context, district Code, kind, id string, to Code, reason, by string, revision int) (Location, error) {
	if !oneLine(reason, maxReason) || reason == "" {
		return Location{}, fault.New(fault.Invalid, "overrule-reason", fault.Args{"max": maxReason}).In(fault.Place{Field: "reason"})
	}
	return s.change(ctx, district, Key{kind, id}, by, revision, func(l *Location, net Held) error {
		if _, found := net.Mesh.grid(to); !found {
			return fault.New(fault.Invalid, "overrule-grid", fault.Args{"code": excerpt(string(to)), "release": net.Release.N}).In(fault.Place{Field: "grid"})
		}
		l.Area, l.How, l.Reason = to, Manual, reason
		return nil
	})
}

// Reassign takes a person's assignment back: the location is given the grid that it lies in. Faults as of Overrule.
func (s *Service) Reassign(ctx context.Context, district Code, kind, id, by string, revision int) (Location, error) {
	return s.change(ctx, district, Key{kind, id}, by, revision, func(l *Location, net Held) error {
		l.Reason = ""
		l.Area, l.How = net.assign(l.Point)
		return nil
	})
}

// Correction is what a location really is.
type Correction struct {
	At         *time.Time // nil: as it is
	Lon, Lat   float64
	Datum      crs.Datum
	AccuracyM  float64
	Attributes []byte
}

// Correct puts right what the source told. A person's assignment stays. A location with another coordinate or datum leaves its batch: what is
// declared of the batch no longer holds of it. Faults as of Overrule, and those of a location's content.
func (s *Service) Correct(ctx context.Context, district Code, kind, id string, c Correction, by string, revision int) (Location, error) {
	return s.change(ctx, district, Key{kind, id}, by, revision, func(l *Location, net Held) error {
		if c.At != nil {
			l.At = *c.At
		}
		was := *l
		l.Lon, l.Lat, l.Datum, l.AccuracyM, l.Attributes = c.Lon, c.Lat, c.Datum, c.AccuracyM, c.Attributes
		if !l.sameRaw(&was) {
			l.Batch = ""
		}
		if f := l.settle(); f != nil {
			return f
		}
		if l.How != Manual {
			l.Area, l.How = net.assign(l.Point)
		}
		return nil
	})
}

// change changes one location in a transaction of its own. What comes out as it was is not written.
func (s *Service) change(ctx context.Context, district Code, k Key, by string, revision int, fn func(*Location, Held) error) (Location, error) {
	if !k.formed() {
		return Location{}, noLocation(k)
	}
	var l Location
	err := s.write(ctx, district, func(tx LocationTx, net Held) error {
		known, err := tx.KnownLocations(ctx, []Key{k}, true)
		switch {
		case err != nil:
			return err
		case len(known) == 0 || outsideArea(ctx, district, known[0].Area) != nil:
			return noLocation(k)
		case revision != 0 && revision != known[0].Revision:
			return stale(k, known[0].Revision)
		}
		l = known[0]
		before := l.Area
		if err := fn(&l, net); err != nil {
			return err
		}
		if f := outsideArea(ctx, district, l.Area); f != nil {
			return f
		}
		if was := &known[0]; was.says(&l) && was.Area == l.Area && was.How == l.How && was.Reason == l.Reason && was.Batch == l.Batch {
			l = *was
			return nil
		}
		l.By, l.Changed, l.Release, l.Revision = by, tx.Now(), net.Release.N, l.Revision+1
		if err := tx.SetLocations(ctx, []Location{l}); err != nil {
			return err
		}
		data, err := json.Marshal(map[string]any{"release": net.Release.N, "kind": k.Kind, "id": k.ID, "from": before, "to": l.Area, "how": l.How, "by": by})
		if err != nil {
			return err
		}
		if err := tx.PutEvent(ctx, "location", net.Release.N, district, data); err != nil {
			return err
		}
		return tx.PutAudit(ctx, audit.Entry{Action: act(known[0].How, l.How), Object: k.Kind + "/" + k.ID, Detail: map[string]any{"from": before, "to": l.Area}})
	})
	return l, err
}

// act is what was done to a point whose grid was, and is now, found in one of these ways.
func act(was, now How) audit.Action {
	switch {
	case now == Manual:
		return audit.PointOverrule
	case was == Manual:
		return audit.PointReassign
	}
	return audit.PointCorrect
}

// outsideArea refuses what would lie where the caller may not write points; nil where the caller may.
func outsideArea(ctx context.Context, district, area Code) *fault.Error {
	return outsideFor(ctx, scope.WritePoints, district, area)
}

// outsideFor refuses an area in which the caller does not hold a permission.
func outsideFor(ctx context.Context, p scope.Permission, district, area Code) *fault.Error {
	if scope.Of(ctx).Area(p).HoldsIn(string(district), string(area)) {
		return nil
	}
	code := area
	if code == "" {
		code = district
	}
	return fault.New(fault.Forbidden, "outside-your-area", fault.Args{"code": code, "permission": p.Name()})
}

// grid is the position of the grid with a code.
func (m *Mesh) grid(c Code) (int, bool) {
	return slices.BinarySearchFunc(m.Net.Grids, c, func(f Face, c Code) int { return compareCodes(f.Code, c) })
}
