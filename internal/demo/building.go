package demo

import (
	"math"
	"slices"
)

// use is what a building is for: the value of grid.Building.Use.
type use string

const (
	residentialUse use = "residential"
	shopUse        use = "retail"
	mallUse        use = "mall"
	officeUse      use = "office"
	factoryUse     use = "industrial"
	schoolUse      use = "education"
	hospitalUse    use = "medical"
	publicUse      use = "public"
	stationUse     use = "transport"
	sportsUse      use = "sports" // a running track: part of a school's ground, no building
)

// building is a rectangle on the ground.
type building struct {
	at       vec
	axis     vec     // unit vector along its longer side
	hl, hw   float64 // half length and half width, metres
	storeys  int
	homes    int // households
	use      use
	compound bool // stands in a compound that has a name
	block    int32
}

func (b *building) corners() [4]vec {
	l, w := b.axis.mul(b.hl), b.axis.left().mul(b.hw)
	return [4]vec{b.at.add(l).add(w), b.at.sub(l).add(w), b.at.sub(l).sub(w), b.at.add(l).sub(w)}
}

// reach is the distance of the corners from the middle.
func (b *building) reach() float64 { return math.Sqrt(float64(b.hl*b.hl) + float64(b.hw*b.hw)) }

// extent is half the length of the building's shadow on an axis.
func (b *building) extent(axis vec) float64 {
	return float64(b.hl*math.Abs(b.axis.dot(axis))) + float64(b.hw*math.Abs(b.axis.left().dot(axis)))
}

// apart reports whether more than a gap lies between two buildings: whether the axis of a side separates them.
func (b *building) apart(o *building, gap float64) bool {
	d := o.at.sub(b.at)
	if d.len() > b.reach()+o.reach()+gap {
		return true
	}
	for _, axis := range [4]vec{b.axis, b.axis.left(), o.axis, o.axis.left()} {
		if math.Abs(d.dot(axis)) > b.extent(axis)+o.extent(axis)+gap {
			return true
		}
	}
	return false
}

// lotSquare is the side of the squares of a spatial hash, in metres. No building reaches beyond the second square.
const lotSquare = 60.0

// builder puts buildings on the blocks of a plan.
type builder struct {
	*plan
	buildings []building
	squares   map[[2]int][]int32
	near      []int32
}

// lot is a block on which is being built: its main direction, and its own stream of random numbers. What belongs to the same
// superblock or village draws its style from streams that start alike.
type lot struct {
	index int
	*block
	axis  vec
	own   *random
	alike *random
}

// widest is half the width of the widest street with its pavement, in metres.
const widest = 22

// put builds on a lot if the building keeps margin metres more than its half width from every street, and gap metres from
// every building. It reports whether it stands.
func (b *builder) put(l *lot, x building, gap, margin float64) bool {
	if !inRing(x.at, l.ring) {
		return false
	}
	b.near = b.g.near(x.at, x.at, x.reach()+widest, b.near)
	side := x.axis.left()
	for _, e := range b.near {
		free := halfWidth[b.g.edges[e].class] + margin
		if b.g.edges[e].class == stream {
			free = b.g.edges[e].width/2 + 5
		}
		p, q := b.g.ends(e)
		p, q = p.sub(x.at), q.sub(x.at)
		if meetsBox(vec{p.dot(x.axis), p.dot(side)}, vec{q.dot(x.axis), q.dot(side)}, x.hl+free, x.hw+free) {
			return false
		}
	}
	cx, cy := int(x.at.x/lotSquare), int(x.at.y/lotSquare)
	for i := cx - 2; i <= cx+2; i++ {
		for j := cy - 2; j <= cy+2; j++ {
			for _, o := range b.squares[[2]int{i, j}] {
				if !x.apart(&b.buildings[o], gap) {
					return false
				}
			}
		}
	}
	x.block = int32(l.index)
	b.squares[[2]int{cx, cy}] = append(b.squares[[2]int{cx, cy}], int32(len(b.buildings)))
	b.buildings = append(b.buildings, x)
	l.homes += x.homes
	l.built++
	return true
}

// meetsBox reports whether a segment meets the box of half sides hx and hy round the origin (Liang and Barsky, 1984).
func meetsBox(a, b vec, hx, hy float64) bool {
	d := b.sub(a)
	t0, t1 := 0.0, 1.0
	for _, side := range [4]struct{ speed, room float64 }{{-d.x, a.x + hx}, {d.x, hx - a.x}, {-d.y, a.y + hy}, {d.y, hy - a.y}} {
		switch {
		case side.speed == 0:
			if side.room < 0 {
				return false
			}
		case side.speed < 0:
			t0 = max(t0, side.room/side.speed)
		default:
			t1 = min(t1, side.room/side.speed)
		}
	}
	return t0 <= t1
}

// southFront is the direction of a lot's longest street side, sides that run east–west preferred: rows face south.
func (b *builder) southFront(l *block) vec {
	best, most := vec{1, 0}, -1.0
	for i := 0; i < len(l.ring); {
		side := func(i int) vec { return l.ring[(i+1)%len(l.ring)].sub(l.ring[i]) }
		d := side(i)
		for i++; i < len(l.ring) && side(i).unit().dot(d.unit()) >= 0.98; i++ {
			d = d.add(side(i))
		}
		u := d.unit()
		if s := float64(d.len() * (0.35 + float64(u.x*u.x))); s > most {
			best, most = u, s
		}
	}
	if best.x < 0 {
		return best.mul(-1)
	}
	return best
}

// rows lays a lattice of places over a lot, so many metres apart along its axis and across, shifted at random by up to a
// share of the spacing; every second row is moved by half a place if staggered.
func (l *lot) rows(along, across, jitter float64, staggered bool, at func(p vec)) {
	side := l.axis.left()
	lo, hi := vec{math.Inf(1), math.Inf(1)}, vec{math.Inf(-1), math.Inf(-1)}
	for _, p := range l.ring {
		d := p.sub(l.centre)
		x, y := d.dot(l.axis), d.dot(side)
		lo = vec{min(lo.x, x), min(lo.y, y)}
		hi = vec{max(hi.x, x), max(hi.y, y)}
	}
	columns, rows := int((hi.x-lo.x)/along), int((hi.y-lo.y)/across)
	x0 := lo.x + (hi.x-lo.x-float64(float64(columns)*along))/2 + along/2
	y0 := lo.y + (hi.y-lo.y-float64(float64(rows)*across))/2 + across/2
	for j := range max(rows, 1) {
		for i := range max(columns, 1) {
			x := x0 + float64(float64(i)*along)
			if staggered && j&1 == 1 {
				x += along / 2
			}
			x += float64(l.own.in(-jitter, jitter) * along)
			y := y0 + float64(float64(j)*across) + float64(l.own.in(-jitter, jitter)*across)
			at(l.centre.add(l.axis.mul(x)).add(side.mul(y)))
		}
	}
}

// fronts says how buildings line the streets of a lot.
type fronts struct {
	classes []class // of the streets
	setback float64 // from the street's edge, metres
	gap     float64 // between neighbours
}

// line builds along the streets of a lot, house beside house.
func (b *builder) line(l *lot, f fronts, next func() building) {
	for _, h := range l.loop {
		c := b.g.edges[h>>1].class
		if !slices.Contains(f.classes, c) {
			continue
		}
		start, end := b.g.places[b.g.tail(h)], b.g.places[b.g.head(h)]
		length := start.dist(end)
		u := end.sub(start).mul(1 / max(length, 0.01))
		for s := 3.0; ; {
			x := next()
			if s+float64(2*x.hl) > length-1 {
				break
			}
			x.axis = u
			x.at = start.add(u.mul(s + x.hl)).add(u.left().mul(halfWidth[c] + f.setback + 0.3 + x.hw))
			if b.put(l, x, f.gap, float64(f.setback*0.9)) {
				s += float64(2*x.hl) + f.gap
			} else {
				s += 5
			}
			if l.own.share() < 0.08 { // a way in
				s += l.own.in(6, 16)
			}
		}
	}
}
