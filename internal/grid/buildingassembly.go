package grid

import (
	"fmt"
	"iter"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// BuildingInput is what an import of buildings is made of.
type BuildingInput struct {
	File    string                // as people know it; named in faults
	Rows    iter.Seq2[Row, error] // an error ends them and condemns the whole file
	Fields  map[string]string     // of BuildingFields → the file's columns; others are found by their usual headers
	Source  string                // the register that the file is of: rows of another one are not touched
	Replace bool                  // buildings of the source that the file has no more go away
	Basis   BuildingBasis
}

// BuildingBasis is what an import of buildings is made against.
type BuildingBasis struct {
	Ground
	Mesh      *Mesh
	Buildings []Building
	Retired   []RetiredBuilding
}

// BuildingAssembly is what a file of buildings comes to: the change, and what people are told of it.
type BuildingAssembly struct {
	Change  BuildingChange
	Columns map[string]string // read, by BuildingFields
	Rows    int
	Refused []Refusal // in the order of rows
	Bad     int       // rows refused, each for one reason or more

	New, Changed, Same int
	Absent             int // of the source, stored and no more in the file; removed iff asked for
	Kept               int // of these, those that stay although they should go, because a refused row may mean them
	Others             int // stored of other sources
	Coded              Coding
	Households         int
	Across             []Straddle
}

// Empty reports whether the file says nothing new.
func (a *BuildingAssembly) Empty() bool { return len(a.Change.Put) == 0 && len(a.Change.Remove) == 0 }

// AssembleBuildings makes buildings of rows. A row that cannot be one is refused with its reasons, and the others go on: the same file
// on the same basis always comes to the same. The error is what condemns the whole file.
//
// A row means the stored building with its id; without an id that with its code; without both the one that lies in its place. A building
// keeps its code for ever. A new one takes the code that its row says, where that obeys the table in the building's community and never
// named another building, else the lowest serial of the community that none ever had, in the order of first numbering. What the file has no column
// for stays as it is stored.
func AssembleBuildings(in BuildingInput) (*BuildingAssembly, error) {
	b := newBuilder(in)
	for r, err := range in.Rows {
		if err != nil {
			return nil, err
		}
		b.Rows++
		b.headers.learn(&r)
		d, faults := readBuilding(b.headers, &r)
		if len(faults) == 0 {
			faults = b.identify(&d)
		}
		if len(faults) > 0 {
			b.refuse(&d, &r, faults...)
			continue
		}
		b.drafts = append(b.drafts, d)
	}
	if faults := b.headers.missing(in.File); len(faults) > 0 {
		return nil, Refused(faults)
	}
	b.number()
	b.compare()
	b.retire()
	b.Columns = b.headers.taken()
	b.Refused, b.Bad = b.refusals.sorted(), len(b.refusals.rows)
	return &b.BuildingAssembly, nil
}

// builder is an import of buildings on its way.
type builder struct {
	BuildingAssembly
	in       BuildingInput
	headers  *headers
	refusals refusals
	drafts   []buildingDraft
	borders  *borders
	byID     map[string]*Building // stored
	byCode   map[Code]*Building
	retired  map[Code]RetiredBuilding
	back     map[string][]Code // id → codes that it had before it went away
	rowOf    map[string]int    // id → the row that has it
	takenBy  map[Code]int      // code → the row that takes it
	meant    map[string]bool   // ids that rows name, refused ones too
	nameless bool              // a refused row does not name its building
}

func newBuilder(in BuildingInput) *builder {
	b := &builder{in: in, headers: newHeaders(buildingHeaders, in.Fields), refusals: refusals{file: in.File}, borders: newBorders(in.Basis.Mesh),
		byID: map[string]*Building{}, byCode: map[Code]*Building{}, retired: map[Code]RetiredBuilding{}, back: map[string][]Code{},
		rowOf: map[string]int{}, takenBy: map[Code]int{}, meant: map[string]bool{}}
	b.Change.Ground = in.Basis.Ground
	for i := range in.Basis.Buildings {
		s := &in.Basis.Buildings[i]
		b.byID[s.ID], b.byCode[s.Code] = s, s
	}
	for _, r := range in.Basis.Retired {
		b.retired[r.Code] = r
		b.back[r.ID] = append(b.back[r.ID], r.Code)
	}
	return b
}

func (b *builder) refuse(d *buildingDraft, r *Row, faults ...*fault.Error) {
	b.refusals.add(r, faults...)
	if id := b.idOf(d); id != "" {
		b.meant[id] = true
	} else {
		b.nameless = true
	}
}

// idOf is the id of the building that a row names, "" if it names none.
func (b *builder) idOf(d *buildingDraft) string {
	switch s := b.byCode[Code(d.said)]; {
	case d.ID != "":
		return d.ID
	case s != nil:
		return s.ID
	}
	return d.said
}

// identify finds out which building a row means, and where it lies.
func (b *builder) identify(d *buildingDraft) []*fault.Error {
	d.Source = b.in.Source
	if d.ID = b.idOf(d); d.ID == "" {
		d.ID = placeID(d.Point)
		for n := 2; b.rowOf[d.ID] > 0; n++ { // several at one place
			if b.repeats(d) {
				return []*fault.Error{fault.New(fault.Invalid, "building-twice", fault.Args{"row": b.rowOf[d.ID]})}
			}
			d.ID = fmt.Sprintf("%s~%d", placeID(d.Point), n)
		}
	}
	if n := b.rowOf[d.ID]; n > 0 {
		return []*fault.Error{fault.New(fault.Invalid, "duplicate-id", fault.Args{"id": d.ID, "row": n})}
	}
	b.rowOf[d.ID], b.meant[d.ID] = d.row, true
	stored := b.byID[d.ID]
	if stored != nil && stored.Source != "" && stored.Source != b.in.Source {
		return []*fault.Error{fault.New(fault.Invalid, "id-of-other-source", fault.Args{"id": d.ID, "source": stored.Source})}
	}
	if stored != nil && d.hasArea && !d.door && geo.Equal(d.Footprint, stored.Footprint) {
		d.Point = stored.Point // the entrance that another file told
	}
	face := b.borders.index.Face(d.Point)
	if face == coverage.Outside {
		f := fault.New(fault.Invalid, "building-outside", nil)
		f.At = &d.Point
		return []*fault.Error{f}
	}
	d.Area = b.in.Basis.Mesh.Net.Grids[face].Code
	if f := b.code(d); f != nil {
		return []*fault.Error{f.In(fault.Place{Field: b.headers.found["code"].column})}
	}
	return nil
}

// repeats reports whether the row that has the draft's id, which is their place, says the same as the draft.
func (b *builder) repeats(d *buildingDraft) bool {
	n := b.rowOf[d.ID]
	i, found := slices.BinarySearchFunc(b.drafts, n, func(e buildingDraft, n int) int { return e.row - n })
	if !found {
		return false
	}
	e := b.drafts[i].Building
	c := d.Building
	c.Code, c.Area, c.Point = e.Code, e.Area, e.Point // these the drafts take from what is stored
	return sameBuilding(&e, &c)
}

// code gives a draft the code that it had, or that its row says for it; else it is left to number.
func (b *builder) code(d *buildingDraft) *fault.Error {
	own, community := Code(d.said), d.Area.At(LevelCommunity)
	if own.Level() != LevelBuilding {
		own = ""
	}
	take := func(c Code) *fault.Error {
		if row := b.takenBy[c]; row > 0 {
			return fault.New(fault.Invalid, "duplicate-code", fault.Args{"code": c, "row": row})
		}
		d.Code, b.takenBy[c] = c, d.row
		return nil
	}
	if stored := b.byID[d.ID]; stored != nil {
		if own != "" && own != stored.Code && own.At(LevelCommunity) == community {
			return fault.New(fault.Invalid, "building-recoded", fault.Args{"code": stored.Code, "said": own})
		}
		return take(stored.Code)
	}
	for _, c := range b.back[d.ID] {
		if c.At(LevelCommunity) == community && (own == "" || own == c) {
			b.Coded.Inherited++
			return take(c)
		}
	}
	switch _, gone := b.retired[own]; {
	case !obeysBuilding(own, community):
		return nil
	case gone:
		return fault.New(fault.Invalid, "code-retired", fault.Args{"code": own})
	case b.byCode[own] != nil:
		return fault.New(fault.Invalid, "code-of-other-building", fault.Args{"code": own, "id": b.byCode[own].ID})
	}
	b.Coded.Kept++
	return take(own)
}

// compare finds what is to be written.
func (b *builder) compare() {
	for i := range b.drafts {
		d := &b.drafts[i]
		stored := b.byID[d.ID]
		if stored != nil {
			b.inherit(d, stored)
		}
		b.Households += d.Households
		if d.Footprint != nil {
			if s := b.borders.straddle(d.Footprint, d.Area); len(s) > 0 {
				b.Across = append(b.Across, Straddle{Row: d.row, ID: d.ID, Code: d.Code, Shares: s})
			}
		}
		switch {
		case stored == nil:
			b.New++
		case sameBuilding(&d.Building, stored):
			b.Same++
			continue
		default:
			b.Changed++
		}
		b.Change.Put = append(b.Change.Put, d.Building)
	}
}

// inherit takes over what the file has no column for.
func (b *builder) inherit(d *buildingDraft, stored *Building) {
	for name, take := range map[string]func(){
		"name":       func() { d.Name = stored.Name },
		"address":    func() { d.Address = stored.Address },
		"use":        func() { d.Use = stored.Use },
		"households": func() { d.Households = stored.Households },
		"storeys":    func() { d.Storeys = stored.Storeys },
	} {
		if !b.headers.has(name) {
			take()
		}
	}
	if !d.hasArea {
		d.Footprint = stored.Footprint
	}
}

// retire finds the buildings of the source that the file has no more. None goes while a refused row may be the one that means it.
func (b *builder) retire() {
	for i := range b.in.Basis.Buildings {
		s := &b.in.Basis.Buildings[i]
		switch {
		case s.Source != b.in.Source:
			if !b.meant[s.ID] {
				b.Others++
			}
		case b.meant[s.ID]:
		case b.in.Replace && !b.nameless:
			b.Absent++
			b.Change.Remove = append(b.Change.Remove, s.ID)
		default:
			b.Absent++
			if b.in.Replace {
				b.Kept++
			}
		}
	}
}
