package snapshot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Sight is what somebody sees of the nets: grids, with the divisions that are made of them, and buildings.
type Sight struct{ Grids, Buildings scope.Area }

// whole reports whether all of a district is seen.
func (by Sight) whole(district grid.Code) bool {
	return by.Grids.Covers(string(district)) && by.Buildings.Covers(string(district))
}

// key names what is seen of a district, the same for those who see the same.
func (by Sight) key(district grid.Code) sightKey {
	name := func(a scope.Area) string {
		if a.Covers(string(district)) {
			return string(district)
		}
		return a.In(string(district)).Key()
	}
	return sightKey{name(by.Grids), name(by.Buildings)}
}

type sightKey struct{ grids, buildings string }

// suffix parts the revisions of what is seen from those of the whole and of other parts, in addresses and caches.
func (k sightKey) suffix() string {
	sum := sha256.Sum256([]byte(k.grids + " " + k.buildings))
	return "-" + hex.EncodeToString(sum[:8])
}

// viewsKept is how many parts of a snapshot stay in memory: most callers share the whole net.
const viewsKept = 64

// views are the parts of a snapshot that were asked for, each made once.
type views struct {
	sync.Mutex
	of    map[sightKey]*view
	turns uint64
}

type view struct {
	net  func() (*Snapshot, error)
	used uint64 // at which turn
}

// find is a part that is there, or one that make makes. The one not used for longest makes room.
func (v *views) find(k sightKey, make func() (*Snapshot, error)) func() (*Snapshot, error) {
	v.Lock()
	defer v.Unlock()
	v.turns++
	if found := v.of[k]; found != nil {
		found.used = v.turns
		return found.net
	}
	if len(v.of) == viewsKept {
		var oldest sightKey
		least := v.turns
		for key, held := range v.of {
			if held.used < least {
				oldest, least = key, held.used
			}
		}
		delete(v.of, oldest)
	}
	if v.of == nil {
		v.of = map[sightKey]*view{}
	}
	net := sync.OnceValues(make)
	v.of[k] = &view{net, v.turns}
	return net
}

// Seen is what of the snapshot is seen: a snapshot of a district that holds nothing else, its outlines, figures, tiles and search made of that. nil
// where nothing of its net is seen.
func (s *Snapshot) Seen(by Sight) (*Snapshot, error) {
	district := s.Release.District
	switch {
	case by.whole(district):
		return s, nil
	case !by.Grids.Covers(string(district)) && by.Grids.In(string(district)).Empty():
		return nil, nil
	}
	k := by.key(district)
	return s.views.find(k, func() (*Snapshot, error) { return s.part(by, k.suffix()) })()
}

// part makes the snapshot of what is seen; nil where that has no grid.
func (s *Snapshot) part(by Sight, suffix string) (*Snapshot, error) {
	district, in := string(s.Release.District), s.contents()
	if !by.Buildings.Covers(district) {
		seen := []grid.Building{}
		for _, b := range in.buildings {
			if by.Buildings.HoldsIn(district, string(b.Area)) {
				seen = append(seen, b)
			}
		}
		in.buildings, in.drawn = seen, drawBuildings(seen)
	}
	p := &Snapshot{Release: s.Release, Since: s.Since, Mesh: s.Mesh, Index: s.Index}
	if !by.Grids.Covers(district) {
		net := partOf(s.Mesh.Net, by.Grids)
		if len(net.Grids) == 0 {
			return nil, nil
		}
		var err error
		if p, err = weave(net, s.Release); err != nil {
			return nil, err
		}
		p.Since = s.Since
	}
	p.suffix = suffix
	return p, p.furnish(in, s)
}

// partOf are the grids of a net that lie in an area, and the divisions that have one of them.
func partOf(n *grid.Net, area scope.Area) *grid.Net {
	part := &grid.Net{District: n.District}
	filled := map[grid.Code]bool{}
	for _, g := range n.Grids {
		if area.Holds(string(g.Code)) {
			part.Grids = append(part.Grids, g)
			filled[g.Code.At(grid.LevelCommunity)], filled[g.Code.At(grid.LevelTown)] = true, true
		}
	}
	empty := func(d grid.Division) bool { return !filled[d.Code] }
	part.Communities = slices.DeleteFunc(slices.Clone(n.Communities), empty)
	part.Towns = slices.DeleteFunc(slices.Clone(n.Towns), empty)
	return part
}

// View is the registry as somebody sees it: a district of which nothing is seen is not there.
type View struct {
	of *Registry
	by Sight
}

// As is the registry as somebody sees it.
func (r *Registry) As(by Sight) View { return View{r, by} }

func (v View) everything() bool { return v.by.Grids.All() && v.by.Buildings.All() }

// All are the snapshots in force, by the code of their district.
func (v View) All() ([]*Snapshot, error) {
	all := v.of.All()
	if v.everything() {
		return all, nil
	}
	seen := make([]*Snapshot, 0, len(all))
	for _, s := range all {
		part, err := s.Seen(v.by)
		if err != nil {
			return nil, err
		}
		if part != nil {
			seen = append(seen, part)
		}
	}
	return seen, nil
}

// Current is the snapshot in force of a district; nil if it has none.
func (v View) Current(district grid.Code) (*Snapshot, error) {
	if s := v.of.Current(district); s != nil {
		return s.Seen(v.by)
	}
	return nil, nil
}

// For is Registry.For of what is seen.
func (v View) For(district grid.Code, p geo.Point) (*Snapshot, error) {
	if district == "" {
		if s := v.of.Holding(p); s != nil {
			if part, err := s.Seen(v.by); part != nil || err != nil {
				return part, err
			}
		}
	}
	return v.Named(district)
}

// Named is Registry.Named of what is seen.
func (v View) Named(district grid.Code) (*Snapshot, error) {
	if district == "" {
		all, err := v.All()
		if err != nil {
			return nil, err
		}
		return only(all)
	}
	s, err := v.Current(district)
	if err == nil && s == nil {
		err = noDistrict(district)
	}
	return s, err
}

// At is Registry.At of what is seen. fault no-such-district where that release had nothing of it.
func (v View) At(ctx context.Context, district grid.Code, release int) (*Snapshot, error) {
	s, err := v.of.At(ctx, district, release)
	if err != nil {
		return nil, err
	}
	if s, err = s.Seen(v.by); err == nil && s == nil {
		err = noDistrict(district)
	}
	return s, err
}

// LocateAt is Registry.LocateAt of what is seen.
func (v View) LocateAt(ctx context.Context, district grid.Code, p geo.Point, accuracy float64, at, known time.Time) (Answer, error) {
	if v.by.Grids.Covers(string(district)) {
		return v.of.LocateAt(ctx, district, p, accuracy, at, known)
	}
	n, err := v.of.InForce(ctx, district, at, known)
	if err != nil {
		return Answer{}, err
	}
	s, err := v.At(ctx, district, n)
	if err != nil {
		return Answer{}, err
	}
	return s.Locate(p, accuracy), nil
}
