package grid_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// where says where the locations of a filter lie: kind and id, grid, how if not simply in, revision if not the first.
func (b bench) where(f grid.LocationFilter) string {
	b.Helper()
	var said []string
	for l, err := range b.StreamLocations(testkit.Local(b), district, f) {
		if err != nil {
			b.Fatal(err)
		}
		s := l.Kind + l.ID + " " + letterOf(l.Area)
		if l.How != grid.In {
			s += " " + string(l.How)
		}
		if l.Revision > 1 {
			s += fmt.Sprint(" r", l.Revision)
		}
		said = append(said, s)
	}
	slices.Sort(said)
	return strings.Join(said, ", ")
}

// moved says what moved: kind, from > to, count.
func moved(list []grid.Moved) string {
	var said []string
	for _, m := range list {
		said = append(said, fmt.Sprintf("%s %s>%s %d", m.Kind, letterOf(m.From), letterOf(m.To), m.Count))
	}
	return strings.Join(said, ", ")
}

func TestAPersonChangesALocation(t *testing.T) {
	b := ready(t)
	b.must("AABB", 0, grid.Span{From: ago(2)})
	b.post(grid.PostOptions{Batch: "x", By: "source"}, at("report", "1", 0, 0))
	var l grid.Location
	var err error
	overrule := func(to grid.Code, reason string, revision int) {
		t.Helper()
		l, err = b.Overrule(testkit.Local(t), district, "report", "1", to, reason, "li", revision)
	}
	correct := func(lon float64, datum crs.Datum, revision int) {
		t.Helper()
		p := at("report", "1", 0, 0)
		l, err = b.Correct(testkit.Local(t), district, "report", "1", grid.Correction{Lon: lon, Lat: p.Lat, Datum: datum, AccuracyM: 5}, "wang", revision)
	}
	want := func(rules, letter string, how grid.How, revision int) {
		t.Helper()
		if rule(err) != rules {
			t.Fatalf("%v, want %q", err, rules)
		}
		if l, err = b.Location(testkit.Local(t), district, "report", "1"); err != nil || letterOf(l.Area) != letter || l.How != how || l.Revision != revision {
			t.Fatalf("%s %s at revision %d (%v), want %s %s at %d", letterOf(l.Area), l.How, l.Revision, err, letter, how, revision)
		}
	}
	home, away := at("report", "1", 0, 0).Lon, at("report", "1", 3, 0).Lon
	overrule(grid.CodeOf('C'), "it belongs there", 0)
	want("overrule-grid", "A", grid.In, 1)
	overrule("", "it belongs nowhere", 0)
	want("overrule-grid", "A", grid.In, 1)
	overrule(grid.CodeOf('B'), "  ", 0)
	want("overrule-reason", "A", grid.In, 1)
	overrule(grid.CodeOf('B'), "the entrance is there", 9)
	want("location-changed", "A", grid.In, 1)
	overrule(grid.CodeOf('B'), "the entrance is there", 1)
	want("", "B", grid.Manual, 2)
	if l.Reason != "the entrance is there" || l.By != "li" || l.Batch != "x" {
		t.Errorf("%+v", l)
	}
	overrule(grid.CodeOf('B'), "the entrance is there", 2) // says nothing new
	want("", "B", grid.Manual, 2)
	correct(home+1e-5, crs.WGS84, 0) // a person's assignment stays
	want("", "B", grid.Manual, 3)
	if l.Batch != "" || l.AccuracyM != 5 || l.By != "wang" {
		t.Errorf("%+v", l)
	}
	l, err = b.Reassign(testkit.Local(t), district, "report", "1", "li", 3)
	want("", "A", grid.In, 4)
	if l.Reason != "" {
		t.Errorf("the reason stays: %q", l.Reason)
	}
	correct(away, crs.WGS84, 4)
	want("", "B", grid.In, 5)
	correct(home, crs.GCJ02, 5) // half a kilometre away
	want("", "-", grid.Outside, 6)
	correct(200, crs.WGS84, 6)
	want("not-on-earth", "-", grid.Outside, 6)
	if _, err := b.Reassign(testkit.Local(t), district, "report", "2", "li", 0); rule(err) != "no-such-location" {
		t.Errorf("%v", err)
	}
	if got := b.query("SELECT (data->>'by') || ' ' || (data->>'to') FROM zhuwang.event WHERE topic = 'location' AND data ? 'kind' ORDER BY id"); len(got) != 5 {
		t.Errorf("events %q", got)
	}
}

func TestABatchIsDeclaredAnew(t *testing.T) {
	b := ready(t)
	b.must("AABB AABB", 0, grid.Span{From: ago(2)})
	truth := map[string]string{}
	var points []grid.Location
	for x := range 4 {
		for y := range 2 {
			p := at("report", fmt.Sprintf("%d%d", x, y), x, y)
			p.Lon, p.Lat = crs.FromCGCS2000(crs.GCJ02, p.Lon, p.Lat)
			points = append(points, p)
			truth[p.ID] = string("AABB"[x])
		}
	}
	if got := b.post(grid.PostOptions{Batch: "file", Source: "file.csv", Done: 8}, points...); strings.Contains(got, "A A A A") {
		t.Fatalf("taken for WGS 84 they lie in %s", got)
	}
	b.post(grid.PostOptions{}, at("report", "apart", 0, 0))
	if _, err := b.Overrule(testkit.Local(t), district, "report", "00", grid.CodeOf('B'), "so", "li", 0); err != nil {
		t.Fatal(err)
	}
	truth["00"] = "B"
	before := b.where(grid.LocationFilter{})
	if got, err := b.Redeclare(testkit.Local(t), district, "file", crs.WGS84, "li"); err != nil || got.Points != 8 || got.Moved != 0 || b.where(grid.LocationFilter{}) != before {
		t.Errorf("as it is: %+v (%v)", got, err)
	}
	got, err := b.Redeclare(testkit.Local(t), district, "file", crs.GCJ02, "li")
	if err != nil || got.Points != 8 || got.Moved == 0 {
		t.Fatalf("%+v (%v)", got, err)
	}
	for l, err := range b.StreamLocations(testkit.Local(t), district, grid.LocationFilter{Batch: "file"}) {
		if err != nil || letterOf(l.Area) != truth[l.ID] || l.Datum != crs.GCJ02 {
			t.Errorf("%+v, want %s (%v)", l, truth[l.ID], err)
		}
	}
	// What comes later with the old declaration is refused, with the new one it is the same.
	if got := b.post(grid.PostOptions{Batch: "file"}, points[1]); got != "batch-datum" {
		t.Errorf("as declared before: %s", got)
	}
	points[1].Datum = crs.GCJ02
	if got := b.post(grid.PostOptions{Batch: "file"}, points[1]); got != "A=" {
		t.Errorf("as declared now: %s", got)
	}
	batches, err := b.Batches(testkit.Local(t), district)
	if err != nil || len(batches) != 1 || batches[0].Points != 8 || batches[0].Done != 8 || batches[0].Source != "file.csv" || batches[0].Datum != crs.GCJ02 ||
		!slices.Equal(batches[0].Kinds, []string{"report"}) {
		t.Errorf("%+v (%v)", batches, err)
	}
	if _, err := b.Redeclare(testkit.Local(t), district, "files", crs.GCJ02, "li"); rule(err) != "no-such-batch" {
		t.Errorf("%v", err)
	}
}

func TestAReleaseMovesWhatLiesInItsChange(t *testing.T) {
	b := ready(t)
	b.must("AABBCC AABBCC", 0, grid.Span{From: ago(9)})
	b.post(grid.PostOptions{}, at("resident", "1", 0, 0), at("resident", "2", 1, 0), at("report", "1", 1, 1), at("report", "2", 5, 0), at("tree", "1", 2, 0), at("tree", "2", 8, 8),
		at("tree", "3", 4, 1), at("tree", "4", 0, 1))
	for id, to := range map[string]rune{"3": 'A', "4": 'B'} {
		if _, err := b.Overrule(testkit.Local(t), district, "tree", id, grid.CodeOf(to), "so", "li", 0); err != nil {
			t.Fatal(err)
		}
	}
	_, d, err := b.publish("ABBBCC ABBBCC", 1, grid.Span{})
	if err != nil || moved(d.Moved) != "report A>B 1, resident A>B 1" || len(d.ManualEnded) != 0 {
		t.Errorf("moved %s (%v)", moved(d.Moved), err)
	}
	if got, want := b.where(grid.LocationFilter{}), "report1 B r2, report2 C, resident1 A, resident2 B r2, tree1 B, tree2 - outside, tree3 A manual r2, tree4 B manual r2"; got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
	if got := b.query("SELECT from_code || '>' || to_code || ' ' || residents FROM zhuwang.lineage WHERE release = 2 AND length(to_code) = 15 ORDER BY 1"); strings.Join(got, ", ") !=
		"990001001001001>990001001001001 1, 990001001001001>990001001001002 1, 990001001001002>990001001001002 0" {
		t.Errorf("lineage %q", got)
	}
	// A correction of the past moves nothing.
	before := b.where(grid.LocationFilter{})
	if _, d, err = b.publish("AAABCC AAABCC", 1, grid.Span{From: ago(8), To: ago(7)}); err != nil || len(d.Moved) != 0 || b.where(grid.LocationFilter{}) != before {
		t.Errorf("moved %s (%v)", moved(d.Moved), err)
	}
	// B dies, far from what a person gave to it.
	if _, d, err = b.publish("ADDDCC ADDDCC", 2, grid.Span{}); err != nil || moved(d.ManualEnded) != "tree B>A 1" || moved(d.Moved) != "report B>D 1, resident B>D 1, tree B>A 1, tree B>D 1" {
		t.Errorf("moved %s, ended %s (%v)", moved(d.Moved), moved(d.ManualEnded), err)
	}
	if l, err := b.Location(testkit.Local(t), district, "tree", "4"); err != nil || l.How != grid.In || l.Reason != "" || l.Release != 4 {
		t.Errorf("%+v (%v)", l, err)
	}
	if _, _, err = b.publish("AAEECC AAEECC", 4, grid.Span{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		since, until int
		want         string
	}{
		{0, 1, ""}, {1, 2, "report A>B 1, resident A>B 1"}, {2, 4, "report B>D 1, resident B>D 1, tree B>A 1, tree B>D 1"},
		{1, 5, "tree B>A 1, tree B>E 1"}, // reports and residents came back
	} {
		if got, err := b.Moves(testkit.Local(t), district, c.since, c.until); err != nil || moved(got) != c.want {
			t.Errorf("from release %d to %d: %s, want %s (%v)", c.since, c.until, moved(got), c.want, err)
		}
	}
	if got := b.query("SELECT data->'moved'->0->>'kind' FROM zhuwang.event WHERE release = 2 AND topic = 'release'"); !slices.Equal(got, []string{"report"}) {
		t.Errorf("event %q", got)
	}
}

// What passes from one community to another is told as a share of all that lived there, not of what lived near the border.
func TestLineageWeighsWholeDivisions(t *testing.T) {
	b := ready(t)
	two := func(pic string) *grid.Net { // A and B are one community, C and D another
		n := grid.Drawn(t, pic)
		n.Communities = []grid.Division{{Code: district + "001001"}, {Code: district + "001002"}}
		for i, g := range n.Grids {
			if g.Code > grid.CodeOf('B') {
				n.Grids[i].Code = district + "001002" + g.Code[12:]
			}
		}
		return n
	}
	b.house(grid.House(0, 0, 30), grid.House(3, 0, 10), grid.House(2, 0, 20), grid.House(7, 0, 40))
	publish := func(base int, pic string) {
		t.Helper()
		if _, _, err := b.Publish(testkit.Local(t), grid.Publication{Net: two(pic), BaseRelease: base}); err != nil {
			t.Fatal(err)
		}
	}
	publish(0, "AABBCCDD")
	b.post(grid.PostOptions{}, at("resident", "1", 0, 0), at("resident", "2", 3, 0), at("resident", "3", 1, 0), at("resident", "4", 7, 0))
	publish(1, "AABCCCDD")
	got := b.query(`SELECT right(from_code, 3) || '>' || right(to_code, 3) || ' ' || households || ' ' || residents || ' ' || round(from_share::numeric, 3)
		FROM zhuwang.lineage WHERE release = 2 AND length(to_code) = 12 ORDER BY 1`)
	if want := []string{"001>001 50 2 0.833", "001>002 10 1 0.167", "002>002 40 1 1.000"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// house makes a list the buildings of the district.
func (b bench) house(list ...grid.Building) {
	for i := range list {
		list[i].ID, list[i].Code = fmt.Sprint("h", i), grid.Code(fmt.Sprintf("990001001001%05d", i+1))
	}
	testkit.PutBuildings(b, b.Store, district, list)
}

func TestCounts(t *testing.T) {
	b := ready(t)
	b.Zone = time.FixedZone("Etc/GMT-8", 8*3600) // eight hours east
	b.must("AABB", 0, grid.Span{From: ago(2)})
	late := at("tree", "2", 2, 0)
	late.At = time.Date(2026, 11, 1, 16, 30, 0, 0, time.UTC) // the second of November in the east
	b.post(grid.PostOptions{Batch: "b"}, at("report", "1", 0, 0), at("report", "2", 1, 0), at("tree", "1", 0, 0), late, at("tree", "x1", 9, 9))
	for _, c := range []struct {
		by   grid.CountBy
		f    grid.LocationFilter
		want string
	}{
		{by: grid.CountTotal, want: " 5"},
		{by: grid.CountByKind, want: "report 2, tree 3"},
		{by: grid.CountByGrid, want: " 1, 990001001001001 3, 990001001001002 1"},
		{by: grid.CountByCommunity, want: " 1, 990001001001 4"},
		{by: grid.CountByTown, want: " 1, 990001001 4"},
		{by: grid.CountByDay, want: "2026-11-01 4, 2026-11-02 1"},
		{by: grid.CountByKind, f: grid.LocationFilter{Within: grid.CodeOf('A')}, want: "report 2, tree 1"},
		{by: grid.CountByKind, f: grid.LocationFilter{Within: "990001"}, want: "report 2, tree 2"},
		{by: grid.CountByKind, f: grid.LocationFilter{Outside: true}, want: "tree 1"},
		{by: grid.CountByKind, f: grid.LocationFilter{Kinds: []string{"report", "x"}}, want: "report 2"},
		{by: grid.CountByKind, f: grid.LocationFilter{Hows: []grid.How{grid.Outside, grid.Manual}}, want: "tree 1"},
		{by: grid.CountByKind, f: grid.LocationFilter{Since: late.At}, want: "tree 1"},
		{by: grid.CountByKind, f: grid.LocationFilter{Until: late.At}, want: "report 2, tree 2"},
		{by: grid.CountByKind, f: grid.LocationFilter{Batch: "c"}, want: ""},
		{by: grid.CountByKind, f: grid.LocationFilter{ID: "x"}, want: "tree 1"},
		{by: grid.CountByKind, f: grid.LocationFilter{Box: bounds(at("", "", 0, 0), at("", "", 1, 0))}, want: "report 2, tree 1"},
	} {
		counts, err := b.CountLocations(testkit.Local(t), district, c.f, c.by)
		var said []string
		for _, n := range counts {
			day := ""
			if !n.Day.IsZero() {
				day = n.Day.Format(time.DateOnly)
			}
			said = append(said, fmt.Sprint(n.Code, n.Kind, day, " ", n.N))
		}
		if got := strings.Join(said, ", "); err != nil || got != c.want {
			t.Errorf("%s %+v: %s, want %s (%v)", c.by, c.f, got, c.want, err)
		}
	}
	if _, err := b.CountLocations(testkit.Local(t), district, grid.LocationFilter{}, "colour"); rule(err) != "count-by" {
		t.Errorf("%v", err)
	}
}

// bounds is the box of some locations.
func bounds(points ...grid.Location) *geo.Bounds {
	b := geo.EmptyBounds()
	for _, p := range points {
		at, _ := geo.FromDegrees(p.Lon, p.Lat)
		b = b.Extend(at)
	}
	return &b
}
