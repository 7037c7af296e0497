package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/internal/testkit"
)

// A minute by hand: go test ./cmd/zhuwang -run TestDatabaseAway -away 1m
var awayTime = flag.Duration("away", 3*time.Second, "how long the database stays away in TestDatabaseAway")

var client = &http.Client{Timeout: 30 * time.Second}

// exampleNet makes a data folder with the net of the examples.
func exampleNet(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	t.Cleanup(func() { killDatabase(t, dir) })
	publishExample(t, dir, func(text []byte) []byte { return text })
	return dir
}

// publishExample publishes the net of the examples, changed by a function.
func publishExample(t *testing.T, dir string, change func([]byte) []byte) {
	t.Helper()
	text, err := os.ReadFile("../../docs/examples/net.geojson")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "net.geojson")
	if err := os.WriteFile(file, change(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := program(dir, "import", "net", file, "--district", "450105", "--field", "code=编号,name=名称,kind=类型,category=类别",
		"--community", "field:社区", "--town", "field:镇街", "--yes").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// killDatabase ends every process of PostgreSQL as a crash of the machine would.
func killDatabase(t *testing.T, dir string) {
	for _, pid := range testkit.Processes(t, dir) {
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

// freePort is an address that a server may take again and again.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// place is where a point is reported, and the grid that has to be found there; "" for none.
type place struct {
	lon, lat float64
	grid     string
}

// places are the middles of the grids that a server knows, and one outside.
func (s *server) places(t *testing.T) []place {
	t.Helper()
	var page struct {
		Items []struct {
			Code  string
			Label [2]float64
		}
	}
	if err := json.Unmarshal([]byte(s.get(t, "/api/v1/grids?limit=10000")), &page); err != nil {
		t.Fatal(err)
	}
	list := []place{{110, 23, ""}}
	for _, g := range page.Items {
		list = append(list, place{g.Label[0], g.Label[1], g.Code})
	}
	return list
}

// report is a point in JSON.
func (p place) report(id string) string {
	return fmt.Sprintf(`{"kind":"report","id":%q,"at":"2026-03-01T00:00:00Z","lon":%v,"lat":%v,"crs":"cgcs2000","attributes":{"n":%q}}`, id, p.lon, p.lat, id)
}

// acknowledged sends points until each of them is answered as stored, whatever becomes of the server meanwhile. It returns the answers by id.
func acknowledged(t *testing.T, url, form, body string, points int) {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) { // as a client waits before it tries again
		if time.Now().After(deadline) {
			t.Errorf("%s was not acknowledged in a minute", body)
			return
		}
		res, err := client.Post(url, form, strings.NewReader(body))
		if err != nil {
			continue
		}
		text, err := io.ReadAll(res.Body)
		res.Body.Close()
		switch {
		case res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "":
			t.Errorf("no Retry-After: %s", text)
			return
		case res.StatusCode >= 400 && res.StatusCode != http.StatusServiceUnavailable:
			t.Errorf("%s: %s", res.Status, text)
			return
		case res.StatusCode < 300 && err == nil && bytes.Count(text, []byte(`"how":"`)) == points:
			return
		}
	}
}

// Ten writers post while the database and the server are killed: what was acknowledged is there, once, in its grid.
func TestAcknowledgedPointsSurviveKills(t *testing.T) {
	dir, address := exampleNet(t), freePort(t)
	s := start(t, dir, "serve", "--listen", address)
	places := s.places(t)

	const writers, rounds = 10, 30
	url := "http://" + address + "/api/v1/points"
	var stored atomic.Int64
	var writing sync.WaitGroup
	progress := make(chan struct{}, writers*rounds)
	for w := range writers {
		writing.Go(func() {
			for n := range rounds {
				at := func(k int) string { return places[(w+n+k)%len(places)].report(fmt.Sprintf("%d-%d-%d", w, n, k)) }
				switch n % 3 {
				case 0:
					acknowledged(t, url, "application/json", at(0), 1)
				case 1:
					acknowledged(t, url, "application/json", "["+at(0)+","+at(1)+"]", 2)
				case 2:
					acknowledged(t, url, "application/x-ndjson", at(0)+"\n"+at(1)+"\n"+at(2)+"\n", 3)
				}
				stored.Add(int64(n%3 + 1))
				progress <- struct{}{}
			}
		})
	}
	wait := func(requests int) {
		for range requests {
			<-progress
		}
	}
	wait(writers * rounds / 4)
	killDatabase(t, dir)
	wait(writers * rounds / 4)
	s.Process.Kill()
	s.Wait()
	s = start(t, dir, "serve", "--listen", address)
	wait(writers * rounds / 4)
	s.Process.Kill()
	s.Wait()
	killDatabase(t, dir)
	s = start(t, dir, "serve", "--listen", address)
	writing.Wait()

	var page struct {
		Items []struct {
			ID   string
			Grid *struct{ Code string }
		}
		Count int
	}
	if err := json.Unmarshal([]byte(s.get(t, "/api/v1/points?limit=10000")), &page); err != nil {
		t.Fatal(err)
	}
	if page.Count != int(stored.Load()) || page.Count != len(page.Items) || page.Count != writers*rounds*2 {
		t.Errorf("%d points are there, %d listed, %d acknowledged", page.Count, len(page.Items), stored.Load())
	}
	for _, p := range page.Items {
		var w, n, k int
		if _, err := fmt.Sscanf(p.ID, "%d-%d-%d", &w, &n, &k); err != nil {
			t.Fatal(err)
		}
		got := ""
		if p.Grid != nil {
			got = p.Grid.Code
		}
		if want := places[(w+n+k)%len(places)].grid; got != want {
			t.Errorf("%s lies in %q, want %q", p.ID, got, want)
		}
	}
}

// hold keeps a dead database from being started again until it is let go: the server takes this lock for a start.
func hold(t *testing.T, dir string) (letGo func()) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(dir, "pg.lock"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	return func() { f.Close() }
}

// PostgreSQL is killed under load and stays away: no lookup or tile fails, writes are refused at once, and everything is back without a restart.
func TestDatabaseAway(t *testing.T) {
	dir := exampleNet(t)
	s := start(t, dir, "serve")
	places := s.places(t)
	const longest = 5 * time.Second // that a refusal may take

	var ended atomic.Bool
	var lookups, told, refused, stored atomic.Int64
	var load sync.WaitGroup
	every := func(ask func(n int) error) {
		load.Go(func() {
			for n := 0; !ended.Load(); n++ {
				if err := ask(n); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	ask := func(req *http.Request, err error) (*http.Response, string, error) {
		if err != nil {
			return nil, "", err
		}
		res, err := client.Do(req)
		if err != nil {
			return nil, "", err
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		return res, string(text), err
	}
	for range 2 {
		every(func(n int) error { // lookups and tiles
			p := places[1+n%(len(places)-1)]
			path := fmt.Sprintf("/api/v1/locate?lon=%v&lat=%v&crs=cgcs2000", p.lon, p.lat)
			if n%2 == 1 {
				path = fmt.Sprintf("/tiles/450105/net/current/14/%d/%d.mvt", 13119+n%3, 7125+n%2)
			}
			res, text, err := ask(http.NewRequest("GET", s.address+path, nil))
			if err == nil && (res.StatusCode >= 300 || n%2 == 0 && !strings.Contains(text, p.grid)) {
				err = fmt.Errorf("%s: %s %s", path, res.Status, text)
			}
			if err == nil && res.Header.Get("Zhuwang-Database-Away-Since") != "" {
				told.Add(1)
			}
			lookups.Add(1)
			return err
		})
	}
	for w := range 3 {
		every(func(n int) error { // writes, and reads of what is in the database alone
			begin := time.Now()
			req, err := http.NewRequest("POST", s.address+"/api/v1/points", strings.NewReader(places[n%len(places)].report(fmt.Sprintf("%d-%d", w, n))))
			if w == 2 {
				req, err = http.NewRequest("GET", s.address+"/api/v1/points?limit=1", nil)
			}
			if err == nil {
				req.Header.Set("Content-Type", "application/json")
			}
			res, text, err := ask(req, err)
			switch took := time.Since(begin); {
			case err != nil:
				return err
			case res.StatusCode < 300:
				stored.Add(1)
			case res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(text, `"rule":`):
				return fmt.Errorf("%s %v %s", res.Status, res.Header, text)
			case took > longest:
				return fmt.Errorf("a refusal after %v", took)
			default:
				refused.Add(1)
				time.Sleep(10 * time.Millisecond) // as a client waits before it tries again
			}
			return nil
		})
	}
	until := func(what string, done func() bool) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("after a minute: not %s", what)
			}
		}
	}

	until("at work", func() bool { return stored.Load() > 50 && lookups.Load() > 50 })
	letGo := hold(t, dir)
	killDatabase(t, dir)
	until("said to be away", func() bool { return told.Load() > 0 && strings.Contains(s.get(t, "/readyz"), "database_away_since") })
	if res, _, err := ask(http.NewRequest("GET", s.address+"/readyz?write=1", nil)); err != nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("ready to write: %v %v", res, err)
	}
	before := lookups.Load()
	time.Sleep(*awayTime)
	if lookups.Load() == before || refused.Load() == 0 {
		t.Errorf("%d lookups and %d refusals while the database was away", lookups.Load()-before, refused.Load())
	}
	letGo()
	there := stored.Load()
	until("taking writes again", func() bool { return stored.Load() > there+50 })
	until("said to be back", func() bool { return !strings.Contains(s.get(t, "/readyz"), "database_away_since") })
	// Notices of releases come through again.
	publishExample(t, dir, func(text []byte) []byte {
		return bytes.Replace(text, []byte("星光商圈"), []byte("新星商圈"), 1)
	})
	until("answering by the new release", func() bool { return strings.Contains(s.get(t, "/api/v1/grids?q=新星"), `"count":1`) })
	ended.Store(true)
	load.Wait()
	t.Logf("%d lookups and tiles, %d writes and lists, %d refused", lookups.Load(), stored.Load(), refused.Load())
}
