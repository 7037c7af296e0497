package snapshot_test

import (
	"testing"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// Whatever the memory holds, a writer is given the net that the head row names.
func TestHeldNets(t *testing.T) {
	b := open(t)
	head := func() grid.Head {
		t.Helper()
		heads, err := b.service.Store.Districts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return heads[0]
	}
	held := func(r *snapshot.Registry, h grid.Head) int {
		t.Helper()
		got, err := r.Held(t.Context(), h)
		if err != nil {
			t.Fatal(err)
		}
		if got.Mesh != nil && (got.Index == nil || got.Mesh.Grids == nil) {
			t.Error("a net without its index")
		}
		return got.Release.N
	}
	b.publish(net(t, "AABB AABB CCDD CCDD"), 9)
	if n := held(b.Registry, grid.Head{District: district}); n != 0 {
		t.Errorf("an empty memory holds release %d", n)
	}
	if n := held(b.Registry, head()); n != 1 || b.Current(district) != nil {
		t.Errorf("a command was given release %d; in memory: %v", n, b.Current(district))
	}
	b.refresh()
	b.publish(net(t, "ABBB AABB CCDD CCDD"), 5)
	if n := held(b.Registry, grid.Head{District: district}); n != 1 {
		t.Errorf("whatever is held is release %d", n)
	}
	if n := held(b.Registry, head()); n != 2 || b.Current(district).Release.N != 2 {
		t.Errorf("a server was given release %d", n)
	}
	old := head()
	b.publish(net(t, "AAAB AABB CCDD CCDD"), 3)
	b.refresh()
	if n := held(b.Registry, old); n != 3 {
		t.Errorf("for a head that is past: release %d", n)
	}
	if _, err := snapshot.NewRegistry(b.service).Held(t.Context(), grid.Head{District: district, Release: 9}); err == nil {
		t.Error("a release that does not exist is held")
	}

	// The database was put back, and went on to another release of the same number.
	other := open(t)
	for i, pic := range []string{"AAAA AABB CCDD CCDD", "AAAB AABB CCDD CCDD", "AABB ABBB CCDD CCDD"} {
		other.publish(net(t, pic), 9-i)
	}
	b.service.Store = other.service.Store
	want := head()
	if got, err := b.Held(t.Context(), want); err != nil || !got.Release.MadeAt.Equal(want.MadeAt) {
		t.Errorf("release %+v, want the one made at %v (%v)", got.Release, want.MadeAt, err)
	}
}
