package app

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// history gives the database of a test three releases, the last a correction of the past, and points; days back from now.
func history(t *testing.T) {
	t.Helper()
	day := func(n int) string { return time.Now().AddDate(0, 0, -n).UTC().Format(time.RFC3339) }
	points := filepath.Join(t.TempDir(), "points.csv")
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"id", "lon", "lat", "at"})
	for n := range 500 {
		p := picture.Centre(n%7, n%5) // some of them outside
		w.Write([]string{fmt.Sprint("p", n), fmt.Sprint(p.Lon()), fmt.Sprint(p.Lat()), "2026-11-01 08:00"})
	}
	w.Flush()
	if err := os.WriteFile(points, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		importNet(writeNet(t, "AABBB\nAABBB\nDDEFF\nDDEEF"), "--yes", "--valid-from", day(30)),
		{"import", "points", points, "--district", "450105", "--kind", "report", "--crs", "wgs84"},
		importNet(writeNet(t, "AABBB\nAABBB\nDDDFF\nDDEEF"), "--yes"),
		importNet(writeNet(t, "AABBB\nABBBB\nDDDFF\nDDEEF"), "--yes", "--valid-from", day(20), "--valid-to", day(10)),
	} {
		if r := zhuwang(t, args...); r.code != exitDone {
			t.Fatalf("%v: %+v", args[:2], r)
		}
	}
}

// asked is what a server says to a hundred thousand questions: where places are now, where they were at some moment, as known at another, and
// everything that it lists.
func asked(t *testing.T, server string) (answers []string) {
	t.Helper()
	const now, past = 96_000, 4_000
	r := rand.New(rand.NewPCG(6, 8))
	place := func() (lon, lat float64) {
		p := picture.Origin
		return float64(p.X-5000+r.Int32N(60_000)) / 1e7, float64(p.Y-5000+r.Int32N(50_000)) / 1e7
	}
	var body bytes.Buffer
	for range now {
		lon, lat := place()
		fmt.Fprintf(&body, `{"lon":%v,"lat":%v,"accuracy":30}`+"\n", lon, lat)
	}
	res, err := http.Post(server+"/api/v1/locate?crs=cgcs2000", "application/x-ndjson", &body)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || strings.Count(string(text), `"release":2`) < now/2 {
		t.Fatalf("%v %s", err, text[:min(len(text), 300)])
	}
	answers = append(answers, string(text))
	today := time.Now().UTC().Truncate(24 * time.Hour) // the same for both servers
	for range past {
		lon, lat := place()
		q := url.Values{"lon": {fmt.Sprint(lon)}, "lat": {fmt.Sprint(lat)}, "crs": {"cgcs2000"}, "at": {today.Add(-time.Duration(r.IntN(32*24)) * time.Hour).Format(time.RFC3339)}}
		if r.IntN(2) == 0 {
			q.Set("known", today.Add(time.Duration(r.IntN(48))*time.Hour).Format(time.RFC3339))
		}
		code, answer := ask(t, server+"/api/v1/locate?"+q.Encode())
		answers = append(answers, fmt.Sprint(code, " ", withoutRequest(answer)))
	}
	for _, list := range []string{"grids.geojson?limit=1000", "releases", "points?limit=1000", "points/counts?by=grid", "towns", "communities"} {
		code, answer := ask(t, server+"/api/v1/"+list)
		if code != http.StatusOK {
			t.Fatalf("%s: %d %s", list, code, answer)
		}
		answers = append(answers, answer)
	}
	return answers
}

// withoutRequest is an answer without what names the question: the number of the request.
func withoutRequest(answer string) string {
	before, _, _ := strings.Cut(answer, `"request_id"`)
	return before
}

// A restored database gives the same answers as the one that was backed up while it served, to questions about the past too; doctor finds nothing in
// either, and finds what is damaged by hand.
func TestBackupRestoreDoctor(t *testing.T) {
	onDatabase(t)
	history(t)
	first := serve(t)
	want := asked(t, first)
	file := filepath.Join(t.TempDir(), "district.zip")
	if r := zhuwang(t, "backup", file); r.code != exitDone || !strings.Contains(r.err, "location: 500 rows") {
		t.Fatalf("backup: %+v", r)
	}
	if r := zhuwang(t, "backup", file); r.code != exitUsage || !strings.Contains(r.err, "[backup-exists]") {
		t.Errorf("a backup over a file: %+v", r)
	}
	if r := zhuwang(t, "backup", file, "--overwrite"); r.code != exitDone {
		t.Errorf("a backup that may overwrite: %+v", r)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the backup: %v %v", info.Mode(), err)
	}
	if r := zhuwang(t, "restore", file, "--replace"); r.code != exitFailed || !strings.Contains(r.err, "[restore-in-use]") {
		t.Errorf("a restore under a server: %+v", r)
	}
	if r := zhuwang(t, "doctor"); r.code != exitDone || r.out != "" || !strings.Contains(r.err, "points: 500") || !strings.Contains(r.err, "All is well.") {
		t.Errorf("doctor: %+v", r)
	}

	database := testkit.EmptyDB(t)
	t.Setenv("ZHUWANG_DATABASE_URL", database)
	damaged := filepath.Join(t.TempDir(), "damaged.zip")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"a flipped bit": append(append(slices.Clone(b[:len(b)/2]), b[len(b)/2]^1), b[len(b)/2+1:]...), "half": b[:len(b)/2], "another file": []byte("code,name\n")} {
		if err := os.WriteFile(damaged, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if r := zhuwang(t, "restore", damaged); r.code != exitFailed || !strings.Contains(r.err, "damaged.zip") {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := zhuwang(t, "doctor"); r.code != exitFailed || !strings.Contains(r.err, "version 0") {
		t.Errorf("a damaged backup touched the database: %+v", r)
	}
	if r := zhuwang(t, "restore", file, "--dry-run"); r.code != exitDone || !strings.Contains(r.err, "The backup is whole") {
		t.Errorf("dry run: %+v", r)
	}
	if r := zhuwang(t, "restore", file); r.code != exitDone || !strings.Contains(r.err, "All is well.") {
		t.Fatalf("restore: %+v", r)
	}
	got := asked(t, serve(t))
	differ := 0
	for i := range want {
		if want[i] != got[i] {
			if differ++; differ < 4 {
				t.Errorf("answer %d was %.300s and is %.300s", i, want[i], got[i])
			}
		}
	}

	testkit.Exec(t, database, `UPDATE zhuwang.head SET release = 1; UPDATE zhuwang.location SET how = 'border' WHERE how = 'in'`)
	r := zhuwang(t, "doctor", "--json", "--district", "450105")
	var found struct {
		OK       bool
		Wrong    int
		Counts   map[string]int
		Findings []struct{ Rule, District, Row, Zh, En string }
	}
	if err := json.Unmarshal([]byte(r.out), &found); err != nil || r.code != exitFailed || found.OK || found.Counts["head-astray"] != 1 ||
		found.Counts["how-untrue"] < 100 || found.Wrong < 100 || found.Findings[0].Row != "head" || found.Findings[0].Zh == found.Findings[0].En {
		t.Errorf("doctor --json: %v %d %.1000s", err, r.code, r.out)
	}
	if r := zhuwang(t, "doctor"); r.code != exitFailed || strings.Count(r.out, "[how-untrue]") != shownFindings+1 || !strings.Contains(r.err, "in all") {
		t.Errorf("doctor: %+v", r)
	}
	if r := zhuwang(t, "doctor", "--district", "999999"); r.code != exitFailed || !strings.Contains(r.err, "[no-such-district]") {
		t.Errorf("a district that there is not: %+v", r)
	}
}

// A full disk under the backup is said, and leaves nothing. The disk is full for the file that is to be written: it is /dev/full.
func TestBackupOnAFullDisk(t *testing.T) {
	onDatabase(t)
	file := filepath.Join(t.TempDir(), "b.zip")
	if err := os.Symlink("/dev/full", file+".part"); err != nil {
		t.Fatal(err)
	}
	if r := zhuwang(t, "backup", file); r.code != exitFailed || !strings.Contains(r.err, "[no-room]") {
		t.Errorf("%+v", r)
	}
	for _, name := range []string{file, file + ".part"} {
		if _, err := os.Lstat(name); err == nil {
			t.Errorf("%s is left", name)
		}
	}
}

// What is no regular file is refused at once: a pipe without a writer is not waited for.
func TestRestoreFromWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{pipe: "[not-a-backup]", dir: "[not-a-backup]", os.DevNull: "[not-a-backup]", filepath.Join(dir, "none"): "[no-such-file]"} {
		if r := zhuwang(t, "restore", "--dry-run", path); r.code != exitFailed || !strings.Contains(r.err, want) {
			t.Errorf("%s: %+v", path, r)
		}
	}
}
