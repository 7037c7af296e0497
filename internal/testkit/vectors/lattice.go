package main

import (
	"cmp"
	"math"
	"math/rand/v2"

	"github.com/zhuwang/zhuwang/geo"
)

// rounding is a longitude in degrees and the lattice coordinate it is rounded to, 0 and false for none.
type rounding struct {
	Degrees float64 `json:"degrees"`
	Units   int32   `json:"units"`
	OK      bool    `json:"ok"`
}

// someRoundings asks for degrees of all sizes, for those halfway between two units, and for their neighbours.
func someRoundings() []rounding {
	r := rand.New(rand.NewPCG(1, 1))
	degrees := []float64{0, 180, -180, 180.00000004, -180.00000004, 0.49999999999999994e-7, -0.49999999999999994e-7, 5e-8, -5e-8, 1e-300}
	for range 1000 {
		half := (float64(r.Int64N(2*geo.MaxX)-geo.MaxX) + 0.5) / geo.Scale
		degrees = append(degrees, half, -half, math.Nextafter(half, 200), math.Nextafter(half, -200))
		degrees = append(degrees, r.Float64()*360-180, r.Float64()*r.Float64()*1e-5, float64(r.Int32N(1000)-500)/2/geo.Scale)
	}
	all := make([]rounding, len(degrees))
	for i, d := range degrees {
		p, ok := geo.FromDegrees(d, 0)
		all[i] = rounding{d, p.X, ok}
	}
	return all
}

// orientation is three points and on which side of the line from the first to the second the third lies.
type orientation struct {
	Points [3][2]int32 `json:"points"`
	Sign   int         `json:"sign"`
}

// someOrientations asks mostly for points on a long line or one unit beside it, where float64 is not enough.
func someOrientations() []orientation {
	r := rand.New(rand.NewPCG(2, 2))
	var all []orientation
	add := func(a, b, c geo.Point) {
		sign := cmp.Compare(geo.Orient(a, b, c), 0)
		all = append(all, orientation{[3][2]int32{{a.X, a.Y}, {b.X, b.Y}, {c.X, c.Y}}, sign})
	}
	for range 2000 {
		size := int32(1) << (1 + r.IntN(27))
		a := geo.Point{X: r.Int32N(size) - size/2, Y: r.Int32N(size) - size/2}
		dx, dy := r.Int32N(size)-size/2, r.Int32N(size)-size/2
		n := 1 + r.Int32N(6)
		b := geo.Point{X: a.X + n*dx, Y: a.Y + n*dy}
		k := r.Int32N(9) - 1
		on := geo.Point{X: a.X + k*dx, Y: a.Y + k*dy}
		add(a, b, on)
		add(a, b, geo.Point{X: on.X + 1, Y: on.Y})
		add(b, a, geo.Point{X: on.X, Y: on.Y - 1})
		add(a, b, geo.Point{X: r.Int32N(size), Y: r.Int32N(size)})
		// The nearest that a lattice point comes to a line without lying on it.
		x, y := bezout(b.X-a.X, b.Y-a.Y)
		add(a, b, geo.Point{X: a.X + x, Y: a.Y + y})
	}
	return all
}

// bezout is a vector (x, y) with dx·y − dy·x = ± the greatest common divisor of dx and dy.
func bezout(dx, dy int32) (x, y int32) {
	a, b, s, t, u, v := int64(dx), int64(dy), int64(1), int64(0), int64(0), int64(1)
	for b != 0 {
		q := a / b
		a, b, s, t, u, v = b, a-q*b, t, s-q*t, v, u-q*v
	}
	return int32(-u), int32(s)
}
