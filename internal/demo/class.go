package demo

// class says what an edge of the plan is: a border, water, or a way. Names are those of the base layers.
type class uint8

// Classes. Water is midstream … section, streets are expressway … track.
const (
	noClass   class = iota
	outline         // the district's border on land
	midstream       // the district's border in the river
	bank            // of the river
	stream          // too narrow to be an area
	shore           // of a lake
	section         // a line across the river
	rail
	expressway
	arterial
	secondary
	residential
	lane
	county
	village // a road from village to village
	track   // between fields
	ridge   // a border along the hills
	classes
)

var classNames = [classes]string{rail: "rail", expressway: "expressway", arterial: "arterial", secondary: "secondary",
	residential: "residential", lane: "lane", county: "county", village: "village", track: "track", stream: "stream"}

func (c class) isStreet() bool { return c >= expressway && c <= track }
func (c class) isWater() bool  { return c >= midstream && c <= section }

// halfWidth is what buildings keep free on each side of an edge, in metres. Streams have widths of their own.
var halfWidth = [classes]float64{noClass: 1, outline: 1, midstream: 12, bank: 12, stream: 1, shore: 12, section: 1, rail: 8,
	expressway: 17, arterial: 14, secondary: 9, residential: 5, lane: 2.5, county: 6, village: 3.5, track: 2, ridge: 1}

// cohesion is how strongly the two sides of an edge belong together, per metre: what grids are grown across first.
// A border lies best where it is low.
var cohesion = [classes]float64{noClass: 0.1, outline: 0.1, midstream: 0.1, bank: 0.6, stream: 0.35, shore: 0.6, section: 0.6, rail: 0.45,
	expressway: 0.06, arterial: 0.12, secondary: 0.35, residential: 0.75, lane: 1, county: 0.45, village: 0.8, track: 1, ridge: 1.6}
