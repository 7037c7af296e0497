package tiles_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

type reacher interface {
	source
	Reaches(z, x, y uint32, d crs.Datum) bool
}

// reached are the tiles of a zoom to which the way down from tile 0/0/0 leads.
func reached(s reacher, z uint32, d crs.Datum) map[[2]uint32]bool {
	found := map[[2]uint32]bool{}
	var down func(at, x, y uint32)
	down = func(at, x, y uint32) {
		switch {
		case !s.Reaches(at, x, y, d):
		case at == z:
			found[[2]uint32{x, y}] = true
		default:
			for k := range uint32(4) {
				down(at+1, 2*x+k&1, 2*y+k>>1)
			}
		}
	}
	down(0, 0, 0)
	return found
}

// No tile that shows something is missed on the way down, in any datum, at any zoom.
func TestEveryTileIsReached(t *testing.T) {
	check := func(t fataler, name string, s reacher, d crs.Datum, zooms ...uint32) {
		for _, z := range zooms {
			found := reached(s, z, d)
			drawn := 0
			cover(s, z, d, func(x, y uint32) {
				tile, err := s.Tile(z, x, y, d)
				if err != nil {
					t.Fatalf("%v", err)
				}
				if len(tile) > 0 {
					drawn++
					if !found[[2]uint32{x, y}] {
						t.Fatalf("%s: tile %d/%d/%d in %v shows something and is not reached", name, z, x, y, d)
					}
				}
			})
			if drawn == 0 && len(found) > 0 && z >= 14 {
				t.Fatalf("%s: %d tiles of zoom %d are reached, none shows anything", name, len(found), z)
			}
		}
	}
	t.Run("sets", func(t *testing.T) {
		for name, s := range sources(t) {
			s, ok := s.(reacher)
			if !ok { // points change by the second and are never baked
				continue
			}
			for _, d := range []crs.Datum{crs.CGCS2000, crs.WGS84, crs.GCJ02, crs.BD09} {
				check(t, name, s, d, 0, 5, 9, 11, 13, 14, 15, 16)
			}
		}
	})
	t.Run("nets", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			faces := coveragetest.Faces(rapid.Uint64().Draw(t, "seed"), coveragetest.Options{Faces: 12, Pixels: 12, Step: rapid.Int32Range(20, 3000).Draw(t, "step")})
			check(t, fmt.Sprint(len(faces), " faces"), newNet(t, faces), rapid.SampledFrom([]crs.Datum{crs.CGCS2000, crs.GCJ02}).Draw(t, "datum"), 0, 8, 12, 15, 16)
		})
	})
}

// Of a net that fills half of its box about half of the tiles are reached, not all.
func TestWhatIsEmptyIsNotReached(t *testing.T) {
	s := newNet(t, town(t))
	all, z := 0, uint32(18)
	cover(s, z, crs.CGCS2000, func(x, y uint32) { all++ })
	if n := len(reached(s, z, crs.CGCS2000)); n == 0 || n >= all {
		t.Errorf("%d of %d tiles are reached", n, all)
	}
	for _, at := range [][3]uint32{{19, 0, 0}, {3, 8, 0}, {3, 0, 8}, {9, 0, 0}} {
		if s.Reaches(at[0], at[1], at[2], crs.CGCS2000) {
			t.Errorf("tile %d is reached", at)
		}
	}
	if empty := tiles.NewBase(tiles.BaseInput{}); empty.Reaches(0, 0, 0, crs.GCJ02) {
		t.Error("an empty base map reaches a tile")
	}
	if empty := tiles.NewBuildings(tiles.BuildingsInput{}); empty.Reaches(0, 0, 0, crs.GCJ02) {
		t.Error("no buildings reach a tile")
	}
}
