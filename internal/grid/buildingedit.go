package grid

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// BuildingTx is what a transaction lets be done to single buildings. Writers of a district's buildings take turns.
type BuildingTx interface {
	// OpenBuildings makes a new revision of the buildings, and waits for its turn.
	OpenBuildings(ctx context.Context) error
	// BuildingTagged is the building with a code, and the tag of its content; nil if there is none.
	BuildingTagged(ctx context.Context, code Code) (*Building, string, error)
	// LastBuilding is the greatest serial that a building of a community ever had; 0 for none.
	LastBuilding(ctx context.Context, community Code) (int, error)
	// AddBuilding stores a new one; SetBuilding writes what is stored under its code anew; RetireBuilding takes one away, whose code is retired. All tell every node.
	AddBuilding(ctx context.Context, b Building) error
	SetBuilding(ctx context.Context, b Building) error
	RetireBuilding(ctx context.Context, id string) error
}

// PutBuilding makes a new building (code "") or changes the one with a code, in one transaction. change is given what is stored, nothing for a new one, and makes
// it what it is to be; id, code and grid are not its to say, but for the id of a new one. tags, where there are any, are those of which the stored one must have one.
//
// fault no-such-code where there is none that the caller sees, outside-your-area where the caller may edit none there, or none where it is put, building-changed
// where no tag fits, building-outside where it lies outside the net.
func (s *Service) PutBuilding(ctx context.Context, district, code Code, tags []string, change func(*Building) error) (put Building, err error) {
	err = s.write(ctx, district, func(tx LocationTx, net Held) error {
		if err := tx.OpenBuildings(ctx); err != nil {
			return err
		}
		var was Building
		if code != "" {
			if was, err = editable(ctx, tx, district, code, tags); err != nil {
				return err
			}
		}
		put = was
		if err := change(&put); err != nil {
			return err
		}
		if code != "" {
			put.ID, put.Source = was.ID, was.Source
		}
		put.Code = was.Code
		if f := put.settle(&was); f != nil {
			return f
		}
		put.Area, _ = net.assign(put.Point)
		if f := outsideFor(ctx, scope.EditBuildings, district, put.Area); f != nil {
			return f
		}
		if put.Area == "" {
			f := fault.New(fault.Invalid, "building-outside", nil)
			f.At = &put.Point
			return f
		}
		if code != "" {
			if err := tx.SetBuilding(ctx, put); err != nil {
				return err
			}
			return announce(ctx, tx, "replaced", put.Code, was.Area, put.Area)
		}
		community := put.Area.At(LevelCommunity)
		last, err := tx.LastBuilding(ctx, community)
		if err != nil {
			return err
		}
		if last == lastBuilding {
			return fault.New(fault.Conflict, "codes-exhausted", fault.Args{"parent": community, "level": LevelBuilding.Text(), "children": 1})
		}
		put.Code = community + Code(fmt.Sprintf("%05d", last+1))
		if put.ID == "" {
			put.ID = string(put.Code)
		}
		if err := tx.AddBuilding(ctx, put); err != nil {
			return err
		}
		return announce(ctx, tx, "made", put.Code, put.Area)
	})
	return put, err
}

// DeleteBuilding takes a building away: its code names nothing else, ever. Faults are those of PutBuilding.
func (s *Service) DeleteBuilding(ctx context.Context, district, code Code, tags []string) error {
	return s.write(ctx, district, func(tx LocationTx, _ Held) error {
		if err := tx.OpenBuildings(ctx); err != nil {
			return err
		}
		was, err := editable(ctx, tx, district, code, tags)
		if err != nil {
			return err
		}
		if err := tx.RetireBuilding(ctx, was.ID); err != nil {
			return err
		}
		return announce(ctx, tx, "removed", code, was.Area)
	})
}

// editable is a stored building that the caller may edit.
func editable(ctx context.Context, tx BuildingTx, district, code Code, tags []string) (Building, error) {
	was, tag, err := tx.BuildingTagged(ctx, code)
	switch {
	case err != nil:
		return Building{}, err
	case was == nil || outsideFor(ctx, scope.SeeBuildings, district, was.Area) != nil:
		return Building{}, fault.New(fault.NotFound, "no-such-code", fault.Args{"code": excerpt(string(code)), "what": LevelBuilding.Text()})
	}
	if f := outsideFor(ctx, scope.EditBuildings, district, was.Area); f != nil {
		return Building{}, f
	}
	if len(tags) > 0 && !slices.Contains(tags, tag) {
		return Building{}, fault.New(fault.Stale, "building-changed", fault.Args{"code": code})
	}
	return *was, nil
}

// announce notes how a building changed, and appends it to the outbox, once for each grid that it left or lies in.
func announce(ctx context.Context, tx LocationTx, how string, code Code, areas ...Code) error {
	if err := tx.PutAudit(ctx, audit.Entry{Action: audit.BuildingsChange, Object: string(code), Detail: map[string]any{"how": how}}); err != nil {
		return err
	}
	data, err := json.Marshal(map[string]any{"code": code})
	if err != nil {
		return err
	}
	for _, area := range slices.Compact(areas) {
		if err := tx.PutEvent(ctx, "building", tx.Head().Release, area, data); err != nil {
			return err
		}
	}
	return nil
}

// settle brings a building into the form in which it is stored, or says why it cannot be. The entrance of the one before stays while the footprint does.
func (b *Building) settle(was *Building) *fault.Error {
	for name, text := range map[string]string{"name": b.Name, "address": b.Address, "use": b.Use, "source_id": b.ID} {
		if !legible(text) {
			return fault.New(fault.Invalid, "bad-text", fault.Args{"limit": maxText}).In(fault.Place{Field: name})
		}
	}
	for name, n := range map[string][2]int{"households": {b.Households, maxHouseholds}, "storeys": {b.Storeys, maxStoreys}} {
		if n[0] < 0 || n[0] > n[1] {
			return fault.New(fault.Invalid, "bad-count", fault.Args{"value": n[0], "most": n[1]}).In(fault.Place{Field: name})
		}
	}
	if b.Footprint == nil {
		return nil
	}
	if defects := geo.Validate(b.Footprint); len(defects) > 0 {
		return examined(defects)[0]
	}
	if b.Footprint = geo.Normalize(b.Footprint); was.Footprint == nil || !geo.Equal(b.Footprint, was.Footprint) {
		b.Point = geo.LabelPoint(b.Footprint)
	}
	return nil
}
