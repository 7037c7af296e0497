package grid

import (
	"context"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Ground is what a change of a district's buildings or base map was made against. A change is written only where it still stands.
type Ground struct {
	Release  int   // in force; 0: none
	Revision int64 // of the rows that are to change
}

// Grounds are what the base map and the buildings of a district stand on now. They are read before the rows themselves, so that
// a change in between is noticed when the own one is written.
func (s *Service) Grounds(ctx context.Context, district Code) (base, buildings Ground, err error) {
	if base.Revision, buildings.Revision, err = s.Store.Revisions(ctx, district); err != nil {
		return base, buildings, err
	}
	rows, err := s.Store.Timeline(ctx, district)
	base.Release = latest(rows)
	buildings.Release = base.Release
	return base, buildings, err
}

// BaseBasis reads what an import of base features is made against. fault not-in-force where the district has no net.
func (s *Service) BaseBasis(ctx context.Context, district Code) (b BaseBasis, err error) {
	if b.Ground, _, err = s.Grounds(ctx, district); err != nil {
		return b, err
	}
	if b.Release == 0 {
		return b, NotInForce(district, time.Now())
	}
	net, _, err := s.Store.Net(ctx, district, b.Release)
	if err != nil {
		return b, err
	}
	b.Bounds = net.District.Outline.Bounds()
	for f, err := range s.Store.Base(ctx, district) {
		if err != nil {
			return b, err
		}
		b.Features = append(b.Features, f)
	}
	return b, nil
}

// BuildingBasis reads what an import of buildings is made against. fault not-in-force where the district has no net.
func (s *Service) BuildingBasis(ctx context.Context, district Code) (b BuildingBasis, err error) {
	if _, b.Ground, err = s.Grounds(ctx, district); err != nil {
		return b, err
	}
	if b.Release == 0 {
		return b, NotInForce(district, time.Now())
	}
	net, _, err := s.Store.Net(ctx, district, b.Release)
	if err != nil {
		return b, err
	}
	mesh, faults := Weave(net)
	if len(faults) > 0 {
		return b, fault.Wrap(fault.Internal, "internal", Refused(faults))
	}
	b.Mesh = mesh
	for building, err := range s.Store.Buildings(ctx, district) {
		if err != nil {
			return b, err
		}
		b.Buildings = append(b.Buildings, building)
	}
	b.Retired, err = s.Store.RetiredBuildings(ctx, district)
	return b, err
}
