package cql

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// ParseJSON reads a filter in CQL2 JSON.
func ParseJSON(source string, schema Schema) (*Node, error) {
	if err := fits(source); err != nil {
		return nil, err
	}
	d := &reader{builder: builder{schema: schema}, source: source, decoder: json.NewDecoder(strings.NewReader(source))}
	v, err := d.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := d.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, bad("cql-syntax", d.here(), args{"expected": "∎", "found": "…"})
	}
	return whole(d.node(v))
}

// reader reads JSON into values that know their columns, then those into nodes.
type reader struct {
	builder
	source  string
	decoder *json.Decoder
}

// value of JSON: nil, bool, float64, string, []value or map[string]value.
type value struct {
	any
	column int
}

// here is the column of the next token.
func (d *reader) here() int {
	at := int(d.decoder.InputOffset())
	return column(d.source, at+len(d.source[at:])-len(strings.TrimLeft(d.source[at:], " \t\r\n,:")))
}

func (d *reader) syntax(at int) error {
	return bad("cql-syntax", at, args{"expected": "JSON", "found": excerpt(string([]rune(d.source)[min(at-1, len([]rune(d.source))):]))})
}

func (d *reader) value(depth int) (value, error) {
	at := d.here()
	if depth > 2*MaxDepth {
		return value{}, bad("cql-deep", at, args{"max": MaxDepth})
	}
	t, err := d.decoder.Token()
	if err != nil {
		return value{}, d.syntax(at)
	}
	switch t {
	case json.Delim('['):
		list := []value{}
		for d.decoder.More() {
			v, err := d.value(depth + 1)
			if err != nil {
				return v, err
			}
			list = append(list, v)
		}
		return value{list, at}, d.shut()
	case json.Delim('{'):
		members := map[string]value{}
		for d.decoder.More() {
			key, err := d.value(depth + 1)
			if err != nil {
				return key, err
			}
			v, err := d.value(depth + 1)
			if err != nil {
				return v, err
			}
			members[key.any.(string)] = v // the decoder takes no other keys
		}
		return value{members, at}, d.shut()
	}
	return value{t, at}, nil
}

// shut reads the end of a list or an object.
func (d *reader) shut() error {
	at := d.here()
	if _, err := d.decoder.Token(); err != nil {
		return d.syntax(at)
	}
	return nil
}

func (d *reader) node(v value) (*Node, error) { return d.nodeAt(v, 0) }

func (d *reader) nodeAt(v value, depth int) (*Node, error) {
	if depth > MaxDepth {
		return nil, bad("cql-deep", v.column, args{"max": MaxDepth})
	}
	switch x := v.any.(type) {
	case bool:
		return d.literal(Bool, x, v.column)
	case float64:
		if !finite(x) {
			return nil, d.syntax(v.column)
		}
		return d.literal(Number, x, v.column)
	case string:
		return d.literal(Text, x, v.column)
	case map[string]value:
		return d.object(x, v.column, depth)
	}
	return nil, bad("cql-syntax", v.column, args{"expected": "expression", "found": "null, []"})
}

func (d *reader) object(o map[string]value, at, depth int) (*Node, error) {
	has := func(key string) (value, bool) { v, ok := o[key]; return v, ok }
	if v, ok := has("op"); ok {
		return d.operation(v, o["args"], at, depth)
	}
	if v, ok := has("property"); ok {
		if name, ok := v.any.(string); ok {
			return d.property(name, v.column)
		}
		return nil, bad("cql-syntax", v.column, args{"expected": "string", "found": "property"})
	}
	for _, kind := range []string{"date", "timestamp"} {
		if v, ok := has(kind); ok {
			said, _ := v.any.(string)
			return d.instant(strings.ToUpper(kind), said, v.column)
		}
	}
	if v, ok := has("interval"); ok {
		return d.span(v, depth)
	}
	if v, ok := has("bbox"); ok {
		list, _ := v.any.([]value)
		var all []float64
		for _, n := range list {
			x, ok := n.any.(float64)
			if !ok {
				return nil, bad("cql-geometry", n.column, nil)
			}
			all = append(all, x)
		}
		return d.boxOf(all, v.column)
	}
	if _, ok := has("type"); ok {
		g, err := d.geometry(value{o, at}, depth)
		if err != nil {
			return nil, err
		}
		return d.shape(g, at)
	}
	return nil, bad("cql-syntax", at, args{"expected": "op, property, date, timestamp, interval, bbox, type", "found": "{}"})
}

func (d *reader) operation(op, given value, at, depth int) (*Node, error) {
	said, ok := op.any.(string)
	list, isList := given.any.([]value)
	if !ok || !isList {
		return nil, bad("cql-syntax", at, args{"expected": `"op": "…", "args": […]`, "found": "{}"})
	}
	if said == string(Span) || said == string(Negate) || said == string(Property) {
		return nil, bad("cql-operator", op.column, args{"name": said})
	}
	if said == string(In) && len(list) == 2 {
		values, ok := list[1].any.([]value)
		if !ok {
			return nil, bad("cql-syntax", list[1].column, args{"expected": "[…]", "found": "in"})
		}
		list = append(slices.Clone(list[:1]), values...)
	}
	nodes := make([]*Node, len(list))
	for i, v := range list {
		var err error
		if nodes[i], err = d.nodeAt(v, depth+1); err != nil {
			return nil, err
		}
	}
	return d.apply(Op(said), nodes, op.column)
}

func (d *reader) span(v value, depth int) (*Node, error) {
	list, ok := v.any.([]value)
	if !ok {
		return nil, bad("cql-syntax", v.column, args{"expected": "[…, …]", "found": "interval"})
	}
	ends := make([]*Node, len(list))
	for i, end := range list {
		var err error
		if said, ok := end.any.(string); ok {
			ends[i], err = d.bound(said, end.column)
		} else {
			ends[i], err = d.nodeAt(end, depth+1)
		}
		if err != nil {
			return nil, err
		}
	}
	return d.apply(Span, ends, v.column)
}

// geometry reads GeoJSON.
func (d *reader) geometry(v value, depth int) (g Geometry, err error) {
	wrong := bad("cql-geometry", v.column, nil)
	o, ok := v.any.(map[string]value)
	if !ok {
		return g, wrong
	}
	if depth > MaxDepth {
		return g, bad("cql-deep", v.column, args{"max": MaxDepth})
	}
	g.Type, _ = o["type"].any.(string)
	if g.Type == "GeometryCollection" {
		members, _ := o["geometries"].any.([]value)
		for _, m := range members {
			inner, err := d.geometry(m, depth+1)
			if err != nil {
				return g, err
			}
			g.Members = append(g.Members, inner)
		}
		return g, nil
	}
	level, ok := levels[g.Type]
	if !ok {
		return g, wrong
	}
	// What has fewer levels is wrapped, so that all have three.
	coordinates := o["coordinates"]
	for range 3 - max(level, 0) {
		coordinates = value{[]value{coordinates}, coordinates.column}
	}
	polygons, ok := coordinates.any.([]value)
	if !ok {
		return g, wrong
	}
	for _, polygon := range polygons {
		rings, ok := polygon.any.([]value)
		if !ok {
			return g, wrong
		}
		var all [][][2]float64
		for _, ring := range rings {
			positions, ok := ring.any.([]value)
			if !ok {
				return g, wrong
			}
			line := make([][2]float64, len(positions))
			for i, position := range positions {
				if line[i], ok = pair(position); !ok {
					return g, bad("cql-geometry", position.column, nil)
				}
				if err := d.count(position.column); err != nil {
					return g, err
				}
			}
			all = append(all, line)
		}
		g.Parts = append(g.Parts, all)
	}
	return g, nil
}

// pair reads a position: two numbers, or three, of which the height is left.
func pair(v value) (at [2]float64, ok bool) {
	list, _ := v.any.([]value)
	if len(list) < 2 || len(list) > 3 {
		return at, false
	}
	for i := range at {
		if at[i], ok = list[i].any.(float64); !ok || !finite(at[i]) {
			return at, false
		}
	}
	return at, true
}
