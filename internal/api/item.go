package api

import (
	"math"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// levelName is how the interface calls a level.
var levelName = map[grid.Level]Level{
	grid.LevelDistrict: LevelDistrict, grid.LevelTown: LevelTown, grid.LevelCommunity: LevelCommunity, grid.LevelGrid: LevelGrid, grid.LevelBuilding: LevelBuilding,
}

// item shapes a thing for the interface.
func (s *Server) item(t thing) Item {
	if t.level == grid.LevelBuilding {
		return t.building()
	}
	n, named, f := t.net, t.net.Named(t.level, t.i), t.net.Figures(t.level, t.i)
	it := Item{
		Level: levelName[t.level], Code: string(named.Code), Name: named.Name,
		Label: lonLat(f.Label), Bounds: boundsOf(t.bounds()), AreaM2: new(round(f.AreaM2, 1)),
		Parents: refs(n.Above(t.level, t.i)),
	}
	if len(n.Buildings) > 0 {
		it.Households, it.Buildings = &f.Households, &f.Buildings
	}
	if id := n.SourceID(t.level, t.i); id != "" {
		it.SourceId = &id
	}
	if t.level == grid.LevelGrid {
		g := n.Mesh.Net.Grids[t.i]
		it.Kind, it.Parts = new(Kind(g.Kind)), new(len(g.Shape))
		if g.Category != "" {
			it.Category = new(string(g.Category))
		}
		return it
	}
	it.Counts = counts(f)
	if t.level == grid.LevelDistrict {
		it.Release, it.Note = &n.Release.N, &n.Release.Note
		if !n.Since.IsZero() {
			it.ValidFrom = new(n.Since.UTC())
		}
		it.Demo = new(n.Release.By == grid.Inventor)
		net, base, buildings := n.Revisions()
		it.Tiles = &map[string]string{"net": net, "base": base, "buildings": buildings}
	}
	return it
}

func (t thing) building() Item {
	b := t.net.Buildings[t.i]
	it := Item{Level: LevelBuilding, Code: string(b.Code), Name: b.Name, Label: lonLat(b.Point), Bounds: boundsOf(t.bounds()),
		SourceId: &b.ID, Address: &b.Address, Households: &b.Households, Storeys: &b.Storeys, Use: &b.Use}
	if l, i, ok := t.net.Find(b.Area); ok {
		it.Parents = refs(append(t.net.Above(l, i), t.net.Named(l, i)))
	}
	return it
}

func refs(above []grid.Named) *[]Ref {
	list := make([]Ref, 0, len(above))
	for _, n := range above {
		list = append(list, *ref(n))
	}
	return &list
}

func counts(f *snapshot.Figures) *Counts {
	categories := make(map[string]int, len(f.Categories))
	for c, n := range f.Categories {
		categories[string(c)] = n
	}
	return &Counts{Towns: f.Towns, Communities: f.Communities, Grids: f.Grids, Buildings: f.Buildings, Categories: &categories}
}

// neighbours are the divisions of the same level that share a border with a thing: in which direction, along how many metres.
func (t thing) neighbours() *[]Neighbour {
	if t.level == grid.LevelBuilding {
		return nil
	}
	c, here := t.net.Coverage(t.level), t.net.Figures(t.level, t.i).Label
	shared, longest, middle := map[int32]float64{}, map[int32]float64{}, map[int32]geo.Point{}
	for _, ref := range c.FaceArcs(t.i) {
		a := c.Arcs()[ref.Index()]
		other := a.Right
		if a.Right == int32(t.i) {
			other = a.Left
		}
		length, half := measure(a.Points)
		shared[other] += length
		if length > longest[other] {
			longest[other], middle[other] = length, half
		}
	}
	list := []Neighbour{}
	for _, f := range c.Neighbours(t.i) {
		if f == coverage.Outside {
			continue
		}
		named := t.net.Named(t.level, int(f))
		list = append(list, Neighbour{Code: string(named.Code), Name: named.Name, Direction: direction(here, middle[f]), BorderM: new(round(shared[f], 10))})
	}
	return &list
}

// measure is the length of a line in metres, and the vertex nearest to its middle from the start.
func measure(line []geo.Point) (metres float64, middle geo.Point) {
	along := make([]float64, len(line))
	for k := 1; k < len(line); k++ {
		along[k] = along[k-1] + geo.Distance(line[k-1], line[k])
	}
	metres = along[len(along)-1]
	k, _ := slices.BinarySearch(along, metres/2)
	return metres, line[k]
}

// direction is the compass point of q as seen from p.
func direction(p, q geo.Point) NeighbourDirection {
	east, north := geo.MetresPerUnit(p.Y)
	angle := math.Atan2(float64(q.Y-p.Y)*north, float64(q.X-p.X)*east) // 0 = east, turning left
	names := [...]NeighbourDirection{E, Ne, N, Nw, W, Sw, S, Se}
	return names[(int(math.Round(angle/(math.Pi/4)))+8)%8]
}

func lonLat(p geo.Point) LonLat { return LonLat{p.Lon(), p.Lat()} }

func boundsOf(b geo.Bounds) Bounds { return Bounds{b.Min.Lon(), b.Min.Lat(), b.Max.Lon(), b.Max.Lat()} }
