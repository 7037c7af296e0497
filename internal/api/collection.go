package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// levelOf maps the collections of the interface to levels of the net.
var levelOf = map[Collection]grid.Level{
	CollectionDistricts: grid.LevelDistrict, CollectionTowns: grid.LevelTown, CollectionCommunities: grid.LevelCommunity, CollectionGrids: grid.LevelGrid, CollectionBuildings: grid.LevelBuilding,
}

// thing is one item of a collection: position i of a level of a snapshot.
type thing struct {
	net   *snapshot.Snapshot
	level grid.Level
	i     int
}

// filter is what a list is narrowed by.
type filter struct {
	within, q, kind, category string
	box                       *geo.Bounds
	after                     string
	limit                     int
}

func newFilter(within, q, kind, category, bbox, after *string, limit *int) (f filter, err error) {
	f = filter{within: value(within), q: strings.TrimSpace(value(q)), kind: value(kind), category: value(category), limit: 100}
	if limit != nil {
		f.limit = *limit
	}
	if f.limit < 1 || f.limit > 10_000 {
		return f, fault.New(fault.Invalid, "parameter-range", fault.Args{"name": "limit", "min": 1, "max": 10_000}).In(fault.Place{Field: "limit"})
	}
	if value(after) != "" {
		b, err := base64.RawURLEncoding.DecodeString(*after)
		if err != nil || strings.Trim(string(b), "0123456789") != "" {
			return f, badCursor()
		}
		f.after = string(b)
	}
	if value(bbox) != "" {
		if f.box, err = parseBox(*bbox); err != nil {
			return f, err
		}
	}
	return f, nil
}

func badCursor() error {
	return fault.New(fault.Invalid, "bad-cursor", nil).In(fault.Place{Field: "after"})
}

func parseBox(s string) (*geo.Bounds, error) {
	bad := fault.New(fault.Invalid, "bad-bbox", nil).In(fault.Place{Field: "bbox"})
	parts := strings.Split(s, ",")
	if len(parts) != 4 {
		return nil, bad
	}
	var v [4]float64
	for i, p := range parts {
		var err error
		if v[i], err = strconv.ParseFloat(strings.TrimSpace(p), 64); err != nil {
			return nil, bad
		}
	}
	low, ok1 := geo.FromDegrees(v[0], v[1])
	high, ok2 := geo.FromDegrees(v[2], v[3])
	if !ok1 || !ok2 || v[0] > v[2] || v[1] > v[3] {
		return nil, bad
	}
	return &geo.Bounds{Min: low, Max: high}, nil
}

// selection is a part of a collection.
type selection struct {
	nets   []*snapshot.Snapshot // in which it was looked for
	things []thing
	next   string // cursor; "" at the end
	count  int    // of all that pass the filter
}

// collect lists the things of a collection at a moment that pass a filter, by code.
func (s *Server) collect(ctx context.Context, c Collection, district *string, m moment, f filter) (p selection, err error) {
	level, ok := levelOf[c]
	if !ok {
		return p, fault.New(fault.NotFound, "no-such-collection", fault.Args{"name": string(c)})
	}
	if f.after != "" && grid.Code(f.after).Level() != level {
		return p, badCursor()
	}
	nets := s.nets(ctx, seenBy(level))
	if p.nets, err = nets.All(); err != nil {
		return p, err
	}
	if level != grid.LevelDistrict || value(district) != "" || m.release != 0 { // each district counts its own releases
		n, err := nets.Named(grid.Code(value(district)))
		if err != nil {
			return p, err
		}
		p.nets = []*snapshot.Snapshot{n}
	}
	if p.nets, err = s.netsAt(ctx, nets, p.nets, m); err != nil {
		return p, err
	}
	for _, n := range p.nets {
		found := matching(n, f.q)
		for i := range n.Count(level) {
			t := thing{n, level, i}
			if !t.passes(f, found) {
				continue
			}
			p.count++
			if t.code() <= f.after && f.after != "" {
				continue
			}
			if len(p.things) < f.limit {
				p.things = append(p.things, t)
			} else if p.next == "" {
				p.next = base64.RawURLEncoding.EncodeToString([]byte(p.things[len(p.things)-1].code()))
			}
		}
	}
	return p, nil
}

// matching are the codes that a search finds; nil for no search.
func matching(n *snapshot.Snapshot, q string) map[grid.Code]bool {
	if q == "" {
		return nil
	}
	found := map[grid.Code]bool{}
	for _, h := range n.Search(q, 1<<30) {
		found[h.Code] = true
	}
	return found
}

func (t thing) passes(f filter, found map[grid.Code]bool) bool {
	code := t.code()
	switch {
	case !t.within(f.within), found != nil && !found[grid.Code(code)]:
		return false
	case f.kind != "" || f.category != "":
		if t.level != grid.LevelGrid {
			return false
		}
		g := t.net.Mesh.Net.Grids[t.i]
		if f.kind != "" && string(g.Kind) != f.kind || f.category != "" && string(g.Category) != f.category {
			return false
		}
	}
	return f.box == nil || f.box.Intersects(t.bounds())
}

// within reports whether a thing lies in a part of the district: its code begins with the prefix. A building lies where its grid is now: its own
// code begins with that of the community in which it was numbered, and could pass for one in a grid.
func (t thing) within(prefix string) bool {
	if level := grid.Code(prefix).Level(); t.level == grid.LevelBuilding && level >= grid.LevelTown && level <= grid.LevelGrid {
		return strings.HasPrefix(string(t.net.Buildings[t.i].Area), prefix)
	}
	return strings.HasPrefix(t.code(), prefix)
}

func (t thing) code() string {
	if t.level == grid.LevelBuilding {
		return string(t.net.Buildings[t.i].Code)
	}
	return string(t.net.Named(t.level, t.i).Code)
}

func (t thing) bounds() geo.Bounds {
	if t.level == grid.LevelBuilding {
		b := t.net.Buildings[t.i]
		return b.Footprint.Bounds().Extend(b.Point)
	}
	return t.net.Shape(t.level, t.i).Bounds()
}

// find is the thing of a code in a collection at a moment.
func (s *Server) find(ctx context.Context, c Collection, code string, m moment) (thing, error) {
	level, ok := levelOf[c]
	if !ok {
		return thing{}, fault.New(fault.NotFound, "no-such-collection", fault.Args{"name": string(c)})
	}
	missing := fault.New(fault.NotFound, "no-such-code", fault.Args{"code": code, "what": level.Text()})
	gc := grid.Code(code)
	if gc.Level() != level {
		return thing{}, missing
	}
	nets := s.nets(ctx, seenBy(level))
	now, err := nets.Current(gc.At(grid.LevelDistrict))
	if err != nil {
		return thing{}, err
	}
	if now == nil {
		return thing{}, missing
	}
	n, err := s.netAt(ctx, nets, now, m)
	if err != nil {
		return thing{}, err
	}
	if t, ok := thingIn(n, level, gc); ok {
		return t, nil
	}
	if n != now {
		missing = fault.New(fault.NotFound, "no-such-code-then", fault.Args{"code": code, "what": level.Text(), "release": n.Release.N})
	}
	return thing{}, missing
}

// thingIn is the thing of a code and its level in a net.
func thingIn(n *snapshot.Snapshot, level grid.Level, code grid.Code) (thing, bool) {
	if level == grid.LevelBuilding {
		i, ok := n.FindBuilding(code)
		return thing{n, level, i}, ok
	}
	_, i, ok := n.Find(code)
	return thing{n, level, i}, ok
}

// ListCollection lists a level of the net.
func (s *Server) ListCollection(ctx context.Context, req ListCollectionRequestObject) (ListCollectionResponseObject, error) {
	p := req.Params
	f, err := newFilter(p.Within, p.Q, (*string)(p.Kind), p.Category, p.Bbox, p.After, p.Limit)
	if err != nil {
		return nil, err
	}
	m, err := newMoment(p.At, p.Release)
	if err != nil {
		return nil, err
	}
	found, err := s.collect(ctx, req.Collection, p.District, m, f)
	if err != nil {
		return nil, err
	}
	next := "null"
	if found.next != "" {
		next = `"` + found.next + `"`
	}
	return listing{kind: "application/json", tag: s.tagOf(ctx, found.nets), r: requestOf(ctx), things: found.things,
		head: fmt.Sprintf(`{"count":%d,"next":%s,"items":[`, found.count, next), tail: "]}\n", item: s.appendItem}, nil
}

// appendItem writes an item as JSON.
func (s *Server) appendItem(dst []byte, t thing) ([]byte, error) {
	text, err := json.Marshal(s.item(t))
	return append(dst, text...), err
}

// GetItem is one item with its neighbours.
func (s *Server) GetItem(ctx context.Context, req GetItemRequestObject) (GetItemResponseObject, error) {
	m, err := newMoment(req.Params.At, req.Params.Release)
	if err != nil {
		return nil, err
	}
	t, err := s.find(ctx, req.Collection, req.Code, m)
	if err != nil {
		return nil, err
	}
	item := s.item(t)
	item.Neighbours = t.neighbours()
	return jsonReply(ctx, "application/json", item)
}

// Search finds by code, name, sound or address, in one district or in all, now or at a moment.
func (s *Server) Search(ctx context.Context, req SearchRequestObject) (SearchResponseObject, error) {
	f, err := newFilter(nil, &req.Params.Q, nil, nil, nil, nil, req.Params.Limit)
	if err != nil {
		return nil, err
	}
	m, err := newMoment(req.Params.At, req.Params.Release)
	if err != nil {
		return nil, err
	}
	view, grids := s.nets(ctx, scope.SeeDivisions), scope.Of(ctx).Area(scope.SeeGrids)
	nets, err := view.All()
	if err != nil {
		return nil, err
	}
	if district := grid.Code(value(req.Params.District)); district != "" || m.release != 0 {
		n, err := view.Named(district)
		if err != nil {
			return nil, err
		}
		nets = []*snapshot.Snapshot{n}
	}
	if nets, err = s.netsAt(ctx, view, nets, m); err != nil {
		return nil, err
	}
	page := Search200JSONResponse{Items: []Item{}}
	for _, n := range nets {
		hits := slices.DeleteFunc(n.Search(f.q, 1<<30), func(h snapshot.Hit) bool { return h.Level == grid.LevelGrid && !grids.Holds(string(h.Code)) })
		page.Count += len(hits)
		for _, h := range hits[:min(len(hits), f.limit-len(page.Items))] {
			if t, ok := thingIn(n, h.Level, h.Code); ok {
				page.Items = append(page.Items, s.item(t))
			}
		}
	}
	return page, nil
}
