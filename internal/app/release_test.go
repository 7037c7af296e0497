package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// writeNet writes a picture as a GeoJSON file of grids; its lower half is community 乙, the upper 甲.
func writeNet(t testing.TB, drawing string) string {
	t.Helper()
	type m = map[string]any
	features := []m{}
	for letter, shape := range picture.Draw(drawing) {
		community := "甲社区"
		if letter >= 'D' {
			community = "乙社区"
		}
		var coordinates [][][][2]float64
		for _, polygon := range shape {
			var rings [][][2]float64
			for _, ring := range polygon {
				var line [][2]float64
				for _, p := range append(ring[:len(ring):len(ring)], ring[0]) {
					line = append(line, [2]float64{p.Lon(), p.Lat()})
				}
				rings = append(rings, line)
			}
			coordinates = append(coordinates, rings)
		}
		features = append(features, m{"type": "Feature", "properties": m{"id": string(letter), "community": community, "town": "江南街道"},
			"geometry": m{"type": "MultiPolygon", "coordinates": coordinates}})
	}
	b, err := json.Marshal(m{"type": "FeatureCollection", "features": features})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "net.geojson")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// importNet are the arguments that import such a file.
func importNet(file string, more ...string) []string {
	return append([]string{"import", "net", file, "--crs", "cgcs2000", "--district", "450105", "--district-name", "江南区",
		"--field", "code=id", "--community", "field:community", "--town", "field:town"}, more...)
}

// lines collects what a program says while it runs.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// eventually waits for a condition, not for a time.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("never came: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

var ready = regexp.MustCompile(`ready: (https?://[0-9.:\[\]]+)`)

// serve runs a server of this program until the test ends, and gives its address.
func serve(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	said, done := &lines{}, make(chan int, 1)
	go func() {
		done <- Run(ctx, append([]string{"serve", "--lang", "en", "--listen", "127.0.0.1:0", "--admin-listen", ""}, args...),
			Streams{In: strings.NewReader(""), Out: io.Discard, Err: said}, "test")
	}()
	t.Cleanup(func() {
		stop()
		if code := <-done; code != exitDone {
			t.Errorf("the server ended with %d: %s", code, said)
		}
		if strings.Contains(said.String(), "level=ERROR") {
			t.Errorf("a server that was asked to stop complains: %s", said)
		}
	})
	var address string
	eventually(t, "a server that is ready: "+said.String(), func() bool {
		if m := ready.FindStringSubmatch(said.String()); m != nil {
			address = m[1]
		}
		return address != ""
	})
	return address
}

// ask is one GET.
func ask(t *testing.T, address string) (int, string) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return res.StatusCode, string(b)
}

// locateAt asks a server which grid and release held a place; the grid is named by its source id, as letters are.
func locateAt(t *testing.T, server string, p geo.Point, more ...string) (grid string, release int) {
	t.Helper()
	q := url.Values{"lon": {fmt.Sprint(p.Lon())}, "lat": {fmt.Sprint(p.Lat())}, "crs": {"cgcs2000"}}
	for i := 0; i < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	code, body := ask(t, server+"/api/v1/locate?"+q.Encode())
	var a struct {
		Release int
		Grid    *struct{ Name string }
	}
	if err := json.Unmarshal([]byte(body), &a); err != nil || code != http.StatusOK || a.Grid == nil {
		t.Fatalf("%d %s", code, body)
	}
	return a.Grid.Name, a.Release
}

// A release reaches running servers without a failed request; yesterday's net still answers for yesterday; a correction of the
// past changes the answer for then, and what was known before stays on record.
func TestReleases(t *testing.T) {
	onDatabase(t)
	before := writeNet(t, `
		AABBB
		AABBB
		DDEFF
		DDEEF`)
	after := writeNet(t, `
		AABBB
		AABBB
		DDDFF
		DDEEF`)
	moved := picture.Centre(2, 1) // from E to D
	day := func(n int) string { return time.Now().AddDate(0, 0, -n).UTC().Format(time.RFC3339) }

	if r := zhuwang(t, importNet(before)...); r.code != exitUsage || !strings.Contains(r.err, "Extent: centre 108.1") || !strings.Contains(r.err, "--yes") {
		t.Fatalf("a first import that nobody confirmed: %+v", r)
	}
	if r := zhuwang(t, importNet(before, "--yes", "--dry-run")...); r.code != exitDone || !strings.Contains(r.err, "nothing was written") {
		t.Fatalf("dry run: %+v", r)
	}
	if r := zhuwang(t, importNet(before, "--yes", "--valid-from", day(30), "--json")...); r.code != exitDone || !strings.Contains(r.out, `"release": 1`) {
		t.Fatalf("release 1: %+v", r)
	}
	servers := []string{serve(t), serve(t)}

	// Strangers ask both servers all the time.
	var failed, asked atomic.Int64
	stop := make(chan struct{})
	var strangers sync.WaitGroup
	for _, s := range servers {
		for _, path := range []string{"/api/v1/locate?lon=108.1025&lat=22.6015&crs=wgs84", "/tiles/450105/net/1/12/3277/1783.mvt", "/tiles/450105/net/current/10/819/445.mvt", "/api/v1/grids"} {
			strangers.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					asked.Add(1)
					if code, body := ask(t, s+path); code != http.StatusOK && code != http.StatusNoContent {
						failed.Add(1)
						t.Errorf("%s: %d %s", path, code, body)
						return
					}
				}
			})
		}
	}

	r := zhuwang(t, importNet(after)...)
	for _, want := range []string{"Against release 1:", "2 changed", "(border)", " → ", "m², buildings: 0"} {
		if !strings.Contains(r.err, want) {
			t.Errorf("the difference lacks %q: %s", want, r.err)
		}
	}
	if r.code != exitUsage {
		t.Errorf("published without a yes: %+v", r)
	}
	var dry struct {
		Release *int
		Changes []struct {
			Name, How string
			Border    bool
		}
		Moves []struct {
			From, To string
			AreaM2   float64 `json:"area_m2"`
		}
	}
	r = zhuwang(t, importNet(after, "--dry-run", "--json")...)
	if err := json.Unmarshal([]byte(r.out), &dry); err != nil || dry.Release != nil || len(dry.Changes) != 2 || !dry.Changes[0].Border ||
		len(dry.Moves) != 1 || dry.Moves[0].AreaM2 < 10000 {
		t.Errorf("a dry run in JSON: %v %s", err, r.out)
	}
	if r := zhuwang(t, importNet(after, "--yes")...); r.code != exitDone || !strings.Contains(r.err, "release 2") {
		t.Fatalf("release 2: %+v", r)
	}
	for _, s := range servers {
		eventually(t, "release 2 at "+s, func() bool { _, n := locateAt(t, s, moved); return n == 2 })
	}
	close(stop)
	strangers.Wait()
	if failed.Load() > 0 || asked.Load() < 100 {
		t.Errorf("%d of %d requests failed", failed.Load(), asked.Load())
	}
	if r := zhuwang(t, importNet(after, "--yes")...); r.code != exitDone || !strings.Contains(r.err, "nothing was published") {
		t.Errorf("the same file again: %+v", r)
	}

	known := time.Now().UTC().Format(time.RFC3339Nano)
	if r := zhuwang(t, importNet(after, "--yes", "--valid-from", day(20), "--valid-to", day(10))...); r.code != exitDone {
		t.Fatalf("correction: %+v", r)
	}
	for _, s := range servers {
		for _, c := range []struct {
			name, grid string
			release    int
			query      []string
		}{
			{"now", "D", 2, nil},
			{"yesterday", "E", 1, []string{"at", day(1)}},
			{"in the corrected span", "D", 3, []string{"at", day(15)}},
			{"in the corrected span, as it was known", "E", 1, []string{"at", day(15), "known", known}},
			{"before the corrected span", "E", 1, []string{"at", day(25)}},
		} {
			if g, n := locateAt(t, s, moved, c.query...); g != c.grid || n != c.release {
				t.Errorf("%s: grid %s of release %d, want %s of %d", c.name, g, n, c.grid, c.release)
			}
		}
	}
	if r := zhuwang(t, "locate", "108.1025", "22.6015", "--crs", "wgs84", "--at", day(15), "--json"); r.code != exitDone || !strings.Contains(r.out, `"release": 3`) {
		t.Errorf("locate: %+v", r)
	}
}

// A file of another place is refused for a district that has a net.
func TestAnotherPlace(t *testing.T) {
	onDatabase(t)
	file := writeNet(t, "AB\nDE")
	if r := zhuwang(t, importNet(file, "--yes")...); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.geojson")
	if err := os.WriteFile(elsewhere, bytes.ReplaceAll(b, []byte("108.1"), []byte("109.1")), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := zhuwang(t, importNet(elsewhere, "--yes")...); r.code != exitFailed || !strings.Contains(r.err, "no-shared-area: 1") {
		t.Errorf("%+v", r)
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"unknown command", []string{"fly"}, exitUsage, "unexpected argument fly. See zhuwang --help. [command-line]"},
		{"an incomplete command", []string{"import"}, exitUsage, "See zhuwang import --help. [command-line]"},
		{"a flag that is missing", []string{"import", "net", "x.geojson"}, exitUsage, "missing flags: --district=D. See zhuwang import net --help."},
		{"no crs", []string{"locate", "108", "22"}, exitUsage, "[missing-crs]"},
		{"a number that is none", []string{"locate", "x", "22", "--crs", "wgs84"}, exitUsage, "[bad-number]"},
		{"a western longitude is no flag", []string{"locate", "-181", "-22", "--crs", "wgs84"}, exitUsage, "[not-on-earth]"},
		{"an address for everybody", []string{"serve", "--listen", "0.0.0.0:8080"}, exitUsage, "[not-loopback]"},
		{"an address for everybody without a certificate", []string{"serve", "--listen", "0.0.0.0:0", "--accounts", "--host", "wangge.test"}, exitUsage, "[not-loopback]"},
		{"a certificate without its key", []string{"serve", "--tls-cert", "x.pem"}, exitUsage, "[tls-pair]"},
		{"a certificate that there is not", []string{"serve", "--tls-cert", "x.pem", "--tls-key", "y.pem"}, exitUsage, "[tls-files]"},
		{"an address that is none", []string{"serve", "--listen", "here"}, exitUsage, "[bad-address]"},
		{"a port that is none", []string{"serve", "--listen", "127.0.0.1:99999"}, exitUsage, "[bad-address]"},
		{"a taken port is named with its flag", []string{"serve", "--listen", "127.0.0.1:0", "--admin-listen", taken(t)}, exitUsage, "another with --admin-listen. [port-in-use]"},
		{"no such file", []string{"check", "nowhere.geojson"}, exitFailed, "[no-such-file]"},
		{"a district that is none", []string{"import", "net", "x.geojson", "--district", "12"}, exitUsage, "[bad-district]"},
		{"a day to come", []string{"import", "net", "x.geojson", "--district", "450105", "--valid-from", "2999-01-01"}, exitUsage, "[valid-in-future]"},
		{"a span that ends before it begins", []string{"import", "net", "x.geojson", "--district", "450105", "--valid-from", "2026-02-01", "--valid-to", "2026-01-01"}, exitUsage, "[valid-empty]"},
		{"an end without a beginning", []string{"import", "net", "x.geojson", "--district", "450105", "--valid-to", "2026-01-01"}, exitUsage, "[valid-to-alone]"},
		{"a template over a file", []string{"template", "net", "-o", "release_test.go"}, exitUsage, "release_test.go: There is such a file already"},
		{"no such template", []string{"template", "moon", "-o", filepath.Join(t.TempDir(), "x.xlsx")}, exitUsage, "[no-such-template]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := zhuwang(t, c.args...); r.code != c.code || !strings.Contains(r.err, c.want) {
				t.Errorf("exit %d: %s", r.code, r.err)
			}
		})
	}
}

// taken is an address on which somebody else listens.
func taken(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return ln.Addr().String()
}
