package grid

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// table makes a table of a picture's faces. header names the columns, of which the first says the letter; each line is a row.
func table(drawn, header string, lines ...string) *Table {
	shapes := picture.Draw(drawn)
	t := &Table{File: "net.geojson", Columns: strings.Fields(header)}
	for i, line := range lines {
		values := strings.Split(line, " ")
		r := Row{N: i + 1, Fields: map[string]string{}, Shape: shapes[rune(values[0][0])]}
		for k, v := range values {
			r.Fields[t.Columns[k]] = v
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// four is a picture of four grids in a square.
const four = "AABB AABB CCDD CCDD"

// input assembles a table whose communities and towns are the columns c and t.
func input(grids *Table) AssembleInput {
	return AssembleInput{District: Named{Code: "990001", Name: "试验区"}, Grids: grids, Fields: Mapping{Code: "id"}, Community: Above{Field: "c"}, Town: Above{Field: "t"}}
}

func mustAssemble(t *testing.T, in AssembleInput) (*Net, *Assembly) {
	t.Helper()
	net, report, err := Assemble(in)
	if err != nil {
		t.Fatal(err)
	}
	return net, report
}

// told writes faults as "row rule".
func told(faults []*fault.Error) []string {
	var out []string
	for _, f := range faults {
		out = append(out, fmt.Sprintf("%d %s", f.Where.Row, f.Rule))
	}
	return out
}

func TestAssembleAllocatesEveryLevel(t *testing.T) {
	net, report := mustAssemble(t, input(table(four, "face id c t",
		"D x4 south s", "C x3 south s", "B x2 north n", "A x1 north n")))
	var got []string
	for _, g := range net.Grids {
		got = append(got, fmt.Sprintf("%s %s", g.Code, g.SourceID))
	}
	want := []string{"990001001001001 x1", "990001001001002 x2", "990001002001001 x3", "990001002001002 x4"}
	if !slices.Equal(got, want) {
		t.Errorf("grids %q, want %q", got, want)
	}
	if c := net.Communities[0]; c.SourceID != "north" || c.Name != "north" || len(c.Outline) != 1 {
		t.Errorf("community %+v", c)
	}
	if net.District.Name != "试验区" || report.Coded[LevelGrid] != (Coding{Allocated: 4}) || report.Sources != 4 {
		t.Errorf("district %q, report %+v", net.District.Name, report)
	}
}

func TestAssembleKeepsTheCodesThatObey(t *testing.T) {
	net, report := mustAssemble(t, input(table(four, "face id c t",
		"A 990001007003009 990001007003 990001007", // obeys
		"B 990001007003 990001007003 990001007",    // a community's code
		"C 990001008001001 990001007003 990001007", // another community's
		"D 990001007003001 990001007003 990001007")))
	codes := map[string]Code{}
	for _, g := range net.Grids {
		codes[g.SourceID] = g.Code
	}
	want := map[string]Code{"": "990001007003009", "990001007003": "990001007003002", "990001008001001": "990001007003003"}
	for source, code := range want {
		if codes[source] != code && source != "" {
			t.Errorf("the grid called %q has code %s, want %s", source, codes[source], code)
		}
	}
	if report.Coded[LevelGrid] != (Coding{Kept: 2, Allocated: 2}) || report.Coded[LevelCommunity] != (Coding{Kept: 1}) || report.Coded[LevelTown] != (Coding{Kept: 1}) {
		t.Errorf("coded %+v", report.Coded)
	}
}

func TestLevelsByPrefixNeedCodesOfThatLength(t *testing.T) {
	in := input(table(four, "face id c t", "A ab1 n t", "B a n t", "C ac1 s t", "D ac2 s t"))
	in.Community = Above{Prefix: 2}
	if _, report, err := Assemble(in); err == nil || !slices.Equal(told(report.Refused), []string{"2 code-too-short"}) {
		t.Errorf("refused %q (%v)", told(report.Refused), err)
	}
	in.Fields.Code, in.Grids.Columns[1] = "", "number"
	if _, report, err := Assemble(in); err == nil || !slices.Equal(told(report.Refused), []string{"0 no-code-column"}) {
		t.Errorf("no codes: refused %q (%v)", told(report.Refused), err)
	}
}

func TestAssembleTakesLevelsFromTheCodes(t *testing.T) {
	in := input(table(four, "face id", "A 990001007003009", "B 990001007003001", "C 990001008001001", "D 990001008002001"))
	in.Community, in.Town = Above{}, Above{}
	net, _ := mustAssemble(t, in)
	if got := codesOf(net.Communities); !slices.Equal(got, []Code{"990001007003", "990001008001", "990001008002"}) {
		t.Errorf("communities %v", got)
	}
	if got := codesOf(net.Towns); !slices.Equal(got, []Code{"990001007", "990001008"}) {
		t.Errorf("towns %v", got)
	}
	in.Grids.Rows[2].Fields["id"] = "x"
	if _, report, err := Assemble(in); err == nil || !slices.Equal(told(report.Refused), []string{"3 say-community"}) {
		t.Errorf("refused %q (%v)", told(report.Refused), err)
	}
}

func TestAssembleByPrefixAndByTable(t *testing.T) {
	grids := table(four, "face id", "A n1a", "B n1b", "C s2a", "D s2b")
	communities := table("NNNN NNNN SSSS SSSS", "face id name", "S s2 南村村委会", "N n1 北社区")
	in := input(grids)
	in.Community, in.Town = Above{Table: communities}, Above{Prefix: 1}
	byTable, report := mustAssemble(t, in)
	if got := []string{byTable.Communities[0].Name, byTable.Communities[1].Name}; !slices.Equal(got, []string{"北社区", "南村村委会"}) {
		t.Errorf("names %v", got)
	}
	if got := codesOf(byTable.Communities); !slices.Equal(got, []Code{"990001001001", "990001002200"}) {
		t.Errorf("communities %v: a village committee is numbered from 200", got)
	}
	if report.Coded[LevelTown] != (Coding{Allocated: 2}) {
		t.Errorf("towns %+v", report.Coded[LevelTown])
	}
	in.Community = Above{Prefix: 2}
	byPrefix, _ := mustAssemble(t, in)
	if !slices.EqualFunc(byTable.Communities, byPrefix.Communities, func(a, b Division) bool {
		return a.SourceID == b.SourceID && geo.Identical(a.Outline, b.Outline)
	}) {
		t.Error("the outlines made by prefix are not the official ones")
	}
}

func TestOfficialOutlinesAreChecked(t *testing.T) {
	grids := table("AAABBB AAABBB AAABBB CCCDDD CCCDDD CCCDDD", "face id t", "A n1a t", "B n1b t", "C s2a t", "D s2b t")
	for _, c := range []struct {
		name, drawn string
		want        string
	}{
		{"a grid reaches over", "NNNNNN NNNNNN SSSSSS SSSSSS SSSSSS SSSSSS", geo.RuleOutsideParent},
		{"ground without a grid", "NNNNNNN NNNNNNN NNNNNNN SSSSSSS SSSSSSS SSSSSSS", geo.RuleGap},
		{"a grid in no community", "NNNNNN NNNNNN NNNNNN ...... ...... ......", geo.RuleOutsideParent},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := []string{"N n1"}
			if strings.Contains(c.drawn, "S") {
				lines = append(lines, "S s2")
			}
			in := input(grids)
			in.Community = Above{Table: table(c.drawn, "face id", lines...)}
			net, report, err := Assemble(in)
			if err == nil || net != nil || len(report.Refused) == 0 {
				t.Fatalf("not refused: %v", err)
			}
			if !slices.ContainsFunc(report.Refused, func(f *fault.Error) bool { return f.Rule == c.want || f.Rule == geo.RuleUnmatched }) {
				t.Errorf("refused for %q, want %s", told(report.Refused), c.want)
			}
			for _, f := range report.Refused {
				if f.At == nil {
					t.Errorf("%v has no place", f)
				}
				if f.Rule == geo.RuleOutsideParent && f.Args["width"] == "0.00" {
					t.Errorf("%v has no width", f)
				}
			}
		})
	}
}

func TestOfficialOutlinesMayLackWhereBordersEndOnThem(t *testing.T) {
	halves := picture.Draw("NNNN NNNN SSSS SSSS")
	north, south := geo.MultiPolygon{{corners(halves['N'][0][0])}}, geo.MultiPolygon{{corners(halves['S'][0][0])}}
	// One corner on the long side is moved by a unit: that is what rounding does. By two it is another border.
	for _, c := range []struct {
		off   int32
		clean bool
	}{{0, true}, {1, true}, {2, false}} {
		grids := table(four, "face id c t", "A a n t", "B b n t", "C c s t", "D d s t")
		top := geo.Point{X: picture.Origin.X + 2*picture.Step, Y: picture.Origin.Y + 4*picture.Step}
		for i := range grids.Rows {
			for _, ring := range grids.Rows[i].Shape[0] {
				for k, p := range ring {
					if p == top {
						ring[k].Y += c.off
					}
				}
			}
		}
		in := input(grids)
		in.Community = Above{Table: &Table{File: "c.geojson", Columns: []string{"id"}, Rows: []Row{
			{N: 1, Fields: map[string]string{"id": "n"}, Shape: north},
			{N: 2, Fields: map[string]string{"id": "s"}, Shape: south},
		}}}
		_, report, err := Assemble(in)
		if (err == nil) != c.clean {
			t.Errorf("off by %d units: %v %q", c.off, err, told(report.Refused))
		}
		if c.clean && report.OnBorder == 0 {
			t.Errorf("off by %d units: no vertex was counted", c.off)
		}
	}
}

// corners drops the vertices of a ring at which it runs straight on.
func corners(r geo.Ring) geo.Ring {
	var out geo.Ring
	for i, p := range r {
		if geo.Orient(r[(i+len(r)-1)%len(r)], p, r[(i+1)%len(r)]) != 0 {
			out = append(out, p)
		}
	}
	return out
}

func TestEveryFaultOfAStepIsReported(t *testing.T) {
	header := "face id c t kind category parts"
	good := []string{"A a n t 基础 坡 1", "B b n t 专属 商圈 1", "C c s t basic resid 1", "D d s t dedicated school 1"}
	for _, c := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"nothing wrong", good, nil},
		{"a code twice, a kind and a category that are none, parts", []string{"A a n t 网 坡 1", "B a n t 专属 饭店 1", "C c s t 基础 坡 x", "D d s t 专属 学校 2"},
			[]string{"1 unknown-kind", "2 unknown-category", "2 duplicate-code", "3 bad-parts"}},
		{"other parts than declared", []string{good[0], good[1], "C c s t basic resid 2", "D d s t dedicated school 3"}, []string{"3 parts-of-row", "4 parts-of-row"}},
		{"a category of the other kind", []string{"A a n t 专属 坡 1", good[1], good[2], good[3]}, []string{"1 category-of-other-kind"}},
		{"no community", []string{"A a  t 基础 坡 1", "B b  t 专属 商圈 1", good[2], good[3]}, []string{"1 missing-community", "2 missing-community"}},
		{"no town", []string{good[0], good[1], "C c s  基础 坡 1", good[3]}, []string{"3 missing-town"}},
		{"one community in two towns", []string{good[0], "B b n u 专属 商圈 1", good[2], "D d s u 专属 学校 1"},
			[]string{"2 community-in-two-towns", "4 community-in-two-towns"}},
		{"two rows of the same ground", []string{good[0], good[1], good[2], "D d s t 专属 学校 1", "D e s t 专属 学校 1"}, []string{"4 overlap"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, report, err := Assemble(input(table(four, header, c.lines...)))
			if got := told(report.Refused); !slices.Equal(got, c.want) {
				t.Fatalf("refused %q, want %q", got, c.want)
			}
			if (err == nil) != (c.want == nil) || (net == nil) != (err != nil) {
				t.Fatalf("net %v, error %v", net != nil, err)
			}
			for _, f := range report.Refused {
				if f.Where.File != "net.geojson" {
					t.Errorf("%v names no file", f)
				}
				for _, lang := range []fault.Lang{fault.Chinese, fault.English} {
					if s := f.Sentence(lang); strings.ContainsAny(s, "{}") {
						t.Errorf("sentence with a hole: %s", s)
					}
				}
			}
		})
	}
}

func TestFaultsOfTheWholeTable(t *testing.T) {
	empty := table(four, "face id c t")
	named := input(table(four, "face id c t", "A a n t"))
	named.Fields.Kind = "art"
	community := input(table(four, "face id c t", "A a n t"))
	community.Community.Field = "village"
	district := input(table(four, "face id c t", "A a n t"))
	district.District.Code = "45010"
	unread := input(table(four, "face id c t", "A a n t", "B b n t"))
	unread.Grids.Rows[1].Shape = nil
	unread.Grids.Rows[1].Faults = []*fault.Error{fault.New(fault.Invalid, geo.RuleNotPolygon, nil).In(fault.Place{File: "net.geojson", Row: 2})}
	for _, c := range []struct {
		name string
		in   AssembleInput
		want string
	}{
		{"no rows", input(empty), "0 no-rows"},
		{"a column that is not there", named, "0 field-missing"},
		{"no column of communities", community, "0 field-missing"},
		{"no district", district, "0 district-code"},
		{"a row that could not be read", unread, "2 not-a-polygon"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, report, err := Assemble(c.in)
			if err == nil || !slices.Equal(told(report.Refused), []string{c.want}) {
				t.Errorf("refused %q, want %s", told(report.Refused), c.want)
			}
		})
	}
}

func TestCleaningIsOnRequestAndListed(t *testing.T) {
	lines := []string{"A a n t 1", "B b n t 1", "C c s t 1", "D d s t 1"}
	dirty := func() AssembleInput {
		in := input(table(four, "face id c t parts", lines...))
		shift(in.Grids.Rows[1].Shape, 2, 3) // an overlap or gap as wide as a unit
		ring := in.Grids.Rows[2].Shape[0][0]
		for i, p := range ring {
			if p.Y == picture.Origin.Y+2*picture.Step {
				ring[i].Y += 300 // three metres into the north
			}
		}
		return in
	}
	if _, report, err := Assemble(dirty()); err == nil || report.Cleaned != nil {
		t.Errorf("not refused: %v", err)
	}
	in := dirty()
	in.Clean = &coverage.CleanOptions{}
	net, report := mustAssemble(t, in)
	if len(report.Cleaned) == 0 || len(net.Grids) != 4 || len(report.Holes) > 0 {
		t.Errorf("%d grids, changes %+v", len(net.Grids), report.Cleaned)
	}
	clean := input(table(four, "face id c t parts", lines...))
	clean.Clean = &coverage.CleanOptions{}
	if _, report := mustAssemble(t, clean); len(report.Cleaned) > 0 {
		t.Errorf("a clean net was changed: %+v", report.Cleaned)
	}
	gone := input(table(four, "face id c t parts", append(lines, "D e s t 1")...))
	gone.Clean = &coverage.CleanOptions{}
	if _, report, err := Assemble(gone); err == nil || len(report.Refused) != 1 || report.Refused[0].Rule != "emptied" || report.Refused[0].At == nil {
		t.Errorf("a grid without ground of its own: %q", told(report.Refused))
	}
}

func TestSerialsRunOut(t *testing.T) {
	// A thousand grids in one community.
	var grids Table
	grids.Columns = []string{"id", "c", "t"}
	for i := range 1000 {
		x, y := int32(i%40), int32(i/40)
		o := geo.Point{X: picture.Origin.X + x*100, Y: picture.Origin.Y + y*100}
		grids.Rows = append(grids.Rows, Row{N: i + 1, Fields: map[string]string{"id": fmt.Sprint(i), "c": "c", "t": "t"}, Shape: geo.MultiPolygon{{{
			o, {X: o.X + 100, Y: o.Y}, {X: o.X + 100, Y: o.Y + 100}, {X: o.X, Y: o.Y + 100}}}}})
	}
	_, report, err := Assemble(input(&grids))
	if err == nil || len(report.Refused) != 1 || report.Refused[0].Rule != "codes-exhausted" || report.Refused[0].At == nil {
		t.Errorf("refused %q", told(report.Refused))
	}
	grids.Rows = grids.Rows[:999]
	mustAssemble(t, input(&grids))
}

func TestOfficialNames(t *testing.T) {
	in := input(table(four, "face id c t", "A a 江西社区 江西镇", "B b 江西社区 江西镇", "C c 扬美村 江西镇", "D d 无名地 江西镇"))
	in.District = Named{Code: "450105"}
	in.Basis.Names = []Named{{"450105", "江南区"}, {"450105105", "江西镇"}, {"450105105001", "江西社区居委会"}, {"450105105208", "扬美村委会"}, {"450105105002", "别处社区居委会"}}
	net, report := mustAssemble(t, in)
	var got []string
	for _, c := range net.Communities {
		got = append(got, string(c.Code)+c.Name)
	}
	// 无名地 is not in the register: it takes a new code, but none that the register has.
	if want := []string{"450105105001江西社区居委会", "450105105003无名地", "450105105208扬美村委会"}; !slices.Equal(got, want) {
		t.Errorf("communities %v, want %v", got, want)
	}
	if net.District.Name != "江南区" || report.Coded[LevelTown] != (Coding{Kept: 1}) || report.Coded[LevelCommunity] != (Coding{Kept: 2, Allocated: 1}) {
		t.Errorf("%s, coded %+v", net.District.Name, report.Coded)
	}
	if n := net.Grids[0].Name; n != "a" {
		t.Errorf("a grid without a name is called %q, want its source id", n)
	}
	in.Town = Above{} // the communities' official codes say the town
	in.Grids.Rows = in.Grids.Rows[:3]
	if net, _ := mustAssemble(t, in); !slices.Equal(codesOf(net.Towns), []Code{"450105105"}) {
		t.Errorf("towns %v", net.Towns)
	}
}
