package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// value reads a value of any kind; objects and arrays are written anew without white space.
func (s *jsonStream) value() Value {
	switch c := s.peek(); c {
	case '"':
		return Value{String, s.str()}
	case '{', '[':
		var text []byte
		comma := func() {
			if text = append(text, ','); len(text) == 1 {
				text[0] = c
			}
		}
		if c == '[' {
			s.array(func() {
				comma()
				text = s.value().appendJSON(text)
			})
		} else {
			s.object(func(key string) {
				comma()
				text = append(appendQuoted(text, key), ':')
				text = s.value().appendJSON(text)
			})
		}
		if text == nil {
			text = []byte{c}
		}
		return Value{JSON, string(append(text, c+2))} // '{' + 2 is '}', '[' + 2 is ']'
	}
	switch word := string(s.scalar()); word {
	case "null", "":
		return Value{}
	case "true", "false":
		return Value{Bool, word}
	default:
		return Value{Number, word}
	}
}

// appendJSON writes the value as JSON. A number keeps its digits.
func (v Value) appendJSON(dst []byte) []byte {
	switch v.Kind {
	case Null:
		return append(dst, "null"...)
	case String:
		return appendQuoted(dst, v.Text)
	}
	return append(dst, v.Text...)
}

// appendQuoted writes a JSON string; bytes that are not UTF-8 become U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r < ' ' || r == '\u2028' || r == '\u2029':
			dst = fmt.Appendf(dst, "\\u%04x", r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

// str reads a string.
func (s *jsonStream) str() string { return string(s.chars()) }

// word reads a string that is likely to come again, like a key: each is kept once.
func (s *jsonStream) word() string {
	b := s.chars()
	if w, ok := s.words[string(b)]; ok {
		return w
	}
	w := string(b)
	if len(s.words) < maxWords && len(w) <= 64 {
		s.words[w] = w
	}
	return w
}

// maxWords bounds the words that a stream keeps.
const maxWords = 1024

// chars reads the characters of a string; they are valid until the next call. Bytes that are not UTF-8 are an error; half
// a surrogate pair becomes U+FFFD, as in encoding/json.
func (s *jsonStream) chars() []byte {
	if !s.token('"') {
		return nil
	}
	s.text = s.text[:0]
	for s.err == nil {
		if s.pos == len(s.buf) && !s.fill() {
			s.fail("the end of a string")
			break
		}
		rest := s.buf[s.pos:]
		n := 0
		for n < len(rest) && rest[n] != '"' && rest[n] != '\\' && rest[n] >= ' ' {
			n++
		}
		s.text = append(s.text, rest[:n]...)
		s.pos += n
		if n == len(rest) {
			continue
		}
		switch rest[n] {
		case '"':
			s.pos++
			if !utf8.Valid(s.text) {
				s.fail("UTF-8")
				if e, ok := errors.AsType[*syntaxError](s.err); ok {
					e.Text, e.Half = bytes.Clone(s.text), false
				}
				return nil
			}
			return s.text
		case '\\':
			s.escape()
		default:
			s.fail("no control character in a string")
		}
	}
	return nil
}

// escape reads a backslash sequence into the scratch text.
func (s *jsonStream) escape() {
	for len(s.buf)-s.pos < 12 && s.fill() { // two \uXXXX
	}
	rest := s.buf[s.pos:]
	if len(rest) < 2 {
		s.pos = len(s.buf)
		s.fail("an escape sequence")
		return
	}
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := bytes.IndexByte([]byte(from), rest[1]); i >= 0 {
		s.text = append(s.text, to[i])
		s.pos += 2
		return
	}
	r, ok := hexRune(rest)
	if !ok {
		if len(rest) < 6 {
			s.pos = len(s.buf)
		}
		s.fail("an escape sequence")
		return
	}
	s.pos += 6
	if utf16.IsSurrogate(r) {
		low, ok := hexRune(rest[6:])
		if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
			s.pos += 6
			r = pair
		} else {
			r = utf8.RuneError
		}
	}
	s.text = utf8.AppendRune(s.text, r)
}

func hexRune(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(v), err == nil
}

// isJSONNumber follows the grammar of RFC 8259 section 6.
func isJSONNumber(b []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(b) && '0' <= b[n] && b[n] <= '9' {
			n++
		}
		b = b[n:]
		return n > 0
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if len(b) > 0 && b[0] == '0' {
		b = b[1:]
	} else if !digits() {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		b = b[1:]
		if !digits() {
			return false
		}
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		b = b[1:]
		if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(b) == 0
}
