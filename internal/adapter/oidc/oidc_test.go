package oidc_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/adapter/oidc"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

const back = "http://127.0.0.1:9/api/v1/session/oidc/callback" // nobody is there: the test reads where the provider sends people

func client(t *testing.T, issuer string) *oidc.Provider {
	t.Helper()
	p, err := oidc.New(oidc.Config{Issuer: issuer, Client: "zhuwang", Secret: "a secret of the test", Redirect: back})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func wantRule(t *testing.T, err error, rule string) {
	t.Helper()
	if f := fault.From(err); f.Rule != rule {
		t.Errorf("%v, want %s", err, rule)
	}
}

// Somebody is who the provider says, once: not by another's flow, not by an answer that was used, not by one that was made up.
func TestSignIn(t *testing.T) {
	issuer := testkit.Provider(t, back)
	p := client(t, issuer)
	begin := func() (address, flow string) {
		t.Helper()
		address, flow, err := p.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return address, flow
	}
	address, flow := begin()
	_, other := begin()
	query := testkit.VisitProvider(t, back, address, "zhang")
	for name, c := range map[string]struct {
		flow   string
		change url.Values
	}{
		"another's flow":      {other, nil},
		"no flow":             {"", nil},
		"half a flow":         {"..", url.Values{"state": {""}}},
		"another state":       {flow, url.Values{"state": {"x"}}},
		"a refusal":           {flow, url.Values{"error": {"access_denied"}}},
		"another provider":    {flow, url.Values{"iss": {"http://127.0.0.1:9"}}},
		"a code that is none": {flow, url.Values{"code": {"x"}}},
	} {
		t.Run(name, func(t *testing.T) {
			q := url.Values{}
			for k, v := range query {
				q[k] = v
			}
			for k, v := range c.change {
				q[k] = v
			}
			_, err := p.Finish(t.Context(), c.flow, q)
			wantRule(t, err, "oidc-refused")
		})
	}
	id, err := p.Finish(t.Context(), flow, query)
	if err != nil || id.Issuer != issuer || id.Subject != "zhang" || id.Email != "zhang@example.org" {
		t.Fatalf("%+v, %v", id, err)
	}
	_, err = p.Finish(t.Context(), flow, query)
	wantRule(t, err, "oidc-refused")
	// A code of somebody's flow that is brought into another's has another verifier and nonce.
	address, _ = begin()
	stolen := testkit.VisitProvider(t, back, address, "li")
	_, mine := begin()
	stolen.Set("state", strings.SplitN(mine, ".", 2)[0])
	_, err = p.Finish(t.Context(), mine, stolen)
	wantRule(t, err, "oidc-refused")
	// An address that nobody verified says nothing.
	address, flow = begin()
	id, err = p.Finish(t.Context(), flow, testkit.VisitProvider(t, back, address, "unverified"))
	if err != nil || id.Subject != "unverified" || id.Email != "" {
		t.Errorf("%+v, %v", id, err)
	}
}

// A provider that is away, or says that it is another one, lets nobody in; it is asked again.
func TestProviderAway(t *testing.T) {
	_, _, err := client(t, "http://127.0.0.1:9").Begin(t.Context())
	wantRule(t, err, "oidc-away")
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"issuer":"https://other.example","authorization_endpoint":"https://other.example/a","token_endpoint":"https://other.example/t","jwks_uri":"https://other.example/k"}`)
	}))
	defer liar.Close()
	_, _, err = client(t, liar.URL).Begin(t.Context())
	wantRule(t, err, "oidc-away")
}

func TestConfig(t *testing.T) {
	good := oidc.Config{Issuer: "https://id.example", Client: "zhuwang", Secret: "s", Redirect: "https://net.example/api/v1/session/oidc/callback"}
	for name, change := range map[string]func(*oidc.Config){
		"":              func(*oidc.Config) {},
		"no issuer":     func(c *oidc.Config) { c.Issuer = "" },
		"plain http":    func(c *oidc.Config) { c.Issuer = "http://id.example" },
		"a path":        func(c *oidc.Config) { c.Redirect = "/callback" },
		"plain back":    func(c *oidc.Config) { c.Redirect = "http://net.example/" },
		"no client":     func(c *oidc.Config) { c.Client = "" },
		"no secret":     func(c *oidc.Config) { c.Secret = "" },
		"other schemes": func(c *oidc.Config) { c.Issuer = "file:///etc/passwd" },
	} {
		c := good
		change(&c)
		if _, err := oidc.New(c); (err != nil) != (name != "") {
			t.Errorf("%q: %v", name, err)
		} else if err != nil {
			wantRule(t, err, "oidc-config")
		}
	}
}
