package grid

import (
	"cmp"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
)

// Flow is what of one face of an old coverage lies in one face of a new one. From or To is coverage.Outside where it lay, or
// lies, in no grid.
type Flow struct {
	From, To   int32
	Households int
	Buildings  int
	Residents  int // weigh nothing: households do
	AreaM2     float64
}

// flowsBetween is what went from each old face to each new one. Faces with the same shape in both are not measured against
// others. A building counts by the faces that own its point.
func flowsBetween(old, new *Mesh, buildings []Building) []Flow {
	if old == nil {
		return flows(nil, new.Grids, buildings)
	}
	return flows(old.Grids, new.Grids, buildings)
}

func flows(old, new *coverage.Coverage, buildings []Building) []Flow {
	sum := map[[2]int32]Flow{}
	add := func(from, to int32, f Flow) {
		k := [2]int32{from, to}
		g := sum[k].plus(f)
		g.From, g.To = from, to
		sum[k] = g
	}
	var was, is []geo.MultiPolygon // shapes that are not in both, and the faces that they are of
	var wasOf, isOf []int32
	unpaired := map[geo.Point][]int32{} // old faces by their first vertex
	if old != nil {
		for i := range old.Len() {
			first := old.Face(i)[0][0][0]
			unpaired[first] = append(unpaired[first], int32(i))
		}
	}
	for j := range new.Len() {
		shape := new.Face(j)
		first := shape[0][0][0]
		k := slices.IndexFunc(unpaired[first], func(i int32) bool { return geo.Identical(old.Face(int(i)), shape) })
		if k < 0 {
			is, isOf = append(is, shape), append(isOf, int32(j))
			continue
		}
		add(unpaired[first][k], int32(j), Flow{AreaM2: shape.AreaM2()})
		unpaired[first] = slices.Delete(unpaired[first], k, k+1)
	}
	for _, left := range unpaired {
		wasOf = append(wasOf, left...)
	}
	slices.Sort(wasOf)
	for _, i := range wasOf {
		was = append(was, old.Face(int(i)))
	}
	for pair, m2 := range overlaps(was, is) {
		from, to := coverage.Outside, coverage.Outside
		if pair[0] != coverage.Outside {
			from = wasOf[pair[0]]
		}
		if pair[1] != coverage.Outside {
			to = isOf[pair[1]]
		}
		add(from, to, Flow{AreaM2: m2})
	}
	for i, pair := range owners(old, new, buildings) {
		if pair != [2]int32{coverage.Outside, coverage.Outside} {
			add(pair[0], pair[1], Flow{Households: buildings[i].Households, Buildings: 1})
		}
	}
	return sortFlows(sum)
}

// owners are the old and the new face that own each building's point.
func owners(old, new *coverage.Coverage, buildings []Building) [][2]int32 {
	pairs := make([][2]int32, len(buildings))
	if len(buildings) == 0 {
		return pairs
	}
	points := make([]geo.Point, len(buildings))
	for i, b := range buildings {
		points[i] = b.Point
	}
	faces := make([]int32, len(buildings))
	for side, cover := range []*coverage.Coverage{old, new} {
		for i := range faces {
			faces[i] = coverage.Outside
		}
		if cover != nil {
			locate.New(cover).Faces(faces, points)
		}
		for i, f := range faces {
			pairs[i][side] = f
		}
	}
	return pairs
}

// measure is what a face is weighed by: its households; if it has none, its buildings; if none, its area.
type measure uint8

const (
	byHouseholds measure = iota
	byBuildings
	byArea
)

func (f Flow) weight(m measure) float64 {
	switch m {
	case byHouseholds:
		return float64(f.Households)
	case byBuildings:
		return float64(f.Buildings)
	}
	return f.AreaM2
}

// measureOf is the finest measure by which a sum of flows weighs anything.
func (f Flow) measureOf() measure {
	switch {
	case f.Households > 0:
		return byHouseholds
	case f.Buildings > 0:
		return byBuildings
	}
	return byArea
}

func (f Flow) plus(g Flow) Flow {
	f.Households += g.Households
	f.Buildings += g.Buildings
	f.Residents += g.Residents
	f.AreaM2 += g.AreaM2
	return f
}

// totals sums flows by their old and by their new face.
type totals struct{ from, to map[int32]Flow }

func total(flows []Flow) totals {
	t := totals{map[int32]Flow{}, map[int32]Flow{}}
	for _, f := range flows {
		t.from[f.From] = t.from[f.From].plus(f)
		t.to[f.To] = t.to[f.To].plus(f)
	}
	return t
}

// shares is how much of its old face's weight a flow carries, and how much of its new face's weight it brings, both by the
// measure of the old face; from nowhere, by the measure of the new one.
func (t totals) shares(f Flow) (ofFrom, ofTo float64) {
	m := t.from[f.From].measureOf()
	if f.From == coverage.Outside {
		m = t.to[f.To].measureOf()
	}
	share := func(whole float64) float64 {
		if whole == 0 {
			return 0
		}
		return f.weight(m) / whole
	}
	return share(t.from[f.From].weight(m)), share(t.to[f.To].weight(m))
}

// heirs gives, for each of n new faces, the old face whose code it keeps, or coverage.Outside: it holds more than half of the
// old face's weight, and more than half of its own comes from it. Where two old faces with different measures both qualify
// (one is full of people, the other of fields), households go before buildings and buildings before area.
func heirs(flows []Flow, n int) []int32 {
	heir := make([]int32, n)
	by := make([]measure, n)
	for i := range heir {
		heir[i] = coverage.Outside
	}
	t := total(flows)
	for _, f := range flows {
		if f.From == coverage.Outside || f.To == coverage.Outside {
			continue
		}
		m := t.from[f.From].measureOf()
		if ofFrom, ofTo := t.shares(f); ofFrom > 0.5 && ofTo > 0.5 && (heir[f.To] == coverage.Outside || m < by[f.To]) {
			heir[f.To], by[f.To] = f.From, m
		}
	}
	return heir
}

// rise sums flows between grids to flows between what they lie in: from[i] is the index of old grid i's division, to[i] that of new grid i's.
func rise(flows []Flow, from, to []int32) []Flow {
	at := func(of []int32, i int32) int32 {
		if i == coverage.Outside {
			return i
		}
		return of[i]
	}
	sum := map[[2]int32]Flow{}
	for _, f := range flows {
		k := [2]int32{at(from, f.From), at(to, f.To)}
		g := sum[k].plus(f)
		g.From, g.To = k[0], k[1]
		sum[k] = g
	}
	return sortFlows(sum)
}

// sortFlows lists flows by old face, then by new face; outside comes first.
func sortFlows(m map[[2]int32]Flow) []Flow {
	list := make([]Flow, 0, len(m))
	for _, f := range m {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b Flow) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return list
}
