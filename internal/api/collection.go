package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
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

// collect lists the things of a collection that pass a filter, by code.
func (s *Server) collect(c Collection, district *string, f filter) (p selection, err error) {
	p.nets = s.Nets.All()
	level, ok := levelOf[c]
	if !ok {
		return p, fault.New(fault.NotFound, "no-such-collection", fault.Args{"name": string(c)})
	}
	if f.after != "" && grid.Code(f.after).Level() != level {
		return p, badCursor()
	}
	if level != grid.LevelDistrict || value(district) != "" {
		n, err := s.Nets.Named(grid.Code(value(district)))
		if err != nil {
			return p, err
		}
		p.nets = []*snapshot.Snapshot{n}
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
	case !strings.HasPrefix(code, f.within), found != nil && !found[grid.Code(code)]:
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

// find is the thing of a code in a collection.
func (s *Server) find(c Collection, code string) (thing, error) {
	level, ok := levelOf[c]
	if !ok {
		return thing{}, fault.New(fault.NotFound, "no-such-collection", fault.Args{"name": string(c)})
	}
	missing := fault.New(fault.NotFound, "no-such-code", fault.Args{"code": code, "what": level.Text()})
	gc := grid.Code(code)
	if gc.Level() != level {
		return thing{}, missing
	}
	n := s.Nets.Current(gc.At(grid.LevelDistrict))
	if n == nil {
		return thing{}, missing
	}
	if level == grid.LevelBuilding {
		i, ok := n.FindBuilding(gc)
		if !ok {
			return thing{}, missing
		}
		return thing{n, level, i}, nil
	}
	if _, i, ok := n.Find(gc); ok {
		return thing{n, level, i}, nil
	}
	return thing{}, missing
}

// ListCollection lists a level of the net.
func (s *Server) ListCollection(ctx context.Context, req ListCollectionRequestObject) (ListCollectionResponseObject, error) {
	p := req.Params
	f, err := newFilter(p.Within, p.Q, (*string)(p.Kind), p.Category, p.Bbox, p.After, p.Limit)
	if err != nil {
		return nil, err
	}
	found, err := s.collect(req.Collection, p.District, f)
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
	t, err := s.find(req.Collection, req.Code)
	if err != nil {
		return nil, err
	}
	item := s.item(t)
	item.Neighbours = t.neighbours()
	return jsonReply(ctx, "application/json", item)
}

// Search finds by code, name, sound or address, in one district or in all.
func (s *Server) Search(_ context.Context, req SearchRequestObject) (SearchResponseObject, error) {
	f, err := newFilter(nil, &req.Params.Q, nil, nil, nil, nil, req.Params.Limit)
	if err != nil {
		return nil, err
	}
	nets := s.Nets.All()
	if district := grid.Code(value(req.Params.District)); district != "" {
		n, err := s.Nets.Named(district)
		if err != nil {
			return nil, err
		}
		nets = []*snapshot.Snapshot{n}
	}
	page := Search200JSONResponse{Items: []Item{}}
	for _, n := range nets {
		hits := n.Search(f.q, 1<<30)
		page.Count += len(hits)
		for _, h := range hits[:min(len(hits), f.limit-len(page.Items))] {
			if t, err := s.find(collectionOf(h.Level), string(h.Code)); err == nil {
				page.Items = append(page.Items, s.item(t))
			}
		}
	}
	return page, nil
}

func collectionOf(l grid.Level) Collection {
	for c, level := range levelOf {
		if level == l {
			return c
		}
	}
	return ""
}
