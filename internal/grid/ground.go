package grid

import "context"

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
