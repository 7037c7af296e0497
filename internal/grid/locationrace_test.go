package grid_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// truth is a net that is asked by brute force.
type truth struct{ mesh *grid.Mesh }

func truthOf(t testing.TB, n *grid.Net) truth {
	t.Helper()
	mesh, faults := grid.Weave(n)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return truth{mesh}
}

// assign looks at every edge of the net.
func (n truth) assign(p geo.Point) (grid.Code, grid.How) {
	face := n.mesh.Grids.Owner(p)
	if face == coverage.Outside {
		return "", grid.Outside
	}
	g := n.mesh.Net.Grids[face]
	if g.Shape.Locate(p) == geo.Boundary {
		return g.Code, grid.Border
	}
	return g.Code, grid.In
}

// anywhere is a place in or beside a picture or net of some width and height in lattice units; one in five lies on a line of the
// lattice that borders run along.
func anywhere(r *rand.Rand, width, height int32) geo.Point {
	p := geo.Point{X: r.Int32N(width+4000) - 2000, Y: r.Int32N(height+4000) - 2000}
	switch r.IntN(10) {
	case 0:
		p.X = p.X / picture.Step * picture.Step
	case 1:
		p.Y = p.Y / picture.Step * picture.Step
	}
	return geo.Point{X: picture.Origin.X + p.X, Y: picture.Origin.Y + p.Y}
}

// point is a location at a place of the lattice.
func point(kind, id string, p geo.Point) grid.Location {
	return grid.Location{Kind: kind, ID: id, At: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC), Lon: p.Lon(), Lat: p.Lat(), Datum: crs.CGCS2000}
}

// Ten writers on two nodes post, and post again, while releases land. Afterwards every point lies in the grid of the net in force, and it was
// written as often as its grid changed: when it came, and by each release that moved the ground under it.
func TestReleasesLandWhileTenWritersPost(t *testing.T) {
	pictures := []string{"AAABBB AAABBB CCCDDD", "AABBBB AABBBB CCCDDD", "AABBBB AADDDB CCCDDD", "AAABBB AAABBB CCCCDD"}
	b := ready(t)
	b.must(pictures[0], 0, grid.Span{From: ago(1)})
	second, err := store.Open(testkit.Local(t), store.Config{URL: b.url})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	other := &grid.Service{Store: second}
	other.Nets = snapshot.NewRegistry(other)

	landed := make(chan struct{})
	type first struct {
		release int
		where   string
	}
	var mu sync.Mutex
	acknowledged := map[grid.Key]first{} // by the first answer
	came := map[int]int{}                // points by the release that they came on
	more := sync.NewCond(&mu)
	var writers sync.WaitGroup
	for w := range 10 {
		service, r := b.Service, rand.New(rand.NewPCG(uint64(w), 8))
		if w%2 == 1 {
			service = other
		}
		writers.Go(func() {
			defer more.Broadcast()
			for n, last := 0, false; !last; n++ {
				select {
				case <-landed:
					last = true // one call more, on the last net
				default:
				}
				var points []grid.Location
				for i := range 1 + r.IntN(30) {
					points = append(points, point("report", fmt.Sprintf("%d-%d-%d", w, n, i), anywhere(r, 60_000, 30_000)))
				}
				for again := range 2 {
					posted, err := service.Post(testkit.Local(t), district, points, grid.PostOptions{})
					if err != nil {
						t.Errorf("writer %d: %v", w, err)
						return
					}
					mu.Lock()
					for _, p := range posted {
						if p.Fault != nil || p.Replayed != (again == 1) {
							t.Errorf("%+v", p)
						}
						if again == 0 {
							acknowledged[p.Key()] = first{p.Release, string(p.Area) + string(p.How)}
							came[p.Release]++
						}
					}
					more.Broadcast()
					mu.Unlock()
				}
			}
		})
	}
	var nets []truth
	for n, pic := range pictures {
		nets = append(nets, truthOf(t, grid.Drawn(t, pic)))
		if n == 0 {
			continue
		}
		mu.Lock()
		for came[n] < 300 && !t.Failed() {
			more.Wait()
		}
		mu.Unlock()
		ctx, cancel := context.WithTimeout(testkit.Local(t), time.Minute) // a publication that writers starve does not come to its turn
		_, _, err := b.Publish(ctx, grid.Publication{Net: grid.Drawn(t, pic), BaseRelease: n, By: "tester"})
		cancel()
		if err != nil {
			t.Error(err)
			break
		}
	}
	close(landed)
	writers.Wait()

	for l, err := range b.StreamLocations(testkit.Local(t), district, grid.LocationFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		was, known := acknowledged[l.Key()]
		if !known {
			t.Fatalf("nobody posted %v", l.Key())
		}
		delete(acknowledged, l.Key())
		where := func(n truth) string { code, how := n.assign(l.Point); return string(code) + string(how) }
		want := 1
		for n := was.release; n < len(nets); n++ {
			if where(nets[n]) != where(nets[n-1]) {
				want++
			}
		}
		if where(nets[was.release-1]) != was.where {
			t.Fatalf("%v was given %s by release %d, want %s", l.Key(), was.where, was.release, where(nets[was.release-1]))
		}
		if got := string(l.Area) + string(l.How); got != where(nets[len(nets)-1]) || l.Revision != want {
			t.Fatalf("%v at %v lies in %s at revision %d, want %s at %d", l.Key(), l.Point, got, l.Revision, where(nets[len(nets)-1]), want)
		}
	}
	if len(acknowledged) > 0 {
		t.Errorf("%d points are lost", len(acknowledged))
	}
	if came[len(nets)] == 0 {
		t.Error("nobody posted on the last net")
	}
	if heads, err := b.Store.Districts(testkit.Local(t)); err != nil || heads[0].Release != len(nets) {
		t.Errorf("%+v (%v)", heads, err)
	}
}

// Writers that send the same points in any order, some of them other contents, never block each other for good, and each point is there once.
func TestWritersOfTheSamePoints(t *testing.T) {
	b := ready(t)
	b.must("AABB", 0, grid.Span{From: ago(1)})
	var writers sync.WaitGroup
	for w := range 8 {
		r := rand.New(rand.NewPCG(uint64(w), 9))
		writers.Go(func() {
			for range 6 {
				var points []grid.Location
				for i := range 60 {
					p := at("report", fmt.Sprint(i), r.IntN(4), 0)
					p.Batch = fmt.Sprint("batch ", i%5)
					points = append(points, p)
				}
				r.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
				if _, err := b.Post(testkit.Local(t), district, points, grid.PostOptions{Replace: w%2 == 0}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	if got := b.query("SELECT count(*)::text FROM zhuwang.location"); !slices.Equal(got, []string{"60"}) {
		t.Errorf("%s points", got)
	}
}

// A publication that waits for writers at work comes before the writers that came after it.
func TestWritersAndPublicationsTakeTurns(t *testing.T) {
	b := ready(t)
	b.must("AABB", 0, grid.Span{From: ago(1)})
	wait := func(waiting string) {
		for testkit.Local(t).Err() == nil && b.query("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")[0] != waiting {
			time.Sleep(time.Millisecond)
		}
	}
	var all sync.WaitGroup
	working, finish := make(chan struct{}), make(chan struct{})
	write := func(fn func(grid.LocationTx)) {
		all.Go(func() {
			if err := b.Store.Write(testkit.Local(t), district, func(tx grid.LocationTx) error { fn(tx); return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	write(func(tx grid.LocationTx) {
		close(working)
		<-finish
		if tx.Head().Release != 1 {
			t.Errorf("release %d came in between", tx.Head().Release)
		}
	})
	<-working
	all.Go(func() {
		if _, _, err := b.publish("ABBB", 1, grid.Span{}); err != nil {
			t.Error(err)
		}
	})
	wait("1")
	write(func(tx grid.LocationTx) {
		if tx.Head().Release != 2 {
			t.Errorf("a later writer was let in before the publication")
		}
	})
	wait("2")
	close(finish)
	all.Wait()
}
