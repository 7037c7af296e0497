package tiles_test

import (
	"bytes"
	"reflect"
	"strconv"
	"testing"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// Of the points of some grids the tiles, the numbers and the layers are those of a set that holds no others, and their versions are their own.
func TestPointsWithin(t *testing.T) {
	ranges := []tiles.CodeRange{{From: 450105001001000, To: 450105001002000}, {From: 450105002000000, To: 450105003000000}}
	codes := []string{"", "450105001000999", "450105001001000", "450105001001999", "450105001002000", "450105002001001", "450105002999999", "450105003000000"}
	points := reports(7, 4000)
	var held []tiles.Point
	for i := range points {
		p := &points[i]
		p.Grid = codes[i%len(codes)]
		code, _ := strconv.ParseUint("0"+p.Grid, 10, 64)
		for _, r := range ranges {
			if r.From <= code && code < r.To {
				held = append(held, *p)
			}
		}
	}
	all, own := tiles.NewPoints(points), tiles.NewPoints(held)
	if len(held) != len(points)/2 {
		t.Fatalf("%d of %d points are held", len(held), len(points))
	}
	for _, kinds := range [][]string{nil, {"lamp"}} {
		part, want := all.Only(kinds...).Within(ranges), own.Only(kinds...)
		if got, want := part.Counts(), want.Counts(); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: counts %v, want %v", kinds, got, want)
		}
		if got, want := part.TileJSON(crs.CGCS2000).VectorLayers, want.TileJSON(crs.CGCS2000).VectorLayers; !reflect.DeepEqual(got, want) {
			t.Errorf("%v: layers %v, want %v", kinds, got, want)
		}
		for _, d := range []crs.Datum{crs.CGCS2000, crs.GCJ02} {
			for _, z := range []uint32{0, 11, 14, 16} {
				cover(all.Only(), z, d, func(x, y uint32) {
					got, err := part.Tile(z, x, y, d)
					if err != nil {
						t.Fatal(err)
					}
					tile, err := want.Tile(z, x, y, d)
					if err != nil || !bytes.Equal(got, tile) {
						t.Fatalf("%v %d/%d/%d in %v is another tile (%v)", kinds, z, x, y, d, err)
					}
					mine, _ := part.Version(z, x, y, d)
					everybody, _ := all.Only(kinds...).Version(z, x, y, d)
					if none, _ := all.Only(kinds...).Within(nil).Version(z, x, y, d); mine == everybody || mine == none {
						t.Fatalf("%d/%d/%d has one version for different points", z, x, y)
					}
				})
			}
		}
	}
	if tile, err := all.Only().Within(nil).Tile(0, 0, 0, crs.CGCS2000); err != nil || len(tile) > 0 || len(all.Only().Within(nil).Counts()) > 0 {
		t.Errorf("of no grid there is something: %d bytes (%v)", len(tile), err)
	}
}
