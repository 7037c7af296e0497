package scope

import (
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Area is a part of the code set: a union of prefixes. Values are immutable; the zero value is nothing.
type Area struct {
	prefixes []string // sorted, none begins with another; "" alone is everything
}

// Everywhere is the area of all districts.
var Everywhere = Area{[]string{""}}

// lengths are those of the codes of districts, towns, communities and grids.
var lengths = []int{6, 9, 12, 15}

// ParsePrefix reads the prefix of a grant: "" for all districts, else the code of a district, town, community or grid. fault bad-scope.
func ParsePrefix(s string) (string, error) {
	if !isPrefix(s) {
		return "", fault.New(fault.Invalid, "bad-scope", fault.Args{"prefix": s}).In(fault.Place{Field: "prefix"})
	}
	return s, nil
}

func isPrefix(s string) bool {
	return s == "" || slices.Contains(lengths, len(s)) && strings.Trim(s, "0123456789") == ""
}

// Union is the area of all the prefixes given. What is no prefix adds nothing.
func Union(prefixes ...string) Area {
	all := slices.DeleteFunc(slices.Clone(prefixes), func(p string) bool { return !isPrefix(p) })
	slices.Sort(all)
	kept := all[:0]
	for _, p := range all { // sorted, what begins with a prefix follows it
		if len(kept) == 0 || !strings.HasPrefix(p, kept[len(kept)-1]) {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return Area{}
	}
	return Area{slices.Clip(kept)}
}

// Parse reads what Literal wrote. fault bad-scope.
func Parse(literal string) (Area, error) {
	switch literal {
	case "":
		return Area{}, nil
	case everywhere:
		return Everywhere, nil
	}
	parts := strings.Split(literal, ",")
	for _, p := range parts {
		if _, err := ParsePrefix(p); err != nil || p == "" {
			return Area{}, fault.New(fault.Invalid, "bad-scope", fault.Args{"prefix": p})
		}
	}
	return Union(parts...), nil
}

// Holds reports whether a thing lies in the area. code is that of the grid which it lies in now, or of a division; "" is outside of the net, which
// only the area of everything holds: where the district of the thing is known, ask HoldsIn.
func (a Area) Holds(code string) bool {
	i, found := slices.BinarySearch(a.prefixes, code)
	return found || i > 0 && strings.HasPrefix(code, a.prefixes[i-1])
}

// HoldsIn is Holds for a thing of a district: what lies outside of the net belongs to those whose area covers the district.
func (a Area) HoldsIn(district, code string) bool {
	if code == "" {
		code = district
	}
	return a.Holds(code)
}

// Touches reports whether some of a division or grid is in the area: it is within the area, or the other way round.
func (a Area) Touches(code string) bool {
	if a.Holds(code) {
		return true
	}
	i, _ := slices.BinarySearch(a.prefixes, code)
	return i < len(a.prefixes) && strings.HasPrefix(a.prefixes[i], code)
}

// Covers reports whether the whole of a district is in the area.
func (a Area) Covers(district string) bool { return len(district) == lengths[0] && a.Holds(district) }

// In is what of the area lies in a division or grid.
func (a Area) In(code string) Area {
	if a.Holds(code) {
		return Area{[]string{code}}
	}
	from, _ := slices.BinarySearch(a.prefixes, code)
	to := from
	for to < len(a.prefixes) && strings.HasPrefix(a.prefixes[to], code) {
		to++
	}
	return Area{a.prefixes[from:to:to]}
}

// Empty reports whether the area is nothing.
func (a Area) Empty() bool { return len(a.prefixes) == 0 }

// All reports whether the area is everything.
func (a Area) All() bool { return len(a.prefixes) == 1 && a.prefixes[0] == "" }

// everywhere stands for the area of everything, which has no prefix that could be written.
const everywhere = "*"

// Key names the area, the same for equal areas, different for different ones: caches are kept by it.
func (a Area) Key() string { return a.Literal() }

// Literal is the area as PostgreSQL is told of it, in `SET LOCAL zhuwang.scope`: prefixes parted by commas; digits, commas and `*` for
// everything, so that it needs no quoting. Row-level security takes no `*`: whoever covers a district has another role there.
func (a Area) Literal() string {
	if a.All() {
		return everywhere
	}
	return strings.Join(a.prefixes, ",")
}

// Prefixes lists the prefixes, sorted. The slice is a copy.
func (a Area) Prefixes() []string { return slices.Clone(a.prefixes) }
