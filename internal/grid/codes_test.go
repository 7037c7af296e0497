package grid

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
)

func TestObeys(t *testing.T) {
	for _, c := range []struct {
		code   Code
		level  Level
		parent Code
		want   bool
	}{
		{"450105001", LevelTown, "450105", true},
		{"450105001001", LevelCommunity, "450105001", true},
		{"450105001001001", LevelGrid, "450105001001", true},
		{"450105001001999", LevelGrid, "450105001001", true},
		{"450105001001000", LevelGrid, "450105001001", false}, // no serial
		{"450105001001001", LevelGrid, "450105001002", false}, // another parent
		{"45010500100100", LevelGrid, "450105001001", false},  // too short
		{"4501050010010011", LevelGrid, "450105001001", false},
		{"45010500100100A", LevelGrid, "450105001001", false},
		{"45010500100100１", LevelGrid, "450105001001", false}, // a full-width digit
		{"450105001001001", LevelCommunity, "450105001", false},
		{"", LevelGrid, "", false},
	} {
		if got := c.code.Obeys(c.level, c.parent); got != c.want {
			t.Errorf("%q as a %s of %q: %v, want %v", c.code, c.level.Text().En, c.parent, got, c.want)
		}
	}
}

func TestBandsOfTheStandard(t *testing.T) {
	for _, c := range []struct {
		level Level
		name  string
		want  Code
	}{
		{LevelTown, "福建园街道", "450105001"},
		{LevelTown, "江西镇", "450105100"},
		{LevelTown, "某某乡", "450105200"},
		{LevelTown, "经济技术开发区", "450105001"},
		{LevelCommunity, "江西社区居委会", "450105001"},
		{LevelCommunity, "扬美村委会", "450105200"},
		{LevelCommunity, "250173561002", "450105001"},
		{LevelGrid, "扬美村", "450105001"},
	} {
		if got, ok := newAllocator(nil).next("450105", bandOf(c.level, c.name)); !ok || got != c.want {
			t.Errorf("first code of a %s %s: %s, want %s", c.level.Text().En, c.name, got, c.want)
		}
	}
}

func TestCodesAreNeverReused(t *testing.T) {
	const parent = "450105001001"
	a := newAllocator([]Code{parent + "001", parent + "003"})
	for _, want := range []Code{"002", "004", "005"} {
		if got, ok := a.next(parent, band{1, 999}); !ok || got != parent+want {
			t.Errorf("next code %s, want %s", got, parent+want)
		}
	}
	n := 0
	for _, ok := a.next(parent, band{1, 999}); ok; _, ok = a.next(parent, band{1, 999}) {
		n++
	}
	if n != 999-5 {
		t.Errorf("%d codes were left, want %d", n, 999-5)
	}
}

// at is a label point on a plan in metres, roughly: x to the east, y to the north.
func at(x, y int32) geo.Point {
	return geo.Point{X: 1_081_000_000 + x*97, Y: 226_000_000 + y*90}
}

func TestNumberingOrder(t *testing.T) {
	for _, c := range []struct {
		name  string
		sites []site
		want  []int
	}{
		{"none", nil, []int{}},
		{"one", []site{{at(0, 0), 1e4, "a"}}, []int{0}},
		{"west to east in a row", []site{{at(200, 0), 1e4, ""}, {at(0, 0), 1e4, ""}, {at(100, 0), 1e4, ""}}, []int{1, 2, 0}},
		{"the north row first", []site{{at(0, 0), 1e4, ""}, {at(0, 150), 1e4, ""}, {at(100, 150), 1e4, ""}, {at(100, 0), 1e4, ""}}, []int{1, 2, 0, 3}},
		// Faces of 100 m × 100 m: a label point 80 m farther south is still in the row.
		{"a row is as high as a face is wide", []site{{at(100, 100), 1e4, ""}, {at(0, 20), 1e4, ""}, {at(50, -20), 1e4, ""}}, []int{1, 0, 2}},
		{"ties by source id", []site{{at(0, 0), 1e4, "b"}, {at(0, 0), 1e4, "a"}}, []int{1, 0}},
		{"no ids: the northern first", []site{{at(0, 0), 1e4, ""}, {at(0, 10), 1e4, ""}}, []int{1, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := numberingOrder(c.sites); !slices.Equal(got, c.want) {
				t.Errorf("order %v, want %v", got, c.want)
			}
		})
	}
}

func TestNumberingDoesNotDependOnTheOrderOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "faces")
		sites := make([]site, n)
		for i := range sites {
			sites[i] = site{
				at(rapid.Int32Range(0, 20).Draw(t, "x")*50, rapid.Int32Range(0, 20).Draw(t, "y")*50),
				1e4, string(rune('A' + i)),
			}
		}
		shuffled := rapid.Permutation(sites).Draw(t, "shuffled")
		numbered := func(list []site) []site {
			var out []site
			for _, i := range numberingOrder(list) {
				out = append(out, list[i])
			}
			return out
		}
		if a, b := numbered(sites), numbered(shuffled); !slices.Equal(a, b) {
			t.Fatalf("%v and %v", a, b)
		}
	})
}
