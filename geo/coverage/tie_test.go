package coverage_test

import (
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"pgregory.net/rapid"
)

// The tie rule, place by place. Faces are squares of side 4; letters name them.
//
//	8 ┌───┬───┐
//	  │ C │   │
//	4 ├───┼───┼───┐
//	  │ A │ B │ D │
//	0 └───┴───┴───┘
//	  0   4   8  12
func TestTie(t *testing.T) {
	const A, B, C, D, none = 0, 1, 2, 3, coverage.Outside
	c, _ := mustBuild(t, []geo.MultiPolygon{square(0, 0, 4), square(4, 0, 4), square(0, 4, 4), square(8, 0, 4)})
	for _, k := range []struct {
		x, y int32
		want int32
		why  string
	}{
		{2, 2, A, "inside"},
		{4, 2, B, "an upright border belongs to the east"},
		{2, 4, C, "a level border belongs to the north"},
		{0, 0, A, "a corner whose north-east is covered"},
		{4, 0, B, "a vertex on the southern edge"},
		{4, 4, C, "not covered north-east of it: turning left, C is met first"},
		{6, 4, B, "the northern edge of B: turning left past nothing, B is met"},
		{8, 4, B, "turning left: nothing, nothing, then B before D"},
		{12, 2, D, "the eastern edge: turning left to the west"},
		{12, 4, D, "the north-eastern corner"},
		{4, 6, C, "the eastern edge of C"},
		{4, 8, C, "the north-eastern corner of C"},
		{0, 8, C, "the north-western corner of C"},
		{12, 0, D, "the south-eastern corner"},
		{5, 5, none, "not covered"},
		{-1, 0, none, "not covered"},
	} {
		if got := c.Owner(geo.Point{X: k.x, Y: k.y}); got != k.want {
			t.Errorf("(%d, %d): %d, want %d: %s", k.x, k.y, got, k.want, k.why)
		}
	}
}

// Each point on a border or in a face has one owner: the face that contains it, if there is one; else a face that has it on
// its boundary; and no face otherwise.
func TestOwnerAgreesWithFaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _ := mustBuild(t, randomFaces(t))
		for _, p := range probes(t, c) {
			contains, touches := coverage.Outside, false
			for i := range c.Len() {
				if c.Face(i).Contains(p) {
					if contains != coverage.Outside {
						t.Fatalf("%v is in faces %d and %d", p, contains, i)
					}
					contains = int32(i)
				}
				touches = touches || c.Face(i).Locate(p) != geo.Outside
			}
			got := c.Owner(p)
			switch {
			case contains != coverage.Outside && got != contains:
				t.Fatalf("%v: owner %d, contained by %d", p, got, contains)
			case touches != (got != coverage.Outside):
				t.Fatalf("%v: owner %d, touched %v", p, got, touches)
			case got != coverage.Outside && c.Face(int(got)).Locate(p) == geo.Outside:
				t.Fatalf("%v: owner %d does not touch it", p, got)
			}
		}
	})
}

// Where the rays of several faces leave a point, the owner does not depend on their order, and follows a turning pointer.
func TestTieIsTheFirstFaceMetTurningLeft(t *testing.T) {
	around := []geo.Point{{X: 9, Y: 1}, {X: 1, Y: 9}, {X: -9, Y: 1}, {X: -9, Y: -1}, {X: 1, Y: -9}, {X: 9, Y: 0}} // by angle, due east last
	rapid.Check(t, func(t *rapid.T) {
		var rays []coverage.Ray
		for _, to := range around {
			if rapid.Bool().Draw(t, "there") {
				rays = append(rays, coverage.Ray{To: to, Left: rapid.Int32Range(-1, 3).Draw(t, "left")})
			}
		}
		want := coverage.Outside
		for i := range rays { // the last ray's left is the place just above due east
			if f := rays[(i+len(rays)-1)%len(rays)].Left; f != coverage.Outside {
				want = f
				break
			}
		}
		shuffled := rapid.Permutation(rays).Draw(t, "order")
		if got := coverage.Tie(geo.Point{}, shuffled); got != want {
			t.Fatalf("%v: %d, want %d", rays, got, want)
		}
	})
}
