package snapshot

import (
	"context"
	"crypto/sha256"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/tiles"
)

// Points holds the reported points of every district for the map, and follows what is written: a change costs what it changes. In memory a
// point takes about 120 bytes. Reading never waits; while the database is away what is there stays.
type Points struct {
	from grid.Store
	nets *Registry
	sets atomic.Pointer[map[grid.Code]*PointSet]

	refreshing sync.Mutex
	followed   map[grid.Code]*following // guarded by refreshing
}

// PointSet is the points of a district at one moment.
type PointSet struct {
	Tiles    *tiles.Points
	Revision int64 // grows with each change, also over restarts: at least the moment of the change in milliseconds
}

// following is what is known of the locations of a district: enough to tell what changes.
type following struct {
	next uint64
	seen map[identity]sighting
}

// identity is what names a location, in little room: two that agree in 128 bits of SHA-256 are not known to exist.
type identity [16]byte

// sighting is where a location was last, and at which of its changes.
type sighting struct {
	at                geo.Point
	revision, release int32
}

func identify(kind, id string) identity {
	sum := sha256.Sum256([]byte(kind + "\x00" + id))
	return identity(sum[:16])
}

// NewPoints follows the points of the districts that have a net. Refresh reads them.
func NewPoints(nets *Registry) *Points {
	p := &Points{from: nets.service.Store, nets: nets, followed: map[grid.Code]*following{}}
	p.sets.Store(&map[grid.Code]*PointSet{})
	return p
}

var noPoints = &PointSet{Tiles: tiles.NewPoints(nil)}

// Of is the set of a district; empty if nothing is known of it.
func (p *Points) Of(district grid.Code) *PointSet {
	if p != nil {
		if set := (*p.sets.Load())[district]; set != nil {
			return set
		}
	}
	return noPoints
}

// Refresh takes over what was written since the last time. Where one district fails the others are still read; the first error is returned.
func (p *Points) Refresh(ctx context.Context) (failed error) {
	p.refreshing.Lock()
	defer p.refreshing.Unlock()
	for _, n := range p.nets.All() {
		if err := p.follow(ctx, n.Release.District); err != nil && failed == nil {
			failed = err
		}
	}
	return failed
}

// changesAtOnce bounds what is held back before it is put into the set.
const changesAtOnce = 100_000

// follow reads what changed in a district. What was read before an error is kept: it is read again, and then nothing new.
func (p *Points) follow(ctx context.Context, district grid.Code) error {
	f := p.followed[district]
	if f == nil {
		f = &following{seen: map[identity]sighting{}}
		p.followed[district] = f
	}
	set := p.Of(district).Tiles
	var gone []tiles.PointRef
	var came []tiles.Point
	put := func() {
		if len(came) > 0 {
			set = set.With(gone, came)
			gone, came = gone[:0], came[:0]
		}
	}
	var failed error
	rows, read := p.from.LocationsSince(ctx, district, f.next)
	for l, err := range rows {
		if err != nil {
			failed = err
			break
		}
		name := identify(l.Kind, l.ID)
		now := sighting{l.Point, int32(l.Revision), int32(l.Release)}
		old, known := f.seen[name]
		if known && old == now {
			continue
		}
		if known {
			gone = append(gone, tiles.PointRef{Kind: l.Kind, ID: l.ID, At: old.at})
		}
		f.seen[name] = now
		came = append(came, tiles.Point{Kind: l.Kind, ID: l.ID, Grid: string(l.Area), How: string(l.How), At: l.Point})
		if len(came) == changesAtOnce {
			put()
		}
	}
	put()
	if set != p.Of(district).Tiles {
		p.swap(district, &PointSet{Tiles: set, Revision: max(time.Now().UnixMilli(), p.Of(district).Revision+1)})
	}
	if failed != nil {
		return failed
	}
	next := read()
	if next < f.next {
		// The database was put back to an older state: all that came from it before is forgotten.
		delete(p.followed, district)
		p.swap(district, &PointSet{Tiles: tiles.NewPoints(nil), Revision: p.Of(district).Revision + 1})
		return p.follow(ctx, district)
	}
	f.next = next
	return nil
}

func (p *Points) swap(district grid.Code, set *PointSet) {
	sets := maps.Clone(*p.sets.Load())
	sets[district] = set
	p.sets.Store(&sets)
}
