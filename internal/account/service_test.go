package account_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pquerna/otp/totp"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// cheap is a cost of passwords at which tests do not wait.
var cheap = account.Cost{Memory: 64, Passes: 1, Threads: 1}

// service is the domain on a database.
type service struct {
	*account.Service
	url string
}

func start(t testing.TB) *service {
	t.Helper()
	url := testkit.DB(t)
	return &service{node(t, url), url}
}

// node is a service of its own on a database.
func node(t testing.TB, url string) *account.Service {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{URL: url, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	return account.New(account.Options{Store: st, Cost: cheap})
}

var (
	desk  = account.Origin{Address: "10.0.0.7", Agent: "test"}
	other = account.Origin{Address: "10.0.0.8", Agent: "test"}
)

func on(role scope.Role, prefix string) scope.Grant { return scope.Grant{Role: role, Prefix: prefix} }

// person makes an account.
func (s *service) person(t testing.TB, name string, grants ...scope.Grant) (password string) {
	t.Helper()
	_, password, err := s.Create(testkit.Local(t), account.Draft{Name: name, Grants: grants})
	if err != nil {
		t.Fatal(err)
	}
	return password
}

func (s *service) signIn(t testing.TB, name, password string) *account.Signed {
	t.Helper()
	signed, err := s.SignIn(t.Context(), account.SignIn{Account: name, Password: password, Origin: desk})
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// as is the context of whoever shows a credential.
func (s *service) as(t testing.TB, credential string) context.Context {
	t.Helper()
	caller, err := s.Identify(t.Context(), credential)
	if err != nil {
		t.Fatal(err)
	}
	return scope.With(t.Context(), caller)
}

const sentence = "晚饭后总要绕南湖走两圈"

// settled makes an account whose first password was changed, and signs it in.
func (s *service) settled(t testing.TB, name string, grants ...scope.Grant) (context.Context, *account.Signed) {
	t.Helper()
	first := s.person(t, name, grants...)
	signed, err := s.ChangePassword(s.as(t, s.signIn(t, name, first).Credential), first, sentence, desk)
	if err != nil {
		t.Fatal(err)
	}
	return s.as(t, signed.Credential), signed
}

func (s *service) refuses(t testing.TB, credential string) {
	t.Helper()
	_, err := s.Identify(t.Context(), credential)
	wantRule(t, err, "credential-refused")
}

// The first password lets in, and lets nothing be done before it is changed; then what was signed in before has ended.
func TestFirstPassword(t *testing.T) {
	s := start(t)
	first := s.person(t, "li", on(scope.Planner, "450105"))
	signed := s.signIn(t, " LI ", first)
	ctx := s.as(t, signed.Credential)
	if c := scope.Of(ctx); c.Account != "li" || c.Via != scope.ViaSession || c.May(scope.SeeGrids) {
		t.Fatalf("with the first password: %+v", c)
	}
	for password, rule := range map[string]string{"short": "password-short", "password12345": "password-common", first: "password-same", strings.Repeat("长", 257): "password-long"} {
		_, err := s.ChangePassword(ctx, first, password, desk)
		wantRule(t, err, rule)
	}
	_, err := s.ChangePassword(ctx, "wrong", sentence, desk)
	wantRule(t, err, "password-wrong")
	fresh, err := s.ChangePassword(ctx, first, sentence, desk)
	if err != nil {
		t.Fatal(err)
	}
	s.refuses(t, signed.Credential)
	if c := scope.Of(s.as(t, fresh.Credential)); !c.May(scope.SeeGrids) || c.May(scope.ManageAccounts) {
		t.Fatalf("after the change: %+v", c)
	}
	_, err = s.SignIn(t.Context(), account.SignIn{Account: "li", Password: first, Origin: desk})
	wantRule(t, err, "sign-in-refused")
	s.signIn(t, "li", sentence)
}

// Whoever is refused learns not why; after some attempts he has to wait, with the right password too; others at other addresses have not.
func TestGuessing(t *testing.T) {
	s := start(t)
	password := s.person(t, "li", on(scope.Member, "450105"))
	s.person(t, "gone", on(scope.Member, "450105"))
	disabled := true
	if _, err := s.Update(testkit.Local(t), "gone", account.Change{Disabled: &disabled}, 0); err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, name := range []string{"li", "gone", "nobody-here", "not a name", ""} {
		for i := range 5 {
			_, err := s.SignIn(t.Context(), account.SignIn{Account: name, Password: fmt.Sprint("guess ", i), Origin: desk})
			wantRule(t, err, "sign-in-refused")
			said[err.Error()] = true
		}
		_, err := s.SignIn(t.Context(), account.SignIn{Account: name, Password: password, Origin: desk})
		wantRule(t, err, "sign-in-slowed")
		if seconds, ok := fault.From(err).Args["seconds"].(int); !ok || seconds < 1 {
			t.Errorf("%q is to wait for %v", name, fault.From(err).Args["seconds"])
		}
	}
	if len(said) != 1 {
		t.Errorf("the refusals differ: %v", said)
	}
	if _, err := s.SignIn(t.Context(), account.SignIn{Account: "li", Password: password, Origin: other}); err != nil {
		t.Errorf("elsewhere: %v", err)
	}
	testkit.Exec(t, s.url, "UPDATE zhuwang.account_attempt SET free = now()") // the pause is over
	s.signIn(t, "li", password)
	if _, err := s.SignIn(t.Context(), account.SignIn{Account: "li", Password: "guess", Origin: desk}); fault.From(err).Rule != "sign-in-refused" {
		t.Errorf("what was tried in vain is not forgiven: %v", err)
	}
	// Many guesses at once count like as many one after the other.
	var crowd sync.WaitGroup
	rules := make(chan string, 20)
	for range cap(rules) {
		crowd.Go(func() {
			_, err := s.SignIn(t.Context(), account.SignIn{Account: "wang", Password: "guess", Origin: desk})
			rules <- fault.From(err).Rule
		})
	}
	crowd.Wait()
	close(rules)
	tried := 0
	for rule := range rules {
		if rule == "sign-in-refused" {
			tried++
		}
	}
	if tried > 5 {
		t.Errorf("%d of 20 guesses at once were tried", tried)
	}
}

// A session ends when it is ended: by its owner, by a manager, by its time; and everywhere at once.
func TestSessionsEnd(t *testing.T) {
	s := start(t)
	away := node(t, s.url)
	ready := make(chan struct{}, 16)
	told, stop := context.WithCancel(t.Context())
	var listening sync.WaitGroup
	listening.Go(func() {
		away.Store.(*store.Store).ListenAccounts(told, func(name string) {
			away.Forget(name)
			ready <- struct{}{}
		})
	})
	t.Cleanup(func() { stop(); listening.Wait() })
	<-ready
	disabled, used := true, false
	for name, end := range map[string]func(ctx context.Context, x *account.Signed) error{
		"sign-out":    func(ctx context.Context, x *account.Signed) error { return s.SignOut(ctx, x.Credential) },
		"one-of-mine": func(ctx context.Context, x *account.Signed) error { return s.EndOther(ctx, x.Session.ID()) },
		"all-of-mine": func(ctx context.Context, x *account.Signed) error { return s.EndOther(ctx, "") },
		"by-a-manager": func(context.Context, *account.Signed) error {
			return s.SignOutEverywhere(testkit.Local(t), "by-a-manager")
		},
		"disabled": func(context.Context, *account.Signed) error {
			_, err := s.Update(testkit.Local(t), "disabled", account.Change{Disabled: &disabled}, 0)
			return err
		},
		"disabled-and-back": func(context.Context, *account.Signed) error {
			_, err := s.Update(testkit.Local(t), "disabled-and-back", account.Change{Disabled: &disabled}, 0)
			if err == nil {
				_, err = s.Update(testkit.Local(t), "disabled-and-back", account.Change{Disabled: &used}, 0)
			}
			return err
		},
		"reset": func(context.Context, *account.Signed) error {
			_, err := s.ResetPassword(testkit.Local(t), "reset", false)
			return err
		},
	} {
		ctx, signed := s.settled(t, name, on(scope.Member, "450105"))
		for len(ready) > 0 {
			<-ready
		}
		if _, err := away.Identify(t.Context(), signed.Credential); err != nil {
			t.Fatalf("%s: on another node: %v", name, err)
		}
		if err := end(ctx, signed); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s.refuses(t, signed.Credential)
		<-ready
		if _, err := away.Identify(t.Context(), signed.Credential); fault.From(err).Rule != "credential-refused" {
			t.Errorf("%s: on another node after the notice: %v", name, err)
		}
	}
	for name, statement := range map[string]string{
		"too-old":  "UPDATE zhuwang.account_session SET until = now() WHERE account = 'too-old'",
		"too-idle": "UPDATE zhuwang.account_session SET seen = now() - idle WHERE account = 'too-idle'",
	} {
		_, signed := s.settled(t, name, on(scope.Member, "450105"))
		testkit.Exec(t, s.url, statement)
		s.Forget(name)
		s.refuses(t, signed.Credential)
	}
}

// Who signs in gets a credential of his own, and the session he came with, which another may know, ends.
func TestSessionFixation(t *testing.T) {
	s := start(t)
	password := s.person(t, "li", on(scope.Member, "450105"))
	planted := s.signIn(t, "li", password)
	s.as(t, planted.Credential)
	fresh, err := s.SignIn(t.Context(), account.SignIn{Account: "li", Password: password, Origin: desk, Replaces: planted.Session.Sum})
	if err != nil || fresh.Credential == planted.Credential {
		t.Fatalf("%v", err)
	}
	s.refuses(t, planted.Credential)
}

// Nothing that could be shown as a credential lies in the database.
func TestSecretsAreNotKept(t *testing.T) {
	s := start(t)
	password := s.person(t, "li", on(scope.Administrator, ""))
	signed := s.signIn(t, "li", password)
	_, key, err := s.MakeMachineKey(testkit.Local(t), "robot", "test", on(scope.Analyst, "450105"))
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := s.MakeScreen(testkit.Local(t), "大屏", on(scope.Screen, "450105"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, table := range []string{"account", "account_grant", "account_key", "account_session", "account_attempt"} {
		rows, _ := conn.Query(t.Context(), "SELECT t::text FROM zhuwang."+table+" t")
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			for _, secret := range []string{password, signed.Credential[4:], key[12:], token[13:]} {
				if strings.Contains(text, secret) {
					t.Errorf("%s holds a secret: %s", table, text)
				}
			}
		}
	}
	for _, c := range []struct{ credential, via string }{{key, scope.ViaKey}, {token, scope.ViaScreen}, {signed.Credential, scope.ViaSession}} {
		if got := scope.Of(s.as(t, c.credential)).Via; got != c.via {
			t.Errorf("%s is known by %s", c.via, got)
		}
		for _, wrong := range []string{"", c.credential[:len(c.credential)-1], c.credential + "A", strings.ToUpper(c.credential), c.credential[:len(c.credential)-1] + "!", "Bearer " + c.credential} {
			s.refuses(t, wrong)
		}
	}
}

// A key ends with its time, by revocation, and with the grant or the account that it is of; it reaches no further than that.
func TestKeys(t *testing.T) {
	s := start(t)
	local := testkit.Local(t)
	k, credential, err := s.MakeMachineKey(local, "robot", "夜间同步", on(scope.Analyst, "450105"))
	if err != nil {
		t.Fatal(err)
	}
	c := scope.Of(s.as(t, credential))
	if !c.Area(scope.SeeBuildings).Covers("450105") || c.Area(scope.SeeBuildings).Covers("450106") || c.May(scope.WritePoints) {
		t.Errorf("%+v", c.Grants)
	}
	_, _, err = s.MakeKey(s.as(t, credential), "robot", "", on(scope.Analyst, "450105"))
	wantRule(t, err, "session-only")
	_, _, err = s.MakeKey(local, "robot", "", on(scope.Planner, "450105"))
	wantRule(t, err, "key-beyond-account")
	_, _, err = s.MakeKey(local, "robot", "", scope.Grant{Role: scope.Analyst, Prefix: "450105", Until: time.Now().Add(-time.Hour)})
	wantRule(t, err, "key-expired")
	until := time.Now().Add(time.Hour)
	_, short, err := s.MakeKey(local, "robot", "", scope.Grant{Role: scope.Analyst, Prefix: "450105001", Until: until})
	if err != nil {
		t.Fatal(err)
	}
	if c := scope.Of(s.as(t, short)); c.Area(scope.SeeBuildings).Covers("450105") || !c.Area(scope.SeeBuildings).Holds("450105001001001") || !c.AreaAt(scope.SeeBuildings, until).Empty() {
		t.Errorf("%+v", c.Grants)
	}
	testkit.Exec(t, s.url, "UPDATE zhuwang.account_key SET until = now() WHERE until IS NOT NULL")
	s.Forget("robot")
	s.refuses(t, short)
	if err := s.RevokeKey(local, k.ID); err != nil {
		t.Fatal(err)
	}
	s.refuses(t, credential)
	// A key of one who lost the role gives nothing, and comes back with it.
	_, credential, err = s.MakeMachineKey(local, "robot", "", on(scope.Analyst, "450105"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Account(local, "robot")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.EndGrant(local, "robot", a.Grants[0].ID); err != nil {
		t.Fatal(err)
	}
	if c := scope.Of(s.as(t, credential)); c.May(scope.SeeBuildings) {
		t.Errorf("after the grant: %+v", c.Grants)
	}
	if _, err := s.Grant(local, "robot", on(scope.Analyst, "")); err != nil {
		t.Fatal(err)
	}
	if c := scope.Of(s.as(t, credential)); !c.Area(scope.SeeBuildings).Covers("450105") || c.Area(scope.SeeBuildings).Covers("450106") {
		t.Errorf("with a larger grant: %+v", c.Grants)
	}
}

// A screen keeps a session by its token, and loses it with it.
func TestScreens(t *testing.T) {
	s := start(t)
	k, token, err := s.MakeScreen(testkit.Local(t), "指挥大厅", on(scope.Screen, "450105"))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := s.SignInScreen(t.Context(), token, desk)
	if err != nil {
		t.Fatal(err)
	}
	if c := scope.Of(s.as(t, signed.Credential)); c.Via != scope.ViaScreen || !c.May(scope.SeePoints) || c.May(scope.WritePoints) {
		t.Errorf("%+v", c)
	}
	for _, wrong := range []string{"", "zws_x", signed.Credential, token[:len(token)-1]} {
		_, err := s.SignInScreen(t.Context(), wrong, desk)
		wantRule(t, err, "credential-refused")
	}
	_, err = s.Grant(testkit.Local(t), k.Account, on(scope.Planner, "450105"))
	wantRule(t, err, "role-not-for-kind")
	if err := s.RevokeKey(testkit.Local(t), k.ID); err != nil {
		t.Fatal(err)
	}
	s.refuses(t, signed.Credential)
	s.refuses(t, token)
	_, err = s.SignInScreen(t.Context(), token, desk)
	wantRule(t, err, "credential-refused")
}

// Whoever manages accounts of an area gives no more than he has, touches nobody who has more, and sees nobody elsewhere.
func TestManaging(t *testing.T) {
	s := start(t)
	local := testkit.Local(t)
	root, _ := s.settled(t, "root", on(scope.Administrator, ""))
	street, signed := s.settled(t, "street", on(scope.Administrator, "450105001"))
	s.person(t, "far", on(scope.Member, "450105002"))
	s.person(t, "both", on(scope.Member, "450105001"), on(scope.Member, "450105002"))
	make := func(name string, grants ...scope.Grant) error {
		_, _, err := s.Create(street, account.Draft{Name: name, Grants: grants})
		return err
	}
	if err := make("near", on(scope.Leader, "450105001002")); err != nil {
		t.Fatal(err)
	}
	wantRule(t, make("x", on(scope.Leader, "450105002")), "grant-beyond-own")
	wantRule(t, make("x", on(scope.Leader, "450105")), "grant-beyond-own")
	wantRule(t, make("x", on(scope.Administrator, "")), "grant-beyond-own")
	wantRule(t, make("x"), "account-without-grant")
	wantRule(t, make("near", on(scope.Leader, "450105001002")), "account-taken")
	for name, rule := range map[string]string{"far": "no-such-account", "nobody": "no-such-account", "both": "account-beyond-own", "root": "no-such-account"} {
		_, err := s.ResetPassword(street, name, false)
		wantRule(t, err, rule)
		_, err = s.Grant(street, name, on(scope.Member, "450105001"))
		wantRule(t, err, rule)
	}
	all, count, err := s.Accounts(street, account.Filter{}, "", 10)
	if err != nil || count != 3 || len(all) != 3 || all[0].Name != "both" || all[1].Name != "near" || all[2].Name != "street" {
		t.Errorf("%d: %v, %v", count, all, err)
	}
	if all[0].Password != "" {
		t.Error("a list tells hashes")
	}
	// What was taken away counts at once, also for who is signed in.
	a, err := s.Account(local, "street")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.EndGrant(root, "street", a.Grants[0].ID); err != nil {
		t.Fatal(err)
	}
	wantRule(t, make("y", on(scope.Leader, "450105001002")), "grant-beyond-own") // by what the request knew when it began
	if scope.Of(s.as(t, signed.Credential)).May(scope.ManageAccounts) {
		t.Error("still a manager")
	}
	// Somebody stays who can set things right.
	a, err = s.Account(local, "root")
	if err != nil {
		t.Fatal(err)
	}
	wantRule(t, s.EndGrant(root, "root", a.Grants[0].ID), "last-administrator")
	disabled := true
	_, err = s.Update(root, "root", account.Change{Disabled: &disabled}, 0)
	wantRule(t, err, "last-administrator")
	title := "甲"
	_, err = s.Update(root, "near", account.Change{Title: &title}, 99)
	wantRule(t, err, "account-stale")
}

// A second factor is asked for, taken once, and replaced by a recovery code, once.
func TestSecondFactorAtSignIn(t *testing.T) {
	s := start(t)
	ctx, _ := s.settled(t, "li", on(scope.Member, "450105"))
	setup, err := s.OfferTOTP(ctx)
	if err != nil || !strings.HasPrefix(setup.URI, "otpauth://totp/") || len(setup.QR) == 0 {
		t.Fatalf("%+v, %v", setup, err)
	}
	_, _, err = s.SetTOTP(ctx, sentence, setup.Secret, "000000x", desk)
	wantRule(t, err, "code-refused")
	code, err := totp.GenerateCode(setup.Secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	_, recovery, err := s.SetTOTP(ctx, sentence, setup.Secret, code, desk)
	if err != nil || len(recovery) != 10 {
		t.Fatalf("%v, %v", recovery, err)
	}
	for given, rule := range map[string]string{"": "sign-in-needs-code", code: "code-refused", "123": "code-refused"} {
		_, err := s.SignIn(t.Context(), account.SignIn{Account: "li", Password: sentence, Code: given, Origin: desk})
		wantRule(t, err, rule)
	}
	for i, rule := range []string{"", "code-refused"} {
		_, err := s.SignIn(t.Context(), account.SignIn{Account: "li", Password: sentence, Code: strings.ToUpper(recovery[0]), Origin: desk})
		if i == 0 && err != nil {
			t.Fatal(err)
		} else if i > 0 {
			wantRule(t, err, rule)
		}
	}
	if _, err := s.ResetPassword(testkit.Local(t), "li", true); err != nil {
		t.Fatal(err)
	}
}

// Who was identified a moment ago goes on while the database is away; who was not is not let in.
func TestDatabaseAway(t *testing.T) {
	line := testkit.NewLine(t, testkit.DB(t))
	s := &service{node(t, line.URL), line.URL}
	_, signed := s.settled(t, "li", on(scope.Member, "450105"))
	line.Down()
	if c, err := s.Identify(t.Context(), signed.Credential); err != nil || c.Account != "li" {
		t.Errorf("%v, %v", c, err)
	}
	s.Forget("li")
	if _, err := s.Identify(t.Context(), signed.Credential); fault.From(err).Kind != fault.Unavailable {
		t.Errorf("%v", err)
	}
}
