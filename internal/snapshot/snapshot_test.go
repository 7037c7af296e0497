package snapshot_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

const district = "990001"

// bench is a registry over a fresh database.
type bench struct {
	*testing.T
	*snapshot.Registry
	service *grid.Service
	last    int
}

func open(t *testing.T) *bench {
	t.Helper()
	return openAt(t, testkit.DB(t))
}

func openAt(t *testing.T, url string) *bench {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	service := &grid.Service{Store: s}
	return &bench{T: t, Registry: snapshot.NewRegistry(service), service: service}
}

// names are the names of the letters of a picture, with the community and town that they lie in.
var names = map[rune]struct{ name, community, town string }{
	'A': {"富景花园网格", "富景社区居委会", "福建园街道"},
	'B': {"长岗路网格", "富景社区居委会", "福建园街道"},
	'C': {"重阳学校", "扬美村委会", "江西镇"},
	'D': {"Riverside 2", "扬美村委会", "江西镇"},
}

// net makes a net of a picture of the letters A to D.
func net(t testing.TB, drawn string) *grid.Net { return netOf(t, district, drawn) }

func netOf(t testing.TB, district grid.Code, drawn string) *grid.Net {
	t.Helper()
	shapes := picture.Draw(drawn)
	grids := &grid.Table{Columns: []string{"id", "name", "c", "t"}}
	for letter := 'A'; letter <= 'D'; letter++ {
		if shape, ok := shapes[letter]; ok {
			n := names[letter]
			grids.Rows = append(grids.Rows, grid.Row{N: len(grids.Rows) + 1, Shape: shape,
				Fields: map[string]string{"id": string(letter), "name": n.name, "c": n.community, "t": n.town}})
		}
	}
	n, _, err := grid.Assemble(grid.AssembleInput{District: grid.Named{Code: district, Name: "试验区"}, Grids: grids,
		Fields: grid.Mapping{Code: "id"}, Community: grid.Above{Field: "c"}, Town: grid.Above{Field: "t"}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// publish makes a net the next release, in force since some days.
func (b *bench) publish(n *grid.Net, days int) {
	b.Helper()
	r, _, err := b.service.Publish(b.Context(), grid.Publication{Net: n, BaseRelease: b.last, Valid: grid.Span{From: ago(days)}, By: "tester"})
	if err != nil {
		b.Fatal(err)
	}
	b.last = r.N
}

func (b *bench) refresh() {
	b.Helper()
	if err := b.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// houses puts buildings in the middle of squares.
func (b *bench) houses(list ...grid.Building) {
	b.Helper()
	for i := range list {
		list[i].ID, list[i].Code = fmt.Sprint(i), grid.Code(fmt.Sprintf("990001001001%05d", i+1))
	}
	testkit.PutBuildings(b, b.service.Store, district, list)
}

func ago(days int) time.Time { return time.Now().UTC().AddDate(0, 0, -days) }

func TestWhereAPlaceLies(t *testing.T) {
	b := open(t)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 1)
	b.refresh()
	s := b.Current(district)
	inside := s.Locate(picture.Centre(0, 3), 0)
	want := snapshot.Answer{
		Release: 1, Inside: true,
		District:  grid.Named{Code: district, Name: "试验区"},
		Town:      grid.Named{Code: "990001001", Name: "福建园街道"},
		Community: grid.Named{Code: "990001001001", Name: "富景社区居委会"},
		Grid:      snapshot.Grid{Named: grid.Named{Code: "990001001001001", Name: "富景花园网格"}, Kind: grid.Basic},
		BorderM:   inside.BorderM,
	}
	if fmt.Sprint(inside) != fmt.Sprint(want) {
		t.Errorf("inside: %+v, want %+v", inside, want)
	}
	if half := 10_000 / 2 * 0.0103; math.Abs(inside.BorderM-half) > 1 {
		t.Errorf("%v m to the border, want about %v", inside.BorderM, half)
	}
	outside := s.Locate(picture.Centre(5, 3), 0)
	if outside.Inside || outside.Grid.Code != "" || outside.District.Code != district || outside.Nearest.Name != "长岗路网格" || math.Abs(outside.NearestM-154) > 3 || outside.BorderM != outside.NearestM {
		t.Errorf("outside: %+v", outside)
	}
	corner := s.Locate(geo.Point{X: picture.Origin.X + 2*picture.Step, Y: picture.Origin.Y + 4*picture.Step}, 20)
	if len(corner.Circle) != 3 || corner.Circle[0].Code != "" || math.Abs(corner.Circle[0].Share-0.5) > 1e-6 || math.Abs(corner.Circle[1].Share-0.25) > 1e-6 {
		t.Errorf("on the border: %+v", corner.Circle)
	}
	points := []geo.Point{picture.Centre(0, 3), picture.Centre(5, 3), picture.Centre(3, 0)}
	for i, a := range s.LocateAll(nil, points, []float64{0, 30, 60}) {
		if one := s.Locate(points[i], []float64{0, 30, 60}[i]); fmt.Sprint(one) != fmt.Sprint(a) {
			t.Errorf("%v: alone %+v, among others %+v", points[i], one, a)
		}
	}
}

func TestBuildingsAreCountedWhereTheyLie(t *testing.T) {
	b := open(t)
	b.houses(
		grid.Building{Point: picture.Centre(0, 3), Households: 10, Address: "富景路1号"},
		grid.Building{Point: picture.Centre(1, 3), Households: 20, Address: "富景路3号"},
		grid.Building{Point: picture.Centre(3, 0), Households: 5, Address: "江边路8-2号"},
		grid.Building{Point: picture.Centre(9, 9), Households: 7})
	b.publish(net(t, "AABB AABB CCDD CCDD"), 2)
	b.publish(net(t, "ABBB AABB CCDD CCDD"), 1)
	b.refresh()
	for _, c := range []struct {
		release    int
		code       grid.Code
		households int
		buildings  []int32
	}{
		{2, "990001", 35, nil}, {2, "990001001", 30, nil}, {2, "990001001001001", 10, []int32{0}}, {2, "990001001001002", 20, []int32{1}},
		{1, "990001001001001", 30, []int32{0, 1}}, {1, "990001001001002", 0, nil}, {1, "990001100200002", 5, []int32{2}},
	} {
		s, err := b.At(t.Context(), district, c.release)
		if err != nil {
			t.Fatal(err)
		}
		l, i, ok := s.Find(c.code)
		if !ok || s.Households(l, i) != c.households {
			t.Errorf("release %d, %s (%v): %d households, want %d", c.release, c.code, ok, s.Households(l, i), c.households)
		}
		if l == grid.LevelGrid && !slices.Equal(s.BuildingsIn(i), c.buildings) {
			t.Errorf("release %d, %s: buildings %v, want %v", c.release, c.code, s.BuildingsIn(i), c.buildings)
		}
	}
	s := b.Current(district)
	if i, ok := s.FindBuilding("99000100100100003"); !ok || s.Buildings[i].Area != "990001100200002" {
		t.Errorf("building %v", s.Buildings)
	}
	if last := s.Buildings[3]; last.Area != "" {
		t.Errorf("a building outside of the net lies in %s", last.Area)
	}
	if _, _, ok := s.Find("990001001001009"); ok {
		t.Error("a code that is not there is found")
	}
}

// What lies in a past net is of today, also where the net was in memory before today's import.
func TestAPastReleaseCarriesWhatIsThereToday(t *testing.T) {
	b := open(t)
	b.publish(net(t, "AABB AABB CCDD CCDD"), 2)
	b.publish(net(t, "ABBB AABB CCDD CCDD"), 1)
	b.refresh()
	first, err := b.At(t.Context(), district, 1)
	if err != nil || len(first.Buildings) != 0 {
		t.Fatalf("%d buildings (%v)", len(first.Buildings), err)
	}
	building := grid.Building{ID: "1", Code: "99000100100100001", Point: picture.Centre(1, 3), Households: 12}
	testkit.PutBuildings(t, b.service.Store, district, []grid.Building{building})
	river := grid.Feature{Layer: grid.Water, ID: "1", Class: "river", Shape: picture.Draw("A")['A']}
	testkit.PutBase(t, b.service.Store, district, []grid.Feature{river})
	b.refresh()
	then, err := b.At(t.Context(), district, 1)
	if err != nil || len(then.Buildings) != 1 || then.Mesh != first.Mesh {
		t.Fatalf("%d buildings, read again: %v (%v)", len(then.Buildings), then.Mesh != first.Mesh, err)
	}
	now := b.Current(district)
	if then.Buildings[0].Area != "990001001001001" || now.Buildings[0].Area != "990001001001002" {
		t.Errorf("the building lies in %s then, in %s now", then.Buildings[0].Area, now.Buildings[0].Area)
	}
	if then.Tiles.Base != now.Tiles.Base {
		t.Error("another base map than today's")
	}
	if again, err := b.At(t.Context(), district, 1); err != nil || again != then {
		t.Errorf("furnished again without a reason (%v)", err)
	}
}

// The faces around a place, read from the database, must say what the whole release in memory says.
func TestAPastReleaseAnswersAlikeFromMemoryAndFromTheStore(t *testing.T) {
	b := open(t)
	random := func(seed uint64) *grid.Net {
		n := &grid.Net{District: grid.Division{Code: district, Name: "区"}, Towns: []grid.Division{{Code: district + "001", Name: "镇"}},
			Communities: []grid.Division{{Code: district + "001001", Name: "村"}}}
		for i, shape := range coveragetest.Faces(seed, coveragetest.Options{Solid: true}) {
			n.Grids = append(n.Grids, grid.Face{Code: grid.Code(fmt.Sprintf("990001001001%03d", i+1)), Name: fmt.Sprint(i), Kind: grid.Basic, Parts: len(shape), Shape: shape})
		}
		return n
	}
	b.publish(random(1), 10)
	b.publish(random(2), 1)
	b.refresh()
	fresh := openSame(b)
	fresh.refresh()
	past, err := b.At(t.Context(), district, 1)
	if err != nil {
		t.Fatal(err)
	}
	vertices := past.Mesh.Net.Grids[3].Shape[0][0]
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{X: picture.Origin.X + rapid.Int32Range(2000, 45_000).Draw(t, "x"), Y: picture.Origin.Y + rapid.Int32Range(2000, 45_000).Draw(t, "y")}
		if rapid.IntRange(0, 3).Draw(t, "on a vertex") == 0 {
			p = rapid.SampledFrom(vertices).Draw(t, "vertex")
		}
		want := past.Locate(p, 0)
		got, err := fresh.LocateAt(b.Context(), district, p, 0, ago(5), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got.BorderM-want.BorderM) > 1e-9*(1+want.BorderM) {
			t.Fatalf("%v m to the border, want %v", got.BorderM, want.BorderM)
		}
		if got.BorderM = want.BorderM; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}

// openSame is another registry over the same service, with nothing in memory yet.
func openSame(b *bench) *bench {
	return &bench{T: b.T, Registry: snapshot.NewRegistry(b.service), service: b.service, last: b.last}
}
