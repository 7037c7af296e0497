package event

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
)

// Change says which tiles of a set draw something else now.
type Change struct {
	Set   string `json:"set"`   // net, base, buildings or points
	Parts []Part `json:"parts"` // by code; none is a part of another
}

// Part is the box of what changed in a grid or division.
type Part struct {
	Code string     `json:"code"` // 6, 9, 12 or 15 digits: the district for what lies outside of its net
	Box  geo.Bounds `json:"-"`
}

// MaxParts is how many parts a change has at most: where more was touched, it is told by community, by town, or of the whole district.
const MaxParts = 64

// levels are the lengths of the codes of grids and of what they lie in.
var levels = []int{15, 12, 9, 6}

// Gather joins parts into at most MaxParts. Parts of one code become one, with the box around them.
func Gather(parts []Part) []Part {
	for _, digits := range levels {
		if parts = joined(parts, digits); len(parts) <= MaxParts {
			break
		}
	}
	return parts
}

// joined are parts with codes of so many digits at most, each code once, none beside a code that holds it.
func joined(parts []Part, digits int) []Part {
	sorted := make([]Part, len(parts))
	for i, p := range parts {
		sorted[i] = Part{p.Code[:min(digits, len(p.Code))], p.Box}
	}
	slices.SortStableFunc(sorted, func(a, b Part) int { return strings.Compare(a.Code, b.Code) })
	kept := sorted[:0]
	for _, p := range sorted {
		if n := len(kept); n > 0 && strings.HasPrefix(p.Code, kept[n-1].Code) {
			kept[n-1].Box = kept[n-1].Box.Union(p.Box)
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

// ScopeOf is the longest code that all parts lie in; the district where there is nothing else, or no part.
func ScopeOf(district string, parts []Part) string {
	if len(parts) == 0 {
		return district
	}
	scope := parts[0].Code
	for _, p := range parts[1:] {
		for !strings.HasPrefix(p.Code, scope) && len(scope) > len(district) {
			scope = scope[:len(scope)-3]
		}
	}
	return scope
}

// MarshalJSON writes the box in degrees: west, south, east, north.
func (p Part) MarshalJSON() ([]byte, error) {
	return json.Marshal(partJSON{p.Code, [4]float64{p.Box.Min.Lon(), p.Box.Min.Lat(), p.Box.Max.Lon(), p.Box.Max.Lat()}})
}

// UnmarshalJSON reads what MarshalJSON wrote. What is not on the lattice is refused.
func (p *Part) UnmarshalJSON(b []byte) error {
	var v partJSON
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	least, ok1 := geo.FromDegrees(v.Box[0], v.Box[1])
	most, ok2 := geo.FromDegrees(v.Box[2], v.Box[3])
	if !ok1 || !ok2 {
		return fmt.Errorf("event: %v is no box on the earth", v.Box)
	}
	*p = Part{v.Code, geo.Bounds{Min: least, Max: most}}
	return nil
}

type partJSON struct {
	Code string     `json:"code"`
	Box  [4]float64 `json:"bbox"`
}
