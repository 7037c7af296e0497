package exchange

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// feature is a GeoJSON feature as it was read: what is wrong with it is kept until it becomes a Row.
type feature struct {
	n      int
	id     string
	kind   string // the member "type"
	fields []Field
	twice  string // a member or property that stands there twice
	geom   *shapeText
	seen   []string
	own    shapeText // members of a geometry, for a text that is a bare geometry
}

// shapeText is a GeoJSON geometry as it was read.
type shapeText struct {
	kind string
	nest nest
	bad  bool // coordinates that are no nested lists of positions
	high bool // a position has a height other than 0
}

// nest is the nested list of a member "coordinates": a position, a list of positions, or a list of nests.
type nest struct {
	position orb.Point
	single   bool // it is a position
	points   []orb.Point
	kids     []nest
}

func isFeatureMember(key string) bool {
	switch key {
	case "type", "id", "properties", "geometry", "coordinates", "geometries":
		return true
	}
	return false
}

func isGeometryType(kind string) bool {
	switch kind {
	case "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection":
		return true
	}
	return false
}

// readFeature reads one feature. Only broken JSON stops the stream; a value that is no feature becomes a row with a fault.
func readFeature(s *jsonStream, n int) *feature {
	f := &feature{n: n}
	if s.peek() != '{' {
		s.skip()
		return f
	}
	s.object(func(key string) { f.member(s, key) })
	return f
}

func (f *feature) member(s *jsonStream, key string) {
	if !isFeatureMember(key) {
		s.skip()
		return
	}
	if slices.Contains(f.seen, key) {
		f.twice = key
	}
	f.seen = append(f.seen, key)
	switch c := s.peek(); {
	case key == "type" && c == '"':
		f.kind = s.word()
	case key == "id" && c == '"':
		f.id = s.str()
	case key == "id" && c != '{' && c != '[':
		if v := s.value(); v.Kind == Number {
			f.id = v.Text
		}
	case key == "properties" && c == '{':
		f.properties(s)
	case key == "geometry" && c == '{':
		f.geom = readShape(s)
	case key == "coordinates" || key == "geometries":
		f.own.member(s, key)
	default:
		s.skip()
	}
}

// properties keeps their order, and the digits of their numbers.
func (f *feature) properties(s *jsonStream) {
	s.object(func(key string) {
		for _, g := range f.fields {
			if g.Name == key {
				f.twice = key
			}
		}
		f.fields = append(f.fields, Field{key, s.value()})
	})
}

// whole makes a feature of a text that is a bare geometry.
func (f *feature) whole() *feature {
	if f.kind != "Feature" {
		f.own.kind = f.kind
		f.geom, f.kind = &f.own, "Feature"
	}
	return f
}

// row judges the feature.
func (f *feature) row(o Options) Row {
	r := Row{N: f.n, ID: f.id, Fields: f.fields}
	switch {
	case f.kind != "Feature":
		r.Fault = fault.New(fault.Invalid, "not-a-feature", fault.Args{"type": f.kind})
	case f.twice != "":
		r.Fault = fault.New(fault.Invalid, "duplicate-property", fault.Args{"name": f.twice})
	case o.Want == WantNone:
	case f.geom == nil:
		r.Fault = fault.New(fault.Invalid, "null-geometry", nil)
	default:
		if r.Geometry, r.Fault = f.geom.geometry(o); r.Fault == nil {
			if one, ok := r.Geometry.(orb.MultiPoint); ok && len(one) == 1 && o.Want != WantAny {
				r.Geometry = one[0]
			}
			r.Fault = o.Want.fit(r.Geometry)
		}
	}
	return r
}

func readShape(s *jsonStream) *shapeText {
	t := &shapeText{}
	s.object(func(key string) {
		if key == "type" && s.peek() == '"' {
			t.kind = s.word()
		} else {
			t.member(s, key)
		}
	})
	return t
}

func (t *shapeText) member(s *jsonStream, key string) {
	switch {
	case key == "coordinates" && s.peek() == '[':
		t.nest = t.read(s)
	case key == "coordinates":
		t.bad = true
		s.skip()
	default:
		s.skip()
	}
}

// read reads an array of numbers or of arrays.
func (t *shapeText) read(s *jsonStream) (n nest) {
	numbers := 0
	s.array(func() {
		if s.peek() == '[' {
			kid := t.read(s)
			switch {
			case !kid.single:
				n.kids = append(n.kids, kid)
			case n.points == nil:
				n.points = append(make([]orb.Point, 0, 8), kid.position)
			default:
				n.points = append(n.points, kid.position)
			}
			return
		}
		n.single = true
		if c := s.peek(); c == '"' || c == '{' || c == 't' || c == 'f' || c == 'n' {
			t.bad = true
			s.skip()
			return
		}
		v, _ := s.coordinate()
		if numbers < 2 {
			n.position[numbers] = v
		} else {
			t.high = t.high || v != 0
		}
		numbers++
	})
	if n.single && (numbers < 2 || n.points != nil || n.kids != nil) || n.points != nil && n.kids != nil {
		t.bad = true
	}
	return n
}

// geometry makes the geometry that the members describe.
func (t *shapeText) geometry(o Options) (orb.Geometry, *fault.Error) {
	if t.kind == "GeometryCollection" {
		return nil, fault.New(fault.Invalid, "geometry-collection", nil)
	}
	g := t.nest.as(t.kind)
	switch {
	case !isGeometryType(t.kind):
		return nil, fault.New(fault.Invalid, "unknown-geometry", fault.Args{"type": t.kind})
	case !t.bad && t.nest.hollow():
		return nil, fault.New(fault.Invalid, geo.RuleEmpty, nil)
	case t.bad || g == nil:
		return nil, fault.New(fault.Invalid, "bad-coordinates", fault.Args{"type": t.kind})
	case t.high && !o.DropHeights:
		return nil, fault.New(fault.Invalid, "three-dimensional", nil)
	}
	return g, nil
}

// as reads the nested list as the coordinates of a type; nil where its depth is another. Empty lists fit any depth.
func (n nest) as(kind string) orb.Geometry {
	switch kind {
	case "Point":
		if n.single {
			return n.position
		}
	case "MultiPoint":
		if n.line() {
			return orb.MultiPoint(n.points)
		}
	case "LineString":
		if n.line() {
			return orb.LineString(n.points)
		}
	case "MultiLineString":
		if lines, ok := n.lines(); ok {
			return orb.MultiLineString(lines)
		}
	case "Polygon":
		if p, ok := n.polygon(); ok {
			return p
		}
	case "MultiPolygon":
		if n.single || n.points != nil {
			return nil
		}
		g := make(orb.MultiPolygon, len(n.kids))
		for i, kid := range n.kids {
			var ok bool
			if g[i], ok = kid.polygon(); !ok {
				return nil
			}
		}
		return g
	}
	return nil
}

// hollow reports whether there is no position in the list.
func (n nest) hollow() bool {
	for _, kid := range n.kids {
		if !kid.hollow() {
			return false
		}
	}
	return !n.single && n.points == nil
}

func (n nest) line() bool { return !n.single && n.kids == nil }

func (n nest) lines() ([]orb.LineString, bool) {
	if n.single || n.points != nil {
		return nil, false
	}
	lines := make([]orb.LineString, len(n.kids))
	for i, kid := range n.kids {
		if !kid.line() {
			return nil, false
		}
		lines[i] = kid.points
	}
	return lines, true
}

func (n nest) polygon() (orb.Polygon, bool) {
	lines, ok := n.lines()
	p := make(orb.Polygon, len(lines))
	for i, l := range lines {
		p[i] = orb.Ring(l)
	}
	return p, ok
}
