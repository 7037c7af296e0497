package grid

import "strings"

// osmRule gives the features of OpenStreetMap that have a key with certain values their place on the base map
// (wiki.openstreetmap.org/wiki/Map_features). Footpaths, subways, what is planned and what runs in pipes are not drawn.
type osmRule struct {
	key     string
	lines   bool // else areas
	layer   Layer
	classes map[string]string // value → class
}

// osmRules in the order in which the first that fits decides.
var osmRules = []osmRule{
	{"highway", true, Street, words(
		"expressway: motorway motorway_link trunk trunk_link",
		"arterial: primary primary_link",
		"secondary: secondary secondary_link tertiary tertiary_link",
		"residential: residential living_street unclassified road",
		"lane: service pedestrian busway",
		"track: track track_grade1 track_grade2 track_grade3 track_grade4 track_grade5")},
	{"railway", true, Street, words("rail: rail light_rail narrow_gauge monorail tram funicular")},
	{"waterway", true, Water, words("river: river canal tidal_channel", "stream: stream drain ditch")},
	{"natural", false, Water, words("lake: water")}, // see waterClass
	{"waterway", false, Water, words("river: riverbank river canal dock")},
	{"landuse", false, Water, words("lake: reservoir", "pond: basin aquaculture")},
	{"leisure", false, Block, words("park: park garden golf_course nature_reserve", "sports: pitch stadium sports_centre track")},
	{"amenity", false, Block, words(
		"school: school university college kindergarten",
		"hospital: hospital clinic",
		"public: townhall courthouse police fire_station library community_centre",
		"transport: bus_station ferry_terminal")},
	{"aeroway", false, Block, words("transport: aerodrome")},
	{"landuse", false, Block, words(
		"residential: residential",
		"industry: industrial depot",
		"commercial: commercial retail",
		"school: education",
		"public: institutional religious",
		"transport: railway",
		"park: grass village_green recreation_ground flowerbed",
		"forest: forest",
		"field: farmland farm farmyard orchard vineyard meadow paddy allotments plant_nursery greenhouse_horticulture")},
	{"natural", false, Block, words("forest: wood")},
}

// waterClass says more of areas of water, by the value of the key water.
var waterClass = words(
	"river: river canal lock oxbow", "lake: lake reservoir lagoon", "stream: stream stream_pool ditch drain",
	"pond: pond basin fishpond fish_pond wastewater reflecting_pool moat")

// words reads "class: value value …".
func words(lines ...string) map[string]string {
	m := map[string]string{}
	for _, line := range lines {
		class, values, _ := strings.Cut(line, ": ")
		for _, v := range strings.Fields(values) {
			m[v] = class
		}
	}
	return m
}

// tags are the tags of a feature of OpenStreetMap, as files carry them: a column a key; those that have no column in other_tags, as GDAL
// writes them; or the one value that matters in fclass, as Geofabrik does.
type tags struct {
	row   *Row
	other map[string]string
}

func tagsOf(r *Row) tags { return tags{r, parseTags(r.Fields["other_tags"])} }

func (t tags) get(key string) string {
	if v := t.row.value(key); v != "" {
		return v
	}
	return t.other[key]
}

// is reports whether something is there: "no", and "F" in Geofabrik's files, say that it is not.
func (t tags) is(key string) bool {
	switch strings.ToLower(t.get(key)) {
	case "", "no", "f", "0", "false":
		return false
	}
	return true
}

// features are what the base map takes of a row: nothing, a feature, or a street and its bridge. They lack id and geometry.
func (t tags) features() []Feature {
	lines := t.row.Lines != nil
	if !lines && t.is("building") {
		return nil
	}
	fclass := t.get("fclass")
	for _, rule := range osmRules {
		value := t.get(rule.key)
		if fclass != "" {
			value = fclass
		}
		class, fits := rule.classes[value]
		if !fits || rule.lines != lines {
			continue
		}
		f := Feature{Layer: rule.layer, Class: class, Name: t.get("name")}
		switch {
		case rule.key != "highway" && lines && t.is("tunnel"):
			return nil
		case rule.key == "natural" && rule.layer == Water && waterClass[t.get("water")] != "":
			f.Class = waterClass[t.get("water")]
		case rule.layer == Street && t.is("bridge"):
			return []Feature{f, {Layer: Bridge, Class: class, Name: t.get("bridge:name")}}
		}
		return []Feature{f}
	}
	return nil
}

// id names the feature as OpenStreetMap does where the file tells whether it is a way or a relation.
func (t tags) id() string {
	way, area, at := t.get("osm_way_id"), t.get("osm_id"), t.get("@id")
	switch {
	case at != "":
		return at
	case way != "":
		return "way/" + way
	case area == "":
		return t.row.ID
	case t.get("fclass") != "":
		return "osm/" + area
	case t.row.Lines != nil:
		return "way/" + area
	}
	return "relation/" + area
}

// parseTags reads "key"=>"value","key"=>"value", PostgreSQL's hstore, in which a backslash stands before quotation marks and
// backslashes. What cannot be read ends the list.
func parseTags(s string) map[string]string {
	if s == "" {
		return nil
	}
	m := map[string]string{}
	for {
		key, rest, ok := quoted(s)
		if !ok || !strings.HasPrefix(rest, "=>") {
			return m
		}
		value, rest, ok := quoted(rest[len("=>"):])
		if !ok {
			return m
		}
		m[key] = value
		if s, ok = strings.CutPrefix(rest, ","); !ok {
			return m
		}
	}
}

// quoted reads a quoted text at the beginning of s.
func quoted(s string) (text, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", s, false
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return b.String(), s[i+1:], true
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", s, false
}
