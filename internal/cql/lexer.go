package cql

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/internal/fault"
)

type args = fault.Args

// bad is a fault of the filter at a column.
func bad(rule string, column int, a args) error {
	if a == nil {
		a = args{}
	}
	a["column"] = column
	return fault.New(fault.Invalid, rule, a).In(fault.Place{Field: "filter"})
}

// excerpt is a text short enough to be told.
func excerpt(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

type kind uint8

const (
	end kind = iota
	name
	quoted // "name"
	number
	text // 'text'
	sign
)

type token struct {
	kind   kind
	text   string
	number float64
	column int
}

// lexer cuts a text into tokens.
type lexer struct {
	text         string
	at           int // byte
	seen, column int // the byte whose column is known: texts are counted once
	token        token
}

func (l *lexer) next() error {
	for l.at < len(l.text) {
		r, n := utf8.DecodeRuneInString(l.text[l.at:])
		if !unicode.IsSpace(r) {
			break
		}
		l.at += n
	}
	l.column += utf8.RuneCountInString(l.text[l.seen:l.at])
	l.seen = l.at
	l.token = token{column: l.column + 1}
	if l.at == len(l.text) {
		return nil
	}
	rest := l.text[l.at:]
	switch r, size := utf8.DecodeRuneInString(rest); {
	case r == '\'' || r == '"':
		return l.string(rest, byte(r))
	case r >= '0' && r <= '9' || r == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		return l.numeral(rest)
	case unicode.IsLetter(r) || r == '_' || r == ':':
		n := strings.IndexFunc(rest, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("_:.", r)
		})
		if n < 0 {
			n = len(rest)
		}
		l.token.kind, l.token.text = name, rest[:n]
	default:
		l.token.kind, l.token.text = sign, rest[:size]
		if two := rest[:min(2, len(rest))]; two == "<=" || two == ">=" || two == "<>" {
			l.token.text = two
		}
	}
	l.at += len(l.token.text)
	return nil
}

// string reads what stands in quotes, where a quote is doubled or follows a backslash.
func (l *lexer) string(rest string, quote byte) error {
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		c := rest[i]
		if (c == quote || c == '\\') && i+1 < len(rest) && rest[i+1] == quote {
			b.WriteByte(quote)
			i++
			continue
		}
		if c == quote {
			l.token.kind, l.token.text = text, b.String()
			if quote == '"' {
				l.token.kind = quoted
			}
			l.at += i + 1
			return nil
		}
		b.WriteByte(c)
	}
	return bad("cql-syntax", l.token.column, args{"expected": string(quote), "found": "∎"})
}

func (l *lexer) numeral(rest string) error {
	digits := func(i int) int {
		for i < len(rest) && rest[i] >= '0' && rest[i] <= '9' {
			i++
		}
		return i
	}
	n := digits(0)
	if n < len(rest) && rest[n] == '.' {
		n = digits(n + 1)
	}
	if n < len(rest) && (rest[n] == 'e' || rest[n] == 'E') {
		m := n + 1
		if m < len(rest) && (rest[m] == '+' || rest[m] == '-') {
			m++
		}
		if to := digits(m); to > m {
			n = to
		}
	}
	v, err := strconv.ParseFloat(rest[:n], 64)
	if err != nil {
		return bad("cql-syntax", l.token.column, args{"expected": "number", "found": excerpt(rest[:n])})
	}
	l.token.kind, l.token.text, l.token.number = number, rest[:n], v
	l.at += n
	return nil
}
