package grid

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// way is a row with a line between squares of the picture.
func way(from, to [2]int, fields ...string) Row {
	r := Row{Lines: [][]geo.Point{{picture.Centre(from[0], from[1]), picture.Centre(to[0], to[1])}}, Fields: map[string]string{}}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		r.Fields[name] = value
	}
	return r
}

// area is a row with a square.
func area(x, y int, fields ...string) Row {
	r := way([2]int{}, [2]int{}, fields...)
	r.Lines, r.Shape = nil, square(picture.Centre(x, y), 1000)
	return r
}

func baseOf(t testing.TB, in BaseInput, rows ...Row) *BaseAssembly {
	t.Helper()
	in.File, in.Rows = "f.geojson", numbered(rows)
	if in.Source == "" {
		in.Source = "f"
	}
	if in.Basis.Bounds == (geo.Bounds{}) {
		in.Basis.Bounds = geo.EmptyBounds().Extend(picture.Centre(0, 0)).Extend(picture.Centre(9, 9))
	}
	a, err := AssembleBase(in)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (b BaseBasis) after(c BaseChange) BaseBasis {
	next := b
	next.Features = nil
	for _, s := range b.Features {
		if !slices.Contains(c.Remove, s.key()) && !slices.ContainsFunc(c.Put, func(f Feature) bool { return f.key() == s.key() }) {
			next.Features = append(next.Features, s)
		}
	}
	next.Features = append(next.Features, c.Put...)
	next.Revision++
	return next
}

func TestRowsOfTheBaseMap(t *testing.T) {
	here, there := [2]int{0, 0}, [2]int{3, 3}
	short := way(here, there, "id=1", "class=lane")
	bow := area(1, 1, "id=1")
	r := bow.Shape[0][0]
	r[1], r[2] = r[2], r[1]
	for name, c := range map[string]struct {
		layer Layer
		class string
		row   Row
		want  string // what it becomes, or the rule that it breaks
	}{
		"a street":                    {Street, "", way(here, there, "id=1", "class=lane", "name=巷"), "street 1 lane 巷"},
		"its class in Chinese":        {Street, "", way(here, there, "编号=1", "道路等级=主干道", "路名=大道"), "street 1 arterial 大道"},
		"of the class of all":         {Street, "rail", way(here, there, "id=1"), "street 1 rail "},
		"its own class goes before":   {Street, "rail", way(here, there, "id=1", "class=巷"), "street 1 lane "},
		"a street without a class":    {Street, "", way(here, there, "id=1"), "missing-class"},
		"a class that is none":        {Street, "", way(here, there, "id=1", "class=boulevard"), "unknown-class"},
		"a class of another layer":    {Street, "", way(here, there, "id=1", "class=river"), "unknown-class"},
		"water needs no class":        {Water, "", area(1, 1, "id=1"), "water 1  "},
		"a lake":                      {Water, "", area(1, 1, "id=1", "class=水库"), "water 1 lake "},
		"a bridge has a street's":     {Bridge, "", way(here, there, "id=1", "class=主干路"), "bridge 1 arterial "},
		"a block":                     {Block, "", area(1, 1, "id=1", "class=公园绿地"), "block 1 park "},
		"a shape that crosses itself": {Block, "", bow, "ring-crosses"},
		"a name of two lines":         {Street, "", way(here, there, "id=1", "class=lane", "name=a\nb"), "bad-text"},
		"a feature's own id":          {Street, "", func() Row { r := short; r.Fields = map[string]string{"class": "lane"}; r.ID = "f7"; return r }(), "street f7 lane "},
		"what the file says":          {Street, "", Row{Faults: []*fault.Error{fault.New(fault.Invalid, "null-geometry", nil)}, Fields: map[string]string{"class": "lane"}}, "null-geometry"},
		"far away":                    {Street, "", way([2]int{40, 40}, [2]int{50, 50}, "id=1", "class=lane"), ""},
		"less than a kilometre away":  {Street, "", way([2]int{17, 9}, [2]int{40, 9}, "id=1", "class=lane"), "street 1 lane "},
		"a kilometre to the north":    {Street, "", way([2]int{5, 19}, [2]int{5, 40}, "id=1", "class=lane"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := baseOf(t, BaseInput{Layer: c.layer, Class: c.class}, c.row)
			got := ""
			for _, f := range a.Change.Put {
				got = fmt.Sprint(f.Layer, " ", f.ID, " ", f.Class, " ", f.Name)
			}
			for _, r := range a.Refused {
				got = r.Fault.Rule
				if text := fault.Rules()[r.Fault.Rule]; text.Zh == "" || r.Fault.Where.Row != 1 || r.Fault.Where.File != "f.geojson" {
					t.Errorf("%+v", r.Fault)
				}
			}
			if got != c.want || (c.want == "") != (a.Far == 1) {
				t.Errorf("%q, want %q; %+v", got, c.want, a)
			}
		})
	}
}

func TestANewerFileOfTheBaseMap(t *testing.T) {
	here, there := [2]int{0, 0}, [2]int{3, 3}
	line := way(here, there).Lines
	basis := BaseBasis{Bounds: geo.EmptyBounds().Extend(picture.Centre(0, 0)).Extend(picture.Centre(9, 9)), Features: []Feature{
		{Layer: Street, ID: "1", Source: "f", Class: "lane", Lines: line}, {Layer: Street, ID: "2", Source: "f", Class: "lane", Lines: line},
		{Layer: Street, ID: "3", Source: "g", Class: "lane", Lines: line}, {Layer: Water, ID: "1", Source: "f", Class: "river", Lines: line},
		{Layer: Street, ID: "4", Class: "lane", Lines: line}}}
	in := BaseInput{Layer: Street, Replace: true, Basis: basis}
	a := baseOf(t, in, way(here, there, "id=1", "class=lane"))
	if len(a.Change.Put) != 0 || !slices.Equal(a.Change.Remove, []FeatureKey{{Street, "2"}}) || a.Layers[Street].Same != 1 || *a.Layers[Water] != (LayerCount{}) {
		t.Errorf("of this source and layer what is gone goes, and nothing else: %+v", a)
	}
	a = baseOf(t, in, way(here, [2]int{2, 2}, "id=1", "class=lane"), way(here, there, "id=2", "class=rail"), way(here, there, "id=5", "class=lane"), way(here, there, "id=4", "class=lane"))
	if n := *a.Layers[Street]; n != (LayerCount{New: 1, Changed: 3}) || len(a.Change.Put) != 4 {
		t.Errorf("%+v", n)
	}
	a = baseOf(t, in, way(here, there, "id=3", "class=lane"), way(here, there, "id=5", "class=lane"), way(here, there, "id=5", "class=lane"))
	if got := refusedRows(a.Refused); !slices.Equal(got, []string{"1 id-of-other-source", "3 duplicate-id"}) {
		t.Errorf("%q", got)
	}
	a = baseOf(t, in, way(here, there, "class=nothing"))
	if len(a.Change.Remove) != 0 || a.Kept != 2 {
		t.Errorf("a refused row without a name may be any feature: %+v", a)
	}
}

// Whatever files come, the same file again says nothing new, whether its rows have ids or not.
func TestFilesOfTheBaseMapOneAfterTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		basis := BaseBasis{Bounds: geo.EmptyBounds().Extend(picture.Centre(0, 0)).Extend(picture.Centre(3, 3))}
		for range rapid.IntRange(1, 4).Draw(t, "files") {
			var rows []Row
			for range rapid.IntRange(0, 8).Draw(t, "rows") {
				end := func(name string) [2]int {
					return [2]int{rapid.IntRange(0, 2).Draw(t, name+" x"), rapid.IntRange(0, 2).Draw(t, name+" y")}
				}
				r := way(end("from"), end("to"), "id="+rapid.SampledFrom([]string{"", "", "1", "2", "3"}).Draw(t, "id"),
					"class="+rapid.SampledFrom([]string{"lane", "rail", "?"}).Draw(t, "class"))
				rows = append(rows, r)
			}
			in := BaseInput{File: "f", Layer: Street, Source: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "source"), Replace: rapid.Bool().Draw(t, "replace"), Basis: basis, Rows: numbered(rows)}
			a, err := AssembleBase(in)
			if err != nil {
				t.Fatal(err)
			}
			in.Basis = basis.after(a.Change)
			basis = in.Basis
			keys := map[FeatureKey]bool{}
			for _, f := range basis.Features {
				if keys[f.key()] || f.ID == "" {
					t.Fatalf("%+v is there twice", f)
				}
				keys[f.key()] = true
			}
			again, err := AssembleBase(in)
			if err != nil || !again.Empty() || !slices.Equal(refusedRows(again.Refused), refusedRows(a.Refused)) {
				t.Fatalf("the same file again: %+v %v", again, err)
			}
		}
	})
}

func TestEveryClassHasItsWords(t *testing.T) {
	for _, l := range Layers() {
		seen := map[string]bool{}
		for _, w := range classWords[l] {
			for _, s := range append([]string{w.id, w.text.Zh, w.text.En, " " + strings.ToUpper(w.id) + " "}, w.also...) {
				if got, ok := ParseClass(l, s); !ok || got != w.id {
					t.Errorf("%s: %q is read as %q, want %q", l, s, got, w.id)
				}
			}
			if seen[w.id] || w.text.Zh == "" || w.text.En == "" {
				t.Errorf("%s: %+v", l, w)
			}
			seen[w.id] = true
		}
		for _, rule := range osmRules {
			for _, class := range rule.classes {
				if rule.layer == l && !slices.Contains(Classes(l), class) {
					t.Errorf("OpenStreetMap's %s has the class %s, which %s lacks", rule.key, class, l)
				}
			}
		}
	}
	for _, class := range waterClass {
		if !slices.Contains(Classes(Water), class) {
			t.Errorf("water has no class %s", class)
		}
	}
}

func TestTheTagsOfOpenStreetMap(t *testing.T) {
	here, there := [2]int{0, 0}, [2]int{3, 3}
	for name, c := range map[string]struct {
		row  Row
		want string
	}{
		"a street":                          {way(here, there, "highway=primary", "name=大道", "osm_id=7"), "street way/7 arterial 大道"},
		"a slip road":                       {way(here, there, "highway=motorway_link", "osm_id=7"), "street way/7 expressway "},
		"a street on a bridge":              {way(here, there, "highway=secondary", "osm_id=7", `other_tags="bridge"=>"yes","bridge:name"=>"大桥"`), "street way/7 secondary , bridge way/7 secondary 大桥"},
		"no bridge":                         {way(here, there, "highway=service", "osm_id=7", `other_tags="bridge"=>"no"`), "street way/7 lane "},
		"a street in a tunnel":              {way(here, there, "highway=trunk", "osm_id=7", "tunnel=yes"), "street way/7 expressway "},
		"a footpath":                        {way(here, there, "highway=footway", "osm_id=7"), ""},
		"a street to be":                    {way(here, there, "highway=construction", "osm_id=7"), ""},
		"a railway":                         {way(here, there, "railway=rail", "osm_id=7"), "street way/7 rail "},
		"a railway underground":             {way(here, there, "railway=light_rail", "osm_id=7", "tunnel=yes"), ""},
		"a subway":                          {way(here, there, "railway=subway", "osm_id=7"), ""},
		"a river's line":                    {way(here, there, "waterway=river", "osm_id=7", "name=江"), "water way/7 river 江"},
		"a stream in a pipe":                {way(here, there, "waterway=stream", "osm_id=7", "tunnel=culvert"), ""},
		"water":                             {area(1, 1, "natural=water", "osm_way_id=8"), "water way/8 lake "},
		"a pond":                            {area(1, 1, "natural=water", "osm_id=8", `other_tags="water"=>"pond"`), "water relation/8 pond "},
		"water of a kind unknown":           {area(1, 1, "natural=water", "osm_id=8", "water=well"), "water relation/8 lake "},
		"a reservoir's land":                {area(1, 1, "landuse=reservoir", "osm_id=8"), "water relation/8 lake "},
		"a park in a wood":                  {area(1, 1, "leisure=park", "natural=wood", "osm_id=8"), "block relation/8 park "},
		"farmland":                          {area(1, 1, "landuse=farmland", "osm_id=8"), "block relation/8 field "},
		"a school's grounds":                {area(1, 1, "amenity=school", "osm_id=8", "name=小学"), "block relation/8 school 小学"},
		"a school's building":               {area(1, 1, "amenity=school", "building=yes", "osm_id=8"), ""},
		"a boundary":                        {area(1, 1, "boundary=administrative", "osm_id=8"), ""},
		"a street drawn as an area":         {area(1, 1, "highway=residential", "osm_id=8"), ""},
		"Geofabrik's street":                {way(here, there, "fclass=tertiary", "osm_id=9", "bridge=F", "name=路"), "street osm/9 secondary 路"},
		"Geofabrik's bridge":                {way(here, there, "fclass=track_grade3", "osm_id=9", "bridge=T"), "street osm/9 track , bridge osm/9 track "},
		"Geofabrik's water":                 {area(1, 1, "fclass=water", "osm_id=9"), "water osm/9 lake "},
		"Geofabrik's river of a stretch":    {area(1, 1, "fclass=riverbank", "osm_id=9"), "water osm/9 river "},
		"Geofabrik's ambiguous residential": {area(1, 1, "fclass=residential", "osm_id=9"), "block osm/9 residential "},
		"an id as others write it":          {way(here, there, "highway=primary", "@id=way/5"), "street way/5 arterial "},
	} {
		t.Run(name, func(t *testing.T) {
			a := baseOf(t, BaseInput{}, c.row)
			var got []string
			for _, f := range a.Change.Put {
				got = append(got, fmt.Sprint(f.Layer, " ", f.ID, " ", f.Class, " ", f.Name))
			}
			if s := strings.Join(got, ", "); s != c.want || a.Bad > 0 || (c.want == "") != (a.Other == 1) {
				t.Errorf("%q, want %q (%+v)", s, c.want, a)
			}
		})
	}
}

func TestParseTags(t *testing.T) {
	for s, want := range map[string]string{
		``: "", `"a"=>"b"`: "a=b", `"a"=>"b","c"=>"d"`: "a=b c=d", `"a\"b"=>"\\"`: `a"b=\`, `"a"=>""`: "a=",
		`"a"=>"b","c"`: "a=b", `"a"=>"b",`: "a=b", `a=>b`: "", `"a"=>"b`: "", `"a" => "b"`: "", `"a"=>NULL`: "", `"\`: "",
	} {
		var got []string
		for k, v := range parseTags(s) {
			got = append(got, k+"="+v)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}

// FuzzParseTags: any text is read without end or harm, and what was written is read back.
func FuzzParseTags(f *testing.F) {
	f.Add(`"bridge"=>"yes","name:zh"=>"大桥"`, "k", `v"\`)
	f.Add(`"`, "", "")
	write := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
	f.Fuzz(func(t *testing.T, s, key, value string) {
		for k, v := range parseTags(s) {
			if len(k)+len(v) > len(s) {
				t.Errorf("%q holds %q and %q", s, k, v)
			}
		}
		if got := parseTags(`"` + write(key) + `"=>"` + write(value) + `"`); got[key] != value {
			t.Errorf("%q=>%q is read as %q", key, value, got)
		}
	})
}
