package bench

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A test binary started with this variable answers as the yardsticks of lookups over HTTP do, at the address in its first argument: with the
// text in the variable, or with one code for each point of a body.
const asPlainLookup = "ZHUWANG_BENCH_LOOKUP"

func init() {
	fixed := os.Getenv(asPlainLookup)
	if fixed == "" {
		return
	}
	http.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, fixed)
	})
	http.HandleFunc("POST /json", plainJSON)
	http.HandleFunc("POST /binary", plainBinary)
	panic(http.ListenAndServe(os.Args[1], nil))
}

const anyCode = 450105001001001

// plainJSON decodes points by encoding/json and answers one code for each.
func plainJSON(w http.ResponseWriter, r *http.Request) {
	var points []struct{ Lon, Lat float64 }
	if err := json.NewDecoder(r.Body).Decode(&points); err != nil {
		panic(err)
	}
	b := []byte(`{"codes":[`)
	for range points {
		b = append(b, `"450105001001001",`...)
	}
	send(w, append(b[:len(b)-1], "]}\n"...))
}

// plainBinary decodes pairs of float64 and answers one code for each.
func plainBinary(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	points := make([][2]float64, len(body)/16)
	if err := binary.Read(bytes.NewReader(body), binary.LittleEndian, points); err != nil {
		panic(err)
	}
	b := make([]byte, 0, 8*len(points))
	for range points {
		b = binary.LittleEndian.AppendUint64(b, anyCode)
	}
	send(w, b)
}

func send(w http.ResponseWriter, b []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.Write(b)
}

// plainLookup starts the yardsticks in a process of their own.
func plainLookup(t testing.TB, fixed string) (address string) {
	t.Helper()
	at := free(t)
	c := exec.Command(os.Args[0], at)
	c.Env = append(os.Environ(), asPlainLookup+"="+fixed)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) { // until it takes connections
		line, err := net.Dial("tcp", at)
		if err == nil {
			line.Close()
			return "http://" + at
		}
		if time.Since(start) > 30*time.Second {
			t.Fatal(err)
		}
	}
}

// repeater sends one and the same request over connections that stay open, each at once when its answer has come, and reads no more of an answer than it
// must: what is measured is the server, not its client.
type repeater struct {
	testing.TB
	text  []byte
	lines []*bufio.ReadWriter
	mu    sync.Mutex
	took  []time.Duration
}

func newRepeater(t testing.TB, connections int, method, url, kind string, body []byte) *repeater {
	t.Helper()
	r := &repeater{TB: t}
	host, path, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	r.text = fmt.Appendf(nil, "%s /%s HTTP/1.1\r\nHost: %s\r\n", method, path, host)
	if body != nil {
		r.text = fmt.Appendf(r.text, "Content-Type: %s\r\nContent-Length: %d\r\n", kind, len(body))
	}
	r.text = append(append(r.text, "\r\n"...), body...)
	for range connections {
		line, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { line.Close() })
		r.lines = append(r.lines, bufio.NewReadWriter(bufio.NewReaderSize(line, 64<<10), bufio.NewWriterSize(line, 64<<10)))
	}
	return r
}

// one asks once and drops the answer.
func (r *repeater) one(line *bufio.ReadWriter) error {
	if _, err := line.Write(r.text); err != nil {
		return err
	}
	if err := line.Flush(); err != nil {
		return err
	}
	length := -1
	for first := true; ; first = false {
		text, err := line.ReadSlice('\n')
		switch {
		case err != nil:
			return err
		case first && !bytes.HasPrefix(text, []byte("HTTP/1.1 200")):
			return fmt.Errorf("%s", text)
		case len(text) == 2:
			if length < 0 {
				return textproto.ProtocolError("an answer without a length")
			}
			_, err = line.Discard(length)
			return err
		}
		if n, ok := bytes.CutPrefix(text, []byte("Content-Length: ")); ok {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(n)))
		}
	}
}

// ask asks n times.
func (r *repeater) ask(n int) {
	var all sync.WaitGroup
	for i, line := range r.lines {
		all.Go(func() {
			var took []time.Duration
			for range (n + i) / len(r.lines) {
				start := time.Now()
				if err := r.one(line); err != nil {
					r.Error(err)
					return
				}
				took = append(took, time.Since(start))
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			r.took = append(r.took, took...)
		})
	}
	all.Wait()
}

// p99 is the time in milliseconds that one in a hundred answers of the rounds exceeded.
func (r *repeater) p99() float64 {
	slices.Sort(r.took)
	return r.took[len(r.took)*99/100].Seconds() * 1000
}

const batchOfPoints = 10_000

func BenchmarkLocateServing(b *testing.B) {
	about(b, section{Show: 4, Title: "Lookups over HTTP", Text: `The whole server (a process of its own, with all that it does for each request) answers from the net of the
model district. Beside it, in a process too, handlers of net/http alone: one sends a fixed JSON of the same size; two decode the same 10,000 points, by encoding/json and by
encoding/binary, and answer the same code for each. Eight connections (two with batches) stay open and ask again as soon as they have an answer; all share one machine. p99 is that of the
same requests, at saturation.`})
	p := populate(b, 0)
	s := serve(b, p)
	middle := p.nets.All()[0].Mesh.Grids.Bounds()
	random := rand.New(rand.NewPCG(4, 4))
	type point struct {
		Lon float64 `json:"lon"`
		Lat float64 `json:"lat"`
	}
	points := make([]point, batchOfPoints)
	var pairs []byte
	for i := range points {
		x := middle.Min.X + random.Int32N(middle.Max.X-middle.Min.X)
		y := middle.Min.Y + random.Int32N(middle.Max.Y-middle.Min.Y)
		points[i] = point{float64(x) / 1e7, float64(y) / 1e7}
		pairs = binary.LittleEndian.AppendUint64(pairs, math.Float64bits(points[i].Lon))
		pairs = binary.LittleEndian.AppendUint64(pairs, math.Float64bits(points[i].Lat))
	}
	body, err := json.Marshal(points)
	if err != nil {
		b.Fatal(err)
	}
	question := fmt.Sprintf("/api/v1/locate?lon=%v&lat=%v&crs=wgs84", points[0].Lon, points[0].Lat)
	res, err := http.Get(s.address + question)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || res.StatusCode != http.StatusOK {
		b.Fatal(res.Status, err)
	}
	plain := plainLookup(b, string(answer))
	for _, f := range []struct {
		name, kind, ours, plain string
		connections             int
		body                    []byte
		want                    float64
	}{
		{"single", "", question, question, 8, nil, 0.6},
		{"json", "application/json", "/api/v1/locate?fields=code&crs=wgs84", "/json", 2, body, 0.4},
		{"binary", "application/octet-stream", "/api/v1/locate?crs=wgs84", "/binary", 2, pairs, 0.4},
	} {
		method := "POST"
		if f.body == nil {
			method = "GET"
		}
		ours := newRepeater(b, f.connections, method, s.address+f.ours, f.kind, f.body)
		bare := newRepeater(b, f.connections, method, plain+f.plain, f.kind, f.body)
		measure(b, figure{name: f.name, op: "request", rate: true, round: 500 * time.Millisecond,
			ours: way{do: ours.ask}, against: []way{{name: "net-http", do: bare.ask, want: atLeast(f.want)}}})
		report(b, figure{name: f.name + "/p99", op: "ms", ours: way{is: ours.p99()}, against: []way{{name: "net-http", is: bare.p99()}}})
	}
}
