package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// ask opens a connection and sends the head of a request.
func (s *service) ask(t *testing.T, head string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := fmt.Fprintf(conn, "%s\r\nHost: 127.0.0.1\r\n\r\n", strings.ReplaceAll(head, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	return conn
}

// Each line of a stream is answered before the next one is sent.
func TestStreamsAnswerAtOnce(t *testing.T) {
	s := furnished(t)
	conn := s.ask(t, "POST /api/v1/locate?crs=wgs84 HTTP/1.1\nContent-Type: application/x-ndjson\nTransfer-Encoding: chunked")
	in := bufio.NewReader(conn)
	var res *http.Response
	for range 3 {
		lon, lat, _ := strings.Cut(strings.TrimPrefix(lonLat(picture.Centre(2, 1)), "lon="), "&lat=")
		line := fmt.Sprintf(`{"lon":%s,"lat":%s}`+"\n", lon, lat)
		fmt.Fprintf(conn, "%x\r\n%s\r\n", len(line), line)
		if res == nil {
			var err error
			if res, err = http.ReadResponse(in, nil); err != nil {
				t.Fatal(err)
			}
			in = bufio.NewReader(res.Body)
		}
		if text, err := in.ReadString('\n'); err != nil || !strings.Contains(text, "450105001002002") {
			t.Fatalf("%q (%v)", text, err)
		}
	}
}

// crowded is a server with many buildings: a list of them is megabytes long.
func crowded(t *testing.T) *service {
	s := furnished(t)
	buildings := make([]grid.Building, 9_999)
	for i := range buildings {
		buildings[i] = grid.Building{ID: fmt.Sprint(i), Code: grid.Code(fmt.Sprintf("450105001002%05d", i+1)), Name: strings.Repeat("楼", 50), Point: picture.Centre(2, 1)}
	}
	testkit.PutBuildings(t, s.store, "450105", buildings)
	s.refresh(t)
	return s
}

// A list is made while it is sent: what many clients ask for and do not take does not fill the memory, and ends when they hang up.
func TestListsWaitForTheirReaders(t *testing.T) {
	s := crowded(t)
	warm, err := http.Get(s.URL + "/api/v1/buildings.geojson?limit=1")
	if err != nil {
		t.Fatal(err)
	}
	warm.Body.Close()
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	var conns []net.Conn
	for range 20 {
		conn := s.ask(t, "GET /api/v1/buildings.geojson?limit=10000 HTTP/1.1")
		if _, err := io.ReadFull(conn, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
	}
	if grown := heap() - before; grown > 40<<20 {
		t.Errorf("20 answers under way take %d MB", grown>>20)
	}
	for _, conn := range conns {
		conn.Close()
	}
	done := make(chan struct{})
	go func() { s.Close(); close(done) }() // waits for the handlers
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Error("answers go on without their clients")
	}
}

func TestListsKeepTheirTag(t *testing.T) {
	s := furnished(t)
	tag := func(path string) string {
		res, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.Header.Get("ETag")
	}
	first := tag("/api/v1/grids")
	if first == "" || first != tag("/api/v1/grids") || first == tag("/api/v1/grids?limit=2") || first == tag("/api/v1/towns") {
		t.Errorf("tag %q is not that of the list", first)
	}
	s.run(t, []scenario{{name: "unchanged", path: "/api/v1/grids", header: map[string]string{"If-None-Match": first}, status: 304}})
	s.publish(t, "AABBB AABBB DDDFF DDEEF", grid.Span{})
	if tag("/api/v1/grids") == first {
		t.Error("another release has the tag of the one before")
	}
}

// A tile in memory keeps nothing of the request that asked for it.
func TestTilesDoNotKeepTheirRequests(t *testing.T) {
	s := furnished(t)
	res, err := http.Get(s.URL + "/tiles/450105/net/current/0/0/0.mvt")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	const size, tiles = 50_000, 400
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	client := &http.Client{Transport: &http.Transport{}}
	for i := range tiles {
		req, err := http.NewRequestWithContext(t.Context(), "GET", fmt.Sprintf("%s/tiles/450105/net/current/18/%d/0.mvt?lang=%s", s.URL, i, strings.Repeat("x", size)), nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNoContent {
			t.Fatal(res.Status)
		}
	}
	client.CloseIdleConnections()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > tiles*size/4 {
		t.Errorf("%d tiles keep %d KB", tiles, grown>>10)
	}
}
