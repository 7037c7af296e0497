package tiles_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// The version of a tile of points stays as long as nothing that it draws changes, and never while it does.
func TestVersion(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	points := reports(5, 6000)
	set := tiles.NewPoints(points)
	type name struct {
		z, x, y uint32
		d       crs.Datum
		kind    string
	}
	drawn, kept := map[string]string{}, 0
	before := map[name][16]byte{}
	for round := range 6 {
		for _, d := range []crs.Datum{crs.CGCS2000, crs.GCJ02} {
			for _, kind := range []string{"", "lamp", "noise", "unheard-of"} {
				only := set.Only()
				if kind != "" {
					only = set.Only(kind)
				}
				for _, z := range []uint32{0, 10, 13, 15} {
					n := 0
					cover(only, z, d, func(x, y uint32) {
						if n++; n > 60 {
							return
						}
						body, err := only.Tile(z, x, y, d)
						if err != nil {
							t.Fatal(err)
						}
						v, ok := only.Version(z, x, y, d)
						if !ok && len(body) > 0 {
							t.Fatalf("%d/%d/%d of %q is not empty", z, x, y, kind)
						}
						if !ok {
							return
						}
						k := name{z, x, y, d, kind}
						if before[k] == v {
							kept++
						}
						before[k] = v
						key := fmt.Sprint(k, v)
						if was, there := drawn[key]; there && was != string(body) {
							t.Fatalf("round %d: two tiles of one version: %v", round, k)
						}
						drawn[key] = string(body)
					})
				}
			}
		}
		i := r.IntN(len(points))
		gone := points[i]
		points[i].How, points[i].At = ways[round%len(ways)], at(r.Float64()*20000, r.Float64()*20000)
		set = set.With([]tiles.PointRef{{Kind: gone.Kind, ID: gone.ID, At: gone.At}}, []tiles.Point{points[i]})
	}
	if kept < 200 {
		t.Errorf("%d tiles kept their version over changes elsewhere", kept)
	}
}
