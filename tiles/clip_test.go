package tiles

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// Whatever box cuts a snapped map, the pieces are valid polygons inside it, neighbours keep the same edges, and together the faces
// and the outside fill the box.
func TestCutsFitTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCoverage(t)
		z := rapid.Uint32Range(6, MaxZoom).Draw(t, "z")
		edges := snap(drawLines(t, c, crs.CGCS2000, z), fineShift(z))
		f := newFaces(edges, nil, c.Len())
		if len(f.ids) == 0 {
			return
		}
		whole := emptyBox()
		for _, b := range f.boxes {
			whole = whole.union(b)
		}
		at := func(label string, lo, hi int32) int32 { return rapid.Int32Range(lo-2, hi+2).Draw(t, label) }
		b := box{pt{at("west", whole.min.x, whole.max.x), at("north", whole.min.y, whole.max.y)}, pt{}}
		b.max = pt{at("east", b.min.x+4, max(b.min.x+4, whole.max.x)), at("south", b.min.y+4, max(b.min.y+4, whole.max.y))}

		cl := clipper{box: b}
		open := map[side]int{}
		var sum int64
		for k, i := range f.ids {
			s := cl.polygons(f.shapes[i], f.boxes[k])
			checkShape(t, s)
			sum += shapeArea2(s)
			for ring := range s.all() {
				a := ring[len(ring)-1]
				for _, p := range ring {
					if p.x < b.min.x || p.y < b.min.y || p.x > b.max.x || p.y > b.max.y {
						t.Fatalf("%v lies outside the box %v", p, b)
					}
					open[side{a, p}]++
					open[side{p, a}]--
					a = p
				}
			}
		}
		// What the whole outline gives for the same box is what the faces give together.
		outline := newFaces(edges, make([]int32, c.Len()), 1)
		s := cl.polygons(outline.shapes[0], outline.boxes[0])
		checkShape(t, s)
		if want := shapeArea2(s); sum != want {
			t.Fatalf("pieces have %d half units, the piece of the outline %d", sum, want)
		}
		for ring := range s.all() {
			a := ring[len(ring)-1]
			for _, p := range ring {
				open[side{a, p}]--
				open[side{p, a}]++
				a = p
			}
		}
		for e, n := range open {
			if n != 0 && !(e.a.x == e.b.x && (e.a.x == b.min.x || e.a.x == b.max.x)) && !(e.a.y == e.b.y && (e.a.y == b.min.y || e.a.y == b.max.y)) {
				t.Fatalf("edge %v has no partner", e)
			}
		}
	})
}

// A cut line is where the cut faces have their borders.
func TestCutLinesFollowCutFaces(t *testing.T) {
	square := shape{pts: []pt{{0, 0}, {100, 0}, {100, 100}, {0, 100}}, ends: []int32{4}}
	border := shape{pts: append(square.pts, pt{0, 0}), ends: []int32{5}}
	for name, tt := range map[string]struct {
		box   box
		rings []pt
		lines [][]pt
	}{
		"inside the face":     {box{pt{20, 20}, pt{80, 80}}, []pt{{20, 20}, {80, 20}, {80, 80}, {20, 80}}, nil},
		"round the face":      {box{pt{-9, -9}, pt{109, 109}}, square.pts, [][]pt{border.pts}},
		"beside the face":     {box{pt{200, 0}, pt{300, 100}}, nil, nil},
		"over a corner":       {box{pt{50, 50}, pt{150, 150}}, []pt{{50, 50}, {100, 50}, {100, 100}, {50, 100}}, [][]pt{{{100, 50}, {100, 100}, {50, 100}}}},
		"across":              {box{pt{-9, 40}, pt{109, 60}}, []pt{{0, 40}, {100, 40}, {100, 60}, {0, 60}}, [][]pt{{{100, 40}, {100, 60}}, {{0, 60}, {0, 40}}}},
		"border on the box":   {box{pt{100, 0}, pt{200, 100}}, nil, nil},
		"border beside it":    {box{pt{99, -9}, pt{200, 109}}, []pt{{99, 0}, {100, 0}, {100, 100}, {99, 100}}, [][]pt{{{99, 0}, {100, 0}, {100, 100}, {99, 100}}}},
		"face fills the box":  {box{pt{0, 0}, pt{100, 100}}, square.pts, nil},
		"touches in a corner": {box{pt{100, 100}, pt{200, 200}}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := clipper{box: tt.box}
			checkParts(t, c.polygons(square, square.bounds()), tt.rings)
			checkParts(t, c.lines(border.pts, border.bounds()), tt.lines...)
		})
	}
}

// A cut edge ends at the unit nearest to where it crosses the cut, half a unit inside the box.
func TestCutEdgeEndsAtTheNearestUnit(t *testing.T) {
	c := clipper{box: box{pt{0, -50}, pt{100, 50}}}
	for _, tt := range []struct {
		a, b pt
		want []pt
	}{
		{pt{-3, 0}, pt{5, 8}, []pt{{0, 4}, {5, 8}}},          // crosses x = ½ at 3½
		{pt{-3, 0}, pt{4, 5}, []pt{{0, 3}, {4, 5}}},          // at 2½
		{pt{-3, 0}, pt{4, 6}, []pt{{0, 3}, {4, 6}}},          // at 3
		{pt{-3, 0}, pt{4, -5}, []pt{{0, -2}, {4, -5}}},       // at −2½
		{pt{-10, 7}, pt{130, 7}, []pt{{0, 7}, {100, 7}}},     // along
		{pt{20, 60}, pt{17, -70}, []pt{{20, 50}, {17, -50}}}, // y = 49½ at 19.76, y = −49½ at 17.47
	} {
		for _, l := range [][]pt{{tt.a, tt.b}, {tt.b, tt.a}} {
			checkParts(t, c.lines(l, around(l)), tt.want)
			slices.Reverse(tt.want)
		}
	}
}

// checkParts compares parts; rings may start anywhere.
func checkParts(t *testing.T, got shape, want ...[]pt) {
	t.Helper()
	if len(want) == 1 && want[0] == nil {
		want = nil
	}
	if len(got.ends) != len(want) {
		t.Fatalf("parts %v, want %v", got, want)
	}
	k := 0
	for part := range got.all() {
		same := len(part) == len(want[k])
		if same && area2(part) != 0 {
			for len(part) > 0 && part[0] != want[k][0] {
				part = append(append([]pt{}, part[1:]...), part[0])
			}
		}
		for i := range part {
			same = same && part[i] == want[k][i]
		}
		if !same {
			t.Errorf("part %v, want %v", part, want[k])
		}
		k++
	}
}
