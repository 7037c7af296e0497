package tiles_test

import (
	"bytes"
	"testing"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// A net that follows another, or that has rested, draws what it draws by itself.
func TestFollowingAndRestingChangeNoTile(t *testing.T) {
	faces := town(t)
	alone, other, n := newNet(t, faces), newNet(t, faces[:1]), newNet(t, faces)
	same := func(when string) {
		t.Helper()
		for _, z := range []uint32{12, 15, 18} {
			cover(alone, z, crs.GCJ02, func(x, y uint32) {
				want, err := alone.Tile(z, x, y, crs.GCJ02)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := n.Tile(z, x, y, crs.GCJ02); err != nil || !bytes.Equal(got, want) {
					t.Fatalf("%s: tile %d/%d/%d differs (%v)", when, z, x, y, err)
				}
			})
			if _, err := other.Tile(z, 0, 0, crs.GCJ02); err != nil {
				t.Fatal(err)
			}
		}
	}
	same("by itself")
	n.Rest()
	same("rested")
	n.Rest()
	n.Follow(other)
	same("following")
}
