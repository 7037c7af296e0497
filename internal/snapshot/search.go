package snapshot

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Hit is a division, grid or building that a search found.
type Hit struct {
	Level   grid.Level
	Code    grid.Code
	Name    string
	Address string    // of a building
	At      geo.Point // a place inside it
	Bounds  geo.Bounds
}

// entry is one thing that can be found.
type entry struct {
	level   grid.Level
	index   int32 // in the net's list of the level, or among the buildings
	code    grid.Code
	name    string // folded
	address string // folded
	sound   sound  // of the name
	road    sound  // of the address
}

// directory is the list of what can be found in a snapshot.
type directory struct {
	entries  []entry // by level from the district down, then by code
	readings *readings
}

// newDirectory lists divisions, grids and buildings.
func (s *Snapshot) newDirectory() *directory {
	d := &directory{readings: newReadings()}
	add := func(e entry) {
		e.sound, e.road = d.readings.spell(e.name), d.readings.spell(e.address)
		d.entries = append(d.entries, e)
	}
	for _, l := range levels {
		for i := range s.count(l) {
			named := s.division(l, i)
			add(entry{level: l, index: int32(i), code: named.Code, name: fold(named.Name)})
		}
	}
	for i, b := range s.Buildings {
		add(entry{level: grid.LevelBuilding, index: int32(i), code: b.Code, name: fold(b.Name), address: fold(b.Address)})
	}
	return d
}

// Ranks of a match, best first.
const (
	exact = iota
	codeStart
	nameStart
	soundStart // pinyin or initials from the first character on
	namePart
	soundPart
	addressStart
	addressPart
	addressSound
	noMatch
)

// Search finds divisions, grids and buildings by the first digits of their code, by a part of their name or address, or by
// how it sounds: pinyin, initials, or both mixed, in any reading of each character (fjsq, fujingsq → 富景社区). Best first; then
// the larger division first, then the shorter name (not where a code was typed), then by code. At most limit hits.
func (s *Snapshot) Search(query string, limit int) []Hit {
	q := fold(query)
	if q == "" || limit <= 0 {
		return nil
	}
	d, sounds := s.search(), spelled(q)
	type match struct {
		rank int
		*entry
	}
	var found []match
	for i := range d.entries {
		e := &d.entries[i]
		if rank := d.rank(e, q, sounds); rank < noMatch {
			found = append(found, match{rank, e})
		}
	}
	slices.SortFunc(found, func(a, b match) int {
		shorter := cmp.Compare(len(a.name), len(b.name))
		if a.rank == codeStart { // who types a code is not after names
			shorter = 0
		}
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.level, b.level), shorter, cmp.Compare(a.code, b.code), cmp.Compare(a.index, b.index))
	})
	hits := make([]Hit, 0, min(limit, len(found)))
	for _, m := range found[:min(limit, len(found))] {
		hits = append(hits, s.hit(m.entry))
	}
	return hits
}

// rank is how well an entry answers a folded query; sounds tells that the query may be pinyin.
func (d *directory) rank(e *entry, q string, sounds bool) int {
	switch {
	case string(e.code) == q || e.name == q:
		return exact
	case strings.HasPrefix(string(e.code), q):
		return codeStart
	case strings.HasPrefix(e.name, q):
		return nameStart
	case sounds && d.readings.starts(e.sound, q):
		return soundStart
	case strings.Contains(e.name, q):
		return namePart
	case sounds && d.readings.within(e.sound, q):
		return soundPart
	case e.address == "":
		return noMatch
	case strings.HasPrefix(e.address, q):
		return addressStart
	case strings.Contains(e.address, q):
		return addressPart
	case sounds && d.readings.within(e.road, q):
		return addressSound
	}
	return noMatch
}

func (s *Snapshot) hit(e *entry) Hit {
	if e.level == grid.LevelBuilding {
		b := &s.Buildings[e.index]
		bounds := b.Footprint.Bounds()
		return Hit{Level: e.level, Code: b.Code, Name: b.Name, Address: b.Address, At: b.Point, Bounds: bounds.Extend(b.Point)}
	}
	named, shape := s.division(e.level, int(e.index)), s.Shape(e.level, int(e.index))
	return Hit{Level: e.level, Code: named.Code, Name: named.Name, At: s.Figures(e.level, int(e.index)).Label, Bounds: shape.Bounds()}
}
