package testkit

import (
	"testing"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// PutBuildings makes a list the buildings of a district.
func PutBuildings(t testing.TB, s grid.Store, district grid.Code, list []grid.Building) {
	t.Helper()
	_, ground, err := (&grid.Service{Store: s}).Grounds(t.Context(), district)
	if err != nil {
		t.Fatal(err)
	}
	change := grid.BuildingChange{Ground: ground, Put: list}
	stays := map[string]bool{}
	for _, b := range list {
		stays[b.ID] = true
	}
	for b, err := range s.Buildings(t.Context(), district) {
		if err != nil {
			t.Fatal(err)
		}
		if !stays[b.ID] {
			change.Remove = append(change.Remove, b.ID)
		}
	}
	if err := s.ChangeBuildings(t.Context(), district, change); err != nil {
		t.Fatal(err)
	}
}

// PutBase makes a list the base map of a district.
func PutBase(t testing.TB, s grid.Store, district grid.Code, list []grid.Feature) {
	t.Helper()
	ground, _, err := (&grid.Service{Store: s}).Grounds(t.Context(), district)
	if err != nil {
		t.Fatal(err)
	}
	change := grid.BaseChange{Ground: ground, Put: list}
	for f, err := range s.Base(t.Context(), district) {
		if err != nil {
			t.Fatal(err)
		}
		change.Remove = append(change.Remove, grid.FeatureKey{Layer: f.Layer, ID: f.ID})
	}
	if err := s.ChangeBase(t.Context(), district, change); err != nil {
		t.Fatal(err)
	}
}
