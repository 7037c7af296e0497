package tiles

import (
	"reflect"
	"testing"

	"github.com/gogo/protobuf/proto"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/encoding/mvt/vectortile"
	"pgregory.net/rapid"
)

// What is encoded is what orb's decoder reads.
func TestLayerDecodes(t *testing.T) {
	coordinate := rapid.Int32Range(-1<<28, 1<<28) // what is cut lies near its tile
	drawPart := func(t *rapid.T, n int) []pt {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pt { return pt{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")} }), n, n+6).Draw(t, "part")
	}
	local := func(p, origin pt) orb.Point { return orb.Point{float64(p.x - origin.x), float64(p.y - origin.y)} }
	rapid.Check(t, func(t *rapid.T) {
		origin := pt{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")}
		table := newValueTable()
		type feature struct {
			geometry orb.Geometry
			attrs    map[string]any
			add      func(*layer)
		}
		var want []feature
		for range rapid.IntRange(1, 8).Draw(t, "features") {
			a, b := rapid.String().Draw(t, "a"), rapid.IntRange(-5, 1<<40).Draw(t, "b")
			attrs := table.add(nil, text(a), num(b))
			f := feature{attrs: map[string]any{"b": float64(b)}}
			if a != "" {
				f.attrs["a"] = a
			}
			switch rapid.IntRange(0, 1).Draw(t, "geometry") {
			case 0:
				p := drawPart(t, 1)[0]
				f.add = func(l *layer) { l.point(p, attrs) }
				f.geometry = local(p, origin)
			case 1:
				var s shape
				var lines orb.MultiLineString
				for range rapid.IntRange(1, 3).Draw(t, "lines") {
					part := drawPart(t, 2)
					s.add(part)
					var line orb.LineString
					for _, p := range part {
						line = append(line, local(p, origin))
					}
					lines = append(lines, line)
				}
				f.add = func(l *layer) { l.lines(s, attrs) }
				f.geometry = lines
				if len(lines) == 1 {
					f.geometry = lines[0]
				}
			}
			want = append(want, f)
		}
		table.add(nil, text("in another layer only"))
		l := layerOf("things", origin, table, "a", "b")
		for _, f := range want {
			f.add(l)
		}
		layers, err := mvt.Unmarshal(l.encode(nil))
		if err != nil {
			t.Fatal(err)
		}
		if len(layers) != 1 || layers[0].Name != "things" || layers[0].Version != 2 || layers[0].Extent != Extent {
			t.Fatalf("layers %+v", layers)
		}
		for i, f := range layers[0].Features {
			if !orb.Equal(f.Geometry, want[i].geometry) || !reflect.DeepEqual(map[string]any(f.Properties), want[i].attrs) {
				t.Fatalf("feature %d: %v %v, want %v", i, f.Geometry, f.Properties, want[i])
			}
		}
		if len(layers[0].Features) != len(want) {
			t.Fatalf("%d features, want %d", len(layers[0].Features), len(want))
		}
	})
}

// Keys and values are tables without repetition; rings follow each other with a closing command each.
func TestLayerIsMinimal(t *testing.T) {
	table := newValueTable()
	one := table.add(nil, text("1"), text("坡"), num(3))
	two := table.add(nil, text("2"), text("坡"), num(3))
	three := table.add(nil, text("3"), text("坡"), num(3))
	l := layerOf("faces", pt{}, table, "code", "name", "households")
	square := func(x int32) []pt { return []pt{{x, 0}, {x + 9, 0}, {x + 9, 9}, {x, 9}} }
	var parts shape
	parts.add(square(0))
	parts.add(square(20))
	l.polygons(parts, one)
	l.polygons(shape{}, two)
	l.polygons(shape{pts: square(40), ends: []int32{4}}, three)

	var tile vectortile.Tile
	if err := proto.Unmarshal(l.encode(nil), &tile); err != nil {
		t.Fatal(err)
	}
	got := tile.Layers[0]
	if len(got.Features) != 2 || len(got.Keys) != 3 || len(got.Values) != 4 {
		t.Fatalf("%d features, %d keys, %d values, want 2, 3, 4", len(got.Features), len(got.Keys), len(got.Values))
	}
	if want := []uint32{0, 3, 1, 1, 2, 2}; !reflect.DeepEqual(got.Features[1].Tags, want) {
		t.Errorf("tags %v, want %v", got.Features[1].Tags, want)
	}
	const move, line, closed = 1<<3 | 1, 3<<3 | 2, 1<<3 | 7
	if want := []uint32{move, 0, 0, line, 18, 0, 0, 18, 17, 0, closed, move, 40, 17, line, 18, 0, 0, 18, 17, 0, closed}; !reflect.DeepEqual(got.Features[0].Geometry, want) {
		t.Errorf("geometry %v, want %v", got.Features[0].Geometry, want)
	}
	if out := layerOf("empty", pt{}, table).encode(nil); out != nil {
		t.Errorf("a layer without features has %d bytes", len(out))
	}
}

func layerOf(name string, origin pt, table *valueTable, keys ...string) *layer {
	l := new(layer)
	l.reset(name, origin, table, keys)
	return l
}
