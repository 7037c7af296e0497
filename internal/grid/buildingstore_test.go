package grid_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// place takes in buildings of a source at places of the picture; ids are the source and a number.
func (b bench) place(source string, places ...geo.Point) (*grid.BuildingAssembly, error) {
	basis, err := b.BuildingBasis(testkit.Local(b), district)
	if err != nil {
		return nil, err
	}
	a, err := grid.AssembleBuildings(grid.BuildingInput{File: source, Source: source, Basis: basis, Rows: func(yield func(grid.Row, error) bool) {
		for i, p := range places {
			if !yield(grid.Row{N: i + 1, Point: &p, Fields: map[string]string{"id": fmt.Sprint(source, i), "households": "1"}}, nil) {
				return
			}
		}
	}})
	if err != nil {
		return nil, err
	}
	if a.Empty() {
		return a, nil
	}
	return a, b.Store.ChangeBuildings(testkit.Local(b), district, a.Change)
}

// A release that lands between comparing and writing is noticed: nothing is written, and the next comparison knows the new net.
func TestAReleaseBetweenComparingAndWriting(t *testing.T) {
	b := open(t)
	b.must("AABB", 0, grid.Span{From: ago(1)})
	basis, err := b.BuildingBasis(testkit.Local(t), district)
	if err != nil {
		t.Fatal(err)
	}
	p := picture.Centre(1, 0) // from A to B
	house := grid.Building{ID: "1", Code: "99000100100100001", Point: p, Area: grid.CodeOf('A')}
	b.must("ABBB", 1, grid.Span{})
	before := b.everything()
	err = b.Store.ChangeBuildings(testkit.Local(t), district, grid.BuildingChange{Ground: basis.Ground, Put: []grid.Building{house}})
	if fault.From(err).Rule != "changed-meanwhile" || !slices.Equal(before, b.everything()) {
		t.Fatalf("%v; or something was written", err)
	}
	if _, err := b.place("s", p); err != nil {
		t.Fatal(err)
	}
	areas := func() string {
		return strings.Join(b.query("SELECT code || ' ' || right(area_code, 3) FROM zhuwang.building ORDER BY id"), ", ")
	}
	if got := areas(); got != "99000100100100001 002" {
		t.Errorf("%s", got)
	}
	b.must("AABB", 2, grid.Span{})
	if got := areas(); got != "99000100100100001 001" {
		t.Errorf("after the border moved back: %s", got)
	}
	if a, err := b.place("s", p); err != nil || !a.Empty() {
		t.Errorf("the same again: %+v %v", a, err)
	}
}

// Importers of several sources and a publisher at once: each has its turn, codes differ, and every building has the grid that it lies in.
func TestImportersAtOnce(t *testing.T) {
	b := open(t)
	b.must("AABB", 0, grid.Span{From: ago(1)})
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := 1; n <= 3; {
				var places []geo.Point
				for k := range n {
					p := picture.Centre(k, 0)
					p.X += int32(10*i + n)
					places = append(places, p)
				}
				switch _, err := b.place(fmt.Sprint("s", i, "-"), places...); {
				case err == nil:
					n++
				case fault.From(err).Rule != "changed-meanwhile":
					t.Error(err)
					return
				}
			}
		})
	}
	all.Go(func() {
		for n, pic := range []string{"ABBB", "AABB", "ABBB"} {
			if _, _, err := b.publish(pic, n+1, grid.Span{}); err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()
	got := b.query(`SELECT count(*) || ' buildings, ' || count(DISTINCT b.code) || ' codes, ' || count(*) FILTER (WHERE ST_Covers(g.geom, b.point)) || ' in their grid'
		FROM zhuwang.building b LEFT JOIN zhuwang.grid g ON g.district = b.district AND g.code = b.area_code`)
	if want := "12 buildings, 12 codes, 12 in their grid"; got[0] != want {
		t.Errorf("%s, want %s", got[0], want)
	}
}
