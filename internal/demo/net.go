package demo

import (
	"fmt"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// town is a town of the register with its communities, in the order of townSeats.
type town struct {
	grid.Named
	communities []grid.Named // residents' committees first, then villages
}

func towns(register []grid.Named) []town {
	var list []town
	for _, seat := range townSeats {
		for _, e := range register {
			if string(e.Code) == seat.code {
				list = append(list, town{e, below(register, grid.LevelCommunity, e.Code)})
			}
		}
	}
	return list
}

// net makes the net of the tracts: communities in the order of their density get the register's names in the order of its codes,
// so that the densest are 社区; grids are numbered in their community by the rule of first numbering. It returns the code of
// each tract, and no net where a division is not one clean piece.
func (w *weave) net(register []grid.Named, towns []town, communities [][]int) (codes []grid.Code, net *grid.Net) {
	shapes, ok := w.outlines(w.tractOf, len(w.tracts))
	if !ok {
		return nil, nil
	}
	draft := &grid.Net{District: grid.Division{Code: register[0].Code, Name: register[0].Name}}
	codes = make([]grid.Code, len(w.tracts))
	for _, t := range towns {
		draft.Towns = append(draft.Towns, grid.Division{Code: t.Code, Name: t.Name})
		for _, c := range t.communities {
			draft.Communities = append(draft.Communities, grid.Division{Code: c.Code, Name: c.Name})
			tracts := communities[0]
			communities = communities[1:]
			members := make([]geo.MultiPolygon, len(tracts))
			for i, k := range tracts {
				members[i] = shapes[k]
			}
			for serial, i := range grid.FirstNumbering(members) {
				k := tracts[i]
				codes[k] = grid.Code(fmt.Sprintf("%s%03d", c.Code, serial+1))
				draft.Grids = append(draft.Grids, grid.Face{
					Code: codes[k], Name: w.gridName(k, c.Name, serial+1), Kind: w.tracts[k].category.Kind(),
					Category: w.tracts[k].category, Parts: 1, Shape: members[i],
				})
			}
		}
	}
	mesh, faults := grid.Weave(draft)
	if len(faults) > 0 || !inOnePiece(mesh.Net) {
		return nil, nil
	}
	return codes, mesh.Net
}

// gridName is that of the dedicated place, else made of the community's short name and the serial: 淡村路东002网格.
func (w *weave) gridName(k int, community string, serial int) string {
	if p := w.tracts[k].place; p >= 0 {
		return w.places[p].name
	}
	return fmt.Sprintf("%s%03d网格", strings.TrimSuffix(community, "社区"), serial)
}

// inOnePiece reports whether every division is one part.
func inOnePiece(n *grid.Net) bool {
	for _, list := range [][]grid.Division{{n.District}, n.Towns, n.Communities} {
		for _, d := range list {
			if len(d.Outline) != 1 {
				return false
			}
		}
	}
	return true
}
