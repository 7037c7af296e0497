package snapshot

import (
	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Figures are what a list says of one division or grid.
type Figures struct {
	Label       geo.Point // strictly inside
	AreaM2      float64   // on the ellipsoid
	Households  int
	Buildings   int
	Towns       int // that lie in it; 0 for a grid
	Communities int
	Grids       int
	Categories  map[grid.Category]int // of its grids; nil for a grid
}

// measure is what takes long to work out of a shape.
type measure struct {
	label  geo.Point
	areaM2 float64
}

// measure measures the shapes of all levels, but those that another snapshot has alike: of these it takes the measure.
func (s *Snapshot) measure(like *Snapshot) {
	for _, l := range levels {
		s.measures[l] = make([]measure, s.count(l))
		for i := range s.measures[l] {
			shape := s.Shape(l, i)
			if like != nil {
				if _, k, found := like.Find(s.codes[l][i]); found && geo.Identical(like.Shape(l, k), shape) {
					s.measures[l][i] = like.measures[l][k]
					continue
				}
			}
			s.measures[l][i] = measure{geo.LabelPoint(shape), shape.AreaM2()}
		}
	}
}

// figures of every level, by index.
type figures [grid.LevelGrid + 1][]Figures

// newFigures works out the figures of all levels in one pass over the grids and one over the divisions.
func (s *Snapshot) newFigures() *figures {
	var f figures
	for _, l := range levels {
		f[l] = make([]Figures, s.Count(l))
		for i := range f[l] {
			f[l][i] = Figures{Label: s.measures[l][i].label, AreaM2: s.measures[l][i].areaM2, Households: s.households[l][i]}
			if l != grid.LevelGrid {
				f[l][i].Categories = map[grid.Category]int{}
			}
		}
	}
	for g, face := range s.Mesh.Net.Grids {
		for _, l := range levels {
			d := &f[l][s.ancestor(int32(g), l)]
			d.Buildings += len(s.inGrid[g])
			if l != grid.LevelGrid {
				d.Grids++
				if face.Category != "" {
					d.Categories[face.Category]++
				}
			}
		}
	}
	for _, town := range s.Mesh.TownOf {
		f[grid.LevelTown][town].Communities++
	}
	district := &f[grid.LevelDistrict][0]
	district.Towns, district.Communities = len(s.Mesh.Net.Towns), len(s.Mesh.Net.Communities)
	return &f
}

// Figures are those of item i of a level.
func (s *Snapshot) Figures(l grid.Level, i int) *Figures { return &s.figures()[l][i] }

// Count is how many items a level has; buildings are a level too.
func (s *Snapshot) Count(l grid.Level) int {
	if l == grid.LevelBuilding {
		return len(s.Buildings)
	}
	return s.count(l)
}

// Named is the code and name of item i of a level, grids and above.
func (s *Snapshot) Named(l grid.Level, i int) grid.Named { return s.division(l, i) }

// SourceID is the source's own id of item i of a level; "" if it had none.
func (s *Snapshot) SourceID(l grid.Level, i int) string {
	switch net := s.Mesh.Net; l {
	case grid.LevelDistrict:
		return net.District.SourceID
	case grid.LevelTown:
		return net.Towns[i].SourceID
	case grid.LevelCommunity:
		return net.Communities[i].SourceID
	}
	return s.Mesh.Net.Grids[i].SourceID
}

// Coverage is that of a level.
func (s *Snapshot) Coverage(l grid.Level) *coverage.Coverage {
	switch l {
	case grid.LevelDistrict:
		return s.Mesh.District
	case grid.LevelTown:
		return s.Mesh.Towns
	case grid.LevelCommunity:
		return s.Mesh.Communities
	}
	return s.Mesh.Grids
}

// Above are the divisions above item i of a level, from the district down.
func (s *Snapshot) Above(l grid.Level, i int) []grid.Named {
	var above []grid.Named
	switch l {
	case grid.LevelTown:
		above = append(above, s.District())
	case grid.LevelCommunity:
		above = append(above, s.District(), s.division(grid.LevelTown, int(s.Mesh.TownOf[i])))
	case grid.LevelGrid:
		c := s.Mesh.CommunityOf[i]
		above = append(above, s.District(), s.division(grid.LevelTown, int(s.Mesh.TownOf[c])), s.division(grid.LevelCommunity, int(c)))
	}
	return above
}
