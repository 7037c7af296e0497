package grid

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// twoCommunities is a mesh of four grids: A and B lie in community 990001001001, C and D, south of them, in 990001001002.
func twoCommunities(t testing.TB) *Mesh {
	t.Helper()
	shapes := picture.Draw("AABB AABB CCDD CCDD")
	n := &Net{District: Division{Code: "990001"}, Towns: []Division{{Code: "990001001"}},
		Communities: []Division{{Code: "990001001001"}, {Code: "990001001002"}}}
	for letter, code := range map[rune]Code{'A': "990001001001001", 'B': "990001001001002", 'C': "990001001002001", 'D': "990001001002002"} {
		n.Grids = append(n.Grids, Face{Code: code, Kind: Basic, Parts: 1, Shape: shapes[letter]})
	}
	mesh, faults := Weave(n)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return mesh
}

// at is the middle of a square of the picture, somewhat east of it.
func eastOf(x, y, units int) *geo.Point {
	p := picture.Centre(x, y)
	p.X += int32(units)
	return &p
}

// rowAt is a row with a point; fields are name=value.
func rowAt(p *geo.Point, fields ...string) Row {
	r := Row{Point: p, Fields: map[string]string{"id": "", "code": "", "name": "", "address": "", "households": "", "storeys": "", "use": ""}}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		r.Fields[name] = value
	}
	return r
}

// square is a footprint around a place.
func square(p geo.Point, half int32) geo.MultiPolygon {
	return geo.MultiPolygon{{{{X: p.X - half, Y: p.Y - half}, {X: p.X + half, Y: p.Y - half}, {X: p.X + half, Y: p.Y + half}, {X: p.X - half, Y: p.Y + half}}}}
}

func numbered(rows []Row) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for i, r := range rows {
			r.N = i + 1
			if !yield(r, nil) {
				return
			}
		}
	}
}

func buildingsOf(t testing.TB, basis BuildingBasis, replace bool, rows ...Row) *BuildingAssembly {
	t.Helper()
	a, err := AssembleBuildings(BuildingInput{File: "b.csv", Rows: numbered(rows), Source: "b", Replace: replace, Basis: basis})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// after is the basis once a change is written, as the store writes it.
func (b BuildingBasis) after(c BuildingChange) BuildingBasis {
	next := b
	next.Buildings, next.Retired = nil, nil
	codes := map[Code]bool{}
	for _, n := range c.Put {
		codes[n.Code] = true
	}
	for _, s := range b.Buildings {
		switch {
		case slices.Contains(c.Remove, s.ID):
			next.Retired = append(next.Retired, RetiredBuilding{s.Code, s.ID, s.Source})
		case !slices.ContainsFunc(c.Put, func(n Building) bool { return n.ID == s.ID }):
			next.Buildings = append(next.Buildings, s)
		}
	}
	for _, r := range b.Retired {
		if !codes[r.Code] {
			next.Retired = append(next.Retired, r)
		}
	}
	next.Buildings = append(next.Buildings, c.Put...)
	next.Revision++
	return next
}

func refusedRows(list []Refusal) (told []string) {
	for _, r := range list {
		told = append(told, fmt.Sprintf("%d %s", r.Fault.Where.Row, r.Fault.Rule))
	}
	return told
}

func codesByID(list []Building) (codes []string) {
	for _, b := range list {
		codes = append(codes, b.ID+" "+string(b.Code[6:]))
	}
	slices.Sort(codes)
	return codes
}

func TestBuildingsAreNumberedFromNorthWestToSouthEast(t *testing.T) {
	a := buildingsOf(t, BuildingBasis{Mesh: twoCommunities(t)}, false,
		rowAt(eastOf(3, 2, 0), "id=d"), rowAt(eastOf(0, 3, 0), "id=a"), rowAt(eastOf(3, 3, 0), "id=c"), rowAt(eastOf(1, 2, 0), "id=b"), rowAt(eastOf(1, 1, 0), "id=south"))
	// The community is two squares high and has room for four, so that a row is √2 squares high: all of the north is one row.
	want := []string{"a 00100100001", "b 00100100002", "c 00100100003", "d 00100100004", "south 00100200001"}
	if got := codesByID(a.Change.Put); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, b := range a.Change.Put {
		if face := b.Area.At(LevelCommunity); b.Code.At(LevelCommunity) != face || b.Source != "b" {
			t.Errorf("%+v", b)
		}
	}
	if a.New != 5 || a.Coded != (Coding{Allocated: 5}) || a.Empty() {
		t.Errorf("%+v", a)
	}
}

func TestRowsThatAreNoBuilding(t *testing.T) {
	p := eastOf(1, 1, 0)
	bow := geo.MultiPolygon{{{{X: p.X, Y: p.Y}, {X: p.X + 100, Y: p.Y + 100}, {X: p.X + 100, Y: p.Y}, {X: p.X, Y: p.Y + 100}}}}
	for name, c := range map[string]struct {
		rows []Row
		want string
	}{
		"an id twice":                 {[]Row{rowAt(p, "id=1"), rowAt(eastOf(1, 1, 9), "id=1")}, "2 duplicate-id"},
		"the same thing twice":        {[]Row{rowAt(p, "name=x"), rowAt(p, "name=x")}, "2 building-twice"},
		"outside the net":             {[]Row{rowAt(eastOf(9, 9, 0), "id=1")}, "1 building-outside"},
		"households below nothing":    {[]Row{rowAt(p, "id=1", "households=-1")}, "1 bad-count"},
		"half a household":            {[]Row{rowAt(p, "id=1", "households=2.5")}, "1 bad-count"},
		"households in words":         {[]Row{rowAt(p, "id=1", "households=三")}, "1 bad-count"},
		"households with a plus":      {[]Row{rowAt(p, "id=1", "households=+3")}, "1 bad-count"},
		"households with a separator": {[]Row{rowAt(p, "id=1", "households=1,000")}, "1 bad-count"},
		"households beyond reason":    {[]Row{rowAt(p, "id=1", "households=999999999999")}, "1 bad-count"},
		"a tower of a thousand":       {[]Row{rowAt(p, "id=1", "storeys=1000")}, "1 bad-count"},
		"an address of two lines":     {[]Row{rowAt(p, "id=1", "address=a\nb")}, "1 bad-text"},
		"a name without end":          {[]Row{rowAt(p, "id=1", "name="+strings.Repeat("楼", 201))}, "1 bad-text"},
		"a footprint that crosses":    {[]Row{{Shape: bow, Fields: map[string]string{"id": "1"}}}, "1 ring-crosses"},
		"what the file says":          {[]Row{{Faults: []*fault.Error{fault.New(fault.Invalid, "null-geometry", nil)}}}, "1 null-geometry"},
		"a code twice": {[]Row{rowAt(p, "id=1", "code=99000100100200007"), rowAt(eastOf(1, 1, 9), "id=2", "code=99000100100200007")},
			"2 duplicate-code"},
		"everything at once": {[]Row{rowAt(p, "id=1", "households=x", "storeys=y")}, "1 bad-count, 1 bad-count"},
	} {
		t.Run(name, func(t *testing.T) {
			good := rowAt(eastOf(2, 2, 0), "id=good")
			a := buildingsOf(t, BuildingBasis{Mesh: twoCommunities(t)}, false, append(c.rows, good)...)
			if got := strings.Join(refusedRows(a.Refused), ", "); got != c.want {
				t.Errorf("refused %q, want %q", got, c.want)
			}
			if a.Bad != 1 || a.New != len(c.rows) {
				t.Errorf("%d refused, %d taken in, of %d rows", a.Bad, a.New, a.Rows)
			}
			if r := a.Refused[0]; r.Fault.Where.File != "b.csv" || fault.Rules()[r.Fault.Rule].Zh == "" || fault.Rules()[r.Fault.Rule].En == "" {
				t.Errorf("%+v", r.Fault)
			}
		})
	}
}

func TestTheCodeOfABuilding(t *testing.T) {
	mesh := twoCommunities(t)
	stored := BuildingBasis{Mesh: mesh, Buildings: []Building{
		{ID: "old", Source: "b", Code: "99000100100200001", Point: picture.Centre(0, 0), Area: "990001001002001"},
		{ID: "moved", Source: "b", Code: "99000100100100009", Point: picture.Centre(1, 0), Area: "990001001002001"},
		{ID: "foreign", Source: "other", Code: "99000100100200003", Point: picture.Centre(1, 1), Area: "990001001002001"}},
		Retired: []RetiredBuilding{{"99000100100200002", "gone", "b"}}}
	for name, c := range map[string]struct {
		row  Row
		want string // the end of its code, or the rule that it breaks
	}{
		"none is said: the next that none ever had": {rowAt(eastOf(3, 0, 0), "id=new"), "00200004"},
		"one's own": {rowAt(eastOf(3, 0, 0), "id=new", "code=99000100100277777"), "00277777"},
		"one's own, of another community: not a code": {rowAt(eastOf(3, 0, 0), "id=new", "code=99000100100177777"), "00200004"},
		"one's own, ending in zeros: not a code":      {rowAt(eastOf(3, 0, 0), "id=new", "code=99000100100200000"), "00200004"},
		"one's own number without an id is the id":    {rowAt(eastOf(3, 0, 0), "code=D-17"), "00200004"},
		"retired":                                       {rowAt(eastOf(3, 0, 0), "id=new", "code=99000100100200002"), "code-retired"},
		"of another building":                           {rowAt(eastOf(3, 0, 0), "id=new", "code=99000100100200001"), "code-of-other-building"},
		"back where it was":                             {rowAt(eastOf(3, 0, 0), "id=gone"), "00200002"},
		"back in another community":                     {rowAt(eastOf(3, 3, 0), "id=gone"), "00100001"},
		"known by its code alone":                       {rowAt(eastOf(0, 0, 0), "code=99000100100200001", "name=x"), "00200001"},
		"for ever, also in another community":           {rowAt(eastOf(1, 0, 5), "id=moved"), "00100009"},
		"for ever: another one is said":                 {rowAt(eastOf(0, 0, 0), "id=old", "code=99000100100277777"), "building-recoded"},
		"for ever: one's own of elsewhere says nothing": {rowAt(eastOf(0, 0, 0), "id=old", "code=45010500100277777", "name=x"), "00200001"},
		"of another source":                             {rowAt(eastOf(1, 1, 0), "id=foreign"), "id-of-other-source"},
	} {
		t.Run(name, func(t *testing.T) {
			a := buildingsOf(t, stored, false, c.row)
			got := strings.Join(refusedRows(a.Refused), ", ")
			if len(a.Change.Put) == 1 {
				got += string(a.Change.Put[0].Code[9:])
			}
			if !strings.HasSuffix(got, c.want) || len(a.Change.Put)+a.Bad != 1 {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	t.Run("codes run out", func(t *testing.T) {
		full := BuildingBasis{Mesh: mesh}
		for n := 1; n < lastBuilding; n++ {
			full.Retired = append(full.Retired, RetiredBuilding{Code: Code(fmt.Sprintf("990001001002%05d", n)), ID: fmt.Sprint(n)})
		}
		a := buildingsOf(t, full, false, rowAt(eastOf(0, 0, 0), "id=a"), rowAt(eastOf(1, 0, 0), "id=b"), rowAt(eastOf(0, 3, 0), "id=c"))
		if got, want := codesByID(a.Change.Put), []string{"a 00100299999", "c 00100100001"}; !slices.Equal(got, want) || !slices.Equal(refusedRows(a.Refused), []string{"2 codes-exhausted"}) {
			t.Errorf("%q and %q", got, refusedRows(a.Refused))
		}
	})
}

func TestANewerFile(t *testing.T) {
	mesh := twoCommunities(t)
	foot := square(picture.Centre(0, 0), 500)
	door := geo.Point{X: foot[0][0][0].X, Y: picture.Centre(0, 0).Y}
	was := Building{ID: "1", Source: "b", Code: "99000100100200001", Name: "甲楼", Address: "示例路1号", Footprint: foot, Point: door,
		Households: 7, Storeys: 3, Use: "住宅", Area: "990001001002001"}
	gone := Building{ID: "2", Source: "b", Code: "99000100100200002", Point: picture.Centre(1, 0), Area: "990001001002001"}
	other := Building{ID: "3", Source: "other", Code: "99000100100200003", Point: picture.Centre(1, 1), Area: "990001001002001"}
	basis := BuildingBasis{Mesh: mesh, Buildings: []Building{was, gone, other}}
	few := func(shape geo.MultiPolygon, p *geo.Point, households string) Row {
		return Row{Shape: shape, Point: p, Fields: map[string]string{"id": "1", "households": households}}
	}

	a := buildingsOf(t, basis, false, few(foot, nil, "7"))
	if !a.Empty() || a.Same != 1 || a.Absent != 1 || a.Others != 1 {
		t.Errorf("the same footprint without its entrance, and without names: %+v", a)
	}
	a = buildingsOf(t, basis, false, few(foot, nil, "8"))
	if want := (func() Building { b := was; b.Households = 8; return b })(); len(a.Change.Put) != 1 || !sameBuilding(&a.Change.Put[0], &want) {
		t.Errorf("only households changed: %+v", a.Change.Put)
	}
	a = buildingsOf(t, basis, false, few(nil, eastOf(0, 0, 100), "7"))
	if b := a.Change.Put[0]; !geo.Equal(b.Footprint, foot) || b.Point != *eastOf(0, 0, 100) {
		t.Errorf("a file of points moves the entrance and keeps the footprint: %+v", b)
	}
	a = buildingsOf(t, basis, false, few(square(picture.Centre(2, 0), 500), nil, "7"))
	if b := a.Change.Put[0]; !b.Footprint.Contains(b.Point) || b.Area != "990001001002002" || b.Code != was.Code {
		t.Errorf("another footprint has its own label point, and the code stays: %+v", b)
	}
	a = buildingsOf(t, basis, true, few(foot, nil, "7"))
	if !slices.Equal(a.Change.Remove, []string{"2"}) || a.Kept != 0 {
		t.Errorf("what is no more in the file goes, what others gave stays: %+v", a.Change)
	}
	a = buildingsOf(t, basis, true, few(foot, nil, "-7"), few(foot, nil, "7"))
	if !slices.Equal(a.Change.Remove, []string{"2"}) {
		t.Errorf("a refused row that names its building does not let it go, nor keep others: %+v", a.Change)
	}
	a = buildingsOf(t, basis, true, Row{Faults: []*fault.Error{fault.New(fault.Invalid, "null-geometry", nil)}}, few(foot, nil, "7"))
	if len(a.Change.Remove) != 0 || a.Kept != 1 || a.Absent != 1 {
		t.Errorf("a refused row without a name may be any building: %+v", a)
	}
}

func TestAMissingColumnCondemnsTheFile(t *testing.T) {
	_, err := AssembleBuildings(BuildingInput{File: "b.csv", Rows: numbered([]Row{rowAt(eastOf(0, 0, 0))}), Fields: map[string]string{"households": "戸数"},
		Basis: BuildingBasis{Mesh: twoCommunities(t)}})
	if f := fault.From(err); f.Rule != "field-missing" || f.Where.Field != "戸数" {
		t.Error(err)
	}
	broken := func(yield func(Row, error) bool) { yield(Row{}, fault.New(fault.Invalid, "half-a-file", nil)) }
	if _, err := AssembleBuildings(BuildingInput{Rows: broken, Basis: BuildingBasis{Mesh: twoCommunities(t)}}); fault.From(err).Rule != "half-a-file" {
		t.Error(err)
	}
}

func TestHeadersInBothLanguages(t *testing.T) {
	a := buildingsOf(t, BuildingBasis{Mesh: twoCommunities(t)}, false, Row{Point: eastOf(0, 0, 0), Fields: map[string]string{
		"编号": "甲", "建筑物编码": "99000100100200042", "名称": "楼", " 地址 ": "路1号", "户数": "4", "楼层": "6", "用途": "住宅", "Name": "tower", "ID": "first"}})
	want := Building{ID: "first", Source: "b", Code: "99000100100200042", Name: "tower", Address: "路1号", Households: 4, Storeys: 6, Use: "住宅",
		Point: picture.Centre(0, 0), Area: "990001001002001"}
	if len(a.Change.Put) != 1 || !sameBuilding(&a.Change.Put[0], &want) {
		t.Errorf("%+v, want %+v", a.Change.Put, want)
	}
}

func TestFootprintsAcrossBorders(t *testing.T) {
	mesh := twoCommunities(t)
	corner := geo.Point{X: picture.Origin.X + 2*picture.Step, Y: picture.Origin.Y + 2*picture.Step} // of all four grids
	edge := geo.Point{X: picture.Origin.X, Y: picture.Centre(0, 0).Y}                               // of the net, at C
	shift := func(p geo.Point, x, y int32) geo.Point { return geo.Point{X: p.X + x, Y: p.Y + y} }
	for name, c := range map[string]struct {
		shape geo.MultiPolygon
		point geo.Point
		want  string
	}{
		"inside":                        {square(picture.Centre(0, 0), 1000), picture.Centre(0, 0), ""},
		"touches a border":              {square(shift(corner, 1000, 1000), 1000), shift(corner, 1000, 1000), ""},
		"half and half":                 {square(shift(corner, 0, 5000), 1000), shift(corner, -10, 5000), "A 50.0 B 50.0"},
		"four quarters":                 {square(corner, 1000), corner, "A 25.0 B 25.0 C 25.0 D 25.0"},
		"a quarter outside":             {square(shift(edge, 500, 0), 1000), shift(edge, 500, 0), "C 75.0 outside 25.0"},
		"less than a hundredth":         {square(shift(corner, 995, 5000), 1000), shift(corner, 995, 5000), ""},
		"most of it in the other grid":  {square(shift(corner, 800, 5000), 1000), shift(corner, -100, 5000), "B 90.0 A 10.0"},
		"its point in a little of it":   {square(shift(corner, 999, 5000), 1000), shift(corner, -1, 5000), "B 100.0 A 0.1"},
		"around a grid's whole corner":  {square(corner, 30000), shift(corner, 5, 5), "outside 55.6 A 11.1 B 11.1 C 11.1 D 11.1"},
		"two parts, one in each of two": {append(square(shift(corner, -5000, 5000), 1000), square(shift(corner, 5000, 5000), 1000)...), shift(corner, -5000, 5000), "A 50.0 B 50.0"},
	} {
		t.Run(name, func(t *testing.T) {
			a := buildingsOf(t, BuildingBasis{Mesh: mesh}, false, Row{Shape: c.shape, Point: &c.point, Fields: map[string]string{"id": "1"}})
			var parts []string
			for _, s := range a.Across {
				for _, share := range s.Shares {
					name := "outside"
					if share.Grid != "" {
						name = map[Code]string{"990001001001001": "A", "990001001001002": "B", "990001001002001": "C", "990001001002002": "D"}[share.Grid]
					}
					parts = append(parts, fmt.Sprintf("%s %.1f", name, 100*share.Of))
				}
			}
			slices.Sort(parts)
			want := strings.Fields(c.want)
			var pairs []string
			for i := 0; i < len(want); i += 2 {
				pairs = append(pairs, want[i]+" "+want[i+1])
			}
			slices.Sort(pairs)
			if a.New != 1 || !slices.Equal(parts, pairs) {
				t.Errorf("%q, want %q", parts, pairs)
			}
		})
	}
}

// Whatever files come, in whatever order: the same file again says nothing new, a code never names two buildings, and nothing of another source changes.
func TestFilesOfBuildingsOneAfterTheOther(t *testing.T) {
	mesh := twoCommunities(t)
	rapid.Check(t, func(t *rapid.T) {
		basis := BuildingBasis{Mesh: mesh}
		named := map[Code]string{} // code → the building that it names, for ever
		for range rapid.IntRange(1, 6).Draw(t, "files") {
			var rows []Row
			for range rapid.IntRange(0, 12).Draw(t, "rows") {
				p := eastOf(rapid.IntRange(0, 4).Draw(t, "x"), rapid.IntRange(0, 4).Draw(t, "y"), rapid.IntRange(0, 3).Draw(t, "e"))
				r := rowAt(p, fmt.Sprint("id=", rapid.SampledFrom([]string{"", "1", "2", "3", "4", "5", "6"}).Draw(t, "id")),
					fmt.Sprint("households=", rapid.SampledFrom([]string{"", "0", "5", "-1"}).Draw(t, "households")))
				if rapid.Bool().Draw(t, "footprint") {
					r.Shape = square(*p, 2000)
				}
				if rapid.Bool().Draw(t, "coded") {
					r.Fields["code"] = fmt.Sprintf("9900010010%02d%05d", rapid.IntRange(10, 12).Draw(t, "c"), rapid.IntRange(0, 6).Draw(t, "serial"))
				}
				rows = append(rows, r)
			}
			in := BuildingInput{File: "f", Source: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "source"), Replace: rapid.Bool().Draw(t, "replace"), Basis: basis, Rows: numbered(rows)}
			a, err := AssembleBuildings(in)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range a.Change.Remove {
				if s := basis.Buildings[slices.IndexFunc(basis.Buildings, func(b Building) bool { return b.ID == id })]; s.Source != in.Source {
					t.Fatalf("%s of source %s is removed", id, s.Source)
				}
			}
			if got := a.New + a.Changed + a.Same + a.Bad; got != len(rows) {
				t.Fatalf("%d rows came to %d", len(rows), got)
			}
			basis = basis.after(a.Change)
			taken := map[Code]bool{}
			for _, b := range basis.Buildings {
				// A building known by its place alone is another one once its place changed.
				if who := named[b.Code]; who != "" && who != b.ID || taken[b.Code] || b.Code.Level() != LevelBuilding {
					t.Fatalf("code %s names %s and %s", b.Code, who, b.ID)
				}
				named[b.Code], taken[b.Code] = b.ID, true
				if b.Area == "" || strings.HasSuffix(string(b.Code), "00000") {
					t.Fatalf("%+v", b)
				}
			}
			for _, r := range basis.Retired {
				if taken[r.Code] || named[r.Code] != r.ID {
					t.Fatalf("%v is retired and names %s", r, named[r.Code])
				}
			}
			in.Basis = basis
			again, err := AssembleBuildings(in)
			if err != nil || !again.Empty() || again.New+again.Changed != 0 {
				t.Fatalf("the same file again: %+v %v", again, err)
			}
			if !slices.Equal(refusedRows(again.Refused), refusedRows(a.Refused)) {
				t.Fatalf("the same file again is refused for %q, before %q", refusedRows(again.Refused), refusedRows(a.Refused))
			}
		}
	})
}
