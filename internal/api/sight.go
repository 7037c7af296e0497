package api

import (
	"context"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/tiles"
)

// nets are the nets as the one who asks sees them who needs a permission for it: the grids that lie where p is held, or that are seen anyway, and the buildings.
func (s *Server) nets(ctx context.Context, p scope.Permission) snapshot.View {
	c := scope.Of(ctx)
	grids, held := c.Area(scope.SeeGrids), c.Area(p)
	if held.All() || !grids.All() && held.Key() != grids.Key() {
		grids = union(grids, held)
	}
	return s.Nets.As(snapshot.Sight{Grids: grids, Buildings: c.Area(scope.SeeBuildings)})
}

func union(a, b scope.Area) scope.Area {
	if a.All() || b.All() {
		return scope.Everywhere
	}
	return scope.Union(append(a.Prefixes(), b.Prefixes()...)...)
}

// places are the nets for who only asks which grid a place lies in: buildings have no part in the answer.
func (s *Server) places(ctx context.Context) snapshot.View {
	return s.Nets.As(snapshot.Sight{Grids: scope.Of(ctx).Area(scope.SeeGrids), Buildings: scope.Everywhere})
}

// past are the nets of the history, of which somebody may see less than of the present.
func (s *Server) past(ctx context.Context) snapshot.View {
	c := scope.Of(ctx)
	return s.Nets.As(snapshot.Sight{Grids: c.Area(scope.SeeHistory), Buildings: c.Area(scope.SeeBuildings)})
}

// pointsSeen are those of the points of a district that the one who asks may see.
func (s *Server) pointsSeen(ctx context.Context, district grid.Code, kinds []string) *tiles.PointTiles {
	all := s.PointMap.Of(district).Tiles.Only(kinds...)
	area := scope.Of(ctx).Area(scope.SeePoints)
	if area.Covers(string(district)) {
		return all
	}
	return all.Within(rangesOf(area.In(string(district))))
}

// rangesOf are the codes of the grids of an area.
func rangesOf(area scope.Area) []tiles.CodeRange {
	const digits = 15
	var ranges []tiles.CodeRange
	for _, prefix := range area.Prefixes() {
		fill := digits - len(prefix)
		from, _ := strconv.ParseUint(prefix+strings.Repeat("0", fill), 10, 64) // digits, as every prefix
		to, _ := strconv.ParseUint(prefix+strings.Repeat("9", fill), 10, 64)
		ranges = append(ranges, tiles.CodeRange{From: from, To: to + 1})
	}
	return ranges
}

// seenBy is the permission to see a level of the net.
func seenBy(l grid.Level) scope.Permission {
	switch l {
	case grid.LevelBuilding:
		return scope.SeeBuildings
	case grid.LevelGrid:
		return scope.SeeGrids
	}
	return scope.SeeDivisions
}

// own is how an answer may be kept that is not for everybody: by the one who asked alone.
func own(ctx context.Context, cache []string) []string {
	switch caller := scope.Of(ctx); {
	case caller == scope.Local() || caller.Account == "":
		return cache
	case &cache[0] == &cacheForEver[0]:
		return cacheOwn
	}
	return cacheOwnAsk
}

var (
	cacheOwn    = []string{"private, max-age=31536000, immutable"}
	cacheOwnAsk = []string{"private, no-cache"}
)
