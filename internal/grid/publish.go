package grid

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Publication is a net that is to become a release.
type Publication struct {
	Net         *Net
	BaseRelease int    // what the net was made against, as Basis said; another publication in between is a conflict
	Valid       Span   // zero From: from the moment of publication. With a To it corrects the past and leaves the present as it is
	By          string // who publishes
	Note        string
	Corrects    int // the release corrected; of a span with an end, 0 means the base
}

// Published is what a hook sees of a publication, after everything else is written and before the commit.
type Published struct {
	Release    Release
	Valid      Span
	Base       *Mesh // nil for a first release
	Mesh       *Mesh
	Difference Difference
	Lineage    []Lineage
	Current    bool // the release is in force now; else it corrects the past
}

// Hook takes part in the transaction of a publication; its error undoes everything.
type Hook func(ctx context.Context, tx Tx, p *Published) error

// errUnchanged ends the transaction of a publication that says nothing new.
var errUnchanged = errors.New("nothing changes")

// Publish makes a net the district's net over a span of time: the one way by which the published net changes.
//
// Two gates are passed, in Go before the first write and in SQL after it. All is one transaction under the lock of the head
// row: release, sheets, outlines, timeline, the grids of the buildings and locations in the changed area, lineage, hooks, event. Codes
// that the base does not have must never have been used. A release that corrects the past moves nothing.
//
// Where the net and its time are in force already, nothing is published: the release in force and an empty Difference are
// returned. Faults of the net come as Refused; release-conflict if the base is not what BaseRelease says.
func (s *Service) Publish(ctx context.Context, p Publication) (Release, Difference, error) {
	mesh, faults := Weave(p.Net)
	if len(faults) > 0 {
		return Release{}, Difference{}, Refused(faults)
	}
	w := writing{service: s, publication: p}
	w.Mesh = mesh
	err := s.Store.Publish(ctx, mesh.Net.District.Code, func(tx Tx) error { return w.run(ctx, tx) })
	if errors.Is(err, errUnchanged) {
		err = w.findRelease(ctx)
	}
	if err != nil {
		return Release{}, Difference{}, err
	}
	return w.Release, w.Difference, nil
}

// writing is one publication in its transaction.
type writing struct {
	service     *Service
	publication Publication
	base        int
	rows        []Interval
	boxes       []geo.Bounds // of what differs from the base, and what it is part of
	buildings   []Building   // in them
	flows       []Flow
	Published
}

// findRelease gives a publication that changed nothing the release in force.
func (w *writing) findRelease(ctx context.Context) error {
	releases, err := w.service.Store.Releases(ctx, w.Mesh.Net.District.Code)
	for _, r := range releases {
		if r.N == w.base {
			w.Release = r
		}
	}
	return err
}

func (w *writing) run(ctx context.Context, tx Tx) error {
	for _, step := range []func(context.Context, Tx) error{w.date, w.compare, w.write, w.succeed, w.tell} {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// date settles when the release holds, and that its base is the one it was made against.
func (w *writing) date(ctx context.Context, tx Tx) (err error) {
	p, now := w.publication, tx.Now()
	w.Valid = Span{p.Valid.From.UTC().Truncate(time.Microsecond), p.Valid.To.UTC().Truncate(time.Microsecond)}
	if p.Valid.From.IsZero() {
		w.Valid.From = now
	}
	switch {
	case w.Valid.Empty():
		return fault.New(fault.Invalid, "valid-empty", nil)
	case w.Valid.From.After(now) || w.Valid.To.After(now):
		return fault.New(fault.Invalid, "valid-in-future", fault.Args{"now": now.Format(time.RFC3339)})
	}
	if w.rows, err = tx.Timeline(ctx); err != nil {
		return err
	}
	w.base, _ = basisOf(w.rows, w.Valid)
	if w.base != p.BaseRelease {
		return fault.New(fault.Conflict, "release-conflict", fault.Args{"base": p.BaseRelease, "current": w.base})
	}
	w.Current = w.Valid.Holds(now)
	w.Release = Release{District: w.Mesh.Net.District.Code, N: tx.Last() + 1, MadeAt: now, By: p.By, Note: p.Note, Corrects: p.Corrects}
	if w.Release.Corrects == 0 && !w.Valid.To.IsZero() {
		w.Release.Corrects = w.base
	}
	return nil
}

// compare holds the net against its base: codes, place, holes, difference and lineage.
func (w *writing) compare(ctx context.Context, tx Tx) error {
	_, near := basisOf(w.rows, w.Valid)
	net, others, err := readBasis(w.base, near, func(n int) (*Net, error) { return tx.Net(ctx, n) })
	if err != nil {
		return err
	}
	if net != nil {
		var faults []*fault.Error
		if w.Base, faults = Weave(net); len(faults) > 0 {
			return fault.Wrap(fault.Internal, "internal", Refused(faults))
		}
	}
	used, err := tx.UsedCodes(ctx)
	if err != nil {
		return err
	}
	if faults := reused(w.Mesh.Net, newCoder(Basis{Net: net, Near: others, Used: used}).retired); len(faults) > 0 {
		return Refused(faults)
	}
	if w.boxes = changedBoxes(w.Base, w.Mesh); len(w.boxes) > 0 {
		if w.buildings, err = tx.BuildingsIn(ctx, w.boxes); err != nil {
			return err
		}
	}
	w.flows = flowsBetween(w.Base, w.Mesh, w.buildings)
	if w.Base != nil {
		if faults := w.Mesh.follows(w.Base, w.flows); len(faults) > 0 {
			return Refused(faults)
		}
	}
	w.Difference = diff(w.Base, w.Mesh, w.flows)
	if w.Base != nil && w.Difference.Empty() && inForceThroughout(w.rows, w.base, w.Valid) {
		return errUnchanged
	}
	return nil
}

// reused finds the codes of a net that were given up before.
func reused(n *Net, retired map[Code]bool) (faults []*fault.Error) {
	for l := LevelTown; l <= LevelGrid; l++ {
		for _, f := range forerunners(n, l) {
			if retired[f.code] {
				faults = append(faults, fault.New(fault.Invalid, "code-retired", fault.Args{"code": f.code}))
			}
		}
	}
	return faults
}

// changedBoxes are the boxes of the faces that are not in both nets alike, and of all faces of a division whose outline changes: the
// lineage tells what part of the division's weight went. nil if there are none.
func changedBoxes(old, new *Mesh) (boxes []geo.Bounds) {
	if old == nil {
		return []geo.Bounds{new.Grids.Bounds()}
	}
	redrawn := map[Code]bool{}
	for l := LevelTown; l <= LevelCommunity; l++ {
		for _, c := range changes(l, things(old, l), things(new, l)) {
			redrawn[c.Code] = c.Fate != Changed || c.Shape
		}
	}
	was, is := old.Net.Grids, new.Net.Grids
	for len(was) > 0 || len(is) > 0 {
		switch {
		case len(is) == 0 || len(was) > 0 && was[0].Code < is[0].Code:
			boxes, was = append(boxes, was[0].Shape.Bounds()), was[1:]
		case len(was) == 0 || is[0].Code < was[0].Code:
			boxes, is = append(boxes, is[0].Shape.Bounds()), is[1:]
		default:
			switch code := is[0].Code; {
			case !geo.Identical(was[0].Shape, is[0].Shape):
				boxes = append(boxes, was[0].Shape.Bounds(), is[0].Shape.Bounds())
			case redrawn[code.At(LevelTown)] || redrawn[code.At(LevelCommunity)]:
				boxes = append(boxes, is[0].Shape.Bounds())
			}
			was, is = was[1:], is[1:]
		}
	}
	return boxes
}

// write stores the release, has it checked by the second gate, and puts it on the timeline.
func (w *writing) write(ctx context.Context, tx Tx) error {
	if err := tx.PutRelease(ctx, w.Release, w.Mesh.Net.Sheets(), w.Mesh.Net); err != nil {
		return err
	}
	defects, err := tx.CheckRelease(ctx, w.Release.N)
	if err != nil {
		return err
	}
	if len(defects) > 0 {
		var faults []*fault.Error
		for _, d := range defects {
			faults = append(faults, fault.FromDefect(d))
		}
		return Refused(faults)
	}
	ends, begins := Overlay(w.rows, w.Release.N, w.Valid, tx.Now())
	return tx.SetTimeline(ctx, ends, begins)
}

// succeed makes a release that is in force now the head. What lies in the changed area is given its grid, and the lineage is told.
func (w *writing) succeed(ctx context.Context, tx Tx) error {
	if err := w.move(ctx, tx); err != nil {
		return err
	}
	w.Lineage = lineage(w.Base, w.Mesh, w.flows)
	if err := tx.PutLineage(ctx, w.Release.N, w.Lineage); err != nil || !w.Current {
		return err
	}
	return tx.SetHead(ctx, w.Release.N)
}

// tell runs the hooks and writes the event.
func (w *writing) tell(ctx context.Context, tx Tx) error {
	for _, hook := range w.service.Hooks {
		if err := hook(ctx, tx, &w.Published); err != nil {
			return err
		}
	}
	data := map[string]any{
		"release": w.Release.N, "base": w.base, "current": w.Current, "valid_from": w.Valid.From,
		"born": w.Difference.Count(LevelGrid, Born), "gone": w.Difference.Count(LevelGrid, Gone), "changed": w.Difference.Count(LevelGrid, Changed),
		"moved": movedData(w.Difference.Moved), "manual_ended": movedData(w.Difference.ManualEnded),
	}
	if !w.Valid.To.IsZero() {
		data["valid_to"] = w.Valid.To
	}
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if err := tx.PutEvent(ctx, "release", w.Release.N, w.Mesh.Net.District.Code, text); err != nil {
		return err
	}
	return tx.PutAudit(ctx, audit.Entry{Action: audit.ReleasePublish, Object: strconv.Itoa(w.Release.N), Detail: data})
}
