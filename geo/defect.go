package geo

import "fmt"

// Rules of geometry. A rule's id is stable for ever: it is part of the interface of commands and HTTP.
const (
	RuleNotPolygon    = "not-a-polygon"    // a geometry that is neither Polygon nor MultiPolygon
	RuleOffEarth      = "off-earth"        // a coordinate beyond ±180° or ±90°, or not a number
	RuleOpen          = "ring-open"        // a ring that does not end where it starts
	RuleEmpty         = "empty-geometry"   // no polygon, or a polygon without a ring
	RuleFewVertices   = "too-few-vertices" // a ring of fewer than three different vertices
	RuleShortLine     = "line-too-short"   // a line of fewer than two different vertices
	RuleRepeated      = "repeated-vertex"  // two neighbouring vertices are equal on the lattice
	RuleSpike         = "spike"            // a ring runs back on itself
	RuleSelfCross     = "ring-crosses"     // two edges of one shape cross or overlap
	RuleSelfTouch     = "ring-touches"     // a ring meets itself in a vertex, so that its inside is not one piece
	RuleHoleOutside   = "hole-outside"     // a hole does not lie in its shell
	RuleHoleNested    = "hole-nested"      // a hole lies in another hole
	RuleInsideCut     = "inside-cut"       // holes cut the inside into pieces
	RulePartsOverlap  = "parts-overlap"    // two parts of one shape share inside
	RuleExtent        = "extent-too-wide"  // wider than exact arithmetic allows
	RuleGap           = "gap"              // a place of the parent that no face covers
	RuleHole          = "hole"             // no parent given: a bounded empty region
	RuleOverlap       = "overlap"          // a place that two faces cover
	RuleUnmatched     = "unmatched-vertex" // a vertex of one face on, or next to, an edge of its neighbour
	RuleOutsideParent = "outside-parent"   // a face lies outside its parent
	RuleParts         = "parts-changed"    // a face has another number of parts than declared
)

// Rules lists the ids of all rules of geometry.
func Rules() []string {
	return []string{
		RuleNotPolygon, RuleOffEarth, RuleOpen, RuleEmpty, RuleFewVertices, RuleShortLine, RuleRepeated,
		RuleSpike, RuleSelfCross, RuleSelfTouch, RuleHoleOutside, RuleHoleNested, RuleInsideCut,
		RulePartsOverlap, RuleExtent, RuleGap, RuleHole, RuleOverlap, RuleUnmatched,
		RuleOutsideParent, RuleParts,
	}
}

// Defect is one fault of a shape or a coverage: which rule, where, and how large.
type Defect struct {
	Rule  string
	At    Point        // a place on the defect
	Faces []int        // indices of the faces concerned, at most a few; empty: unknown
	Area  float64      // m², 0 for defects without area
	Width float64      // metres, largest extent across; 0 where it has no meaning
	Shape MultiPolygon // the region of a gap, hole or overlap; may be nil
	Line  []Point      // the uncancelled edges of an unmatched vertex; may be nil
}

// Error makes a Defect an error, in English for logs; sentences for people come from the catalogue of rules.
func (d Defect) Error() string {
	return fmt.Sprintf("%s at %.7f %.7f", d.Rule, d.At.Lon(), d.At.Lat())
}
