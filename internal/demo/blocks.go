package demo

import "math"

// block is a face of the finished plan: a street block, a village quarter, a field, a piece of water.
type block struct {
	loop   []int32 // its half-edges
	ring   []vec
	area   float64 // m²
	centre vec
	zone   zone
	super  int // superblock, 0: none
	site   int // village or market town, −1: none
	place  int // dedicated place, −1: none
	built  int // buildings on it
	homes  int // households in them
}

// plan is the finished street plan: the graph is not changed any more, and every bounded face of it is a block.
type plan struct {
	*mesh
	g       *graph
	sites   []site
	bridges []bridge
	blocks  []block
	blockOf []int32 // of each half-edge, −1 outside
	places  []place // what has a dedicated grid
}

// divider cuts the faces of the skeleton into blocks.
type divider struct {
	*mesh
	g      *graph
	sites  []site
	faces  []int32 // of the blocks
	blocks []block
	supers int
}

// divide cuts every face that the skeleton of water and main roads left, as befits what it is.
func (m *mesh) divide(g *graph, sites []site, bridges []bridge) *plan {
	d := &divider{mesh: m, g: g, sites: sites}
	faces, _ := g.faces()
	for _, h := range faces {
		d.divideFace(h)
	}
	p := &plan{mesh: m, g: g, sites: sites, bridges: bridges, blocks: d.blocks, blockOf: make([]int32, 2*len(g.edges))}
	for h := range p.blockOf {
		p.blockOf[h] = -1
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		b.loop = g.walk(d.faces[i]) // cutting a neighbour may have put vertices into the border
		b.ring = g.ring(b.loop)
		for _, h := range b.loop {
			p.blockOf[h] = int32(i)
		}
	}
	return p
}

func (d *divider) add(h int32, b block) {
	b.ring, b.place = d.g.ringOf(h), -1
	b.area, b.centre = signedArea(b.ring), centroid(b.ring)
	d.faces = append(d.faces, h)
	d.blocks = append(d.blocks, b)
}

func (d *divider) divideFace(h int32) {
	ring := d.g.ringOf(h)
	area, centre := signedArea(ring), centroid(ring)
	r := newRandom(d.seed, "block", int(centre.x/10)*100000+int(centre.y/10))
	switch site := d.siteOf(area, centre); {
	case d.isRiver(h):
		d.add(h, block{zone: riverZone, site: -1})
	case d.isLake(h, ring):
		d.add(h, block{zone: lakeZone, site: -1})
	case site >= 0:
		d.divideVillage(h, site, r)
	case d.urban.contains(justInside(ring)):
		for _, super := range d.g.divide(h, r, d.superblocks) {
			d.divideSuperblock(super, r)
		}
	default:
		for _, x := range d.g.divide(h, r, d.fields) {
			z := fieldZone
			if d.hilliness(centroid(d.g.ringOf(x))) > 0.5 {
				z = hillZone
			}
			d.add(x, block{zone: z, site: -1})
		}
	}
}

// count counts the edges of a face that are of a class.
func (d *divider) count(h int32, c class) int {
	n := 0
	for _, x := range d.g.walk(h) {
		if d.g.edges[x>>1].class == c {
			n++
		}
	}
	return n
}

func (d *divider) isRiver(h int32) bool {
	middle, side := d.count(h, midstream), d.count(h, bank)
	return middle > 0 && side > 0 && middle*3 > side
}

func (d *divider) isLake(h int32, ring []vec) bool {
	if d.count(h, shore)*2 < len(ring) {
		return false
	}
	for v, in := range d.lake {
		if in && inRing(d.at[v], ring) {
			return true
		}
	}
	return false
}

// siteOf is the village or market town of which a small face is a part, −1 if of none.
func (d *divider) siteOf(area float64, centre vec) int {
	site := -1
	for i, s := range d.sites {
		if s.kind != gateSite && area < float64(3.3*s.radius*s.radius) && centre.dist(s.at) < float64(s.radius*1.15) {
			site = i
		}
	}
	return site
}

func (d *divider) divideVillage(h int32, site int, r *random) {
	axis := newRandom(d.seed, "village axis", site).in(0, math.Pi)
	along := func(vec) float64 { return axis }
	c := cutter{class: lane, area: 9000, axis: along, turn: 0.25, shift: 0.12, slender: 1.1, snap: 14, minEnd: 10, minimum: 30, sharp: 0.8, bow: 0.05}
	z := villageZone
	if d.sites[site].kind == marketSite {
		c = cutter{class: lane, area: 13000, axis: along, turn: 0.12, shift: 0.1, slender: 1.15, snap: 22, minEnd: 12, minimum: 40, sharp: 0.8, bow: 0.02}
		z = marketZone
	}
	for _, x := range d.g.divide(h, r, func(_ []vec, area float64) *cutter {
		c := c
		if z == marketZone && area > 60000 {
			c.class = residential
		}
		return &c
	}) {
		d.add(x, block{zone: z, site: site})
	}
}

// superblocks cuts the meshes of the main streets to 15–32 ha, smaller where the town is denser.
func (d *divider) superblocks(ring []vec, area float64) *cutter {
	target := 150000 + float64(170000*(1-clamp(d.density(centroid(ring)), 0, 1)))
	return &cutter{class: secondary, area: target, axis: d.streetAngle, turn: 0.06, shift: 0.08, slender: 1.1,
		snap: 70, minEnd: 45, minimum: 120, sharp: 0.72, bow: 0.03}
}

// divideSuperblock gives a superblock its zone and cuts it into the blocks of that zone.
func (d *divider) divideSuperblock(h int32, r *random) {
	d.supers++
	ring := d.g.ringOf(h)
	area, centre := signedArea(ring), centroid(ring)
	z := d.chooseZone(centre, area, newRandom(d.seed, "zone", int(centre.x/20)*9973+int(centre.y/20)))
	if d.isRiverside(h, area) || area < 14000 {
		z = parkZone
	}
	for _, x := range d.g.divide(h, r, func(ring []vec, area float64) *cutter { return blockCutter(z, ring, area) }) {
		d.add(x, block{zone: z, super: d.supers, site: -1})
	}
}

// isRiverside reports whether a superblock is the green strip between the riverside road and the bank.
func (d *divider) isRiverside(h int32, area float64) bool {
	onBank, round := 0.0, 0.0
	for _, x := range d.g.walk(h) {
		l := d.g.length(x >> 1)
		round += l
		if d.g.edges[x>>1].class == bank {
			onBank += l
		}
	}
	return onBank > float64(round*0.3) && area < float64(onBank*110)
}

// blockCutter says how the blocks of a zone are cut; nil: not at all.
func blockCutter(z zone, ring []vec, area float64) *cutter {
	c := &cutter{class: lane, axis: func(vec) float64 { return longSide(ring) }, turn: 0.05, shift: 0.1, slender: 1.12,
		snap: 30, minEnd: 18, minimum: 50, sharp: 0.75}
	switch z {
	case oldZone:
		c.area, c.turn, c.shift, c.minimum, c.bow = 8500, 0.22, 0.16, 35, 0.05
	case slabZone:
		c.area = 24000
	case towerZone:
		c.area, c.bow = 34000, 0.10
		if area < 120000 {
			c.bow = 0.16
		}
	case urbanVillage:
		c.area, c.turn, c.shift, c.minimum, c.bow = 7500, 0.3, 0.15, 32, 0.06
	case industryZone:
		c.area = 75000
	case commerceZone, officeZone:
		c.area = 26000
	case fringeZone:
		c.area, c.class, c.bow, c.turn = 130000, track, 0.06, 0.2
	default:
		return nil
	}
	if c.class != track && area > float64(c.area*3.2) || z == industryZone {
		c.class = residential
	}
	return c
}

// fields cuts the open country: fields of 70 ha by winding tracks, hills of 160–400 ha, the high ones by ridge lines.
func (d *divider) fields(ring []vec, _ float64) *cutter {
	c := &cutter{class: track, area: 700000, axis: d.fieldAngle, turn: 0.5, shift: 0.2, slender: 1, snap: 90, minEnd: 50,
		minimum: 150, sharp: 0.7, bow: 0.16, wiggle: 0.05}
	switch hilly := d.hilliness(centroid(ring)); {
	case hilly > 0.85:
		c.area, c.class = 4e6, ridge
	case hilly > 0.55:
		c.area = 4e6
	case hilly > 0.3:
		c.area = 1.6e6
	}
	return c
}

// fieldAngle is one direction in each square of 900 m.
func (f *frame) fieldAngle(p vec) float64 {
	return float64(white(f.seed+321, int(p.x/900)+7*int(p.y/900), 1) * math.Pi)
}
