package grid

import (
	"slices"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

func TestWeaveRefusesWhatIsNoNet(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(n *Net)
		want   string
	}{
		{"no grid", func(n *Net) { n.Grids = nil }, "empty-net"},
		{"a code twice", func(n *Net) { n.Grids[1].Code = n.Grids[0].Code }, "code-twice"},
		{"a code of another district", func(n *Net) { n.Grids[1].Code = "990002001001002" }, "code-form"},
		{"a code that is none", func(n *Net) { n.Grids[1].Code = "99000100100100x" }, "code-form"},
		{"serial 000", func(n *Net) { n.Grids[1].Code = "990001001001000" }, "code-form"},
		{"a grid without its community", func(n *Net) { n.Grids[1].Code = "990001001002001" }, "parent-unknown"},
		{"a community without its town", func(n *Net) { n.Communities[0].Code = "990001002001" }, "parent-unknown"},
		{"a community without grids", func(n *Net) { n.Communities = append(n.Communities, Division{Code: "990001001009"}) }, "empty-division"},
		{"a district's code that is none", func(n *Net) { n.District.Code = "99" }, "district-code"},
		{"a kind that is none", func(n *Net) { n.Grids[1].Kind = "" }, "unknown-kind"},
		{"a category that is none", func(n *Net) { n.Grids[1].Category = "shop" }, "unknown-category"},
		{"other parts than declared", func(n *Net) { n.Grids[1].Parts = 2 }, "parts-of-code"},
		{"one vertex moved by a unit", func(n *Net) { shift(n.Grids[1].Shape, 2, 1) }, "geometry"},
		{"one face twice", func(n *Net) { n.Grids[1].Shape = n.Grids[0].Shape }, "geometry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := drawn(t, "AABB AABB")
			c.change(n)
			mesh, faults := Weave(n)
			if mesh != nil {
				t.Fatal("woven")
			}
			for _, f := range faults {
				if f.At != nil {
					f.Rule = "geometry" // which one is the business of package coverage
				}
			}
			if !slices.ContainsFunc(faults, func(f *fault.Error) bool { return f.Rule == c.want }) {
				t.Errorf("refused for %v, want %s", faults, c.want)
			}
		})
	}
}

// shift moves the vertex at a corner of squares, counted from the south-west, by a unit to the east.
func shift(m geo.MultiPolygon, x, y int32) {
	for _, polygon := range m {
		for _, ring := range polygon {
			for i, p := range ring {
				if p == (geo.Point{X: picture.Origin.X + x*picture.Step, Y: picture.Origin.Y + y*picture.Step}) {
					ring[i].X++
				}
			}
		}
	}
}

func TestANarrowHoleIsAGap(t *testing.T) {
	// The hole of the picture is drawn together until it is less than a metre wide; by a unit it is an unmatched vertex.
	for _, c := range []struct {
		units int32
		want  bool
	}{{5000, true}, {110, true}, {90, false}, {5, false}, {1, false}} {
		n := drawn(t, "AAA A.A AAA")
		hole := n.Grids[0].Shape[0][1]
		for i := range hole {
			if hole[i].X == picture.Origin.X+2*picture.Step {
				hole[i].X = picture.Origin.X + picture.Step + c.units
			}
		}
		mesh, faults := Weave(n)
		if (mesh != nil) != c.want {
			t.Errorf("a hole %d units wide: %v", c.units, faults)
		}
		if mesh == nil && faults[0].Rule != geo.RuleGap && c.units > 1 {
			t.Errorf("a hole %d units wide: %v", c.units, faults)
		}
	}
}

func TestWeaveMakesTheOutlines(t *testing.T) {
	n := drawn(t, "AABB AABB CCDD CCDD")
	n.Communities = append(n.Communities, Division{Code: "990001001002"})
	n.Grids[2].Code, n.Grids[3].Code = "990001001002001", "990001001002002"
	n.Communities[0].Outline = picture.Draw("XX")['X'] // not read
	slices.Reverse(n.Grids)
	mesh := mustWeave(t, n)
	halves := picture.Draw("NNNN NNNN SSSS SSSS")
	for i, letter := range "NS" {
		if !geo.Identical(mesh.Net.Communities[i].Outline, halves[letter]) || !geo.Identical(geo.Normalize(mesh.Communities.Face(i)), halves[letter]) {
			t.Errorf("community %d: %v", i, mesh.Net.Communities[i].Outline)
		}
	}
	whole := picture.Draw("XXXX XXXX XXXX XXXX")['X']
	if !geo.Identical(mesh.Net.Towns[0].Outline, whole) || !geo.Identical(mesh.Net.District.Outline, whole) {
		t.Error("the outline of the town or the district is not that of all grids")
	}
	if !slices.Equal(mesh.CommunityOf, []int32{0, 0, 1, 1}) || !slices.Equal(mesh.TownOf, []int32{0, 0}) {
		t.Errorf("parents %v, %v", mesh.CommunityOf, mesh.TownOf)
	}
}

func TestANetFollowsItsBase(t *testing.T) {
	far := func(n *Net) {
		for i := range n.Grids {
			for _, ring := range n.Grids[i].Shape[0] {
				for k := range ring {
					ring[k].X += 50 * picture.Step
				}
			}
		}
	}
	for _, c := range []struct {
		name, old, new string
		change         func(*Net)
		want           string
	}{
		{"the same", "AAB AAB", "AAB AAB", nil, ""},
		{"other ground", "AAB AAB", "AAB AAB", far, "no-shared-area"},
		{"beside it", "AA..", "..AA", nil, "no-shared-area"},
		{"a grid forgotten inside", "AAA ABA AAA", "AAA A.A AAA", nil, "gap-in-district"},
		{"a grid forgotten inside is filled with another hole", "AAAA ABCA AAAA", "AAAA A.CA AAAA", nil, "gap-in-district"},
		{"a hole that was there", "AAAA A.BA AAAA", "AAAA A.BA AABB", nil, ""},
		{"a hole that grows", "AAAA A.BA AAAA", "AAAA A..A AAAA", nil, "gap-in-district"},
		{"ground closed in where there was none", "AAA A.A A.A", "AAA A.A AAA", nil, ""},
		{"ground given up at the edge", "AAB AAB", "AA. AA.", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			old, n := mustWeave(t, drawn(t, c.old)), drawn(t, c.new)
			if c.change != nil {
				c.change(n)
			}
			new := mustWeave(t, n)
			var got []string
			for _, f := range new.follows(old, flowsBetween(old, new, nil)) {
				got = append(got, f.Rule)
				if f.At == nil || strings.ContainsAny(f.Sentence(fault.English)+f.Sentence(fault.Chinese), "{}") {
					t.Errorf("%v at %v", f, f.At)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("refused for %q, want %q", got, c.want)
			}
		})
	}
}
