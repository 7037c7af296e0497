package snapshot

import (
	"context"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// Load reads a release of a district from the store, with the buildings and the base map of today: for who wants it once and keeps no
// registry. fault not-found if there is no such release.
func Load(ctx context.Context, store grid.Store, district grid.Code, release int) (*Snapshot, error) {
	var in contents
	var err error
	// Revisions come before what they count, so that they never name what is not there yet.
	if in.baseRev, in.buildingsRev, err = store.Revisions(ctx, district); err != nil {
		return nil, err
	}
	if in.base, err = readBase(ctx, store, district); err != nil {
		return nil, err
	}
	if in.buildings, in.drawn, err = readBuildings(ctx, store, district); err != nil {
		return nil, err
	}
	net, meta, err := store.Net(ctx, district, release)
	if err != nil {
		return nil, err
	}
	return build(net, *meta, in, nil)
}
