package cql

import (
	"strings"
	"unicode/utf8"
)

// ParseText reads a filter in CQL2 text. Names of properties may stand in double quotes; keywords are of any case.
func ParseText(text string, schema Schema) (*Node, error) {
	if err := fits(text); err != nil {
		return nil, err
	}
	p := &parser{builder: builder{schema: schema}, lexer: lexer{text: text}}
	if err := p.next(); err != nil {
		return nil, err
	}
	n, err := whole(p.or())
	if err == nil && p.token.kind != end {
		err = p.unexpected("AND, OR")
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

func fits(text string) error {
	if len(text) > MaxLength {
		return bad("cql-large", 1, args{"max": MaxLength})
	}
	for i, r := range text {
		if r == utf8.RuneError || r == 0 {
			return bad("cql-syntax", column(text, i), args{"expected": "UTF-8", "found": "�"})
		}
	}
	return nil
}

// column of a byte of a text, in characters from 1.
func column(text string, at int) int { return utf8.RuneCountInString(text[:min(at, len(text))]) + 1 }

// parser is a descent by precedence: or, and, not, predicate, sum, product, power, operand.
type parser struct {
	builder
	lexer
	depth int
}

func (p *parser) deeper() error {
	if p.depth++; p.depth > MaxDepth {
		return bad("cql-deep", p.token.column, args{"max": MaxDepth})
	}
	return nil
}

// unexpected refuses the token at hand.
func (p *parser) unexpected(expected string) error {
	found := p.token.text
	if p.token.kind == end {
		found = "∎"
	}
	return bad("cql-syntax", p.token.column, args{"expected": expected, "found": excerpt(found)})
}

// take goes on if the token at hand is a sign or a keyword.
func (p *parser) take(word string) (bool, error) {
	if !p.is(word) {
		return false, nil
	}
	return true, p.next()
}

func (p *parser) is(word string) bool {
	return p.token.kind == sign && p.token.text == word || p.token.kind == name && strings.EqualFold(p.token.text, word)
}

func (p *parser) expect(word string) error {
	ok, err := p.take(word)
	if err == nil && !ok {
		err = p.unexpected(word)
	}
	return err
}

func (p *parser) or() (*Node, error)  { return p.chain(Or, "OR", p.and) }
func (p *parser) and() (*Node, error) { return p.chain(And, "AND", p.not) }

// chain reads conditions that a keyword joins.
func (p *parser) chain(op Op, word string, one func() (*Node, error)) (*Node, error) {
	at := p.token.column
	first, err := one()
	if err != nil || !p.is(word) {
		return first, err
	}
	all := []*Node{first}
	for p.is(word) {
		if err := p.next(); err != nil {
			return nil, err
		}
		n, err := one()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return p.apply(op, all, at)
}

func (p *parser) not() (*Node, error) {
	at := p.token.column
	ok, err := p.take("NOT")
	if err != nil || !ok {
		if err != nil {
			return nil, err
		}
		return p.predicate()
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	n, err := p.not()
	if err != nil {
		return nil, err
	}
	return p.apply(Not, []*Node{n}, at)
}

func (p *parser) predicate() (*Node, error) {
	n, err := p.sum()
	if err != nil {
		return nil, err
	}
	at := p.token.column
	if p.token.kind == sign {
		switch op := Op(p.token.text); op {
		case "=", "<>", "<", "<=", ">", ">=":
			if err := p.next(); err != nil {
				return nil, err
			}
			other, err := p.sum()
			if err != nil {
				return nil, err
			}
			return p.apply(op, []*Node{n, other}, at)
		}
		return n, nil
	}
	if ok, err := p.take("IS"); ok || err != nil {
		return p.isNull(n, at, err)
	}
	negated, err := p.take("NOT")
	if err != nil {
		return nil, err
	}
	found := n
	switch {
	case p.is("LIKE"):
		found, err = p.after(n, func() ([]*Node, error) { pattern, err := p.sum(); return []*Node{n, pattern}, err }, Like, at)
	case p.is("BETWEEN"):
		found, err = p.after(n, func() ([]*Node, error) {
			low, err := p.sum()
			if err == nil {
				err = p.expect("AND")
			}
			if err != nil {
				return nil, err
			}
			high, err := p.sum()
			return []*Node{n, low, high}, err
		}, Between, at)
	case p.is("IN"):
		found, err = p.after(n, func() ([]*Node, error) { list, err := p.list(); return append([]*Node{n}, list...), err }, In, at)
	case negated:
		return nil, p.unexpected("LIKE, BETWEEN, IN")
	}
	if err != nil || !negated {
		return found, err
	}
	return p.apply(Not, []*Node{found}, at)
}

func (p *parser) isNull(n *Node, at int, err error) (*Node, error) {
	if err != nil {
		return nil, err
	}
	negated, err := p.take("NOT")
	if err == nil {
		err = p.expect("NULL")
	}
	if err != nil {
		return nil, err
	}
	if n, err = p.apply(IsNull, []*Node{n}, at); err != nil || !negated {
		return n, err
	}
	return p.apply(Not, []*Node{n}, at)
}

// after skips a keyword and reads what follows it.
func (p *parser) after(n *Node, rest func() ([]*Node, error), op Op, at int) (*Node, error) {
	if err := p.next(); err != nil {
		return nil, err
	}
	all, err := rest()
	if err != nil {
		return nil, err
	}
	return p.apply(op, all, at)
}

// list reads values in parentheses, parted by commas.
func (p *parser) list() ([]*Node, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var all []*Node
	for {
		n, err := p.or()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
		if ok, err := p.take(","); err != nil {
			return nil, err
		} else if !ok {
			return all, p.expect(")")
		}
	}
}

func (p *parser) sum() (*Node, error)     { return p.left(p.product, "+", "-") }
func (p *parser) product() (*Node, error) { return p.left(p.power, "*", "/", "%", "div") }

// left reads operators that bind to the left.
func (p *parser) left(one func() (*Node, error), ops ...string) (*Node, error) {
	n, err := one()
	for err == nil {
		op := Op("")
		for _, o := range ops {
			if p.is(o) {
				op = Op(o)
			}
		}
		if op == "" {
			return n, nil
		}
		at := p.token.column
		if err = p.next(); err != nil {
			break
		}
		var other *Node
		if other, err = one(); err == nil {
			n, err = p.apply(op, []*Node{n, other}, at)
		}
	}
	return nil, err
}

func (p *parser) power() (*Node, error) {
	n, err := p.operand()
	if err != nil || !p.is("^") {
		return n, err
	}
	at := p.token.column
	if err := p.next(); err != nil {
		return nil, err
	}
	other, err := p.operand()
	if err != nil {
		return nil, err
	}
	return p.apply("^", []*Node{n, other}, at)
}

// operand reads a literal, a property, a function, or what stands in parentheses.
func (p *parser) operand() (*Node, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	t := p.token
	switch {
	case t.kind == number:
		if err := p.next(); err != nil {
			return nil, err
		}
		return p.literal(Number, t.number, t.column)
	case t.kind == text:
		if err := p.next(); err != nil {
			return nil, err
		}
		return p.literal(Text, t.text, t.column)
	case t.kind == quoted:
		if err := p.next(); err != nil {
			return nil, err
		}
		return p.property(t.text, t.column)
	case p.is("+"):
		if err := p.next(); err != nil {
			return nil, err
		}
		return p.operand()
	case p.is("-"):
		if err := p.next(); err != nil {
			return nil, err
		}
		n, err := p.operand()
		if err != nil {
			return nil, err
		}
		if v, ok := n.Value.(float64); ok {
			n.Value, n.Column = -v, t.column
			return n, nil
		}
		return p.apply(Negate, []*Node{n}, t.column)
	case p.is("("):
		if err := p.next(); err != nil {
			return nil, err
		}
		n, err := p.or()
		if err == nil {
			err = p.expect(")")
		}
		return n, err
	case t.kind == name:
		return p.word()
	}
	return nil, p.unexpected("property, literal, (")
}

// reserved words are no names of properties, unless in quotes.
var reserved = map[string]bool{"AND": true, "OR": true, "NOT": true, "LIKE": true, "BETWEEN": true, "IN": true, "IS": true, "NULL": true, "DIV": true}

// word reads what begins with a word: a truth value, a function, a geometry, a property.
func (p *parser) word() (*Node, error) {
	t := p.token
	upper := strings.ToUpper(t.text)
	if reserved[upper] {
		return nil, p.unexpected("property, literal, (")
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	switch upper {
	case "TRUE", "FALSE":
		return p.literal(Bool, upper == "TRUE", t.column)
	}
	if !p.is("(") && !(wktTypes[upper] != "" && p.is("Z")) {
		return p.property(t.text, t.column)
	}
	switch {
	case wktTypes[upper] != "":
		g, err := p.geometry(wktTypes[upper])
		if err != nil {
			return nil, err
		}
		return p.shape(g, t.column)
	case upper == "BBOX":
		return p.box(t.column)
	case upper == "DATE", upper == "TIMESTAMP":
		return p.moment(upper, t.column)
	case upper == "INTERVAL":
		return p.interval(t.column)
	}
	op := Op(strings.ToLower(t.text))
	if _, ok := signatures[op]; !ok || !strings.HasPrefix(string(op), "s_") && !strings.HasPrefix(string(op), "t_") && op != CaseI {
		return nil, bad("cql-operator", t.column, args{"name": excerpt(t.text)})
	}
	all, err := p.list()
	if err != nil {
		return nil, err
	}
	return p.apply(op, all, t.column)
}
