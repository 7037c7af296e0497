package grid

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
)

// Movement is one thing that a release moved from one grid to another.
type Movement struct {
	Key
	From, To Code
}

// move gives the buildings and the locations in the changed area the grids that they lie in now, where the release is in force now, and
// counts the residents there by where they lay and where they lie. What lies outside of every changed grid is not written.
func (w *writing) move(ctx context.Context, tx Tx) error {
	if len(w.boxes) == 0 {
		return nil
	}
	index := locate.New(w.Mesh.Grids)
	moved := tally{}
	if w.Current {
		if err := w.moveBuildings(ctx, tx, index, moved); err != nil {
			return err
		}
	}
	if w.Base != nil { // without a net there were no locations
		if err := w.moveLocations(ctx, tx, index, moved); err != nil {
			return err
		}
	}
	w.Difference.Moved = moved.sorted()
	return nil
}

func (w *writing) moveBuildings(ctx context.Context, tx Tx, index *locate.Index, moved tally) error {
	area := map[string]Code{}
	var moves []Movement
	for _, b := range w.buildings {
		code := w.Mesh.gridCode(index.Face(b.Point))
		if code == b.Area {
			continue
		}
		area[b.ID] = code
		if w.Base != nil { // a first release moves nothing: it is what things lie in at first
			moves = append(moves, Movement{Key{KindBuilding, b.ID}, b.Area, code})
			moved.add(KindBuilding, b.Area, code)
		}
	}
	if len(area) == 0 {
		return nil
	}
	if err := tx.MoveBuildings(ctx, area); err != nil {
		return err
	}
	return tx.PutMoves(ctx, w.Release.N, moves)
}

func (w *writing) moveLocations(ctx context.Context, tx Tx, index *locate.Index, moved tally) error {
	gone := map[Code]bool{}
	for _, c := range w.Difference.Changes {
		if c.Level == LevelGrid && c.Fate == Gone {
			gone[c.Code] = true
		}
	}
	before := locate.New(w.Base.Grids)
	ended, residents := tally{}, map[[2]int32]int{}
	for page, err := range tx.LocationsIn(ctx, w.boxes, sortedCodes(gone)) {
		if err != nil {
			return err
		}
		var changed []Location
		var moves []Movement
		for _, l := range page {
			if l.Kind == KindResident {
				residents[[2]int32{before.Face(l.Point), index.Face(l.Point)}]++
			}
			n := l
			if l.How != Manual || gone[l.Area] {
				n.Area, n.How = w.Mesh.assign(index, l.Point)
			}
			if n.Area == l.Area && n.How == l.How {
				continue
			}
			changed = append(changed, n)
			if n.Area != l.Area {
				moves = append(moves, Movement{l.Key(), l.Area, n.Area})
			}
			if !w.Current {
				continue
			}
			moved.add(l.Kind, l.Area, n.Area)
			if l.How == Manual {
				ended.add(l.Kind, l.Area, n.Area)
			}
		}
		if !w.Current || len(changed) == 0 {
			continue
		}
		if err := tx.MoveLocations(ctx, w.Release.N, w.Release.By, changed); err != nil {
			return err
		}
		if err := tx.PutMoves(ctx, w.Release.N, moves); err != nil {
			return err
		}
	}
	w.Difference.ManualEnded = ended.sorted()
	w.flows = withResidents(w.flows, residents)
	return nil
}

// withResidents adds residents to flows by their old and their new face.
func withResidents(flows []Flow, residents map[[2]int32]int) []Flow {
	sum := make(map[[2]int32]Flow, len(flows))
	for _, f := range flows {
		sum[[2]int32{f.From, f.To}] = f
	}
	for pair, n := range residents {
		if pair == [2]int32{coverage.Outside, coverage.Outside} {
			continue
		}
		f := sum[pair]
		f.From, f.To, f.Residents = pair[0], pair[1], n
		sum[pair] = f
	}
	return sortFlows(sum)
}

func sortedCodes(set map[Code]bool) []Code { return slices.Sorted(maps.Keys(set)) }

// movedData is what moved as the data of an event.
func movedData(list []Moved) []map[string]any {
	data := make([]map[string]any, len(list))
	for i, m := range list {
		data[i] = map[string]any{"kind": m.Kind, "from": m.From, "to": m.To, "count": m.Count}
	}
	return data
}

// Moves is what the releases after one, up to another, moved from grid to grid, composed for each thing: what went there and came back
// did not move. Buildings are included. It is in the order of kind, from, to.
func (s *Service) Moves(ctx context.Context, district Code, since, until int) ([]Moved, error) {
	return s.Store.Moves(ctx, district, since, until)
}

// tally counts what moves; what stays where it is is not counted.
type tally map[Moved]int

func (t tally) add(kind string, from, to Code) {
	if from != to {
		t[Moved{Kind: kind, From: from, To: to}]++
	}
}

// sorted lists what was counted by kind, from, to.
func (t tally) sorted() []Moved {
	list := make([]Moved, 0, len(t))
	for m, n := range t {
		m.Count = n
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b Moved) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), compareCodes(a.From, b.From), compareCodes(a.To, b.To))
	})
	return list
}
