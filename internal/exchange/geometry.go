package exchange

import (
	"iter"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// fit refuses a geometry of another kind than wanted and one that says nothing definite. The coordinates are those of the
// file: whether they lie on the earth is for place to say.
func (w Want) fit(g orb.Geometry) *fault.Error {
	if g == nil {
		return fault.New(fault.Invalid, "null-geometry", nil)
	}
	if empty(g) {
		return fault.New(fault.Invalid, geo.RuleEmpty, nil)
	}
	for p := range positions(g) {
		if math.IsNaN(p[0]) || math.IsNaN(p[1]) || math.IsInf(p[0], 0) || math.IsInf(p[1], 0) {
			return fault.New(fault.Invalid, "not-finite", nil)
		}
	}
	if w != WantAny && w&kindOf(g) == 0 {
		return w.otherKind(g)
	}
	for ring := range rings(g) {
		if f := closed(ring); f != nil {
			return f
		}
	}
	return nil
}

// kindOf is the kind of a geometry; none for several points.
func kindOf(g orb.Geometry) Want {
	switch g.(type) {
	case orb.Point:
		return WantPoints
	case orb.LineString, orb.MultiLineString:
		return WantLines
	case orb.Polygon, orb.MultiPolygon:
		return WantPolygons
	}
	return 0
}

// wantWords name the kinds to people.
var wantWords = []struct {
	kind Want
	text fault.Text
}{
	{WantPoints, fault.Text{Zh: "点（Point）", En: "points (Point)"}},
	{WantLines, fault.Text{Zh: "线（LineString 或 MultiLineString）", En: "lines (LineString or MultiLineString)"}},
	{WantPolygons, fault.Text{Zh: "面（Polygon 或 MultiPolygon）", En: "polygons (Polygon or MultiPolygon)"}},
}

func (w Want) otherKind(g orb.Geometry) *fault.Error {
	var zh, en []string
	for _, k := range wantWords {
		if w&k.kind != 0 {
			zh, en = append(zh, k.text.Zh), append(en, k.text.En)
		}
	}
	return fault.New(fault.Invalid, "wrong-geometry", fault.Args{"type": g.GeoJSONType(),
		"wanted": fault.Text{Zh: strings.Join(zh, "或"), En: strings.Join(en, " or ")}})
}

// closed requires four positions, of which the last is the first (RFC 7946 section 3.1.6).
func closed(r orb.Ring) *fault.Error {
	switch n := len(r); {
	case n == 0:
		return fault.New(fault.Invalid, geo.RuleEmpty, nil)
	case n > 1 && r[0] != r[n-1]:
		f := fault.New(fault.Invalid, geo.RuleOpen, nil)
		if p, ok := geo.FromDegrees(r[n-1][0], r[n-1][1]); ok {
			f.At = &p
		}
		return f
	case n < 4:
		f := fault.New(fault.Invalid, geo.RuleFewVertices, nil)
		if p, ok := geo.FromDegrees(r[0][0], r[0][1]); ok {
			f.At = &p
		}
		return f
	}
	return nil
}

// empty reports whether a geometry, or any part of it, has no position.
func empty(g orb.Geometry) bool {
	switch g := g.(type) {
	case orb.MultiPoint:
		return len(g) == 0
	case orb.LineString:
		return len(g) == 0
	case orb.MultiLineString:
		for _, l := range g {
			if len(l) == 0 {
				return true
			}
		}
		return len(g) == 0
	case orb.Polygon:
		return len(g) == 0
	case orb.MultiPolygon:
		for _, p := range g {
			if len(p) == 0 {
				return true
			}
		}
		return len(g) == 0
	}
	return false
}

// rings of polygons; nothing for other geometries.
func rings(g orb.Geometry) iter.Seq[orb.Ring] {
	return func(yield func(orb.Ring) bool) {
		switch g := g.(type) {
		case orb.Polygon:
			for _, r := range g {
				if !yield(r) {
					return
				}
			}
		case orb.MultiPolygon:
			for _, p := range g {
				for _, r := range p {
					if !yield(r) {
						return
					}
				}
			}
		}
	}
}

// positions of a geometry, in order. They can be changed in place, but that of a Point, which is a value.
func positions(g orb.Geometry) iter.Seq[*orb.Point] {
	return func(yield func(*orb.Point) bool) {
		each := func(points []orb.Point) bool {
			for i := range points {
				if !yield(&points[i]) {
					return false
				}
			}
			return true
		}
		switch g := g.(type) {
		case orb.Point:
			yield(&g)
		case orb.MultiPoint:
			each(g)
		case orb.LineString:
			each(g)
		case orb.MultiLineString:
			for _, l := range g {
				if !each(l) {
					return
				}
			}
		default:
			for r := range rings(g) {
				if !each(r) {
					return
				}
			}
		}
	}
}
