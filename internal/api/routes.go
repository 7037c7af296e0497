package api

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// route is one line of the list below; the name labels metrics and matches the operation id in openapi.yaml.
type route struct {
	name, method, path string
	handle             http.HandlerFunc
}

// unbounded are the operations whose requests are given no end from without: they last as long as their client keeps sending or taking,
// or as a batch is large, or answer from memory; each of them bounds itself.
var unbounded = map[string]bool{"locate": true, "locateMany": true, "postPoints": true, "redeclareBatch": true, "listPointsCSV": true,
	"listPointsGeoJSON": true, "receiveUpload": true, "getUploadRejects": true}

// routes is the one list of everything that the server answers. Order matters: the first match wins.
func (s *Server) routes(w *ServerInterfaceWrapper) []route {
	const collection = "/api/v1/{collection:districts|towns|communities|grids|buildings}"
	const set = "/tiles/{district:[0-9]+}/{set}"
	return []route{
		{"locate", "GET", "/api/v1/locate", s.Locate},
		{"locateMany", "POST", "/api/v1/locate", s.LocateMany},
		{"listPointsGeoJSON", "GET", "/api/v1/points.geojson", s.ListPointsGeoJSON},
		{"listPointsCSV", "GET", "/api/v1/points.csv", s.ListPointsCSV},
		{"listPoints", "GET", "/api/v1/points", s.ListPoints},
		{"postPoints", "POST", "/api/v1/points", s.PostPoints},
		{"countPoints", "GET", "/api/v1/points/counts", s.CountPoints},
		{"listBatches", "GET", "/api/v1/points/batches", s.ListBatches},
		{"redeclareBatch", "POST", "/api/v1/points/batches/{batch}/crs", s.RedeclareBatch},
		{"getPoint", "GET", "/api/v1/points/{kind}/{id}", s.GetPoint},
		{"patchPoint", "PATCH", "/api/v1/points/{kind}/{id}", s.PatchPoint},
		{"receiveUpload", "POST", "/api/v1/uploads", s.ReceiveUpload},
		{"lookIntoUpload", "GET", "/api/v1/uploads/{upload}/columns", s.LookIntoUpload},
		{"previewUpload", "POST", "/api/v1/uploads/{upload}/preview", s.PreviewUpload},
		{"importUpload", "POST", "/api/v1/uploads/{upload}/import", s.ImportUpload},
		{"cancelUpload", "POST", "/api/v1/uploads/{upload}/cancel", s.CancelUpload},
		{"getUploadRejects", "GET", "/api/v1/uploads/{upload}/rejects.csv", s.GetUploadRejects},
		{"getUpload", "GET", "/api/v1/uploads/{upload}", s.GetUpload},
		{"removeUpload", "DELETE", "/api/v1/uploads/{upload}", s.RemoveUpload},
		{"search", "GET", "/api/v1/search", w.Search},
		{"listReleases", "GET", "/api/v1/releases", w.ListReleases},
		{"getRelease", "GET", "/api/v1/releases/{n}", w.GetRelease},
		{"getReleaseDiff", "GET", "/api/v1/releases/{n}/diff", w.GetReleaseDiff},
		{"listCollectionGeoJSON", "GET", collection + ".geojson", w.ListCollectionGeoJSON},
		{"listCollection", "GET", collection, w.ListCollection},
		{"getItemGeoJSON", "GET", collection + "/{code:[0-9]+}.geojson", w.GetItemGeoJSON},
		{"getItem", "GET", collection + "/{code}", w.GetItem},
		{"getTileJSON", "GET", set + ".json", w.GetTileJSON},
		{"getTile", "GET", set + "/{rev}/{z}/{x}/{y}.mvt", s.GetTile},
		{"livez", "GET", "/livez", w.Livez},
		{"readyz", "GET", "/readyz", w.Readyz},
		{"docsErrors", "GET", "/docs/errors", s.docsErrors},
		{"docsOpenAPI", "GET", "/docs/openapi.yaml", s.docsOpenAPI},
	}
}

// pathTable finds the handler of a request: where the address has no parameters, by its text; where it is that of a tile, by its beginning
// and its end; else by the patterns of gorilla/mux.
type pathTable struct {
	plain    map[address]http.Handler
	tile     http.Handler
	patterns http.Handler
}

type address struct{ method, path string }

func (t *pathTable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := t.plain[address{r.Method, r.URL.Path}]; h != nil && r.URL.RawPath == "" {
		h.ServeHTTP(w, r)
		return
	}
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.HasPrefix(r.URL.Path, "/tiles/") && strings.HasSuffix(r.URL.Path, ".mvt") {
		t.tile.ServeHTTP(w, r)
		return
	}
	t.patterns.ServeHTTP(w, r)
}

// selfZipped are the operations that compress their answers themselves, or have small ones.
var selfZipped = map[string]bool{"locate": true, "getTile": true}

// router binds the routes. Every GET answers HEAD too.
func (s *Server) router() (http.Handler, error) {
	wrapper := &ServerInterfaceWrapper{
		Handler: NewStrictHandlerWithOptions(s, nil, StrictHTTPServerOptions{
			RequestErrorHandlerFunc:  func(w http.ResponseWriter, r *http.Request, err error) { s.fail(w, r, badParameter(err)) },
			ResponseErrorHandlerFunc: s.fail,
		}),
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) { s.fail(w, r, badParameter(err)) },
	}
	var err error
	if s.known, err = readParameters(); err != nil {
		return nil, err
	}
	r := mux.NewRouter().UseEncodedPath() // the id of a point may hold a slash
	t := &pathTable{plain: map[address]http.Handler{}, patterns: r}
	for _, rt := range s.routes(wrapper) {
		methods := []string{rt.method}
		if rt.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		switch known := s.known[rt.name]; {
		case rt.name == "getTile": // which reads its query itself
			t.tile = s.bind(rt)
		case known != nil: // the others are pages
			rt.handle = s.careful(known, rt)
		}
		handle := s.bind(rt)
		r.Handle(rt.path, handle).Methods(methods...).Name(rt.name)
		if !strings.Contains(rt.path, "{") {
			for _, m := range methods {
				t.plain[address{m, rt.path}] = handle
			}
		}
	}
	r.PathPrefix("/").Handler(s.bind(route{name: "page", handle: s.static})).Methods(http.MethodGet, http.MethodHead)
	r.MethodNotAllowedHandler = s.notAllowed(r)
	r.NotFoundHandler = r.MethodNotAllowedHandler // everything that is not a route is a page, which takes GET alone
	return t, nil
}

// bind makes the handler of a route: counted, and compressed where it does not do so itself.
func (s *Server) bind(rt route) http.Handler {
	handle, tally := http.Handler(rt.handle), s.newTally(rt.name)
	if !selfZipped[rt.name] {
		handle = s.zip(handle)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		callOf(r.Context()).tally = tally
		handle.ServeHTTP(w, r)
	})
}

// notAllowed refuses a method that an address does not take, and names those that it takes.
func (s *Server) notAllowed(router *mux.Router) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete} {
			var match mux.RouteMatch
			probe := *r
			probe.Method = method
			if router.Match(&probe, &match) && match.MatchErr == nil {
				allowed = append(allowed, method)
			}
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.fail(w, r, fault.New(fault.NotAllowed, "method-not-allowed", fault.Args{"method": r.Method}))
	})
}
