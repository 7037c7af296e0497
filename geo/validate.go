package geo

import (
	"cmp"
	"slices"
)

// maxDefects ends the examination of a hopeless shape.
const maxDefects = 100

// Validate examines one shape by itself, whatever way its rings run: rings that are simple and do not cross, holes inside
// their shell and beside one another, parts beside one another, the inside of each part in one piece. Parts and rings may
// touch in points. It is the validity of OGC Simple Features (06-103r4, 6.1.11), with exact arithmetic.
//
// Where rings are too broken to go on, only that is reported; at most 100 defects are. Time is near-linear in the vertices.
func Validate(m MultiPolygon) []Defect {
	if defects := validateRings(m); defects != nil {
		return defects
	}
	v := newValidator(m)
	v.edges()
	v.touches()
	if len(v.defects) == 0 && len(v.rings) > 1 {
		v.nesting()
		v.inside()
	}
	slices.SortStableFunc(v.defects, func(a, b Defect) int { return cmp.Or(cmp.Compare(a.Rule, b.Rule), a.At.Compare(b.At)) })
	return slices.CompactFunc(v.defects, func(a, b Defect) bool { return a.Rule == b.Rule && a.At == b.At })
}

// validateRings looks for what has no boundary to speak of.
func validateRings(m MultiPolygon) []Defect {
	var out []Defect
	if len(m) == 0 {
		out = append(out, Defect{Rule: RuleEmpty})
	}
	for _, poly := range m {
		if len(poly) == 0 {
			out = append(out, Defect{Rule: RuleEmpty})
		}
		for _, r := range poly {
			switch {
			case len(r) == 0:
				out = append(out, Defect{Rule: RuleFewVertices})
			case fewVertices(r):
				out = append(out, Defect{Rule: RuleFewVertices, At: r[0]})
			default:
				a := r[len(r)-1]
				for _, b := range r {
					if a == b {
						out = append(out, Defect{Rule: RuleRepeated, At: a})
					}
					a = b
				}
			}
			if len(out) >= maxDefects {
				return out[:maxDefects]
			}
		}
	}
	if b := m.Bounds(); out == nil && !b.Narrow() {
		out = append(out, Defect{Rule: RuleExtent, At: b.Min})
	}
	return out
}

func fewVertices(r Ring) bool {
	second := slices.IndexFunc(r, func(p Point) bool { return p != r[0] })
	return second < 0 || !slices.ContainsFunc(r[second:], func(p Point) bool { return p != r[0] && p != r[second] })
}

// validator holds the corners of all rings, one after the other; edge i runs from corner i to corner next(i).
type validator struct {
	rings    []ringSpan
	corners  []Point
	ringOf   []int32
	meetings []meeting
	defects  []Defect
}

type ringSpan struct {
	from, to int32
	part     int32
	hole     bool
}

// meeting is a ring that passes through a point where others pass too: in its corner, or within the edge that starts there.
type meeting struct {
	at     Point
	corner int32
	within bool
}

func newValidator(m MultiPolygon) *validator {
	v := &validator{corners: make([]Point, 0, m.Vertices())}
	for part, poly := range m {
		for k, r := range poly {
			from := int32(len(v.corners))
			v.corners = append(v.corners, r...)
			v.rings = append(v.rings, ringSpan{from, int32(len(v.corners)), int32(part), k > 0})
			for range r {
				v.ringOf = append(v.ringOf, int32(len(v.rings)-1))
			}
		}
	}
	return v
}

func (v *validator) next(i int32) int32 {
	if r := v.rings[v.ringOf[i]]; i+1 == r.to {
		return r.from
	}
	return i + 1
}

func (v *validator) previous(i int32) int32 {
	if r := v.rings[v.ringOf[i]]; i == r.from {
		return r.to - 1
	}
	return i - 1
}

func (v *validator) add(rule string, at Point) bool {
	v.defects = append(v.defects, Defect{Rule: rule, At: at})
	return len(v.defects) < maxDefects
}

// edges compares all pairs of edges that may have a point in common.
func (v *validator) edges() {
	for i := range v.corners {
		a, b, c := v.corners[v.previous(int32(i))], v.corners[i], v.corners[v.next(int32(i))]
		if Orient(a, b, c) == 0 && between2(a, b, c) < 0 && !v.add(RuleSpike, b) {
			return
		}
	}
	n := len(v.corners)
	if n <= 32 { // comparing all is faster than an index
		for j := range n {
			for i := range j {
				if !v.pair(int32(i), int32(j)) {
					return
				}
			}
		}
		return
	}
	NewBuckets(n, func(i int) (a, b Point) { return v.corners[i], v.corners[v.next(int32(i))] }).
		Pairs(func(i, j int) bool { return v.pair(int32(i), int32(j)) })
}

// between2 is the sign of the scalar product (b − a)·(c − b) for collinear points: −1 where the way runs back.
func between2(a, b, c Point) int {
	if b.X != a.X {
		return cmp.Compare(b.X, a.X) * cmp.Compare(c.X, b.X)
	}
	return cmp.Compare(b.Y, a.Y) * cmp.Compare(c.Y, b.Y)
}

// pair compares two edges; false ends the examination.
func (v *validator) pair(i, j int32) bool {
	a, b, c, d := v.corners[i], v.corners[v.next(i)], v.corners[j], v.corners[v.next(j)]
	if max(a.X, b.X) < min(c.X, d.X) || max(c.X, d.X) < min(a.X, b.X) ||
		max(a.Y, b.Y) < min(c.Y, d.Y) || max(c.Y, d.Y) < min(a.Y, b.Y) {
		return true
	}
	if v.next(i) == j || v.next(j) == i {
		return true // neighbours meet in their corner; spikes are looked for apart
	}
	oc, od, oa, ob := Orient(a, b, c), Orient(a, b, d), Orient(c, d, a), Orient(c, d, b)
	if opposite(oc, od) && opposite(oa, ob) {
		return v.add(RuleSelfCross, Intersection(a, b, c, d))
	}
	if oc == 0 && od == 0 {
		if lo, hi := overlap(a, b, c, d); lo != hi {
			return v.add(RuleSelfCross, lo)
		}
	}
	if oc == 0 && OnSegment(c, a, b) {
		v.meet(c, i, j)
	}
	if od == 0 && OnSegment(d, a, b) {
		v.meet(d, i, j)
	}
	if oa == 0 && OnSegment(a, c, d) {
		v.meet(a, i, j)
	}
	if ob == 0 && OnSegment(b, c, d) {
		v.meet(b, i, j)
	}
	return true
}

// overlap is what two collinear segments whose boxes meet have in common, as two points.
func overlap(a, b, c, d Point) (lo, hi Point) {
	if b.Less(a) {
		a, b = b, a
	}
	if d.Less(c) {
		c, d = d, c
	}
	if a.Less(c) {
		a = c
	}
	if d.Less(b) {
		b = d
	}
	return a, b
}

// meet notes that edges i and j have the point p in common.
func (v *validator) meet(p Point, edges ...int32) {
	for _, i := range edges {
		switch p {
		case v.corners[i]:
			v.meetings = append(v.meetings, meeting{p, i, false})
		case v.corners[v.next(i)]:
			v.meetings = append(v.meetings, meeting{p, v.next(i), false})
		default:
			v.meetings = append(v.meetings, meeting{p, i, true})
		}
	}
}

// touches tells rings that touch in a point from rings that cross there, and finds rings that meet themselves.
func (v *validator) touches() {
	slices.SortFunc(v.meetings, func(a, b meeting) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.corner, b.corner), compareBool(a.within, b.within))
	})
	v.meetings = slices.Compact(v.meetings)
	for group := range v.groups() {
		rule := v.meetingRule(group)
		if rule != "" && !v.add(rule, group[0].at) {
			return
		}
	}
}

// meetingRule is the rule that the ways through a point break, if any.
func (v *validator) meetingRule(group []meeting) string {
	crosses, overlaps := v.crossAt(group)
	switch {
	case overlaps:
		return "" // edges that run along each other are reported as such
	case crosses:
		return RuleSelfCross
	}
	rings := make([]int32, len(group))
	for k, m := range group {
		rings[k] = v.ringOf[m.corner]
	}
	slices.Sort(rings)
	if len(slices.Compact(rings)) < len(group) {
		return RuleSelfTouch
	}
	return ""
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// groups yields the meetings of each point together.
func (v *validator) groups() func(yield func([]meeting) bool) {
	return func(yield func([]meeting) bool) {
		for from := 0; from < len(v.meetings); {
			to := from + 1
			for to < len(v.meetings) && v.meetings[to].at == v.meetings[from].at {
				to++
			}
			if !yield(v.meetings[from:to]) {
				return
			}
			from = to
		}
	}
}

// ends are the points from which a ring comes to a meeting and to which it goes on.
func (v *validator) ends(m meeting) (from, to Point) {
	if m.within {
		return v.corners[m.corner], v.corners[v.next(m.corner)]
	}
	return v.corners[v.previous(m.corner)], v.corners[v.next(m.corner)]
}

// crossAt reports whether two of the ways through a point cross (in the circle of directions, brackets do not match), and
// whether two run along each other.
func (v *validator) crossAt(group []meeting) (crosses, overlaps bool) {
	type ray struct {
		to  Point
		way int
	}
	p := group[0].at
	rays := make([]ray, 0, 2*len(group))
	for k, m := range group {
		from, to := v.ends(m)
		rays = append(rays, ray{from, k}, ray{to, k})
	}
	slices.SortFunc(rays, func(a, b ray) int { return CompareTurn(p, a.to, b.to) })
	var open []int
	for i, r := range rays {
		overlaps = overlaps || i > 0 && CompareTurn(p, rays[i-1].to, r.to) == 0
		if n := len(open); n > 0 && open[n-1] == r.way {
			open = open[:n-1]
		} else {
			open = append(open, r.way)
		}
	}
	return len(open) > 0, overlaps
}
