package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/adapter/oidc"
	"github.com/zhuwang/zhuwang/internal/api"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// signInService is a server at which one has to sign in; divisions, grids and the base map are public.
func signInService(t *testing.T) *service {
	t.Helper()
	public, err := scope.ParsePublic(scope.PublicDefault)
	if err != nil {
		t.Fatal(err)
	}
	return startWith(t, testkit.DB(t), func(o *api.Options) { o.SignIn, o.Public = true, public })
}

// browser is somebody's browser: it keeps cookies and says which page sends.
type browser struct {
	*http.Client
	s    *service
	head map[string]string
}

func (s *service) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{&http.Client{Jar: jar}, s, map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": s.URL}}
}

// ask sends a request with a body of JSON, and reads the answer.
func (b *browser) ask(t *testing.T, method, path, body string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, b.s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range b.head {
		req.Header.Set(name, value)
	}
	res, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text), res.Header
}

// wants fails the test unless an answer has a status and holds a text.
func (b *browser) wants(t *testing.T, method, path, body string, status int, part string) string {
	t.Helper()
	got, text, _ := b.ask(t, method, path, body)
	if got != status || !strings.Contains(text, part) {
		t.Errorf("%s %s: %d %s, want %d %s", method, path, got, text, status, part)
	}
	return text
}

func (b *browser) cookie(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(b.s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.Jar.Cookies(u) {
		return c.Value
	}
	return ""
}

const sentence = "晚饭后总要绕南湖走两圈"

// enter makes an account, signs it in and settles its password.
func (s *service) enter(t *testing.T, name string, grants ...scope.Grant) *browser {
	t.Helper()
	_, first, err := s.accounts.Create(testkit.Local(t), account.Draft{Name: name, Grants: grants})
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser(t)
	b.wants(t, "POST", "/api/v1/session", `{"account":"`+name+`","password":"`+first+`"}`, 201, `"must_set_password":true`)
	b.wants(t, "GET", "/api/v1/buildings", "", 403, "not-allowed-here") // before the first password is changed
	b.wants(t, "POST", "/api/v1/session/password", `{"old":"`+first+`","new":"`+sentence+`"}`, 200, `"must_set_password":false`)
	return b
}

// Somebody signs in, is known by a cookie that no script reads, signs out, and is nobody again.
func TestSignIn(t *testing.T) {
	s := signInService(t)
	b := s.enter(t, "li", scope.Grant{Role: scope.Member, Prefix: "450105"})
	b.wants(t, "GET", "/api/v1/session", "", 200, `"account":"li"`)
	b.wants(t, "GET", "/api/v1/buildings", "", 404, "no-net") // who may: there is nothing yet
	b.wants(t, "GET", "/api/v1/accounts", "", 403, "not-allowed-here")
	b.wants(t, "GET", "/api/v1/sessions", "", 200, `"current":true`)
	kept := b.cookie(t)
	b.wants(t, "DELETE", "/api/v1/session", "", 204, "")
	if left := b.cookie(t); left != "" {
		t.Errorf("the cookie stays: %s", left)
	}
	b.wants(t, "GET", "/api/v1/session", "", 200, `"via":"public"`)
	b.wants(t, "GET", "/api/v1/buildings", "", 401, "sign-in-first")
	// A cookie that was copied is worth nothing now, is never the public, and the page still opens.
	thief := s.browser(t)
	thief.head["Cookie"] = "zhuwang_session=" + kept
	thief.wants(t, "GET", "/api/v1/grids", "", 401, "credential-refused")
	thief.wants(t, "GET", "/", "", 200, "筑网")
	if _, _, h := thief.ask(t, "GET", "/api/v1/grids", ""); !strings.Contains(h.Get("Set-Cookie"), "zhuwang_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict") {
		t.Errorf("the browser keeps it: %v", h["Set-Cookie"])
	}
	status, text, h := b.ask(t, "POST", "/api/v1/session", `{"account":"li","password":"`+sentence+`"}`)
	if c := h.Get("Set-Cookie"); status != 201 || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Strict") || !strings.Contains(c, "Path=/") || strings.Contains(text, b.cookie(t)) {
		t.Errorf("%d %s %s", status, text, c)
	}
	if h.Get("Cache-Control") != "no-store" {
		t.Errorf("kept by caches: %s", h.Get("Cache-Control"))
	}
}

// A session that was planted in a browser ends when somebody signs in there, and is not the one that begins.
func TestPlantedSession(t *testing.T) {
	s := signInService(t)
	b := s.enter(t, "li", scope.Grant{Role: scope.Member, Prefix: "450105"})
	planted := b.cookie(t)
	b.wants(t, "POST", "/api/v1/session", `{"account":"li","password":"`+sentence+`"}`, 201, "li")
	if b.cookie(t) == planted {
		t.Error("the session is the planted one")
	}
	who := s.browser(t)
	who.head["Authorization"] = "Bearer " + planted
	who.wants(t, "GET", "/api/v1/session", "", 401, "credential-refused")
}

// Another site cannot have a browser act: not by its cookie, whatever the method, and not by having somebody signed in.
func TestCrossSite(t *testing.T) {
	s := signInService(t)
	b := s.enter(t, "li", scope.Grant{Role: scope.Administrator, Prefix: ""})
	for name, head := range map[string]map[string]string{
		"another site":      {"Sec-Fetch-Site": "cross-site"},
		"a sister site":     {"Sec-Fetch-Site": "same-site"},
		"a typed address":   {"Sec-Fetch-Site": "none"},
		"an old browser":    {"Origin": "http://evil.example"},
		"an origin of none": {"Origin": "null"},
		"no word of it":     {},
	} {
		b.head = head
		for _, c := range []struct{ method, path, body string }{
			{"POST", "/api/v1/accounts", `{"account":"evil","grants":[{"role":"administrator","prefix":""}]}`},
			{"DELETE", "/api/v1/session", ""}, {"PATCH", "/api/v1/accounts/li", `{"disabled":true}`}, {"POST", "/api/v1/points", `{}`}, {"POST", "/api/v1/session", `{"account":"x"}`},
		} {
			if status, text, _ := b.ask(t, c.method, c.path, c.body); status != 403 || !strings.Contains(text, "cross-site") && !strings.Contains(text, "foreign-origin") {
				t.Errorf("%s, %s %s: %d %s", name, c.method, c.path, status, text)
			}
		}
	}
	form := s.browser(t)
	form.head = map[string]string{"Content-Type": "text/plain"}
	form.wants(t, "POST", "/api/v1/session", `{"account":"li","password":"`+sentence+`"}`, 415, "unsupported-media") // what a form of another site can send
}

// Keys come in a header, as Bearer or as the password of Basic; one that does not hold is refused everywhere, also where the public may.
func TestCredentials(t *testing.T) {
	s := signInService(t)
	k, key, err := s.accounts.MakeMachineKey(testkit.Local(t), "robot", "", scope.Grant{Role: scope.Analyst, Prefix: "450105"})
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser(t)
	show := func(head string, status int, part string) {
		t.Helper()
		b.head = map[string]string{"Authorization": head}
		b.wants(t, "GET", "/api/v1/session", "", status, part)
	}
	show("Bearer "+key, 200, `"account":"robot"`)
	show("bearer  "+key, 200, `"via":"key"`)
	req, _ := http.NewRequest("GET", s.URL, nil)
	req.SetBasicAuth("anything", key)
	show(req.Header.Get("Authorization"), 200, `"account":"robot"`)
	for _, bad := range []string{"Bearer", "Bearer ", "Bearer " + key + "x", "Bearer " + key[:20], "Token " + key, key, "Basic " + key, "Digest username=x", "Bearer zw_'; DROP TABLE account; --"} {
		b.head = map[string]string{"Authorization": bad}
		for _, path := range []string{"/api/v1/session", "/api/v1/grids", "/livez"} {
			b.wants(t, "GET", path, "", 401, "credential-refused")
		}
	}
	b.head = nil
	b.wants(t, "GET", "/api/v1/session", "", 200, `"via":"public"`)
	if err := s.accounts.RevokeKey(testkit.Local(t), k.ID); err != nil {
		t.Fatal(err)
	}
	show("Bearer "+key, 401, "credential-refused")
}

// Accounts, grants, keys and screens are managed over HTTP as far as the caller's own rights reach.
func TestAccountsOverHTTP(t *testing.T) {
	s := signInService(t)
	b := s.enter(t, "root", scope.Grant{Role: scope.Administrator})
	text := b.wants(t, "POST", "/api/v1/accounts", `{"account":"w-1","name":"张三","grants":[{"role":"member","prefix":"450105001","until":"2099-01-01T00:00:00+08:00"}]}`, 201, `"first_password"`)
	var made struct {
		FirstPassword string `json:"first_password"`
		Account       struct {
			Grants []struct{ ID string }
		}
	}
	if err := json.Unmarshal([]byte(text), &made); err != nil || len(made.Account.Grants) != 1 {
		t.Fatalf("%v: %s", err, text)
	}
	b.wants(t, "GET", "/api/v1/accounts?q=张", "", 200, `"until":"2098-12-31T16:00:00Z"`)
	b.wants(t, "GET", "/api/v1/accounts?limit=1", "", 200, `"next":"root"`)
	b.wants(t, "GET", "/api/v1/accounts?limit=0", "", 400, "bad-parameter")
	b.wants(t, "PATCH", "/api/v1/accounts/w-1", `{"phone":"110"}`, 200, `"revision":2`)
	b.head["If-Match"] = `"1"`
	b.wants(t, "PATCH", "/api/v1/accounts/w-1", `{"phone":"119"}`, 412, "account-stale")
	delete(b.head, "If-Match")
	b.wants(t, "PATCH", "/api/v1/accounts/w-1", `{"boss":true}`, 400, "unknown-field")
	b.wants(t, "POST", "/api/v1/accounts/w-1/grants", `{"role":"boss","prefix":""}`, 400, "unknown-role")
	b.wants(t, "POST", "/api/v1/accounts/w-1/grants", `{"role":"analyst","prefix":"450105"}`, 201, "analyst")
	b.wants(t, "DELETE", "/api/v1/accounts/w-1/grants/"+made.Account.Grants[0].ID, "", 204, "")
	b.wants(t, "POST", "/api/v1/accounts/w-1/password", `{}`, 200, "first_password")
	b.wants(t, "DELETE", "/api/v1/accounts/w-1/sessions", "", 204, "")
	b.wants(t, "GET", "/api/v1/accounts/..%2Fkeys", "", 404, "no-such-account")
	b.wants(t, "GET", "/api/v1/accounts/a%0d%0aSet-Cookie:x", "", 404, "no-such-account")
	key := b.wants(t, "POST", "/api/v1/keys", `{"role":"administrator","prefix":"450105","label":"脚本"}`, 201, `"credential":"zw_`)
	_, key, _ = strings.Cut(key, `"id":"`)
	b.wants(t, "GET", "/api/v1/keys", "", 200, "脚本")
	b.wants(t, "DELETE", "/api/v1/keys/"+key[:8], "", 204, "")
	text = b.wants(t, "POST", "/api/v1/screens", `{"name":"指挥大厅","prefix":"450105"}`, 201, `"credential":"zws_`)
	_, token, _ := strings.Cut(text, `"credential":"`)
	wall := s.browser(t)
	wall.wants(t, "POST", "/api/v1/session", `{"token":"`+strings.SplitN(token, `"`, 2)[0]+`"}`, 201, "指挥大厅")
	wall.wants(t, "GET", "/api/v1/session", "", 200, `"via":"screen"`)
	wall.wants(t, "POST", "/api/v1/session/password", `{"old":"x","new":"`+sentence+`"}`, 403, "session-only")
	guess := s.browser(t)
	for range 5 {
		guess.wants(t, "POST", "/api/v1/session", `{"account":"root","password":"guess"}`, 401, "sign-in-refused")
	}
	if status, _, h := guess.ask(t, "POST", "/api/v1/session", `{"account":"root","password":"`+sentence+`"}`); status != 429 || h.Get("Retry-After") == "" {
		t.Errorf("the sixth guess: %d, %v", status, h)
	}
	guess.wants(t, "POST", "/api/v1/session", `{"account":"`+strings.Repeat("x", 9<<20)+`"}`, 413, "body-too-large")
}

// A table of members is looked at, refused row by row, and stored whole, as far as the caller may.
func TestImportMembersOverHTTP(t *testing.T) {
	s := signInService(t)
	b := s.enter(t, "street", scope.Grant{Role: scope.Administrator, Prefix: "450105001"})
	b.head["Content-Type"] = "text/csv"
	const path, head = "/api/v1/accounts/import?name=m.csv", "工号,姓名,角色,辖区编码\n"
	b.wants(t, "POST", path, head+"W-1,张三,网格员,450105001\nW-2,李四,网格员,450105002\nW-3,王五,局长,450105001\n", 200, `"stored":false`)
	for _, rule := range []string{"grant-beyond-own", "unknown-role"} {
		b.wants(t, "POST", path, head+"W-1,张三,网格员,450105001\nW-2,李四,网格员,450105002\nW-3,王五,局长,450105001\n", 200, rule)
	}
	b.wants(t, "POST", path+"&dry=true", head+"W-1,张三,网格员,450105001\n", 200, `"new":[{"account":"w-1","name":"张三"}]`)
	b.wants(t, "GET", "/api/v1/accounts", "", 200, `"count":1`)
	b.wants(t, "POST", path, head+"W-1,张三,网格员,450105001\n", 200, `"first_password"`)
	b.wants(t, "POST", path, head+"W-1,张三,网格员,450105001\n", 200, `"same":1,"stored":true`)
	b.wants(t, "POST", "/api/v1/accounts/import?name=../../x.exe", "x", 415, "upload-format")
	b.wants(t, "POST", "/api/v1/accounts/import", "x", 400, "missing-parameter")
}

// At a server where nobody has to sign in, whoever is at the machine is an administrator; a credential that is shown counts all the same.
func TestWithoutSigningIn(t *testing.T) {
	s := start(t)
	b := s.browser(t)
	b.wants(t, "GET", "/api/v1/session", "", 200, `"via":"local"`)
	b.wants(t, "POST", "/api/v1/accounts", `{"account":"li","grants":[{"role":"member","prefix":"450105"}]}`, 201, "first_password")
	b.head = map[string]string{"Authorization": "Bearer nonsense"}
	b.wants(t, "GET", "/api/v1/session", "", 401, "credential-refused")
}

// somewhere is a provider that is known once the server's address is.
type somewhere struct{ api.IdentityProvider }

// Somebody comes from the provider with the account that is bound to the identity; by an address only where that is asked for, verified and not bound yet.
func TestSignInAtProvider(t *testing.T) {
	late := &somewhere{}
	s := startWith(t, testkit.DB(t), func(o *api.Options) { o.SignIn, o.Provider, o.Match = true, late, account.MatchEmail })
	back := s.URL + "/api/v1/session/oidc/callback"
	issuer := testkit.Provider(t, back)
	var err error
	if late.IdentityProvider, err = oidc.New(oidc.Config{Issuer: issuer, Client: "zhuwang", Secret: testkit.ProviderSecret, Redirect: back}); err != nil {
		t.Fatal(err)
	}
	disabled := true
	for name, d := range map[string]account.Draft{"li": {Email: "li@example.org"}, "bound": {Subject: issuer + " zhang"}, "taken": {Email: "taken@example.org", Subject: issuer + " other"},
		"gone": {Email: "gone@example.org"}, "unverified": {Email: "unverified@example.org"}} {
		d.Name, d.Grants = name, []scope.Grant{{Role: scope.Member, Prefix: "450105"}}
		if _, _, err := s.accounts.Create(testkit.Local(t), d); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.accounts.Update(testkit.Local(t), "gone", account.Change{Disabled: &disabled}, 0); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ login, account string }{{"li", "li"}, {"li", "li"}, {"zhang", "bound"}, {"taken", ""}, {"gone", ""}, {"unverified", ""}, {"stranger", ""}} {
		b := s.browser(t)
		b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		status, _, h := b.ask(t, "GET", "/api/v1/session/oidc", "")
		if status != 303 || !strings.HasPrefix(h.Get("Location"), issuer) {
			t.Fatalf("%d %v", status, h)
		}
		answer := "/api/v1/session/oidc/callback?" + testkit.VisitProvider(t, back, h.Get("Location"), c.login).Encode()
		stranger := s.browser(t) // to whose browser the answer was sent
		stranger.wants(t, "GET", answer, "", 401, "oidc-refused")
		status, text, h := b.ask(t, "GET", answer, "")
		if c.account == "" {
			if status != 401 || !strings.Contains(text, "identity-without-account") || b.cookie(t) != "" {
				t.Errorf("%s: %d %s", c.login, status, text)
			}
			continue
		}
		if status != 303 || h.Get("Location") != "/" {
			t.Fatalf("%s: %d %s", c.login, status, text)
		}
		b.wants(t, "GET", "/api/v1/session", "", 200, `"account":"`+c.account+`"`)
		b.wants(t, "GET", "/api/v1/session", "", 200, `"must_set_password":false,"name"`)
		b.wants(t, "GET", "/api/v1/points", "", 404, "no-net") // the first password, which is not used, keeps nobody out
		b.wants(t, "GET", answer, "", 401, "oidc-refused")     // once more
	}
}
