package api

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// headers are those of every answer. What may be kept says so itself.
var headers = []struct {
	name   string
	values []string // shared by all answers: to be replaced, not written to
}{
	{"Content-Security-Policy", []string{"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
		"connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"}},
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"Referrer-Policy", []string{"same-origin"}},
	{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	{"Cache-Control", []string{"no-store"}},
}

// guard sets the security headers and refuses hosts that are not the server's and foreign origins: a web page elsewhere must not reach it through
// the browser of somebody who may (DNS rebinding, CSRF).
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for _, v := range headers {
			h[v.name] = v.values
		}
		if r.TLS != nil {
			h["Strict-Transport-Security"] = strictTransport
		}
		if !loopback(r.Host) && !s.named(r.Host) {
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

// strictTransport has browsers that came encrypted come encrypted for a year.
var strictTransport = []string{"max-age=31536000"}

// named reports whether a Host header names the server as it was configured.
func (s *Server) named(host string) bool {
	name := hostName(host)
	return slices.ContainsFunc(s.Hosts, func(h string) bool { return strings.EqualFold(h, name) })
}

// hostName is a Host header without its port and without the brackets of IPv6.
func hostName(host string) string {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if n := len(name); n > 1 && name[0] == '[' && name[n-1] == ']' {
		name = name[1 : n-1]
	}
	return name
}

// loopback reports whether a Host header names this machine.
func loopback(host string) bool {
	name := hostName(host)
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
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler {
					panic(v)
				}
				s.log.ErrorContext(r.Context(), "panic", "value", v, "path", r.URL.Path, "stack", string(debug.Stack()))
				if callOf(r.Context()).code != 0 {
					panic(http.ErrAbortHandler)
				}
				s.fail(w, r, fault.Wrap(fault.Internal, "internal", fmt.Errorf("panic: %v", v)))
			}
		}()
		next.ServeHTTP(w, r)
	})
}
