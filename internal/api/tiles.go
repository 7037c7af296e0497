package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/tiles"
)

// edition is one of the sets of a snapshot at the revision at which it stands.
type edition struct {
	tileSet
	district grid.Code
	name     string
	rev      string
}

type tileSet interface {
	drawing
	Reaches(z, x, y uint32, d crs.Datum) bool
	TileJSON(d crs.Datum) tiles.TileJSON
}

// editionOf finds a set of a snapshot. Its texts are the snapshot's and the program's own: they may be kept.
func editionOf(n *snapshot.Snapshot, name string) (e edition, err error) {
	net, base, buildings := n.Revisions()
	switch name {
	case "net":
		e = edition{n.Tiles.Net, n.Release.District, "net", net}
	case "base":
		e = edition{n.Tiles.Base, n.Release.District, "base", base}
	case "buildings":
		e = edition{n.Tiles.Buildings, n.Release.District, "buildings", buildings}
	default:
		err = fault.New(fault.NotFound, "no-such-set", fault.Args{"set": strings.Clone(name)})
	}
	return e, err
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
	nets := s.nets(ctx, layerOf(string(req.Set)))
	n, err := nets.Named(grid.Code(req.District))
	if err != nil {
		return nil, err
	}
	m, err := newMoment(req.Params.At, req.Params.Release)
	if err != nil {
		return nil, err
	}
	if n, err = s.netAt(ctx, nets, n, m); err != nil {
		return nil, err
	}
	d, err := datumOut((*string)(req.Params.Crs))
	if err != nil {
		return nil, err
	}
	if req.Set == setPoints {
		kinds := kindsOf(req.Params.Kind)
		t := s.pointTileJSON(ctx, n.Release.District, kinds, d)
		t.TileJSON = named(t.TileJSON, ctx, n, setPoints, "current", d, kinds)
		return jsonReply(ctx, "application/json", t)
	}
	set, err := editionOf(n, string(req.Set))
	if err != nil {
		return nil, err
	}
	t := named(set.TileJSON(d), ctx, n, set.name, set.rev, d, nil)
	t.Version = set.rev + strings.Repeat(".0", 2-strings.Count(set.rev, "."))
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
