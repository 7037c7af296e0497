package grid

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// drawn is a net of one town and one community whose grids are the letters of a picture, coded in the order of the letters
// and called by them.
func drawn(t *testing.T, pic string) *Net {
	t.Helper()
	shapes := picture.Draw(pic)
	n := &Net{District: Division{Code: "990001", Name: "试验区"},
		Towns:       []Division{{Code: "990001001", Name: "镇"}},
		Communities: []Division{{Code: "990001001001", Name: "村"}}}
	for letter := 'A'; letter <= 'Z'; letter++ {
		if shape, ok := shapes[letter]; ok {
			n.Grids = append(n.Grids, Face{Code: codeOf(letter), Name: string(letter), Kind: Basic, Parts: len(shape), Shape: shape})
		}
	}
	mesh, faults := Weave(n)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return mesh.Net
}

// codeOf is the code of a letter's grid: A is 001.
func codeOf(letter rune) Code { return Code(fmt.Sprintf("990001001001%03d", letter-'A'+1)) }

func letterOf(c Code) string {
	for letter := 'A'; letter <= 'Z'; letter++ {
		if codeOf(letter) == c {
			return string(letter)
		}
	}
	return "new"
}

// over is a table of lower-case faces without codes that is to follow a base.
func over(base *Net, pic string, buildings ...Building) AssembleInput {
	in := AssembleInput{District: Named{Code: "990001"}, Community: Above{Field: "c"}, Town: Above{Field: "t"},
		Basis: Basis{Release: 1, Net: base, Buildings: buildings}}
	var lines []string
	for letter := 'a'; letter <= 'z'; letter++ {
		if strings.ContainsRune(pic, letter) {
			lines = append(lines, string(letter)+" 990001001001 990001001")
		}
	}
	in.Grids = table(pic, "face c t", lines...)
	return in
}

// house is a building in the middle of a square.
func house(x, y, households int) Building {
	return Building{ID: fmt.Sprint(x, y, households), Point: picture.Centre(x, y), Households: households}
}

func TestARedrawnGridKeepsItsCodeByWeight(t *testing.T) {
	for _, c := range []struct {
		name      string
		old, new  string
		buildings []Building
		want      string // the old letters whose codes the new ones have, in the order of their letters
	}{
		{"nothing changed", "AABB AABB", "aabb aabb", nil, "A B"},
		{"a border moves a little", "AAAB AAAB", "aaab aabb", nil, "A B"},
		{"half is not more than half", "AAAA", "aabb", nil, "new new"},
		{"split three to one", "AAAA", "aaab", nil, "A new"},
		{"merged three to one", "AAAB", "aaaa", nil, "A"},
		{"merged half and half", "AABB", "aaaa", nil, "new"},
		{"most of the old, but not most of the new", "ABBB", "aaaa", nil, "B"},
		{"households go before area", "AAAA", "aaab", []Building{house(3, 0, 300), house(0, 0, 10)}, "new A"},
		{"buildings go before area", "AAAA", "aaab", []Building{house(3, 0, 0), house(0, 0, 0), house(3, 0, 0)}, "new A"},
		{"households go before buildings", "AAAA", "aaab", []Building{house(3, 0, 5), house(0, 0, 0), house(0, 0, 0)}, "new A"},
		{"each old grid by its own measure: people first", "AAAABB", "aaaaaa", []Building{house(4, 0, 300)}, "B"},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := drawn(t, c.old)
			net, report := mustAssemble(t, over(base, c.new, c.buildings...))
			var got []string
			for _, shape := range shapesByLetter(c.new) {
				i := slices.IndexFunc(net.Grids, func(g Face) bool { return geo.Identical(g.Shape, shape) })
				got = append(got, letterOf(net.Grids[i].Code))
			}
			for i, g := range got {
				if !strings.Contains(c.old, g) {
					got[i] = "new"
				}
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("codes of %s, want %s", s, c.want)
			}
			if coded := report.Coded[LevelGrid]; coded.Inherited+coded.Allocated != len(net.Grids) || coded.Allocated != strings.Count(c.want, "new") {
				t.Errorf("coded %+v", coded)
			}
		})
	}
}

func shapesByLetter(pic string) []geo.MultiPolygon {
	shapes := picture.Draw(pic)
	var out []geo.MultiPolygon
	for letter := 'a'; letter <= 'z'; letter++ {
		if shape, ok := shapes[letter]; ok {
			out = append(out, shape)
		}
	}
	return out
}

func TestTheSameFileAgainChangesNothing(t *testing.T) {
	in := input(table(four, "face id c t name kind category", "A a n t 一 专属 学校", "B b n t 二 基础 坡", "C c s t 三 基础 坡", "D d s t 四 基础 坡"))
	net, first := mustAssemble(t, in)
	in.Basis = Basis{Release: 1, Net: net}
	slices.Reverse(in.Grids.Rows)
	_, second := mustAssemble(t, in)
	if d := Diff(first.Mesh, second.Mesh, nil); !d.Empty() {
		t.Errorf("changes: %+v", d.Changes)
	}
	if second.Coded[LevelGrid] != (Coding{Inherited: 4}) || second.Coded[LevelCommunity] != (Coding{Inherited: 2}) || second.Coded[LevelTown] != (Coding{Inherited: 1}) {
		t.Errorf("coded %+v", second.Coded)
	}
	// What the file no longer has a column for stays as it was.
	in.Grids.Columns = []string{"face", "id", "c", "t"}
	for i := range in.Grids.Rows {
		delete(in.Grids.Rows[i].Fields, "name")
		delete(in.Grids.Rows[i].Fields, "kind")
		delete(in.Grids.Rows[i].Fields, "category")
	}
	_, third := mustAssemble(t, in)
	if d := Diff(first.Mesh, third.Mesh, nil); !d.Empty() {
		t.Errorf("changes without the columns: %+v", d.Changes)
	}
}

func TestAnExportComesBackTheSame(t *testing.T) {
	net, first := mustAssemble(t, input(table(four, "face id c t", "A a n t", "B b n t", "C c s t", "D d s t")))
	out := &Table{File: "export", Columns: []string{"code", "name", "kind", "category", "source_id", "parts"}}
	for i, g := range net.Grids {
		out.Rows = append(out.Rows, Row{N: i + 1, Shape: g.Shape, Fields: map[string]string{"code": string(g.Code), "name": g.Name,
			"kind": string(g.Kind), "category": string(g.Category), "source_id": g.SourceID, "parts": fmt.Sprint(g.Parts)}})
	}
	in := AssembleInput{District: Named{Code: "990001"}, Grids: out, Basis: Basis{Release: 1, Net: net}}
	_, again := mustAssemble(t, in)
	if d := Diff(first.Mesh, again.Mesh, nil); !d.Empty() {
		t.Errorf("changes: %+v", d.Changes)
	}
}

func TestAGridThatChangesItsCommunityIsCodedAnew(t *testing.T) {
	in := input(table(four, "face id c t", "A a n t", "B b n t", "C c s t", "D d s t"))
	net, _ := mustAssemble(t, in)
	in.Basis = Basis{Release: 1, Net: net, Used: []Code{"990001001002003"}}
	in.Grids.Rows[1].Fields["c"] = "s"
	moved, report := mustAssemble(t, in)
	i := slices.IndexFunc(moved.Grids, func(g Face) bool { return g.SourceID == "b" })
	if got := moved.Grids[i].Code; got != "990001001002004" {
		t.Errorf("b has the code %s: 001 and 002 are in use, 003 was used before", got)
	}
	if report.Coded[LevelGrid] != (Coding{Inherited: 3, Allocated: 1}) {
		t.Errorf("coded %+v", report.Coded[LevelGrid])
	}
}

func TestAFileOfOtherGroundIsRefused(t *testing.T) {
	in := over(drawn(t, "AA.. AA.."), "..aa ..aa")
	if _, report, err := Assemble(in); err == nil || !slices.Equal(told(report.Refused), []string{"0 no-shared-area"}) {
		t.Errorf("beside it: refused for %q", told(report.Refused))
	}
	in = over(drawn(t, "AAA ABA AAA"), "aaa a.a aaa")
	if _, report, err := Assemble(in); err == nil || !slices.Equal(told(report.Refused), []string{"0 gap-in-district"}) || report.Mesh != nil {
		t.Errorf("a hole: refused for %q", told(report.Refused))
	}
}

func TestARetiredCodeIsRefused(t *testing.T) {
	base := drawn(t, "AABB")
	in := over(base, "aabb")
	in.Grids.Columns = append(in.Grids.Columns, "code")
	in.Basis.Used = []Code{codeOf('A'), codeOf('B'), codeOf('C')}
	in.Grids.Rows[0].Fields["code"] = string(codeOf('C'))
	if _, report, err := Assemble(in); err == nil || !slices.Equal(told(report.Refused), []string{"1 code-retired"}) {
		t.Errorf("refused %q", told(report.Refused))
	}
	// Where a correction of the past is made, a code of the present net is no retired one.
	in.Basis.Near = []*Net{drawn(t, "AACC")}
	mustAssemble(t, in)
}

func TestACorrectionGivesTheCodeThatIsKnownLater(t *testing.T) {
	later := drawn(t, "AACC")
	later.Grids[1].SourceID = "c1"
	in := over(drawn(t, "AABB"), "aabc")
	in.Grids.Columns = append(in.Grids.Columns, "code")
	for i, id := range []string{"a1", "b1", "c1"} {
		in.Grids.Rows[i].Fields["code"] = id
	}
	in.Basis.Near = []*Net{later}
	in.Basis.Used = []Code{codeOf('A'), codeOf('B'), codeOf('C')}
	net, _ := mustAssemble(t, in)
	for _, g := range net.Grids {
		if (g.SourceID == "c1") != (g.Code == codeOf('C')) {
			t.Errorf("%s has the code %s", g.SourceID, g.Code)
		}
	}
	// What bears the id of another in the base has the base's code, and the later one is left alone.
	in.Basis.Net.Grids[1].SourceID = "c1"
	net, _ = mustAssemble(t, in)
	for _, g := range net.Grids {
		if (g.SourceID == "c1") != (g.Code == codeOf('B')) {
			t.Errorf("%s has the code %s", g.SourceID, g.Code)
		}
	}
}

func TestPartsChangeOnlyWhenDeclared(t *testing.T) {
	base := drawn(t, "AABB AABB")
	in := over(base, "aaba aabb")
	if _, report, err := Assemble(in); err == nil || !slices.Equal(told(report.Refused), []string{"1 parts-undeclared"}) {
		t.Errorf("refused %q", told(report.Refused))
	}
	in.Grids.Columns = append(in.Grids.Columns, "parts")
	in.Grids.Rows[0].Fields["parts"] = "2"
	net, report := mustAssemble(t, in)
	if net.Grids[0].Parts != 2 || report.InParts[LevelGrid] != 1 {
		t.Errorf("parts %d, report %v", net.Grids[0].Parts, report.InParts)
	}
}
