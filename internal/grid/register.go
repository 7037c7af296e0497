package grid

import (
	"context"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Named is one entry of the register of official names: what the division with this code is called.
type Named struct {
	Code Code
	Name string
}

// ReadRegister reads a table of columns code, name and (optional) level into entries by code. A row is refused whose code
// names no district, town or community, whose name is empty, whose level is not that of its code, or whose code came before.
func ReadRegister(t Table) ([]Named, error) {
	m, faults := t.columns(Mapping{}, false)
	level, _ := t.column("", levelHeaders)
	for _, c := range []struct {
		column string
		usual  fault.Text
	}{{m.Code, fault.Text{Zh: codeHeaders[1], En: codeHeaders[0]}}, {m.Name, fault.Text{Zh: nameHeaders[1], En: nameHeaders[0]}}} {
		if c.column == "" {
			faults = append(faults, fault.New(fault.Invalid, "field-missing", fault.Args{
				"field": c.usual, "fields": strings.Join(t.Columns, ", ")}).In(fault.Place{File: t.File}))
		}
	}
	if len(t.Rows) == 0 {
		faults = append(faults, fault.New(fault.Invalid, "no-rows", nil).In(fault.Place{File: t.File}))
	}
	if len(faults) > 0 {
		return nil, Refused(faults)
	}
	var entries []Named
	first := map[Code]int{}
	for i := range t.Rows {
		r := &t.Rows[i]
		refuse := func(column, rule string, args fault.Args) {
			faults = append(faults, fault.New(fault.Invalid, rule, args).In(t.place(r, column)))
		}
		e := Named{Code(r.value(m.Code)), r.value(m.Name)}
		l := e.Code.Level()
		switch {
		case len(r.Faults) > 0:
			faults = append(faults, r.Faults...)
		case l < LevelDistrict || l > LevelCommunity:
			refuse(m.Code, "not-a-division", fault.Args{"code": e.Code})
		case l > LevelDistrict && strings.HasSuffix(string(e.Code), "000"):
			refuse(m.Code, "padded-code", fault.Args{"code": e.Code})
		case e.Name == "":
			refuse(m.Name, "missing-name", fault.Args{"code": e.Code})
		case first[e.Code] > 0:
			refuse(m.Code, "duplicate-code", fault.Args{"code": e.Code, "row": first[e.Code]})
		case !levelSays(r.value(level), l):
			refuse(level, "level-of-code", fault.Args{"code": e.Code, "level": l.Text(), "said": r.value(level)})
		default:
			entries = append(entries, e)
		}
		first[e.Code] = r.N
	}
	if len(faults) > 0 {
		return nil, Refused(faults)
	}
	slices.SortFunc(entries, func(a, b Named) int { return compareCodes(a.Code, b.Code) })
	return entries, nil
}

// levelSays reports whether a word in a level column agrees with the level; an empty one does.
func levelSays(word string, l Level) bool {
	word = strings.ToLower(word)
	return word == "" || word == l.Text().En || word == l.Text().Zh || slices.Contains(map[Level][]string{
		LevelDistrict:  {"1", "城区", "区", "县"},
		LevelTown:      {"2", "street", "镇", "街道", "乡", "镇街道", "镇/街道"},
		LevelCommunity: {"3", "village", "村", "社区", "村社区", "村/社区"},
	}[l], word)
}

// Register stores official names, each in the register of its district. Codes already there are renamed, none is taken away.
// It counts the entries that are new and those that had another name.
func (s *Service) Register(ctx context.Context, entries []Named) (added, renamed int, err error) {
	for len(entries) > 0 {
		district := entries[0].Code.At(LevelDistrict)
		n := 1
		for n < len(entries) && entries[n].Code.At(LevelDistrict) == district {
			n++
		}
		known, err := s.Store.Names(ctx, district)
		if err != nil {
			return 0, 0, err
		}
		was := newRegister(known).byCode
		for _, e := range entries[:n] {
			switch name, there := was[e.Code]; {
			case !there:
				added++
			case name != e.Name:
				renamed++
			}
		}
		if err := s.Store.PutNames(ctx, district, entries[:n]); err != nil {
			return 0, 0, err
		}
		entries = entries[n:]
	}
	return added, renamed, nil
}

// register finds official names by code, and codes by official name.
type register struct {
	byCode map[Code]string
	byName map[string][]Code
}

func newRegister(entries []Named) register {
	r := register{make(map[Code]string, len(entries)), make(map[string][]Code, len(entries))}
	for _, e := range entries {
		r.byCode[e.Code] = e.Name
		r.byName[shortName(e.Name)] = append(r.byName[shortName(e.Name)], e.Code)
	}
	return r
}

// within is the one code of a level, in a division of any level above it, that bears a name; "" if none or several do.
func (r register) within(name string, l Level, above Code) Code {
	var found Code
	for _, c := range r.byName[shortName(name)] {
		if c.Level() == l && c.At(above.Level()) == above {
			if found != "" {
				return ""
			}
			found = c
		}
	}
	return found
}

// shortName drops the name of the committee: 福建园社区居委会 and 福建园社区居民委员会 are 福建园社区, 平丹村委会 is 平丹村.
func shortName(name string) string {
	for _, committee := range []struct{ long, short string }{{"居民委员会", ""}, {"居委会", ""}, {"村民委员会", "村"}, {"村委会", "村"}} {
		if stem, ok := strings.CutSuffix(name, committee.long); ok && stem != "" {
			return stem + committee.short
		}
	}
	return name
}
