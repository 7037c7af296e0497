package geo_test

import (
	"slices"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"pgregory.net/rapid"
)

// ring reads x, y, x, y …
func ring(xy ...int32) geo.Ring {
	var r geo.Ring
	for i := 0; i < len(xy); i += 2 {
		r = append(r, geo.Point{X: xy[i], Y: xy[i+1]})
	}
	return r
}

func square(x, y, side int32) geo.Ring {
	return ring(x, y, x+side, y, x+side, y+side, x, y+side)
}

func shape(rings ...geo.Ring) geo.MultiPolygon { return geo.MultiPolygon{rings} }

func TestValidate(t *testing.T) {
	diamond := func(x, y, r int32) geo.Ring { return ring(x, y-r, x+r, y, x, y+r, x-r, y) }
	for _, k := range []struct {
		name  string
		shape geo.MultiPolygon
		rule  string // "" = valid
		at    geo.Point
	}{
		{"a square", shape(square(0, 0, 9)), "", geo.Point{}},
		{"clockwise", shape(ring(0, 0, 0, 9, 9, 9, 9, 0)), "", geo.Point{}},
		{"collinear vertices", shape(ring(0, 0, 5, 0, 9, 0, 9, 9, 0, 9)), "", geo.Point{}},
		{"nothing", nil, geo.RuleEmpty, geo.Point{}},
		{"a part without rings", geo.MultiPolygon{{}}, geo.RuleEmpty, geo.Point{}},
		{"a ring without vertices", shape(geo.Ring{}), geo.RuleFewVertices, geo.Point{}},
		{"two vertices", shape(ring(1, 2, 9, 0)), geo.RuleFewVertices, geo.Point{X: 1, Y: 2}},
		{"two different vertices", shape(ring(1, 2, 9, 0, 1, 2, 9, 0)), geo.RuleFewVertices, geo.Point{X: 1, Y: 2}},
		{"a vertex twice in a row", shape(ring(0, 0, 9, 0, 9, 0, 9, 9)), geo.RuleRepeated, geo.Point{X: 9, Y: 0}},
		{"the first vertex again at the end", shape(ring(0, 0, 9, 0, 9, 9, 0, 0)), geo.RuleRepeated, geo.Point{X: 0, Y: 0}},
		{"a spike", shape(ring(0, 0, 9, 0, 9, 4, 15, 4, 9, 4, 9, 9, 0, 9)), geo.RuleSpike, geo.Point{X: 15, Y: 4}},
		{"flat", shape(ring(0, 0, 9, 0, 5, 0)), geo.RuleSpike, geo.Point{X: 0, Y: 0}},
		{"a bow-tie", shape(ring(0, 0, 8, 8, 8, 0, 0, 8)), geo.RuleSelfCross, geo.Point{X: 4, Y: 4}},
		{"crossing in a vertex", shape(ring(0, 0, 4, 4, 8, 8, 8, 0, 4, 4, 0, 8)), geo.RuleSelfCross, geo.Point{X: 4, Y: 4}},
		{"an edge run twice", shape(ring(0, 0, 4, 0, 4, 4, 8, 4, 8, 0, 4, 0, 4, 4, 0, 4)), geo.RuleSelfCross, geo.Point{X: 4, Y: 0}},
		//  ┌───┐
		//  │ ┌─●─┐   two lobes that meet in a vertex
		//  └─┘ └─┘
		{"two lobes", shape(ring(0, 0, 4, 0, 4, 4, 8, 4, 8, 8, 4, 8, 4, 4, 0, 4)), geo.RuleSelfTouch, geo.Point{X: 4, Y: 4}},
		{"a vertex on its own edge", shape(ring(0, 0, 9, 0, 9, 9, 5, 0, 0, 9)), geo.RuleSelfTouch, geo.Point{X: 5, Y: 0}},
		{"a hole", shape(square(0, 0, 9), square(3, 3, 3)), "", geo.Point{}},
		{"a hole that touches the shell", shape(square(0, 0, 9), ring(0, 0, 6, 3, 3, 6)), "", geo.Point{}},
		{"a hole whose vertex lies on the shell", shape(square(0, 0, 9), diamond(3, 3, 3)), geo.RuleInsideCut, geo.Point{X: 3, Y: 0}},
		{"a hole outside", shape(square(0, 0, 9), square(20, 0, 3)), geo.RuleHoleOutside, geo.Point{X: 20, Y: 0}},
		{"a hole around the shell", shape(square(3, 3, 3), square(0, 0, 9)), geo.RuleHoleOutside, geo.Point{X: 0, Y: 0}},
		{"a hole outside that touches", shape(square(0, 0, 9), ring(9, 9, 12, 9, 12, 12)), geo.RuleHoleOutside, geo.Point{X: 9, Y: 9}},
		{"a hole across the shell", shape(square(0, 0, 9), square(6, 3, 6)), geo.RuleSelfCross, geo.Point{X: 6, Y: 9}},
		{"a hole in a hole", shape(square(0, 0, 9), square(1, 1, 7), square(3, 3, 3)), geo.RuleHoleNested, geo.Point{X: 3, Y: 3}},
		{"a hole in a hole, touching it", shape(square(0, 0, 90), square(10, 10, 70), ring(10, 10, 40, 20, 20, 40)), geo.RuleHoleNested, geo.Point{X: 10, Y: 10}},
		{"holes that touch", shape(square(0, 0, 20), diamond(5, 5, 3), diamond(11, 5, 3)), "", geo.Point{}},
		{"three holes that touch in one point", shape(square(0, 0, 20), ring(9, 9, 12, 9, 12, 12), ring(9, 9, 6, 12, 6, 9), ring(9, 9, 8, 3, 10, 3)), "", geo.Point{}},
		{"three holes in a circle", shape(square(0, 0, 20), ring(4, 4, 12, 4, 8, 5), ring(12, 4, 9, 9, 8, 12), ring(4, 4, 8, 12, 5, 10)), geo.RuleInsideCut, geo.Point{X: 12, Y: 4}},
		{"a hole from side to side", shape(square(0, 0, 9), ring(0, 0, 9, 9, 3, 4)), geo.RuleInsideCut, geo.Point{X: 9, Y: 9}},
		{"parts", geo.MultiPolygon{{square(0, 0, 9)}, {square(20, 0, 9)}}, "", geo.Point{}},
		{"parts that touch", geo.MultiPolygon{{square(0, 0, 9)}, {square(9, 9, 9)}}, "", geo.Point{}},
		{"parts that touch twice", geo.MultiPolygon{{square(0, 0, 9)}, {ring(9, 0, 20, 4, 9, 9, 12, 4)}}, "", geo.Point{}},
		{"a part in another's hole", geo.MultiPolygon{{square(0, 0, 9), square(1, 1, 7)}, {square(3, 3, 3)}}, "", geo.Point{}},
		{"a part that fills another's hole", geo.MultiPolygon{{square(0, 0, 9), square(3, 3, 3)}, {square(3, 3, 3)}}, geo.RuleSelfCross, geo.Point{X: 3, Y: 3}},
		{"a part in another", geo.MultiPolygon{{square(0, 0, 9)}, {square(3, 3, 3)}}, geo.RulePartsOverlap, geo.Point{X: 3, Y: 3}},
		{"a part in another, touching it", geo.MultiPolygon{{square(0, 0, 9)}, {ring(0, 0, 5, 3, 3, 5)}}, geo.RulePartsOverlap, geo.Point{X: 0, Y: 0}},
		{"parts that cross", geo.MultiPolygon{{square(0, 0, 9)}, {square(6, 6, 9)}}, geo.RuleSelfCross, geo.Point{X: 6, Y: 9}},
		{"parts with a common edge", geo.MultiPolygon{{square(0, 0, 9)}, {square(9, 0, 9)}}, geo.RuleSelfCross, geo.Point{X: 9, Y: 0}},
		{"around the world", shape(ring(-geo.MaxX, 0, geo.MaxX, 0, geo.MaxX, 9)), geo.RuleExtent, geo.Point{X: -geo.MaxX, Y: 0}},
	} {
		t.Run(k.name, func(t *testing.T) {
			got := geo.Validate(k.shape)
			if k.rule == "" {
				if got != nil {
					t.Fatalf("%v, want it valid", got)
				}
				return
			}
			if len(got) == 0 || got[0].Rule != k.rule || got[0].At != k.at {
				t.Errorf("%v, want %s at %v", got, k.rule, k.at)
			}
		})
	}
}

// A shape of many vertices is examined through an index; it finds the same.
func TestValidateOfManyVertices(t *testing.T) {
	faces := coveragetest.Faces(7, coveragetest.Options{Faces: 1, Pixels: 900})
	if got := geo.Validate(faces[0]); got != nil {
		t.Fatalf("%v", got)
	}
	r := faces[0][0][0]
	i, j := len(r)/3, 2*len(r)/3
	r[i], r[j] = r[j], r[i]
	if got := geo.Validate(faces[0]); len(got) == 0 || got[0].Rule != geo.RuleSelfCross {
		t.Errorf("two vertices exchanged: %v", got)
	}
}

// Faces of clean nets are valid, and stay so in their normal form.
func TestFacesOfNetsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, f := range coveragetest.Small(rapid.Uint64().Draw(t, "seed")) {
			if d := geo.Validate(f); d != nil {
				t.Fatalf("%v: %v", f, d)
			}
			if d := geo.Validate(geo.Normalize(f)); d != nil {
				t.Fatalf("%v: %v", geo.Normalize(f), d)
			}
		}
	})
}

// The verdict does not depend on where rings start, which way they run, how parts and holes are ordered, or on a turn by 90°; and it
// does not panic, whatever comes.
func FuzzValidate(f *testing.F) {
	f.Add([]byte{0, 0, 9, 0, 9, 9, 0, 9, 255, 0, 3, 3, 6, 3, 6, 6})
	f.Add([]byte{0, 0, 4, 0, 4, 4, 8, 4, 8, 8, 4, 8, 4, 4, 0, 4})
	f.Add([]byte{0, 0, 9, 9, 9, 0, 0, 9, 254, 0, 20, 20, 30, 20, 20, 30})
	f.Fuzz(func(t *testing.T, data []byte) {
		m := geo.MultiPolygon{{{}}}
		for ; len(data) >= 2 && m.Vertices() < 200; data = data[2:] {
			p := &m[len(m)-1]
			switch data[0] {
			case 255:
				*p = append(*p, geo.Ring{})
			case 254:
				m = append(m, geo.Polygon{{}})
			default:
				r := &(*p)[len(*p)-1]
				*r = append(*r, geo.Point{X: int32(data[0]), Y: int32(data[1])})
			}
		}
		rules := func(m geo.MultiPolygon) []string {
			var out []string
			for _, d := range geo.Validate(m) {
				out = append(out, d.Rule)
			}
			slices.Sort(out)
			return out
		}
		want := rules(m)
		if len(want) >= 100 {
			return // the list was cut
		}
		turned := geo.Normalize(m)
		for _, poly := range turned {
			for _, r := range poly {
				for k, p := range r {
					r[k] = geo.Point{X: -p.Y, Y: p.X}
				}
			}
		}
		for _, same := range []geo.MultiPolygon{geo.Normalize(m), turned, m.Orient()} {
			if got := rules(same); (got == nil) != (want == nil) {
				t.Fatalf("%v: %v\n%v: %v", m, want, same, got)
			}
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	for _, k := range []struct {
		name   string
		pixels int
	}{{"small", 12}, {"large", 100_000}} {
		f := coveragetest.Faces(1, coveragetest.Options{Faces: 1, Pixels: k.pixels})[0]
		b.Run(k.name, func(b *testing.B) {
			for b.Loop() {
				if geo.Validate(f) != nil {
					b.Fatal("not valid")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(f.Vertices()), "ns/vertex")
		})
	}
}
