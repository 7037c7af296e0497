package api

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// IdentityProvider knows who people are: they sign in there.
type IdentityProvider interface {
	// Begin is where somebody is sent, and the flow that the browser keeps meanwhile.
	Begin(ctx context.Context) (address, flow string, err error)
	// Finish is who somebody is who comes back with a query.
	Finish(ctx context.Context, flow string, query url.Values) (account.Identity, error)
}

// The flow lies in a cookie of its own while somebody is at the provider: it is sent when the provider sends the browser back, and nowhere else.
const (
	flowCookie = "zhuwang_oidc"
	flowPath   = "/api/v1/session/oidc"
	flowTime   = 10 * time.Minute
)

func keepFlow(w http.ResponseWriter, r *http.Request, flow string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: flowCookie, Value: flow, Path: flowPath, MaxAge: seconds, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode})
}

func (s *Server) provider() (IdentityProvider, error) {
	if s.Provider == nil || s.Accounts == nil {
		return nil, fault.New(fault.NotFound, "oidc-none", nil)
	}
	return s.Provider, nil
}

// BeginAtProvider sends a browser to the provider.
func (s *Server) BeginAtProvider(w http.ResponseWriter, r *http.Request) {
	p, err := s.provider()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	address, flow, err := p.Begin(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	keepFlow(w, r, flow, int(flowTime/time.Second))
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// EndAtProvider lets in whom the provider sends back, and shows the page.
func (s *Server) EndAtProvider(w http.ResponseWriter, r *http.Request) {
	signed, err := s.fromProvider(r)
	keepFlow(w, r, "", -1)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	remember(w, r, signed)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *Server) fromProvider(r *http.Request) (*account.Signed, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	flow := ""
	if c, err := r.Cookie(flowCookie); err == nil {
		flow = c.Value
	}
	id, err := p.Finish(r.Context(), flow, r.URL.Query())
	if err != nil {
		return nil, err
	}
	var replaces account.Sum
	if c, err := r.Cookie(cookie); err == nil {
		replaces = account.SumOf(c.Value)
	}
	ctx, cancel := s.patient(traced(r), batchPatience)
	defer cancel()
	return s.Accounts.SignInAs(ctx, id, s.Match, originOf(r), replaces)
}
