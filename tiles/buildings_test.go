package tiles_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// A building has its footprint from zoom 14 and its label from zoom 16; without a footprint, its label from zoom 14.
func TestBuildingsByZoom(t *testing.T) {
	block := house{
		tiles.Building{Code: "45010500100100001", Name: "一号楼", Address: "民生路12号", Number: "12号", Use: "residence", Households: 48, Storeys: 8},
		geo.MultiPolygon{rectangle(0, 0, 30, 14)}, at(0, 0),
	}
	kiosk := house{tiles.Building{Code: "45010500100100002", Number: "14号"}, nil, at(50, 0)}
	b := newBuildings(block, kiosk)
	attrs := geojson.Properties{
		"code": "45010500100100001", "name": "一号楼", "address": "民生路12号", "number": "12号", "use": "residence", "households": 48.0, "storeys": 8.0,
	}
	bare := geojson.Properties{"code": "45010500100100002", "number": "14号", "households": 0.0, "storeys": 0.0}
	for z, want := range map[uint32]map[string]geojson.Properties{
		13: {},
		14: {"buildings 45010500100100001": attrs, "buildings_label 45010500100100002": bare},
		16: {"buildings 45010500100100001": attrs, "buildings_label 45010500100100001": attrs, "buildings_label 45010500100100002": bare},
		18: {"buildings 45010500100100001": attrs, "buildings_label 45010500100100001": attrs, "buildings_label 45010500100100002": bare},
	} {
		got := map[string]geojson.Properties{}
		cover(b, z, crs.CGCS2000, func(x, y uint32) {
			for name, features := range decode(t, b, z, x, y, crs.CGCS2000) {
				for _, f := range features {
					got[fmt.Sprint(name, " ", f.Properties["code"])] = f.Properties
				}
			}
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("zoom %d (-want +got)\n%s", z, diff)
		}
	}
}

// Footprints are drawn to the unit: a rectangle along the axes has its width, and the inner court is a hole.
func TestFootprintsKeepTheirShape(t *testing.T) {
	court := append(rectangle(250, 100, 60, 40), rectangle(260, 110, 40, 20)[0])
	for i, j := 0, len(court[1])-1; i < j; i, j = i+1, j-1 {
		court[1][i], court[1][j] = court[1][j], court[1][i]
	}
	b := newBuildings(house{tiles.Building{Code: "1"}, geo.MultiPolygon{court}, at(255, 105)})
	for z := uint32(14); z <= 17; z++ {
		shown := 0
		cover(b, z, crs.CGCS2000, func(x, y uint32) {
			for _, f := range decode(t, b, z, x, y, crs.CGCS2000)["buildings"] {
				m := polygonsOf(f.Geometry)
				box := m.Bound()
				if box.Min[0] <= -tiles.Buffer || box.Min[1] <= -tiles.Buffer || box.Max[0] >= tiles.Extent+tiles.Buffer || box.Max[1] >= tiles.Extent+tiles.Buffer {
					continue // cut
				}
				shown++
				if len(m) != 1 || len(m[0]) != 2 || m[0][0].Orientation() != orb.CCW || m[0][1].Orientation() != orb.CW {
					t.Fatalf("zoom %d: %v", z, m)
				}
				unit := 40075016.7 / float64(int(1)<<(12+z)) * 0.9225 // metres here
				if w := (box.Max[0] - box.Min[0]) * unit; w < 58.9-2*unit || w > 61+2*unit {
					t.Errorf("zoom %d: 60 m are %.2f m wide", z, w)
				}
			}
		})
		if shown == 0 {
			t.Errorf("zoom %d: not shown", z)
		}
	}
}

// houses are columns × rows of buildings of five corners, 25 m apart.
func houses(columns, rows int) []house {
	var all []house
	for i := range columns * rows {
		east, north := float64(i%columns)*25, float64(i/columns)*25
		all = append(all, house{
			tiles.Building{
				Code: fmt.Sprintf("450105001001%05d", i), Address: fmt.Sprintf("民生路%d号", i), Number: fmt.Sprintf("%d号", i),
				Use: "residence", Households: i % 50, Storeys: i % 20,
			},
			geo.MultiPolygon{{{at(east, north), at(east+12, north), at(east+12, north+9), at(east+5, north+14), at(east, north+9)}}},
			at(east, north),
		})
	}
	return all
}

// house is a building with its place.
type house struct {
	about     tiles.Building
	footprint geo.MultiPolygon
	at        geo.Point
}

func newBuildings(houses ...house) *tiles.Buildings {
	return tiles.NewBuildings(tiles.BuildingsInput{
		Len:   len(houses),
		About: func(i int) tiles.Building { return houses[i].about },
		Where: func(i int) (geo.MultiPolygon, geo.Point) { return houses[i].footprint, houses[i].at },
	})
}
