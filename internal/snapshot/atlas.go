package snapshot

import (
	"maps"
	"slices"
	"sync"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// country is the snapshots in force of all districts. It is immutable; a release makes a new one.
type country struct {
	districts map[grid.Code]*Snapshot
	atlas     func() *atlas // made when first asked for, so that a start with thousands of districts makes one
}

func newCountry(districts map[grid.Code]*Snapshot) *country {
	return &country{districts, sync.OnceValue(func() *atlas { return newAtlas(districts) })}
}

// sorted are the snapshots by the code of their district.
func sorted(districts map[grid.Code]*Snapshot) []*Snapshot {
	all := make([]*Snapshot, 0, len(districts))
	for _, code := range slices.Sorted(maps.Keys(districts)) {
		all = append(all, districts[code])
	}
	return all
}

// cellsPerDistrict is about how many cells an atlas has for each district: few districts share a cell then.
const cellsPerDistrict = 16

// atlas finds the districts near a place: of each cell of a square grid those whose box touches it, by code.
type atlas struct {
	box   geo.Bounds
	shift uint // a cell is 2^shift units wide and high
	cols  int64
	cells [][]*Snapshot
}

func newAtlas(districts map[grid.Code]*Snapshot) *atlas {
	a := &atlas{box: geo.EmptyBounds()}
	for _, s := range districts {
		a.box = a.box.Union(s.Mesh.Grids.Bounds())
	}
	if len(districts) == 0 {
		return a
	}
	count := func(shift uint) int64 {
		return ((int64(a.box.Max.X)-int64(a.box.Min.X))>>shift + 1) * ((int64(a.box.Max.Y)-int64(a.box.Min.Y))>>shift + 1)
	}
	for count(a.shift) > int64(cellsPerDistrict*len(districts)) {
		a.shift++
	}
	a.cols = (int64(a.box.Max.X)-int64(a.box.Min.X))>>a.shift + 1
	a.cells = make([][]*Snapshot, count(a.shift))
	for _, s := range sorted(districts) {
		b := s.Mesh.Grids.Bounds()
		east, north := a.cell(b.Max)
		for col, row := a.cell(b.Min); row <= north; row++ {
			for c := col; c <= east; c++ {
				a.cells[row*a.cols+c] = append(a.cells[row*a.cols+c], s)
			}
		}
	}
	return a
}

// cell is the column and row of a place in the box.
func (a *atlas) cell(p geo.Point) (col, row int64) {
	return (int64(p.X) - int64(a.box.Min.X)) >> a.shift, (int64(p.Y) - int64(a.box.Min.Y)) >> a.shift
}

// holding is the first district that holds a place.
func (a *atlas) holding(p geo.Point) *Snapshot {
	if !a.box.Contains(p) {
		return nil
	}
	col, row := a.cell(p)
	for _, s := range a.cells[row*a.cols+col] {
		if s.Mesh.Grids.Bounds().Contains(p) && s.Index.Face(p) != coverage.Outside {
			return s
		}
	}
	return nil
}
