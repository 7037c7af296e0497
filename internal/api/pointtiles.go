package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/tiles"
)

// setPoints is the tile set that follows what is written, independent of releases: it has no revision that could be kept.
const setPoints = "points"

// pointTileJSON describes the tiles of points, and says what there is to be drawn: from it a page learns that something changed.
type pointTileJSON struct {
	tiles.TileJSON
	Kinds []pointKind `json:"kinds"`
}

// pointKind is how many points of a kind there are, and how many of these lie outside the net.
type pointKind struct {
	Kind    string `json:"kind"`
	Count   int    `json:"count"`
	Outside int    `json:"outside"`
}

// kindsOf reads a list of kinds; nil: all.
func kindsOf(list *string) []string {
	if value(list) == "" {
		return nil
	}
	kinds := strings.Split(strings.Clone(*list), ",")
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// pointTile is a tile of what is there now, whatever revision is asked for: it is to be asked for again each time, and
// answered with 304 while it is the same. It is drawn again when something changed in what it is drawn from.
func (s *Server) pointTile(ctx context.Context, at tileAddress, kinds []string, key tileKey) (*blob, error) {
	n, err := s.nets(ctx, scope.SeePoints).Named(grid.Code(at.district))
	if err != nil {
		return nil, err
	}
	set := s.pointsSeen(ctx, n.Release.District, kinds)
	version, drawn := set.Version(uint32(key.z), key.x, key.y, key.datum)
	if !drawn {
		return nothingDrawn, nil
	}
	key.district, key.set, key.rev = n.Release.District, setPoints, string(version[:])
	if tile := s.cache.find(key); tile != nil {
		return tile, nil
	}
	return s.cache.draw(ctx, key, set)
}

func (s *Server) pointTileJSON(ctx context.Context, district grid.Code, kinds []string, d crs.Datum) pointTileJSON {
	set := s.PointMap.Of(district)
	t := pointTileJSON{TileJSON: s.pointsSeen(ctx, district, kinds).TileJSON(d), Kinds: []pointKind{}}
	t.Version = fmt.Sprint(set.Revision, ".0.0")
	for _, c := range s.pointsSeen(ctx, district, nil).Counts() { // by kind
		if n := len(t.Kinds); n == 0 || t.Kinds[n-1].Kind != c.Kind {
			t.Kinds = append(t.Kinds, pointKind{Kind: c.Kind})
		}
		k := &t.Kinds[len(t.Kinds)-1]
		k.Count += c.Count
		if grid.How(c.How) == grid.Outside {
			k.Outside += c.Count
		}
	}
	return t
}
