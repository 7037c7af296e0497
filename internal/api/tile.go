package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/tiles"
)

// GetTile draws a tile, or finds it drawn. It is written by hand because a tile that is found takes less time than the generated server
// needs to read its address.
func (s *Server) GetTile(w http.ResponseWriter, r *http.Request) {
	tile, cache, err := s.tile(r) // which may be kept as it says, where it is for everybody
	if err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	for _, policy := range documentPolicies {
		delete(h, policy)
	}
	tile.serve(w, r, own(r.Context(), cache))
}

// documentPolicies are header fields for documents, which a tile is not: they would be more than half of what a 304 sends.
var documentPolicies = [...]string{"Content-Security-Policy", "Cross-Origin-Opener-Policy", "Referrer-Policy"}

// nothingDrawn is the tile on which nothing is drawn.
var nothingDrawn = newBlob(nil, plain, nil, etagOf(nil))

// tile is the tile that a request asks for, and how long it may be kept.
func (s *Server) tile(r *http.Request) (tile *blob, cache []string, err error) {
	at, err := parseTileAddress(r.URL.Path)
	if err != nil {
		return nil, nil, err
	}
	q, err := s.tileQuery(r.URL.RawQuery)
	if err != nil {
		return nil, nil, err
	}
	if !at.valid() {
		return nil, nil, fault.New(fault.NotFound, "no-such-tile", fault.Args{"z": at.z, "x": at.x, "y": at.y})
	}
	key := tileKey{coding: codingOf(r), datum: q.datum, z: uint8(at.z), x: uint32(at.x), y: uint32(at.y)}
	if at.set == setPoints {
		tile, err = s.pointTile(r.Context(), at, q.kinds, key)
		return tile, cacheAsk, err
	}
	n, err := s.netAtRevision(r.Context(), at)
	if err != nil {
		return nil, nil, err
	}
	set, err := editionOf(n, at.set)
	if err != nil {
		return nil, nil, err
	}
	cache = cacheAsk
	if set.rev == at.rev {
		cache = cacheForEver
	}
	key.district, key.set, key.rev = set.district, set.name, set.rev
	if tile = s.cache.find(key); tile != nil {
		return tile, cache, nil
	}
	if !set.Reaches(uint32(key.z), key.x, key.y, key.datum) {
		return nothingDrawn, cache, nil
	}
	tile, err = s.cache.draw(r.Context(), key, set.tileSet)
	return tile, cache, err
}

// tileAddress is what the path of a tile says: /tiles/{district}/{set}/{rev}/{z}/{x}/{y}.mvt. Its texts are parts of the request.
type tileAddress struct {
	district, set, rev string
	z, x, y            int64
}

func (a tileAddress) valid() bool {
	return a.z >= 0 && a.x >= 0 && a.y >= 0 && tiles.Valid(uint32(a.z), uint32(a.x), uint32(a.y))
}

func parseTileAddress(path string) (a tileAddress, err error) {
	rest, isTile := strings.CutPrefix(path, "/tiles/")
	rest, named := strings.CutSuffix(rest, ".mvt")
	var z, x string
	a.district, rest, _ = strings.Cut(rest, "/")
	a.set, rest, _ = strings.Cut(rest, "/")
	a.rev, rest, _ = strings.Cut(rest, "/")
	z, rest, _ = strings.Cut(rest, "/")
	x, y, whole := strings.Cut(rest, "/")
	if !isTile || !named || !whole || strings.Contains(y, "/") {
		return a, fault.New(fault.NotFound, "no-such-path", fault.Args{"path": path})
	}
	if a.z, err = coordinate("z", z); err != nil {
		return a, err
	}
	if a.x, err = coordinate("x", x); err != nil {
		return a, err
	}
	a.y, err = coordinate("y", y)
	return a, err
}

// coordinate is a whole number of a path, which has one way to be written.
func coordinate(name, text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || len(text) > 1 && (text[0] == '0' || text[0] == '+' || text[0] == '-' && text[1] == '0') {
		return 0, badField(name)
	}
	return n, nil
}

// tileQuery is what the query of a tile says.
type tileQuery struct {
	datum crs.Datum
	kinds []string // nil: all
}

func (s *Server) tileQuery(query string) (q tileQuery, err error) {
	if query == "" {
		return q, nil
	}
	values, err := s.known["getTile"].read(query)
	if err != nil {
		return q, err
	}
	name, kinds := values.Get("crs"), values.Get("kind")
	q.kinds = kindsOf(&kinds)
	q.datum, err = datumOut(&name)
	return q, err
}

// netAtRevision is the net that a tile's revision names: the one in force, else the past release of that number. A revision
// that is neither is answered by what is in force, not to be kept.
func (s *Server) netAtRevision(ctx context.Context, at tileAddress) (*snapshot.Snapshot, error) {
	n, err := s.nets(ctx, layerOf(at.set)).Named(grid.Code(at.district))
	if err != nil || at.rev == "current" || at.set == "base" {
		return n, err
	}
	first, _, _ := strings.Cut(at.rev, ".")
	number, err := strconv.ParseInt(first, 10, 32)
	if err != nil {
		return nil, fault.New(fault.NotFound, "release-gone", fault.Args{"rev": at.rev})
	}
	if int(number) == n.Release.N {
		return n, nil
	}
	ctx, cancel := s.patient(ctx, readPatience)
	defer cancel()
	return s.nets(ctx, layerOf(at.set)).At(ctx, n.Release.District, int(number))
}
