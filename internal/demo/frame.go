package demo

import "math"

// frame is where the district lies: the river in the north, whose middle is its border, the border on land, and the ring
// expressway that closes the town.
type frame struct {
	seed      uint64
	midstream []vec // of the river, from west to east
	bank      []vec // the south bank, opposite each place of midstream
	farBank   []vec // the north bank, which is drawn but lies outside
	border    []vec // on land, from the east end of the bank round the south to its west end
	ring      []vec // the axis of the ring expressway, from the river in the west to beyond the border in the east
	ringStart int   // index in midstream and bank where the ring begins
	district  polygon
	urban     polygon // what ring, border and river enclose
}

// Controls of the two border lines: a bold simplification of the real place's course, moved at random.
var (
	riverControls = []vec{{400, 43500}, {3200, 44300}, {5200, 47800}, {6600, 51500}, {9300, 52600}, {11300, 49900},
		{12600, 46600}, {15200, 45600}, {17800, 47400}, {19300, 50600}, {21800, 52300}, {24300, 50500}, {26600, 49200},
		{29000, 50900}, {30200, 53800}, {32600, 55000}, {34700, 53300}, {36750, 54550}}
	borderControls = []vec{{36100, 52300}, {36350, 49600}, {34900, 47300}, {31800, 45600}, {29200, 42300}, {26900, 38600},
		{27400, 34000}, {24600, 30200}, {25500, 25000}, {23300, 20000}, {24300, 15000}, {21800, 10800}, {22300, 6300},
		{18600, 2900}, {14200, 1500}, {10800, 4700}, {8300, 9500}, {5800, 14200}, {6900, 19500}, {4300, 25000},
		{5400, 30500}, {2500, 35000}, {1900, 39300}, {700, 41300}}
	ringControls = []vec{{24000, 48000}, {25700, 46600}, {28300, 46900}, {30500, 48700}, {32900, 50500}, {35300, 51200}, {38500, 51500}}
	ringRiver    = vec{23500, 50500} // near where the ring expressway crosses the river
)

func newFrame(seed uint64) *frame {
	f := &frame{seed: seed}
	r := newRandom(seed, "river", 0)
	move := func(p vec, far float64) vec { return p.add(vec{r.in(-far, far), r.in(-far, far)}) }

	controls := append([]vec{}, riverControls...)
	for i := 1; i < len(controls)-1; i++ {
		controls[i] = move(controls[i], 450)
	}
	f.midstream = spline(controls, 70)
	for i, p := range f.midstream {
		a, b := f.midstream[max(0, i-1)], f.midstream[min(len(f.midstream)-1, i+1)]
		side := b.sub(a).unit().left()
		width := func(salt uint64) float64 {
			return 165 + float64(60*(valueNoise(seed+salt, float64(i)/14, 0)-0.5)) + float64(40*(valueNoise(seed+salt+1, float64(i)/5, 0)-0.5))
		}
		f.bank = append(f.bank, p.sub(side.mul(width(5))))
		f.farBank = append(f.farBank, p.add(side.mul(width(7))))
	}

	land := []vec{f.bank[len(f.bank)-1]}
	for _, p := range borderControls {
		land = append(land, move(p, 500))
	}
	land = append(land, f.bank[0])
	f.border = spline(rugged(land, newRandom(seed, "outline", 0), 0.13, 620), 160)
	f.district = newPolygon(append(append([]vec{}, f.midstream...), f.border[1:len(f.border)-1]...))

	f.ringStart = nearest(f.bank, ringRiver)
	water, shore := f.midstream[f.ringStart], f.bank[f.ringStart]
	inland := shore.add(shore.sub(water).unit().mul(900))
	f.ring = spline(append([]vec{water, shore, inland}, ringControls...), 90)
	f.urban = f.urbanArea()
	return f
}

// urbanArea follows the ring as far as it lies in the district, then the border and the bank back to its start.
func (f *frame) urbanArea() polygon {
	last := 0
	for i, p := range f.ring {
		if f.district.contains(p) {
			last = i
		}
	}
	area := append([]vec{}, f.ring[:last+1]...)
	for i := nearest(f.border, f.ring[last]); i >= 0; i-- {
		area = append(area, f.border[i])
	}
	for i := len(f.bank) - 1; i >= f.ringStart; i-- {
		area = append(area, f.bank[i])
	}
	return newPolygon(area)
}

// river is the midstream and the bank as vertices of the graph, one for each place.
type river struct{ midstream, bank []int32 }

// draw puts the frame into an empty graph. ok is false where a border would touch itself.
func (f *frame) draw(g *graph) (rv river, ok bool) {
	for _, p := range f.midstream {
		rv.midstream = append(rv.midstream, g.addPlace(p))
	}
	for _, p := range f.bank {
		rv.bank = append(rv.bank, g.addPlace(p))
	}
	ok = true
	chain := func(vertices []int32, c class, sharp float64) {
		p := &pen{class: c, street: g.newStreet(), sharp: sharp}
		for i := range len(vertices) - 1 {
			ok = ok && g.insert(vertices[i], vertices[i+1], p)
		}
	}
	chain(rv.midstream, midstream, 0.95)
	chain(rv.bank, bank, 0.95)
	last := len(rv.bank) - 1
	chain([]int32{rv.midstream[0], rv.bank[0]}, outline, 0.95)
	chain([]int32{rv.midstream[last], rv.bank[last]}, outline, 0.95)
	land := []int32{rv.bank[last]}
	for _, p := range f.border[1 : len(f.border)-1] {
		land = append(land, g.addPlace(p))
	}
	chain(append(land, rv.bank[0]), outline, 0.9999)
	return rv, ok
}

// toBank is the distance from p to the nearest place of the south bank, and its index.
func (f *frame) toBank(p vec) (metres float64, i int) {
	i = nearest(f.bank, p)
	return f.bank[i].dist(p), i
}

// hilliness is 0 on the plain, which follows the river, and up to 1 in the hills.
func (f *frame) hilliness(p vec) float64 {
	d := math.Inf(1)
	for i := 0; i < len(f.bank); i += 6 {
		d = min(d, p.dist(f.bank[i]))
	}
	return float64(clamp(float64(fractalNoise(f.seed+900, p, 4800, 4)*2.9)-1.22, 0, 1) * smooth(1200, 4500, d))
}
