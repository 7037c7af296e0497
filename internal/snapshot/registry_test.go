package snapshot_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"go.uber.org/goleak"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

func TestRefreshLoadsWhatChanged(t *testing.T) {
	b := open(t)
	var told []int
	stop := b.Watch(func(s *snapshot.Snapshot) { told = append(told, s.Release.N) })
	b.refresh()
	if len(b.All()) != 0 || b.Current(district) != nil || b.Holding(picture.Centre(0, 0)) != nil {
		t.Error("an empty database has a snapshot")
	}
	b.publish(net(t, "AABB AABB CCDD CCDD"), 3)
	b.refresh()
	first := b.Current(district)
	b.refresh()
	if first == nil || first.Release.N != 1 || b.Current(district) != first {
		t.Fatal("the snapshot is not kept while nothing changes")
	}
	if b.Holding(picture.Centre(0, 0)) != first || b.Holding(picture.Centre(9, 0)) != nil || len(b.All()) != 1 {
		t.Error("a place is not held by its district")
	}
	b.houses(grid.Building{Point: picture.Centre(0, 0), Households: 3})
	b.refresh()
	second := b.Current(district)
	if second == first || second.Mesh != first.Mesh || second.Index != first.Index || second.Tiles.Base != first.Tiles.Base {
		t.Error("other buildings make another net")
	}
	if second.Households(grid.LevelDistrict, 0) != 3 || first.Households(grid.LevelDistrict, 0) != 0 {
		t.Error("households are not counted anew")
	}
	oldNet, _, oldBuildings := first.Revisions()
	newNet, _, newBuildings := second.Revisions()
	if oldNet == newNet || oldBuildings == newBuildings {
		t.Errorf("tiles that differ have one address: %s and %s", oldNet, newNet)
	}
	b.publish(net(t, "ABBB AABB CCDD DDDD"), 1)
	b.refresh()
	third := b.Current(district)
	if third.Release.N != 2 || third.Households(grid.LevelDistrict, 0) != 3 || third.Tiles.Base != second.Tiles.Base {
		t.Errorf("release %d", third.Release.N)
	}
	if second.Buildings[0].Area == third.Buildings[0].Area || third.Tiles.Buildings != second.Tiles.Buildings {
		t.Error("a release that moves a building does not say so, or reads all of them again")
	}
	stop()
	b.publish(net(t, "AAAB AABB CCDD CCDD"), 0)
	b.refresh()
	if len(told) != 3 || told[2] != 2 {
		t.Errorf("watchers were told of %v", told)
	}
}

func TestPastReleasesAreLoadedOnce(t *testing.T) {
	b := open(t)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	b.publish(net(t, "ABBB AABB CCDD CCDD"), 5)
	b.refresh()
	loaded := make([]*snapshot.Snapshot, 8)
	var wait sync.WaitGroup
	for i := range loaded {
		wait.Go(func() { loaded[i], _ = b.At(t.Context(), district, 1) })
	}
	wait.Wait()
	again, err := b.At(t.Context(), district, 1)
	for _, s := range append(loaded, again) {
		if s == nil || s != loaded[0] || s.Release.N != 1 {
			t.Fatalf("%v (%v)", loaded, err)
		}
	}
	if s, err := b.At(t.Context(), district, 2); err != nil || s != b.Current(district) {
		t.Errorf("the release in force is loaded again (%v)", err)
	}
	if _, err := b.At(t.Context(), district, 3); fault.From(err).Kind != fault.NotFound {
		t.Errorf("a release that is not there: %v", err)
	}
}

// gated is a store whose nets are read when the test lets them.
type gated struct {
	grid.Store
	asked chan int
	let   chan struct{}
}

func (g gated) Net(ctx context.Context, district grid.Code, n int) (*grid.Net, *grid.Release, error) {
	g.asked <- n
	select {
	case <-g.let:
		return g.Store.Net(ctx, district, n)
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

// Questions about many releases take turns; those whose client has gone cost nothing, and spoil nothing for the others.
func TestPastReleasesAreLoadedInTurn(t *testing.T) {
	b := open(t)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	b.publish(net(t, "ABBB AABB CCDD CCDD"), 7)
	b.publish(net(t, "AAAB AABB CCDD CCDD"), 5)
	b.refresh()
	gate := gated{b.service.Store, make(chan int, 9), make(chan struct{})}
	b.service.Store = gate
	ctx, hangUp := context.WithCancel(t.Context())
	failed := make(chan error, 2)
	go func() { _, err := b.At(ctx, district, 1); failed <- err }()
	if n := <-gate.asked; n != 1 {
		t.Fatalf("asked for release %d", n)
	}
	go func() { _, err := b.At(ctx, district, 2); failed <- err }()
	answered := make(chan *snapshot.Snapshot)
	go func() {
		s, err := b.At(t.Context(), district, 1)
		if err != nil {
			t.Error(err)
		}
		answered <- s
	}()
	hangUp()
	for range 2 {
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("a question whose client has gone: %v", err)
		}
	}
	gate.let <- struct{}{}
	if s := <-answered; s == nil || s.Release.N != 1 {
		t.Errorf("%v", s)
	}
	if n := <-gate.asked; n != 1 || len(gate.asked) > 0 {
		t.Errorf("release %d was read too, and %d more", n, len(gate.asked))
	}
}

// A database that was put back to an older state may go on to another release of the same number.
func TestADatabasePutBack(t *testing.T) {
	b := open(t)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	b.publish(net(t, "ABBB AABB CCDD CCDD"), 5)
	b.refresh()
	before := b.Current(district)
	if _, err := b.At(t.Context(), district, 1); err != nil {
		t.Fatal(err)
	}
	other := open(t)
	other.publish(net(t, "AAAA AABB CCDD CCDD"), 9)
	other.publish(net(t, "AAAB AABB CCDD CCDD"), 5)
	b.service.Store = other.service.Store
	b.refresh()
	after := b.Current(district)
	if a := after.Locate(picture.Centre(2, 3), 0); a.Grid.Name != "富景花园网格" || after.Release.N != 2 {
		t.Errorf("release %d answers as before: %+v", after.Release.N, a)
	}
	if past, err := b.At(t.Context(), district, 1); err != nil || past.Locate(picture.Centre(3, 3), 0).Grid.Name != "富景花园网格" {
		t.Errorf("the past answers as before (%v)", err)
	}
	was, _, _ := before.Revisions()
	is, _, _ := after.Revisions()
	if was == is {
		t.Errorf("tiles of two nets have one address: %s", is)
	}
}

// A correction of the past that reaches into the time of the release in force changes since when that is.
func TestSinceWhenFollowsCorrections(t *testing.T) {
	b := open(t)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	b.publish(net(t, "ABBB AABB CCDD CCDD"), 5)
	b.refresh()
	from, to := ago(7), ago(3).Truncate(time.Second)
	if _, _, err := b.service.Publish(b.Context(), grid.Publication{Net: net(t, "AAAB AABB CCDD CCDD"), BaseRelease: 1, Valid: grid.Span{From: from, To: to}}); err != nil {
		t.Fatal(err)
	}
	b.refresh()
	if s := b.Current(district); !s.Since.Equal(to) || s.Release.N != 2 {
		t.Errorf("release %d is in force since %v, want %v", s.Release.N, s.Since, to)
	}
}

func TestWhichDistrictAQuestionIsFor(t *testing.T) {
	b := open(t)
	inside, outside := picture.Centre(0, 0), picture.Centre(9, 9)
	expect := func(named grid.Code, p geo.Point, want grid.Code, rule string) {
		t.Helper()
		switch s, err := b.For(named, p); {
		case err != nil && fault.From(err).Rule != rule, err == nil && (rule != "" || s.Release.District != want):
			t.Errorf("district %q named, %v: %v, want %s%s", named, p, err, want, rule)
		}
	}
	expect("", inside, "", "no-net")
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	b.refresh()
	expect("", inside, district, "")
	expect("", outside, district, "")
	expect(district, outside, district, "")
	expect("990009", inside, "", "no-such-district")
	if _, _, err := b.service.Publish(t.Context(), grid.Publication{Net: netOf(t, "990000", "AABB AABB CCDD CCDD")}); err != nil {
		t.Fatal(err)
	}
	b.refresh()
	expect("", inside, "990000", "") // both hold it: the lower code
	expect(district, inside, district, "")
	expect("", outside, "", "which-district")
}

func TestLocateAt(t *testing.T) {
	b := open(t)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	b.publish(net(t, "ABBB AABB CCDD CCDD"), 5)
	b.refresh()
	border := picture.Centre(1, 3)
	for _, c := range []struct {
		name     string
		p        geo.Point
		accuracy float64
		days     int
		release  int
		grid     string
		circle   int
	}{
		{"now", border, 0, 0, 2, "长岗路网格", 0},
		{"in the past", border, 0, 7, 1, "富景花园网格", 0},
		{"in the past, with an accuracy", border, 80, 7, 1, "富景花园网格", 3},
		{"in the past, outside", picture.Centre(9, 9), 0, 7, 1, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := b.LocateAt(t.Context(), district, c.p, c.accuracy, ago(c.days), time.Time{})
			if err != nil || a.Release != c.release || a.Grid.Name != c.grid || len(a.Circle) != c.circle || a.Inside != (c.grid != "") {
				t.Errorf("%+v (%v)", a, err)
			}
			if !a.Inside && a.Nearest.Name != "长岗路网格" {
				t.Errorf("nearest %+v", a.Nearest)
			}
			if a.Inside && (a.Town.Name != "福建园街道" || a.Community.Name != "富景社区居委会" || a.District.Name != "试验区") {
				t.Errorf("it lies in %v, %v, %v", a.Community, a.Town, a.District)
			}
		})
	}
	if _, err := b.LocateAt(t.Context(), district, border, 0, ago(20), time.Time{}); fault.From(err).Rule != "not-in-force" {
		t.Errorf("before the first release: %v", err)
	}
}

func TestAnswersGoOnWhileTheDatabaseIsAway(t *testing.T) {
	line := testkit.NewLine(t, testkit.DB(t))
	b := openAt(t, line.URL)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	b.refresh()
	if since, away := b.Away(); away {
		t.Errorf("away since %v", since)
	}
	line.Down()
	before := time.Now()
	if err := b.Refresh(t.Context()); fault.From(err).Kind != fault.Unavailable {
		t.Fatalf("refreshed without a database: %v", err)
	}
	first, away := b.Away()
	if !away || first.Before(before) {
		t.Errorf("away %v since %v", away, first)
	}
	b.Refresh(t.Context())
	if since, _ := b.Away(); since != first {
		t.Error("a second failure is taken for the first")
	}
	if a := b.Current(district).Locate(picture.Centre(0, 3), 0); !a.Inside {
		t.Errorf("%+v", a)
	}
	line.Up()
	b.refresh()
	if _, away := b.Away(); away {
		t.Error("still away")
	}
}

// damaged is a store of which one release cannot be read.
type damaged struct {
	grid.Store
	release int
}

func (d damaged) Net(ctx context.Context, district grid.Code, n int) (*grid.Net, *grid.Release, error) {
	if n == d.release {
		return nil, nil, fault.New(fault.Internal, "net-damaged", fault.Args{"district": district, "release": n})
	}
	return d.Store.Net(ctx, district, n)
}

// A release that is no net is refused, and said to be; the one before goes on answering until there is a better one.
func TestADamagedReleaseIsRefused(t *testing.T) {
	b := open(t)
	whole := b.service.Store
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	b.refresh()
	b.publish(net(t, "ABBB AABB CCDD CCDD"), 5)
	b.service.Store = damaged{whole, 2}
	if err := b.Refresh(t.Context()); fault.From(err).Rule != "net-damaged" {
		t.Errorf("refreshed: %v", err)
	}
	if s := b.Current(district); s == nil || s.Release.N != 1 || b.Refused()[district] != 2 {
		t.Errorf("answering by %+v, refused %v", s, b.Refused())
	}
	if _, away := b.Away(); away {
		t.Error("a damaged release is taken for a database that is away")
	}
	b.service.Store = whole
	b.refresh()
	if b.Current(district).Release.N != 2 || len(b.Refused()) > 0 {
		t.Errorf("still refused: %v", b.Refused())
	}
}

// silent is a store that does not answer.
type silent struct{ grid.Store }

func (silent) Districts(ctx context.Context) ([]grid.Head, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestADatabaseThatDoesNotAnswerIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := snapshot.NewRegistry(&grid.Service{Store: silent{}})
		if err := r.Refresh(t.Context()); fault.From(err).Rule != "database-away" {
			t.Errorf("%v", err)
		}
		if _, away := r.Away(); !away {
			t.Error("it is not away")
		}
	})
}

// Lookups never miss while releases come in, and each answer is of one release alone.
func TestLookupsDuringReleases(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, ignore) }) // runs after the store is closed
	b := open(t)
	nets := []*grid.Net{net(t, "AABB AABB CCDD CCDD"), net(t, "ABBB AABB CCDD CCDD")}
	b.publish(nets[0], 9)
	b.refresh()
	var done atomic.Bool
	var wait sync.WaitGroup
	failed := make(chan error, 16)
	for range 2 {
		wait.Go(func() {
			last := 0
			for !done.Load() {
				a := b.Current(district).Locate(picture.Centre(1, 3), 0)
				want := map[int]string{0: "长岗路网格", 1: "富景花园网格"}[a.Release%2]
				if a.Grid.Name != want || a.Release < last {
					failed <- errors.New(a.Grid.Name)
					return
				}
				last = a.Release
				runtime.Gosched()
			}
		})
	}
	for i := range 4 {
		b.publish(nets[(i+1)%2], 0)
		for range 2 {
			wait.Go(func() {
				if err := b.Refresh(t.Context()); err != nil {
					failed <- err
				}
			})
		}
		b.refresh()
		if got := b.Current(district).Release.N; got != b.last {
			t.Errorf("refreshed to release %d, want %d", got, b.last)
		}
	}
	done.Store(true)
	wait.Wait()
	select {
	case err := <-failed:
		t.Error(err)
	default:
	}
}

// Of releases that were replaced a few stay in memory, and nothing of the others: no watcher, tile or figure of a later one holds them.
func TestReplacedReleasesAreFreed(t *testing.T) {
	b := open(t)
	b.houses(grid.Building{Point: picture.Centre(0, 0), Households: 3})
	b.Watch(func(s *snapshot.Snapshot) { s.Tiles.Net.Tile(12, 3277, 1783, crs.CGCS2000) })
	var meshes []weak.Pointer[grid.Mesh]
	for i := range snapshot.PastKept + 4 {
		b.publish(net(t, []string{"AABB AABB CCDD CCDD", "ABBB AABB CCDD CCDD"}[i%2]), 30-i)
		b.refresh()
		s := b.Current(district)
		s.Search("fj", 3)
		s.Figures(grid.LevelGrid, 0)
		meshes = append(meshes, weak.Make(s.Mesh))
	}
	runtime.GC()
	for i, m := range meshes {
		if held, want := m.Value() != nil, i >= len(meshes)-1-snapshot.PastKept; held != want {
			t.Errorf("release %d of %d is in memory: %t", i+1, len(meshes), held)
		}
	}
	runtime.KeepAlive(b)
}
