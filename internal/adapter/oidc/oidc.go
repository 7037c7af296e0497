// Package oidc asks an OpenID provider who somebody is (OpenID Connect Core 1.0, authorization code with PKCE): the provider's own pages see the password,
// this server sees who it was.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Config of a provider.
type Config struct {
	Issuer   string // as the provider writes it in its tokens
	Client   string // id of this server at the provider
	Secret   string
	Redirect string // absolute address to which the provider sends people back
}

// Provider is an OpenID provider. It is safe for concurrent use.
type Provider struct {
	Config
	client *http.Client

	mu    sync.Mutex
	found *oidc.Provider // once it told of itself
}

// patience is how long the provider may take to answer a question of this server.
const patience = 10 * time.Second

// New makes a provider. It is asked nothing yet: it may be away. fault oidc-config.
func New(c Config) (*Provider, error) {
	for name, address := range map[string]string{"oidc-issuer": c.Issuer, "oidc-redirect": c.Redirect} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, fault.New(fault.Usage, "oidc-config", fault.Args{"problem": name}).In(fault.Place{Field: name})
		}
		if u.Scheme == "http" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" && u.Hostname() != "::1" { // whoever listens would be anybody
			return nil, fault.New(fault.Usage, "oidc-config", fault.Args{"problem": name + ": http"}).In(fault.Place{Field: name})
		}
	}
	if c.Client == "" || c.Secret == "" {
		return nil, fault.New(fault.Usage, "oidc-config", fault.Args{"problem": "oidc-client, ZHUWANG_OIDC_SECRET"})
	}
	return &Provider{Config: c, client: &http.Client{Timeout: patience}}, nil
}

// discover asks the provider for its addresses and keys, until it has answered once.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.Issuer)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "oidc-away", err)
	}
	p.found = found
	return found, nil
}

func (p *Provider) exchange(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.Client, ClientSecret: p.Secret, RedirectURL: p.Redirect, Endpoint: found.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "email"}}
}

// Begin is where somebody is sent to sign in, and the flow that his browser keeps meanwhile: no other browser can end it. fault oidc-away.
func (p *Provider) Begin(ctx context.Context) (address, flow string, err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	address = p.exchange(found).AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))
	return address, strings.Join([]string{state, nonce, verifier}, "."), nil
}

// Finish is who the provider says somebody is, by the query with which it sent him back. faults oidc-refused, oidc-away.
func (p *Provider) Finish(ctx context.Context, flow string, query url.Values) (id account.Identity, err error) {
	part := strings.Split(flow, ".")
	if len(part) != 3 || part[0] == "" || subtle.ConstantTimeCompare([]byte(part[0]), []byte(query.Get("state"))) != 1 {
		return id, refused("state", nil)
	}
	if word := query.Get("error"); word != "" {
		return id, refused(known(word), nil)
	}
	found, err := p.discover(ctx)
	if err != nil {
		return id, err
	}
	if issuer := query.Get("iss"); issuer != "" && issuer != p.Issuer { // RFC 9207: the answer of another provider
		return id, refused("iss", nil)
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.exchange(found).Exchange(ctx, query.Get("code"), oauth2.VerifierOption(part[2]))
	if err != nil {
		if _, answered := errors.AsType[*oauth2.RetrieveError](err); !answered {
			return id, fault.Wrap(fault.Unavailable, "oidc-away", err)
		}
		return id, refused("code", err)
	}
	raw, _ := token.Extra("id_token").(string)
	proven, err := found.Verifier(&oidc.Config{ClientID: p.Client}).Verify(ctx, raw)
	if err != nil {
		return id, refused("id_token", err)
	}
	if subtle.ConstantTimeCompare([]byte(proven.Nonce), []byte(part[1])) != 1 {
		return id, refused("nonce", nil)
	}
	id = account.Identity{Issuer: proven.Issuer, Subject: proven.Subject}
	if strings.ContainsAny(id.Subject, " \x00") || id.Subject == "" {
		return id, refused("sub", nil)
	}
	id.Email, err = p.email(ctx, found, token, proven)
	return id, err
}

// email is the address that the provider has verified, of the token or, where that has none, of its user information; "" for none.
func (p *Provider) email(ctx context.Context, found *oidc.Provider, token *oauth2.Token, proven *oidc.IDToken) (string, error) {
	var claims struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := proven.Claims(&claims); err != nil {
		return "", refused("claims", err)
	}
	if claims.Email == "" && found.UserInfoEndpoint() != "" {
		info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return "", fault.Wrap(fault.Unavailable, "oidc-away", err)
		}
		if info.Subject != proven.Subject {
			return "", refused("sub", nil)
		}
		claims.Email, claims.Verified = info.Email, info.EmailVerified
	}
	if !claims.Verified {
		return "", nil
	}
	return strings.ToLower(claims.Email), nil
}

func refused(reason string, cause error) error {
	return &fault.Error{Kind: fault.Unknown, Rule: "oidc-refused", Args: fault.Args{"reason": reason}, Cause: cause}
}

// known is an error code of the provider (OpenID Connect Core 3.1.2.6) as people may be told it: none that somebody made up.
func known(code string) string {
	switch code {
	case "access_denied", "login_required", "consent_required", "interaction_required", "account_selection_required", "temporarily_unavailable", "server_error":
		return code
	}
	return "error"
}
