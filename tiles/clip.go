package tiles

import (
	"cmp"
	"slices"
)

// Cutting is done half a unit inside the box, where no vertex lies: a cut edge meets the cut in exactly one place, an exact rational,
// and no two edges of a face meet it in the same. The place is then drawn on the side of the box, at the nearest unit along it: half a
// unit away at most, so a snapped edge passes over no vertex when its end moves there, and both faces of the edge
// move it alike.

// clipper cuts shapes at a box. It keeps its memory from one shape to the next; not for concurrent use.
type clipper struct {
	box   box
	trace tracer
	cuts  []cut
	ends  []side // sides with an end on the box, and those along it
	out   shape
}

// cut is a place where the border of a face crosses the box.
type cut struct {
	side  int   // 0 north, 1 east, 2 south, 3 west: the way round in which area is positive
	whole int64 // twice the coordinate along the side, rounded down,
	num   int64 // and what is left of it, num/den
	den   int64
	at    pt // where it is drawn
	in    bool
}

// polygons is the part of a shape of rings, with its box, that lies in the box, again as rings. It is valid until the next call.
func (c *clipper) polygons(s shape, bounds box) shape {
	if c.box.holds(bounds) {
		return s
	}
	c.cuts, c.ends, c.trace.sides = c.cuts[:0], c.ends[:0], c.trace.sides[:0]
	if s.runs == nil {
		for ring := range s.all() {
			c.sides(ring[len(ring)-1], ring)
		}
	}
	for _, r := range s.runs {
		if r.box.max.x > c.box.min.x && r.box.min.x < c.box.max.x && r.box.max.y > c.box.min.y && r.box.min.y < c.box.max.y {
			c.sides(s.pts[r.before], s.pts[r.from:r.to])
		}
	}
	if len(c.cuts) > 0 {
		c.closeAlongBox()
	} else if c.boxInside(s) {
		c.walk(c.corner(0), 0, c.corner(0), 4)
	}
	c.dropFolds()
	c.out.reset()
	c.trace.trace(&c.out)
	return c.out
}

// lines are the parts of a line, with its box, that lie in the box. They are valid until the next call.
func (c *clipper) lines(line []pt, bounds box) shape {
	c.out.reset()
	if c.box.holds(bounds) {
		c.out.add(line)
		return c.out
	}
	start, open := len(c.out.pts), false
	end := func() {
		if len(c.out.pts) > start+1 {
			c.out.ends = append(c.out.ends, int32(len(c.out.pts)))
		} else { // rounding left a point
			c.out.pts = c.out.pts[:start]
		}
		start, open = len(c.out.pts), false
	}
	a := line[0]
	for _, b := range line[1:] {
		if in, out, ok := c.span(a, b); ok {
			if !open {
				c.out.pts, open = append(c.out.pts, in.at), true
			}
			if out.at != in.at {
				c.out.pts = append(c.out.pts, out.at)
			}
			if out.side >= 0 {
				end()
			}
		}
		a = b
	}
	end()
	return c.out
}

// sides takes over the parts of the sides from a on along a ring that lie in the box.
func (c *clipper) sides(a pt, ring []pt) {
	outA := c.beyond(a)
	for _, b := range ring {
		outB := c.beyond(b)
		if outA&outB == 0 {
			c.side(a, b)
		}
		a, outA = b, outB
	}
}

// side takes over the part of one side of a face that lies in the box.
func (c *clipper) side(a, b pt) {
	in, out, ok := c.span(a, b)
	if !ok {
		return
	}
	if in.side < 0 && out.side < 0 {
		c.trace.sides = append(c.trace.sides, side{a, b})
		return
	}
	if in.side >= 0 {
		in.in = true
		c.cuts = append(c.cuts, in)
	}
	if out.side >= 0 {
		c.cuts = append(c.cuts, out)
	}
	c.end(in.at, out.at)
}

// end adds a side that ends on the box.
func (c *clipper) end(a, b pt) {
	if a != b {
		c.ends = append(c.ends, side{a, b})
	}
}

// dropFolds hands on the sides that end on the box, but those of a piece that rounding made a line: they are there and back.
func (c *clipper) dropFolds() {
	forward := func(s side) side {
		if s.b.less(s.a) {
			return side{s.b, s.a}
		}
		return s
	}
	slices.SortFunc(c.ends, func(s, r side) int { return compareSides(forward(s), forward(r)) })
	for i := 0; i < len(c.ends); {
		first, n := forward(c.ends[i]), 0
		for ; i < len(c.ends) && forward(c.ends[i]) == first; i++ {
			if c.ends[i] == first {
				n++
			} else {
				n--
			}
		}
		switch {
		case n > 0:
			c.trace.sides = append(c.trace.sides, first)
		case n < 0:
			c.trace.sides = append(c.trace.sides, side{first.b, first.a})
		}
	}
}

// beyond says beyond which cuts a vertex lies, one bit for each (Cohen and Sutherland); 0: within.
func (c *clipper) beyond(p pt) (sides uint8) {
	if p.x <= c.box.min.x {
		sides = 1
	} else if p.x >= c.box.max.x {
		sides = 2
	}
	if p.y <= c.box.min.y {
		return sides | 4
	} else if p.y >= c.box.max.y {
		return sides | 8
	}
	return sides
}

// span is the part of the edge from a to b within the cuts; side is -1 at an end that is the vertex itself.
func (c *clipper) span(a, b pt) (in, out cut, ok bool) {
	in, out = cut{side: -1, at: a}, cut{side: -1, at: b}
	beyondA, beyondB := c.beyond(a), c.beyond(b)
	if beyondA|beyondB == 0 {
		return in, out, true
	}
	if beyondA&beyondB != 0 {
		return in, out, false
	}
	// Liang and Barsky (1984), in exact fractions of the way from a to b: it enters at from, leaves at to.
	dx, dy := 2*(int64(b.x)-int64(a.x)), 2*(int64(b.y)-int64(a.y))
	west, east := 2*(int64(c.box.min.x)-int64(a.x))+1, 2*(int64(c.box.max.x)-int64(a.x))-1
	north, south := 2*(int64(c.box.min.y)-int64(a.y))+1, 2*(int64(c.box.max.y)-int64(a.y))-1
	from, to := frac{0, 1}, frac{1, 1}
	narrow := func(lo, hi, d int64, loSide, hiSide int) bool {
		switch {
		case d == 0:
			return lo < 0 && hi > 0
		case d < 0:
			lo, hi, d, loSide, hiSide = -hi, -lo, -d, hiSide, loSide
		}
		if f := (frac{lo, d}); f.cmp(from) > 0 {
			from, in.side = f, loSide
		}
		if f := (frac{hi, d}); f.cmp(to) < 0 {
			to, out.side = f, hiSide
		}
		return true
	}
	if !narrow(west, east, dx, 3, 1) || !narrow(north, south, dy, 0, 2) || from.cmp(to) >= 0 {
		return in, out, false
	}
	if in.side >= 0 {
		in = c.cutAt(a, b, in.side)
	}
	if out.side >= 0 {
		out = c.cutAt(a, b, out.side)
	}
	return in, out, true
}

// frac is a share of an edge, den > 0. Edges are short enough (see longDegrees) for products to stay below 2⁶³.
type frac struct{ num, den int64 }

func (f frac) cmp(g frac) int { return cmp.Compare(f.num*g.den, g.num*f.den) }

// cutAt is where the edge crosses the cut on a side.
func (c *clipper) cutAt(a, b pt, s int) cut {
	// u runs along the side, v across; all doubled.
	au, av, bu, bv := 2*int64(a.x), 2*int64(a.y), 2*int64(b.x), 2*int64(b.y)
	line := 2*int64(c.box.min.y) + 1
	switch s {
	case 1:
		line = 2*int64(c.box.max.x) - 1
	case 2:
		line = 2*int64(c.box.max.y) - 1
	case 3:
		line = 2*int64(c.box.min.x) + 1
	}
	if s == 1 || s == 3 {
		au, av, bu, bv = av, au, bv, bu
	}
	num, den := (line-av)*(bu-au), bv-av
	if den < 0 {
		num, den = -num, -den
	}
	whole := num / den
	rest := num % den
	if rest < 0 {
		whole, rest = whole-1, rest+den
	}
	k := cut{side: s, whole: au + whole, num: rest, den: den}
	u := int32((k.whole + 1) >> 1)
	switch s {
	case 0:
		k.at = pt{u, c.box.min.y}
	case 1:
		k.at = pt{c.box.max.x, u}
	case 2:
		k.at = pt{u, c.box.max.y}
	case 3:
		k.at = pt{c.box.min.x, u}
	}
	return k
}

// closeAlongBox joins each place where the face leaves the box to the next one where it comes in again.
func (c *clipper) closeAlongBox() {
	slices.SortFunc(c.cuts, func(j, k cut) int {
		if j.side != k.side {
			return j.side - k.side
		}
		way := cmp.Or(cmp.Compare(j.whole, k.whole), cmp.Compare(j.num*k.den, k.num*j.den))
		if j.side >= 2 {
			way = -way
		}
		return way
	})
	for i, out := range c.cuts {
		if out.in {
			continue
		}
		in := c.cuts[(i+1)%len(c.cuts)]
		to := in.side
		if i+1 == len(c.cuts) {
			to += 4
		}
		c.walk(out.at, out.side, in.at, to)
	}
}

// walk adds the sides along the box from p on side `from` to q on side `to`, counted on beyond 3 after a full turn.
func (c *clipper) walk(p pt, from int, q pt, to int) {
	for s := from; s < to; s++ {
		corner := c.corner((s + 1) % 4)
		c.end(p, corner)
		p = corner
	}
	c.end(p, q)
}

// corner is where a side begins.
func (c *clipper) corner(side int) pt {
	switch side {
	case 0:
		return c.box.min
	case 1:
		return pt{c.box.max.x, c.box.min.y}
	case 2:
		return c.box.max
	}
	return pt{c.box.min.x, c.box.max.y}
}

// boxInside reports whether the cut, which no border crosses, is covered by the shape. Borders may lie wholly within, but
// none as near as three quarters of a unit to the corner of the box.
func (c *clipper) boxInside(s shape) bool {
	x4, y4 := 4*int64(c.box.min.x)+3, 4*int64(c.box.min.y)+3
	in := false
	if s.runs == nil {
		for ring := range s.all() {
			in = in != insideRing(ring, x4, y4)
		}
	}
	for _, r := range s.runs {
		if 4*int64(r.box.max.x) > x4 && 4*int64(r.box.min.y) <= y4 && y4 < 4*int64(r.box.max.y) {
			in = in != crossed(s.pts[r.before], s.pts[r.from:r.to], x4, y4)
		}
	}
	return in
}
