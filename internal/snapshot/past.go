package snapshot

import (
	"context"
	"slices"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/tiles"
)

// At is the snapshot of any release of a district: from memory, else loaded. A past release is furnished with the buildings and the
// base map of today. fault not-found if there is no such release.
//
// One release is loaded at a time, so that questions about many of them do not fill the memory; whoever hangs up leaves the
// queue, or ends the load.
func (r *Registry) At(ctx context.Context, district grid.Code, release int) (*Snapshot, error) {
	if s := r.held(district, release); s != nil {
		return s, nil
	}
	select {
	case r.loading <- struct{}{}:
		defer func() { <-r.loading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := ctx.Err(); err != nil { // the turn and the end of the question came together
		return nil, err
	}
	if s := r.held(district, release); s != nil { // who was before us asked for the same
		return s, nil
	}
	s, err := r.loadPast(ctx, district, release)
	if err != nil {
		return nil, err
	}
	r.keep(s)
	return s, nil
}

// loadPast furnishes a past release with what lies in the district today. Its net is read unless it is in memory: that never changes.
func (r *Registry) loadPast(ctx context.Context, district grid.Code, release int) (*Snapshot, error) {
	now := r.Current(district)
	in := contents{drawn: drawBuildings(nil), base: tiles.NewBase(tiles.BaseInput{})}
	if now != nil {
		in = now.contents()
	}
	if old := r.cached(district, release); old != nil {
		s := &Snapshot{Release: old.Release, Mesh: old.Mesh, Index: old.Index}
		return s, s.furnish(in, old)
	}
	net, meta, err := r.service.Store.Net(ctx, district, release)
	if err != nil {
		return nil, err
	}
	return build(net, *meta, in, now)
}

// held is the snapshot of a release if it is in memory with the buildings and the base map of today, else nil.
func (r *Registry) held(district grid.Code, release int) *Snapshot {
	s, now := r.cached(district, release), r.Current(district)
	if s == nil || now != nil && (s.buildingsRev != now.buildingsRev || s.baseRev != now.baseRev) {
		return nil
	}
	return s
}

// cached is the snapshot of a release if it is in memory, else nil.
func (r *Registry) cached(district grid.Code, release int) *Snapshot {
	if s := r.Current(district); s != nil && s.Release.N == release {
		return s
	}
	r.keeping.Lock()
	defer r.keeping.Unlock()
	for i, s := range r.past {
		if s.Release.District == district && s.Release.N == release {
			r.past = slices.Insert(slices.Delete(r.past, i, i+1), 0, s)
			return s
		}
	}
	return nil
}

// keep puts a past release in front of those in memory and lets go of the one not used for longest.
func (r *Registry) keep(s *Snapshot) {
	if !s.Since.IsZero() { // it was in force until now
		past := *s
		past.Since, past.views, s = time.Time{}, &views{}, &past
	}
	r.keeping.Lock()
	defer r.keeping.Unlock()
	r.past = slices.DeleteFunc(r.past, func(o *Snapshot) bool {
		return o.Release.District == s.Release.District && o.Release.N == s.Release.N
	})
	if len(r.past) > 0 {
		r.past[0].Tiles.Net.Rest() // maps that were open may still ask for the one that comes now, hardly for one before it
	}
	r.past = slices.Insert(r.past, 0, s)
	if len(r.past) > pastKept {
		r.past = slices.Delete(r.past, pastKept, len(r.past))
	}
}

// forget lets go of the past releases of a district.
func (r *Registry) forget(district grid.Code) {
	r.keeping.Lock()
	defer r.keeping.Unlock()
	r.past = slices.DeleteFunc(r.past, func(s *Snapshot) bool { return s.Release.District == district })
}

// InForce is the release in force at a moment as known at another (zero known: now). fault not-in-force if none was.
func (r *Registry) InForce(ctx context.Context, district grid.Code, at, known time.Time) (int, error) {
	n, err := r.service.Store.InForce(ctx, district, at, known)
	if err == nil && n == 0 {
		err = grid.NotInForce(district, at)
	}
	return n, err
}

// LocateAt answers for a place by the release in force at a moment, as known at another (zero known: now). Where that release
// is not in memory, the store is asked for the faces around the place alone; it is loaded only where these do not say all:
// for a place outside of the net or with an accuracy.
func (r *Registry) LocateAt(ctx context.Context, district grid.Code, p geo.Point, accuracy float64, at, known time.Time) (Answer, error) {
	n, err := r.InForce(ctx, district, at, known)
	if err != nil {
		return Answer{}, err
	}
	s := r.cached(district, n)
	if s == nil && accuracy <= 0 {
		a, err := r.locateStored(ctx, district, n, p)
		if err != nil || a.Inside {
			return a, err
		}
	}
	if s == nil {
		if s, err = r.At(ctx, district, n); err != nil {
			return Answer{}, err
		}
	}
	return s.Locate(p, accuracy), nil
}

// locateStored answers from the faces around the place; the nearest border of a covered place is its own grid's.
func (r *Registry) locateStored(ctx context.Context, district grid.Code, n int, p geo.Point) (Answer, error) {
	owner, err := r.service.Owner(ctx, district, n, p)
	if err != nil || owner == nil {
		return Answer{}, err
	}
	a := Answer{Release: n, Inside: true, Grid: gridOf(owner), BorderM: borderOf(owner.Shape, p)}
	above := map[grid.Level]*grid.Named{grid.LevelDistrict: &a.District, grid.LevelTown: &a.Town, grid.LevelCommunity: &a.Community}
	var codes []grid.Code
	for l := range above {
		codes = append(codes, owner.Code.At(l))
	}
	divisions, err := r.service.Store.Divisions(ctx, district, n, codes)
	if err != nil {
		return Answer{}, err
	}
	for _, d := range divisions {
		if named := above[d.Code.Level()]; named != nil {
			*named = grid.Named{Code: d.Code, Name: d.Name}
		}
	}
	return a, nil
}
