// Package snapshot is the published net in memory: what answers lookups, searches and tiles without a query.
//
// A Snapshot is one release of one district. The Registry holds the one in force of every district and swaps it whole when a
// release arrives; a few past releases are kept beside.
package snapshot

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/tiles"
)

// Snapshot is one release of a district's net with what lies in it. It is immutable and safe for concurrent use; nothing
// that it hands out may be written to.
type Snapshot struct {
	Release   grid.Release
	Since     time.Time // from when on the release has been in force; zero for a past one
	Mesh      *grid.Mesh
	Index     *locate.Index   // over Mesh.Grids
	Buildings []grid.Building // by code, then id; Area is the grid of this release that the building's point lies in

	Tiles Tiles

	baseRev, buildingsRev int64
	netName, baseName     string                          // of the revisions of its tiles
	suffix                string                          // of netName, where this is a part of a snapshot
	views                 *views                          // of this: what somebody sees who does not see all
	codes                 [grid.LevelGrid + 1][]grid.Code // by level, sorted
	households            [grid.LevelGrid + 1][]int       // by level and index
	measures              [grid.LevelGrid + 1][]measure   // likewise
	inGrid                [][]int32                       // of each grid: the indices of its buildings
	search                func() *directory               // made when first asked for
	figures               func() *figures                 // likewise
}

// levels of a net, from the district down.
var levels = [...]grid.Level{grid.LevelDistrict, grid.LevelTown, grid.LevelCommunity, grid.LevelGrid}

// contents is what lies in a district beside its net, and does not change with it.
type contents struct {
	buildings             []grid.Building  // by code, then id; their Area says nothing
	drawn                 *tiles.Buildings // the same
	base                  *tiles.Base
	baseRev, buildingsRev int64
}

// contents are those of the snapshot.
func (s *Snapshot) contents() contents {
	return contents{s.Buildings, s.Tiles.Buildings, s.Tiles.Base, s.baseRev, s.buildingsRev}
}

// build makes the snapshot of a release of a net as the store gave it. like is a snapshot of the district that may agree with it in much, or
// nil: what they have in common is not worked out again.
func build(net *grid.Net, release grid.Release, in contents, like *Snapshot) (*Snapshot, error) {
	s, err := weave(net, release)
	if err != nil {
		return nil, err
	}
	return s, s.furnish(in, like)
}

// weave makes the snapshot of a net that is not furnished yet.
func weave(net *grid.Net, release grid.Release) (*Snapshot, error) {
	mesh, faults := grid.Weave(net)
	if len(faults) > 0 {
		return nil, fault.Wrap(fault.Internal, "internal", grid.Refused(faults))
	}
	return &Snapshot{Release: release, Mesh: mesh, Index: locate.New(mesh.Grids)}, nil
}

// furnish puts buildings into a net, each by its point, and with them what depends on both.
func (s *Snapshot) furnish(in contents, like *Snapshot) error {
	net := s.Mesh.Net
	s.views = &views{}
	s.baseRev, s.buildingsRev = in.baseRev, in.buildingsRev
	s.name()
	for _, l := range levels {
		for i := range s.count(l) {
			s.codes[l] = append(s.codes[l], s.division(l, i).Code)
		}
		s.households[l] = make([]int, s.count(l))
	}
	s.measure(like)
	s.Buildings = slices.Clone(in.buildings)
	points := make([]geo.Point, len(s.Buildings))
	for i, b := range s.Buildings {
		points[i] = b.Point
	}
	faces := make([]int32, len(points))
	s.Index.Faces(faces, points)
	s.inGrid = make([][]int32, len(net.Grids))
	for i := range s.Buildings {
		b := &s.Buildings[i]
		b.Area = ""
		if f := faces[i]; f != coverage.Outside {
			b.Area = net.Grids[f].Code
			s.inGrid[f] = append(s.inGrid[f], int32(i))
			for _, l := range levels {
				s.households[l][s.ancestor(f, l)] += b.Households
			}
		}
	}
	s.search = sync.OnceValue(s.newDirectory)
	s.figures = sync.OnceValue(s.newFigures)
	return s.draw(in)
}

// follow makes what is made when it is first asked for, as far as the snapshot has it whose place this one takes; nil: nothing. Nobody who asks then
// waits for it.
func (s *Snapshot) follow(old *Snapshot) {
	if old == nil {
		return
	}
	s.figures()
	s.search()
	s.Tiles.Net.Follow(old.Tiles.Net)
}

// District is the code and name of the district.
func (s *Snapshot) District() grid.Named { return s.division(grid.LevelDistrict, 0) }

// Find is the position of a division or grid among those of its level: face of the coverage, item of the net's list.
func (s *Snapshot) Find(c grid.Code) (l grid.Level, i int, ok bool) {
	if l = c.Level(); l < grid.LevelDistrict || l > grid.LevelGrid {
		return grid.NoLevel, 0, false
	}
	i, ok = slices.BinarySearch(s.codes[l], c)
	return l, i, ok
}

// FindBuilding is the position of a building among Buildings by its code.
func (s *Snapshot) FindBuilding(c grid.Code) (int, bool) {
	return slices.BinarySearchFunc(s.Buildings, c, func(b grid.Building, c grid.Code) int { return cmp.Compare(b.Code, c) })
}

// Households is how many households live in item i of a level.
func (s *Snapshot) Households(l grid.Level, i int) int { return s.households[l][i] }

// BuildingsIn are the positions among Buildings of those in grid i, ascending.
func (s *Snapshot) BuildingsIn(i int) []int32 { return s.inGrid[i] }

// Shape is the outline of item i of a level.
func (s *Snapshot) Shape(l grid.Level, i int) geo.MultiPolygon {
	net := s.Mesh.Net
	switch l {
	case grid.LevelDistrict:
		return net.District.Outline
	case grid.LevelTown:
		return net.Towns[i].Outline
	case grid.LevelCommunity:
		return net.Communities[i].Outline
	}
	return net.Grids[i].Shape
}

// count is how many items a level has.
func (s *Snapshot) count(l grid.Level) int {
	switch net := s.Mesh.Net; l {
	case grid.LevelTown:
		return len(net.Towns)
	case grid.LevelCommunity:
		return len(net.Communities)
	case grid.LevelGrid:
		return len(net.Grids)
	}
	return 1
}

// division is the code and name of item i of a level.
func (s *Snapshot) division(l grid.Level, i int) grid.Named {
	net := s.Mesh.Net
	switch l {
	case grid.LevelDistrict:
		return grid.Named{Code: net.District.Code, Name: net.District.Name}
	case grid.LevelTown:
		return grid.Named{Code: net.Towns[i].Code, Name: net.Towns[i].Name}
	case grid.LevelCommunity:
		return grid.Named{Code: net.Communities[i].Code, Name: net.Communities[i].Name}
	}
	return grid.Named{Code: net.Grids[i].Code, Name: net.Grids[i].Name}
}

// ancestor is the item of a level in which grid i lies.
func (s *Snapshot) ancestor(i int32, l grid.Level) int32 {
	switch l {
	case grid.LevelDistrict:
		return 0
	case grid.LevelTown:
		return s.Mesh.TownOf[s.Mesh.CommunityOf[i]]
	case grid.LevelCommunity:
		return s.Mesh.CommunityOf[i]
	}
	return i
}
