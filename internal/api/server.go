// Package api is the only server of HTTP: the routes, OpenAPI, problem+json, tiles and the page.
package api

import (
	"context"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/api/ogc"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/upload"
)

// Options are what a server needs.
type Options struct {
	Nets      *snapshot.Registry
	PointMap  *snapshot.Points // what the tiles of points are drawn from
	Releases  Releases
	Points    Points
	Uploads   *upload.Folder
	Features  ogc.Store
	Audit     Audit
	Editor    ogc.Editor
	Log       *slog.Logger
	Metrics   prometheus.Registerer
	Pages     fs.FS                       // the built front end
	TileCache uint64                      // bytes of drawn tiles to keep
	Version   string                      // of the program: another one may answer in other words
	Ping      func(context.Context) error // does the database take writes?

	Accounts *account.Service // who may ask; nil: everything is done as an administrator
	Hosts    []string         // names by which other machines reach the server, beside those of this machine; no other is answered
	SignIn   bool             // whoever shows no credential is the public; else they are at this machine, and administrators
	Public   scope.Set        // what everybody may, everywhere
	Provider IdentityProvider // nil: there is none
	Match    account.Match    // by what of the provider's identity an account is found

	// Identify takes the place of Accounts in telling who sent a request: nil for nobody known, a fault for a credential that is not good.
	Identify func(*http.Request) (*scope.Caller, error)
}

// Server answers every request. It implements StrictServerInterface.
type Server struct {
	Options
	log      *slog.Logger
	pages    pages
	cache    *tileCache
	zip      func(http.Handler) http.Handler
	known    map[string]parameters // of each operation
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

var _ StrictServerInterface = (*Server)(nil)

// New makes the handler of all requests.
func New(o Options) (http.Handler, error) {
	s := &Server{
		Options: o,
		log:     o.Log,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhuwang_http_requests_total", Help: "Requests answered, by route and status."}, []string{"route", "code"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "zhuwang_http_request_seconds", Help: "Time to answer, by route.", Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9)}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhuwang_http_in_flight", Help: "Requests being answered."}),
	}
	var err error
	if s.pages, err = newPages(o.Pages); err != nil {
		return nil, err
	}
	if s.cache, err = newTileCache(o.TileCache); err != nil {
		return nil, err
	}
	for _, c := range append(s.cache.collectors(), s.requests, s.latency, s.inFlight, newNetCollector(o.Nets)) {
		if err := o.Metrics.Register(c); err != nil {
			return nil, err
		}
	}
	// JSON is compressed on the way out; tiles and pages are compressed once and say so themselves.
	zip, err := gzhttp.NewWrapper(gzhttp.ContentTypes([]string{"application/json", "application/geo+json", "application/problem+json"}))
	if err != nil {
		return nil, err
	}
	s.zip = func(h http.Handler) http.Handler { return zip(h) }
	o.Nets.Watch(func(n *snapshot.Snapshot) {
		go s.cache.renew(n, func() bool { return o.Nets.Current(n.Release.District) == n })
	})
	router, err := s.router()
	if err != nil {
		return nil, err
	}
	return pace(identify(s.observe(s.guard(s.recognise(s.tellAway(s.rescue(router))))))), nil
}

// Livez answers while the process does.
func (s *Server) Livez(context.Context, LivezRequestObject) (LivezResponseObject, error) {
	return Livez200JSONResponse{Status: "ok"}, nil
}

// Readyz answers whether this node can answer lookups and tiles and, if asked, write.
func (s *Server) Readyz(ctx context.Context, req ReadyzRequestObject) (ReadyzResponseObject, error) {
	h := Health{Status: "ok", Districts: &[]HealthDistrict{}}
	release := map[grid.Code]int{}
	for _, n := range s.Nets.All() {
		release[n.Release.District] = n.Release.N
	}
	refused := s.Nets.Refused()
	for code := range refused {
		release[code] += 0 // one that has nothing else to answer by is listed too
	}
	for _, code := range slices.Sorted(maps.Keys(release)) {
		d := HealthDistrict{Code: string(code), Release: release[code]}
		if n, ok := refused[code]; ok {
			d.Refused = &n
		}
		*h.Districts = append(*h.Districts, d)
	}
	if since, away := s.Nets.Away(); away {
		h.DatabaseAwaySince = new(since.UTC())
	}
	if req.Params.Write != nil {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		if err := s.Ping(ctx); err != nil {
			if fault.From(err).Kind != fault.Unavailable { // which says why: a full disk, a standby
				err = fault.Wrap(fault.Unavailable, "database-away", err)
			}
			return nil, err
		}
	}
	return Readyz200JSONResponse(h), nil
}

// Guard refuses foreign hosts and origins before a handler that is not the server's own. hosts are names beside those of this machine.
func Guard(next http.Handler, hosts ...string) http.Handler {
	s := &Server{Options: Options{Hosts: hosts}, log: slog.New(slog.DiscardHandler)}
	return identify(s.guard(next))
}

// Starting answers every request while the server is not ready yet.
func Starting(hosts ...string) http.Handler {
	s := &Server{log: slog.New(slog.DiscardHandler)}
	return Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/livez" {
			Livez200JSONResponse{Status: "starting"}.VisitLivezResponse(w)
			return
		}
		s.fail(w, r, fault.New(fault.Unavailable, "starting", nil))
	}), hosts...)
}

// Stopping answers as next does, but is not ready any more, and lets no client keep its connection: whoever asks again asks elsewhere.
func Stopping(next http.Handler, hosts ...string) http.Handler {
	s := &Server{log: slog.New(slog.DiscardHandler)}
	unready := Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, fault.New(fault.Unavailable, "stopping", nil))
	}), hosts...)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		if r.URL.Path == "/readyz" {
			unready.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
