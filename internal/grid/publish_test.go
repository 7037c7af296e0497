package grid_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

const district = "990001"

// bench is a service on a fresh database.
type bench struct {
	*testing.T
	*grid.Service
	url string
}

func open(t *testing.T) bench {
	t.Helper()
	url := testkit.DB(t)
	s, err := store.Open(testkit.Local(t), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return bench{t, &grid.Service{Store: s}, url}
}

// publish makes a picture a release; a zero span is from now on.
func (b bench) publish(pic string, base int, valid grid.Span) (grid.Release, grid.Difference, error) {
	return b.Publish(testkit.Local(b), grid.Publication{Net: grid.Drawn(b.T, pic), BaseRelease: base, Valid: valid, By: "tester", Note: pic})
}

func (b bench) must(pic string, base int, valid grid.Span) grid.Release {
	b.Helper()
	r, _, err := b.publish(pic, base, valid)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// query reads the one column of a query, as text.
func (b bench) query(sql string) []string {
	b.Helper()
	conn, err := pgx.Connect(testkit.Local(b), b.url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, _ := conn.Query(testkit.Local(b), sql)
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		b.Fatal(err)
	}
	return list
}

// everything is the content of all tables, to see that nothing changed.
func (b bench) everything() []string {
	b.Helper()
	var parts []string
	for _, table := range b.query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'zhuwang' ORDER BY 1") {
		parts = append(parts, "SELECT '"+table+" ' || t::text FROM zhuwang."+table+" t")
	}
	return b.query(strings.Join(parts, " UNION ALL ") + " ORDER BY 1")
}

// letter is the grid that held a place at a moment as known at another: its letter, "-" for none.
func (b bench) letter(x, y int, at, known time.Time) string {
	b.Helper()
	n, err := b.Store.InForce(testkit.Local(b), district, at, known)
	if err != nil {
		b.Fatal(err)
	}
	if n == 0 {
		return "no net"
	}
	face, err := b.Owner(testkit.Local(b), district, n, picture.Centre(x, y))
	switch {
	case err != nil:
		b.Fatal(err)
	case face == nil:
		return "-"
	}
	return face.Name
}

func ago(days int) time.Time { return time.Now().UTC().Truncate(time.Microsecond).AddDate(0, 0, -days) }

func rule(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Rule
}

func TestFirstRelease(t *testing.T) {
	b := open(t)
	before := time.Now()
	r, d, err := b.publish("AABB AABB", 0, grid.Span{})
	if err != nil {
		t.Fatal(err)
	}
	if r.N != 1 || r.By != "tester" || r.District != district || r.MadeAt.Before(before.Add(-time.Second)) {
		t.Errorf("release %+v", r)
	}
	if got := d.Count(grid.LevelGrid, grid.Born); got != 2 {
		t.Errorf("%d grids born", got)
	}
	net, _, err := b.Store.Net(testkit.Local(t), district, 1)
	if err != nil || len(net.Grids) != 2 || net.Grids[1].Code != grid.CodeOf('B') {
		t.Fatalf("stored %+v (%v)", net, err)
	}
	if got := b.letter(0, 0, time.Now(), time.Time{}) + b.letter(3, 1, time.Now(), time.Time{}) + b.letter(4, 1, time.Now(), time.Time{}); got != "AB-" {
		t.Errorf("the places lie in %s", got)
	}
	if got := b.letter(0, 0, ago(1), time.Time{}); got != "no net" {
		t.Errorf("yesterday: %s", got)
	}
	births := b.query("SELECT from_code || '>' || to_code || ' ' || kind FROM zhuwang.lineage ORDER BY to_code")
	want := []string{">990001001 born", ">990001001001 born", ">990001001001001 born", ">990001001001002 born"}
	if !slices.Equal(births, want) {
		t.Errorf("lineage %q", births)
	}
	if got := b.query("SELECT topic || ' ' || release || ' ' || scope || ' ' || (data->>'born') FROM zhuwang.event"); !slices.Equal(got, []string{"release 1 990001 2"}) {
		t.Errorf("events %q", got)
	}
}

func TestTheNextRelease(t *testing.T) {
	b := open(t)
	houses := []grid.Building{grid.House(0, 0, 100), grid.House(2, 1, 50), grid.House(3, 1, 20), grid.House(9, 9, 1)}
	for i := range houses {
		houses[i].ID, houses[i].Code = fmt.Sprint("h", i), grid.Code(fmt.Sprintf("990001001001%05d", i+1))
	}
	testkit.PutBuildings(t, b.Store, district, houses)
	areas := func() string {
		return strings.Join(b.query("SELECT id || ' ' || right(area_code, 3) FROM zhuwang.building ORDER BY id"), ", ")
	}
	b.must("AABB AABB", 0, grid.Span{From: ago(30)})
	if got := areas(); got != "h0 001, h1 002, h2 002, h3 " {
		t.Errorf("buildings lie in %s", got)
	}
	r, d, err := b.publish("AAAB AAAB", 1, grid.Span{})
	if err != nil || r.N != 2 {
		t.Fatal(r, err)
	}
	if got := areas(); got != "h0 001, h1 001, h2 002, h3 " {
		t.Errorf("then buildings lie in %s", got)
	}
	if len(d.Moves) != 1 || d.Moves[0].Households != 50 || d.Moves[0].Buildings != 1 || d.Count(grid.LevelGrid, grid.Changed) != 2 {
		t.Errorf("difference %+v", d)
	}
	if got := b.query("SELECT kind || ' ' || households || ' ' || round(from_share::numeric, 2) FROM zhuwang.lineage WHERE release = 2 AND from_code <> to_code"); !slices.Equal(got, []string{"transfer 50 0.71"}) {
		t.Errorf("lineage %q", got)
	}
	if now, then := b.letter(2, 0, time.Now(), time.Time{}), b.letter(2, 0, ago(1), time.Time{}); now != "A" || then != "B" {
		t.Errorf("the place lies in %s, yesterday in %s", now, then)
	}
}

func TestNothingNewIsNotPublished(t *testing.T) {
	b := open(t)
	b.must("AABB", 0, grid.Span{From: ago(10)})
	before := b.everything()
	for name, valid := range map[string]grid.Span{"now": {}, "since a week": {From: ago(7)}, "a past week": {From: ago(9), To: ago(2)}} {
		r, d, err := b.publish("AABB", 1, valid)
		if err != nil || r.N != 1 || r.By != "tester" || !d.Empty() {
			t.Errorf("%s: release %+v, %v", name, r, err)
		}
	}
	if !slices.Equal(before, b.everything()) {
		t.Error("something was written")
	}
	// That the same net was in force earlier than known is news.
	r, d, err := b.publish("AABB", 1, grid.Span{From: ago(20)})
	if err != nil || r.N != 2 || !d.Empty() {
		t.Errorf("release %+v, %v", r, err)
	}
	if got := b.letter(0, 0, ago(15), time.Time{}); got != "A" {
		t.Errorf("fifteen days ago: %s", got)
	}
}

func TestPublicationsThatAreRefused(t *testing.T) {
	b := open(t)
	b.must("AABB CCCC CCCC", 0, grid.Span{From: ago(30)})
	b.must("AAAA CCCC CCCC", 1, grid.Span{From: ago(20)}) // B is retired
	before, yesterday := b.everything(), ago(1)
	for _, c := range []struct {
		name, pic string
		base      int
		valid     grid.Span
		want      string
	}{
		{"a base that is past", "AAAC CCCC CCCC", 1, grid.Span{}, "release-conflict"},
		{"a base that does not exist", "AAAC CCCC CCCC", 3, grid.Span{}, "release-conflict"},
		{"a first release where there is one", "AAAC CCCC CCCC", 0, grid.Span{}, "release-conflict"},
		{"a correction on another base", "AAAC CCCC CCCC", 2, grid.Span{From: ago(29), To: ago(25)}, "release-conflict"},
		{"a retired code", "AABB CCCC CCCC", 2, grid.Span{}, "code-retired"},
		{"a gap", "AAAA CC.C CCCC", 2, grid.Span{}, "gap-in-district"},
		{"from tomorrow on", "AAAC CCCC CCCC", 2, grid.Span{From: ago(-1)}, "valid-in-future"},
		{"until tomorrow", "AAAC CCCC CCCC", 2, grid.Span{From: ago(1), To: ago(-1)}, "valid-in-future"},
		{"no time at all", "AAAC CCCC CCCC", 2, grid.Span{From: yesterday, To: yesterday}, "valid-empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := (bench{t, b.Service, b.url}).publish(c.pic, c.base, c.valid); rule(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	far := grid.Drawn(t, "AAAA CCCC CCCC")
	for _, g := range far.Grids {
		for _, ring := range g.Shape[0] {
			for i := range ring {
				ring[i].Y += 20 * picture.Step
			}
		}
	}
	if _, _, err := b.Publish(testkit.Local(t), grid.Publication{Net: far, BaseRelease: 2}); rule(err) != "no-shared-area" {
		t.Errorf("other ground: %v", err)
	}
	if !slices.Equal(before, b.everything()) {
		t.Error("something was written")
	}
}

func TestACorrectionOfThePast(t *testing.T) {
	b := open(t)
	b.must("AABB", 0, grid.Span{From: ago(30)})
	second := b.must("AAAB", 1, grid.Span{From: ago(10)})
	// Between the 25th and the 20th day ago the border lay elsewhere, and a grid was there that no other release has.
	third := b.must("ACBB", 1, grid.Span{From: ago(25), To: ago(20)})
	if third.Corrects != 1 {
		t.Errorf("corrects release %d", third.Corrects)
	}
	for _, c := range []struct {
		days  int
		known time.Time
		want  string
	}{
		{0, time.Time{}, "A"}, {12, time.Time{}, "A"}, {22, time.Time{}, "C"}, {28, time.Time{}, "A"},
		{22, second.MadeAt, "A"}, {22, third.MadeAt, "C"}, {5, second.MadeAt, "A"},
	} {
		if got := b.letter(1, 0, ago(c.days), c.known); got != c.want {
			t.Errorf("%d days ago, known %v: %s, want %s", c.days, c.known, got, c.want)
		}
	}
	heads, err := b.Store.Districts(testkit.Local(t))
	if err != nil || heads[0].Release != 2 {
		t.Errorf("in force: %+v (%v)", heads, err)
	}
	// What the past had alone is retired in the present.
	if _, _, err := b.publish("ACBB", 2, grid.Span{}); rule(err) != "code-retired" {
		t.Errorf("%v", err)
	}
	basis, err := b.Basis(testkit.Local(t), district, grid.Span{From: ago(23), To: ago(22)})
	if err != nil || basis.Release != 3 || len(basis.Near) != 1 || len(basis.Used) != 6 {
		t.Errorf("basis %d, %d near, used %v (%v)", basis.Release, len(basis.Near), basis.Used, err)
	}
	// Before the first release there was another net, of the same grids.
	if r := b.must("ABBB", 0, grid.Span{From: ago(60), To: ago(30)}); r.N != 4 || b.letter(1, 0, ago(40), time.Time{}) != "B" {
		t.Errorf("release %d", r.N)
	}
}

func TestTwoPublishersAtOnce(t *testing.T) {
	b := open(t)
	b.must("AABB", 0, grid.Span{})
	var wait sync.WaitGroup
	rules := make([]string, 4)
	for i, pic := range []string{"ABBB", "AAAB", "AACB", "AABC"} {
		wait.Go(func() {
			_, _, err := b.publish(pic, 1, grid.Span{})
			rules[i] = rule(err)
		})
	}
	wait.Wait()
	slices.Sort(rules)
	if want := []string{"", "release-conflict", "release-conflict", "release-conflict"}; !slices.Equal(rules, want) {
		t.Errorf("%q, want one to win", rules)
	}
	if releases, err := b.Store.Releases(testkit.Local(t), district); err != nil || len(releases) != 2 {
		t.Errorf("%d releases (%v)", len(releases), err)
	}
}

func TestHooksAreOfTheTransaction(t *testing.T) {
	b := open(t)
	b.must("AABB", 0, grid.Span{})
	before := b.everything()
	refusal := errors.New("the hook refuses")
	var seen *grid.Published
	b.Hooks = []grid.Hook{func(_ context.Context, tx grid.Tx, p *grid.Published) error {
		seen = p
		return refusal
	}}
	if _, _, err := b.publish("AAAB", 1, grid.Span{}); err == nil || !slices.Equal(before, b.everything()) {
		t.Fatalf("error %v", err)
	}
	if seen.Release.N != 2 || seen.Base == nil || !seen.Current || len(seen.Difference.Moves) != 1 || len(seen.Lineage) == 0 {
		t.Errorf("the hook saw %+v", seen)
	}
	refusal = nil
	b.must("AAAB", 1, grid.Span{})
}

// failing is a store whose transactions fail at the n-th call, after having done what was asked.
type failing struct {
	grid.Store
	at    int
	calls int
	fail  func() error
}

var errInjected = errors.New("injected")

func (f *failing) Publish(ctx context.Context, district grid.Code, fn func(grid.Tx) error) error {
	f.calls = 0
	return f.Store.Publish(ctx, district, func(tx grid.Tx) error { return fn(failingTx{tx, f}) })
}

// count counts a call and fails the one that is to fail.
func (f *failing) count(err error) error {
	if f.calls++; f.calls == f.at && err == nil {
		return f.fail()
	}
	return err
}

type failingTx struct {
	grid.Tx
	f *failing
}

func (t failingTx) Timeline(ctx context.Context) ([]grid.Interval, error) {
	rows, err := t.Tx.Timeline(ctx)
	return rows, t.f.count(err)
}

func (t failingTx) Net(ctx context.Context, n int) (*grid.Net, error) {
	net, err := t.Tx.Net(ctx, n)
	return net, t.f.count(err)
}

func (t failingTx) UsedCodes(ctx context.Context) ([]grid.Code, error) {
	codes, err := t.Tx.UsedCodes(ctx)
	return codes, t.f.count(err)
}

func (t failingTx) BuildingsIn(ctx context.Context, boxes []geo.Bounds) ([]grid.Building, error) {
	list, err := t.Tx.BuildingsIn(ctx, boxes)
	return list, t.f.count(err)
}

func (t failingTx) PutRelease(ctx context.Context, r grid.Release, sheets []grid.Sheet, net *grid.Net) error {
	return t.f.count(t.Tx.PutRelease(ctx, r, sheets, net))
}

func (t failingTx) CheckRelease(ctx context.Context, n int) ([]geo.Defect, error) {
	defects, err := t.Tx.CheckRelease(ctx, n)
	return defects, t.f.count(err)
}

func (t failingTx) SetTimeline(ctx context.Context, ends, begins []grid.Interval) error {
	return t.f.count(t.Tx.SetTimeline(ctx, ends, begins))
}

func (t failingTx) PutLineage(ctx context.Context, n int, rows []grid.Lineage) error {
	return t.f.count(t.Tx.PutLineage(ctx, n, rows))
}

func (t failingTx) MoveBuildings(ctx context.Context, area map[string]grid.Code) error {
	return t.f.count(t.Tx.MoveBuildings(ctx, area))
}

func (t failingTx) LocationsIn(ctx context.Context, boxes []geo.Bounds, manual []grid.Code) grid.Pages {
	return func(yield func([]grid.Location, error) bool) {
		for page, err := range t.Tx.LocationsIn(ctx, boxes, manual) {
			if !yield(page, t.f.count(err)) {
				return
			}
		}
	}
}

func (t failingTx) MoveLocations(ctx context.Context, n int, by string, points []grid.Location) error {
	return t.f.count(t.Tx.MoveLocations(ctx, n, by, points))
}

func (t failingTx) PutMoves(ctx context.Context, n int, moves []grid.Movement) error {
	return t.f.count(t.Tx.PutMoves(ctx, n, moves))
}

func (t failingTx) SetHead(ctx context.Context, n int) error { return t.f.count(t.Tx.SetHead(ctx, n)) }

func (t failingTx) PutEvent(ctx context.Context, topic string, n int, scope grid.Code, data []byte) error {
	return t.f.count(t.Tx.PutEvent(ctx, topic, n, scope, data))
}

func TestAllOrNothing(t *testing.T) {
	b := ready(t)
	house := grid.House(2, 0, 5)
	house.Code = "99000100100100001"
	testkit.PutBuildings(t, b.Store, district, []grid.Building{house})
	b.must("AABBCC", 0, grid.Span{From: ago(1)})
	if got := b.post(grid.PostOptions{}, at("resident", "1", 2, 0), at("report", "1", 2, 0), at("report", "2", 0, 0)); got != "B B A" {
		t.Fatal(got)
	}
	const calls = 15 // of a publication on its transaction
	base, pictures := 1, []string{"AAABCC", "AABBCC"}
	for _, way := range []struct {
		name string
		fail func() error
	}{
		{"an error", func() error { return errInjected }},
		{"a killed connection", func() error {
			testkit.KillSessions(t, b.url)
			return nil // the next statement meets it
		}},
	} {
		t.Run(way.name, func(t *testing.T) {
			before := b.everything()
			f := &failing{Store: b.Store, fail: way.fail}
			b := bench{t, &grid.Service{Store: f}, b.url}
			for f.at = 1; ; f.at++ {
				_, _, err := b.publish(pictures[base-1], base, grid.Span{})
				if err == nil {
					break
				}
				if !errors.Is(err, errInjected) && rule(err) != "database-away" {
					t.Fatalf("call %d: %v", f.at, err)
				}
				if !slices.Equal(before, b.everything()) {
					t.Fatalf("a publication that failed at call %d left something behind", f.at)
				}
			}
			if f.at != calls+1 {
				t.Errorf("it went through when call %d was to fail; %d calls were expected", f.at, calls)
			}
			if slices.Equal(before, b.everything()) {
				t.Error("nothing was published at the end")
			}
			base++
		})
	}
	if got := b.where(grid.LocationFilter{}); got != "report1 B r3, report2 A, resident1 B r3" {
		t.Errorf("after two releases: %s", got)
	}
}

// torn is a store that keeps another net than it was given: the outline of a face is off by a unit.
type torn struct{ grid.Store }

func (s torn) Publish(ctx context.Context, district grid.Code, fn func(grid.Tx) error) error {
	return s.Store.Publish(ctx, district, func(tx grid.Tx) error { return fn(tornTx{tx}) })
}

type tornTx struct{ grid.Tx }

func (t tornTx) PutRelease(ctx context.Context, r grid.Release, sheets []grid.Sheet, net *grid.Net) error {
	sheets[0].Faces = slices.Clone(sheets[0].Faces)
	face := &sheets[0].Faces[0]
	ring := slices.Clone(face.Shape[0][0])
	ring[2].X--
	face.Shape = geo.MultiPolygon{{ring}}
	return t.Tx.PutRelease(ctx, r, sheets, net)
}

func TestTheSecondGateRefusesAlone(t *testing.T) {
	b := open(t)
	before := b.everything()
	b.Store = torn{b.Store}
	_, _, err := b.publish("AABB AABB", 0, grid.Span{})
	refused, ok := errors.AsType[grid.Refused](err)
	if !ok || refused[0].At == nil {
		t.Fatalf("%v", err)
	}
	if !slices.Equal(before, b.everything()) {
		t.Error("something was written")
	}
}
