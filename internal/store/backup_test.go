package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/sql"
)

// stocked is a database with something in every table, and rows of unusual text.
func stocked(t testing.TB) (url string) {
	t.Helper()
	url = testkit.DB(t)
	s := openURL(t, url)
	defer s.Close()
	publish(t, s, board{district: "990001", towns: 2, blocks: 2, side: 2, bends: 3, step: 40_000, seed: 1}.net())
	publish(t, s, board{district: "990001", towns: 2, blocks: 2, side: 2, bends: 3, step: 40_000, seed: 1}.net())
	testkit.PutBuildings(t, s, "990001", buildings(20, 1))
	testkit.Exec(t, url, `SET search_path TO zhuwang, public;
		INSERT INTO register VALUES ('990001', '990001', E'tab\tnew\nline \\N \\. 网');
		INSERT INTO batch (district, batch, source, crs, done, by, made_at, changed) VALUES ('990001', 'b', 'x.csv', 'wgs84', 1, 'me', now(), now());
		INSERT INTO location (district, kind, id, at, raw_lon, raw_lat, crs, accuracy_m, attributes, batch, geom, area_code, how, release, reason, by, made_at, changed, revision)
			SELECT '990001', 'report', 'r' || n, '1969-07-20 20:17:40.123456+00', 1.1e-300 + n / 3.0, -n / 7.0, 'wgs84', 0.1, '{"文": "\\n\"", "n": 1e400}', 'b',
			       ST_SetSRID(ST_MakePoint(n / 1e7, n / 1e7), 4490), '', 'outside', 1, '', 'me', now(), now(), 1 FROM generate_series(1, 1000) n;
		INSERT INTO move VALUES ('990001', 2, 'report', 'r1', '990001001001001', '');
		INSERT INTO lineage VALUES ('990001', 2, '990001001001001', '', 'died', 0, 0, 0.1, 'NaN', 1);
		INSERT INTO event (district, topic, scope, data, at) VALUES ('990001', 'x', '', '{}', now()), ('990001', 'y', '', '{}', 'infinity');
		DELETE FROM event WHERE topic = 'y'`)
	return url
}

// content is every row of every table as text, without what names a transaction.
func content(t testing.TB, url string) (rows []string) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(context.Background())
	for _, table := range strs(t, conn, "SELECT relname FROM pg_class WHERE relnamespace = 'zhuwang'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'schema_version' ORDER BY 1") {
		rows = append(rows, strs(t, conn, "SELECT '"+table+" ' || (to_jsonb(t) - 'tx')::text FROM "+pgx.Identifier{table}.Sanitize()+" t ORDER BY 1")...)
	}
	return rows
}

func backup(t testing.TB, url string) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := store.Backup(t.Context(), url, &b, "test", func(store.Part) {}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openBackup(b []byte) (*store.BackupFile, error) {
	return store.OpenBackup(bytes.NewReader(b), int64(len(b)), func(int64) {})
}

func restore(t testing.TB, url string, b []byte, o store.RestoreOptions) error {
	t.Helper()
	file, err := openBackup(b)
	if err != nil {
		t.Fatal(err)
	}
	o.Done = func(store.Part) {}
	if o.Prove == nil {
		o.Prove = func(grid.Records) error { return nil }
	}
	_, err = store.Restore(t.Context(), url, file, o)
	return err
}

func TestBackupAndRestore(t *testing.T) {
	url := stocked(t)
	want, file := content(t, url), backup(t, url)
	manifest, err := openBackup(file)
	if err != nil {
		t.Fatal(err)
	}
	if m := manifest.Manifest; m.Rows() != int64(len(want)) || len(m.Districts) != 1 || m.Districts[0].Release != 2 || len(m.LeftOut) > 0 {
		t.Errorf("the manifest says %+v", m)
	}

	empty := testkit.EmptyDB(t)
	proved := 0
	err = restore(t, empty, file, store.RestoreOptions{Prove: func(r grid.Records) error {
		heads, err := r.Districts(t.Context())
		proved = len(heads)
		return err
	}})
	if err != nil {
		t.Fatal(err)
	}
	if proved != 1 {
		t.Error("nobody looked at what was restored")
	}
	if got := content(t, empty); !slices.Equal(got, want) {
		t.Errorf("%d rows are not the %d that were backed up", len(got), len(want))
	}
	conn := connect(t, empty)
	if txs := strs(t, conn, "SELECT DISTINCT (tx < pg_current_xact_id())::text FROM location"); !slices.Equal(txs, []string{"true"}) {
		t.Errorf("transactions of restored rows lie in the past of this cluster: %v", txs)
	}
	if txs := strs(t, conn, "SELECT count(DISTINCT tx)::text FROM location"); txs[0] != "1" {
		t.Errorf("%s transactions wrote the restored rows", txs[0])
	}
	if next := strs(t, conn, "INSERT INTO event (district, topic, scope, data, at) VALUES ('990001', 'z', '', '{}', now()) RETURNING id::text"); next[0] != "3" {
		t.Errorf("the number after 2 is %s: one that was given may be given again", next[0])
	}
	if state, err := store.SchemaState(t.Context(), empty); err != nil || state.Err() != nil {
		t.Errorf("schema %+v, %v", state, err)
	}
	if lines := strs(t, conn, sql.Query("doctor-catalogue")); !slices.Equal(lines, sql.Catalogue()) {
		t.Error("the restored schema lacks something")
	}
}

// A restore takes the place of data only when told to, keeps that data, and undoes itself when what it restored is not proven.
func TestRestoreOverData(t *testing.T) {
	file := backup(t, stocked(t))
	url := testkit.DB(t)
	testkit.Exec(t, url, "INSERT INTO zhuwang.register VALUES ('990002', '990002', 'other')")
	before := content(t, url)
	unchanged := func(why string) {
		t.Helper()
		if !slices.Equal(content(t, url), before) {
			t.Fatalf("%s changed the database", why)
		}
	}
	wantRule(t, restore(t, url, file, store.RestoreOptions{}), "restore-not-empty")
	unchanged("a refused restore")
	unproven := errors.New("not proven")
	if err := restore(t, url, file, store.RestoreOptions{Replace: true, Prove: func(grid.Records) error { return unproven }}); !errors.Is(err, unproven) {
		t.Fatal(err)
	}
	unchanged("a restore that was not proven")
	guest := openURL(t, url)
	wantRule(t, restore(t, url, file, store.RestoreOptions{Replace: true}), "restore-in-use")
	guest.Close()
	wantRule(t, restore(t, url, file, store.RestoreOptions{Replace: true, Prove: func(grid.Records) error {
		guest = openURL(t, url) // somebody comes in meanwhile
		return nil
	}}), "restore-in-use")
	guest.Close()
	unchanged("a restore under a server's eyes")
	for range 2 { // the second time the data kept is that of the first
		if err := restore(t, url, file, store.RestoreOptions{Replace: true}); err != nil {
			t.Fatal(err)
		}
	}
	if kept := strs(t, connect(t, url), "SELECT count(*)::text FROM zhuwang_before.location"); kept[0] != "1000" {
		t.Errorf("%s rows are kept", kept[0])
	}
}

// A backup of an older schema is brought to today's.
func TestRestoreOfOlderSchemas(t *testing.T) {
	steps := sql.Steps()
	for _, version := range []int64{5, steps[len(steps)-2].Version} {
		old, url := testkit.EmptyDB(t), testkit.EmptyDB(t)
		if err := store.MigrateTo(t.Context(), old, version); err != nil {
			t.Fatal(err)
		}
		testkit.Exec(t, old, "INSERT INTO zhuwang.release VALUES ('990001', 1, now(), 'me', '', NULL)")
		if err := restore(t, url, backup(t, old), store.RestoreOptions{}); err != nil {
			t.Fatalf("schema %d: %v", version, err)
		}
		if state, err := store.SchemaState(t.Context(), url); err != nil || state.Err() != nil {
			t.Errorf("from schema %d: %+v, %v", version, state, err)
		}
		conn := connect(t, url)
		if lines := strs(t, conn, sql.Query("doctor-catalogue")); !slices.Equal(lines, sql.Catalogue()) || len(strs(t, conn, "SELECT by FROM release")) != 1 {
			t.Errorf("from schema %d something is missing", version)
		}
	}
}

// Whatever byte is flipped and wherever the file ends, it is refused, and a file of another kind is told from a damaged one.
func TestDamagedBackups(t *testing.T) {
	url := stocked(t)
	file := backup(t, url)
	refused := func(what string, b []byte, rules ...string) {
		t.Helper()
		if _, err := openBackup(b); err == nil || !slices.Contains(rules, fault.From(err).Rule) {
			t.Errorf("%s: %v", what, err)
		}
	}
	step := max(1, len(file)/400)
	for at := 0; at < len(file); at++ {
		if at%step != 0 && at > 100 && at < len(file)-300 { // the headers at both ends byte by byte
			continue
		}
		b := bytes.Clone(file)
		b[at] ^= 0x10
		refused(fmt.Sprint("byte ", at, " of ", len(file), " flipped"), b, "backup-damaged", "not-a-backup")
		refused(fmt.Sprint("the file ends at ", at), file[:at], "backup-damaged", "not-a-backup")
	}
	refused("a byte more", append(bytes.Clone(file), 0), "backup-damaged")
	refused("half of it", file[:len(file)/2], "backup-damaged")
	refused("nothing", nil, "not-a-backup")
	refused("a table of points", []byte("kind,id,lon,lat\nreport,1,108.3,22.8\n"+strings.Repeat(" ", 100)), "not-a-backup")
	refused("an empty zip", append([]byte("PK\x05\x06"), make([]byte, 18)...), "not-a-backup")
	testkit.Exec(t, url, "INSERT INTO zhuwang.schema_version (version_id, is_applied) VALUES (9999, true)")
	refused("a backup of a newer program", backup(t, url), "backup-newer")
}

// A backup taken while writers are at work is of one moment: what one transaction wrote is in it whole or not at all.
func TestBackupUnderWriters(t *testing.T) {
	url := stocked(t)
	stop := make(chan struct{})
	var writers sync.WaitGroup
	var written sync.WaitGroup
	written.Add(2)
	for w := range 2 {
		writers.Go(func() {
			conn := connect(t, url)
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				name := fmt.Sprintf("%d-%d", w, n)
				_, err := conn.Exec(context.Background(), `WITH b AS (INSERT INTO batch (district, batch, source, crs, done, by, made_at, changed) VALUES ('990001', $1, '', 'wgs84', 1, '', now(), now()))
					INSERT INTO event (district, topic, scope, data, at) VALUES ('990001', $1, '', '{}', now())`, name)
				if err != nil {
					t.Error(err)
				}
				if n == 20 {
					written.Done()
				}
			}
		})
	}
	written.Wait()
	file := backup(t, url)
	close(stop)
	writers.Wait()
	restored := testkit.EmptyDB(t)
	if err := restore(t, restored, file, store.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, restored)
	batches := strs(t, conn, "SELECT batch FROM batch WHERE batch <> 'b' ORDER BY 1")
	events := strs(t, conn, `SELECT topic FROM event WHERE topic <> 'x' ORDER BY topic COLLATE "C"`)
	if !slices.Equal(batches, events) || len(batches) < 42 {
		t.Errorf("%d batches and %d events of the same transactions", len(batches), len(events))
	}
}
