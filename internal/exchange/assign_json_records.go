package exchange

import (
	"bytes"
	"io"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// separator begins a record of a JSON text sequence (RFC 8142).
const separator = 0x1E

// jsonRecords cuts a stream of JSON texts into records: one a line, or what lies between two separators. Blank ones are skipped.
type jsonRecords struct {
	records
	end byte // of a record: '\n' or separator
}

func newJSONRecords(r io.Reader, separated bool, offset int64, line int) *jsonRecords {
	s := &jsonRecords{records: records{r: r, buf: make([]byte, 0, 1<<16), off: offset, line: line}, end: '\n'}
	if separated {
		s.end = separator
	}
	return s
}

func (s *jsonRecords) next() (record, error) {
	scanned := 0
	for {
		rest := s.buf[s.pos:]
		n := bytes.IndexByte(rest[scanned:], s.end)
		switch {
		case n >= 0:
			n += scanned
		case s.eof && len(rest) == 0:
			return record{}, io.EOF
		case s.eof:
			n = len(rest)
		case len(rest) > maxRecord:
			return s.tooLong(s.end)
		default:
			scanned = len(rest)
			if err := s.fill(); err != nil {
				return record{}, err
			}
			continue
		}
		scanned = 0
		rec := record{raw: rest[:n], line: s.line}
		s.pos = min(s.pos+n+1, len(s.buf))
		s.line += bytes.Count(rest[:min(n+1, len(rest))], []byte{'\n'})
		if s.end == separator { // a text may have lines of its own
			for len(rec.raw) > 0 && isSpace(rec.raw[0]) {
				if rec.raw[0] == '\n' {
					rec.line++
				}
				rec.raw = rec.raw[1:]
			}
		}
		rec.raw = bytes.Trim(rec.raw, " \t\r\n\x1e")
		if len(rec.raw) > 0 {
			return rec.bounded(), nil
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// looksJSON finds out whether records are separated as in RFC 8142; a file without any object in its beginning is refused.
func looksJSON(head []byte) (separated bool, err error) {
	at := bytes.TrimLeft(head, " \t\r\n")
	if len(at) == 0 {
		return false, fault.New(fault.Invalid, "empty-file", nil)
	}
	if at[0] == separator {
		return true, nil
	}
	if rest := bytes.TrimLeft(at[1:], " \t\r\n"); at[0] == '[' && len(rest) > 0 && rest[0] == '{' {
		return false, fault.New(fault.Invalid, "json-array", nil)
	}
	for line := range bytes.Lines(at) {
		if line = bytes.TrimLeft(line, " \t\r\n"); len(line) > 0 && line[0] == '{' {
			return false, nil
		}
	}
	return false, fault.New(fault.Invalid, "no-json-lines", nil)
}

// isFeature reports whether a record is a GeoJSON feature.
func isFeature(raw []byte) bool {
	s := &jsonStream{words: map[string]string{}}
	s.reset(raw)
	kind := ""
	if s.peek() == '{' {
		s.object(func(key string) {
			if key == "type" && s.peek() == '"' {
				kind = s.str()
			} else {
				s.skip()
			}
		})
	}
	return kind == "Feature"
}
