package grid

import (
	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
)

// Kinds of lineage rows. A row says how much of From's weight went to To.
const (
	LineageBorn     = "born"     // To covers ground that was in no grid before; From is ""
	LineageDied     = "died"     // From's ground is in no grid any more; To is ""
	LineageAdjusted = "adjusted" // From is To: what it kept while its outline changed
	LineageTransfer = "transfer" // both lived before and live on: ground passed from one to the other
	LineageRecoded  = "recoded"  // From is gone, To is new, and they are one and the same ground
	LineageSplit    = "split"    // To is new and was cut out of From alone
	LineageMerged   = "merged"   // From is gone, all of it in To
	LineageRedrawn  = "redrawn"  // none of these alone: To is new and of several origins
)

// lineage tells where the ground of everything born, gone or changed in shape came from and went, at each level from the
// towns down. What did not change has no row.
func lineage(old, new *Mesh, flows []Flow) []Lineage {
	var rows []Lineage
	for l := LevelTown; l <= LevelGrid; l++ {
		was, is := things(old, l), things(new, l)
		here := flows
		if l < LevelGrid {
			here = rise(flows, old.ancestors(l), new.ancestors(l))
		}
		rows = append(rows, lineageOf(was, is, here)...)
	}
	return rows
}

func lineageOf(was, is []thing, flows []Flow) []Lineage {
	before, after := make(map[Code]int, len(was)), make(map[Code]int, len(is))
	for i, t := range was {
		before[t.Code] = i
	}
	for i, t := range is {
		after[t.Code] = i
	}
	code := func(list []thing, i int32) Code {
		if i == coverage.Outside {
			return ""
		}
		return list[i].Code
	}
	origins, ends := map[Code]int{}, map[Code]int{}
	for _, f := range flows {
		origins[code(is, f.To)]++
		ends[code(was, f.From)]++
	}
	sums := total(flows)
	var rows []Lineage
	for _, f := range flows {
		from, to := code(was, f.From), code(is, f.To)
		_, fromLives := after[from]
		_, toLived := before[to]
		row := Lineage{From: from, To: to, Households: f.Households, Residents: f.Residents, Buildings: f.Buildings, AreaM2: f.AreaM2}
		row.FromShare, row.ToShare = sums.shares(f)
		switch {
		case from == to:
			if geo.Identical(was[f.From].outline, is[f.To].outline) {
				continue
			}
			row.Kind = LineageAdjusted
		case from == "":
			row.Kind = LineageBorn
		case to == "":
			row.Kind = LineageDied
		case fromLives && toLived:
			row.Kind = LineageTransfer
		case !fromLives && !toLived && origins[to] == 1 && ends[from] == 1:
			row.Kind = LineageRecoded
		case !toLived && origins[to] == 1:
			row.Kind = LineageSplit
		case !fromLives && ends[from] == 1:
			row.Kind = LineageMerged
		default:
			row.Kind = LineageRedrawn
		}
		rows = append(rows, row)
	}
	return rows
}
