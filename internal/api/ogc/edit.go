package ogc

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/feature"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Editor writes buildings with the rights of the caller of the context.
type Editor interface {
	PutBuilding(ctx context.Context, district, code grid.Code, tags []string, change func(*grid.Building) error) (grid.Building, error)
	DeleteBuilding(ctx context.Context, district, code grid.Code, tags []string) error
}

// maxBody is how much is read of a feature that is sent.
const maxBody = 1 << 20

// editRoutes are those of Part 4.
func (s *Service) editRoutes() []Route {
	const items = Root + "/collections/buildings/items"
	const one = items + "/{id}"
	return []Route{
		{"ogcCreate", "POST", items, scope.EditBuildings, s.put(http.StatusCreated)},
		{"ogcReplace", "PUT", one, scope.EditBuildings, s.put(http.StatusOK)},
		{"ogcUpdate", "PATCH", one, scope.EditBuildings, s.put(http.StatusOK)},
		{"ogcDelete", "DELETE", one, scope.EditBuildings, s.remove},
		{"ogcItemsOptions", "OPTIONS", Root + "/collections/{collection}/items", 0, s.options("POST")},
		{"ogcItemOptions", "OPTIONS", Root + "/collections/{collection}/items/{id}", 0, s.options("PUT, PATCH, DELETE")},
	}
}

// options tells which methods the caller may use.
func (s *Service) options(edits string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := feature.Named(mux.Vars(r)["collection"])
		if c == nil {
			s.Fail(w, r, fault.New(fault.NotFound, "no-such-features", fault.Args{"name": mux.Vars(r)["collection"], "choices": names()}))
			return
		}
		allow := "GET, HEAD, OPTIONS"
		if c.Editable && scope.Of(r.Context()).May(scope.EditBuildings) {
			allow += ", " + edits
		}
		w.Header().Set("Allow", allow)
		w.WriteHeader(http.StatusNoContent)
	}
}

// put makes, replaces or changes a building.
func (s *Service) put(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sent, err := readFeature(w, r)
		var put grid.Building
		if err == nil {
			code := grid.Code(mux.Vars(r)["id"])
			var district grid.Code
			if district, err = s.districtOf(r.Context(), code, sent.at); err == nil {
				put, err = s.Editor.PutBuilding(r.Context(), district, code, tagsOf(r), func(b *grid.Building) error { return sent.apply(b, r.Method != http.MethodPatch) })
			}
		}
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		s.Changed(r.Context())
		q := &question{Request: r, collection: feature.Named("buildings"), lang: s.Language(r.Context())}
		district := put.Code.At(grid.LevelDistrict)
		tag, err := s.Store.BuildingTag(r.Context(), district, put.Code)
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		h := w.Header()
		h.Set("ETag", `"`+tag+`"`)
		h.Set("Content-Crs", "<"+feature.CRS84.URI+">")
		location := q.address("/collections/buildings/items/"+url.PathEscape(string(put.Code)), nil)
		if status == http.StatusCreated {
			h.Set("Location", location)
		}
		page, err := s.Store.Features(r.Context(), feature.Query{Collection: q.collection, District: string(district), Limit: 1, Out: feature.CRS84,
			Where: []feature.Condition{{Node: equals("id", "string", string(put.Code))}}})
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		if len(page.Features) == 0 { // somebody took it away meanwhile
			w.WriteHeader(status)
			return
		}
		h.Set("Content-Type", "application/geo+json")
		w.WriteHeader(status)
		w.Write(append(appendFeature(nil, q.collection, &page.Features[0], []Link{{location, "self", "application/geo+json", ""}}), '\n'))
	}
}

func (s *Service) remove(w http.ResponseWriter, r *http.Request) {
	code := grid.Code(mux.Vars(r)["id"])
	district, err := s.districtOf(r.Context(), code, nil)
	if err == nil {
		err = s.Editor.DeleteBuilding(r.Context(), district, code, tagsOf(r))
	}
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	s.Changed(r.Context())
	w.WriteHeader(http.StatusNoContent)
}

// districtOf is the district of a code, or the one in whose bounds a new building lies, else the only one.
func (s *Service) districtOf(ctx context.Context, code grid.Code, at *geo.Point) (grid.Code, error) {
	all, err := s.Districts(ctx, scope.SeeBuildings)
	if err != nil {
		return "", err
	}
	for _, d := range all {
		if code != "" && code.Level() == grid.LevelBuilding && string(code.At(grid.LevelDistrict)) == d.Code || code == "" && at != nil && (len(all) == 1 || d.Bounds.Contains(*at)) {
			return grid.Code(d.Code), nil
		}
	}
	if code == "" {
		f := fault.New(fault.Invalid, "building-outside", nil)
		f.At = at
		return "", f
	}
	return "", fault.New(fault.NotFound, "no-such-code", fault.Args{"code": string(code), "what": grid.LevelBuilding.Text()})
}

// tagsOf are the tags of If-Match; none where anything will do.
func tagsOf(r *http.Request) (tags []string) {
	for tag := range strings.SplitSeq(strings.Join(r.Header.Values("If-Match"), ","), ",") {
		switch tag = strings.TrimSpace(tag); {
		case tag == "*":
			return nil
		case tag != "":
			tags = append(tags, strings.Trim(strings.TrimPrefix(tag, "W/"), `"`))
		}
	}
	return tags
}

// sent is a feature as a client sends it.
type sent struct {
	properties map[string]json.RawMessage
	footprint  geo.MultiPolygon
	at         *geo.Point // where it lies; nil where no geometry was sent
}

func bad(field string) error {
	return fault.New(fault.Invalid, "bad-feature", nil).In(fault.Place{Field: field})
}

// readFeature reads a body of GeoJSON, its coordinates in degrees: of CRS84, or of what Content-Crs says.
func readFeature(w http.ResponseWriter, r *http.Request) (*sent, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kinds := []string{"application/geo+json", "application/json", "application/merge-patch+json"}; !slices.Contains(kinds, kind) {
		return nil, fault.New(fault.Unsupported, "unsupported-media", fault.Args{"type": kind, "choices": strings.Join(kinds, ", ")})
	}
	in := feature.CRS84
	if uri := strings.Trim(r.Header.Get("Content-Crs"), "<>[]"); uri != "" {
		var ok bool
		if in, ok = feature.Find(feature.Systems(), uri); !ok || !in.Degrees() {
			return nil, fault.New(fault.Invalid, "crs-not-served", fault.Args{"crs": uri, "choices": "CRS84, EPSG:4490, EPSG:4326"}).In(fault.Place{Field: "Content-Crs"})
		}
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, fault.New(fault.TooLarge, "body-too-large", fault.Args{"max": maxBody >> 20})
	} else if err != nil {
		return nil, fault.New(fault.Invalid, "body-broken-off", nil)
	}
	var body struct {
		Type       string
		Properties map[string]json.RawMessage
		Geometry   *struct {
			Type        string
			Coordinates json.RawMessage
		}
	}
	if json.Unmarshal(text, &body) != nil || body.Type != "Feature" && r.Method != http.MethodPatch {
		return nil, bad("type")
	}
	s := &sent{properties: body.Properties}
	if body.Geometry == nil {
		if r.Method != http.MethodPatch {
			return nil, bad("geometry")
		}
		return s, nil
	}
	position := func(c []float64) (geo.Point, bool) {
		if len(c) < 2 {
			return geo.Point{}, false
		}
		if in.Flip {
			c[0], c[1] = c[1], c[0]
		}
		return geo.FromDegrees(c[0], c[1])
	}
	var polygons [][][][]float64
	switch g := body.Geometry; g.Type {
	case "Point":
		var c []float64
		if json.Unmarshal(g.Coordinates, &c) != nil {
			return nil, bad("geometry")
		}
		p, ok := position(c)
		if !ok {
			return nil, bad("geometry")
		}
		s.at = &p
		return s, nil
	case "Polygon":
		polygons = make([][][][]float64, 1)
		err = json.Unmarshal(g.Coordinates, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(g.Coordinates, &polygons)
	default:
		return nil, bad("geometry")
	}
	if err != nil || len(polygons) == 0 {
		return nil, bad("geometry")
	}
	for _, rings := range polygons {
		var polygon geo.Polygon
		for _, ring := range rings {
			var points geo.Ring
			for _, c := range ring {
				p, ok := position(c)
				if !ok {
					return nil, bad("geometry")
				}
				points = append(points, p)
			}
			if n := len(points); n < 4 || points[0] != points[n-1] {
				return nil, bad("geometry")
			}
			polygon = append(polygon, points[:len(points)-1])
		}
		s.footprint = append(s.footprint, polygon)
	}
	if len(s.footprint[0]) == 0 {
		return nil, bad("geometry")
	}
	s.at = &s.footprint[0][0][0]
	return s, nil
}

// apply makes a building what was sent. What a whole feature does not say is empty; what a change does not say stays.
func (s *sent) apply(b *grid.Building, whole bool) error {
	if whole {
		b.Name, b.Address, b.Use, b.Households, b.Storeys = "", "", "", 0, 0
	}
	texts := map[string]*string{"name": &b.Name, "address": &b.Address, "use": &b.Use, "source_id": &b.ID}
	counts := map[string]*int{"households": &b.Households, "storeys": &b.Storeys}
	for name, v := range s.properties {
		known := slices.ContainsFunc(feature.Named("buildings").Properties, func(p feature.Property) bool { return p.Name == name })
		switch text, count := texts[name], counts[name]; {
		case !known:
			return fault.New(fault.Invalid, "no-such-property", fault.Args{"name": name}).In(fault.Place{Field: name})
		case text != nil:
			*text = ""
			if string(v) != "null" && json.Unmarshal(v, text) != nil {
				return bad(name)
			}
		case count != nil:
			var n float64
			if string(v) != "null" && json.Unmarshal(v, &n) != nil || n != math.Trunc(n) || math.Abs(n) > 1e9 {
				return bad(name)
			}
			*count = int(n)
		} // the others are worked out: what was read may be sent back
	}
	if s.at != nil {
		if b.Footprint = s.footprint; s.footprint == nil {
			b.Point = *s.at
		}
	}
	return nil
}
