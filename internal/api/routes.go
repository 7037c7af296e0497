package api

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// route is one line of the list below; the name labels metrics and matches the operation id in openapi.yaml.
type route struct {
	name, method, path string
	needs              need // which permission it takes
	handle             http.HandlerFunc
}

// unbounded are the operations whose requests are given no end from without: they last as long as their client keeps sending or taking,
// or as a batch is large, or answer from memory; each of them bounds itself.
var unbounded = map[string]bool{"locate": true, "locateMany": true, "postPoints": true, "redeclareBatch": true, "listPointsCSV": true,
	"listPointsGeoJSON": true, "receiveUpload": true, "importAccounts": true, "getUploadRejects": true}

// routes is the one list of everything that the server answers. Order matters: the first match wins.
func (s *Server) routes(w *ServerInterfaceWrapper) []route {
	const collection = "/api/v1/{collection:districts|towns|communities|grids|buildings}"
	const set = "/tiles/{district:[0-9]+}/{set}"
	return append(s.features(), []route{
		{"locate", "GET", "/api/v1/locate", needs(scope.SeeGrids), s.Locate},
		{"locateMany", "POST", "/api/v1/locate", needs(scope.SeeGrids), s.LocateMany},
		{"listPointsGeoJSON", "GET", "/api/v1/points.geojson", needs(scope.ExportPoints), s.ListPointsGeoJSON},
		{"listPointsCSV", "GET", "/api/v1/points.csv", needs(scope.ExportPoints), s.ListPointsCSV},
		{"listPoints", "GET", "/api/v1/points", needs(scope.SeePoints), s.ListPoints},
		{"postPoints", "POST", "/api/v1/points", needs(scope.WritePoints), s.PostPoints},
		{"countPoints", "GET", "/api/v1/points/counts", needs(scope.SeePoints), s.CountPoints},
		{"listBatches", "GET", "/api/v1/points/batches", needs(scope.SeePoints), s.ListBatches},
		{"redeclareBatch", "POST", "/api/v1/points/batches/{batch}/crs", needs(scope.ImportPoints), s.RedeclareBatch},
		{"getPoint", "GET", "/api/v1/points/{kind}/{id}", needs(scope.SeePoints), s.GetPoint},
		{"patchPoint", "PATCH", "/api/v1/points/{kind}/{id}", needs(scope.WritePoints), s.PatchPoint},
		{"receiveUpload", "POST", "/api/v1/uploads", needs(scope.ImportPoints), s.ReceiveUpload},
		{"lookIntoUpload", "GET", "/api/v1/uploads/{upload}/columns", needs(scope.ImportPoints), s.LookIntoUpload},
		{"previewUpload", "POST", "/api/v1/uploads/{upload}/preview", needs(scope.ImportPoints), s.PreviewUpload},
		{"importUpload", "POST", "/api/v1/uploads/{upload}/import", needs(scope.ImportPoints), s.ImportUpload},
		{"cancelUpload", "POST", "/api/v1/uploads/{upload}/cancel", needs(scope.ImportPoints), s.CancelUpload},
		{"getUploadRejects", "GET", "/api/v1/uploads/{upload}/rejects.csv", needs(scope.ImportPoints), s.GetUploadRejects},
		{"getUpload", "GET", "/api/v1/uploads/{upload}", needs(scope.ImportPoints), s.GetUpload},
		{"removeUpload", "DELETE", "/api/v1/uploads/{upload}", needs(scope.ImportPoints), s.RemoveUpload},
		{"search", "GET", "/api/v1/search", needs(scope.SeeDivisions), w.Search},
		{"listReleases", "GET", "/api/v1/releases", needs(scope.SeeHistory), w.ListReleases},
		{"getRelease", "GET", "/api/v1/releases/{n}", needs(scope.SeeHistory), w.GetRelease},
		{"getReleaseDiff", "GET", "/api/v1/releases/{n}/diff", needs(scope.SeeHistory), w.GetReleaseDiff},
		{"listCollectionGeoJSON", "GET", collection + ".geojson", needsLayer(3), w.ListCollectionGeoJSON},
		{"listCollection", "GET", collection, needsLayer(3), w.ListCollection},
		{"getItemGeoJSON", "GET", collection + "/{code:[0-9]+}.geojson", needsLayer(3), w.GetItemGeoJSON},
		{"getItem", "GET", collection + "/{code}", needsLayer(3), w.GetItem},
		{"getTileJSON", "GET", set + ".json", needsLayer(3), w.GetTileJSON},
		{"getTile", "GET", set + "/{rev}/{z}/{x}/{y}.mvt", needsLayer(3), s.GetTile},
		{"getSession", "GET", "/api/v1/session", needs(scope.Anyone), s.GetSession},
		{"beginSession", "POST", "/api/v1/session", needs(scope.Anyone), s.BeginSession},
		{"endSession", "DELETE", "/api/v1/session", needs(scope.SignedIn), s.EndSession},
		{"changePassword", "POST", "/api/v1/session/password", needs(scope.SignedIn), s.ChangePassword},
		{"offerFactor", "POST", "/api/v1/session/factor/offer", needs(scope.SignedIn), s.OfferFactor},
		{"setFactor", "POST", "/api/v1/session/factor", needs(scope.SignedIn), s.SetFactor},
		{"endFactor", "POST", "/api/v1/session/factor/end", needs(scope.SignedIn), s.EndFactor},
		{"beginAtProvider", "GET", flowPath, needs(scope.Anyone), s.BeginAtProvider},
		{"endAtProvider", "GET", flowPath + "/callback", needs(scope.Anyone), s.EndAtProvider},
		{"listSessions", "GET", "/api/v1/sessions", needs(scope.SignedIn), s.ListSessions},
		{"endOtherSession", "DELETE", "/api/v1/sessions/{session}", needs(scope.SignedIn), s.EndOtherSession},
		{"listAccounts", "GET", "/api/v1/accounts", needs(scope.ManageAccounts), s.ListAccounts},
		{"makeAccount", "POST", "/api/v1/accounts", needs(scope.ManageAccounts), s.MakeAccount},
		{"importAccounts", "POST", "/api/v1/accounts/import", needs(scope.ManageAccounts), s.ImportAccounts},
		{"getAccount", "GET", "/api/v1/accounts/{account}", needs(scope.ManageAccounts), s.GetAccount},
		{"patchAccount", "PATCH", "/api/v1/accounts/{account}", needs(scope.ManageAccounts), s.PatchAccount},
		{"makeGrant", "POST", "/api/v1/accounts/{account}/grants", needs(scope.ManageAccounts), s.MakeGrant},
		{"endGrant", "DELETE", "/api/v1/accounts/{account}/grants/{grant}", needs(scope.ManageAccounts), s.EndGrant},
		{"resetPassword", "POST", "/api/v1/accounts/{account}/password", needs(scope.ManageAccounts), s.ResetPassword},
		{"endSessionsOf", "DELETE", "/api/v1/accounts/{account}/sessions", needs(scope.ManageAccounts), s.EndSessionsOf},
		{"listKeys", "GET", "/api/v1/keys", needs(scope.SignedIn), s.ListKeys},
		{"makeKey", "POST", "/api/v1/keys", needs(scope.SignedIn), s.MakeKey},
		{"revokeKey", "DELETE", "/api/v1/keys/{key}", needs(scope.SignedIn), s.RevokeKey},
		{"listScreens", "GET", "/api/v1/screens", needs(scope.ManageAccounts), s.ListScreens},
		{"makeScreen", "POST", "/api/v1/screens", needs(scope.ManageAccounts), s.MakeScreen},
		{"listAudit", "GET", "/api/v1/audit", needs(scope.SeeAudit), s.ListAudit},
		{"livez", "GET", "/livez", needs(scope.Anyone), w.Livez},
		{"readyz", "GET", "/readyz", needs(scope.Anyone), w.Readyz},
		{"docsErrors", "GET", "/docs/errors", needs(scope.Anyone), s.docsErrors},
		{"docsOpenAPI", "GET", "/docs/openapi.yaml", needs(scope.Anyone), s.docsOpenAPI},
	}...)
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
	r.PathPrefix("/").Handler(s.bind(route{name: "page", needs: needs(scope.Anyone), handle: s.static})).Methods(http.MethodGet, http.MethodHead)
	r.MethodNotAllowedHandler = s.notAllowed(r)
	r.NotFoundHandler = r.MethodNotAllowedHandler // everything that is not a route is a page, which takes GET alone
	return t, nil
}

// bind makes the handler of a route: counted, for those who may, and compressed where it does not do so itself.
func (s *Server) bind(rt route) http.Handler {
	handle, tally := http.Handler(rt.handle), s.newTally(rt.name)
	if !selfZipped[rt.name] {
		handle = s.zip(handle)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callOf(r.Context())
		c.tally = tally
		if err := s.permit(c, rt.needs(r.URL.Path)); err != nil {
			s.fail(w, r, err)
			return
		}
		if !safe(r.Method) {
			r = r.WithContext(traced(r)) // what is changed is noted with from where
		}
		handle.ServeHTTP(w, r)
	})
}

// notAllowed refuses a method that an address does not take, and names those that it takes.
func (s *Server) notAllowed(router *mux.Router) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
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
