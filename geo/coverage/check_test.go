package coverage_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"pgregory.net/rapid"
)

// shapes reads faces drawn with letters: each letter is a face made of the squares (10 units wide) that it fills.
func shapes(picture string) []geo.MultiPolygon {
	var lines []string
	for line := range strings.Lines(picture) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	slices.Reverse(lines) // the last line is the lowest
	var faces []geo.MultiPolygon
	for y, line := range lines {
		for x, c := range line {
			if c == '.' {
				continue
			}
			for len(faces) <= int(c-'A') {
				faces = append(faces, nil)
			}
			faces[c-'A'] = append(faces[c-'A'], square(int32(x)*10, int32(y)*10, 10)[0])
		}
	}
	for i, f := range faces {
		cells := make([]geo.MultiPolygon, len(f))
		for k, p := range f {
			cells[k] = geo.MultiPolygon{p}
		}
		c, _ := coverage.Build(cells)
		whole, err := c.Dissolve(make([]int32, len(cells)), 1)
		if err != nil {
			panic(err)
		}
		faces[i] = whole.Face(0)
	}
	return faces
}

func pt(x, y int32) geo.Point { return geo.Point{X: x, Y: y} }

func ring(xy ...int32) geo.MultiPolygon {
	var r geo.Ring
	for i := 0; i < len(xy); i += 2 {
		r = append(r, pt(xy[i], xy[i+1]))
	}
	return geo.MultiPolygon{{r}}
}

// rules counts the defects of a report by rule.
func rules(r coverage.Report) map[string]int {
	n := map[string]int{}
	for _, d := range r.Defects {
		n[d.Rule]++
	}
	return n
}

func TestCheckWithoutParent(t *testing.T) {
	type want = map[string]int
	for _, k := range []struct {
		name    string
		faces   []geo.MultiPolygon
		want    want
		islands int
		holes   int
	}{
		{"side by side", shapes(`
			AAB
			ACB`), want{}, 0, 0},
		{"islands", shapes(`
			A.B
			A.C`), want{}, 1, 0},
		{"islands that touch in a point", shapes(`
			.B
			A.`), want{}, 1, 0},
		{"a hole is no fault", shapes(`
			AAA
			A.B
			BBB`), want{geo.RuleHole: 1}, 0, 1},
		{"a hole that touches the outside in a point", shapes(`
			AA.
			A.B
			BBB`), want{geo.RuleHole: 1}, 0, 1},
		{"an enclave", shapes(`
			AAA
			ABA
			AAA`), want{}, 0, 0},
		{"an enclave that touches the border in a point", shapes(`
			AAA
			AB.
			AAA`), want{}, 0, 0},
		{"parts that touch in a point", shapes(`
			AB
			BA`), want{}, 0, 0},
		{"an island in a hole", shapes(`
			AAAAA
			A...A
			A.B.A
			A...A
			AAAAA`), want{geo.RuleHole: 1}, 1, 1},
		{"two faces on one place", []geo.MultiPolygon{square(0, 0, 9), square(0, 0, 9)}, want{geo.RuleOverlap: 1}, 0, 0},
		{"a face inside another", []geo.MultiPolygon{square(0, 0, 90), square(30, 30, 9)}, want{geo.RuleOverlap: 1}, 0, 0},
		{"faces that cross", []geo.MultiPolygon{square(0, 0, 90), square(30, 60, 90)}, want{geo.RuleOverlap: 1}, 0, 0},
		{"an overlap of three", []geo.MultiPolygon{square(0, 0, 90), square(30, 60, 90), square(30, 60, 9)}, want{geo.RuleOverlap: 2, geo.RuleUnmatched: 2}, 0, 0},
		{"a vertex on the neighbour's edge", []geo.MultiPolygon{square(0, 0, 90), ring(90, 0, 180, 0, 180, 90, 90, 90, 90, 40)},
			want{geo.RuleUnmatched: 1}, 0, 0},
		{"a vertex beside the neighbour's edge", []geo.MultiPolygon{square(0, 0, 90), ring(90, 0, 180, 0, 180, 90, 90, 90, 91, 40)},
			want{geo.RuleUnmatched: 1}, 0, 0},
		{"a vertex far from the neighbour's edge", []geo.MultiPolygon{square(0, 0, 90), ring(90, 0, 180, 0, 180, 90, 90, 90, 70, 40)},
			want{geo.RuleOverlap: 1}, 0, 0},
		{"the tip of a needle across a border", []geo.MultiPolygon{ring(-900, -900, 900, -900, 900, 0, -900, 0), ring(-50, 1000, 0, -3, 50, 1000)},
			want{geo.RuleUnmatched: 1}, 0, 0},
		{"a needle inside a face", []geo.MultiPolygon{square(0, 0, 9000), ring(1000, 1000, 1400, 1000, 2000, 1001)}, want{geo.RuleUnmatched: 1}, 0, 0},
		{"a needle twice", []geo.MultiPolygon{ring(1000, 1000, 1400, 1000, 2000, 1001), ring(1000, 1000, 1400, 1000, 2000, 1001)}, want{geo.RuleUnmatched: 1}, 0, 0},
		{"an invalid face", []geo.MultiPolygon{square(0, 0, 90), ring(90, 0, 180, 90, 180, 0, 90, 90)}, want{geo.RuleSelfCross: 1}, 0, 0},
		{"no face has a shape", []geo.MultiPolygon{nil}, want{geo.RuleEmpty: 1}, 0, 0},
		{"no faces", nil, want{}, 0, 0},
		{"a net around the world", []geo.MultiPolygon{square(-geo.MaxX, 0, 9), square(geo.MaxX-9, 0, 9)}, want{geo.RuleExtent: 1}, 0, 0},
	} {
		t.Run(k.name, func(t *testing.T) {
			c, report := coverage.Build(k.faces)
			if got := rules(report); !equalMaps(got, k.want) {
				t.Errorf("%v, want %v", report.Defects, k.want)
			}
			if (c != nil) != report.Clean() {
				t.Errorf("coverage %v, clean %v", c != nil, report.Clean())
			}
			if report.Clean() && (report.Islands != k.islands || report.Holes != k.holes) {
				t.Errorf("%d islands and %d holes, want %d and %d", report.Islands, report.Holes, k.islands, k.holes)
			}
		})
	}
}

func TestCheckWithParent(t *testing.T) {
	type want = map[string]int
	framed := ring(0, 0, 30, 0, 30, 30, 0, 30)
	framed[0] = append(framed[0], square(10, 10, 10)[0][0]) // with a hole
	for _, k := range []struct {
		name     string
		children []geo.MultiPolygon
		parent   geo.MultiPolygon
		want     want
	}{
		{"filled", shapes("AB"), ring(0, 0, 10, 0, 20, 0, 20, 10, 10, 10, 0, 10), want{}},
		{"filled, but the parent lacks a vertex", shapes("AB"), ring(0, 0, 10, 0, 20, 0, 20, 10, 0, 10), want{geo.RuleUnmatched: 1}},
		{"a gap at the side", shapes("A"), ring(0, 0, 10, 0, 20, 0, 20, 10, 10, 10, 0, 10), want{geo.RuleGap: 1}},
		{"outside", shapes("AB"), square(0, 0, 10), want{geo.RuleOutsideParent: 1}},
		{"outside and a gap", []geo.MultiPolygon{square(5, 0, 10)}, square(0, 0, 10), want{geo.RuleOutsideParent: 1, geo.RuleGap: 1, geo.RuleUnmatched: 4}},
		{"the parent has the hole", shapes("AAA\nA.B\nBBB"), nil, want{}},
		{"a hole that the parent has not", shapes("AAA\nA.B\nBBB"), ring(0, 0, 10, 0, 20, 0, 30, 0, 30, 10, 30, 20, 30, 30, 20, 30, 10, 30, 0, 30, 0, 20, 0, 10), want{geo.RuleGap: 1}},
		{"in the parent's hole", []geo.MultiPolygon{framed, square(10, 10, 10)}, framed, want{geo.RuleOutsideParent: 1}},
		{"twice", []geo.MultiPolygon{square(0, 0, 10), square(0, 0, 10)}, square(0, 0, 10), want{geo.RuleOverlap: 1}},
		{"no children", nil, square(0, 0, 10), want{geo.RuleGap: 1}},
		{"an empty parent", shapes("A"), geo.MultiPolygon{}, want{geo.RuleEmpty: 1}},
	} {
		t.Run(k.name, func(t *testing.T) {
			parent := &k.parent
			if k.parent == nil {
				c, _ := mustBuild(t, k.children)
				whole, err := c.Dissolve(make([]int32, c.Len()), 1)
				if err != nil {
					t.Fatal(err)
				}
				*parent = whole.Face(0)
			}
			if report := coverage.Check(k.children, parent); !equalMaps(rules(report), k.want) {
				t.Errorf("%v, want %v", report.Defects, k.want)
			}
		})
	}
}

// A defect says where it is, how large, and whom it concerns.
func TestDefectsAreLocated(t *testing.T) {
	at := func(x, y int32) geo.Point { return geo.Point{X: 1_081_000_000 + x, Y: 226_000_000 + y} }
	box := func(x0, y0, x1, y1 int32) geo.MultiPolygon {
		return geo.MultiPolygon{{{at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1)}}}
	}
	mx, my := geo.MetresPerUnit(at(0, 500).Y)
	// B overlaps A in 100 × 1,000 units; C leaves 200 × 1,000 units to B.
	report := coverage.Check([]geo.MultiPolygon{box(0, 0, 1000, 1000), box(900, 0, 2000, 1000), box(2200, 0, 3000, 1000)}, new(box(0, 0, 3000, 1000)))
	var got []geo.Defect
	for _, d := range report.Defects {
		if d.Rule != geo.RuleUnmatched {
			got = append(got, d)
		}
	}
	want := []struct {
		rule       string
		region     geo.MultiPolygon
		faces      []int
		wide, high float64
	}{
		{geo.RuleOverlap, box(900, 0, 1000, 1000), []int{0, 1}, 100, 1000},
		{geo.RuleGap, box(2000, 0, 2200, 1000), []int{1, 2}, 200, 1000},
	}
	if len(got) != len(want) {
		t.Fatalf("%v", report.Defects)
	}
	for i, w := range want {
		d := got[i]
		switch {
		case d.Rule != w.rule || !slices.Equal(d.Faces, w.faces):
			t.Errorf("%s of %v, want %s of %v", d.Rule, d.Faces, w.rule, w.faces)
		case !geo.Equal(d.Shape, w.region):
			t.Errorf("%s: %v, want %v", d.Rule, d.Shape, w.region)
		case w.region.Locate(d.At) != geo.Inside:
			t.Errorf("%s: %v is not in it", d.Rule, d.At)
		case math.Abs(d.Area/(w.wide*mx*w.high*my)-1) > 1e-6:
			t.Errorf("%s: %v m², want %v", d.Rule, d.Area, w.wide*mx*w.high*my)
		case math.Abs(d.Width/(w.wide*mx)-1) > 0.03:
			t.Errorf("%s: %v m wide, want %v", d.Rule, d.Width, w.wide*mx)
		}
	}
}

// Largest first, in each class.
func TestDefectsAreSorted(t *testing.T) {
	report := coverage.Check([]geo.MultiPolygon{square(0, 0, 100), square(90, 0, 100), square(170, 0, 100), square(0, 200, 40), square(0, 230, 40)}, nil)
	if !slices.IsSortedFunc(report.Defects, func(a, b geo.Defect) int {
		if a.Rule != b.Rule {
			return 0
		}
		return int(math.Copysign(1, b.Area-a.Area))
	}) {
		t.Errorf("%v", report.Defects)
	}
	if n := rules(report)[geo.RuleOverlap]; n != 3 {
		t.Errorf("%d overlaps: %v", n, report.Defects)
	}
}

// The faults that files really have, put into clean nets one at a time, are each found, at their place and in their class.
func TestInjectedFaults(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		faces := coveragetest.Faces(rapid.Uint64().Draw(t, "seed"), coveragetest.Options{Faces: 12, Pixels: 12})
		c, _ := mustBuild(t, faces)
		whole, err := c.Dissolve(make([]int32, c.Len()), 1)
		if err != nil {
			t.Fatal(err)
		}
		parent := whole.Face(0)
		face := rapid.IntRange(0, len(faces)-1).Draw(t, "face")
		shell := faces[face][0][0]
		k := rapid.IntRange(0, len(shell)-1).Draw(t, "vertex")
		p, q := shell[k], shell[(k+1)%len(shell)]
		middle := pt(p.X+(q.X-p.X)/2, p.Y+(q.Y-p.Y)/2)
		edit := func(r geo.Ring) []geo.MultiPolygon {
			out := slices.Clone(faces)
			out[face] = slices.Clone(faces[face])
			out[face][0] = slices.Clone(faces[face][0])
			out[face][0][0] = r
			return out
		}
		moved := slices.Clone(shell)
		d := rapid.SampledFrom([]geo.Point{pt(1, 0), pt(0, 1), pt(-1, 0), pt(0, -1), pt(1, 1), pt(-1, 1)}).Draw(t, "step")
		moved[k] = pt(p.X+d.X, p.Y+d.Y)
		area := faces[face].AreaM2()
		for _, fault := range []struct {
			name  string
			faces []geo.MultiPolygon
			at    geo.Point
			rule  []string
			area  float64
		}{
			{"vertex moved by 1e-7°", edit(moved), p, []string{geo.RuleUnmatched}, 0},
			{"vertex deleted", edit(slices.Delete(slices.Clone(shell), k, k+1)), p, []string{geo.RuleGap, geo.RuleOverlap, geo.RuleOutsideParent, geo.RuleUnmatched}, 0},
			{"face deleted", slices.Delete(slices.Clone(faces), face, face+1), p, []string{geo.RuleGap}, area},
			{"face doubled", append(slices.Clone(faces), faces[face]), p, []string{geo.RuleOverlap}, area},
			{"midpoint on one side", edit(slices.Insert(slices.Clone(shell), k+1, middle)), middle, []string{geo.RuleUnmatched}, 0},
		} {
			report := coverage.Check(fault.faces, &parent)
			if report.Clean() {
				t.Fatalf("%s: not found", fault.name)
			}
			near, sum := false, 0.0
			for _, d := range report.Defects {
				if d.Rule == geo.RuleSelfCross || d.Rule == geo.RuleSelfTouch {
					return // without the vertex the face is invalid: found, and said so
				}
				if !slices.Contains(fault.rule, d.Rule) && d.Rule != geo.RuleUnmatched {
					t.Fatalf("%s: %v", fault.name, d)
				}
				if slices.Contains(fault.rule, d.Rule) {
					sum += d.Area
					near = near || touches(d, fault.at)
				}
			}
			if !near {
				t.Fatalf("%s: nothing is reported at %v: %v", fault.name, fault.at, report.Defects)
			}
			if fault.area > 0 && math.Abs(sum-fault.area) > 1e-6*fault.area {
				t.Fatalf("%s: %v m², want %v", fault.name, sum, fault.area)
			}
		}
	})
}

// touches reports whether a defect lies at p, give or take two units.
func touches(d geo.Defect, p geo.Point) bool {
	b := d.Shape.Bounds().Extend(d.At)
	b.Min.X, b.Min.Y, b.Max.X, b.Max.Y = b.Min.X-2, b.Min.Y-2, b.Max.X+2, b.Max.Y+2
	return b.Contains(p)
}

func TestCheckNesting(t *testing.T) {
	faces := shapes(`
		AABB
		AABC
		DDDC`)
	parents := shapes(`
		AABB
		AABB
		BBBB`)
	if report := coverage.CheckNesting(faces, []int32{0, 1, 1, 1}, parents); !report.Clean() || report.Faces != 4 {
		t.Errorf("%+v", report)
	}
	report := coverage.CheckNesting(faces, []int32{0, 0, 1, 1}, parents)
	if got := rules(report); got[geo.RuleOutsideParent] != 1 || got[geo.RuleGap] != 1 {
		t.Errorf("%v", report.Defects)
	}
	for _, d := range report.Defects {
		if d.Rule == geo.RuleOutsideParent && !slices.Equal(d.Faces, []int{1}) {
			t.Errorf("outside: %v, want face 1", d.Faces)
		}
	}
	if report := coverage.CheckNesting(faces, []int32{0, 1, 2, -1}, parents); report.Clean() {
		t.Error("children without a parent are accepted")
	}
}

func equalMaps(a, b map[string]int) bool {
	for k := range a {
		if a[k] != b[k] {
			return false
		}
	}
	return len(a) == len(b)
}
