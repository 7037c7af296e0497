package cql

import (
	"math"
	"strings"
	"time"
)

// wktTypes are the types of geometry by their names in well-known text.
var wktTypes = map[string]string{"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon", "MULTIPOINT": "MultiPoint", "MULTILINESTRING": "MultiLineString",
	"MULTIPOLYGON": "MultiPolygon", "GEOMETRYCOLLECTION": "GeometryCollection"}

func (b *builder) shape(g Geometry, column int) (*Node, error) {
	if !g.sound() {
		return nil, bad("cql-geometry", column, nil)
	}
	return b.literal(Shape, g, column)
}

// geometry reads what follows the type. Heights are read and left.
func (p *parser) geometry(kind string) (g Geometry, err error) {
	if err := p.deeper(); err != nil {
		return g, err
	}
	defer func() { p.depth-- }()
	if _, err := p.take("Z"); err != nil {
		return g, err
	}
	g.Type = kind
	var line [][2]float64
	point := func() error {
		wrapped := false
		if kind == "MultiPoint" {
			if wrapped, err = p.take("("); err != nil {
				return err
			}
		}
		at, err := p.position()
		line = append(line, at)
		if err == nil && wrapped {
			err = p.expect(")")
		}
		return err
	}
	var polygon [][][2]float64
	ring := func() error {
		line = nil
		err := p.each(point)
		polygon = append(polygon, line)
		return err
	}
	switch levels[kind] {
	case 0:
		if kind == "GeometryCollection" {
			return g, p.each(func() error {
				inner := wktTypes[strings.ToUpper(p.token.text)]
				if p.token.kind != name || inner == "" {
					return p.unexpected("geometry")
				}
				if err := p.next(); err != nil {
					return err
				}
				m, err := p.geometry(inner)
				g.Members = append(g.Members, m)
				return err
			})
		}
		if err = p.expect("("); err == nil {
			if err = point(); err == nil {
				err = p.expect(")")
			}
		}
		polygon = [][][2]float64{line}
	case 1:
		err = ring()
	case 2:
		err = p.each(ring)
	case 3:
		return g, p.each(func() error {
			polygon = nil
			err := p.each(ring)
			g.Parts = append(g.Parts, polygon)
			return err
		})
	}
	g.Parts = [][][][2]float64{polygon}
	return g, err
}

// each reads things in parentheses, parted by commas.
func (p *parser) each(one func() error) error {
	if err := p.expect("("); err != nil {
		return err
	}
	for {
		if err := one(); err != nil {
			return err
		}
		if ok, err := p.take(","); err != nil {
			return err
		} else if !ok {
			return p.expect(")")
		}
	}
}

// position reads two or three numbers.
func (p *parser) position() (at [2]float64, err error) {
	if err := p.count(p.token.column); err != nil {
		return at, err
	}
	for i := range 2 {
		if at[i], err = p.ordinate(); err != nil {
			return at, err
		}
	}
	if p.token.kind == number || p.is("-") {
		_, err = p.ordinate()
	}
	return at, err
}

// ordinate reads a number with its sign.
func (p *parser) ordinate() (float64, error) {
	negative, err := p.take("-")
	if err == nil && !negative {
		_, err = p.take("+")
	}
	if err != nil {
		return 0, err
	}
	if p.token.kind != number {
		return 0, p.unexpected("number")
	}
	v := p.token.number
	if negative {
		v = -v
	}
	return v, p.next()
}

func (p *parser) box(column int) (*Node, error) {
	var v []float64
	err := p.each(func() error {
		n, err := p.ordinate()
		v = append(v, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	return p.boxOf(v, column)
}

// boxOf makes a box of four numbers, or of six, of which the heights are left.
func (b *builder) boxOf(v []float64, column int) (*Node, error) {
	if len(v) == 6 {
		v = []float64{v[0], v[1], v[3], v[4]}
	}
	if len(v) != 4 || v[0] > v[2] || v[1] > v[3] {
		return nil, bad("cql-geometry", column, nil)
	}
	return b.shape(Box(v[0], v[1], v[2], v[3]), column)
}

func (p *parser) moment(kind string, column int) (*Node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	t := p.token
	if t.kind != text {
		return nil, p.unexpected("'…'")
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	return p.instant(kind, t.text, column)
}

// instant makes a moment of its text. kind: DATE, TIMESTAMP, or "" for either.
func (b *builder) instant(kind, said string, column int) (*Node, error) {
	at, err := time.Parse(time.RFC3339, said)
	if day, wrong := time.Parse(time.DateOnly, said); kind != "TIMESTAMP" && wrong == nil {
		at, err = day, nil
	} else if kind == "DATE" && err == nil {
		err = wrong
	}
	if err != nil || at.Year() < 1 || at.Year() > 9999 {
		return nil, bad("cql-time", column, args{"text": excerpt(said)})
	}
	return b.literal(Instant, at.UTC(), column)
}

// interval reads two ends: a text, '..' for an open one, or a property.
func (p *parser) interval(column int) (*Node, error) {
	var ends []*Node
	err := p.each(func() error {
		t := p.token
		n, err := p.operand()
		if err == nil && n.Op == Literal && n.Type == Text {
			n, err = p.bound(t.text, t.column)
		}
		ends = append(ends, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	return p.apply(Span, ends, column)
}

func (b *builder) bound(said string, column int) (*Node, error) {
	if said == ".." {
		return b.literal(Instant, nil, column)
	}
	return b.instant("", said, column)
}

func finite(v float64) bool { return !math.IsInf(v, 0) && !math.IsNaN(v) }
