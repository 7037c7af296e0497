package bench

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/app"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// A test binary started with this variable is the program itself.
const asProgram = "ZHUWANG_BENCH_PROGRAM"

func init() {
	if os.Getenv(asProgram) != "" {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		os.Exit(app.Run(ctx, os.Args[1:], app.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, "bench"))
	}
}

// served is a populated district with a server of its own: another process, as in life.
type served struct {
	*populated
	process *exec.Cmd
	address string
	admin   string
	known   sync.Map // release → *snapshot.Snapshot: what answers are judged by
	drawn   sync.Map // tile → hash, as the server gave it
	tiles   atomic.Pointer[string]
}

var readyLine = regexp.MustCompile(`ready: (http://\S+)`)

func serve(t testing.TB, p *populated) *served {
	t.Helper()
	s := &served{populated: p, admin: free(t)}
	s.process = exec.Command(os.Args[0], "serve", "--database", p.url, "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--admin-listen", s.admin)
	s.process.Env = append(os.Environ(), asProgram+"=1", "ZHUWANG_LANG=en", "GOMEMLIMIT=2GiB")
	words, err := s.process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.process.Process.Signal(syscall.SIGTERM)
		s.process.Wait()
	})
	lines := bufio.NewScanner(words)
	for s.address == "" {
		if !lines.Scan() {
			t.Fatal("no server")
		}
		if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
			s.address = m[1]
		}
	}
	go io.Copy(io.Discard, words)
	s.learn()
	s.look()
	return s
}

func free(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// learn takes the release in force for judging answers.
func (s *served) learn() {
	if err := s.nets.Refresh(s.Context()); err != nil {
		s.Fatal(err)
	}
	now := s.nets.Current(s.district())
	s.known.Store(now.Release.N, now)
}

// at is the release that an answer names; nil if that is not known yet.
func (s *served) at(release int) *snapshot.Snapshot {
	n, _ := s.known.Load(release)
	known, _ := n.(*snapshot.Snapshot)
	return known
}

// look asks the server for the release in force and the revision of its tiles, as a page does.
func (s *served) look() int {
	var item struct {
		Release int
		Tiles   map[string]string
	}
	res, err := http.Get(s.address + "/api/v1/districts/" + string(s.district()))
	if err == nil {
		err = json.NewDecoder(res.Body).Decode(&item)
		res.Body.Close()
	}
	if err != nil || item.Release == 0 {
		s.Fatalf("release %d: %v", item.Release, err)
	}
	rev := item.Tiles["net"]
	s.tiles.Store(&rev)
	return item.Release
}

// place is anywhere in the box of the net.
func (s *served) place(r *rand.Rand) geo.Point {
	box := s.mesh.Grids.Bounds()
	return geo.Point{X: box.Min.X + r.Int32N(box.Max.X-box.Min.X), Y: box.Min.Y + r.Int32N(box.Max.Y-box.Min.Y)}
}

// answer is what is judged of a location's answer.
type answer struct {
	Release int
	Grid    *struct{ Code grid.Code }
}

// judge tells what is wrong with an answer about a place.
func (s *served) judge(a answer, p geo.Point) string {
	n := s.at(a.Release)
	if n == nil {
		return notYet
	}
	want, got := grid.Code(""), grid.Code("")
	if f := n.Index.Face(p); f != coverage.Outside {
		want = n.Mesh.Net.Grids[f].Code
	}
	if a.Grid != nil {
		got = a.Grid.Code
	}
	if want != got {
		return fmt.Sprintf("grid %s by release %d, which says %s", got, a.Release, want)
	}
	return ""
}

// ask is a day's mix: places one by one, lists of places, warm tiles, tiles that are the same, cold tiles, items and pages of lists.
func (s *served) ask(r *rand.Rand) request {
	get := func(path string, judge func(status int, header http.Header, body []byte) string) request {
		return request{method: "GET", path: path, judge: judge}
	}
	box := s.mesh.Grids.Bounds()
	switch k := r.IntN(100); {
	case k < 60:
		p := s.place(r)
		return get(fmt.Sprintf("/api/v1/locate?lon=%v&lat=%v&crs=cgcs2000", p.Lon(), p.Lat()), func(status int, _ http.Header, body []byte) string {
			var a answer
			if err := json.Unmarshal(body, &a); err != nil || status != http.StatusOK {
				return fmt.Sprintf("%d %.100s", status, body)
			}
			return s.judge(a, p)
		})
	case k < 64:
		type point struct {
			Lon float64 `json:"lon"`
			Lat float64 `json:"lat"`
		}
		places, points := make([]geo.Point, 50), make([]point, 50)
		for i := range places {
			places[i] = s.place(r)
			points[i] = point{places[i].Lon(), places[i].Lat()}
		}
		body, _ := json.Marshal(points)
		return request{"POST", "/api/v1/locate?crs=cgcs2000", http.Header{"Content-Type": {"application/json"}}, body, func(status int, _ http.Header, body []byte) string {
			var list []answer
			if err := json.Unmarshal(body, &list); err != nil || status != http.StatusOK || len(list) != len(places) {
				return fmt.Sprintf("%d %.100s", status, body)
			}
			for i, a := range list {
				if wrong := s.judge(a, places[i]); wrong != "" {
					return wrong
				}
			}
			return ""
		}}
	case k < 90: // warm: one of two hundred around the middle
		z := uint32(10 + r.IntN(7))
		x, y := tileOf(geo.Point{X: box.Min.X/2 + box.Max.X/2, Y: box.Min.Y/2 + box.Max.Y/2}, z)
		return s.tile(z, x+uint32(r.IntN(6))-3, y+uint32(r.IntN(5))-2, k < 77)
	case k < 93: // cold
		z := uint32(16 + r.IntN(3))
		x, y := tileOf(s.place(r), z)
		return s.tile(z, x, y, false)
	case k < 98:
		code := s.mesh.Net.Grids[r.IntN(400)].Code
		return get("/api/v1/grids/"+string(code), func(status int, _ http.Header, body []byte) string {
			var item struct {
				AreaM2 float64 `json:"area_m2"`
			}
			if err := json.Unmarshal(body, &item); err != nil || status != http.StatusOK {
				return fmt.Sprintf("%d %.100s", status, body)
			}
			if !s.everOf(code, item.AreaM2) {
				return notYet
			}
			return ""
		})
	}
	return get("/api/v1/grids?limit=50", func(status int, _ http.Header, body []byte) string {
		var page struct {
			Count int
			Items []struct{ Code string }
		}
		if err := json.Unmarshal(body, &page); err != nil || page.Count != len(s.mesh.Net.Grids) || len(page.Items) != 50 {
			return fmt.Sprintf("%d %.100s", status, body)
		}
		return ""
	})
}

// everOf reports whether a grid was so large in any release: an item does not name its own.
func (s *served) everOf(code grid.Code, areaM2 float64) (ever bool) {
	s.known.Range(func(_, of any) bool {
		n := of.(*snapshot.Snapshot)
		l, i, found := n.Find(code)
		ever = found && math.Abs(n.Figures(l, i).AreaM2-areaM2) <= 1
		return !ever
	})
	return ever
}

// tile asks for a tile of the net by the revision that the page has learned; held says that the browser has it already. What came is compared
// with what the release's own net draws after the load.
func (s *served) tile(z, x, y uint32, held bool) request {
	rev := *s.tiles.Load()
	name := fmt.Sprintf("%s/%d/%d/%d", rev, z, x, y)
	q := request{method: "GET", path: fmt.Sprintf("/tiles/%s/net/%s.mvt", s.district(), name), header: http.Header{}}
	if tag, ok := s.drawn.Load("tag " + name); ok && held {
		q.header.Set("If-None-Match", tag.(string))
	}
	q.judge = func(status int, header http.Header, body []byte) string {
		switch status {
		case http.StatusOK, http.StatusNoContent:
			s.drawn.Store("tag "+name, header.Get("ETag"))
			sum := sha256.Sum256(body)
			if old, known := s.drawn.LoadOrStore(name, sum); known && old != sum {
				return "two tiles of one address"
			}
			return ""
		case http.StatusNotModified:
			if q.header.Get("If-None-Match") != "" {
				return ""
			}
		}
		return fmt.Sprintf("%d %.100s", status, body)
	}
	return q
}

// proveTiles draws every tile that came from the net of the release that its address names.
func (s *served) proveTiles() (proven int) {
	s.drawn.Range(func(key, sum any) bool {
		var rev string
		var z, x, y uint32
		parts := strings.Split(key.(string), "/")
		if len(parts) != 4 || strings.HasPrefix(parts[0], "tag ") {
			return true
		}
		fmt.Sscan(strings.Join(parts, " "), &rev, &z, &x, &y)
		release, _ := strconv.Atoi(rev[:strings.IndexByte(rev, '.')])
		tile, err := s.at(release).Tiles.Net.Tile(z, x, y, crs.CGCS2000)
		if err != nil || sha256.Sum256(tile) != sum {
			s.Errorf("tile %s is not that of release %d (%v)", key, release, err)
		}
		proven++
		return true
	})
	return proven
}

// tileOf is the tile of a zoom that holds a place.
func tileOf(p geo.Point, z uint32) (x, y uint32) {
	n, lat := math.Exp2(float64(z)), p.Lat()*math.Pi/180
	return uint32((p.Lon() + 180) / 360 * n), uint32((1 - math.Asinh(math.Tan(lat))/math.Pi) / 2 * n)
}

// heap is the megabytes in use after a garbage collection, and those that the process holds.
func (s *served) heap() (used, resident float64) {
	for range 2 {
		res, err := http.Get("http://" + s.admin + "/debug/pprof/heap?gc=1&debug=1")
		if err != nil {
			s.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			s.Fatal(err)
		}
		used, _ = strconv.ParseFloat(string(regexp.MustCompile(`# HeapAlloc = (\d+)`).FindSubmatch(text)[1]), 64)
	}
	resident, _ = strconv.ParseFloat(find(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid), `VmRSS:\s+(\d+)`), 64)
	return used / (1 << 20), resident / 1024
}

// released is what ten releases under load came to.
type released struct {
	ratios, before, during []float64 // p99 in milliseconds
	rebuilt                []float64 // milliseconds from the commit to the swap
	longest                float64
}

// underLoad publishes releases one after another while the server is asked at a rate. p99 before is of the time ahead of each; during lasts from the
// start of the publication until some time after the server answered by the new release.
func (s *served) underLoad(l *load, rate float64, releases int, ahead, after time.Duration) (r released) {
	nets := make([]*grid.Net, releases)
	for i := range nets {
		nets[i] = s.next()
	}
	stop := l.steady(rate)
	type window struct{ from, begin, end time.Time }
	var windows []window
	for _, net := range nets {
		calm := time.Now()
		s.wait(ahead)
		begin := time.Now()
		s.publish(net)
		committed := time.Now()
		for s.look() != s.release {
			s.wait(5 * time.Millisecond)
		}
		r.rebuilt = append(r.rebuilt, time.Since(committed).Seconds()*1000)
		s.wait(after)
		windows = append(windows, window{calm, begin, time.Now()})
		s.learn()
	}
	list := stop()
	l.settle()
	for _, w := range windows {
		before, during := between(list, w.from, w.begin), between(list, w.begin, w.end)
		b, d := quantile(before, 0.99), quantile(during, 0.99)
		r.before, r.during, r.ratios = append(r.before, b), append(r.during, d), append(r.ratios, d/b)
	}
	for _, a := range list {
		r.longest = max(r.longest, a.took.Seconds())
	}
	return r
}

// wait lets the load go on for a while.
func (s *served) wait(d time.Duration) { time.Sleep(d) }

// While releases come, no question fails, and every answer and every tile is right by the release that it names.
func TestReleasesUnderLoadAnswerRightly(t *testing.T) {
	s := serve(t, populateAt(t, testkit.DB(t), 1000))
	l := newLoad(s.address, 8, s.ask)
	s.underLoad(l, 300, 3, 300*time.Millisecond, 300*time.Millisecond)
	for _, w := range l.wrong {
		t.Error(w)
	}
	if proven := s.proveTiles(); proven < 50 || l.asked.Load() < 300 {
		t.Errorf("%d tiles came, %d questions were asked", proven, l.asked.Load())
	}
}

func percentiles(values []float64) string { return fmt.Sprintf("%.1f", values) }

// BenchmarkRelease is what ten releases cost those who ask meanwhile.
func BenchmarkRelease(b *testing.B) {
	about(b, section{Show: 6, Title: "Releases under load", Text: `A server (a process of its own, with PostgreSQL) holds the model district; it is asked for places one by one (60 %), lists of 50
places (4 %), warm tiles (13 %), tiles that the browser has (13 %), cold tiles (3 %), items and pages of lists (7 %), by 32 clients on the same machine. Half of the requests a
second that it answers at most are sent, each at its planned moment, from which its time counts. Ten releases that each redraw two grids are published by another process
meanwhile. During is from the start of the publication until a second after the swap, before the two seconds ahead of it. Every answer is checked against the
release that it names.`})
	s := serve(b, populate(b, 20_000))
	l := newLoad(s.address, 32, s.ask)
	full := l.saturation(3 * time.Second)
	l.settle()
	used, resident := s.heap()
	r := s.underLoad(l, full/2, 10, 2*time.Second, time.Second)
	usedAfter, residentAfter := s.heap()
	b.Logf("%.0f requests/s at most; p99 before %s during %s ms; swapped after %s ms; ratios %s", full, percentiles(r.before), percentiles(r.during), percentiles(r.rebuilt), percentiles(r.ratios))
	b.Logf("heap %.1f → %.1f MB, resident %.1f → %.1f MB; %d asked", used, usedAfter, resident, residentAfter, l.asked.Load())
	for _, w := range l.wrong {
		b.Error(w)
	}
	b.Logf("%d tiles proven", s.proveTiles())
	report(b, figure{name: "p99-during-of-before", op: "times", ours: way{is: median(r.ratios), want: atMost(2)}})
	report(b, figure{name: "longest", op: "s", ours: way{is: r.longest, want: atMost(1)}})
	report(b, figure{name: "wrong-answers", op: "answer", ours: way{is: float64(l.faults), want: limit{AtMost: 0.5}}})
	report(b, figure{name: "heap-after-of-before", op: "times", ours: way{is: usedAfter / used}})
}
