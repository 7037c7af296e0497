package api

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// cookie holds the credential of somebody who signed in through a browser. No script reads it, and no other site has it sent.
const cookie = "zhuwang_session"

// credentialOf finds what a request shows: in a header (Bearer, or the password of Basic for clients that know no other way), else in the cookie.
func credentialOf(r *http.Request) (credential string, fromCookie bool, err error) {
	if head, shown := r.Header["Authorization"]; shown {
		scheme, token, _ := strings.Cut(head[0], " ")
		if strings.EqualFold(scheme, "Basic") {
			_, token, _ = r.BasicAuth()
		} else if !strings.EqualFold(scheme, "Bearer") {
			token = ""
		}
		if token = strings.TrimSpace(token); token == "" || len(head) > 1 {
			return "", false, fault.New(fault.Unknown, "credential-refused", nil) // what is shown and cannot be read is not the same as nothing
		}
		return token, false, nil
	}
	if c, err := r.Cookie(cookie); err == nil && c.Value != "" {
		return c.Value, true, nil
	}
	return "", false, nil
}

// recognise finds out who asks. A credential that is not good is refused wherever something is asked of it: whoever has one never passes for somebody
// without. Where nothing is asked, as of pages and of signing in, a browser whose session has ended goes on as nobody.
func (s *Server) recognise(next http.Handler) http.Handler {
	nobody := scope.Nobody(s.Public)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callOf(r.Context())
		caller, fromCookie, err := s.who(r)
		switch {
		case err != nil && !fromCookie:
			s.fail(w, r, err)
			return
		case err != nil:
			c.caller, c.refused = nobody, err
			if fault.From(err).Kind == fault.Unknown {
				forget(w, r)
			}
		case caller == nil:
			c.caller = nobody
		case caller == scope.Local():
			c.caller = caller
		default:
			known := *caller
			known.Public = s.Public
			c.caller = &known
		}
		next.ServeHTTP(w, r)
	})
}

// who is the caller of a request; nil for nobody known.
func (s *Server) who(r *http.Request) (caller *scope.Caller, fromCookie bool, err error) {
	switch {
	case s.Identify != nil:
		caller, err = s.Identify(r)
		return caller, false, err
	case s.Accounts == nil:
		return scope.Local(), false, nil
	}
	credential, fromCookie, err := credentialOf(r)
	switch {
	case err != nil:
		return nil, false, err
	case credential == "" && !s.SignIn:
		return scope.Local(), false, nil
	case credential == "":
		return nil, false, nil
	case fromCookie && !safe(r.Method) && !sameSite(r):
		return nil, false, fault.New(fault.Forbidden, "cross-site", nil) // refused whatever the route: the browser did not mean it
	}
	caller, err = s.Accounts.Identify(r.Context(), credential)
	return caller, fromCookie, err
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// sameSite reports whether a browser says that a page of this server sent a request. Every browser of today says one or the other.
func sameSite(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	u, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && u.Host != "" && u.Host == r.Host
}

// remember gives a browser the credential of its session.
func remember(w http.ResponseWriter, r *http.Request, signed *account.Signed) {
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: signed.Credential, Path: "/", Expires: signed.Session.Until, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
}

// forget takes the credential from a browser.
func forget(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: cookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
}

// originOf is where a request comes from.
func originOf(r *http.Request) account.Origin {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	return account.Origin{Address: address, Agent: r.UserAgent()}
}
