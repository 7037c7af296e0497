package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/internal/fault"
)

const (
	questionForm  = `{"lon":…,"lat":…,"crs":…}`
	questionsForm = `[{"lon":…,"lat":…,"crs":…}, …]`
)

// question is one point of many. What it does not say is false, empty or 0.
type question struct {
	lon, lat       float64
	hasLon, hasLat bool
	crs            string
	accuracy       float64
}

// readQuestion reads one question in JSON: an object, or a pair of longitude and latitude.
func readQuestion(text []byte) (question, error) {
	if q, end := scanQuestion(text, 0); end > 0 && skipSpace(text, end) == len(text) {
		return q, nil
	}
	var (
		p struct {
			Lon      *float64 `json:"lon"`
			Lat      *float64 `json:"lat"`
			Crs      string   `json:"crs"`
			Accuracy float64  `json:"accuracy"`
		}
		pair []*float64
		err  error
	)
	if start := skipSpace(text, 0); start < len(text) && text[start] == '[' {
		if err = json.Unmarshal(text, &pair); err == nil && len(pair) == 2 {
			p.Lon, p.Lat = pair[0], pair[1]
		} else if err == nil {
			err = strconv.ErrSyntax
		}
	} else {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		return question{}, fault.New(fault.Invalid, "bad-body", fault.Args{"expected": questionForm})
	}
	return question{value(p.Lon), value(p.Lat), p.Lon != nil, p.Lat != nil, p.Crs, p.Accuracy}, nil
}

// readQuestions calls each with every question of a JSON array. Rows count from 1; a row that is none has an error.
func readQuestions(text []byte, each func(q question, row int, err error)) error {
	i := skipSpace(text, 0)
	if i == len(text) || text[i] != '[' {
		return badBody(nil, questionsForm)
	}
	if i = skipSpace(text, i+1); i < len(text) && text[i] == ']' {
		return atEnd(text, i+1)
	}
	for row := 1; ; row++ {
		if row > maxPoints {
			return fault.New(fault.TooLarge, "too-many-points", fault.Args{"max": maxPoints})
		}
		q, end := scanQuestion(text, i)
		var err error
		if end == 0 {
			in := json.NewDecoder(bytes.NewReader(text[i:]))
			var element json.RawMessage
			if err := in.Decode(&element); err != nil {
				return badBody(err, questionsForm)
			}
			q, err = readQuestion(element)
			end = i + int(in.InputOffset())
		}
		each(q, row, err)
		i = skipSpace(text, end)
		if i == len(text) || text[i] != ',' && text[i] != ']' {
			return badBody(nil, questionsForm)
		}
		if text[i] == ']' {
			return atEnd(text, i+1)
		}
		i = skipSpace(text, i+1)
	}
}

func atEnd(text []byte, i int) error {
	if skipSpace(text, i) < len(text) {
		return badBody(nil, questionsForm)
	}
	return nil
}

// scanQuestion reads the questions that are usual: objects of lon, lat, crs and accuracy written plainly, and pairs. It gives the place after
// one, and 0 for everything else, which is left to encoding/json: all of what is read here is read by that in the same way.
func scanQuestion(text []byte, i int) (q question, end int) {
	i = skipSpace(text, i)
	if i == len(text) {
		return q, 0
	}
	if text[i] == '[' {
		if q.lon, i = scanNumber(text, skipSpace(text, i+1)); i == 0 {
			return q, 0
		}
		if i = skipByte(text, i, ','); i == 0 {
			return q, 0
		}
		if q.lat, i = scanNumber(text, i); i == 0 {
			return q, 0
		}
		q.hasLon, q.hasLat = true, true
		return q, afterByte(text, i, ']')
	}
	if text[i] != '{' {
		return q, 0
	}
	i = skipSpace(text, i+1)
	for {
		name, next := scanString(text, i)
		if next == 0 {
			return q, 0
		}
		if i = skipByte(text, next, ':'); i == 0 {
			return q, 0
		}
		switch string(name) {
		case "lon":
			q.lon, i = scanNumber(text, i)
			q.hasLon = true
		case "lat":
			q.lat, i = scanNumber(text, i)
			q.hasLat = true
		case "accuracy":
			q.accuracy, i = scanNumber(text, i)
		case "crs":
			name, i = scanString(text, i)
			q.crs = usualDatum(name)
		default:
			return q, 0
		}
		if i == 0 {
			return q, 0
		}
		i = skipSpace(text, i)
		if i < len(text) && text[i] == '}' {
			return q, i + 1
		}
		if i = skipByte(text, i, ','); i == 0 {
			return q, 0
		}
	}
}

// usualDatum is a text that is mostly one of few.
func usualDatum(b []byte) string {
	switch string(b) {
	case "wgs84":
		return "wgs84"
	case "cgcs2000":
		return "cgcs2000"
	case "gcj02":
		return "gcj02"
	case "bd09":
		return "bd09"
	}
	return string(b)
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	return i
}

// afterByte is the place after a byte that may have space before it, 0 where another one is.
func afterByte(text []byte, i int, c byte) int {
	if i = skipSpace(text, i); i < len(text) && text[i] == c {
		return i + 1
	}
	return 0
}

// skipByte is afterByte with the space after it skipped too.
func skipByte(text []byte, i int, c byte) int {
	if i = afterByte(text, i, c); i > 0 {
		i = skipSpace(text, i)
	}
	return i
}

// scanString reads a string of plain ASCII without escapes and gives the place after it, else 0.
func scanString(text []byte, i int) ([]byte, int) {
	if i >= len(text) || text[i] != '"' {
		return nil, 0
	}
	for end := i + 1; end < len(text); end++ {
		switch c := text[end]; {
		case c == '"':
			return text[i+1 : end], end + 1
		case c < ' ', c >= utf8.RuneSelf, c == '\\':
			return nil, 0
		}
	}
	return nil, 0
}

// powers of ten that are float64 numbers exactly.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// scanNumber reads a number as JSON writes it and gives the place after it, else 0. Up to 15 digits make an integer that, like the power of ten
// it is divided by, is a float64 exactly: one division rounds once, as it should (Clinger 1990).
func scanNumber(text []byte, start int) (float64, int) {
	i := start
	if i < len(text) && text[i] == '-' {
		i++
	}
	digits, fraction, whole := 0, 0, uint64(0)
	first := i
	for ; i < len(text) && text[i]-'0' <= 9; i++ {
		whole = whole*10 + uint64(text[i]-'0')
		digits++
	}
	if digits == 0 || digits > 1 && text[first] == '0' {
		return 0, 0
	}
	if i < len(text) && text[i] == '.' {
		i++
		for ; i < len(text) && text[i]-'0' <= 9; i++ {
			whole = whole*10 + uint64(text[i]-'0')
			fraction++
		}
		if fraction == 0 {
			return 0, 0
		}
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		return 0, 0
	}
	if digits+fraction > 15 {
		v, err := strconv.ParseFloat(string(text[start:i]), 64)
		if err != nil {
			return 0, 0
		}
		return v, i
	}
	v := float64(whole) / powers[fraction]
	if text[start] == '-' {
		v = -v
	}
	return v, i
}

// readBody reads a body of at most maxBody bytes.
func readBody(w http.ResponseWriter, r *http.Request, expected string) ([]byte, error) {
	var body bytes.Buffer
	body.Grow(int(min(max(r.ContentLength, 0), maxBody/8)) + bytes.MinRead)
	if _, err := io.Copy(&body, http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		return nil, badBody(err, expected)
	}
	return bytes.TrimPrefix(body.Bytes(), byteOrderMark), nil
}
