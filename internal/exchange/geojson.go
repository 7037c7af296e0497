package exchange

import (
	"context"
	"io"
	"os"
	"sync/atomic"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// collection is what the top level of a GeoJSON text says beside its features.
type collection struct {
	kind    string // the member "type"
	name    string
	crs     string // the name in the member "crs"; "" if it states none
	listed  bool   // it has a member "features"
	foreign bool   // members that only Esri's JSON or TopoJSON has
}

// member reads one member of the top level, but not the features.
func (c *collection) member(s *jsonStream, key string) {
	switch key {
	case "type":
		if s.peek() == '"' {
			c.kind = s.str()
			return
		}
	case "name":
		if s.peek() == '"' {
			c.name = s.str()
			return
		}
	case "crs":
		if s.peek() == '{' {
			c.crs = crsMember(s)
			return
		}
	case "geometryType", "spatialReference", "objectIdFieldName", "arcs", "objects":
		c.foreign = true
	}
	s.skip()
}

// crsMember reads {"type":"name","properties":{"name":"EPSG:4490"}} (GeoJSON 2008, section 3). A CRS given by another
// means, as by a link, is returned as what it is called there, so that nobody takes the file for one without a statement.
func crsMember(s *jsonStream) string {
	kind, name := "", ""
	s.object(func(key string) {
		switch {
		case key == "type" && s.peek() == '"':
			kind = s.str()
		case key == "properties" && s.peek() == '{':
			s.object(func(key string) {
				if (key == "name" || key == "href") && s.peek() == '"' {
					name = s.str()
				} else {
					s.skip()
				}
			})
		default:
			s.skip()
		}
	})
	if name == "" {
		return kind
	}
	return name
}

// openGeoJSON reads the top level of the file up to the features, and beyond them where the CRS is still unknown.
func (l *Layer) openGeoJSON(ctx context.Context) error {
	s, end, err := l.jsonFile(ctx)
	if err != nil {
		return err
	}
	defer end()
	var top collection
	given := l.opts.CRS != "" || l.opts.Want == WantNone
	s.object(func(key string) {
		if key != "features" {
			top.member(s, key)
			return
		}
		top.listed = true
		if given || top.crs != "" {
			s.err = errStop
			return
		}
		s.skip()
	})
	if s.err == nil {
		s.end()
	}
	if s.err != nil && s.err != errStop {
		return l.jsonFault(s.err)
	}
	if top.foreign || top.kind == "Topology" {
		return l.openGDAL(ctx)
	}
	l.Name = top.name
	if asked := l.opts.Layer; asked != "" && l.Name != "" && asked != l.Name {
		return fault.New(fault.Usage, "no-such-layer", fault.Args{"layer": asked, "layers": l.Name})
	}
	if !top.listed {
		if top.kind != "Feature" && !isGeometryType(top.kind) {
			return fault.New(fault.Invalid, "not-geojson", fault.Args{"type": top.kind})
		}
	}
	if err := l.settleJSON(ctx, stated(top.crs)); err != nil {
		return err
	}
	l.rows = l.geoJSONRows
	return nil
}

func (l *Layer) settleJSON(ctx context.Context, s statement) (err error) {
	if l.opts.Want == WantNone {
		return nil
	}
	l.Stated = s.text != ""
	if l.CRS, err = l.opts.settle(s); err != nil {
		return err
	}
	return l.CRS.known(ctx, l.opts.timeout())
}

// geoJSONRows streams the features of a FeatureCollection, or the one Feature or geometry that the file is.
func (l *Layer) geoJSONRows(ctx context.Context, yield func(Row) bool) error {
	s, end, err := l.jsonFile(ctx)
	if err != nil {
		return err
	}
	defer end()
	emit := l.placed(ctx, yield)
	var top collection
	var lone *feature // the members of a text that is no collection
	n := 0
	s.object(func(key string) {
		switch {
		case key == "features" && !top.listed:
			top.listed = true
			s.array(func() {
				n++
				f := readFeature(s, n)
				if s.err == nil && !emit.row(f.row(l.opts)) {
					s.err = errStop
				}
			})
		case !top.listed && isFeatureMember(key):
			if lone == nil {
				lone = &feature{n: 1}
			}
			lone.member(s, key)
			if key == "type" {
				top.kind = lone.kind
			}
		default:
			top.member(s, key)
		}
	})
	if s.err == nil {
		s.end()
	}
	switch {
	case s.err == errStop:
		return emit.err
	case s.err != nil:
		return l.jsonFault(s.err).In(fault.Place{Row: n})
	case top.listed && top.kind != "FeatureCollection", !top.listed && lone == nil:
		return fault.New(fault.Invalid, "not-geojson", fault.Args{"type": top.kind})
	case !top.listed:
		emit.row(lone.whole().row(l.opts))
	}
	if l.opts.Want != WantNone { // a statement after the features
		if _, err := l.opts.settle(stated(top.crs)); err != nil {
			return err
		}
	}
	return emit.flush()
}

// openSequence prepares a text sequence of features (RFC 8142, or one a line).
func (l *Layer) openSequence(ctx context.Context) error {
	if err := l.settleJSON(ctx, statement{}); err != nil {
		return err
	}
	l.rows = func(ctx context.Context, yield func(Row) bool) error {
		s, end, err := l.jsonFile(ctx)
		if err != nil {
			return err
		}
		defer end()
		return l.sequenceRows(ctx, s, yield)
	}
	return nil
}

// sequenceRows streams features that follow each other, with or without record separators.
func (l *Layer) sequenceRows(ctx context.Context, s *jsonStream, yield func(Row) bool) error {
	emit := l.placed(ctx, yield)
	for n := 1; ; n++ {
		for s.peek() == 0x1E { // record separator
			s.pos++
		}
		if s.peek() == 0 && s.pos == len(s.buf) && s.err == nil {
			return emit.flush()
		}
		f := readFeature(s, n)
		if s.err != nil {
			return l.jsonFault(s.err).In(fault.Place{Row: n})
		}
		if !emit.row(f.row(l.opts)) {
			return emit.err
		}
	}
}

// jsonFile opens the file as a stream of JSON in UTF-8.
func (l *Layer) jsonFile(ctx context.Context) (*jsonStream, func(), error) {
	f, err := os.Open(l.path)
	if err != nil {
		return nil, nil, &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Cause: err}
	}
	t, err := decode(cancellable{ctx, f, l.read}, l.opts.Encoding)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return newJSONStream(t), func() { f.Close() }, nil
}

// jsonFault words what is wrong with a JSON text.
func (l *Layer) jsonFault(err error) *fault.Error {
	e, ok := err.(*syntaxError)
	switch {
	case !ok:
		return fault.From(err)
	case e.Text != nil:
		f := badText(e.Text, l.opts.Encoding)
		f.Args["line"] = e.Line
		return f
	case e.Half:
		return &fault.Error{Kind: fault.Invalid, Rule: "half-a-file", Args: fault.Args{"line": e.Line, "byte": e.Offset}, Cause: err}
	}
	return &fault.Error{Kind: fault.Invalid, Rule: "bad-json", Args: fault.Args{"line": e.Line, "byte": e.Offset}, Cause: err}
}

// cancellable ends a stream when its context does, and counts what was read of it.
type cancellable struct {
	ctx  context.Context
	r    io.Reader
	read *atomic.Int64
}

func (c cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.read.Add(int64(n))
	return n, err
}
