// Package picture draws nets for tests as text: each letter is a face, each character a square.
package picture

import (
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
)

// Step is the side of a square in lattice units: about 103 m east and 111 m north.
const Step = 10_000

// Origin is the south-west corner of a picture.
var Origin = geo.Point{X: 1_081_000_000, Y: 226_000_000}

// Draw traces the faces of a picture. Rows are lines from north to south, squares from west to east; '.' is in no face. Every
// corner of a square on the border of a face is a vertex of it, so that faces of the same picture, and of pictures of the
// same size, match vertex by vertex. Squares of one letter that meet in a corner only are parts of their own.
func Draw(picture string) map[rune]geo.MultiPolygon {
	rows := strings.Fields(picture)
	squares := map[rune][][2]int32{}
	for k, row := range rows {
		for x, letter := range row {
			if letter != '.' {
				squares[letter] = append(squares[letter], [2]int32{int32(x), int32(len(rows) - 1 - k)})
			}
		}
	}
	shapes := make(map[rune]geo.MultiPolygon, len(squares))
	for letter, list := range squares {
		shapes[letter] = trace(list)
	}
	return shapes
}

// Centre is the middle of a square, counted from the west and from the south.
func Centre(x, y int) geo.Point {
	return geo.Point{X: Origin.X + int32(x)*Step + Step/2, Y: Origin.Y + int32(y)*Step + Step/2}
}

// trace makes the shape of squares by their south-west corners.
func trace(squares [][2]int32) geo.MultiPolygon {
	type edge struct{ from, to geo.Point }
	edges := map[edge]bool{}
	for _, s := range squares {
		x, y := Origin.X+s[0]*Step, Origin.Y+s[1]*Step
		corners := [4]geo.Point{{X: x, Y: y}, {X: x + Step, Y: y}, {X: x + Step, Y: y + Step}, {X: x, Y: y + Step}}
		for i, from := range corners {
			e := edge{from, corners[(i+1)%4]}
			if back := (edge{e.to, e.from}); edges[back] {
				delete(edges, back)
			} else {
				edges[e] = true
			}
		}
	}
	var shells geo.MultiPolygon
	var holes []geo.Ring
	for len(edges) > 0 {
		first := edge{from: geo.Point{X: 1<<31 - 1}}
		for e := range edges {
			if e.from.Less(first.from) {
				first = e
			}
		}
		var ring geo.Ring
		for e := first; ; {
			delete(edges, e)
			ring = append(ring, e.from)
			if e.to == first.from {
				break
			}
			// Where two squares meet in a corner the sharpest turn to the left stays with the same one.
			dx, dy := e.to.X-e.from.X, e.to.Y-e.from.Y
			for _, turn := range [3][2]int32{{-dy, dx}, {dx, dy}, {dy, -dx}} {
				if next := (edge{e.to, geo.Point{X: e.to.X + turn[0], Y: e.to.Y + turn[1]}}); edges[next] {
					e = next
					break
				}
			}
		}
		if ring.Area2() > 0 {
			shells = append(shells, geo.Polygon{ring})
		} else {
			holes = append(holes, ring)
		}
	}
	for _, hole := range holes {
		i := slices.IndexFunc(shells, func(p geo.Polygon) bool {
			return geo.MultiPolygon{p[:1]}.Locate(hole[0]) == geo.Inside
		})
		shells[i] = append(shells[i], hole)
	}
	return geo.Normalize(shells)
}
