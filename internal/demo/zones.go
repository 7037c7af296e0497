package demo

// zone is what a face is used for.
type zone uint8

// Zones.
const (
	riverZone    zone = iota
	lakeZone          // reservoirs
	oldZone           // old town: street walls and small blocks
	slabZone          // compounds of walk-ups in rows
	towerZone         // compounds of tower blocks
	urbanVillage      // 城中村: tiny houses side by side
	industryZone
	commerceZone
	officeZone
	parkZone
	fringeZone  // fields left in town
	villageZone // the core of a village
	marketZone  // the core of a market town
	fieldZone
	hillZone
)

// zoneChoices are the zones of superblocks and, by place, how likely each is.
var zoneChoices = [...]zone{oldZone, slabZone, towerZone, urbanVillage, industryZone, commerceZone, officeZone, parkZone, fringeZone}

type likelihood [len(zoneChoices)]float64

var (
	inOldTown    = likelihood{8, 2, 0, 1, 0, 2, 1, 0.5, 0}
	inIndustry   = likelihood{0, 0.2, 0.3, 0.4, 8, 0, 0, 0.6, 2}
	inCentre     = likelihood{1, 4, 2.4, 0.8, 0, 1.4, 1.4, 1.3, 0}
	inInnerTown  = likelihood{0, 2.4, 3, 0.9, 0.6, 0.8, 0.9, 1.7, 1.6}
	inOuterTown  = likelihood{0, 0.9, 2.2, 0.8, 1, 0.3, 0, 1.2, 5}
	onTheFringe  = likelihood{0, 0, 0.3, 0.6, 0.8, 0, 0, 1.2, 7}
	oldTownHeart = oldTown.add(vec{300, -500})
)

// chooseZone draws the zone of a superblock by the density at its middle and a slow noise that gathers industry.
func (f *frame) chooseZone(at vec, area float64, r *random) zone {
	density := clamp(f.density(at), 0, 1.3)
	var weights likelihood
	switch {
	case at.dist(oldTownHeart) < 900:
		weights = inOldTown
	case density < 0.75 && fractalNoise(f.seed+700, at, 2600, 2) > 0.56:
		weights = inIndustry
	case density > 0.85:
		weights = inCentre
	case density > 0.58:
		weights = inInnerTown
	case density > 0.42:
		weights = inOuterTown
	default:
		weights = onTheFringe
	}
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	z, rest := zoneChoices[0], float64(r.share()*sum)
	for i, w := range weights {
		if rest < w {
			z = zoneChoices[i]
			break
		}
		rest -= w
	}
	if area < 25000 && (z == industryZone || z == fringeZone) {
		return parkZone
	}
	return z
}
