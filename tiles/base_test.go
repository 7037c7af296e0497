package tiles_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// at is a place in metres east and north, roughly, of 108.2° E 22.7° N.
func at(east, north float64) geo.Point {
	return geo.Point{X: 1_082_000_000 + int32(east*97.4), Y: 227_000_000 + int32(north*90.3)}
}

func rectangle(east, north, width, height float64) geo.Polygon {
	return geo.Polygon{{at(east, north), at(east+width, north), at(east+width, north+height), at(east, north+height)}}
}

func baseMap() *tiles.Base {
	street := func(class, name string, north, length float64) tiles.Feature {
		return tiles.Feature{Class: class, Name: name, Lines: [][]geo.Point{{at(0, north), at(length/2, north+1), at(length, north)}}}
	}
	return tiles.NewBase(tiles.BaseInput{
		Streets: []tiles.Feature{
			street("expressway", "环城高速", 0, 5000),
			street("arterial", "", 100, 3000),
			street("residential", "民生路", 200, 400),
			street("lane", "一巷", 300, 80),
			street("some new class", "新路", 400, 900),
		},
		Bridges: []tiles.Feature{{Class: "bridge", Lines: [][]geo.Point{{at(500, 0), at(500, 300)}}}},
		Water: []tiles.Feature{
			{Class: "river", Name: "邕江", Shape: geo.MultiPolygon{rectangle(0, -900, 5000, 400)}},
			{Class: "pond", Shape: geo.MultiPolygon{rectangle(0, 500, 40, 30)}},
			{Class: "stream", Lines: [][]geo.Point{{at(0, -100), at(2000, -100)}}},
		},
		Blocks: []tiles.Feature{
			{Class: "park", Name: "江南公园", Shape: geo.MultiPolygon{rectangle(1000, 500, 600, 400)}},
			{Class: "residence", Shape: geo.MultiPolygon{rectangle(2000, 500, 100, 100)}},
		},
	})
}

// Classes are drawn from their zoom on; names when there is room for them.
func TestBaseLayersByZoom(t *testing.T) {
	b := baseMap()
	for z, want := range map[uint32][]string{
		5:  nil,
		6:  {"water river"},
		7:  {"streets expressway", "water river"},
		9:  {"streets arterial", "streets expressway", "water river"},
		10: {"blocks park", "streets arterial", "streets expressway", "water river", "water stream"},
		12: {"blocks park", "blocks residence", "bridges bridge", "streets arterial", "streets expressway", "streets residential",
			"water pond", "water river", "water stream", "water_label river"},
		14: {"blocks park", "blocks residence", "blocks_label park", "bridges bridge",
			"streets arterial", "streets expressway", "streets lane", "streets residential", "streets some new class",
			"streets_label expressway", "streets_label residential", "streets_label some new class",
			"water pond", "water river", "water stream", "water_label river"},
		16: {"blocks park", "blocks residence", "blocks_label park", "bridges bridge",
			"streets arterial", "streets expressway", "streets lane", "streets residential", "streets some new class",
			"streets_label expressway", "streets_label lane", "streets_label residential", "streets_label some new class",
			"water pond", "water river", "water stream", "water_label river"},
	} {
		set := map[string]bool{}
		cover(b, z, crs.CGCS2000, func(x, y uint32) {
			for name, features := range decode(t, b, z, x, y, crs.CGCS2000) {
				for _, f := range features {
					set[fmt.Sprint(name, " ", f.Properties["class"])] = true
				}
			}
		})
		wanted := map[string]bool{}
		for _, w := range want {
			wanted[w] = true
		}
		if diff := cmp.Diff(wanted, set); diff != "" {
			t.Errorf("zoom %d (-want +got)\n%s", z, diff)
		}
	}
}

// A name that stands at a point does so once.
func TestBaseLabelsOnce(t *testing.T) {
	b := baseMap()
	for _, d := range []crs.Datum{crs.CGCS2000, crs.GCJ02} {
		for z := uint32(14); z <= 16; z++ {
			got := map[any]int{}
			cover(b, z, d, func(x, y uint32) {
				layers := decode(t, b, z, x, y, d)
				for _, f := range append(layers["water_label"], layers["blocks_label"]...) {
					got[f.Properties["name"]]++
				}
			})
			if diff := cmp.Diff(map[any]int{"邕江": 1, "江南公园": 1}, got); diff != "" {
				t.Errorf("zoom %d, %v (-want +got)\n%s", z, d, diff)
			}
		}
	}
}

// A long line is looked at in pieces and drawn as one: in a tile that holds all of it, with every bend; across tiles, with a part for
// each time that it comes in.
func TestLongLinesStayWhole(t *testing.T) {
	var line []geo.Point
	for i := range 200 {
		line = append(line, at(300+float64(i)*2, 420+float64(i%2)*20))
	}
	b := tiles.NewBase(tiles.BaseInput{Streets: []tiles.Feature{{Class: "arterial", Name: "长街", Lines: [][]geo.Point{line}}}})
	for _, z := range []uint32{14, 17} {
		vertices, parts, shown := 0, 0, 0
		cover(b, z, crs.CGCS2000, func(x, y uint32) {
			features := decode(t, b, z, x, y, crs.CGCS2000)["streets"]
			if len(features) > 1 {
				t.Errorf("zoom %d: a street is %d features", z, len(features))
			}
			for _, f := range features {
				shown++
				for _, l := range linesOf(f.Geometry) {
					parts++
					vertices += len(l)
				}
			}
		})
		if z == 14 && (shown != 1 || parts != 1 || vertices != len(line)) {
			t.Errorf("zoom 14: %d tiles, %d parts, %d vertices; want 1, 1, %d", shown, parts, vertices, len(line))
		}
		if z == 17 && (shown < 2 || parts != shown) {
			t.Errorf("zoom 17: %d tiles, %d parts", shown, parts)
		}
	}
}
