package grid

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// BaseInput is what an import of base features is made of.
type BaseInput struct {
	File    string                // as people know it; named in faults
	Rows    iter.Seq2[Row, error] // an error ends them and condemns the whole file
	Layer   Layer                 // of every row; "" reads the tags of OpenStreetMap
	Class   string                // of rows that say none
	Fields  map[string]string     // of BaseFields → the file's columns; others are found by their usual headers
	Source  string                // the file's features replace those of this source alone
	Replace bool                  // features of the source (and Layer) that the file has no more go away
	Basis   BaseBasis
}

// BaseBasis is what an import of base features is made against.
type BaseBasis struct {
	Ground
	Bounds   geo.Bounds // of the district
	Features []Feature
}

// BaseFields are our names for the columns of a file of base features.
var BaseFields = []string{"id", "class", "name"}

var baseHeaders = map[string][]string{
	"id":    {"id", "编号", "osm_id", "fid"},
	"class": {"class", "类别", "等级", "道路等级", "类型"},
	"name":  {"name", "名称", "路名", "道路名称"},
}

// Surroundings is how far beyond the district's bounding box features are taken, in metres.
const Surroundings = 1000.0

// LayerCount is what a file comes to in one layer.
type LayerCount struct{ New, Changed, Same, Absent, Removed int }

// BaseAssembly is what a file of base features comes to: the change, and what people are told of it.
type BaseAssembly struct {
	Change  BaseChange
	Columns map[string]string // read, by BaseFields
	Rows    int
	Refused []Refusal
	Bad     int // rows refused, each for one reason or more
	Far     int // rows that lie beyond the district's surroundings
	Other   int // rows of OpenStreetMap that the base map has no place for
	Kept    int // absent features that stay although they should go, because a refused row may mean them
	Layers  map[Layer]*LayerCount
}

// Empty reports whether the file says nothing new.
func (a *BaseAssembly) Empty() bool { return len(a.Change.Put) == 0 && len(a.Change.Remove) == 0 }

// AssembleBase makes base features of rows, as AssembleBuildings makes buildings. A row means the stored feature with its id; without an
// id the one with the same geometry.
func AssembleBase(in BaseInput) (*BaseAssembly, error) {
	m := &mapper{in: in, headers: newHeaders(baseHeaders, in.Fields), refusals: refusals{file: in.File},
		stored: map[FeatureKey]*Feature{}, made: map[FeatureKey]int{}, meant: map[FeatureKey]bool{}, box: grown(in.Basis.Bounds)}
	m.Change.Ground, m.Layers = in.Basis.Ground, map[Layer]*LayerCount{}
	for _, l := range Layers() {
		m.Layers[l] = &LayerCount{}
	}
	for i := range in.Basis.Features {
		f := &in.Basis.Features[i]
		m.stored[f.key()] = f
	}
	for r, err := range in.Rows {
		if err != nil {
			return nil, err
		}
		m.Rows++
		m.headers.learn(&r)
		m.row(&r)
	}
	if faults := m.headers.missing(in.File); len(faults) > 0 {
		return nil, Refused(faults)
	}
	m.retire()
	m.Columns = m.headers.taken()
	m.Refused, m.Bad = m.refusals.sorted(), len(m.refusals.rows)
	return &m.BaseAssembly, nil
}

// mapper is an import of base features on its way.
type mapper struct {
	BaseAssembly
	in       BaseInput
	headers  *headers
	refusals refusals
	box      geo.Bounds
	stored   map[FeatureKey]*Feature
	made     map[FeatureKey]int // → the row that has it
	meant    map[FeatureKey]bool
	nameless bool
}

func (f *Feature) key() FeatureKey { return FeatureKey{f.Layer, f.ID} }

// grown is a box with the surroundings of what it holds.
func grown(b geo.Bounds) geo.Bounds {
	if b.Empty() {
		return b
	}
	lat := max(math.Abs(b.Min.Lat()), math.Abs(b.Max.Lat()))
	east, north := geo.MetresPerUnit(int32(lat * geo.Scale))
	dx, dy := int64(Surroundings/max(east, 1e-4)), int64(Surroundings/north)
	wide := func(v, by, limit int64) int32 { return int32(max(-limit, min(limit, v+by))) }
	const halfTurn = 180 * geo.Scale
	return geo.Bounds{Min: geo.Point{X: wide(int64(b.Min.X), -dx, halfTurn), Y: wide(int64(b.Min.Y), -dy, halfTurn/2)},
		Max: geo.Point{X: wide(int64(b.Max.X), dx, halfTurn), Y: wide(int64(b.Max.Y), dy, halfTurn/2)}}
}

// row takes in what a row says.
func (m *mapper) row(r *Row) {
	features, id, faults := m.read(r)
	if len(features) == 0 && len(faults) == 0 && len(r.Faults) == 0 {
		m.Other++
		return
	}
	far := len(r.Faults) == 0 && !m.box.Intersects(boundsOf(r))
	if far {
		m.Far++
		return
	}
	faults = append(faults, r.Faults...)
	if r.Shape != nil {
		faults = append(faults, examined(geo.Validate(r.Shape))...)
	}
	for i := range features {
		features[i].ID = id
	}
	if len(faults) > 0 {
		m.refuse(r, features, faults...)
		return
	}
	for _, f := range features {
		if fault := m.take(r, f); fault != nil {
			m.refuse(r, features, fault)
			return
		}
	}
}

// read is what a row says: its features without geometry, and their id.
func (m *mapper) read(r *Row) (features []Feature, id string, faults []*fault.Error) {
	if m.in.Layer == "" {
		t := tagsOf(r)
		features, id = t.features(), t.id()
	} else {
		f := Feature{Layer: m.in.Layer, Class: m.in.Class, Name: m.headers.value(r, "name")}
		if said := m.headers.value(r, "class"); said != "" {
			class, known := ParseClass(m.in.Layer, said)
			if !known {
				faults = append(faults, fault.New(fault.Invalid, "unknown-class", fault.Args{"class": said, "known": knownClasses(m.in.Layer)}).
					In(fault.Place{Field: m.headers.found["class"].column}))
			}
			f.Class = class
		}
		if f.Class == "" && f.Layer == Street && len(faults) == 0 {
			faults = append(faults, fault.New(fault.Invalid, "missing-class", fault.Args{"known": knownClasses(m.in.Layer)}))
		}
		if id = m.headers.value(r, "id"); id == "" {
			id = r.ID
		}
		features = []Feature{f}
	}
	for _, f := range features {
		if !legible(f.Name) || !legible(id) {
			return features, id, append(faults, fault.New(fault.Invalid, "bad-text", fault.Args{"limit": maxText}))
		}
	}
	return features, id, faults
}

func boundsOf(r *Row) geo.Bounds {
	b := r.Shape.Bounds()
	for _, line := range r.Lines {
		for _, p := range line {
			b = b.Extend(p)
		}
	}
	return b
}

func (m *mapper) refuse(r *Row, features []Feature, faults ...*fault.Error) {
	m.refusals.add(r, faults...)
	for _, f := range features {
		m.meant[f.key()] = true
	}
	if len(features) == 0 || features[0].ID == "" {
		m.nameless = true
	}
}

// take compares a feature with what is stored.
func (m *mapper) take(r *Row, f Feature) *fault.Error {
	f.Source, f.Lines = m.in.Source, r.Lines
	if r.Shape != nil {
		f.Shape = geo.Normalize(r.Shape)
	}
	if f.ID == "" {
		place := shapeID(f)
		f.ID = place
		for n := 2; m.made[f.key()] > 0; n++ {
			f.ID = fmt.Sprintf("%s~%d", place, n)
		}
	}
	if n := m.made[f.key()]; n > 0 {
		return fault.New(fault.Invalid, "duplicate-id", fault.Args{"id": f.ID, "row": n})
	}
	m.made[f.key()], m.meant[f.key()] = r.N, true
	stored, n := m.stored[f.key()], m.Layers[f.Layer]
	switch {
	case stored == nil:
		n.New++
	case stored.Source != "" && stored.Source != f.Source:
		return fault.New(fault.Invalid, "id-of-other-source", fault.Args{"id": f.ID, "source": stored.Source})
	case sameFeature(&f, stored):
		n.Same++
		return nil
	default:
		n.Changed++
	}
	m.Change.Put = append(m.Change.Put, f)
	return nil
}

func sameFeature(a, b *Feature) bool {
	return a.key() == b.key() && a.Source == b.Source && a.Class == b.Class && a.Name == b.Name && geo.Equal(a.Shape, b.Shape) &&
		slices.EqualFunc(a.Lines, b.Lines, slices.Equal)
}

// retire finds the features of the source and layer that the file has no more. None goes while a refused row may be the one that means it.
func (m *mapper) retire() {
	for i := range m.in.Basis.Features {
		f := &m.in.Basis.Features[i]
		if f.Source != m.in.Source || m.in.Layer != "" && f.Layer != m.in.Layer || m.meant[f.key()] {
			continue
		}
		n := m.Layers[f.Layer]
		n.Absent++
		switch {
		case m.in.Replace && m.nameless:
			m.Kept++
		case m.in.Replace:
			n.Removed++
			m.Change.Remove = append(m.Change.Remove, f.key())
		}
	}
}

// shapeID names a feature by its geometry, for want of a better name: 16 hexadecimal digits of the SHA-256 of its vertices.
func shapeID(f Feature) string {
	var b []byte
	ring := func(points []geo.Point) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(points)))
		for _, p := range points {
			b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, uint32(p.X)), uint32(p.Y))
		}
	}
	for _, line := range f.Lines {
		ring(line)
	}
	for _, polygon := range f.Shape {
		b = binary.BigEndian.AppendUint32(b, uint32(len(polygon)))
		for _, r := range polygon {
			ring(r)
		}
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:8])
}
