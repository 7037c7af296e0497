package api

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// drawn is a drawing by a function.
type drawn func(z, x, y uint32) ([]byte, error)

func (d drawn) AppendTile(dst []byte, z, x, y uint32, _ crs.Datum) ([]byte, error) {
	body, err := d(z, x, y)
	return append(dst, body...), err
}

func newCache(t *testing.T, budget uint64) *tileCache {
	t.Helper()
	c, err := newTileCache(budget)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// However many ask for one cold tile, it is drawn once, and who hangs up breaks nothing.
func TestHerd(t *testing.T) {
	c := newCache(t, 1<<20)
	key := tileKey{district: "450105", set: "net", rev: "1", z: 1}
	var draws atomic.Int32
	begun, finish := make(chan struct{}), make(chan struct{})
	from := drawn(func(uint32, uint32, uint32) ([]byte, error) {
		draws.Add(1)
		close(begun)
		<-finish
		return []byte("tile"), nil
	})
	first, hangUp := context.WithCancel(t.Context())
	var herd sync.WaitGroup
	ask := func(ctx context.Context, mayFail bool) {
		herd.Go(func() {
			b, err := c.draw(ctx, key, from)
			if err == nil && string(b.body) != "tile" || err != nil && !mayFail {
				t.Errorf("%v, %v", b, err)
			}
		})
	}
	ask(first, true)
	<-begun
	for range 200 {
		ask(t.Context(), false)
	}
	waiter, leave := context.WithCancel(t.Context())
	leave()
	if _, err := c.draw(waiter, key, from); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that hung up waits: %v", err)
	}
	hangUp() // the one for whom it is drawn
	close(finish)
	herd.Wait()
	if n := draws.Load(); n != 1 || c.find(key) == nil {
		t.Errorf("drawn %d times; held: %v", n, c.find(key) != nil)
	}
}

// An error and a panic are told to those who wait and forgotten: the next one has the tile.
func TestFailuresAreNotHeld(t *testing.T) {
	c := newCache(t, 1<<20)
	key := tileKey{set: "net"}
	broken := errors.New("broken")
	for _, fail := range []drawn{
		func(uint32, uint32, uint32) ([]byte, error) { return nil, broken },
		func(uint32, uint32, uint32) ([]byte, error) { panic(broken) },
	} {
		for range 2 * runtime.GOMAXPROCS(0) { // more than there are pens
			if b, err := c.draw(t.Context(), key, fail); err == nil || !strings.Contains(err.Error(), "broken") {
				t.Fatalf("%v, %v", b, err)
			}
		}
	}
	if b, err := c.draw(t.Context(), key, drawn(func(uint32, uint32, uint32) ([]byte, error) { return []byte("tile"), nil })); err != nil || string(b.body) != "tile" {
		t.Errorf("%v, %v", b, err)
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what pools held
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// The budget is memory, not only what is counted, for large tiles and for small ones; and tiles that are asked for often stay while
// others come by that are asked for once.
func TestBudget(t *testing.T) {
	const budget = 8 << 20
	for _, size := range []int{30, 700, 9000} {
		before := heap()
		c := newCache(t, budget)
		r := rand.New(rand.NewPCG(1, uint64(size)))
		from := drawn(func(uint32, uint32, uint32) ([]byte, error) {
			body := make([]byte, size/2+r.IntN(size))
			for i := range body {
				body[i] = byte(r.Uint32()) // which cannot be compressed
			}
			return body, nil
		})
		ask := func(z uint8, x uint32) {
			k := tileKey{district: "450105", set: "net", rev: "1.1.1", coding: gzipped, z: z, x: x}
			if c.find(k) == nil {
				if _, err := c.draw(t.Context(), k, from); err != nil {
					t.Fatal(err)
				}
			}
		}
		hot := uint32(budget / 8 / (size + tileOverhead))
		flood := uint32(0)
		for range 10 {
			for x := range hot {
				ask(1, x)
			}
		}
		for flood < 4*budget/uint32(size+tileOverhead) {
			for range 5 {
				ask(2, flood)
				flood++
			}
			ask(1, r.Uint32N(hot))
		}
		c.tiles.CleanUp()
		if grown := heap() - before; grown > budget*11/10 || grown < budget/2 {
			t.Errorf("tiles of %d bytes: %d KB of a budget of %d are taken", size, grown>>10, budget>>10)
		}
		kept := uint32(0)
		for x := range hot {
			if c.find(tileKey{district: "450105", set: "net", rev: "1.1.1", coding: gzipped, z: 1, x: x}) != nil {
				kept++
			}
		}
		if kept < hot*9/10 {
			t.Errorf("tiles of %d bytes: %d of %d that are asked for often outlast a flood", size, kept, hot)
		}
		runtime.KeepAlive(c)
	}
}

// A tile that is found leaves no garbage, whether it is sent or not modified.
func TestFoundTilesLeaveNoGarbage(t *testing.T) {
	c := newCache(t, 1<<20)
	key := tileKey{district: "450105", set: "net", rev: "1", coding: zstandard}
	b, err := c.draw(t.Context(), key, drawn(func(uint32, uint32, uint32) ([]byte, error) { return bytes.Repeat([]byte("tile"), 99), nil }))
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	again := r.Clone(t.Context())
	again.Header.Set("If-None-Match", b.etag[0])
	w := &sink{header: map[string][]string{}}
	for _, r := range []*http.Request{r, again} {
		n := testing.AllocsPerRun(100, func() {
			clear(w.header)
			key.coding = codingOf(r)
			c.find(key).serve(w, r, cacheForEver)
		})
		if n > 0 {
			t.Errorf("If-None-Match %q: %v allocations", r.Header.Get("If-None-Match"), n)
		}
	}
}

// sink is a response writer that keeps nothing.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header       { return s.header }
func (*sink) Write(b []byte) (int, error) { return len(b), nil }
func (*sink) WriteHeader(int)             {}
