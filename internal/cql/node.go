// Package cql reads filters in CQL2, the Common Query Language of OGC (21-065r2), from its text and its JSON into one typed tree. What cannot be
// understood is a fault that names rule and column; a tree that comes out is well-typed and bounded in size and depth.
//
// Read are: comparison, LIKE, BETWEEN, IN, IS NULL, CASEI, arithmetic, the spatial and the temporal functions, properties on either side. Arrays,
// functions of a server's own and ACCENTI are not.
package cql

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Type of a node's value.
type Type string

// The types. An instant is a moment or a day; a day is its first moment in UTC.
const (
	Bool     Type = "boolean"
	Number   Type = "number"
	Text     Type = "string"
	Instant  Type = "instant"
	Interval Type = "interval"
	Shape    Type = "geometry"
)

// Schema is the properties that a filter may name, and their types.
type Schema map[string]Type

// Op is what a node does, by its name in CQL2 JSON.
type Op string

// Operators that the tree and those who walk it name. The others are only in the table of signatures.
const (
	Property Op = "property" // Name
	Literal  Op = "literal"  // Value: bool, float64, string, time.Time, Geometry; nil for an open end of an interval
	Between  Op = "between"
	In       Op = "in"
	Like     Op = "like"
	Not      Op = "not"
	And      Op = "and"
	Or       Op = "or"
	IsNull   Op = "isNull"
	CaseI    Op = "casei"
	Span     Op = "interval" // of two instants, each of which may be open
	Negate   Op = "negate"   // a minus before something; in JSON, 0 - x
)

// Node of a tree.
type Node struct {
	Op     Op
	Type   Type
	Args   []*Node
	Name   string
	Value  any
	Column int // in the filter, from 1
}

// Bounds of a filter.
const (
	MaxLength = 64 << 10 // bytes
	MaxDepth  = 64
	MaxNodes  = 4096
)

// signature is what an operator takes.
type signature struct {
	least, most int
	types       []Type // of the arguments, the last for all that follow; nil: scalars, all of one type
	gives       Type
}

var (
	compare  = signature{2, 2, nil, Bool}
	logic    = signature{2, MaxNodes, []Type{Bool}, Bool}
	sum      = signature{2, 2, []Type{Number}, Number}
	spatial  = signature{2, 2, []Type{Shape}, Bool}
	temporal = signature{2, 2, []Type{Interval}, Bool} // an instant is an interval, too
)

// signatures is the one table of operators.
var signatures = map[Op]signature{
	And: logic, Or: logic, Not: {1, 1, []Type{Bool}, Bool},
	"=": compare, "<>": compare, "<": compare, "<=": compare, ">": compare, ">=": compare,
	Between: {3, 3, nil, Bool}, In: {2, MaxNodes, nil, Bool}, Like: {2, 2, []Type{Text}, Bool}, CaseI: {1, 1, []Type{Text}, Text},
	"+": sum, "-": sum, "*": sum, "/": sum, "%": sum, "div": sum, "^": sum, Negate: {1, 1, []Type{Number}, Number},
	IsNull: {1, 1, []Type{""}, Bool}, Span: {2, 2, []Type{Instant}, Interval},
	"s_intersects": spatial, "s_equals": spatial, "s_disjoint": spatial, "s_touches": spatial, "s_within": spatial, "s_overlaps": spatial, "s_crosses": spatial, "s_contains": spatial,
	"t_after": temporal, "t_before": temporal, "t_contains": temporal, "t_disjoint": temporal, "t_during": temporal, "t_equals": temporal, "t_finishedby": temporal,
	"t_finishes": temporal, "t_intersects": temporal, "t_meets": temporal, "t_metby": temporal, "t_overlappedby": temporal, "t_overlaps": temporal,
	"t_startedby": temporal, "t_starts": temporal,
}

// ofIntervals are the temporal functions that say nothing of instants.
var ofIntervals = []Op{"t_contains", "t_during", "t_finishedby", "t_finishes", "t_meets", "t_metby", "t_overlappedby", "t_overlaps", "t_startedby", "t_starts"}

// builder makes nodes and holds them to types and bounds.
type builder struct {
	schema Schema
	nodes  int
}

func (b *builder) count(column int) error {
	if b.nodes++; b.nodes > MaxNodes {
		return bad("cql-large", column, args{"max": MaxNodes})
	}
	return nil
}

func (b *builder) literal(t Type, v any, column int) (*Node, error) {
	return &Node{Op: Literal, Type: t, Value: v, Column: column}, b.count(column)
}

func (b *builder) property(name string, column int) (*Node, error) {
	t, ok := b.schema[name]
	if !ok {
		return nil, bad("cql-property", column, args{"name": excerpt(name), "choices": b.schema.names()})
	}
	return &Node{Op: Property, Type: t, Name: name, Column: column}, b.count(column)
}

// names lists the properties, sorted.
func (s Schema) names() string {
	var all []string
	for name := range s {
		all = append(all, name)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// apply makes the node of an operator.
func (b *builder) apply(op Op, nodes []*Node, column int) (*Node, error) {
	s, ok := signatures[op]
	if !ok {
		return nil, bad("cql-operator", column, args{"name": excerpt(string(op))})
	}
	if len(nodes) < s.least || len(nodes) > s.most {
		return nil, bad("cql-arguments", column, args{"op": string(op), "count": len(nodes)})
	}
	for i, n := range nodes {
		want := nodes[0].Type
		if s.types != nil {
			want = s.types[min(i, len(s.types)-1)]
		}
		fits := n.Type == want
		switch {
		case want == "":
			fits = true
		case s.types == nil: // scalars
			fits = fits && n.Type != Shape && n.Type != Interval
		case op == Span:
			fits = fits || n.Op == Literal && n.Value == nil
		case want == Interval:
			fits = fits || n.Type == Instant && !slices.Contains(ofIntervals, op)
		}
		if !fits {
			return nil, bad("cql-type", n.Column, args{"op": string(op), "want": want.or("scalar"), "found": n.Type.or("..")})
		}
	}
	switch pattern := op == Like && nodes[1].Op != Literal; {
	case pattern && (nodes[1].Op != CaseI || nodes[1].Args[0].Op != Literal):
		return nil, bad("cql-type", nodes[1].Column, args{"op": string(op), "want": "literal", "found": string(nodes[1].Op)})
	case op == Span:
		if from, ok := nodes[0].Value.(time.Time); ok {
			if to, ok := nodes[1].Value.(time.Time); ok && to.Before(from) {
				return nil, bad("cql-time", nodes[1].Column, args{"text": to.Format(time.RFC3339Nano)})
			}
		}
	}
	return &Node{Op: op, Type: s.gives, Args: nodes, Column: column}, b.count(column)
}

func (t Type) or(other string) string {
	if t == "" {
		return other
	}
	return string(t)
}

// whole makes sure that a tree is a condition.
func whole(n *Node, err error) (*Node, error) {
	if err == nil && n.Type != Bool {
		err = bad("cql-type", n.Column, args{"op": "filter", "want": string(Bool), "found": string(n.Type)})
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

// Geometry is a literal shape, its positions in the order of the axes of the filter's CRS.
type Geometry struct {
	Type    string           // as GeoJSON calls it
	Parts   [][][][2]float64 // polygons of rings of positions; of what has less levels, one of each that is missing
	Members []Geometry       // of a GeometryCollection
}

// WKT writes the geometry as well-known text; flip changes the two axes.
func (g Geometry) WKT(flip bool) string { return string(g.append(nil, flip)) }

// levels of lists around a position.
var levels = map[string]int{"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}

func (g Geometry) append(dst []byte, flip bool) []byte {
	dst = append(dst, strings.ToUpper(g.Type)...)
	dst = append(dst, '(')
	switch {
	case g.Type == "GeometryCollection":
		for i, m := range g.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = m.append(dst, flip)
		}
	default:
		level := levels[g.Type]
		for i, polygon := range g.Parts {
			dst = open(dst, i, level == 3)
			for k, ring := range polygon {
				dst = open(dst, k, level >= 2)
				for j, p := range ring {
					if j > 0 {
						dst = append(dst, ',')
					}
					if flip {
						p[0], p[1] = p[1], p[0]
					}
					dst = strconv.AppendFloat(dst, p[0], 'f', -1, 64)
					dst = strconv.AppendFloat(append(dst, ' '), p[1], 'f', -1, 64)
				}
				dst = shut(dst, level >= 2)
			}
			dst = shut(dst, level == 3)
		}
	}
	return append(dst, ')')
}

func open(dst []byte, i int, nested bool) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	if nested {
		dst = append(dst, '(')
	}
	return dst
}

func shut(dst []byte, nested bool) []byte {
	if nested {
		dst = append(dst, ')')
	}
	return dst
}

// Box is the rectangle between two corners, in the axes of its CRS.
func Box(x0, y0, x1, y1 float64) Geometry {
	return Geometry{Type: "Polygon", Parts: [][][][2]float64{{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}}}}
}

// sound reports whether lines have two positions, and rings are closed and have four.
func (g Geometry) sound() bool {
	for _, m := range g.Members {
		if !m.sound() {
			return false
		}
	}
	for _, polygon := range g.Parts {
		for _, ring := range polygon {
			switch n := len(ring); g.Type {
			case "LineString", "MultiLineString":
				if n < 2 {
					return false
				}
			case "Polygon", "MultiPolygon":
				if n < 4 || ring[0] != ring[n-1] {
					return false
				}
			}
		}
	}
	return len(g.Parts)+len(g.Members) > 0
}
