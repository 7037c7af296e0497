package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// maxDepth bounds the nesting of JSON values, so that hostile input cannot exhaust the stack.
const maxDepth = 256

// errStop ends a walk that the consumer broke off.
var errStop = errors.New("stopped")

// jsonStream reads one JSON text (RFC 8259) from a stream, value by value, without building a tree: memory is one buffer,
// whatever the size of the file. The first error sticks: every later call returns at once.
type jsonStream struct {
	r     io.Reader
	buf   []byte
	pos   int // buf[pos:] is unread
	lines int // line feeds before buf[0]
	off   int64
	depth int
	err   error
	text  []byte // scratch of chars
	words map[string]string
}

// syntaxError says where a text stops being JSON.
type syntaxError struct {
	Line   int
	Offset int64
	Want   string
	Half   bool   // the text ends too early
	Text   []byte // bytes that are not UTF-8; nil where the fault is another
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("line %d, byte %d: expected %s", e.Line, e.Offset, e.Want)
}

func newJSONStream(r io.Reader) *jsonStream {
	return &jsonStream{r: r, buf: make([]byte, 0, 1<<16), words: map[string]string{}}
}

// reset makes the stream read a text in memory, which it does not change.
func (s *jsonStream) reset(text []byte) {
	*s = jsonStream{buf: text, text: s.text, words: s.words}
}

// offset is the number of bytes read so far.
func (s *jsonStream) offset() int64 { return s.off + int64(s.pos) }

func (s *jsonStream) fail(want string) {
	if s.err != nil {
		return
	}
	s.err = &syntaxError{
		Line:   1 + s.lines + bytes.Count(s.buf[:s.pos], []byte{'\n'}),
		Offset: s.offset(),
		Want:   want,
		Half:   s.pos == len(s.buf) && !s.fill(),
	}
}

// fill moves the unread bytes to the front and reads more; false at the end of the stream.
func (s *jsonStream) fill() bool {
	if s.err != nil || s.r == nil { // a text in memory is all there
		return false
	}
	s.lines += bytes.Count(s.buf[:s.pos], []byte{'\n'})
	s.off += int64(s.pos)
	n := copy(s.buf, s.buf[s.pos:])
	s.buf, s.pos = s.buf[:n], 0
	if n == cap(s.buf) {
		s.buf = append(make([]byte, 0, 2*n), s.buf...)
	}
	for range 100 {
		m, err := s.r.Read(s.buf[n:cap(s.buf)])
		s.buf = s.buf[:n+m]
		if m > 0 {
			return true
		}
		if err == io.EOF {
			return false
		}
		if err != nil {
			s.err = err
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// peek is the next byte that is not white space, unread; 0 at the end or after an error.
func (s *jsonStream) peek() byte {
	for {
		for s.pos < len(s.buf) {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\n', '\r':
				s.pos++
			default:
				return c
			}
		}
		if !s.fill() {
			return 0
		}
	}
}

// token reads one punctuation mark.
func (s *jsonStream) token(c byte) bool {
	if s.peek() != c {
		s.fail(strconv.QuoteRune(rune(c)))
		return false
	}
	s.pos++
	return true
}

// object reads an object; member must read the value of each key.
func (s *jsonStream) object(member func(key string)) {
	s.list('{', '}', func() {
		key := s.word()
		if s.err == nil && s.token(':') {
			member(key)
		}
	})
}

// array reads an array; item must read each value.
func (s *jsonStream) array(item func()) { s.list('[', ']', item) }

func (s *jsonStream) list(open, end byte, item func()) {
	if !s.token(open) {
		return
	}
	if s.depth++; s.depth > maxDepth {
		s.fail("less nesting")
	}
	defer func() { s.depth-- }()
	if s.peek() == end {
		s.pos++
		return
	}
	for s.err == nil {
		item()
		switch s.peek() {
		case ',':
			s.pos++
		case end:
			s.pos++
			return
		default:
			s.fail(fmt.Sprintf("',' or '%c'", end))
		}
	}
}

// skip reads a value of any kind and forgets it.
func (s *jsonStream) skip() {
	switch s.peek() {
	case '{':
		s.object(func(string) { s.skip() })
	case '[':
		s.array(s.skip)
	case '"':
		s.str()
	default:
		s.scalar()
	}
}

// scalar reads a number or one of null, true, false as it is written. The result is valid until the next call.
func (s *jsonStream) scalar() []byte {
	if s.peek() == 0 {
		s.fail("a value")
		return nil
	}
	n := 0
	for {
		for s.pos+n < len(s.buf) && isScalarByte(s.buf[s.pos+n]) {
			n++
		}
		if s.pos+n < len(s.buf) || !s.fill() {
			break
		}
	}
	word := s.buf[s.pos : s.pos+n]
	if string(word) != "null" && string(word) != "true" && string(word) != "false" && !isJSONNumber(word) {
		if s.pos+n == len(s.buf) {
			s.pos += n // cut off within a word: the end of the text is what is wrong
		}
		s.fail("a value")
		return nil
	}
	s.pos += n
	return word
}

// coordinate reads a number as the nearest float64. NaN and Infinity, which some programs write although JSON has no word
// for them, are read as such, so that the row can be named.
func (s *jsonStream) coordinate() (float64, bool) {
	if c := s.peek(); c == 'N' || c == 'I' || c == '-' {
		for len(s.buf)-s.pos < len("-Infinity") && s.fill() {
		}
		for _, word := range [...]string{"NaN", "-NaN", "Infinity", "-Infinity"} {
			if bytes.HasPrefix(s.buf[s.pos:], []byte(word)) {
				s.pos += len(word)
				return math.NaN(), true
			}
		}
	}
	word := s.scalar()
	if s.err != nil || !isJSONNumber(word) {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(word), 64)
	if err != nil { // out of range: ±Inf
		return math.NaN(), true
	}
	return v, true
}

func isScalarByte(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '-' || c == '+' || c == '.'
}

// end requires that nothing but white space follows.
func (s *jsonStream) end() {
	if s.peek() != 0 || s.pos < len(s.buf) {
		s.fail("the end of the file")
	}
}
