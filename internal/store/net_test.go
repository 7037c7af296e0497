package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// board is a made-up district: a board of cells whose borders are crooked lines of `bends` vertices, shared by both sides. A
// town is a row of communities, a community a block of side×side cells, a cell a grid.
type board struct {
	district          grid.Code
	towns, blocks     int // towns, communities a town
	side, bends, step int
	seed              uint64
}

// line is the border from node (x, y) to its neighbour to the east or north, both ends included: the same points for whoever asks.
func (b board) line(x, y int, north bool) []geo.Point {
	at := func(x, y int) geo.Point {
		return geo.Point{X: 1_080_000_000 + int32(x*b.step), Y: 224_000_000 + int32(y*b.step)}
	}
	p, q := at(x, y), at(x+1, y)
	if north {
		q = at(x, y+1)
	}
	way := uint64(1)
	if north {
		way = 2
	}
	r := rand.New(rand.NewPCG(b.seed, uint64(x)<<32|uint64(y)<<2|way))
	points := []geo.Point{p}
	for i := 1; i <= b.bends; i++ {
		along := b.step * i / (b.bends + 1)
		wide := min(along, b.step-along, b.step/4) / 3 // narrow at the nodes, so that no two lines cross
		across := r.IntN(2*wide+1) - wide
		if north {
			points = append(points, geo.Point{X: p.X + int32(across), Y: p.Y + int32(along)})
		} else {
			points = append(points, geo.Point{X: p.X + int32(along), Y: p.Y + int32(across)})
		}
	}
	return append(points, q)
}

// block is the outline of the cells from (x0, y0) up to (x1, y1).
func (b board) block(x0, y0, x1, y1 int) geo.MultiPolygon {
	var ring geo.Ring
	walk := func(line []geo.Point, back bool) {
		if back {
			slices.Reverse(line)
		}
		ring = append(ring, line[:len(line)-1]...)
	}
	for x := x0; x < x1; x++ {
		walk(b.line(x, y0, false), false)
	}
	for y := y0; y < y1; y++ {
		walk(b.line(x1, y, true), false)
	}
	for x := x1 - 1; x >= x0; x-- {
		walk(b.line(x, y1, false), true)
	}
	for y := y1 - 1; y >= y0; y-- {
		walk(b.line(x0, y, true), true)
	}
	return geo.MultiPolygon{{ring}}
}

// net is the board's net.
func (b board) net() *grid.Net {
	n := &grid.Net{District: grid.Division{Code: b.district, Name: "棋盘区", SourceID: "D", Outline: b.block(0, 0, b.blocks*b.side, b.towns*b.side)}}
	for t := range b.towns {
		town := grid.Code(fmt.Sprintf("%s%03d", b.district, t+1))
		n.Towns = append(n.Towns, grid.Division{Code: town, Name: fmt.Sprintf("%d镇", t+1), Outline: b.block(0, t*b.side, b.blocks*b.side, (t+1)*b.side)})
		for c := range b.blocks {
			community := grid.Code(fmt.Sprintf("%s%03d", town, c+1))
			n.Communities = append(n.Communities, grid.Division{Code: community, Name: fmt.Sprintf("%d村", c+1),
				Outline: b.block(c*b.side, t*b.side, (c+1)*b.side, (t+1)*b.side)})
			for i := range b.side * b.side {
				x, y := c*b.side+i%b.side, t*b.side+i/b.side
				kind, category := grid.Basic, grid.Hamlet
				if i%3 == 2 {
					kind, category = grid.Dedicated, grid.School
				}
				n.Grids = append(n.Grids, grid.Face{Code: grid.Code(fmt.Sprintf("%s%03d", community, i+1)), Name: fmt.Sprintf("第%d网格", i+1),
					Kind: kind, Category: category, SourceID: fmt.Sprintf("s%d", i), Parts: 1, Shape: b.block(x, y, x+1, y+1)})
			}
		}
	}
	return n
}

// sheets cuts a net into its communities' sheets.
func sheets(n *grid.Net) []grid.Sheet {
	byCommunity := map[grid.Code][]grid.Face{}
	for _, f := range n.Grids {
		c := f.Code.At(grid.LevelCommunity)
		byCommunity[c] = append(byCommunity[c], f)
	}
	var all []grid.Sheet
	for _, d := range n.Communities {
		faces := byCommunity[d.Code]
		all = append(all, grid.Sheet{Community: d.Code, Faces: faces, Hash: grid.HashSheet(faces)})
	}
	return all
}

// district is the size of the model district: 420 grids in 105 communities, about 62,000 vertices.
var district = board{district: "990001", towns: 7, blocks: 15, side: 2, bends: 36, step: 40_000, seed: 1}
