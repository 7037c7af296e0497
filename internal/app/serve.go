package app

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/zhuwang/zhuwang/frontend"
	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/api"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/upload"
)

const (
	graceTime   = 300 * time.Millisecond // in which clients that keep their connections are told of the end in an answer
	drainTime   = 15 * time.Second       // requests that run when the server is told to stop
	refreshTime = 5 * time.Second        // between looks for changes where notices do not come through
	pointsTime  = time.Second            // between looks for points that were written
)

type serveCmd struct{}

func (serveCmd) Run(e *env) error {
	return e.serve(false, func(context.Context, *grid.Service, *account.Service) error { return nil })
}

// serve runs the server until the program is told to stop. furnish runs once the database is open and before the server is ready.
//
// Order of the start: addresses (so that a taken port is said at once), database, what furnish does, the nets; until then
// every request is answered "starting". Order of the stop: connections that are kept open, listeners, requests under way, database.
func (e *env) serve(migrate bool, furnish func(context.Context, *grid.Service, *account.Service) error) error {
	log := e.logger(slog.LevelInfo)
	var stopping sync.WaitGroup
	defer stopping.Wait()
	ctx, stop := context.WithCancel(e.ctx)
	defer stop()
	doors, shut := context.WithCancel(context.WithoutCancel(ctx))
	defer shut()

	public, err := scope.ParsePublic(e.Public)
	if err != nil {
		return err
	}
	provider, err := e.identityProvider()
	if err != nil {
		return err
	}
	front := &switchable{}
	front.to(api.Starting(e.Host...))
	encryption, err := e.encryption(log)
	if err != nil {
		return err
	}
	addr, err := e.listen(doors, &stopping, door{"--listen", e.Listen, e.shared(), encryption}, front, log)
	if err != nil {
		return err
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if e.AdminListen != "" {
		if _, err := e.listen(doors, &stopping, door{flag: "--admin-listen", address: e.AdminListen}, adminHandler(metrics), log); err != nil {
			return err
		}
	}

	url, err := e.databaseURL()
	if err != nil {
		return err
	}
	db, err := e.open(true, migrate || url == "", log)
	if err != nil {
		return err
	}
	defer db.close()
	service := &grid.Service{Store: db, Zone: zone()}
	nets := snapshot.NewRegistry(service)
	service.Nets = nets
	accounts := account.New(account.Options{Store: db, Public: public, Log: log})
	if err := furnish(ctx, service, accounts); err != nil {
		return err
	}
	if err := nets.Refresh(ctx); err != nil {
		if len(nets.All()) == 0 {
			return err
		}
		log.Error("a district cannot be served", "error", err) // the others can
	}
	points := snapshot.NewPoints(nets)
	if err := points.Refresh(ctx); err != nil {
		return err
	}
	uploads, err := upload.Open(upload.Options{Dir: filepath.Join(e.Data, "files", "upload"), Importer: service, Locate: gridOf(nets), Zone: service.Zone, Limits: upload.Usual})
	if err != nil {
		log.Warn("files cannot be sent through the page: the data folder cannot be written to", "error", err)
	} else {
		defer uploads.Close()
	}
	pages, err := fs.Sub(frontend.Dist, "dist")
	if err != nil {
		return err
	}
	handler, err := api.New(api.Options{Accounts: accounts, SignIn: e.Accounts, Hosts: e.Host, Provider: provider, Match: account.Match(e.OIDCMatch), Nets: nets, Releases: db, Features: db, Audit: db, Editor: service, Points: service, PointMap: points, Uploads: uploads, Log: log, Metrics: metrics, Pages: pages, TileCache: uint64(e.TileCache) << 20, Version: e.version, Public: public,
		Ping: func(ctx context.Context) error { return db.Ping(ctx, true) }})
	if err != nil {
		return err
	}
	front.to(handler)
	stopping.Go(func() { follow(ctx, db, nets, log) })
	stopping.Go(func() { followPoints(ctx, points, log) })
	stopping.Go(func() {
		if err := db.ListenAccounts(ctx, accounts.Forget); err != nil && ctx.Err() == nil {
			log.Error("no more notices of accounts", "error", err)
		}
	})
	scheme := "http"
	if encryption != nil {
		scheme = "https"
	}
	e.say("筑网已就绪：%s://%s （按 Ctrl-C 停止）", "Zhuwang is ready: %s://%s (Ctrl-C stops it)", scheme, addr)
	<-ctx.Done()
	e.say("正在停止……", "Stopping …")
	front.to(api.Stopping(handler, e.Host...))
	time.Sleep(graceTime)
	shut()
	stopping.Wait() // requests end before the database does
	return nil
}

// gridOf finds the grid of a place in the net in force.
func gridOf(nets *snapshot.Registry) func(grid.Code, geo.Point) grid.Named {
	return func(district grid.Code, p geo.Point) grid.Named {
		if n := nets.Current(district); n != nil {
			return n.Locate(p, 0).Grid.Named
		}
		return grid.Named{}
	}
}

// follow keeps the nets in memory true: on every notice, when notices cease or come again, and every few seconds for what came without one.
func follow(ctx context.Context, db *database, nets *snapshot.Registry, log *slog.Logger) {
	due := make(chan struct{}, 1)
	wake := func() {
		select {
		case due <- struct{}{}:
		default: // a refresh is due already
		}
	}
	var listening sync.WaitGroup
	listening.Go(func() {
		err := db.Listen(ctx, func(grid.Code, int) { wake() }, func(bool) { wake() })
		if err != nil && ctx.Err() == nil {
			log.Error("no more notices of releases", "error", err)
		}
	})
	defer listening.Wait()
	tick := time.NewTicker(refreshTime)
	defer tick.Stop()
	said := "" // what is wrong is said once, not every few seconds
	for {
		select {
		case <-ctx.Done():
			return
		case <-due:
		case <-tick.C:
		}
		switch err := nets.Refresh(ctx); {
		case ctx.Err() != nil:
		case err == nil && said != "":
			log.Info("the nets in memory are those of the database again")
			said = ""
		case err != nil && err.Error() != said:
			log.Warn("the nets could not be refreshed; answering from memory", "error", err)
			said = err.Error()
		}
	}
}

// followPoints keeps the points in memory true. Nobody gives notice of what is written: it looks, which costs little where nothing was.
func followPoints(ctx context.Context, points *snapshot.Points, log *slog.Logger) {
	tick := time.NewTicker(pointsTime)
	defer tick.Stop()
	said := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		switch err := points.Refresh(ctx); {
		case ctx.Err() != nil:
		case err == nil:
			said = ""
		case err.Error() != said:
			log.Warn("the points could not be refreshed; the map shows those in memory", "error", err)
			said = err.Error()
		}
	}
}

// door is where clients come in.
type door struct {
	flag, address string      // the flag that says the address
	open          bool        // to other machines
	encryption    *tls.Config // nil: there is none
}

// listen serves an address (port 0: a free one) until ctx ends, then lets requests under way finish, those that wait to be let in included.
func (e *env) listen(ctx context.Context, stopping *sync.WaitGroup, d door, h http.Handler, log *slog.Logger) (net.Addr, error) {
	if err := loopbackOnly(d.flag, d.address, d.open); err != nil {
		return nil, err
	}
	ln, err := listenTCP(d.address)
	if err != nil {
		rule := "bad-address"
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			rule = "port-in-use"
		case errors.Is(err, fs.ErrPermission):
			rule = "port-denied"
		}
		return nil, &fault.Error{Kind: fault.Usage, Rule: rule, Args: fault.Args{"flag": d.flag, "address": d.address}, Cause: err}
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn), TLSConfig: d.encryption,
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}} // HTTP/1.1 alone: the end of a connection is told in an answer (drained)
	requests, ended := drained(srv), make(chan struct{})
	go func() {
		defer close(ended)
		serve := func() error { return srv.Serve(ln) }
		if d.encryption != nil {
			serve = func() error { return srv.ServeTLS(ln, "", "") }
		}
		if err := serve(); err != nil && ctx.Err() == nil {
			log.Error("server stopped", "address", d.address, "error", err)
		}
	}()
	stopping.Go(func() {
		<-ctx.Done()
		limit, cancel := context.WithTimeout(context.Background(), drainTime)
		defer cancel()
		requests.stop(limit, srv, ln, ended)
	})
	return ln.Addr(), nil
}

// switchable is a handler that can be exchanged while it serves.
type switchable struct{ h atomic.Pointer[http.Handler] }

func (s *switchable) to(h http.Handler) { s.h.Store(&h) }

func (s *switchable) ServeHTTP(w http.ResponseWriter, r *http.Request) { (*s.h.Load()).ServeHTTP(w, r) }

// adminHandler serves metrics and profiles, on an address of their own.
func adminHandler(metrics *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return api.Guard(mux) // a heap or a command line tells secrets
}
