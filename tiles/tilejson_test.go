package tiles_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// sources are one of each set, with something to show at every zoom.
func sources(tb fataler) map[string]source {
	return map[string]source{
		"net":       newNet(tb, coveragetest.Faces(2, coveragetest.Options{Faces: 30, Step: 50_000})),
		"base":      baseMap(),
		"buildings": newBuildings(append(houses(20, 20), house{tiles.Building{Code: "kiosk", Number: "14号"}, nil, at(30, 600)})...),
		"points":    acrossSquares(),
	}
}

// TileJSON names every layer that tiles have, with its first zoom and the attributes that features carry; all tiles lie within its
// bounds, and its centre in them.
func TestTileJSONDescribesTheTiles(t *testing.T) {
	for name, s := range sources(t) {
		for _, d := range []crs.Datum{crs.CGCS2000, crs.GCJ02} {
			t.Run(name+" "+d.String(), func(t *testing.T) {
				j := s.TileJSON(d)
				if j.TileJSON != "3.0.0" || j.Scheme != "xyz" || j.MaxZoom != tiles.MaxZoom {
					t.Errorf("%+v", j)
				}
				b, c := j.Bounds, j.Center
				if !(b[0] < c[0] && c[0] < b[2] && b[1] < c[1] && c[1] < b[3] && float64(j.MinZoom) <= c[2] && c[2] <= tiles.MaxZoom) {
					t.Errorf("centre %v, bounds %v, zooms %d to %d", c, b, j.MinZoom, j.MaxZoom)
				}
				first := map[string]uint32{}
				for z := range uint32(17) {
					cover(s, z, d, func(x, y uint32) {
						for layer, features := range decode(t, s, z, x, y, d) {
							if _, ok := first[layer]; !ok {
								first[layer] = z
							}
							for _, f := range features {
								for key, v := range f.Properties {
									if want := fieldType(j, layer, key); (want == "Number") != isNumber(v) || want == "" {
										t.Fatalf("layer %s: %s is %v, a %q in TileJSON", layer, key, v, want)
									}
								}
							}
						}
					})
				}
				want := map[string]uint32{}
				for _, l := range j.VectorLayers {
					want[l.ID] = l.MinZoom
				}
				if diff := cmp.Diff(want, first); diff != "" {
					t.Errorf("layers and their first zooms (-TileJSON +tiles)\n%s", diff)
				}
			})
		}
	}
}

func fieldType(j tiles.TileJSON, layer, key string) string {
	for _, l := range j.VectorLayers {
		if l.ID == layer {
			return l.Fields[key]
		}
	}
	return ""
}

func isNumber(v any) bool { _, ok := v.(float64); return ok }

// The members that TileJSON 3.0.0 asks for are there, also of an empty set.
func TestTileJSONIsComplete(t *testing.T) {
	for name, s := range map[string]source{"base": tiles.NewBase(tiles.BaseInput{}), "buildings": newBuildings()} {
		data, err := json.Marshal(s.TileJSON(crs.CGCS2000))
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]any
		if err := json.Unmarshal(data, &members); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"tilejson", "tiles", "vector_layers", "bounds", "center", "minzoom", "maxzoom"} {
			if members[key] == nil {
				t.Errorf("%s: no %s in %s", name, key, data)
			}
		}
		for _, l := range members["vector_layers"].([]any) {
			if l.(map[string]any)["fields"] == nil {
				t.Errorf("%s: a layer without fields in %s", name, data)
			}
		}
	}
}
