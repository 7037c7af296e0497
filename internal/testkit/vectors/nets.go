package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/locate"
)

// net is the faces of a coverage as rings of coordinates, their first point not repeated, and points as x, y, owner.
type net struct {
	Faces  [][][][][2]int32 `json:"faces"`
	Owners [][3]int32       `json:"owners"`
}

// someNets asks for every lattice point in and around nets as small as the lattice allows, and in larger nets for points
// anywhere, on vertices, on edges, and one unit beside them.
func someNets() ([]net, error) {
	var all []net
	add := func(faces []geo.MultiPolygon, points func(c *coverage.Coverage) []geo.Point) error {
		c, report := coverage.Build(faces)
		if !report.Clean() {
			return fmt.Errorf("net %d is not clean: %v", len(all), report.Defects[0])
		}
		ix := locate.New(c)
		var n net
		for i := range c.Len() {
			n.Faces = append(n.Faces, coordinates(c.Face(i)))
		}
		for _, p := range points(c) {
			n.Owners = append(n.Owners, [3]int32{p.X, p.Y, ix.Face(p)})
		}
		all = append(all, n)
		return nil
	}
	for seed := range uint64(240) {
		if err := add(coveragetest.Small(seed), everyPoint); err != nil {
			return nil, err
		}
	}
	r := rand.New(rand.NewPCG(3, 3))
	draw := func(c *coverage.Coverage) []geo.Point { return somePoints(r, c, 1000) }
	for seed := range uint64(20) {
		o := coveragetest.Options{Faces: 40, Step: [...]int32{4, 128, 4096, 131_072, 30_000_000}[seed%5]}
		if seed%5 == 4 {
			o.Origin = geo.Point{X: -1_000_000_000, Y: -500_000_000} // a quarter of the earth: products beyond 2⁵³
		}
		if err := add(coveragetest.Faces(seed, o), draw); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func coordinates(m geo.MultiPolygon) [][][][2]int32 {
	var shape [][][][2]int32
	for _, polygon := range m {
		var rings [][][2]int32
		for _, ring := range polygon {
			var line [][2]int32
			for _, p := range ring {
				line = append(line, [2]int32{p.X, p.Y})
			}
			rings = append(rings, line)
		}
		shape = append(shape, rings)
	}
	return shape
}

// everyPoint lists the lattice points of a small net's box and of a margin of one unit.
func everyPoint(c *coverage.Coverage) []geo.Point {
	var pts []geo.Point
	b := c.Bounds()
	for x := b.Min.X - 1; x <= b.Max.X+1; x++ {
		for y := b.Min.Y - 1; y <= b.Max.Y+1; y++ {
			pts = append(pts, geo.Point{X: x, Y: y})
		}
	}
	return pts
}

func somePoints(r *rand.Rand, c *coverage.Coverage, n int) []geo.Point {
	var pts []geo.Point
	b, arcs := c.Bounds(), c.Arcs()
	for len(pts) < n {
		line := arcs[r.IntN(len(arcs))].Points
		k := 1 + r.IntN(len(line)-1)
		u, v := line[k-1], line[k]
		mid := geo.Point{X: u.X + (v.X-u.X)/2, Y: u.Y + (v.Y-u.Y)/2}
		for _, p := range []geo.Point{v, mid} {
			pts = append(pts, p, geo.Point{X: p.X - 1 + r.Int32N(3), Y: p.Y - 1 + r.Int32N(3)})
		}
		pts = append(pts, geo.Point{
			X: b.Min.X + int32(r.Int64N(int64(b.Max.X)-int64(b.Min.X)+1)),
			Y: b.Min.Y + int32(r.Int64N(int64(b.Max.Y)-int64(b.Min.Y)+1)),
		})
	}
	return pts
}
