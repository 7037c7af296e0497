package scope_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/internal/scope"
)

// codes draws codes from so few digits that they often begin alike.
func codes(lengths ...int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		n := rapid.SampledFrom(lengths).Draw(t, "length")
		return string(rapid.SliceOfN(rapid.SampledFrom([]byte("01")), n, n).Draw(t, "digits"))
	})
}

var prefixes = rapid.SliceOfN(codes(6, 9, 12, 15), 0, 6)

// What a union of prefixes holds is what any one of them holds, in whatever order and however often they are given.
func TestUnion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := prefixes.Draw(t, "prefixes")
		if rapid.IntRange(0, 9).Draw(t, "everywhere") == 0 {
			given = append(given, "")
		}
		area := scope.Union(given...)
		code := codes(0, 6, 9, 12, 15).Draw(t, "code")
		held, touched := false, false
		for _, p := range given {
			held = held || strings.HasPrefix(code, p)
			touched = touched || strings.HasPrefix(code, p) || strings.HasPrefix(p, code)
		}
		if got := area.Holds(code); got != held {
			t.Fatalf("%q holds %q: %v", area.Prefixes(), code, got)
		}
		if got := area.Touches(code); got != touched {
			t.Fatalf("%q touches %q: %v", area.Prefixes(), code, got)
		}
		if area.Empty() != (len(given) == 0) || area.All() != slices.Contains(given, "") {
			t.Fatalf("%q of %q", area.Prefixes(), given)
		}
		for i, p := range area.Prefixes() {
			for j, q := range area.Prefixes() {
				if i < j && (p >= q || strings.HasPrefix(q, p)) {
					t.Fatalf("%q is not sorted and disjoint", area.Prefixes())
				}
			}
		}
		if again := scope.Union(append(area.Prefixes(), given...)...); again.Key() != area.Key() {
			t.Fatalf("with itself, %q became %q", area.Key(), again.Key())
		}
		read, err := scope.Parse(area.Literal())
		if err != nil || read.Key() != area.Key() || !slices.Equal(read.Prefixes(), area.Prefixes()) {
			t.Fatalf("%q was read as %q, %v", area.Literal(), read.Prefixes(), err)
		}
		if strings.Trim(area.Literal(), "0123456789,*") != "" {
			t.Fatalf("the literal %q would need quoting", area.Literal())
		}
	})
}

// In cuts an area: the cut holds what both hold.
func TestIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		area := scope.Union(prefixes.Draw(t, "prefixes")...)
		within, code := codes(6, 9, 12, 15).Draw(t, "within"), codes(6, 9, 12, 15).Draw(t, "code")
		if got, want := area.In(within).Holds(code), area.Holds(code) && strings.HasPrefix(code, within); got != want {
			t.Fatalf("%q in %s holds %s: %v", area.Prefixes(), within, code, got)
		}
	})
}

// Equal areas have equal keys; areas that differ in what they hold differ in their keys.
func TestKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := scope.Union(prefixes.Draw(t, "a")...), scope.Union(prefixes.Draw(t, "b")...)
		same := !slices.ContainsFunc(a.Prefixes(), func(p string) bool { return !b.Holds(p) }) &&
			!slices.ContainsFunc(b.Prefixes(), func(p string) bool { return !a.Holds(p) })
		if (a.Key() == b.Key()) != same {
			t.Fatalf("%q and %q", a.Key(), b.Key())
		}
	})
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		area     []string
		district string
		covers   bool
	}{
		{nil, "450105", false},
		{[]string{""}, "450105", true},
		{[]string{""}, "", false},
		{[]string{"450105"}, "450105", true},
		{[]string{"450105"}, "450106", false},
		{[]string{"450105"}, "450105001", false}, // no district
		{[]string{"450105001", "450105002"}, "450105", false},
		{[]string{"450105", "450105001"}, "450105", true},
	} {
		if got := scope.Union(c.area...).Covers(c.district); got != c.covers {
			t.Errorf("%q covers %q: %v", c.area, c.district, got)
		}
	}
}

// What lies outside of the net has no code: whoever covers its district sees it, and nobody else.
func TestOutsideOfTheNet(t *testing.T) {
	for area, sees := range map[string]bool{"": true, "450105": true, "450105001": false, "450106": false} {
		if got := scope.Union(area).HoldsIn("450105", ""); got != sees {
			t.Errorf("%q: %v", area, got)
		}
		if scope.Union(area).Holds("") != (area == "") {
			t.Errorf("%q holds a thing of no known district", area)
		}
	}
}

func TestWhatIsNoPrefix(t *testing.T) {
	for _, s := range []string{"4", "45010", "4501050", "45010500100100", "4501050010010010", "45010a", "٤٥٠١٠٥", "450105,450106", "450105 ", "*", "'"} {
		if _, err := scope.ParsePrefix(s); err == nil {
			t.Errorf("%q was taken for a prefix", s)
		}
		if !scope.Union(s).Empty() {
			t.Errorf("%q is an area", s)
		}
	}
	for _, s := range []string{",", "450105,", "450105;450106", "450105,*", "45", "' OR true --"} {
		if a, err := scope.Parse(s); err == nil {
			t.Errorf("%q was read as %q", s, a.Prefixes())
		}
	}
}

// A caller's area for a permission is the union of the prefixes of the grants in force whose role has it, and what everybody may.
func TestCaller(t *testing.T) {
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		moments := rapid.SampledFrom([]time.Time{{}, now.Add(-time.Hour), now, now.Add(time.Hour)})
		c := &scope.Caller{Account: "x", Public: scope.SetOf(scope.SeeBase)}
		for range rapid.IntRange(0, 5).Draw(t, "grants") {
			c.Grants = append(c.Grants, scope.Grant{
				Role: rapid.SampledFrom(append(scope.Roles(), "nonsense")).Draw(t, "role"), Prefix: codes(6, 9, 12, 15).Draw(t, "prefix"),
				From: moments.Draw(t, "from"), Until: moments.Draw(t, "until")})
		}
		p := rapid.SampledFrom(scope.Permissions()).Draw(t, "permission")
		code := codes(15).Draw(t, "code")
		want := p == scope.Anyone || p == scope.SignedIn || p == scope.SeeBase
		for _, g := range c.Grants {
			want = want || g.Role.May().Has(p) && strings.HasPrefix(code, g.Prefix) && !g.From.After(now) && (g.Until.IsZero() || g.Until.After(now))
		}
		if got := c.AreaAt(p, now).Holds(code); got != want {
			t.Fatalf("%v may %s at %s: %v", c.Grants, p, code, got)
		}
	})
}

// Whoever is not in the context may nothing; whoever nobody knows may what everybody may.
func TestContext(t *testing.T) {
	for _, p := range scope.Permissions() {
		if p != scope.Anyone && scope.Of(t.Context()).May(p) {
			t.Errorf("a caller that was not given may %s", p)
		}
		if !scope.Of(scope.With(t.Context(), scope.Local())).Area(p).All() {
			t.Errorf("the command line may not %s everywhere", p)
		}
	}
	public, err := scope.ParsePublic(scope.PublicDefault)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range scope.Permissions() {
		want := p == scope.Anyone || p == scope.SeeDivisions || p == scope.SeeGrids || p == scope.SeeBase
		if got := scope.Nobody(public).May(p); got != want {
			t.Errorf("the public may %s: %v", p, got)
		}
	}
	if (*scope.Caller)(nil).May(scope.SeeGrids) || scope.Local().May(0) {
		t.Error("no caller, or no permission, opens something")
	}
	for _, list := range []string{"staff", "audit", "edit-net", "grids;base"} {
		if _, err := scope.ParsePublic(list); err == nil {
			t.Errorf("%q was made public", list)
		}
	}
}

// What follows from one permission another, in every role: whoever exports or writes points sees them, and whoever sees a thing sees the net it lies in.
func TestRoles(t *testing.T) {
	implied := map[scope.Permission]scope.Permission{
		scope.ExportPoints: scope.SeePoints, scope.WritePoints: scope.SeePoints, scope.ImportPoints: scope.WritePoints, scope.EditBuildings: scope.SeeBuildings,
		scope.SeePoints: scope.SeeGrids, scope.SeeBuildings: scope.SeeGrids, scope.SeeGrids: scope.SeeDivisions, scope.EditNet: scope.SeeHistory, scope.Plan: scope.SeeHistory,
	}
	held := map[scope.Permission]bool{scope.Anyone: true, scope.SignedIn: true}
	for _, r := range scope.Roles() {
		for p, q := range implied {
			if r.May().Has(p) && !r.May().Has(q) {
				t.Errorf("a %s may %s, but not %s", r, p, q)
			}
		}
		for _, p := range scope.Permissions() {
			held[p] = held[p] || r.May().Has(p)
			if p.Name().Zh == "" || p.Name().En == "" || p.String() == "" {
				t.Errorf("permission %d has no name", p)
			}
		}
		if back, err := scope.ParseRole(string(r)); err != nil || back != r || r.Name().Zh == "" || r.Name().En == "" {
			t.Errorf("%s: %q, %v", r, back, err)
		}
		for _, p := range []scope.Permission{scope.ManageAccounts, scope.SeeAudit} {
			if r != scope.Administrator && r.May().Has(p) {
				t.Errorf("a %s may %s", r, p)
			}
		}
	}
	for _, p := range scope.Permissions() {
		if !held[p] {
			t.Errorf("nobody may %s", p)
		}
	}
	if _, err := scope.ParseRole("root"); err == nil {
		t.Error("root is no role")
	}
}
