package demo

import (
	"cmp"
	"math"
	"slices"
)

// The middles of the town: the old one in the bend of the river, and a younger one up the river.
var (
	oldTown = vec{32300, 52700}
	newTown = vec{26100, 48000}
)

// density is how dense the town is at a place: about 1 in its middle, below 0.3 at its edge.
func (f *frame) density(p vec) float64 {
	near := func(c vec, reach float64) float64 {
		d := p.dist(c) / reach
		return 1 / (1 + float64(d*d))
	}
	toBank, _ := f.toBank(p)
	return float64(1.15*near(oldTown, 2900)) + float64(0.6*near(newTown, 1300)) +
		float64(0.15*(1-smooth(300, 1800, toBank))) + float64(0.22*(fractalNoise(f.seed+300, p, 1700, 2)-0.5))
}

// streetAngle is the direction of the street grid in radians: along the river near it, turning with its bends, and slowly
// changing about due east away from it. Directions are averaged with doubled angles, because a street has no front.
func (f *frame) streetAngle(p vec) float64 {
	var sum vec
	for i := 6; i+6 < len(f.bank); i += 5 {
		u := f.bank[i+6].sub(f.bank[i-6]).unit()
		d := p.dist(f.bank[i])
		w := 1 / (float64(d*d) + 500*500)
		double := vec{float64(u.x*u.x) - float64(u.y*u.y), float64(2 * u.x * u.y)}
		sum = sum.add(double.mul(float64(w * w)))
	}
	d, _ := f.toBank(p)
	d /= 1100
	river := 0.15 + 0.85/(1+float64(d*d))
	field := direction(0.2 + float64(1.1*(fractalNoise(f.seed+41, p, 5200, 2)-0.5)))
	return sum.unit().mul(river).add(field.mul(1-river)).angle() / 2
}

// bridge crosses the river: from the south bank to beyond the north one.
type bridge struct {
	from, to vec
	class    class
	street   int32
}

// ringExpressway draws the ring road from the midstream to the district's border; its bridge is the first.
func (f *frame) ringExpressway(g *graph, rv river) bridge {
	street := g.newStreet()
	g.line(rv.midstream[f.ringStart], f.ring[1:], &pen{class: expressway, street: street, snap: 25, clear: 1, sharp: 0.96,
		stop: func(c class) bool { return c == outline }})
	south, middle := f.bank[f.ringStart], f.midstream[f.ringStart]
	return bridge{south, middle.add(middle.sub(south).mul(2.2)), expressway, street}
}

// extendTrunks leads the expressway to the south and the railway from where the mesh ends to the ring, through the town and
// across the border.
func (m *mesh) extendTrunks(g *graph, t trunk) {
	extend := func(v int, c class, target vec, until class) {
		if m.vertex[v] < 0 {
			return
		}
		through := straight(m.at[v], target.sub(m.at[v]).unit(), 13, 70)
		g.line(m.vertex[v], through, &pen{class: c, street: g.newStreet(), snap: 20, clear: 1, sharp: 0.95,
			stop: func(met class) bool { return met == until }})
	}
	towards := func(line []vec, v int) vec { return line[nearest(line, m.at[v])] }
	extend(t.roadNorth, expressway, towards(m.ring, t.roadNorth), expressway)
	extend(t.roadSouth, expressway, towards(m.border, t.roadSouth), outline)
	extend(t.railWest, rail, towards(m.border, t.railWest), outline)
	if m.vertex[t.railEast] >= 0 {
		line := spline(append([]vec{m.at[t.railEast]}, railControls...), 110)
		g.line(m.vertex[t.railEast], line[1:], &pen{class: rail, street: g.newStreet(), snap: 14, clear: 0.5, sharp: 0.99,
			stop: func(c class) bool { return c == outline }})
	}
}

// railControls lead the railway along the south of the town to beyond the border in the east.
var railControls = []vec{{23500, 47500}, {25000, 47100}, {27800, 46950}, {30000, 47900}, {32600, 49900}, {34700, 51000}, {36800, 51900}, {38200, 52300}}

// field is a family of lines kept apart: the places of each of the two families in squares of a hash.
type field map[[3]int][]vec

const fieldSquare = 400

func (s field) put(p vec, family int) {
	k := [3]int{int(p.x / fieldSquare), int(p.y / fieldSquare), family}
	s[k] = append(s[k], p)
}

// has reports whether a line of the family comes within r metres of p.
func (s field) has(p vec, family int, r float64) bool {
	n := int(r/fieldSquare) + 1
	cx, cy := int(p.x/fieldSquare), int(p.y/fieldSquare)
	for x := cx - n; x <= cx+n; x++ {
		for y := cy - n; y <= cy+n; y++ {
			for _, q := range s[[3]int{x, y, family}] {
				if q.dist(p) < r {
					return true
				}
			}
		}
	}
	return false
}

// arterials lays the main streets: the riverside road, then streamlines of the street grid's direction along the river
// (family 0) and square to it (family 1), from the middle of the town outward, each as far from its like as the density wants
// (after Jobard and Lefer, 1997). Streets of family 1 that reach the riverside road go on as bridges where none is near.
type arterials struct {
	*frame
	g         *graph
	lines     field
	riverside int32 // the number of the riverside road
	bridges   []bridge
}

// Streamlines: step in metres, the fewest steps of a street, and what bridges keep from each other.
const (
	streamlineStep  = 45.0
	streamlineLeast = 14
	streamlineMost  = 400
	bridgeDistance  = 2300.0
)

func (f *frame) layArterials(g *graph, ring bridge) []bridge {
	a := &arterials{frame: f, g: g, lines: field{}, bridges: []bridge{ring}}
	for _, p := range a.riversideRoad() {
		a.lines.put(p, 0)
	}
	for i, p := range f.ring {
		along := f.ring[min(i+1, len(f.ring)-1)].sub(f.ring[max(i-1, 0)]).unit()
		family := 0
		if math.Abs(along.dot(direction(f.streetAngle(p)))) < 0.7 {
			family = 1
		}
		a.lines.put(p, family)
	}
	for _, p := range a.seeds() {
		for family := range 2 {
			a.streamline(p, family)
		}
	}
	for e := range g.edges { // drawn as a secondary street, so that streamlines stop at it
		if g.edges[e].street == a.riverside {
			g.edges[e].class = arterial
		}
	}
	return a.bridges
}

// riversideRoad follows the smoothed bank at 75 m from the ring to the district's border.
func (a *arterials) riversideRoad() []vec {
	var road []vec
	for i := a.ringStart - 3; i < len(a.bank); i++ {
		lo, hi := max(0, i-4), min(len(a.bank)-1, i+4)
		var sum vec
		for j := lo; j <= hi; j++ {
			sum = sum.add(a.bank[j])
		}
		inland := a.bank[hi].sub(a.bank[lo]).unit().left().mul(-75)
		p := sum.mul(1 / float64(hi-lo+1)).add(inland)
		if len(road) == 0 || road[len(road)-1].dist(p) > 45 {
			road = append(road, p)
		}
	}
	road = append(road, road[len(road)-1].add(vec{200, 30}))
	start := a.g.nearestVertex(a.ring[3], 200)
	a.riverside = a.g.newStreet()
	if start < 0 {
		return road
	}
	first := 0
	for i, p := range road {
		if p.dist(a.g.places[start]) < 150 {
			first = i
		}
	}
	a.g.line(start, road[first+1:], &pen{class: secondary, street: a.riverside, snap: 22, clear: 3, sharp: 0.95,
		stop: func(c class) bool { return c == outline }})
	return road
}

// seeds are places all over the town, those nearest to its middle first.
func (a *arterials) seeds() []vec {
	const apart = 170
	var list []vec
	for y := a.urban.lo.y; y < a.urban.hi.y; y += apart {
		for x := a.urban.lo.x; x < a.urban.hi.x; x += apart {
			p := vec{x, y}
			if !a.urban.contains(p) {
				continue
			}
			if d, _ := a.toBank(p); d > 150 {
				list = append(list, p)
			}
		}
	}
	slices.SortStableFunc(list, func(p, q vec) int { return cmp.Compare(p.dist(oldTown), q.dist(oldTown)) })
	return list
}

// apart is the distance that streets of a family keep, in metres.
func (a *arterials) apart(p vec, family int) float64 {
	d := 560 + float64(640*(1-clamp(a.density(p), 0, 1)))
	if family == 1 {
		return float64(d * 1.1)
	}
	return d
}

// streamline lays the street of a family through p, if its like is far enough.
func (a *arterials) streamline(p vec, family int) {
	if a.lines.has(p, family, a.apart(p, family)) {
		return
	}
	halves := [2][]vec{a.trace(p, family, 1), a.trace(p, family, -1)}
	if len(halves[0])+len(halves[1]) < streamlineLeast {
		return
	}
	for _, half := range halves {
		for _, q := range half {
			a.lines.put(q, family)
		}
	}
	a.lines.put(p, family)
	start := a.g.nearestVertex(p, 30)
	if start < 0 {
		start = a.g.addPlace(p)
	}
	pen := &pen{class: arterial, street: a.g.newStreet(), snap: 26, clear: 3, sharp: 0.93, stop: func(c class) bool {
		return c == expressway || c == secondary || c == outline || c == bank
	}}
	var ends [2]int32
	for i, half := range halves {
		var through []vec
		for k := 1; k < len(half); k += 2 {
			through = append(through, half[k])
		}
		ends[i] = a.g.line(start, append(through, half[len(half)-1]), pen)
	}
	for _, end := range ends {
		if family == 1 {
			a.bridgeFrom(end, pen.street)
		}
	}
}

// trace follows the direction of the street grid from p, until it leaves the town or comes near its like.
func (a *arterials) trace(p vec, family int, ahead float64) []vec {
	var line []vec
	var last vec
	for i := range streamlineMost {
		d := direction(a.streetAngle(p) + float64(float64(family)*math.Pi/2)).mul(ahead)
		if i > 0 && d.dot(last) < 0 {
			d = d.mul(-1)
		}
		last = d
		p = p.add(d.mul(streamlineStep))
		line = append(line, p)
		toBank, _ := a.toBank(p)
		if !a.urban.contains(p) || toBank < 60 {
			return append(line, p.add(d.mul(60)))
		}
		if a.lines.has(p, family, a.apart(p, family)/2) {
			return line
		}
	}
	return line
}

// bridgeFrom leads a street that ends at the riverside road over the river.
func (a *arterials) bridgeFrom(v, street int32) {
	at := a.g.places[v]
	onRoad := slices.ContainsFunc(a.g.around[v], func(e int32) bool { return a.g.edges[e].street == a.riverside })
	near := slices.ContainsFunc(a.bridges, func(b bridge) bool { return b.from.dist(at) < bridgeDistance })
	if !onRoad || near {
		return
	}
	_, i := a.toBank(at)
	d := a.midstream[i].sub(a.bank[i]).unit()
	end := a.g.line(v, straight(at, d, 8, 60), &pen{class: arterial, street: street, snap: 20, clear: 2, sharp: 0.93,
		stop: func(c class) bool { return c == midstream }})
	a.bridges = append(a.bridges, bridge{at, a.g.places[end].add(d.mul(420)), arterial, street})
}
