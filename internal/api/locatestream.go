package api

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/internal/fault"
)

const (
	maxLine     = 64 << 10 // bytes of one record of a stream
	maxColumns  = 1_000    // of a CSV stream
	flushPoints = 500      // answers after which a stream is flushed at the latest
)

// stream is the body of a question that is answered while it is read. Every read gives the client more time: one that neither
// sends nor takes anything for clientTime is given up.
type stream struct {
	body io.Reader
	line *http.ResponseController
}

func newStream(w http.ResponseWriter, r *http.Request) stream {
	s := stream{r.Body, http.NewResponseController(w)}
	_ = s.line.EnableFullDuplex() // HTTP/2 streams as it is and says that it does not support this
	return s
}

func (s stream) Read(p []byte) (int, error) {
	until := time.Now().Add(clientTime)
	_ = s.line.SetReadDeadline(until)
	_ = s.line.SetWriteDeadline(until)
	return s.body.Read(p)
}

// end reads what is left of a question that was given up, so that the client comes to read the answer. The connection of one
// that goes on and on is broken off.
func (s stream) end() {
	if n, _ := io.CopyN(io.Discard, s, maxBody); n == maxBody {
		_ = s.line.Flush()
		panic(http.ErrAbortHandler)
	}
}

// locateNDJSON answers line by line, and at once where no further line has come yet.
func (s *Server) locateNDJSON(w http.ResponseWriter, r *http.Request, q *asker) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	body := newStream(w, r)
	defer body.end()
	in, out := bufio.NewReaderSize(body, maxLine), bufio.NewWriterSize(w, maxLine)
	defer out.Flush()
	var text []byte
	put := func(a located) {
		text = append(a.appendJSON(text[:0]), '\n')
		out.Write(text)
	}
	for n := 1; ; n++ {
		line, tooLong, err := nextLine(in)
		switch {
		case tooLong:
			put(q.refuse(fault.New(fault.Invalid, "line-too-long", fault.Args{"max": maxLine >> 10}), n))
		case err != nil && err != io.EOF:
			put(q.refuse(fault.New(fault.Invalid, "body-broken-off", nil), n))
		case len(line) > 0:
			put(q.answerJSON(line, n))
		}
		if err != nil {
			return
		}
		if in.Buffered() == 0 || n%flushPoints == 0 {
			if out.Flush() != nil || body.line.Flush() != nil {
				return // the client has gone
			}
		}
	}
}

// nextLine is the next line without white space around it and without a byte order mark, valid until the next call; one that is too long is passed over.
// The last line may come with io.EOF.
func nextLine(in *bufio.Reader) (line []byte, tooLong bool, err error) {
	line, err = in.ReadSlice('\n')
	for err == bufio.ErrBufferFull {
		tooLong = true
		_, err = in.ReadSlice('\n')
	}
	return bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff"))), tooLong, err
}

// errTooLong ends a record of CSV that does not end itself: a quotation mark that is never closed takes up all that follows.
var errTooLong = errors.New("record too long")

// bounded lets so many bytes through, until it is given more.
type bounded struct {
	io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.Reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// columns are where a CSV file has what a question says; -1: nowhere.
type columns struct{ lon, lat, crs, accuracy int }

// readHeader finds the columns.
func readHeader(head []string) (c columns, err error) {
	if len(head) > maxColumns {
		return c, fault.New(fault.Invalid, "too-many-columns", fault.Args{"max": maxColumns})
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	if slices.ContainsFunc(head, func(h string) bool { return !utf8.ValidString(h) }) {
		return c, notUTF8()
	}
	find := func(names ...string) int {
		for _, name := range names {
			if i := slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) }); i >= 0 {
				return i
			}
		}
		return -1
	}
	c = columns{find("lon", "经度", "longitude", "lng"), find("lat", "纬度", "latitude"), find("crs", "坐标系"), find("accuracy", "精度")}
	if c.lon < 0 {
		return c, fault.New(fault.Invalid, "no-such-column", fault.Args{"name": "lon"})
	}
	if c.lat < 0 {
		return c, fault.New(fault.Invalid, "no-such-column", fault.Args{"name": "lat"})
	}
	return c, nil
}

// read makes a question of a record.
func (c columns) read(record []string) (p question, err error) {
	number := func(i int) float64 {
		v, e := strconv.ParseFloat(strings.TrimSpace(record[i]), 64)
		if e != nil {
			err = fault.New(fault.Invalid, "bad-number", fault.Args{"value": record[i]})
		}
		return v
	}
	p = question{lon: number(c.lon), lat: number(c.lat), hasLon: true, hasLat: true}
	if c.crs >= 0 {
		p.crs = strings.TrimSpace(record[c.crs])
	}
	if c.accuracy >= 0 && strings.TrimSpace(record[c.accuracy]) != "" {
		p.accuracy = number(c.accuracy)
	}
	return p, err
}

// locateCSV keeps every column of the question and adds its own.
func (s *Server) locateCSV(w http.ResponseWriter, r *http.Request, q *asker) {
	body := newStream(w, r)
	defer body.end()
	record := &bounded{body, maxLine}
	in := csv.NewReader(record)
	in.FieldsPerRecord = -1
	in.ReuseRecord = true
	head, err := in.Read()
	if err != nil {
		f := fault.New(fault.Invalid, "bad-body", fault.Args{"expected": "lon,lat,…"})
		f.Cause = err
		s.fail(w, r, f)
		return
	}
	head = slices.Clone(head)
	where, err := readHeader(head)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	out := csv.NewWriter(w)
	defer out.Flush()
	out.Write(append(slices.Clone(head), "release", "grid", "inside", "border_m", "nearest", "nearest_m", "error"))
	for n := 1; ; n++ {
		record.left = maxLine
		fields, err := in.Read()
		if err == io.EOF {
			return
		}
		row := append(slices.Clone(fields), make([]string, max(0, len(head)-len(fields)))...)[:len(head)]
		out.Write(append(row, csvColumns(q.answerRecord(where, fields, len(head), err, n))...))
		if n%flushPoints == 0 {
			out.Flush()
			if out.Error() != nil || body.line.Flush() != nil {
				return // the client has gone
			}
		}
		if _, ok := errors.AsType[*csv.ParseError](err); err != nil && !ok {
			return // there is no way to find the next record
		}
	}
}

// answerRecord answers one record, or says what is wrong with it.
func (q *asker) answerRecord(where columns, fields []string, width int, err error, row int) located {
	switch {
	case err == errTooLong:
		return q.refuse(fault.New(fault.Invalid, "line-too-long", fault.Args{"max": maxLine >> 10}), row)
	case err != nil, len(fields) != width:
		return q.refuse(fault.New(fault.Invalid, "bad-body", fault.Args{"expected": "CSV"}), row)
	}
	p, err := where.read(fields)
	if err != nil {
		return q.refuse(err, row)
	}
	return q.answer(p, row)
}

func csvColumns(a located) []string {
	if a.problem != nil {
		return []string{"", "", "", "", "", "", a.problem.Rule + ": " + a.problem.Title}
	}
	row := []string{strconv.Itoa(a.Release), string(a.Grid.Code), strconv.FormatBool(a.Inside), metres(a.BorderM), "", "", ""}
	if !a.Inside {
		row[4], row[5] = string(a.Nearest.Code), metres(a.NearestM)
	}
	return row
}

func metres(m float64) string { return strconv.FormatFloat(round(m, 100), 'f', 2, 64) }
