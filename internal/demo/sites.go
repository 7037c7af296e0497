package demo

import "math"

// site is where people live in the country, or a gate of the town.
type site struct {
	at     vec
	vertex int     // of the mesh
	radius float64 // metres
	kind   siteKind
	name   string
}

type siteKind uint8

const (
	hamletSite siteKind = iota
	marketSite          // a market town, seat of the town's government
	gateSite            // where a country road enters the urban area
)

// marketTowns lie in 江西镇, 延安镇 and 苏圩镇.
var marketTowns = []vec{{9600, 43200}, {11200, 27300}, {15300, 12200}}

// How many villages and market towns there are, and what they keep from each other and from the ring, in metres.
const (
	siteCount      = 330
	marketDistance = 1500.0
	ringDistance   = 420.0
)

// settle places the market towns, then villages: on flat, dry ground, farther apart in some parts than in others.
func (m *mesh) settle() []site {
	r := newRandom(m.seed, "sites", 0)
	var sites []site
	for _, p := range marketTowns {
		v := m.nearest(p, m.dry)
		sites = append(sites, site{at: m.at[v], vertex: v, kind: marketSite, radius: 430 + float64(60*float64(len(sites)))})
	}
	for try := 0; try < 60000 && len(sites) < siteCount; try++ {
		v := r.below(len(m.at))
		if !m.dry(v) {
			continue
		}
		p := m.at[v]
		if r.share() < float64(m.hilliness(p)*1.3) || m.slope(v) > 13+float64(10*r.share()) {
			continue
		}
		apart := 620 + float64(800*fractalNoise(m.seed+501, p, 5000, 2))
		if m.ring[nearest(m.ring, p)].dist(p) >= ringDistance && farFromSites(p, sites, apart) {
			radius := r.in(66, 100) + float64(65*r.share()*r.share())
			sites = append(sites, site{at: p, vertex: v, radius: radius})
		}
	}
	return sites
}

func farFromSites(p vec, sites []site, apart float64) bool {
	for _, s := range sites {
		least := apart
		if s.kind == marketSite {
			least = marketDistance
		}
		if s.at.dist(p) < least {
			return false
		}
	}
	return true
}

// dry reports whether a vertex and its neighbours lie in the open country away from water.
func (m *mesh) dry(v int) bool {
	free := func(v int) bool { return v >= 0 && m.open[v] && !m.town[v] && !m.lake[v] && m.degree(v) == 0 }
	if !free(v) {
		return false
	}
	for k := range 6 {
		if !free(m.neighbour(v, k)) {
			return false
		}
	}
	return true
}

// slope is the largest difference in height from a vertex to a neighbour, in metres.
func (m *mesh) slope(v int) float64 {
	s := 0.0
	for k := range 6 {
		if w := m.neighbour(v, k); w >= 0 && m.open[w] {
			s = max(s, math.Abs(m.height[w]-m.height[v]))
		}
	}
	return s
}

// openGates bars the mesh in town and along the ring, and puts gates outside of the ring where country roads may end.
func (m *mesh) openGates(sites []site) []site {
	for v, p := range m.at {
		m.barred[v] = m.town[v]
		for i := 0; i < len(m.ring) && !m.barred[v]; i++ {
			m.barred[v] = m.ring[i].dist(p) < 170
		}
	}
	for i := 22; i+8 < len(m.ring); i += 24 {
		side := m.ring[i].sub(m.ring[i-1]).unit().left()
		for _, out := range [2]float64{-330, 330} {
			p := m.ring[i].add(side.mul(out))
			if m.urban.contains(p) || !m.district.contains(p) {
				continue
			}
			v := m.nearest(p, func(v int) bool { return m.open[v] && !m.barred[v] && m.degree(v) == 0 })
			if v >= 0 && m.at[v].dist(p) < 300 {
				sites = append(sites, site{at: m.at[v], vertex: v, kind: gateSite})
			}
		}
	}
	return sites
}
