package api

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// What a stream collects before it is stored: so many points, or the points of so many bytes. What came alone is stored alone.
const (
	portionPoints = 1_000
	portionBytes  = 1 << 20
)

// portion is a part of a stream on its way to the database.
type portion struct {
	p        *poster
	w        http.ResponseWriter
	r        *http.Request
	line     *http.ResponseController
	begin    func() // of the answer
	begun    bool
	answer   func(i int, a PointPosted) error // to the i-th arrival
	end      func() error                     // of the answers to a portion
	arrivals []arrival
	bytes    int
}

// add takes a point of so many bytes.
func (q *portion) add(a arrival, bytes int) {
	q.arrivals = append(q.arrivals, a)
	q.bytes += bytes
}

// full reports whether it is time to store.
func (q *portion) full() bool { return len(q.arrivals) >= portionPoints || q.bytes >= portionBytes }

// store stores what was collected and answers it. Where the database does not take the first portion, that is the answer to the whole
// stream; in a later one each point is answered so. It reports whether the stream goes on.
func (q *portion) store() bool {
	if len(q.arrivals) == 0 {
		return true
	}
	answers, err := q.p.post(q.arrivals)
	if err != nil && !q.begun {
		q.p.s.fail(q.w, q.r, err)
		return false
	}
	q.open()
	if err != nil {
		q.p.s.note(q.p.ctx, faultOf(err))
	}
	for i, a := range q.arrivals {
		answer := PointPosted{}
		if err != nil {
			answer = q.p.refuse(a, err)
		} else {
			answer = answers[i]
		}
		if q.answer(i, answer) != nil {
			return false // the client has gone
		}
	}
	q.arrivals, q.bytes = q.arrivals[:0], 0
	return q.end() == nil && q.line.Flush() == nil && q.p.ctx.Err() == nil
}

// open begins the answer.
func (q *portion) open() {
	if !q.begun {
		q.begin()
		q.begun = true
	}
}

// ndjson stores line by line, and answers at once where no further line has come yet.
func (p *poster) ndjson(w http.ResponseWriter, r *http.Request) {
	body := newStream(w, r)
	defer body.end()
	in, out := bufio.NewReaderSize(body, maxLine), bufio.NewWriterSize(w, maxLine)
	enc := json.NewEncoder(out)
	q := portion{p: p, w: w, r: r, line: body.line, begin: func() { w.Header().Set("Content-Type", formNDJSON) },
		answer: func(_ int, a PointPosted) error { return enc.Encode(a) }, end: out.Flush}
	for n := 1; ; n++ {
		line, tooLong, err := nextLine(in)
		switch {
		case tooLong:
			q.add(arrival{row: n, fault: fault.New(fault.Invalid, "line-too-long", fault.Args{"max": maxLine >> 10})}, 0)
		case err != nil && err != io.EOF:
			q.add(arrival{row: n, fault: fault.New(fault.Invalid, "body-broken-off", nil)}, 0)
		case len(line) > 0:
			q.add(p.readJSON(line, n), len(line))
		}
		if (err != nil || in.Buffered() == 0 || q.full()) && !q.store() {
			return
		}
		if err != nil {
			q.open() // to nothing
			return
		}
	}
}

// csv keeps every column and adds what became of each point.
func (p *poster) csv(w http.ResponseWriter, r *http.Request) {
	body := newStream(w, r)
	defer body.end()
	record := &bounded{body, maxLine}
	buffer := bufio.NewReaderSize(record, maxLine) // which is the reader's own: it says whether more has come
	in := csv.NewReader(buffer)
	in.FieldsPerRecord = -1
	head, err := in.Read()
	if err != nil {
		p.s.fail(w, r, badBody(err, "kind,id,lon,lat,…"))
		return
	}
	t, err := newTable(head)
	if err != nil {
		p.s.fail(w, r, err)
		return
	}
	out := csv.NewWriter(w)
	begin := func() {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		out.Write(t.head)
	}
	var records [][]string
	q := portion{p: p, w: w, r: r, line: body.line, begin: begin,
		answer: func(i int, a PointPosted) error { return out.Write(t.row(records[i], a)) },
		end:    func() error { records = records[:0]; out.Flush(); return out.Error() }}
	for n := 1; ; n++ {
		record.left = maxLine
		fields, err := in.Read()
		ended := err != nil
		if _, malformed := errors.AsType[*csv.ParseError](err); malformed {
			ended = false
		}
		if err != io.EOF {
			records = append(records, fields)
			q.add(p.readRecord(t, fields, err, n), 32*len(fields))
		}
		if (ended || buffer.Buffered() == 0 || q.full()) && !q.store() {
			return
		}
		if ended {
			q.open() // to a head alone
			out.Flush()
			return
		}
	}
}

// readRecord reads one record, or says what is wrong with it.
func (p *poster) readRecord(t *table, fields []string, err error, row int) arrival {
	switch {
	case err == errTooLong:
		return arrival{row: row, fault: fault.New(fault.Invalid, "line-too-long", fault.Args{"max": maxLine >> 10})}
	case err != nil, len(fields) != t.columns:
		return arrival{row: row, fault: fault.New(fault.Invalid, "bad-body", fault.Args{"expected": "CSV"})}
	}
	if i := slices.IndexFunc(fields, func(s string) bool { return !utf8.ValidString(s) }); i >= 0 {
		return arrival{row: row, fault: notUTF8().In(fault.Place{Field: t.head[i]})}
	}
	text, err := t.read(fields)
	if err != nil {
		return arrival{row: row, location: grid.Location{Kind: text.Kind, ID: text.ID}, fault: err}
	}
	return p.read(text, row)
}
