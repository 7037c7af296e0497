package exchange

import (
	"bytes"
	"io"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// maxRecord bounds one record of text; a longer one of a CSV file means that a quotation mark is never closed.
const maxRecord = 8 << 20

// records cuts a CSV stream (RFC 4180, and like encoding/csv: line ends may be \n, blank lines are skipped) into records
// without copying: the caller gets each record's own bytes and splits them only as far as needed.
type records struct {
	r     io.Reader
	comma byte
	buf   []byte
	pos   int
	eof   bool
	line  int   // line on which the next record starts, 1 is the first
	off   int64 // bytes before buf[0]
}

// record is one record of a CSV file. Raw is valid until the next call of next.
type record struct {
	raw    []byte // without its line end
	line   int
	quotes bool // there is a quotation mark in raw
	crlf   bool // it ended with \r\n
	long   bool // it was longer than maxRecord, and raw is its beginning
}

func newRecords(r io.Reader, comma byte) *records {
	return &records{r: r, comma: comma, buf: make([]byte, 0, 1<<16), line: 1}
}

// offset is the number of bytes up to the start of the next record.
func (s *records) offset() int64 { return s.off + int64(s.pos) }

// lineAt is the line on which the next record starts.
func (s *records) lineAt() int { return s.line }

// longSample is how much is kept of a record that is too long.
const longSample = 256

// next reads a record; io.EOF after the last one. A quotation mark that is never closed is a *fault.Error.
func (s *records) next() (record, error) {
	for {
		end, lines, quotes, found := s.scan()
		if !found {
			if len(s.buf)-s.pos > maxRecord {
				if bytes.IndexByte(s.buf[s.pos:], '"') >= 0 {
					return record{}, s.unclosed()
				}
				return s.tooLong('\n')
			}
			if !s.eof {
				if err := s.fill(); err != nil {
					return record{}, err
				}
				continue
			}
			if s.pos == len(s.buf) {
				return record{}, io.EOF
			}
			if quotes { // still inside a quoted field
				return record{}, s.unclosed()
			}
			end, lines, quotes = len(s.buf), 0, bytes.IndexByte(s.buf[s.pos:], '"') >= 0
		}
		rec := record{raw: s.buf[s.pos:end], line: s.line, quotes: quotes}
		if n := len(rec.raw); n > 0 && rec.raw[n-1] == '\r' {
			rec.raw, rec.crlf = rec.raw[:n-1], true
		}
		s.line += lines
		s.pos = min(end+1, len(s.buf))
		if len(rec.raw) > 0 {
			return rec.bounded(), nil
		}
	}
}

// bounded keeps only the beginning of a record that is too long.
func (rec record) bounded() record {
	if len(rec.raw) > maxRecord {
		rec.raw, rec.long = rec.raw[:longSample], true
	}
	return rec
}

// tooLong passes over a record that is longer than maxRecord, and keeps its beginning.
func (s *records) tooLong(end byte) (record, error) {
	rec := record{raw: bytes.Clone(s.buf[s.pos : s.pos+longSample]), line: s.line, long: true}
	for {
		rest := s.buf[s.pos:]
		n := bytes.IndexByte(rest, end) + 1
		found := n > 0
		if !found {
			n = len(rest)
		}
		s.line += bytes.Count(rest[:n], []byte{'\n'})
		if s.pos += n; found || s.eof {
			return rec, nil
		}
		if err := s.fill(); err != nil {
			return record{}, err
		}
	}
}

func (s *records) unclosed() error {
	return fault.New(fault.Invalid, "unclosed-quote", fault.Args{"line": s.line})
}

// fill moves the unread bytes to the front and reads more.
func (s *records) fill() error {
	s.off += int64(s.pos)
	n := copy(s.buf, s.buf[s.pos:])
	s.buf, s.pos = s.buf[:n], 0
	if n == cap(s.buf) {
		s.buf = append(make([]byte, 0, 2*n), s.buf...)
	}
	for range 100 {
		m, err := s.r.Read(s.buf[n:cap(s.buf)])
		s.buf = s.buf[:n+m]
		if err == io.EOF {
			s.eof = true
			return nil
		}
		if err != nil || m > 0 {
			return err
		}
	}
	return io.ErrNoProgress
}

// scan finds the end of the record at pos: the index of its line feed. A misplaced quotation mark ends the record with its line.
// Where scan finds no end, quotes says whether the bytes at hand end inside a quoted field.
func (s *records) scan() (end, lines int, quotes, found bool) {
	rest := s.buf[s.pos:]
	n := bytes.IndexByte(rest, '\n')
	if n >= 0 && bytes.IndexByte(rest[:n], '"') < 0 {
		return s.pos + n, 1, false, true
	}
	if n < 0 && bytes.IndexByte(rest, '"') < 0 {
		return 0, 0, false, false
	}
	lines = 1
	for i := 0; ; i++ { // at the start of a field
		misplaced := false
		if i < len(rest) && rest[i] == '"' {
			for closed := false; !closed; {
				q := bytes.IndexByte(rest[i+1:], '"')
				if q < 0 {
					return 0, 0, true, false
				}
				lines += bytes.Count(rest[i+1:i+1+q], []byte{'\n'})
				i += q + 2 // behind a quotation mark: the closing one, unless another follows
				closed = i == len(rest) || rest[i] != '"'
			}
			if i < len(rest) && rest[i] == '\r' && (i+1 == len(rest) || rest[i+1] == '\n') {
				i++
			}
			misplaced = i < len(rest) && rest[i] != s.comma && rest[i] != '\n'
		} else {
			for i < len(rest) && rest[i] != s.comma && rest[i] != '\n' && rest[i] != '"' {
				i++
			}
			misplaced = i < len(rest) && rest[i] == '"'
		}
		if misplaced {
			n := bytes.IndexByte(rest[i:], '\n')
			if n < 0 {
				return 0, 0, false, false
			}
			i += n
		}
		switch {
		case i >= len(rest):
			return 0, 0, false, false
		case rest[i] == '\n':
			return s.pos + i, lines, true, true
		}
	}
}

// split cuts a record into fields, appended to dst; quoted fields are unquoted into scratch, which is returned for reuse. ok is false where
// a quotation mark stands where none may.
func (rec record) split(dst [][]byte, scratch []byte, comma byte) (fields [][]byte, text []byte, ok bool) {
	rest := rec.raw
	if !rec.quotes {
		for {
			i := bytes.IndexByte(rest, comma)
			if i < 0 {
				return append(dst, rest), scratch, true
			}
			dst = append(dst, rest[:i])
			rest = rest[i+1:]
		}
	}
	if cap(scratch)-len(scratch) < len(rest) { // so that the fields already cut never move
		scratch = make([]byte, 0, len(rest))
	}
	for {
		var field []byte
		if len(rest) > 0 && rest[0] == '"' {
			start := len(scratch)
			rest = rest[1:]
			for {
				q := bytes.IndexByte(rest, '"')
				if q < 0 {
					return dst, scratch, false
				}
				scratch = append(scratch, rest[:q]...)
				rest = rest[q+1:]
				if len(rest) == 0 || rest[0] != '"' {
					break
				}
				scratch = append(scratch, '"')
				rest = rest[1:]
			}
			field = scratch[start:]
			if len(rest) > 0 && rest[0] != comma {
				return dst, scratch, false
			}
		} else {
			i := bytes.IndexByte(rest, comma)
			if i < 0 {
				i = len(rest)
			}
			field, rest = rest[:i], rest[i:]
			if bytes.IndexByte(field, '"') >= 0 {
				return dst, scratch, false
			}
		}
		dst = append(dst, field)
		if len(rest) == 0 {
			return dst, scratch, true
		}
		rest = rest[1:] // the comma
	}
}

// appendCell writes a cell, quoted where it has to be (RFC 4180 section 2).
func appendCell(dst, cell []byte, comma byte) []byte {
	if !bytes.ContainsAny(cell, "\"\r\n"+string(rune(comma))) {
		return append(dst, cell...)
	}
	dst = append(dst, '"')
	for {
		i := bytes.IndexByte(cell, '"')
		if i < 0 {
			return append(append(dst, cell...), '"')
		}
		dst = append(append(dst, cell[:i+1]...), '"')
		cell = cell[i+1:]
	}
}
