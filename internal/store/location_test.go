package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/sql"
)

// report is a location as the domain gives it to the store.
func report(id string, p geo.Point) grid.Location {
	return grid.Location{Kind: "report", ID: id, At: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC), Lon: p.Lon(), Lat: p.Lat(), Datum: crs.GCJ02, AccuracyM: 7.3,
		Attributes: []byte(`{"a": 1}`), Batch: "b", Point: p, Area: "990001001001001", How: grid.In, Release: 1, By: "tester", Revision: 1}
}

// write runs one transaction of a writer.
func write(t testing.TB, s *store.Store, fn func(grid.LocationTx) error) {
	t.Helper()
	if err := s.Write(testkit.Local(t), "990001", fn); err != nil {
		t.Fatal(err)
	}
}

func add(t testing.TB, s *store.Store, points ...grid.Location) {
	t.Helper()
	write(t, s, func(tx grid.LocationTx) error {
		_, err := tx.AddLocations(testkit.Local(t), points)
		return err
	})
}

// made opens a store whose district has a release in force.
func made(t testing.TB) (*store.Store, *pgx.Conn) {
	t.Helper()
	url := testkit.DB(t)
	s, conn := openURL(t, url), connect(t, url)
	for _, statement := range []string{"INSERT INTO release VALUES ('990001', 1, now(), '', '', NULL)", "INSERT INTO head VALUES ('990001', 1)"} {
		if _, err := conn.Exec(testkit.Local(t), statement); err != nil {
			t.Fatal(err)
		}
	}
	return s, conn
}

// What goes in comes out, to the last bit.
func TestLocationsSurvive(t *testing.T) {
	s, _ := made(t)
	want := report("1", geo.Point{X: 1_081_234_567, Y: 226_000_001})
	want.Lon, want.Lat = 108.12345670000001, 0.1+0.2
	add(t, s, want)
	got, err := s.Location(testkit.Local(t), "990001", want.Key())
	if err != nil || got == nil {
		t.Fatal(got, err)
	}
	if got.MadeAt.IsZero() || !got.MadeAt.Equal(got.Changed) {
		t.Errorf("made %v, changed %v", got.MadeAt, got.Changed)
	}
	got.MadeAt, got.Changed = time.Time{}, time.Time{}
	if fmt.Sprintf("%+v", *got) != fmt.Sprintf("%+v", want) {
		t.Errorf("%+v\n%+v", *got, want)
	}
	if got, err := s.Location(testkit.Local(t), "990002", want.Key()); err != nil || got != nil {
		t.Errorf("another district has %+v (%v)", got, err)
	}
}

// A reader that follows misses no change, though transactions end in another order than they began. What it reads again beside depends on what else
// the server is at: other tests, here.
func TestFollowingLocations(t *testing.T) {
	s, conn := made(t)
	var next uint64
	read := func(want ...string) (ids []string) {
		t.Helper()
		rows, reached := s.LocationsSince(testkit.Local(t), "990001", next)
		for _, l := range collect(t, rows) {
			ids = append(ids, l.ID)
		}
		for _, id := range want {
			if !slices.Contains(ids, id) {
				t.Errorf("read %q, which lacks %s", ids, id)
			}
		}
		next = reached()
		return ids
	}
	place := geo.Point{X: 1_081_000_000, Y: 226_000_000}
	add(t, s, report("1", place), report("2", place))
	read("1", "2")
	if next == 0 {
		t.Error("there is no number to go on with")
	}

	begun, end, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() { // begins early, ends late
		defer close(done)
		if err := s.Write(context.WithoutCancel(testkit.Local(t)), "990001", func(tx grid.LocationTx) error {
			_, err := tx.AddLocations(testkit.Local(t), []grid.Location{report("late", place)})
			close(begun)
			<-end
			return err
		}); err != nil {
			t.Error(err)
		}
	}()
	<-begun
	add(t, s, report("3", place))
	if ids := read("3"); slices.Contains(ids, "late") {
		t.Errorf("read %q before it was committed", ids)
	}
	close(end)
	<-done
	read("late")

	write(t, s, func(tx grid.LocationTx) error {
		l := report("2", place)
		l.Area, l.How = "", grid.Outside
		return tx.SetLocations(testkit.Local(t), []grid.Location{l})
	})
	read("2")

	// A dump that was restored elsewhere brings transactions that are yet to come here: such rows are old.
	if _, err := conn.Exec(testkit.Local(t), "UPDATE location SET tx = '4000000000' WHERE id = '1'"); err != nil {
		t.Fatal(err)
	}
	if ids := read(); slices.Contains(ids, "1") {
		t.Errorf("read %q, of which 1 is old", ids)
	}
	add(t, s, report("4", place))
	read("4")
	next = 0
	if ids := read("1", "2", "3", "4", "late"); len(ids) != 5 {
		t.Errorf("all are %q", ids)
	}
}

// Each question about many locations finds its index, whatever its filter leaves out.
func TestQuestionsFindTheirIndex(t *testing.T) {
	s, conn := made(t)
	if _, err := conn.Exec(testkit.Local(t), `
		INSERT INTO location (district, kind, id, at, raw_lon, raw_lat, crs, accuracy_m, attributes, batch, geom, area_code, how, release, reason, by, made_at, changed, revision, tx)
		SELECT '990001', CASE WHEN i % 100 = 0 THEN 'rare' ELSE 'report' END, 'r' || i, '2026-01-01'::timestamptz + i * interval '1 minute', 108, 22, 'wgs84', 0, '{}',
			CASE WHEN i % 200 = 0 THEN 'batch' ELSE '' END, ST_SetSRID(ST_MakePoint(108 + i % 317 * 0.001, 22 + i % 311 * 0.001), 4490),
			CASE WHEN i % 50 = 0 THEN '' ELSE '990001001001' || to_char(i % 400 + 1, 'FM000') END, CASE WHEN i % 50 = 0 THEN 'outside' ELSE 'in' END, 1, '', '', now(), now(), 1,
			(i + 1000)::text::xid8
		FROM generate_series(1, 40000) i`); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(testkit.Local(t), "ANALYZE location"); err != nil {
		t.Fatal(err)
	}
	plan := func(name string, args ...any) string {
		t.Helper()
		text := sql.Query(name)
		if _, query, found := strings.Cut(text, "CURSOR FOR"); found {
			text = query
		}
		return strings.Join(strs(t, conn, "EXPLAIN "+text, args...), "\n")
	}
	filter := func(set map[int]any) []any { // the parameters of a filter, from $1 on
		args := []any{pgx.QueryExecModeCacheDescribe, "990001", nil, "", false, nil, nil, nil, "", nil, nil, nil, nil, "", ""}
		for i, v := range set {
			args[i] = v
		}
		return args
	}
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	filters := []struct {
		name, index string
		args        []any
	}{
		{"of a kind", "location_pkey", filter(map[int]any{2: []string{"rare"}})},
		{"in a grid", "location_area", filter(map[int]any{3: "990001001001007"})},
		{"outside", "location_area", filter(map[int]any{4: true})},
		{"of a day", "location_at", filter(map[int]any{6: day, 7: day.AddDate(0, 0, 1)})},
		{"of a batch", "location_batch", filter(map[int]any{8: "batch"})},
		{"in a box", "location_geom", filter(map[int]any{9: 108.01, 10: 22.01, 11: 108.02, 12: 22.02})},
	}
	for _, f := range filters {
		if got := plan("locations-count", append(f.args, 15, false, false, "UTC")...); !strings.Contains(got, f.index) || strings.Contains(got, "Seq Scan") {
			t.Errorf("the count %s:\n%s", f.name, got)
		}
		if got := plan("locations", append(f.args, nil, "", "", 100)...); !strings.Contains(got, "Index") || strings.Contains(got, "Seq Scan") {
			t.Errorf("the list %s:\n%s", f.name, got)
		}
	}
	for name, got := range map[string]string{
		"the first page":      plan("locations", append(filter(nil), nil, "", "", 100)...),
		"a later page":        plan("locations", append(filter(nil), day, "report", "r1", 100)...),
		"a box of a release":  plan("locations-in", "990001", []float64{108.01}, []float64{22.01}, []float64{108.02}, []float64{22.02}, []string{"990001001001007"}),
		"what changed lately": plan("locations-since", pgx.QueryExecModeCacheDescribe, "990001", "40900"),
		"one":                 plan("location", "990001", "report", "r1"),
		"known ones":          plan("locations-known", "990001", []string{"report", "rare"}, []string{"r1", "r2"}),
	} {
		if !strings.Contains(got, "Index") || strings.Contains(got, "Seq Scan") || name == "the first page" && strings.Contains(got, "Sort") {
			t.Errorf("%s:\n%s", name, got)
		}
	}
	if items, err := s.Locations(testkit.Local(t), "990001", grid.LocationFilter{ID: "r39"}, grid.Cursor{}, 2000); err != nil || len(items) != 1111 {
		t.Errorf("%d locations whose id begins so (%v)", len(items), err)
	}
}
