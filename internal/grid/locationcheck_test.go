package grid_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// Every way in which a location can be wrong is refused by its rule and field, and stops none beside it.
func TestBadLocations(t *testing.T) {
	b := ready(t)
	b.must("AABB", 0, grid.Span{From: ago(2)})
	type edit = func(*grid.Location)
	var points []grid.Location
	var want []string
	add := func(want1 string, fn edit) {
		p := at("report", fmt.Sprint("n", len(points)), 0, 0)
		fn(&p)
		points, want = append(points, p), append(want, want1)
	}
	attributes := func(text string) edit { return func(l *grid.Location) { l.Attributes = []byte(text) } }
	for _, kind := range []string{"", "Report", "1st", "-a", "a-", "a--b", "a b", "报告", "a_b", "a\x00", strings.Repeat("a", 65)} {
		add("location-kind kind", func(l *grid.Location) { l.Kind = kind })
	}
	add("location-building kind", func(l *grid.Location) { l.Kind = "building" })
	for _, id := range []string{"", " a", "a ", "a\nb", "\x00", "\xff", "a\u0085b", strings.Repeat("字", 201)} {
		add("location-id id", func(l *grid.Location) { l.ID = id })
	}
	add("location-batch batch", func(l *grid.Location) { l.Batch = "a\tb" })
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 180.1, 1e300} {
		add("not-on-earth lon", func(l *grid.Location) { l.Lon = v })
		add("not-on-earth lon", func(l *grid.Location) { l.Lat = v })
	}
	add("unknown-crs crs", func(l *grid.Location) { l.Datum = 9 })
	for _, v := range []float64{-1, math.NaN(), math.Inf(1), 1e6} {
		add("location-accuracy accuracy_m", func(l *grid.Location) { l.AccuracyM = v })
	}
	for _, year := range []int{1, 1899, 2200, 9999} {
		add("location-time at", func(l *grid.Location) { l.At = time.Date(year, 1, 2, 0, 0, 0, 0, time.UTC) })
	}
	for _, text := range []string{"x", "[]", `"a"`, "1", `{"a":1}{}`, `{"a":`, "{\"a\":\"\xff\"}", `{"a":"\u0000"}`, `{"\u0000":1}`, `{"a":1e999}`, `{"a":-1E-999}`, "\x00",
		`{"a":` + strings.Repeat("[", 17) + strings.Repeat("]", 17) + `}`, `{"a":` + strings.Repeat("[", 5000)} {
		add("attributes-form attributes", attributes(text))
	}
	add("attributes-too-large attributes", attributes(`{"a":"`+strings.Repeat("a", 16_000)+`"}`))
	add("resident-attributes attributes", func(l *grid.Location) { l.Kind, l.Attributes = grid.KindResident, []byte(`{"name":"x"}`) })
	good := len(points)
	for _, text := range []string{"", "{}", "null", " { } ", `{"a":1e2,"b":[1,null,true,{"c":"\ud800"}],"a":2}`, `{"数":"字","html":"<&>"}`, `{"n":-1.50e-30,"zero":[0e9,-0.0,0E-400]}`, `{"a":` + strings.Repeat("[", 15) + strings.Repeat("]", 15) + `}`} {
		add("", attributes(text))
	}
	add("", func(l *grid.Location) { l.ID = strings.Repeat("字", 200) })
	add("", func(l *grid.Location) { l.Kind, l.Attributes = grid.KindResident, []byte("{}") })
	add("", func(l *grid.Location) { l.Lon, l.Lat, l.Datum = 180, 90, crs.CGCS2000 })
	add("", func(l *grid.Location) { l.At = time.Time{} })

	check := func(again bool) {
		t.Helper()
		posted, err := b.Post(testkit.Local(t), district, points, grid.PostOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range posted {
			got := ""
			if p.Fault != nil {
				got = p.Fault.Rule + " " + p.Fault.Where.Field
				if s := p.Fault.Sentence(fault.Chinese) + p.Fault.Sentence(fault.English); strings.ContainsAny(s, "{}") {
					t.Errorf("%d: %s", i, s)
				}
			}
			if got != want[i] || p.Fault == nil && p.Replayed != again {
				t.Errorf("%d: %q, want %q (replayed: %v)", i, got, want[i], p.Replayed)
			}
		}
	}
	check(false)
	check(true) // what the database wrote otherwise (1e2, keys in its own order) is the same content still
	if got := b.query("SELECT count(*)::text FROM zhuwang.location"); got[0] != fmt.Sprint(len(points)-good) {
		t.Errorf("%s stored, want %d", got, len(points)-good)
	}
	if _, err := b.Post(testkit.Local(t), district, make([]grid.Location, grid.MaxPost+1), grid.PostOptions{}); rule(err) != "too-many-locations" {
		t.Errorf("%v", err)
	}
}

// Content is compared by meaning: these attributes are the same or not, in whatever form the database holds the first.
func TestSameAttributes(t *testing.T) {
	b := ready(t)
	b.must("AABB", 0, grid.Span{From: ago(2)})
	for i, c := range []struct {
		was, is string
		same    bool
	}{
		{`{"b":1,"aa":2}`, `{"aa":2.0,"b":1e0}`, true}, {`{"a":[1,2]}`, `{"a":[2,1]}`, false}, {`{"a":null}`, `{}`, false}, {`{"a":1}`, `{"a":"1"}`, false},
		{`{"a":12345678901234567890}`, `{"a":12345678901234567891}`, false}, {`{"a":0.1}`, `{"a":0.10000000000000000000001}`, false}, {`{"a":-0}`, `{"a":0}`, true},
	} {
		p := at("report", fmt.Sprint(i), 0, 0)
		p.Attributes = []byte(c.was)
		b.post(grid.PostOptions{}, p)
		p.Attributes = []byte(c.is)
		if got := b.post(grid.PostOptions{}, p); (got == "A=") != c.same {
			t.Errorf("%s then %s: %s", c.was, c.is, got)
		}
	}
}

// What no location can have, or no database can read, is answered like anything that is not there.
func TestQuestionsThatNobodyCanMeet(t *testing.T) {
	b := ready(t)
	b.must("AABB", 0, grid.Span{From: ago(2)})
	for _, k := range []grid.Key{{}, {Kind: "report", ID: "a\x00"}, {Kind: "report", ID: "\xff"}, {Kind: "\x00", ID: "1"}} {
		if _, err := b.Location(testkit.Local(t), district, k.Kind, k.ID); rule(err) != "no-such-location" {
			t.Errorf("%q: %v", k, err)
		}
		if _, err := b.Reassign(testkit.Local(t), district, k.Kind, k.ID, "li", 0); rule(err) != "no-such-location" {
			t.Errorf("%q: %v", k, err)
		}
	}
	if _, err := b.Redeclare(testkit.Local(t), district, "\x00", crs.WGS84, "li"); rule(err) != "no-such-batch" {
		t.Error(err)
	}
	for field, f := range map[string]grid.LocationFilter{
		"kind": {Kinds: []string{"report", "\x00"}}, "within": {Within: "99000100100100001"}, "how": {Hows: []grid.How{"so"}}, "batch": {Batch: "\xff"}, "id": {ID: "\x00"},
	} {
		_, _, _, err := b.Locations(testkit.Local(t), district, f, grid.Cursor{}, 1)
		if rule(err) != "bad-parameter" || fault.From(err).Where.Field != field {
			t.Errorf("%s: %v", field, err)
		}
		for _, err = range b.StreamLocations(testkit.Local(t), district, f) {
		}
		if rule(err) != "bad-parameter" {
			t.Errorf("%s, streamed: %v", field, err)
		}
	}
}

// A location whose attributes were taken is corrected without them being said again, however the database writes them: with spaces,
// and numbers without exponents, which are not larger then than they may be.
func TestAttributesAreReadBackAsLargeAsTheyWere(t *testing.T) {
	b := ready(t)
	b.must("AABB", 0, grid.Span{From: ago(2)})
	list := func(n int, v string) string {
		return `{"a":[` + strings.TrimSuffix(strings.Repeat(v+",", n), ",") + `]}`
	}
	for i, c := range []struct {
		text string
		ok   bool
	}{
		{list(7900, "1"), true}, {list(51, "1e308"), true}, {list(52, "1e308"), false}, {list(2500, "1e308"), false}, {list(49, "-1E-300"), true},
		{`{"a":` + strings.Repeat(" ", 20_000) + `1}`, true}, {`{"a":0e99999999999999999999,"b":-0e-20000,"c":0.0E20000}`, true},
		{`{"a":1.0` + strings.Repeat("0", 15_980) + `1e-300}`, false},
	} {
		p := at("report", fmt.Sprint(i), 0, 0)
		p.Attributes = []byte(c.text)
		posted, err := b.Post(testkit.Local(t), district, []grid.Location{p}, grid.PostOptions{})
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		if f := posted[0].Fault; (f == nil) != c.ok || f != nil && f.Rule != "attributes-too-large" {
			t.Errorf("%d: %v", i, f)
		}
		if !c.ok || posted[0].Fault != nil {
			continue
		}
		was, err := b.Location(testkit.Local(t), district, "report", p.ID)
		if err != nil {
			t.Fatal(err)
		}
		to := grid.Correction{Lon: was.Lon, Lat: was.Lat, Datum: was.Datum, AccuracyM: 3, Attributes: was.Attributes}
		if _, err := b.Correct(testkit.Local(t), district, "report", p.ID, to, "li", 0); err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// Numbers are written out as PostgreSQL writes them.
func TestNumbersAreWrittenOut(t *testing.T) {
	for was, is := range map[string]string{"1e2": "100", "-1.50E+1": "-15.0", "1e-2": "0.01", "0.5e1": "5", "12.34e1": "123.4", "12.34e-3": "0.01234", "0.0e9": "0",
		"1e0": "1", "100e-2": "1.00", "0.10": "0.10", "-0": "-0"} {
		if got, f := grid.SettleAttributes([]byte(`{"a":` + was + `}`)); f != nil || string(got) != `{"a":`+is+`}` {
			t.Errorf("%s became %s (%v), want %s", was, got, f, is)
		}
	}
}

// Attributes that are taken are in their form already: settled again they are the same, and they are JSON that says the same.
func FuzzAttributes(f *testing.F) {
	for _, seed := range []string{"", "{}", "null", `{"b":1,"a":[1e2,"\u0000",{"c":null}]}`, `{"a":"<&>\u2028"}`, `{"a":1,"a":2}`, `[]`, `{"a":-0.0e-5}`, `{"a":[1.50e-3,0.02e+9,1e308,0e99999999999]}`, "{\"a\":\"\xff\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		out, refused := grid.SettleAttributes(text)
		if refused != nil {
			return
		}
		again, refused := grid.SettleAttributes(out)
		if refused != nil || string(again) != string(out) {
			t.Fatalf("%q became %q (%v)", out, again, refused)
		}
		if strings.ToValidUTF8(string(text), "") == string(text) && len(out) > 0 && !strings.Contains(string(text), "\\u") && !grid.SameAttributes(text, out) {
			t.Fatalf("%q became %q", text, out)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add(grid.Cursor{At: time.Date(2026, 11, 1, 0, 0, 0, 1000, time.UTC), Key: grid.Key{Kind: "report", ID: "字 1"}}.String())
	f.Fuzz(func(t *testing.T, s string) {
		c, err := grid.ParseCursor(s)
		if err != nil {
			if rule(err) != "bad-cursor" {
				t.Fatal(err)
			}
			return
		}
		if again, err := grid.ParseCursor(c.String()); err != nil || again != c {
			t.Fatalf("%+v became %+v (%v)", c, again, err)
		}
	})
}
