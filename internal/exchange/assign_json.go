package exchange

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// openJSONPoints opens a file of objects or features. Where the name leaves it open which of them they are, the first record says it.
func (a *assigner) openJSONPoints(ctx context.Context) error {
	s, head, err := openStream(ctx, a.from, a.Encoding)
	if err != nil {
		return err
	}
	separated, err := looksJSON(head)
	if err != nil {
		s.close()
		return err
	}
	src := &textSource{stream: s, most: blockRows}
	src.cut = func(r io.Reader, offset int64, line int) cutter { return newJSONRecords(r, separated, offset, line) }
	src.records = src.cut(s, 0, 1)
	a.source, a.decoded, a.separated = src, s.decoded, separated
	if first, err := newJSONRecords(bytes.NewReader(head), separated, 0, 1).next(); err == nil && a.from.format == pointNDJSON && isFeature(first.raw) {
		a.from.format = pointGeoJSON
	}
	l := a.input
	a.shaped = a.from.format == pointGeoJSON
	src.newRows = func() pointRows { return newJSONRows(a) }
	if err := l.settleJSON(ctx, statement{}); err != nil {
		f := fault.From(err)
		if f.Rule != "no-crs" || a.shaped { // else each row has to say its own
			return err
		}
		a.ownCRS = true
	}
	if l.CRS.System != "" {
		src.most = batchVertices
	}
	return nil
}

// jsonRows reads objects with members for longitude and latitude, and features.
type jsonRows struct {
	*assigner
	s     jsonStream
	roles map[string]role
	added map[string]bool
}

// role is what a member is to Assign: which of lon, lat and crs it may hold, and how good its name is for it.
type role struct{ axis, rank int }

var axes = [3]string{"lon", "lat", "crs"}

func newJSONRows(a *assigner) *jsonRows {
	r := &jsonRows{assigner: a, s: jsonStream{words: map[string]string{}}, roles: map[string]role{}, added: a.reserved()}
	return r
}

// reserved are the names of what is added to a row.
func (a *assigner) reserved() map[string]bool {
	names := map[string]bool{}
	for _, c := range append(a.pointColumns(), a.answerColumns()...) {
		names[c.name] = true
	}
	return names
}

func (r *jsonRows) role(key string) role {
	if known, ok := r.roles[key]; ok {
		return known
	}
	found := role{axis: -1}
	for axis, name := range axes {
		_, mapped := r.input.opts.Fields[name]
		for rank, h := range r.input.columnsOf(name) {
			if found.axis < 0 && (h == key || !mapped && strings.EqualFold(h, key)) {
				found = role{axis, rank}
			}
		}
	}
	if len(r.roles) < maxWords {
		r.roles[strings.Clone(key)] = found
	}
	return found
}

// place of the answer in a record of JSON.
type slot struct {
	at, behind int32 // the bytes between them are replaced
	kind       slotKind
}

type slotKind uint8

const (
	slotMember     slotKind = iota // behind other members
	slotFirst                      // into an object without members
	slotProperties                 // a member "properties" of its own, or in the place of its null
	slotNull
)

func (r *jsonRows) locate(b *block, i int) (p orb.Point, from CRS, f *fault.Error) {
	s := &b.recs[i]
	raw := b.raw[s.from:s.to]
	if s.long {
		return p, from, fault.New(fault.Invalid, "row-too-long", fault.Args{"limit": maxRecord >> 20})
	}
	r.s.reset(raw)
	if r.s.peek() != '{' {
		return p, from, fault.New(fault.Invalid, "no-object", nil)
	}
	if r.shaped {
		p, f = r.feature(s)
		from = r.input.CRS
	} else {
		p, from, f = r.object(s)
	}
	r.s.end()
	if r.s.err != nil {
		return p, from, r.broken(raw)
	}
	if f == nil && r.decoded && bytes.ContainsRune(raw, '\uFFFD') {
		f = badText(raw, r.Encoding)
	}
	return p, from, f
}

// broken says where a record is no JSON, or no UTF-8.
func (r *jsonRows) broken(raw []byte) *fault.Error {
	if e, ok := r.s.err.(*syntaxError); ok {
		if e.Text != nil {
			return badText(e.Text, r.Encoding)
		}
		return &fault.Error{Kind: fault.Invalid, Rule: "bad-json-row", Args: fault.Args{"byte": e.Offset + 1}, Cause: e}
	}
	return fault.From(r.s.err)
}

// object reads an object with its coordinates in members.
func (r *jsonRows) object(s *span) (p orb.Point, from CRS, f *fault.Error) {
	js := &r.s
	var best [3]int // 1 + rank of the members found
	var bad [2]*fault.Error
	var own Value
	refuse := func(x *fault.Error) {
		if f == nil {
			f = x
		}
	}
	members := 0
	js.object(func(key string) {
		members++
		if r.added[key] {
			refuse(fault.New(fault.Invalid, "column-taken", fault.Args{"column": key}))
		}
		as := r.role(key)
		switch seen := &best[max(as.axis, 0)]; {
		case as.axis < 0 || *seen > 0 && *seen <= as.rank:
			js.skip()
		case *seen == as.rank+1:
			refuse(fault.New(fault.Invalid, "duplicate-property", fault.Args{"name": key}))
			js.skip()
		default:
			*seen = as.rank + 1
			if as.axis == 2 {
				own = js.value()
				return
			}
			v, f := js.degrees()
			if p[as.axis], bad[as.axis] = v, f; f != nil {
				bad[as.axis] = f.In(fault.Place{Field: key})
			}
		}
	})
	s.slot = slot{at: int32(js.pos - 1), behind: int32(js.pos - 1)}
	if members == 0 {
		s.slot.kind = slotFirst
	}
	for axis := range 2 {
		if best[axis] == 0 {
			bad[axis] = fault.New(fault.Invalid, "no-coordinate", nil).In(fault.Place{Field: axes[axis]})
		}
		if bad[axis] != nil {
			refuse(bad[axis])
		}
	}
	from = r.input.CRS
	if best[2] > 0 || r.ownCRS {
		x := (*fault.Error)(nil)
		if from, x = r.input.ownCRS(own.String()); x != nil {
			refuse(x.In(fault.Place{Field: axes[2]}))
		}
	}
	return p, from, f
}

// degrees reads a coordinate: a number, or a text that is one.
func (s *jsonStream) degrees() (float64, *fault.Error) {
	switch c := s.peek(); {
	case c == '"':
		text := s.str()
		v, rule := parseCoordinate(text)
		if rule != "" {
			return 0, fault.New(fault.Invalid, rule, fault.Args{"value": text})
		}
		return v, nil
	case c == 'N' || c == 'I' || c == '-' || '0' <= c && c <= '9':
		v, ok := s.coordinate()
		if ok && v-v != 0 {
			return 0, fault.New(fault.Invalid, "not-finite", nil)
		}
		return v, nil
	}
	v := s.value()
	if v.Kind == Null {
		return 0, fault.New(fault.Invalid, "no-coordinate", nil)
	}
	return 0, fault.New(fault.Invalid, "bad-number", fault.Args{"value": v.Text})
}

// feature reads a feature with a point.
func (r *jsonRows) feature(s *span) (p orb.Point, f *fault.Error) {
	js := &r.s
	read := feature{}
	s.slot = slot{kind: slotProperties}
	js.object(func(key string) {
		if key != "properties" {
			read.member(js, key)
			return
		}
		switch js.peek() {
		case '{':
			if s.slot.kind != slotProperties {
				read.twice = key
			}
			members := 0
			js.object(func(name string) {
				members++
				if r.added[name] && f == nil {
					f = fault.New(fault.Invalid, "column-taken", fault.Args{"column": name})
				}
				js.skip()
			})
			s.slot = slot{at: int32(js.pos - 1), behind: int32(js.pos - 1)}
			if members == 0 {
				s.slot.kind = slotFirst
			}
		case 'n':
			if s.slot.kind != slotProperties {
				read.twice = key
			}
			at := js.pos
			js.skip()
			s.slot = slot{int32(at), int32(js.pos), slotNull}
		default:
			js.skip()
			f = fault.New(fault.Invalid, "bad-properties", nil)
		}
	})
	if s.slot.kind == slotProperties {
		s.slot.at, s.slot.behind = int32(js.pos-1), int32(js.pos-1)
	}
	opts := r.input.opts
	opts.DropHeights = opts.DropHeights || r.same() // they stay in the row
	row := read.row(opts)
	if f == nil {
		f = row.Fault
	}
	p, _ = row.Geometry.(orb.Point)
	return p, f
}

func (r *jsonRows) fields(b *block, i int, dst []Field) []Field {
	s := b.recs[i]
	js := &r.s
	js.reset(b.raw[s.from:s.to])
	var id Value
	js.object(func(key string) {
		switch {
		case !r.shaped:
			dst = append(dst, Field{key, js.value()})
		case key == "properties" && js.peek() == '{':
			js.object(func(key string) { dst = append(dst, Field{key, js.value()}) })
		case key == "id":
			id = js.value()
		default:
			js.skip()
		}
	})
	return withID(dst, id)
}

// withID adds the id of a feature to its properties.
func withID(fields []Field, id Value) []Field {
	if id.Kind == Null {
		return fields
	}
	name := "id"
	if slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name }) {
		name = "feature_id"
	}
	return append(fields, Field{name, id})
}

func (r *jsonRows) text(b *block, i int) (int, []byte) { return b.text(i) }
