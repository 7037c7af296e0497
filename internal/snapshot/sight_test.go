package snapshot_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// Who sees all has the snapshot itself, who sees nothing has none; those who see the same share a part of it, made once however many ask.
func TestSeen(t *testing.T) {
	b := open(t)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	b.refresh()
	s := b.Current(district)
	see := func(by snapshot.Sight) *snapshot.Snapshot {
		part, err := s.Seen(by)
		if err != nil {
			t.Fatal(err)
		}
		return part
	}
	only := func(prefixes ...string) snapshot.Sight {
		return snapshot.Sight{Grids: scope.Union(prefixes...), Buildings: scope.Union(prefixes...)}
	}
	first := string(s.Mesh.Net.Grids[0].Code)
	for name, by := range map[string]snapshot.Sight{"everything": {Grids: scope.Everywhere, Buildings: scope.Everywhere}, "the district": only(string(district), "123456")} {
		if see(by) != s {
			t.Errorf("who sees %s is given another snapshot", name)
		}
	}
	for name, by := range map[string]snapshot.Sight{"nothing": {}, "another district": only("123456"), "a grid that is none": only(string(district) + "999999999"), "buildings alone": {Buildings: scope.Everywhere}} {
		if see(by) != nil {
			t.Errorf("who sees %s is given a snapshot", name)
		}
	}
	var all sync.WaitGroup
	parts := make([]*snapshot.Snapshot, 8)
	for i := range parts {
		all.Go(func() { parts[i], _ = s.Seen(only(first, "123456")) })
	}
	all.Wait()
	part := parts[0]
	for _, p := range parts {
		if p != part || p == nil {
			t.Fatal("a part is made more than once")
		}
	}
	if n := part.Count(grid.LevelGrid); n != 1 || string(part.Named(grid.LevelGrid, 0).Code) != first || part.Identity() == s.Identity() {
		t.Errorf("of one grid there are %d; %s", n, part.Identity())
	}
	if got, want := part.Shape(grid.LevelDistrict, 0).AreaM2(), s.Shape(grid.LevelGrid, 0).AreaM2(); got != want {
		t.Errorf("a district of %v m² of a grid of %v", got, want)
	}
	for i := range 100 { // more than are kept
		see(only(first, fmt.Sprintf("%s%03d", district, 100+i)))
	}
	if again := see(only(first)); again == part || again.Identity() != part.Identity() {
		t.Errorf("%s, then %s", part.Identity(), again.Identity())
	}
}
