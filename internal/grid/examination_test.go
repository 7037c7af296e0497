package grid_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// lived makes a database with a history: three releases, of which the second gave up the code of C, a correction of the past, buildings,
// and points inside, on a border, and outside.
func lived(t *testing.T) (url string) {
	s := openStore(t, testkit.DB(t))
	b := bench{t, &grid.Service{Store: s}, ""}
	b.Nets = snapshot.NewRegistry(b.Service)
	b.must("AACC AABB", 0, grid.Span{From: ago(30)})
	b.must("AABB AABB", 1, grid.Span{From: ago(10)})
	b.must("AAAC AABB", 1, grid.Span{From: ago(25), To: ago(20)})
	b.must("ABBB AABB", 2, grid.Span{From: ago(5)})
	house := grid.Building{ID: "h", Code: "99000100100100001", Point: picture.Centre(2, 0), Households: 3, Storeys: 1, Area: grid.CodeOf('B')}
	testkit.PutBuildings(t, s, district, []grid.Building{house})
	border := at("report", "border", 1, 0)
	p := picture.Centre(1, 0)
	border.Lon = geo.Point{X: p.X + picture.Step/2, Y: p.Y}.Lon()
	if got := b.post(grid.PostOptions{Batch: "one"}, at("report", "in", 0, 0), border, at("report", "out", 9, 9), at("tree", "in", 3, 0)); got != "A B - B" {
		t.Fatal(got)
	}
	s.Close() // a database that is copied may have no guests
	return s.url
}

// opened is a store and its address.
type opened struct {
	*store.Store
	url string
}

func openStore(t *testing.T, url string) opened {
	t.Helper()
	s, err := store.Open(testkit.Local(t), store.Config{URL: url, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return opened{s, url}
}

// examine gives what an examination finds, each as rule and row.
func examine(t *testing.T, url string, past bool) (found []string) {
	t.Helper()
	s := openStore(t, url)
	defer s.Close()
	err := s.Examine(testkit.Local(t), func(r grid.Records) error {
		x := &grid.Examination{Records: r, Past: past, Found: func(f grid.Finding) {
			for _, l := range []fault.Lang{fault.Chinese, fault.English} {
				if text := f.Fault.Sentence(l); strings.ContainsAny(text, "{}") || fault.Rules()[f.Fault.Rule].Zh == "" {
					t.Errorf("%s has no whole sentence: %s", f.Fault.Rule, text)
				}
			}
			found = append(found, strings.TrimSpace(f.Fault.Rule+" "+f.Row))
		}}
		return x.Run(testkit.Local(t))
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Whatever is damaged by hand is found and named by its rule and its row; what was not damaged is not blamed.
func TestDamageIsFound(t *testing.T) {
	url := lived(t)
	t.Run("no damage", func(t *testing.T) {
		if found := examine(t, testkit.CopyDB(t, url), true); len(found) > 0 {
			t.Errorf("found %q", found)
		}
	})
	const (
		sheet  = `(SELECT sheet FROM release_sheet WHERE release = 4)`
		shaped = `ST_SetSRID(ST_Scale(ST_SnapToGrid(ST_Scale(%, 1e7, 1e7), 1), 1e-7, 1e-7), 4490)`
	)
	for _, c := range []struct {
		name   string
		damage string
		want   []string // beginnings of findings, each of which must be there
		only   bool     // and nothing else
	}{
		{"a grid's border moved", `UPDATE sheet_face SET geom = (SELECT geom FROM sheet_face WHERE code LIKE '%003' AND sheet <> f.sheet LIMIT 1) FROM sheet_face f WHERE f.code = sheet_face.code AND f.sheet = sheet_face.sheet AND sheet_face.code LIKE '%002' AND sheet_face.sheet = ` + sheet,
			[]string{"sheet-damaged sheet ", "gap", "location-astray location tree/in"}, false},
		{"a vertex off the lattice", `UPDATE sheet_face SET geom = ST_Translate(geom, 1e-9, 0) WHERE code LIKE '%001' AND sheet = ` + sheet, []string{"sheet-damaged sheet ", "check-failed"}, false},
		{"a grid renamed", `UPDATE sheet_face SET name = 'x' WHERE code LIKE '%001' AND sheet = ` + sheet, []string{"sheet-damaged sheet "}, true},
		{"a grid deleted", `DELETE FROM sheet_face WHERE code LIKE '%001' AND sheet = ` + sheet, []string{"sheet-damaged", "location-astray location report/in"}, false},
		{"a code used again", `UPDATE sheet_face SET code = '990001001001003' WHERE code LIKE '%002' AND sheet = ` + sheet,
			[]string{"sheet-damaged", "code-reused release 4, 990001001001003"}, false},
		{"a code of another community", `UPDATE sheet_face SET code = '990001001002001' WHERE code LIKE '%002' AND sheet = ` + sheet, []string{"code-elsewhere sheet "}, false},
		{"an outline changed", `UPDATE outline SET geom = ST_Multi(ST_MakeEnvelope(108, 22, 109, 23, 4490))`, []string{"outline-damaged outline ", "outline-astray release_division 4 990001"}, false},
		{"a release's row of the timeline deleted", `DELETE FROM timeline WHERE release = 4`, []string{"release-untimed release 4", "head-astray head"}, false},
		{"the end of the present", `UPDATE timeline SET valid = tstzrange(lower(valid), now()) WHERE release = 4 AND upper_inf(valid)`, []string{"head-astray head", "timeline-hole timeline"}, true},
		{"a hole in the timeline", `UPDATE timeline SET valid = tstzrange(lower(valid), lower(valid) + interval '1 day') WHERE upper_inf(recorded) AND release = 1 AND lower(recorded) > lower(valid) + interval '12 days' AND upper(valid) - lower(valid) > interval '8 days'`,
			[]string{"timeline-hole timeline"}, true},
		{"two releases at once", `ALTER TABLE timeline DROP CONSTRAINT timeline_district_valid_recorded_excl; UPDATE timeline SET valid = tstzrange(lower(valid) - interval '1 day', NULL) WHERE release = 4 AND upper_inf(valid)`,
			[]string{"schema-lacks constraint timeline_", "timeline-overlap timeline "}, false},
		{"a row of the timeline from nowhere", `INSERT INTO timeline VALUES ('990001', 1, '[1990-01-01,1991-01-01)', '[1999-01-01,)')`, []string{"timeline-stray timeline 1"}, true},
		{"old knowledge forgotten", `DELETE FROM timeline WHERE NOT upper_inf(recorded) AND release = 1 AND upper_inf(valid)`, []string{"release-untimed release 1"}, false},
		{"another head", `UPDATE head SET release = 1`, []string{"head-astray head"}, false},
		{"a release deleted", `DELETE FROM release WHERE n = 2`, []string{"release-missing release 2", "orphaned-row release_sheet 2 ", "orphaned-row timeline 2 "}, false},
		{"a sheet deleted", `DELETE FROM sheet WHERE sheet = ` + sheet, []string{"orphaned-row release_sheet 4 990001001001", "orphaned-row sheet_face 990001001001001"}, false},
		{"a sheet of no release", `DELETE FROM release_sheet WHERE release = 3`, []string{"orphaned-row sheet ", "orphaned-row release_division 3 990001001001"}, true},
		{"a division deleted", `DELETE FROM release_division WHERE release = 4 AND code = '990001001'`, []string{"parent-unknown release 4"}, false},
		{"lineage of a code that never was", `INSERT INTO lineage VALUES ('990001', 2, '990001001001999', '', 'died', 0, 0, 1, 1, 1)`, []string{"orphaned-row lineage 2 990001001001999"}, true},
		{"a move of a code that never was", `INSERT INTO move VALUES ('990001', 2, 'report', 'in', '990001001001999', '')`, []string{"orphaned-row move 2 report/in"}, true},
		{"a point in another grid", `UPDATE location SET area_code = '990001001001002' WHERE id = 'in' AND kind = 'report'`, []string{"location-astray location report/in"}, true},
		{"a point on a border in the other grid", `UPDATE location SET area_code = '990001001001001' WHERE id = 'border'`, []string{"location-astray location report/border"}, true},
		{"a point outside in a grid", `UPDATE location SET area_code = '990001001001001', how = 'in' WHERE id = 'out'`, []string{"location-astray location report/out"}, true},
		{"a point inside kept as outside", `UPDATE location SET area_code = '', how = 'outside' WHERE id = 'in'`, []string{"location-astray location report/in", "location-astray location tree/in"}, true},
		{"in for border", `UPDATE location SET how = 'in' WHERE id = 'border'`, []string{"how-untrue location report/border"}, true},
		{"border for in", `UPDATE location SET how = 'border' WHERE id = 'in' AND kind = 'tree'`, []string{"how-untrue location tree/in"}, true},
		{"a choice of a grid that is gone", `UPDATE location SET how = 'manual', reason = 'x', area_code = '990001001001003' WHERE id = 'out'`, []string{"manual-grid-gone location report/out"}, true},
		{"a choice of a grid", `UPDATE location SET how = 'manual', reason = 'x', area_code = '990001001001001' WHERE id = 'out'`, nil, true},
		{"a point moved on the map", `UPDATE location SET geom = ` + strings.Replace(shaped, "%", "ST_Translate(geom, 1e-6, 0)", 1) + ` WHERE id = 'in' AND kind = 'tree'`, []string{"location-displaced location tree/in"}, true},
		{"a point off the lattice", `UPDATE location SET geom = ST_Translate(geom, 3e-9, 0) WHERE id = 'in' AND kind = 'tree'`, []string{"off-lattice location tree/in"}, true},
		{"another datum", `UPDATE location SET crs = 'gcj02' WHERE id = 'in' AND kind = 'tree'`, []string{"location-displaced location tree/in"}, true},
		{"a point of a release that never was", `UPDATE location SET release = 9 WHERE id = 'out'`, []string{"orphaned-row location report/out"}, true},
		{"a batch deleted", `DELETE FROM batch`, []string{"orphaned-row location report/in", "orphaned-row location tree/in"}, false},
		{"a building in another grid", `UPDATE building SET area_code = '990001001001001'`, []string{"location-astray building h"}, true},
		{"a building of a strange community", `UPDATE building SET code = '99000100200100001'`, []string{"building-code-foreign building h"}, true},
		{"a building's code used again", `INSERT INTO building_retired VALUES ('990001', '99000100100100001', 'gone', '')`, []string{"building-code-reused building h"}, true},
		{"an index dropped", `DROP INDEX location_geom`, []string{"schema-lacks index location_geom"}, true},
		{"an index not valid", `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'location_geom'::regclass`, []string{"index-invalid location_geom"}, true},
		{"a column dropped", `ALTER TABLE location DROP COLUMN reason CASCADE`, []string{"schema-lacks column location.reason text"}, false},
		{"foreign keys switched off", `ALTER TABLE timeline DISABLE TRIGGER ALL`, []string{"trigger-off timeline"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			damaged := testkit.CopyDB(t, url)
			testkit.Exec(t, damaged, "SET search_path TO zhuwang, public; SET session_replication_role TO replica; SET allow_system_table_mods TO on; "+c.damage)
			found := examine(t, damaged, false)
			for _, w := range c.want {
				if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, w) }) {
					t.Errorf("found %q, not %s", found, w)
				}
			}
			for _, f := range found {
				if c.only && !slices.ContainsFunc(c.want, func(w string) bool { return strings.HasPrefix(f, w) }) {
					t.Errorf("found %q, which is not the damage", f)
				}
			}
		})
	}
}
