package tiles_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"testing"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// digest is the SHA-256 of all tiles of some zooms, their numbers included.
func digest(tb fataler, s source) string {
	h := sha256.New()
	for _, d := range []crs.Datum{crs.CGCS2000, crs.GCJ02} {
		for _, z := range []uint32{0, 7, 10, 12, 14, 15} {
			cover(s, z, d, func(x, y uint32) {
				data, err := s.Tile(z, x, y, d)
				if err != nil {
					tb.Fatalf("%v", err)
				}
				h.Write([]byte{byte(z), byte(x), byte(x >> 8), byte(y), byte(y >> 8)})
				h.Write(data)
			})
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// The same input gives the same bytes: today, tomorrow and on every machine. A change here changes every tile in the world, so it is
// to be meant: then put the digest that the test reports.
func TestTilesAreTheSameBytes(t *testing.T) {
	want := map[string]string{
		"net":       "9fe89f5078e93ee582e36cb2fbeeac31c0a37b5d95a13341917afd14493eeb5a",
		"base":      "f0b140f25bed965bb6260ed6c3d6412898c96464af6a538b515156f18495a110",
		"points":    "b012edc1fcf830227b0a0d846b2c21a62a7a50f589549f0a91eebb3d501f5254",
		"buildings": "270e8bf085ae275f2a1d51985cdc47bd276e09db3eda002429b955be0e6537c9",
	}
	for name, s := range sources(t) {
		if got := digest(t, s); got != want[name] {
			t.Errorf("%s: digest %s, want %s", name, got, want[name])
		}
	}
}

// A tile appended to other bytes is the same tile, and leaves these as they were.
func TestAppendTileAppends(t *testing.T) {
	for name, s := range sources(t) {
		var all []byte
		cover(s, 14, crs.CGCS2000, func(x, y uint32) {
			tile, err := s.Tile(14, x, y, crs.CGCS2000)
			if err != nil {
				t.Fatal(err)
			}
			before := bytes.Clone(all)
			if all, err = s.AppendTile(all, 14, x, y, crs.CGCS2000); err != nil || !bytes.Equal(all, append(before, tile...)) {
				t.Fatalf("%s 14/%d/%d: other bytes (%v)", name, x, y, err)
			}
		})
		if got, err := s.AppendTile(all, 3, 8, 0, crs.CGCS2000); err == nil || !bytes.Equal(got, all) {
			t.Errorf("%s: %d bytes of a tile that does not exist (%v)", name, len(got)-len(all), err)
		}
	}
}

// Many who ask at once get the same bytes as one alone.
func TestTilesConcurrently(t *testing.T) {
	alone := sources(t)
	for name, s := range sources(t) {
		var all sync.WaitGroup
		for worker := range 8 {
			all.Go(func() {
				for k := range 6 {
					z := uint32(10 + (worker+k)%6)
					cover(s, z, crs.GCJ02, func(x, y uint32) {
						got, err := s.Tile(z, x, y, crs.GCJ02)
						want, errAlone := alone[name].Tile(z, x, y, crs.GCJ02)
						if err != nil || errAlone != nil || !bytes.Equal(got, want) {
							t.Errorf("%s %d/%d/%d: %d bytes (%v), alone %d (%v)", name, z, x, y, len(got), err, len(want), errAlone)
						}
					})
				}
			})
		}
		all.Wait()
	}
}
