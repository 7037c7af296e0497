package grid

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// follows proves that a net can take the place of its base: they share area, and no ground of the base has become a hole of
// the district. A hole that the base had too, or where it had no grid either, is a legitimate one.
func (m *Mesh) follows(base *Mesh, flows []Flow) []*fault.Error {
	shares := slices.ContainsFunc(flows, func(f Flow) bool {
		return f.From != coverage.Outside && f.To != coverage.Outside && f.AreaM2 > 0
	})
	if !shares {
		at := geo.LabelPoint(m.Net.District.Outline)
		f := fault.New(fault.Invalid, "no-shared-area", fault.Args{"district": base.Net.District.Code})
		f.At = &at
		return []*fault.Error{f}
	}
	holes := newHoles(m.Net.District.Outline, base.Net.District.Outline)
	if len(holes) == 0 {
		return nil
	}
	shapes := make([]geo.MultiPolygon, len(base.Net.Grids))
	for i, g := range base.Net.Grids {
		shapes[i] = g.Shape
	}
	var faults []*fault.Error
	for pair, area := range overlaps(shapes, holes) {
		if pair[0] == coverage.Outside || pair[1] == coverage.Outside {
			continue
		}
		at := geo.LabelPoint(holes[pair[1]])
		f := fault.New(fault.Invalid, "gap-in-district", fault.Args{"code": base.gridCode(pair[0]), "area": squareMetres(area)})
		f.At = &at
		faults = append(faults, f)
	}
	slices.SortFunc(faults, func(a, b *fault.Error) int {
		return cmp.Compare(a.Args["code"].(Code), b.Args["code"].(Code))
	})
	return faults
}

// newHoles are the holes of an outline that another does not have, each as a shape.
func newHoles(outline, other geo.MultiPolygon) []geo.MultiPolygon {
	var had []geo.Ring
	for _, polygon := range other {
		had = append(had, polygon[1:]...)
	}
	var holes []geo.MultiPolygon
	for _, polygon := range outline {
		for _, hole := range polygon[1:] {
			if !slices.ContainsFunc(had, func(h geo.Ring) bool { return slices.Equal(h, hole) }) {
				holes = append(holes, geo.Normalize(geo.MultiPolygon{{hole}}))
			}
		}
	}
	return holes
}
