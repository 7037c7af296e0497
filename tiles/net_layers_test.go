package tiles_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

// Faces, labels, borders and knots are drawn from their zoom on, and not before.
func TestNetLayersByZoom(t *testing.T) {
	n := newNet(t, coveragetest.Faces(2, coveragetest.Options{Faces: 30, Step: 50_000}))
	for z := range uint32(15) {
		got := map[string]bool{}
		borderLevels := map[any]bool{}
		cover(n, z, crs.CGCS2000, func(x, y uint32) {
			for name, features := range decode(t, n, z, x, y, crs.CGCS2000) {
				got[name] = true
				for _, f := range features {
					if name == "borders" {
						borderLevels[f.Properties["level"]] = true
					}
				}
			}
		})
		want, wantLevels := map[string]bool{"borders": true}, map[any]bool{}
		for i, l := range levelLayers {
			if z >= l.first {
				want[l.name], want[l.name+"_label"] = true, true
				wantLevels[tiles.Level(i).String()] = true
			}
		}
		if z >= 13 {
			want["knots"] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("zoom %d: layers (-want +got)\n%s", z, diff)
		}
		if diff := cmp.Diff(wantLevels, borderLevels); diff != "" {
			t.Errorf("zoom %d: levels of borders (-want +got)\n%s", z, diff)
		}
	}
}

// A face says its code, name, kind, category and households; a division, which has no kind, leaves that out.
func TestNetAttributes(t *testing.T) {
	n := newNet(t, coveragetest.Faces(1, coveragetest.Options{Faces: 4}))
	found := map[string]geojson.Properties{}
	cover(n, 14, crs.CGCS2000, func(x, y uint32) {
		for name, features := range decode(t, n, 14, x, y, crs.CGCS2000) {
			for _, f := range features {
				found[fmt.Sprint(name, " ", f.Properties["code"])] = f.Properties
			}
		}
	})
	for key, want := range map[string]geojson.Properties{
		"grids 000000000000002":       {"code": "000000000000002", "name": "2号网格", "kind": "basic", "category": "resid", "households": 301.0},
		"grids_label 000000000000002": {"code": "000000000000002", "name": "2号网格", "kind": "basic", "category": "resid", "households": 301.0},
		"communities 000000000002":    {"code": "000000000002", "name": "第2片", "households": 100.0},
		"districts_label 000001":      {"code": "000001", "name": "第1片", "households": 0.0},
	} {
		if diff := cmp.Diff(want, found[key]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", key, diff)
		}
	}
}

// Every face has its label, and every knot is drawn, in exactly one tile of every zoom of its level: also a face that is too small to draw.
// A face that is not too small is drawn.
func TestEveryFaceIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, last := rapid.Uint64().Draw(t, "seed"), uint32(tiles.MaxZoom)
		var faces []geo.MultiPolygon
		switch rapid.SampledFrom([]string{"small", "large", "uneven"}).Draw(t, "kind") {
		case "small":
			faces = coveragetest.Small(seed)
		case "large":
			faces, last = coveragetest.Faces(seed, coveragetest.Options{}), 17
		default:
			faces = uneven(seed)
		}
		in := netInput(t, faces)
		n, err := tiles.NewNet(in)
		if err != nil {
			t.Fatal(err)
		}
		knots := 0
		for _, node := range in.Grids.Coverage.Nodes() {
			if len(node.Faces) >= 3 {
				knots++
			}
		}
		z := rapid.Uint32Range(0, last).Draw(t, "z")
		d := rapid.SampledFrom([]crs.Datum{crs.CGCS2000, crs.WGS84, crs.GCJ02, crs.BD09}).Draw(t, "datum")
		got, drawn := map[string]int{}, map[string]bool{}
		cover(n, z, d, func(x, y uint32) {
			for name, features := range decode(t, n, z, x, y, d) {
				for _, f := range features {
					switch {
					case strings.HasSuffix(name, "_label"):
						got[name+" "+f.Properties["code"].(string)]++
					case name == "knots":
						got[name]++
					case name != "borders":
						drawn[name+" "+f.Properties["code"].(string)] = true
					}
				}
			}
		})
		want := map[string]int{}
		for i, d := range []tiles.Division{in.Districts, in.Towns, in.Communities, in.Grids} {
			l := levelLayers[i]
			if z < l.first {
				continue
			}
			for k, f := range d.Faces {
				want[l.name+"_label "+f.Code] = 1
				if wide := inscribed(d.Coverage.Face(k), z); wide > 4 && !drawn[l.name+" "+f.Code] {
					t.Fatalf("%s %s is %.1f units wide and not drawn", l.name, f.Code, 2*wide)
				}
			}
		}
		if knots > 0 && z >= 13 {
			want["knots"] = knots
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

// inscribed is the radius of a circle that fits into a shape, in units of a zoom.
func inscribed(m geo.MultiPolygon, z uint32) float64 {
	middle := m.Bounds().Min
	mx, my := geo.MetresPerUnit(middle.Y)
	_, metres := m.Widest(mx, my)
	return metres / (2 * math.Pi * 6378137 * math.Cos(middle.Lat()*math.Pi/180)) * math.Exp2(float64(12+z))
}

// At the highest zoom every face has its area within what rounding to units can do.
func TestAreasAtTheHighestZoom(t *testing.T) {
	faces := coveragetest.Faces(3, coveragetest.Options{Faces: 8, Step: 2500})
	n := newNet(t, faces)
	const z = tiles.MaxZoom
	got := map[string]float64{}
	cover(n, z, crs.CGCS2000, func(x, y uint32) {
		for _, f := range decode(t, n, z, x, y, crs.CGCS2000)["grids"] {
			whole := orb.Bound{Max: orb.Point{tiles.Extent, tiles.Extent}}
			got[f.Properties["code"].(string)] += planar.Area(clip.MultiPolygon(whole, polygonsOf(f.Geometry)))
		}
	})
	for i, m := range faces {
		var area, perimeter float64
		mx, my := geo.MetresPerUnit(m[0][0][0].Y)
		unit := 2 * math.Pi * 6378137 / (1 << (12 + z)) * math.Cos(m[0][0][0].Lat()*math.Pi/180) // metres of Mercator's sphere
		for _, poly := range m {
			for _, r := range poly {
				for k := range r {
					a, b := r[k], r[(k+1)%len(r)]
					perimeter += math.Hypot(float64(b.X-a.X)*mx, float64(b.Y-a.Y)*my)
				}
			}
		}
		area = m.AreaM2()
		sphere := 6378137 * math.Pi / 180 / geo.Scale
		have := got[fmt.Sprintf("%015d", i+1)] * unit * unit * mx * my / (sphere * sphere * math.Cos(m[0][0][0].Lat()*math.Pi/180))
		if off := math.Abs(have - area); off > max(0.002*area, perimeter*unit) {
			t.Errorf("face %d has %.2f m² in the tiles, %.2f in truth", i, have, area)
		}
	}
}

// Borders carry the highest level that they separate, and run where the faces of that level do.
func TestBordersBoundTheirLevel(t *testing.T) {
	n := newNet(t, town(t))
	for _, z := range []uint32{5, 9, 13} {
		cover(n, z, crs.CGCS2000, func(x, y uint32) {
			layers := decode(t, n, z, x, y, crs.CGCS2000)
			bounds := map[string]map[[2]orb.Point]bool{}
			for i, l := range levelLayers {
				set := map[[2]orb.Point]bool{}
				for _, f := range layers[l.name] {
					for e := range edgesOf(f) {
						set[e], set[[2]orb.Point{e[1], e[0]}] = true, true
					}
				}
				bounds[tiles.Level(i).String()] = set
			}
			drawn := map[[2]orb.Point]bool{}
			for _, f := range layers["borders"] {
				level := f.Properties["level"].(string)
				for _, line := range linesOf(f.Geometry) {
					for i := 1; i < len(line); i++ {
						e := [2]orb.Point{line[i-1], line[i]}
						if drawn[e] || drawn[[2]orb.Point{e[1], e[0]}] {
							t.Fatalf("tile %d/%d/%d: border %v is drawn twice", z, x, y, e)
						}
						drawn[e] = true
						for k, l := range levelLayers {
							name := tiles.Level(k).String()
							if name == level {
								if !bounds[name][e] {
									t.Fatalf("tile %d/%d/%d: %s border %v bounds none of the %s", z, x, y, level, e, l.name)
								}
								break
							}
							if bounds[name][e] {
								t.Fatalf("tile %d/%d/%d: %s border %v is one of a %s", z, x, y, level, e, name)
							}
						}
					}
				}
			}
			for _, f := range layers[lowest(z)] {
				for e := range edgesOf(f) {
					if !drawn[e] && !drawn[[2]orb.Point{e[1], e[0]}] && !onTileBox(e) {
						t.Fatalf("tile %d/%d/%d: edge %v of a face has no border", z, x, y, e)
					}
				}
			}
		})
	}
}

func linesOf(g orb.Geometry) orb.MultiLineString {
	if l, ok := g.(orb.LineString); ok {
		return orb.MultiLineString{l}
	}
	return g.(orb.MultiLineString)
}

// A tile that does not exist is an error, one that shows nothing is nil.
func TestTilesThatShowNothing(t *testing.T) {
	sources := map[string]source{
		"net":       newNet(t, coveragetest.Faces(1, coveragetest.Options{})),
		"base":      tiles.NewBase(tiles.BaseInput{}),
		"buildings": newBuildings(),
	}
	for name, s := range sources {
		for _, tt := range []struct {
			z, x, y uint32
			ok      bool
		}{{0, 0, 0, true}, {18, 0, 0, true}, {18, 1<<18 - 1, 1<<18 - 1, true}, {0, 1, 0, false}, {3, 0, 8, false}, {19, 0, 0, false}} {
			data, err := s.Tile(tt.z, tt.x, tt.y, crs.CGCS2000)
			if (err == nil) != tt.ok {
				t.Errorf("%s %d/%d/%d: error %v", name, tt.z, tt.x, tt.y, err)
			}
			if data != nil && tt.z > 0 {
				t.Errorf("%s %d/%d/%d: %d bytes", name, tt.z, tt.x, tt.y, len(data))
			}
		}
		if _, err := s.Tile(0, 0, 0, 99); err == nil {
			t.Errorf("%s: a datum that does not exist", name)
		}
	}
}

// Levels that do not fit together are refused.
func TestNewNetRefuses(t *testing.T) {
	faces := coveragetest.Faces(1, coveragetest.Options{Faces: 6})
	for name, spoil := range map[string]func(*tiles.NetInput){
		"no grids":               func(in *tiles.NetInput) { in.Grids.Coverage = nil },
		"no towns":               func(in *tiles.NetInput) { in.Towns.Coverage = nil },
		"a face too few":         func(in *tiles.NetInput) { in.Grids.Faces = in.Grids.Faces[1:] },
		"a grid in no community": func(in *tiles.NetInput) { in.Grids.Of = in.Grids.Of[1:] },
		"a town that is not one": func(in *tiles.NetInput) { in.Communities.Of[0] = 99 },
		"a town below zero":      func(in *tiles.NetInput) { in.Communities.Of[0] = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			in := netInput(t, faces)
			spoil(&in)
			if _, err := tiles.NewNet(in); err == nil {
				t.Error("accepted")
			}
		})
	}
}
