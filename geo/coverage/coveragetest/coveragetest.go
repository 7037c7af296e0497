// Package coveragetest makes random clean coverages for tests, without using the package that they test.
//
// A net starts as a raster: pixels are labelled by growing faces from random seeds, then the shapes are traced and the
// pixels' corners moved at random, each by less than a quarter of a pixel, so that borders wiggle and never cross.
package coveragetest

import (
	"math/rand/v2"

	"github.com/zhuwang/zhuwang/geo"
)

// Options say what net to make. The zero value of a field means its default.
type Options struct {
	Faces  int       // number of faces; default 12
	Pixels int       // pixels a face, on average; default 12
	Step   int32     // lattice units a pixel; default 4,000 (about 40 m)
	Still  bool      // leave the corners where they are: all borders run along the axes
	Solid  bool      // one piece without holes that fills a square
	Whole  bool      // no face has several parts
	Origin geo.Point // lower left corner; default 108.1° E 22.6° N
}

// Faces makes a net of the given number of faces: with holes, islands, enclaves, faces of several parts, and places where
// faces touch in a point only, unless the options forbid them. Same seed and options, same net.
func Faces(seed uint64, o Options) []geo.MultiPolygon {
	if o.Faces == 0 {
		o.Faces = 12
	}
	if o.Pixels == 0 {
		o.Pixels = 12
	}
	if o.Step == 0 {
		o.Step = 4000
	}
	if o.Origin == (geo.Point{}) {
		o.Origin = geo.Point{X: 1_081_000_000, Y: 226_000_000}
	}
	return build(rand.New(rand.NewPCG(seed, 0)), o)
}

// Small makes a net of two to six faces on coordinates 0–20, where every kind of coincidence is likely.
func Small(seed uint64) []geo.MultiPolygon {
	r := rand.New(rand.NewPCG(seed, 1))
	o := Options{Faces: 2 + r.IntN(5), Step: 4, Pixels: 4, Origin: geo.Point{X: 2, Y: 2}}
	if r.IntN(3) == 0 {
		o.Step, o.Still, o.Pixels = 2, true, 12
	}
	return build(r, o)
}

func build(r *rand.Rand, o Options) []geo.MultiPolygon {
	t := newRaster(r, o)
	corner := make([]geo.Point, (t.side+1)*(t.side+1))
	for i := range corner {
		x, y := int32(i%(t.side+1)), int32(i/(t.side+1))
		p := geo.Point{X: o.Origin.X + x*o.Step, Y: o.Origin.Y + y*o.Step}
		if q := o.Step / 4; q > 0 && !o.Still {
			p.X += r.Int32N(2*q+1) - q
			p.Y += r.Int32N(2*q+1) - q
		}
		corner[i] = p
	}
	out := make([]geo.MultiPolygon, o.Faces)
	for _, pixels := range t.parts() {
		label := t.label[pixels[0]]
		out[label] = append(out[label], t.trace(pixels, corner))
	}
	return out
}

// raster is a square of labelled pixels; −1 is outside. Pixel (x, y) has the corners (x, y) to (x+1, y+1).
type raster struct {
	side  int
	label []int32
	part  []int32 // pixel → its connected set, from 1
}

const unset int32 = -2

func newRaster(r *rand.Rand, o Options) *raster {
	t := &raster{side: 2}
	for t.side*t.side < o.Faces*o.Pixels {
		t.side++
	}
	t.label = make([]int32, t.side*t.side)
	for i := range t.label {
		t.label[i] = unset
	}
	var frontier []int
	plant := func(label int32) {
		for range 100 {
			if i := r.IntN(len(t.label)); t.label[i] == unset {
				t.label[i] = label
				frontier = append(frontier, i)
				return
			}
		}
	}
	for label := range o.Faces {
		for { // a face must have a pixel
			if i := r.IntN(len(t.label)); t.label[i] == unset {
				t.label[i] = int32(label)
				frontier = append(frontier, i)
				break
			}
		}
	}
	for label := range o.Faces {
		if !o.Whole && r.IntN(6) == 0 {
			plant(int32(label))
		}
	}
	if !o.Solid {
		for range 1 + o.Faces/4 {
			plant(-1)
		}
	}
	for len(frontier) > 0 {
		k := r.IntN(len(frontier))
		i := frontier[k]
		var free []int
		for _, j := range t.around(i) {
			if t.label[j] == unset {
				free = append(free, j)
			}
		}
		if len(free) == 0 {
			frontier[k] = frontier[len(frontier)-1]
			frontier = frontier[:len(frontier)-1]
			continue
		}
		j := free[r.IntN(len(free))]
		t.label[j] = t.label[i]
		frontier = append(frontier, j)
	}
	return t
}

func (t *raster) around(i int) []int {
	var out []int
	x, y := i%t.side, i/t.side
	if x > 0 {
		out = append(out, i-1)
	}
	if x+1 < t.side {
		out = append(out, i+1)
	}
	if y > 0 {
		out = append(out, i-t.side)
	}
	if y+1 < t.side {
		out = append(out, i+t.side)
	}
	return out
}

// Directions east, north, west, south; step is the way, left the pixel on the left of the edge that leaves corner (0, 0).
var (
	step = [4][2]int{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}
	left = [4][2]int{{0, 0}, {-1, 0}, {-1, -1}, {0, -1}}
)

// parts are the connected sets of pixels of one label.
func (t *raster) parts() [][]int {
	t.part = make([]int32, len(t.label))
	var parts [][]int
	for i := range t.label {
		if t.label[i] < 0 || t.part[i] != 0 {
			continue
		}
		id := int32(len(parts) + 1)
		t.part[i] = id
		pixels := []int{i}
		for k := 0; k < len(pixels); k++ {
			for _, j := range t.around(pixels[k]) {
				if t.label[j] == t.label[i] && t.part[j] == 0 {
					t.part[j] = id
					pixels = append(pixels, j)
				}
			}
		}
		parts = append(parts, pixels)
	}
	return parts
}

// trace walks the border of a part with the part on the left, and cuts what it walks into simple rings, shell first.
func (t *raster) trace(pixels []int, corner []geo.Point) geo.Polygon {
	id := t.part[pixels[0]]
	in := func(x, y int) bool {
		return x >= 0 && y >= 0 && x < t.side && y < t.side && t.part[y*t.side+x] == id
	}
	leaves := func(x, y, d int) bool {
		l, r := left[d], left[(d+3)%4]
		return in(x+l[0], y+l[1]) && !in(x+r[0], y+r[1])
	}
	type edge struct{ x, y, d int }
	seen := map[edge]bool{}
	var poly geo.Polygon
	for _, i := range pixels {
		for d := range 4 { // the edges around the pixel, each from the corner where it starts with the pixel on its left
			x, y := i%t.side-left[d][0], i/t.side-left[d][1]
			if !leaves(x, y, d) || seen[edge{x, y, d}] {
				continue
			}
			var path []int
			for e := (edge{x, y, d}); !seen[e]; {
				seen[e] = true
				path = append(path, e.y*(t.side+1)+e.x)
				e.x, e.y = e.x+step[e.d][0], e.y+step[e.d][1]
				for turn := range 3 { // left first: the way around the same pixel
					if n := (e.d + 1 - turn + 4) % 4; leaves(e.x, e.y, n) {
						e.d = n
						break
					}
				}
			}
			poly = append(poly, simple(path, corner)...)
		}
	}
	for i, r := range poly {
		if r.Area2() > 0 {
			poly[0], poly[i] = poly[i], poly[0]
		}
	}
	return poly
}

// simple cuts a closed path at the corners that it visits again.
func simple(path []int, corner []geo.Point) []geo.Ring {
	var rings []geo.Ring
	var stack []int
	cut := func(from int) {
		var r geo.Ring
		for _, c := range stack[from:] {
			r = append(r, corner[c])
		}
		rings = append(rings, r)
		stack = stack[:from]
	}
	for _, c := range path {
		for k, s := range stack {
			if s == c {
				cut(k)
				break
			}
		}
		stack = append(stack, c)
	}
	cut(0)
	return rings
}
