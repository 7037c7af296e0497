package snapshot

import (
	"context"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// A registry is what locations are assigned by.
var _ grid.Nets = (*Registry)(nil)

// Held implements grid.Nets. Of a district that is held, everything is refreshed where another release is in force than the one held. Where nothing
// was loaded yet, as in a command that runs once, the release that the head names is loaded and nothing else.
func (r *Registry) Held(ctx context.Context, head grid.Head) (grid.Held, error) {
	s := r.Current(head.District)
	if s == nil && head.Release == 0 {
		return grid.Held{}, nil
	}
	if s != nil && (head.Release == 0 || s.Release.N == head.Release && s.Release.MadeAt.Equal(head.MadeAt)) {
		return heldOf(s), nil
	}
	if s != nil {
		err := r.Refresh(ctx)
		if ctx.Err() != nil {
			return grid.Held{}, err
		}
		// What the refresh could not load may be another district's.
		if s = r.Current(head.District); s != nil && s.Release.N >= head.Release {
			return heldOf(s), nil
		}
	}
	s, err := r.At(ctx, head.District, head.Release)
	if err != nil {
		return grid.Held{}, err
	}
	return heldOf(s), nil
}

func heldOf(s *Snapshot) grid.Held {
	return grid.Held{Release: s.Release, Mesh: s.Mesh, Index: s.Index}
}
