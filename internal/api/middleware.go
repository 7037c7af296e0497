package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/zhuwang/zhuwang/internal/fault"
)

type ctxKey uint8

const (
	keyLang ctxKey = iota
	keyID
	keyRequest
)

func langOf(ctx context.Context) fault.Lang {
	if l, ok := ctx.Value(keyLang).(fault.Lang); ok {
		return l
	}
	return fault.Chinese
}

// requestOf is the request that a context belongs to: the generated server hides it from handlers, and conditional
// requests and absolute addresses need it.
func requestOf(ctx context.Context) *http.Request {
	return ctx.Value(keyRequest).(*http.Request)
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(keyID).(string)
	return id
}

// identify gives each request an id and a language.
func identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := r.URL.Query().Get("lang")
		if lang == "" {
			lang = r.Header.Get("Accept-Language")
		}
		id := rand.Text()[:16]
		w.Header().Set("X-Request-Id", id)
		ctx := context.WithValue(r.Context(), keyID, id)
		ctx = context.WithValue(ctx, keyLang, fault.ParseLang(lang))
		ctx = context.WithValue(ctx, keyRequest, r)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// clientTime is how long a client may take to send a question, and then to take the answer. Streams give more with each read.
const clientTime = time.Minute

// pace gives up clients that neither send nor take.
func pace(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		line, until := http.NewResponseController(w), time.Now().Add(clientTime)
		if r.Body != http.NoBody {
			_ = line.SetReadDeadline(until)
		}
		_ = line.SetWriteDeadline(until) // recorders of tests have no line
		next.ServeHTTP(w, r)
	})
}

// guard sets the security headers and refuses foreign hosts and origins: until there are accounts the server is for the
// people at this machine, and a web page elsewhere must not reach it through their browser (DNS rebinding, CSRF).
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "+
			"connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store") // what may be kept says so itself
		if !loopback(r.Host) {
			s.fail(w, r, fault.New(fault.Forbidden, "foreign-host", fault.Args{"host": r.Host}))
			return
		}
		if o := r.Header.Get("Origin"); o != "" {
			if u, err := url.Parse(o); err != nil || u.Host != r.Host {
				s.fail(w, r, fault.New(fault.Forbidden, "foreign-origin", fault.Args{"origin": o}))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// loopback reports whether a Host header names this machine.
func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if n := len(name); n > 1 && name[0] == '[' && name[n-1] == ']' {
		name = name[1 : n-1]
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback()
}

// rescue turns a panic into a 500 with a request id; the server goes on. An answer that has begun is broken off, so that it
// does not pass for a whole one.
func (s *Server) rescue(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler {
					panic(v)
				}
				s.log.ErrorContext(r.Context(), "panic", "value", v, "path", r.URL.Path, "stack", string(debug.Stack()))
				if rec.code != 0 {
					panic(http.ErrAbortHandler)
				}
				s.fail(w, r, fault.Wrap(fault.Internal, "internal", fmt.Errorf("panic: %v", v)))
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// observe counts and times requests by route, so that the number of time series does not grow with the traffic.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		s.inFlight.Inc()
		defer s.inFlight.Dec()
		next.ServeHTTP(rec, r)
		route := "page"
		if cur := mux.CurrentRoute(r); cur != nil && cur.GetName() != "" {
			route = cur.GetName()
		}
		s.requests.WithLabelValues(route, strconv.Itoa(cmp.Or(rec.code, http.StatusOK))).Inc()
		s.latency.WithLabelValues(route).Observe(time.Since(start).Seconds())
	})
}

// recorder knows with which status an answer has begun; 0: not yet.
type recorder struct {
	http.ResponseWriter
	code int
}

func (w *recorder) WriteHeader(code int) {
	w.code = code
	w.ResponseWriter.WriteHeader(code)
}

func (w *recorder) Write(b []byte) (int, error) {
	w.code = cmp.Or(w.code, http.StatusOK)
	return w.ResponseWriter.Write(b)
}

// Flush is asked for by name, by the compression.
func (w *recorder) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap lets http.ResponseController reach the connection (flush, deadlines).
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
