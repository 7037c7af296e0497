package snapshot

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// pastKept is how many past releases stay in memory.
const pastKept = 4

// answerTime is how long the database may take to say which releases are in force; one that takes longer is away.
const answerTime = 10 * time.Second

// Registry holds the snapshot in force of every district. Reading never waits: not for a refresh, not for the database.
type Registry struct {
	service *grid.Service
	current atomic.Pointer[country]
	away    atomic.Pointer[time.Time]
	refused atomic.Pointer[map[grid.Code]int]

	refreshing sync.Mutex
	asked      atomic.Uint64 // refreshes asked for
	answered   uint64        // of these, answered by the last refresh; guarded by refreshing
	outcome    error         // of the last refresh; guarded by refreshing

	watching sync.Mutex
	watchers map[int]func(*Snapshot)
	watched  int

	loading chan struct{} // held while a past release is loaded
	keeping sync.Mutex
	past    []*Snapshot // the last used first
}

// NewRegistry makes a registry without any district; Refresh fills it.
func NewRegistry(service *grid.Service) *Registry {
	r := &Registry{service: service, watchers: map[int]func(*Snapshot){}, loading: make(chan struct{}, 1)}
	r.current.Store(newCountry(nil))
	r.refused.Store(&map[grid.Code]int{})
	return r
}

// Current is the snapshot in force of a district; nil if it has none.
func (r *Registry) Current(district grid.Code) *Snapshot { return r.current.Load().districts[district] }

// All are the snapshots in force, by the code of their district.
func (r *Registry) All() []*Snapshot { return sorted(r.current.Load().districts) }

// Holding is the snapshot of the district that holds a place; nil if none does. On the border of two districts it is the one with the lower code.
func (r *Registry) Holding(p geo.Point) *Snapshot { return r.current.Load().atlas().holding(p) }

// For is the snapshot that a question about a place is for: of the district named, else of the one that holds the place, else
// of the only one.
func (r *Registry) For(district grid.Code, p geo.Point) (*Snapshot, error) {
	if district == "" {
		if s := r.Holding(p); s != nil {
			return s, nil
		}
	}
	return r.Named(district)
}

// Named is the snapshot of a district, "" being the only one. fault no-such-district, no-net if there is none at all,
// which-district if there are several.
func (r *Registry) Named(district grid.Code) (*Snapshot, error) {
	if district != "" {
		if s := r.Current(district); s != nil {
			return s, nil
		}
		return nil, noDistrict(district)
	}
	return only(r.All())
}

func noDistrict(district grid.Code) error {
	return fault.New(fault.NotFound, "no-such-district", fault.Args{"district": district}).In(fault.Place{Field: "district"})
}

// only is the only one of some snapshots. fault no-net, which-district.
func only(all []*Snapshot) (*Snapshot, error) {
	switch len(all) {
	case 0:
		return nil, fault.New(fault.NotFound, "no-net", nil)
	case 1:
		return all[0], nil
	default:
		const named = 20
		var choices []string
		for _, s := range all[:min(len(all), named)] {
			choices = append(choices, string(s.Release.District))
		}
		if len(all) > named {
			choices = append(choices, "…")
		}
		return nil, fault.New(fault.Usage, "which-district", fault.Args{"count": len(all), "choices": strings.Join(choices, ", ")}).In(fault.Place{Field: "district"})
	}
}

// Away is since when the database cannot be reached; ok is false while it can. What is in memory goes on answering.
func (r *Registry) Away() (since time.Time, ok bool) {
	if t := r.away.Load(); t != nil {
		return *t, true
	}
	return time.Time{}, false
}

// Refused are the releases in force that could not be loaded, by district, because what is stored of them makes no net. What was in
// memory before goes on answering. The map is not to be written to.
func (r *Registry) Refused() map[grid.Code]int { return *r.refused.Load() }

// Watch calls fn with every snapshot that is swapped in from now on, until stop is called. fn must not block.
func (r *Registry) Watch(fn func(*Snapshot)) (stop func()) {
	r.watching.Lock()
	defer r.watching.Unlock()
	id := r.watched
	r.watched++
	r.watchers[id] = fn
	return func() {
		r.watching.Lock()
		defer r.watching.Unlock()
		delete(r.watchers, id)
	}
}

// Refresh loads what changed since the last time: districts with another release in force, other buildings or another base
// map. It returns when everything committed before the call is in memory. Calls that meet share one refresh. Where one
// district fails the others are still refreshed; the first error is returned.
func (r *Registry) Refresh(ctx context.Context) error {
	ticket := r.asked.Add(1)
	r.refreshing.Lock()
	defer r.refreshing.Unlock()
	if r.answered >= ticket {
		return r.outcome
	}
	answers := r.asked.Load()
	err := r.refresh(ctx)
	if ctx.Err() != nil {
		return err // says nothing about the database, nor to others
	}
	r.answered, r.outcome = answers, err
	switch {
	case err == nil:
		r.away.Store(nil)
	case fault.From(err).Kind == fault.Unavailable:
		now := time.Now()
		r.away.CompareAndSwap(nil, &now)
	}
	return err
}

func (r *Registry) refresh(ctx context.Context) error {
	heads, err := r.heads(ctx)
	if err != nil {
		return err
	}
	inForce, refused := map[grid.Code]bool{}, map[grid.Code]int{}
	var failed error
	for _, head := range heads {
		if head.Release == 0 {
			continue
		}
		inForce[head.District] = true
		s, err := r.load(ctx, head)
		switch {
		case err == nil && s != nil:
			s.follow(r.Current(head.District))
			r.swap(head.District, s)
		case err != nil && fault.From(err).Kind != fault.Unavailable && ctx.Err() == nil:
			refused[head.District] = head.Release
		}
		if failed == nil {
			failed = err
		}
	}
	r.refused.Store(&refused)
	for district := range r.current.Load().districts {
		if !inForce[district] {
			r.swap(district, nil)
		}
	}
	return failed
}

// heads are the releases in force.
func (r *Registry) heads(ctx context.Context) ([]grid.Head, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	heads, err := r.service.Store.Districts(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fault.Wrap(fault.Unavailable, "database-away", err)
	}
	return heads, err
}

// load makes the snapshot of a district's head; nil if the one in memory is still right. Revisions are read before what they
// count, so that a change in between is loaded again the next time.
func (r *Registry) load(ctx context.Context, head grid.Head) (*Snapshot, error) {
	store, old := r.service.Store, r.Current(head.District)
	sameNet := old != nil && old.Release.N == head.Release && old.Release.MadeAt.Equal(head.MadeAt)
	if old != nil && !sameNet && head.Release <= old.Release.N {
		// The database was put back to an older state: nothing that came from it before is to be trusted.
		old = nil
		r.forget(head.District)
	}
	baseRev, buildingsRev, err := store.Revisions(ctx, head.District)
	if err != nil {
		return nil, err
	}
	if sameNet && old.Since.Equal(head.Since) && old.baseRev == baseRev && old.buildingsRev == buildingsRev {
		return nil, nil
	}
	var in contents
	if old != nil {
		in = old.contents()
	}
	if old == nil || old.baseRev != baseRev {
		if in.base, err = readBase(ctx, store, head.District); err != nil {
			return nil, err
		}
	}
	if old == nil || old.buildingsRev != buildingsRev {
		if in.buildings, in.drawn, err = readBuildings(ctx, store, head.District); err != nil {
			return nil, err
		}
	}
	in.baseRev, in.buildingsRev = baseRev, buildingsRev
	if sameNet {
		s := &Snapshot{Release: old.Release, Since: head.Since, Mesh: old.Mesh, Index: old.Index}
		return s, s.furnish(in, old)
	}
	net, release, err := store.Net(ctx, head.District, head.Release)
	if err != nil {
		return nil, err
	}
	s, err := build(net, *release, in, old)
	if err != nil {
		return nil, err
	}
	s.Since = head.Since
	return s, nil
}

// swap puts a snapshot in force, or takes the district out with nil, and tells the watchers.
func (r *Registry) swap(district grid.Code, s *Snapshot) {
	next := map[grid.Code]*Snapshot{}
	maps.Copy(next, r.current.Load().districts)
	old := next[district]
	if s == nil {
		delete(next, district)
	} else {
		next[district] = s
	}
	r.current.Store(newCountry(next))
	if old != nil && s != nil && old.Release.N < s.Release.N {
		r.keep(old)
	}
	if s == nil {
		return
	}
	r.watching.Lock()
	defer r.watching.Unlock()
	for _, fn := range r.watchers {
		fn(s)
	}
}
