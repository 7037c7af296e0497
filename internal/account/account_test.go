package account_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// wantRule fails the test unless err is a fault of a rule.
func wantRule(t testing.TB, err error, rule string) {
	t.Helper()
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Rule != rule {
		t.Fatalf("got %v, want rule %s", err, rule)
	}
}

func TestNames(t *testing.T) {
	for given, want := range map[string]string{"Li": "li", " w-0001 ": "w-0001", "张三": "张三", "a.b_c@d": "a.b_c@d", "local": "", "Public": "", "": "", "-a": "", "a b": "", "a/b": "",
		"a\n": "a", "аdmin": "", strings.Repeat("x", 65): "", "a\u200bb": ""} {
		got, err := account.ParseName(given)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
}

func TestGuessable(t *testing.T) {
	known := []string{"w-0001", "张三", "13800001234"}
	for password, want := range map[string]bool{
		"password123": true, "P@ssw0rd2026": true, "qwertyuiop": true, "1234567890": true, "aaaaaaaaaaaa": true, "nanning2026": true, "张三13800001234": true, "woaini1314520": true,
		"w-0001w-0001": true, "wanggeyuan123": true,
		"correct horse battery": false, "晚饭后绕南湖走两圈": false, "x7Qm-29ab-Lk": false,
	} {
		if got := account.Guessable(password, known...); got != want {
			t.Errorf("%q: %v", password, got)
		}
	}
}

// Hashes are read as they were written; what costs without bound, or is none, is refused.
func TestHashes(t *testing.T) {
	const good = "$argon2id$v=19$m=1024,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	h, ok := account.ParseHash(good)
	if !ok || h.String() != good {
		t.Fatalf("%v %s", ok, h)
	}
	for _, bad := range []string{"", "x", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "m=1024", "m=99999999", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "v=19", "v=16", 1), good + "$", good[:len(good)-2], strings.Replace(good, "m=1024,", "", 1)} {
		if _, ok := account.ParseHash(bad); ok {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=1024,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		if h, ok := account.ParseHash(s); ok && (h.Memory > 1<<20 || h.Passes > 100) {
			t.Fatalf("%q costs %d KiB × %d", s, h.Memory, h.Passes)
		}
	})
}

func FuzzKindOf(f *testing.F) {
	f.Add("zwi_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("zw_abcdefgh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		if via, ok := account.KindOf(s); ok && (!strings.HasPrefix(s, "zw") || via == "" || len(s) > 60) {
			t.Fatalf("%q is %s", s, via)
		}
	})
}

// RFC 6238, appendix B (SHA-1, the last six digits), and no code twice.
func TestSecondFactor(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		now := time.Unix(at, 0)
		step, ok := account.StepOf(secret, code, 0, now)
		if !ok || step != at/30 {
			t.Errorf("%s at %d: step %d, %v", code, at, step, ok)
		}
		if _, again := account.StepOf(secret, code, step, now); again {
			t.Errorf("%s is taken twice", code)
		}
		if _, late := account.StepOf(secret, code, 0, now.Add(2*time.Minute)); late {
			t.Errorf("%s is taken two minutes later", code)
		}
	}
}

// The pause after attempts in vain doubles up to the longest, and is forgotten after a day without any.
func TestBrake(t *testing.T) {
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	var a account.Attempt
	for i, want := range []time.Duration{0, 0, 0, 0, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
		var wait time.Duration
		if a, wait = account.Next(account.BrakePair, a, now); wait != 0 || a.Free.Sub(now) != want {
			t.Fatalf("attempt %d: waits %s, then pause %s, want %s", i+1, wait, a.Free.Sub(now), want)
		}
		if want > 0 {
			if same, wait := account.Next(account.BrakePair, a, now.Add(want-1)); wait != 1 || same != a {
				t.Fatalf("an attempt during the pause waits %s and makes %+v of %+v", wait, same, a)
			}
		}
		now = now.Add(want)
	}
	for range 1000 {
		now = a.Free
		a, _ = account.Next(account.BrakePair, a, now)
	}
	if pause := a.Free.Sub(now); pause != 15*time.Minute {
		t.Errorf("the pause grows to %s", pause)
	}
	if a, _ = account.Next(account.BrakePair, a, now.Add(account.ForgetAfter+time.Second)); a.Failed != 1 {
		t.Errorf("after a day %d attempts are remembered", a.Failed)
	}
}

var (
	moment   = rapid.SampledFrom([]time.Time{{}, day(1), day(2), day(3), day(4)})
	prefixes = []string{"", "450105", "450106", "450105001", "450105001002", "450105001002003"}
)

func day(n int) time.Time { return time.Date(2026, 5, n, 0, 0, 0, 0, time.UTC) }

func drawGrant(t *rapid.T, label string) scope.Grant {
	g := scope.Grant{Role: rapid.SampledFrom(scope.Roles()).Draw(t, label+" role"), Prefix: rapid.SampledFrom(prefixes).Draw(t, label+" prefix"),
		From: moment.Draw(t, label+" from"), Until: moment.Draw(t, label+" until")}
	if !g.Until.IsZero() && !g.From.Before(g.Until) {
		g.Until = time.Time{}
	}
	return g
}

// may reports whether grants give a permission at a place and a time.
func may(grants []scope.Grant, p scope.Permission, code string, at time.Time) bool {
	return (&scope.Caller{Account: "x", Grants: grants}).AreaAt(p, at).Holds(code)
}

// Nobody gives what he has not: where holds says yes, everything that the new grant would give, anywhere and at any time from now on, is there already.
func TestHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var held []scope.Grant
		for range rapid.IntRange(0, 4).Draw(t, "held") {
			held = append(held, drawGrant(t, "held"))
		}
		g := drawGrant(t, "given")
		yes := account.Holds(held, g, day(2))
		for _, p := range scope.Permissions()[2:] {
			for _, code := range prefixes {
				for _, at := range []time.Time{day(2), day(2).Add(time.Hour), day(3), day(3).Add(time.Hour), day(4), day(9)} {
					if yes && may([]scope.Grant{g}, p, code, at) && !may(held, p, code, at) {
						t.Fatalf("%v would give %s on %q at %s, which %v has not", g, p, code, at, held)
					}
				}
			}
		}
	})
}

// A key gives what its grant and its account both give of the role, at each place and time, and never more.
func TestKeyWithinAccount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var held []scope.Grant
		for range rapid.IntRange(0, 3).Draw(t, "held") {
			held = append(held, drawGrant(t, "held"))
		}
		key := drawGrant(t, "key")
		given := account.Within(key, held)
		for _, p := range scope.Permissions()[2:] {
			for _, code := range prefixes {
				for _, at := range []time.Time{day(1), day(2), day(2).Add(time.Hour), day(3), day(9)} {
					want := false
					for _, h := range held {
						want = want || key.Role.May()&^h.Role.May() == 0 && may([]scope.Grant{key}, p, code, at) && may([]scope.Grant{h}, p, code, at)
					}
					if got := may(given, p, code, at); got != want {
						t.Fatalf("key %v of %v on %q at %s: %s is %v", key, held, code, at, p, got)
					}
				}
			}
		}
	})
}
