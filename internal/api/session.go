package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"time"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// traced is the context of a request with the address that it comes from, for the audit.
func traced(r *http.Request) context.Context {
	return audit.From(r.Context(), originOf(r).Address)
}

// accounts are those of the server; one without says so.
func (s *Server) accounts() (*account.Service, error) {
	if s.Accounts == nil {
		return nil, fault.New(fault.NotFound, "no-accounts", nil)
	}
	return s.Accounts, nil
}

// withAccounts answers with what fn makes of a request: nil is 204.
func (s *Server) withAccounts(w http.ResponseWriter, r *http.Request, status int, fn func(context.Context, *account.Service) (any, error)) {
	accounts, err := s.accounts()
	var answer any
	if err == nil {
		ctx, cancel := s.patient(traced(r), batchPatience)
		defer cancel()
		answer, err = fn(ctx, accounts)
	}
	switch {
	case err != nil:
		s.fail(w, r, err)
	case answer == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header()["Content-Type"] = jsonKind
		w.WriteHeader(status)
		writeJSON(w, answer)
	}
}

// GetSession tells who asks, and what they may.
func (s *Server) GetSession(w http.ResponseWriter, r *http.Request) {
	caller := scope.Of(r.Context())
	answer := WhoAmI{Via: caller.Via, SignIn: s.SignIn, Provider: s.Provider != nil, Grants: grantsOf(caller.Grants), Permissions: permissionsOf(caller)}
	if caller.Account == "" || caller.Via == scope.ViaLocal {
		writeJSON(w, answer)
		return
	}
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		a, sessions, err := accounts.Me(ctx)
		if err != nil {
			return nil, err
		}
		credential, _, _ := credentialOf(r)
		must := a.MustSet && slices.ContainsFunc(sessions, func(x account.Session) bool {
			return x.Sum == account.SumOf(credential) && x.How != account.ByProvider && x.Key == ""
		})
		answer.Account, answer.Name, answer.MustSetPassword, answer.SecondFactor = &a.Name, &a.Title, &must, new(a.TOTP != nil)
		return answer, nil
	})
}

// permissionsOf are the words of what a caller may somewhere.
func permissionsOf(caller *scope.Caller) []string {
	words := []string{}
	for _, p := range scope.Permissions() {
		if caller.May(p) {
			words = append(words, p.String())
		}
	}
	return words
}

func grantsOf(grants []scope.Grant) []GrantSpan {
	all := make([]GrantSpan, 0, len(grants))
	for _, g := range grants {
		all = append(all, GrantSpan{Role: string(g.Role), RoleName: new(g.Role.Name().Zh), Prefix: g.Prefix, From: orNil(g.From), Until: orNil(g.Until)})
	}
	return all
}

// orNil is a moment, or nil where there is none.
func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}

// BeginSession lets a person in by account and password, or a screen by its token.
func (s *Server) BeginSession(w http.ResponseWriter, r *http.Request) {
	var body SignInBody
	if err := readObject(w, r, `{"account":…,"password":…}`, &body); err != nil {
		s.fail(w, r, err)
		return
	}
	s.withAccounts(w, r, http.StatusCreated, func(ctx context.Context, accounts *account.Service) (any, error) {
		in := account.SignIn{Account: text(body.Account), Password: text(body.Password), Code: text(body.Code), Origin: originOf(r)}
		if c, err := r.Cookie(cookie); err == nil {
			in.Replaces = account.SumOf(c.Value)
		}
		var signed *account.Signed
		var err error
		if body.Token != nil {
			signed, err = accounts.SignInScreen(ctx, *body.Token, in.Origin)
		} else {
			signed, err = accounts.SignIn(ctx, in)
		}
		return s.admitted(w, r, signed, err)
	})
}

// admitted gives a browser its session and tells of it.
func (s *Server) admitted(w http.ResponseWriter, r *http.Request, signed *account.Signed, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	w.Header().Del("Set-Cookie") // that which forgets what had ended
	remember(w, r, signed)
	return sessionOf(signed.Account, &signed.Session), nil
}

func sessionOf(a *account.Account, x *account.Session) SessionBegun {
	return SessionBegun{Account: a.Name, Name: a.Title, MustSetPassword: a.MustSet && x.Key == "", SecondFactor: a.TOTP != nil, Until: x.Until}
}

// text is what a field holds; "" where it is not there.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// EndSession ends the session of the request.
func (s *Server) EndSession(w http.ResponseWriter, r *http.Request) {
	credential, _, _ := credentialOf(r)
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		err := accounts.SignOut(ctx, credential)
		if err == nil {
			forget(w, r)
		}
		return nil, err
	})
}

// ChangePassword gives whoever is signed in another password.
func (s *Server) ChangePassword(w http.ResponseWriter, r *http.Request) {
	var body PasswordBody
	if err := readObject(w, r, `{"old":…,"new":…}`, &body); err != nil {
		s.fail(w, r, err)
		return
	}
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		signed, err := accounts.ChangePassword(ctx, body.Old, body.New, originOf(r))
		return s.admitted(w, r, signed, err)
	})
}

// OfferFactor draws the secret of a second factor.
func (s *Server) OfferFactor(w http.ResponseWriter, r *http.Request) {
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		setup, err := accounts.OfferTOTP(ctx)
		if err != nil {
			return nil, err
		}
		return FactorOffer{Secret: setup.Secret, Uri: setup.URI, Picture: "data:image/png;base64," + base64.StdEncoding.EncodeToString(setup.QR)}, nil
	})
}

// SetFactor makes a secret that was offered the second factor.
func (s *Server) SetFactor(w http.ResponseWriter, r *http.Request) {
	var body FactorBody
	if err := readObject(w, r, `{"password":…,"secret":…,"code":…}`, &body); err != nil {
		s.fail(w, r, err)
		return
	}
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		signed, codes, err := accounts.SetTOTP(ctx, body.Password, text(body.Secret), body.Code, originOf(r))
		if _, err = s.admitted(w, r, signed, err); err != nil {
			return nil, err
		}
		return FactorSet{Recovery: codes}, nil
	})
}

// EndFactor takes the second factor away.
func (s *Server) EndFactor(w http.ResponseWriter, r *http.Request) {
	var body FactorBody
	if err := readObject(w, r, `{"password":…,"code":…}`, &body); err != nil {
		s.fail(w, r, err)
		return
	}
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		signed, err := accounts.EndTOTP(ctx, body.Password, body.Code, originOf(r))
		return s.admitted(w, r, signed, err)
	})
}

// ListSessions lists where the account of the request is signed in.
func (s *Server) ListSessions(w http.ResponseWriter, r *http.Request) {
	credential, _, _ := credentialOf(r)
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		_, all, err := accounts.Me(ctx)
		if err != nil {
			return nil, err
		}
		page := SessionPage{Items: make([]SessionItem, 0, len(all)), Count: len(all)}
		for _, x := range all {
			page.Items = append(page.Items, SessionItem{Id: x.ID(), How: x.How, Address: x.Address, Agent: x.Agent, MadeAt: x.MadeAt, Seen: x.Seen, Until: x.Until,
				Current: x.Sum == account.SumOf(credential)})
		}
		return page, nil
	})
}

// EndOtherSession ends a session of the account of the request.
func (s *Server) EndOtherSession(w http.ResponseWriter, r *http.Request) {
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		id, err := pathValue(r, "session")
		if err != nil {
			return nil, err
		}
		return nil, accounts.EndOther(ctx, id)
	})
}
