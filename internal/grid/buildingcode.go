package grid

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// lastBuilding is the greatest serial of a building in its community.
const lastBuilding = 99_999

// obeysBuilding reports whether a code may name a building in a community: 17 digits that begin with the community's, and a serial other than 00000.
func obeysBuilding(c, community Code) bool {
	return c.Level() == LevelBuilding && c.At(LevelCommunity) == community && !strings.HasSuffix(string(c), "00000")
}

// number gives new codes to the drafts that have none, community by community: rows from north to south, as high as the community has
// room for one of the new buildings, in a row from west to east; ties by id. Each takes the lowest serial that never named a building.
func (b *builder) number() {
	left := map[Code][]int{}
	for i := range b.drafts {
		if d := &b.drafts[i]; d.Code == "" {
			c := d.Area.At(LevelCommunity)
			left[c] = append(left[c], i)
		}
	}
	used := func(c Code) bool {
		_, gone := b.retired[c]
		return gone || b.byCode[c] != nil || b.takenBy[c] > 0
	}
	full := map[int]bool{} // drafts for which no code is left
	net := b.in.Basis.Mesh.Net
	for _, community := range net.Communities {
		drafts := left[community.Code]
		if len(drafts) == 0 {
			continue
		}
		room := community.Outline.AreaM2() / float64(len(drafts))
		sites := make([]site, len(drafts))
		for k, i := range drafts {
			sites[k] = site{b.drafts[i].Point, room, b.drafts[i].ID}
		}
		serial := 0
		for _, k := range numberingOrder(sites) {
			d := &b.drafts[drafts[k]]
			code := Code("")
			for serial < lastBuilding && code == "" {
				serial++
				if c := community.Code + Code(fmt.Sprintf("%05d", serial)); !used(c) {
					code = c
				}
			}
			if code == "" {
				full[drafts[k]] = true
				b.refusals.add(&Row{N: d.row, Line: d.line}, fault.New(fault.Invalid, "codes-exhausted", fault.Args{
					"parent": community.Code, "level": LevelBuilding.Text(), "children": len(drafts)}))
				continue
			}
			d.Code = code
			b.Coded.Allocated++
		}
	}
	if len(full) > 0 {
		kept := b.drafts[:0]
		for i, d := range b.drafts {
			if !full[i] {
				kept = append(kept, d)
			}
		}
		b.drafts = slices.Clip(kept)
	}
}
