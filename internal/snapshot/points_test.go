package snapshot_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
	"github.com/zhuwang/zhuwang/tiles"
)

// report is a location in the middle of a square of the picture.
func report(kind, id string, x, y int) grid.Location {
	p := picture.Centre(x, y)
	return grid.Location{Kind: kind, ID: id, At: time.Now(), Lon: p.Lon(), Lat: p.Lat(), Datum: crs.CGCS2000}
}

func (b *bench) post(list ...grid.Location) {
	b.Helper()
	b.service.Nets = b.Registry
	posted, err := b.service.Post(testkit.Local(b), district, list, grid.PostOptions{By: "tester", Replace: true})
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range posted {
		if p.Fault != nil {
			b.Fatal(p.Fault)
		}
	}
}

func (b *bench) follow(p *snapshot.Points) *snapshot.PointSet {
	b.Helper()
	if err := p.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	return p.Of(district)
}

// What was posted, moved or assigned anew by a release is in the set after the next look; a look at nothing new changes nothing.
func TestPointsFollowWhatIsWritten(t *testing.T) {
	b := open(t)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	b.refresh()
	p := snapshot.NewPoints(b.Registry)
	if n := b.follow(p).Tiles.Len(); n != 0 {
		t.Fatalf("%d points of none", n)
	}
	b.post(report("lamp", "1", 0, 3), report("lamp", "2", 2, 3), report("noise", "1", 9, 9))
	first := b.follow(p)
	want := []tiles.PointCount{{Kind: "lamp", How: "in", Count: 2}, {Kind: "noise", How: "outside", Count: 1}}
	if diff := cmp.Diff(want, first.Tiles.Counts()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if again := b.follow(p); again != first {
		t.Errorf("nothing was written, and the set is another: revision %d, then %d", first.Revision, again.Revision)
	}

	b.post(report("noise", "1", 3, 0)) // moved into the net
	second := b.follow(p)
	want = []tiles.PointCount{{Kind: "lamp", How: "in", Count: 2}, {Kind: "noise", How: "in", Count: 1}}
	if diff := cmp.Diff(want, second.Tiles.Counts()); diff != "" || second.Revision <= first.Revision {
		t.Errorf("revision %d after %d (-want +got)\n%s", second.Revision, first.Revision, diff)
	}
	if first.Tiles.Counts()[1].How != "outside" {
		t.Error("a set that was handed out changed")
	}
}

// broken breaks the reading of locations off after some rows.
type broken struct {
	grid.Store
	after *int
}

var errBroken = errors.New("the database went away")

func (s broken) LocationsSince(ctx context.Context, district grid.Code, tx uint64) (iter.Seq2[grid.Location, error], func() uint64) {
	rows, next := s.Store.LocationsSince(ctx, district, tx)
	if *s.after < 0 {
		return rows, next
	}
	return func(yield func(grid.Location, error) bool) {
		n := 0
		for l, err := range rows {
			if n == *s.after {
				yield(grid.Location{}, errBroken)
				return
			}
			n++
			if !yield(l, err) {
				return
			}
		}
	}, func() uint64 { return 0 }
}

// While the database is away the points stay; what was read before it broke off is not counted twice afterwards.
func TestPointsStayWhileTheDatabaseIsAway(t *testing.T) {
	b := open(t)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	after := -1
	b.service.Store = broken{b.service.Store, &after}
	b.refresh()
	p := snapshot.NewPoints(b.Registry)
	var list []grid.Location
	for i := range 20 {
		list = append(list, report("lamp", fmt.Sprint(i), i%4, i/5))
	}
	b.post(list[:10]...)
	b.follow(p)
	b.post(list[10:]...)
	after = 4
	if err := p.Refresh(t.Context()); !errors.Is(err, errBroken) {
		t.Fatalf("%v", err)
	}
	if n := p.Of(district).Tiles.Len(); n < 10 || n > 14 {
		t.Errorf("%d points after a reading that broke off", n)
	}
	after = -1
	if n := b.follow(p).Tiles.Len(); n != 20 {
		t.Errorf("%d points of 20", n)
	}
}
