// Package ogc serves OGC API – Features: Parts 1 (core, GeoJSON, HTML, OpenAPI 3.0), 2 (coordinate reference systems), 3 (filters in CQL2), 4 (buildings are made, replaced,
// changed and taken away) and 5 (schemas).
package ogc

import (
	"bytes"
	"context"
	"encoding/json"
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

// Root is the path under which everything lies.
const Root = "/ogc"

// Store answers questions about features with the rights of the caller of the context.
type Store interface {
	Features(ctx context.Context, q feature.Query) (feature.Page, error)
	// BuildingTag is the tag of a building's content; "" where there is none.
	BuildingTag(ctx context.Context, district, code grid.Code) (string, error)
}

// District is one of which the caller sees something.
type District struct {
	Code   string
	Bounds geo.Bounds
}

// Service serves the features.
type Service struct {
	Store     Store
	Editor    Editor
	Changed   func(context.Context)                                             // is called after a building was written
	Districts func(ctx context.Context, p scope.Permission) ([]District, error) // by code
	Language  func(context.Context) fault.Lang
	Fail      func(w http.ResponseWriter, r *http.Request, err error)
}

// Route is one that the service answers.
type Route struct {
	Name, Method, Path string
	Needs              scope.Permission // 0: that of the collection which the path names after its third slash
	Handle             http.HandlerFunc
}

// Routes lists them.
func (s *Service) Routes() []Route {
	const collection = Root + "/collections/{collection}"
	h := func(answer func(*question) (*page, error), known ...string) http.HandlerFunc {
		return s.handle(answer, append(known, "f", "lang"))
	}
	return append(s.editRoutes(), []Route{
		{"ogcLanding", "GET", Root, scope.Anyone, h(s.landing)},
		{"ogcLandingSlash", "GET", Root + "/", scope.Anyone, h(s.landing)},
		{"ogcConformance", "GET", Root + "/conformance", scope.Anyone, h(s.conformance)},
		{"ogcAPI", "GET", Root + "/api", scope.Anyone, h(s.description)},
		{"ogcStyle", "GET", Root + "/style.css", scope.Anyone, serveStyle},
		{"ogcCollections", "GET", Root + "/collections", scope.Anyone, h(s.collections)},
		{"ogcCollection", "GET", collection, 0, h(s.collection)},
		{"ogcQueryables", "GET", collection + "/queryables", 0, h(s.queryables)},
		{"ogcSchema", "GET", collection + "/schema", 0, h(s.schema)},
		{"ogcItems", "GET", collection + "/items", 0, h(s.items, itemsParameters...)},
		{"ogcItem", "GET", collection + "/items/{id}", 0, h(s.item, "crs", "datetime")},
	}...)
}

// question is a request on its way.
type question struct {
	*http.Request
	query      url.Values
	collection *feature.Collection // nil where the path names none
	districts  []District
	systems    []feature.System
	html       bool
	lang       fault.Lang
}

// page is an answer: what is written as JSON, or as HTML.
type page struct {
	kind   string // media type of the JSON
	json   any    // or []byte
	title  string
	note   string
	links  []Link
	rows   []row
	header http.Header
}

// Link of a resource.
type Link struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title,omitempty"`
}

func (s *Service) handle(answer func(*question) (*page, error), known []string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q, err := s.ask(r, known)
		var p *page
		if err == nil {
			p, err = answer(q)
		}
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		p.send(w, q)
	}
}

// ask reads what all requests have.
func (s *Service) ask(r *http.Request, known []string) (*question, error) {
	q := &question{Request: r, lang: s.Language(r.Context())}
	var err error
	if q.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		return nil, fault.New(fault.Invalid, "bad-query", nil)
	}
	needs := scope.SeeDivisions
	if name := mux.Vars(r)["collection"]; name != "" {
		if q.collection = feature.Named(name); q.collection == nil {
			return nil, fault.New(fault.NotFound, "no-such-features", fault.Args{"name": name, "choices": names()})
		}
		needs = q.collection.Needs
	}
	if q.districts, err = s.Districts(r.Context(), needs); err != nil {
		return nil, err
	}
	var longitudes []float64
	for _, d := range q.districts {
		longitudes = append(longitudes, (d.Bounds.Min.Lon()+d.Bounds.Max.Lon())/2)
	}
	q.systems = feature.Systems(longitudes...)
	var asked []string
	for name := range q.query {
		asked = append(asked, name)
	}
	slices.Sort(asked)
	for _, name := range asked {
		switch {
		case !slices.Contains(known, name) && !(slices.Contains(known, "filter") && q.filterable(name)):
			all := known
			if slices.Contains(known, "filter") {
				all = append(slices.Clone(known), q.queryables()...)
			}
			return nil, fault.New(fault.Invalid, "unknown-parameter", fault.Args{"name": name, "choices": strings.Join(all, ", ")}).In(fault.Place{Field: name})
		case len(q.query[name]) > 1:
			return nil, fault.New(fault.Invalid, "repeated-parameter", fault.Args{"name": name}).In(fault.Place{Field: name})
		}
	}
	switch f := q.query.Get("f"); f {
	case "html":
		q.html = true
	case "json":
	case "":
		accept := r.Header.Get("Accept")
		q.html = strings.Contains(accept, "text/html") && !strings.Contains(accept, "json")
	default:
		return nil, badParameter("f")
	}
	return q, nil
}

func badParameter(name string) error {
	return fault.New(fault.Invalid, "bad-parameter", fault.Args{"name": name}).In(fault.Place{Field: name})
}

func names() string {
	var all []string
	for _, c := range feature.Collections {
		all = append(all, c.Name)
	}
	return strings.Join(all, ", ")
}

// filterable reports whether a parameter is the name of a property.
func (q *question) filterable(name string) bool {
	return q.collection != nil && slices.Contains(q.queryables(), name)
}

func (q *question) queryables() (all []string) {
	for _, p := range q.collection.Properties {
		all = append(all, p.Name)
	}
	return all
}

// address is an absolute one under the root, as the client reached the server.
func (q *question) address(path string, query url.Values) string {
	scheme := "http://"
	if q.TLS != nil {
		scheme = "https://"
	}
	text := scheme + q.Host + Root + path
	if len(query) > 0 {
		text += "?" + query.Encode()
	}
	return text
}

// send writes the answer in the form that was asked for.
func (p *page) send(w http.ResponseWriter, q *question) {
	h := w.Header()
	for name, values := range p.header {
		h[name] = values
	}
	h.Set("Vary", "Accept, Accept-Encoding, Accept-Language")
	var body []byte
	if q.html {
		h.Set("Content-Type", "text/html; charset=utf-8")
		body = p.html(q)
	} else {
		h.Set("Content-Type", p.kind)
		var ready bool
		if body, ready = p.json.([]byte); !ready {
			var buf bytes.Buffer
			enc := json.NewEncoder(&buf)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(p.json); err != nil {
				panic(err)
			}
			body = buf.Bytes()
		}
	}
	if q.Method != http.MethodHead {
		w.Write(body) // a failed write means that the client has gone
	}
}
