package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// buildings are n made-up buildings, ordered by id.
func buildings(n int, seed uint64) (all []grid.Building) {
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range n {
		p := geo.Point{X: 1_080_000_000 + r.Int32N(1_000_000), Y: 224_000_000 + r.Int32N(1_000_000)}
		b := grid.Building{ID: fmt.Sprintf("b%06d", i), Code: grid.Code(fmt.Sprintf("990001001001%05d", i)), Name: "一号楼", Address: "假想路 1 号",
			Point: p, Households: i % 100, Storeys: i % 30, Use: "residential", Area: "990001001001001"}
		if i%10 > 0 { // some are known by their point alone
			b.Footprint = geo.MultiPolygon{{{{X: p.X - 50, Y: p.Y - 50}, {X: p.X + 50, Y: p.Y - 50}, {X: p.X + 50, Y: p.Y + 50}, {X: p.X - 50, Y: p.Y + 50}}}}
		}
		all = append(all, b)
	}
	return all
}

// collect reads a stream to its end.
func collect[T any](t testing.TB, rows func(func(T, error) bool)) (all []T) {
	t.Helper()
	for v, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

func TestBuildings(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	for round, want := range [][]grid.Building{buildings(300, 1), buildings(200, 2), nil} {
		testkit.PutBuildings(t, s, "990001", want)
		if diff := cmp.Diff(want, collect(t, s.Buildings(ctx, "990001"))); diff != "" {
			t.Fatal(diff)
		}
		if base, buildings, err := s.Revisions(ctx, "990001"); err != nil || base != 0 || buildings != int64(round+1) {
			t.Fatalf("revisions %d, %d after round %d: %v", base, buildings, round, err)
		}
	}
	testkit.PutBuildings(t, s, "990002", buildings(10, 3))
	if got := collect(t, s.Buildings(ctx, "990001")); len(got) > 0 {
		t.Fatal("one district's buildings appear in another")
	}

	t.Run("a change leaves the others alone", func(t *testing.T) {
		was := buildings(10, 3)
		one := was[4]
		one.Households++
		other := grid.Building{ID: "new", Source: "survey", Code: "99000100100109999", Point: one.Point}
		if err := s.ChangeBuildings(ctx, "990002", grid.BuildingChange{Ground: grid.Ground{Revision: 1},
			Put: []grid.Building{one, other}, Remove: []string{was[0].ID, was[9].ID, "nobody"}}); err != nil {
			t.Fatal(err)
		}
		was[4] = one
		if diff := cmp.Diff(append(was[1:9:9], other), collect(t, s.Buildings(ctx, "990002"))); diff != "" {
			t.Fatal(diff)
		}
		retired, err := s.RetiredBuildings(ctx, "990002")
		want := []grid.RetiredBuilding{{Code: was[0].Code, ID: was[0].ID}, {Code: was[9].Code, ID: was[9].ID}}
		if diff := cmp.Diff(want, retired); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		if err := s.ChangeBuildings(ctx, "990002", grid.BuildingChange{Ground: grid.Ground{Revision: 2}, Put: was[9:]}); err != nil {
			t.Fatal(err)
		}
		if retired, err = s.RetiredBuildings(ctx, "990002"); err != nil || len(retired) != 1 {
			t.Fatal("a building that returned is still retired", retired, err)
		}
	})

	t.Run("what fails changes nothing", func(t *testing.T) {
		before := collect(t, s.Buildings(ctx, "990002"))
		ground := grid.Ground{Revision: 3}
		twice := append(buildings(10, 4), buildings(1, 5)...)
		wantRule(t, s.ChangeBuildings(ctx, "990002", grid.BuildingChange{Ground: ground, Put: twice}), "write-conflict")
		for _, old := range []grid.Ground{{Revision: 2}, {Revision: 4}, {Revision: 3, Release: 1}} {
			wantRule(t, s.ChangeBuildings(ctx, "990002", grid.BuildingChange{Ground: old, Put: buildings(1, 6)}), "changed-meanwhile")
		}
		if diff := cmp.Diff(before, collect(t, s.Buildings(ctx, "990002"))); diff != "" {
			t.Error(diff)
		}
		if _, n, err := s.Revisions(ctx, "990002"); err != nil || n != 3 {
			t.Errorf("revision %d, %v", n, err)
		}
	})

	t.Run("of writers on one ground one wins", func(t *testing.T) {
		outcomes := make(chan error)
		for i := range 4 {
			go func() {
				outcomes <- s.ChangeBuildings(ctx, "990003", grid.BuildingChange{Put: buildings(100, uint64(i))})
			}()
		}
		won := 0
		for range 4 {
			if err := <-outcomes; err == nil {
				won++
			} else {
				wantRule(t, err, "changed-meanwhile")
			}
		}
		if _, n, err := s.Revisions(ctx, "990003"); err != nil || n != 1 || won != 1 {
			t.Errorf("%d won; revision %d, %v", won, n, err)
		}
	})
}

func TestBuildingsInAChangedArea(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	all := buildings(2000, 1)
	testkit.PutBuildings(t, s, "990001", all)
	r := rand.New(rand.NewPCG(9, 9))
	for range 20 {
		var boxes []geo.Bounds
		for range 1 + r.IntN(4) {
			p := all[r.IntN(len(all))].Point // on a building, so that boxes end where points lie
			boxes = append(boxes, geo.Bounds{Min: p, Max: geo.Point{X: p.X + r.Int32N(300_000), Y: p.Y + r.Int32N(300_000)}})
		}
		var want []string
		for _, b := range all {
			if slices.ContainsFunc(boxes, func(box geo.Bounds) bool { return box.Contains(b.Point) }) {
				want = append(want, b.ID)
			}
		}
		err := s.Publish(ctx, "990001", func(tx grid.Tx) error {
			found, err := tx.BuildingsIn(ctx, boxes)
			if err != nil {
				return err
			}
			var got []string
			moved := map[string]grid.Code{}
			for _, b := range found {
				got = append(got, b.ID)
				moved[b.ID] = "990001001001002"
				if i := slices.IndexFunc(all, func(a grid.Building) bool { return a.ID == b.ID }); all[i].Point != b.Point || all[i].Households != b.Households {
					t.Errorf("%+v is not %+v", b, all[i])
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("found %d buildings, want %d", len(got), len(want))
			}
			return tx.MoveBuildings(ctx, moved)
		})
		if err != nil {
			t.Fatal(err)
		}
		for b, err := range s.Buildings(ctx, "990001") {
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(want, b.ID) && b.Area != "990001001001002" {
				t.Fatalf("building %s was not moved", b.ID)
			}
		}
	}
}

func TestBase(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	line := []geo.Point{{X: 1_080_000_000, Y: 224_000_000}, {X: 1_080_010_000, Y: 224_000_001}, {X: 1_080_020_000, Y: 224_000_000}}
	want := []grid.Feature{ // in the order of layer and id
		{Layer: grid.Block, ID: "1", Class: "park", Shape: geo.MultiPolygon{{geo.Ring(line)}}},
		{Layer: grid.Bridge, ID: "1", Lines: [][]geo.Point{line[:2]}},
		{Layer: grid.Street, ID: "1", Class: "lane", Name: "假想巷", Lines: [][]geo.Point{line, line[1:]}},
		{Layer: grid.Street, ID: "2", Class: "rail", Lines: [][]geo.Point{line}},
		{Layer: grid.Water, ID: "1", Class: "river", Lines: [][]geo.Point{line}},
		{Layer: grid.Water, ID: "2", Class: "lake", Shape: geo.MultiPolygon{{geo.Ring(line)}, {geo.Ring(line), geo.Ring(line)}}},
	}
	testkit.PutBase(t, s, "990001", want)
	if diff := cmp.Diff(want, collect(t, s.Base(ctx, "990001"))); diff != "" {
		t.Error(diff)
	}
	if base, buildings, err := s.Revisions(ctx, "990001"); err != nil || base != 1 || buildings != 0 {
		t.Errorf("revisions %d, %d, %v", base, buildings, err)
	}
	for range s.Base(ctx, "990001") {
		break // a reader may stop early; its connection goes back to the pool
	}
	testkit.PutBase(t, s, "990001", want[:1])
	if got := collect(t, s.Base(ctx, "990001")); len(got) != 1 {
		t.Errorf("%d features after a replacement by one", len(got))
	}
}

func TestNames(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	put := func(names ...grid.Named) {
		t.Helper()
		if err := s.PutNames(ctx, "990001", names); err != nil {
			t.Fatal(err)
		}
	}
	put(grid.Named{Code: "990001001", Name: "甲镇"}, grid.Named{Code: "990001", Name: "某区"})
	put(grid.Named{Code: "990001001", Name: "乙镇"}, grid.Named{Code: "990001001002", Name: "村"}, grid.Named{Code: "990001001", Name: "丙镇"})
	put()
	got, err := s.Names(ctx, "990001")
	want := []grid.Named{{Code: "990001", Name: "某区"}, {Code: "990001001", Name: "丙镇"}, {Code: "990001001002", Name: "村"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if other, err := s.Names(ctx, "990002"); err != nil || len(other) > 0 {
		t.Error(other, err)
	}
}

func BenchmarkChangeBuildings(b *testing.B) {
	s := open(b)
	all := buildings(20_000, 1)
	for b.Loop() {
		testkit.PutBuildings(b, s, "990001", all)
	}
}

func BenchmarkBuildings(b *testing.B) {
	s := open(b)
	testkit.PutBuildings(b, s, "990001", buildings(20_000, 1))
	for b.Loop() {
		n := 0
		for _, err := range s.Buildings(b.Context(), "990001") {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 20_000 {
			b.Fatal(n)
		}
	}
}
