package snapshot

import (
	"math"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Answer says where a place lies. Outside of the net Town, Community and Grid are zero and Nearest is the nearest grid; inside Nearest is zero.
type Answer struct {
	Release   int
	Inside    bool
	District  grid.Named
	Town      grid.Named
	Community grid.Named
	Grid      Grid
	BorderM   float64 // metres to the nearest border of any grid
	Nearest   grid.Named
	NearestM  float64 // metres to it
	Circle    []Share // with an accuracy: every grid that the circle meets, largest share first
}

// Grid is what an answer says of a grid.
type Grid struct {
	grid.Named
	Kind     grid.Kind
	Category grid.Category
}

// Share is the part of a circle's area, above 0 and at most 1, that lies in a grid; Code "" is outside of the net.
type Share struct {
	Code  grid.Code
	Share float64
}

// Locate answers for one place. accuracy is the radius in metres within which the place may really be; 0: as it stands.
func (s *Snapshot) Locate(p geo.Point, accuracy float64) Answer {
	return s.answer(p, s.Index.Face(p), accuracy)
}

// LocateAll answers for many places, appending to dst in their order. accuracy is nil or as long as points.
func (s *Snapshot) LocateAll(dst []Answer, points []geo.Point, accuracy []float64) []Answer {
	faces := make([]int32, len(points))
	s.Index.Faces(faces, points)
	for i, p := range points {
		radius := 0.0
		if accuracy != nil {
			radius = accuracy[i]
		}
		dst = append(dst, s.answer(p, faces[i], radius))
	}
	return dst
}

func (s *Snapshot) answer(p geo.Point, face int32, accuracy float64) Answer {
	a := Answer{Release: s.Release.N, District: s.District()}
	if face == coverage.Outside {
		near, metres := s.Index.Nearest(p)
		a.Nearest, a.NearestM, a.BorderM = s.division(grid.LevelGrid, int(near)), metres, metres
	} else {
		a.Inside = true
		a.Town = s.division(grid.LevelTown, int(s.ancestor(face, grid.LevelTown)))
		a.Community = s.division(grid.LevelCommunity, int(s.ancestor(face, grid.LevelCommunity)))
		a.Grid = gridOf(&s.Mesh.Net.Grids[face])
		a.BorderM = s.Index.Border(p)
	}
	if accuracy > 0 {
		var buf [8]locate.Share
		for _, share := range s.Index.Circle(buf[:0], p, accuracy) {
			code := grid.Code("")
			if share.Face != coverage.Outside {
				code = s.codes[grid.LevelGrid][share.Face]
			}
			a.Circle = append(a.Circle, Share{code, share.Share})
		}
	}
	return a
}

func gridOf(f *grid.Face) Grid {
	return Grid{grid.Named{Code: f.Code, Name: f.Name}, f.Kind, f.Category}
}

// borderOf is the distance in metres from a place to the border of a shape.
func borderOf(m geo.MultiPolygon, p geo.Point) float64 {
	best := math.Inf(1)
	for _, polygon := range m {
		for _, ring := range polygon {
			a := ring[len(ring)-1]
			for _, b := range ring {
				best = min(best, geo.SegmentDistance(p, a, b))
				a = b
			}
		}
	}
	return best
}

// Codes sets codes[i] to the code of the grid that holds points[i], "" where none of the nets does. On the border of two districts it is the
// one of the net that comes first. It panics if codes is shorter than points.
func Codes(codes []grid.Code, nets []*Snapshot, points []geo.Point) {
	const chunk = 512
	var at [chunk]int32 // places in the chunk that no net before has answered
	var left [chunk]geo.Point
	var faces [chunk]int32
	for len(points) > 0 {
		n := min(chunk, len(points))
		for i, p := range points[:n] {
			at[i], left[i], codes[i] = int32(i), p, ""
		}
		open := n
		for _, s := range nets {
			s.Index.Faces(faces[:open], left[:open])
			still := 0
			for i, f := range faces[:open] {
				if f == coverage.Outside {
					at[still], left[still] = at[i], left[i]
					still++
					continue
				}
				codes[at[i]] = s.codes[grid.LevelGrid][f]
			}
			if open = still; open == 0 {
				break
			}
		}
		codes, points = codes[n:], points[n:]
	}
}
