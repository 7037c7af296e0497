package grid

import (
	"fmt"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// AssembleInput is what a net is made of.
type AssembleInput struct {
	District  Named                  // the name may be empty: then the register's, else the base net's, else the code
	Grids     *Table                 // one row a grid, with its shape
	Fields    Mapping                // columns of Grids; of the tables above it, where they have them
	Community Above                  // where the communities come from; zero: from the grids' codes, which must then obey the table
	Town      Above                  // likewise the towns
	Basis     Basis                  // what the district had before; zero for a first import that knows no official names
	Clean     *coverage.CleanOptions // clean grids that are nearly a coverage; nil: refuse them
}

// Above says where the divisions of a level above the grid come from: exactly one of Table, Field and Prefix is set.
type Above struct {
	Table  *Table // rows with shapes of their own: what lies below is placed by containment and checked vertex by vertex
	Field  string // a column whose value is the division's official name, its code, or an id of the source's own
	Prefix int    // the first so many characters of the code column
}

// Basis is what a new net of a district is made against.
type Basis struct {
	Release   int        // the base: the release whose place the new one takes; 0 for a first one
	Net       *Net       // of the base; nil for a first one
	Near      []*Net     // of a correction of the past: other nets that hold before, after or now, whose codes live too
	Used      []Code     // every code that the district ever gave
	Names     []Named    // the register of official names
	Buildings []Building // weights by which a redrawn grid keeps its code
}

// Assembly is the report of an import: what was read, what was refused and why, and where each code came from.
type Assembly struct {
	Rows     int            // rows of the grids' table
	Refused  []*fault.Error // in the order of rows; empty iff there is a net
	Coded    map[Level]Coding
	Sources  int               // grids that keep an id of their source
	InParts  map[Level]int     // divisions and grids of several parts
	Cleaned  []coverage.Change // what cleaning changed; faces are counted from 0 in the order of the rows
	Holes    []geo.Defect      // regions inside the district that no grid covers: allowed, but to be shown
	Islands  int
	OnBorder int     // vertices of grids on edges of official outlines that lack them, off by no more than rounding
	MaxShift float64 // metres: the largest move of a vertex by rounding to the lattice
	Bounds   geo.Bounds
	AreaM2   float64
	Mesh     *Mesh // of the net made; nil if refused
	// Difference is what the net changes against its base; everything is born where there is none.
	Difference Difference
}

// Coding counts where the codes of a level came from.
type Coding struct {
	Kept      int // the source's own code, which obeys the table
	Inherited int // the code of the base net: known by its source id, or by what it holds
	Allocated int // a new code
}

func (a *Assembly) count(l Level, shape geo.MultiPolygon) {
	if len(shape) > 1 {
		a.InParts[l]++
	}
}

// Extent says in words what a net covers, for a person to confirm before a first import.
func (a *Assembly) Extent() fault.Text {
	west, south, east, north := a.Bounds.Min.Lon(), a.Bounds.Min.Lat(), a.Bounds.Max.Lon(), a.Bounds.Max.Lat()
	grids, km2 := a.Rows-len(a.Refused), a.AreaM2/1e6
	return fault.Text{
		Zh: fmt.Sprintf("经度 %.4f°至 %.4f°，纬度 %.4f°至 %.4f°，面积 %.2f 平方千米，%d 个网格", west, east, south, north, km2, grids),
		En: fmt.Sprintf("longitude %.4f° to %.4f°, latitude %.4f° to %.4f°, %.2f km², %d grids", west, east, south, north, km2, grids),
	}
}
