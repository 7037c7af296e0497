package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/tiles"
)

const (
	cacheForEver = "public, max-age=31536000, immutable"
	cacheAsk     = "no-cache"
)

// tileSet is one of the sets of a snapshot.
type tileSet interface {
	Tile(z, x, y uint32, d crs.Datum) ([]byte, error)
	TileJSON(d crs.Datum) tiles.TileJSON
}

// setOf finds a tile set and the revision at which it stands.
func setOf(n *snapshot.Snapshot, name string) (tileSet, string, error) {
	net, base, buildings := n.Revisions()
	switch name {
	case "net":
		return n.Tiles.Net, net, nil
	case "base":
		return n.Tiles.Base, base, nil
	case "buildings":
		return n.Tiles.Buildings, buildings, nil
	}
	return nil, "", fault.New(fault.NotFound, "no-such-set", fault.Args{"set": name})
}

// datumOut reads the datum of an answer.
func datumOut(name *string) (crs.Datum, error) {
	switch value(name) {
	case "", "cgcs2000":
		return crs.CGCS2000, nil
	case "gcj02":
		return crs.GCJ02, nil
	}
	return 0, fault.New(fault.Invalid, "unknown-crs", fault.Args{"crs": *name, "choices": "cgcs2000、gcj02"}).In(fault.Place{Field: "crs"})
}

// GetTileJSON describes a set. Its tiles are named by revision, so that they may be kept for ever.
func (s *Server) GetTileJSON(ctx context.Context, req GetTileJSONRequestObject) (GetTileJSONResponseObject, error) {
	n, err := s.Nets.Named(grid.Code(req.District))
	if err != nil {
		return nil, err
	}
	m, err := newMoment(req.Params.At, req.Params.Release)
	if err != nil {
		return nil, err
	}
	if n, err = s.netAt(ctx, n, m); err != nil {
		return nil, err
	}
	d, err := datumOut((*string)(req.Params.Crs))
	if err != nil {
		return nil, err
	}
	if req.Set == setPoints {
		kinds := kindsOf(req.Params.Kind)
		t := s.pointTileJSON(n.Release.District, kinds, d)
		t.TileJSON = named(t.TileJSON, ctx, n, setPoints, "current", d, kinds)
		return jsonReply(ctx, "application/json", t)
	}
	set, rev, err := setOf(n, string(req.Set))
	if err != nil {
		return nil, err
	}
	t := named(set.TileJSON(d), ctx, n, string(req.Set), rev, d, nil)
	t.Version = rev + strings.Repeat(".0", 2-strings.Count(rev, "."))
	return jsonReply(ctx, "application/json", t)
}

// named gives a description its name and the address of its tiles.
func named(t tiles.TileJSON, ctx context.Context, n *snapshot.Snapshot, set, rev string, d crs.Datum, kinds []string) tiles.TileJSON {
	t.Name, t.Attribution = n.District().Name+" "+set, snapshot.Attribution
	q := url.Values{}
	if d == crs.GCJ02 {
		q.Set("crs", "gcj02")
	}
	if len(kinds) > 0 {
		q.Set("kind", strings.Join(kinds, ","))
	}
	// TileJSON wants absolute URLs: the address by which the client reached the server.
	r := requestOf(ctx)
	address := scheme(r) + "://" + r.Host + "/tiles/" + string(n.Release.District) + "/" + set + "/" + rev + "/{z}/{x}/{y}.mvt"
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	t.Tiles = []string{address}
	return t
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// GetTile draws a tile, or finds it drawn.
func (s *Server) GetTile(ctx context.Context, req GetTileRequestObject) (GetTileResponseObject, error) {
	if req.Z < 0 || req.X < 0 || req.Y < 0 || !tiles.Valid(uint32(req.Z), uint32(req.X), uint32(req.Y)) {
		return nil, fault.New(fault.NotFound, "no-such-tile", fault.Args{"z": req.Z, "x": req.X, "y": req.Y})
	}
	d, err := datumOut((*string)(req.Params.Crs))
	if err != nil {
		return nil, err
	}
	if req.Set == setPoints {
		return s.getPointTile(ctx, req, d)
	}
	n, err := s.netAtRevision(ctx, req.District, string(req.Set), req.Rev)
	if err != nil {
		return nil, err
	}
	set, rev, err := setOf(n, string(req.Set))
	if err != nil {
		return nil, err
	}
	// The texts of the request are parts of its line, which they would keep in memory.
	key := tileKey{n.Release.District, strings.Clone(string(req.Set)), rev, d, uint32(req.Z), uint32(req.X), uint32(req.Y)}
	b, err := s.cache.get(key, func() ([]byte, error) { return set.Tile(key.z, key.x, key.y, d) })
	if err != nil {
		return nil, err
	}
	tile := *b
	tile.cache = cacheAsk
	if rev == req.Rev {
		tile.cache = cacheForEver
	}
	return reply{tile, requestOf(ctx)}, nil
}

// netAtRevision is the net that a tile's revision names: the one in force, else the past release of that number. A revision
// that is neither is answered by what is in force, not to be kept.
func (s *Server) netAtRevision(ctx context.Context, district, set, rev string) (*snapshot.Snapshot, error) {
	n, err := s.Nets.Named(grid.Code(district))
	if err != nil || rev == "current" || set == "base" {
		return n, err
	}
	first, _, _ := strings.Cut(rev, ".")
	number, err := strconv.ParseInt(first, 10, 32)
	if err != nil {
		return nil, fault.New(fault.NotFound, "release-gone", fault.Args{"rev": rev})
	}
	if int(number) == n.Release.N {
		return n, nil
	}
	return s.Nets.At(ctx, n.Release.District, int(number))
}
