package api

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

const (
	maxPoints   = 10_000
	maxBody     = 8 << 20 // bytes of a JSON array; streams have no limit
	maxLine     = 1 << 20 // bytes of one line of NDJSON
	flushPoints = 500     // answers after which a stream is flushed
)

// LocateMany answers many points in the form and order in which they came. It is written by hand because the generated
// server cannot stream. A bad point is answered with its error and never stops the good ones.
func (s *Server) LocateMany(w http.ResponseWriter, r *http.Request) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = r.Header.Get("Content-Type")
	}
	q := asker{s: s, ctx: r.Context(), district: r.URL.Query().Get("district"), crs: r.URL.Query().Get("crs")}
	if err := q.ready(); err != nil {
		s.fail(w, r, err)
		return
	}
	switch kind {
	case "application/json":
		s.locateJSON(w, r, &q)
	case "application/x-ndjson", "application/jsonl":
		s.locateNDJSON(w, r, &q)
	case "text/csv":
		s.locateCSV(w, r, &q)
	default:
		s.fail(w, r, fault.New(fault.Unsupported, "unsupported-media", fault.Args{"type": kind}))
	}
}

// asker answers one point after another for one request.
type asker struct {
	s             *Server
	ctx           context.Context
	district, crs string
}

// ready refuses what is wrong with the whole request before the first byte of an answer.
func (q *asker) ready() error {
	if q.crs != "" {
		if _, err := datum(q.crs); err != nil {
			return err
		}
	}
	_, err := q.s.districtOf(q.district)
	return err
}

func (q *asker) answer(p PointIn) Location {
	crs := q.crs
	if p.Crs != nil && *p.Crs != "" {
		crs = *p.Crs
	}
	accuracy := 0.0
	if p.Accuracy != nil {
		accuracy = *p.Accuracy
	}
	loc, err := q.s.locate(p.Lon, p.Lat, crs, accuracy, q.district)
	if err != nil {
		return q.refuse(err)
	}
	return loc
}

func (q *asker) refuse(err error) Location {
	problem := problemOf(q.ctx, fault.From(err))
	return Location{Error: &problem}
}

func (s *Server) locateJSON(w http.ResponseWriter, r *http.Request, q *asker) {
	var points []PointIn
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&points)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		s.fail(w, r, fault.New(fault.TooLarge, "body-too-large", fault.Args{"max": maxBody >> 20}))
		return
	}
	if err != nil {
		f := fault.New(fault.Invalid, "bad-body", fault.Args{"expected": `[{"lon":…,"lat":…,"crs":…}, …]`})
		f.Cause = err
		s.fail(w, r, f)
		return
	}
	if len(points) > maxPoints {
		s.fail(w, r, fault.New(fault.TooLarge, "too-many-points", fault.Args{"max": maxPoints}))
		return
	}
	answers := make([]Location, len(points))
	for i, p := range points {
		answers[i] = q.answer(p)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answers)
}

func (s *Server) locateNDJSON(w http.ResponseWriter, r *http.Request, q *asker) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	defer stream(w, r)()
	out := bufio.NewWriterSize(w, 1<<16)
	defer out.Flush()
	enc := json.NewEncoder(out)
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(make([]byte, 0, 1<<16), maxLine)
	for n := 1; lines.Scan(); n++ {
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var p PointIn
		var loc Location
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			f := fault.New(fault.Invalid, "bad-body", fault.Args{"expected": `{"lon":…,"lat":…,"crs":…}`}).In(fault.Place{Row: n})
			loc = q.refuse(f)
		} else {
			loc = q.answer(p)
		}
		if enc.Encode(loc) != nil {
			return // the client has gone
		}
		if n%flushPoints == 0 {
			flush(w, out)
		}
	}
	if err := lines.Err(); err != nil {
		enc.Encode(q.refuse(fault.New(fault.Invalid, "bad-body", fault.Args{"expected": "NDJSON"})))
	}
}

// locateCSV keeps every column of the question and adds its own.
func (s *Server) locateCSV(w http.ResponseWriter, r *http.Request, q *asker) {
	in := csv.NewReader(r.Body)
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
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	col := func(name string) int {
		return slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
	}
	lon, lat, crs, acc := col("lon"), col("lat"), col("crs"), col("accuracy")
	for name, i := range map[string]int{"lon": lon, "lat": lat} {
		if i < 0 {
			s.fail(w, r, fault.New(fault.Invalid, "no-such-column", fault.Args{"name": name}))
			return
		}
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	defer stream(w, r)()
	out := csv.NewWriter(w)
	defer out.Flush()
	out.Write(append(slices.Clone(head), "release", "grid", "inside", "border_m", "nearest", "nearest_m", "error"))
	for n := 1; ; n++ {
		rec, err := in.Read()
		if err == io.EOF {
			return
		}
		var loc Location
		if err != nil || len(rec) != len(head) {
			loc = q.refuse(fault.New(fault.Invalid, "bad-body", fault.Args{"expected": "CSV"}).In(fault.Place{Row: n}))
		} else if p, err := pointIn(rec, lon, lat, crs, acc); err != nil {
			loc = q.refuse(err.In(fault.Place{Row: n}))
		} else {
			loc = q.answer(p)
		}
		row := make([]string, len(head), len(head)+7)
		copy(row, rec)
		if out.Write(append(row, csvColumns(loc)...)) != nil {
			return // the client has gone
		}
		if n%flushPoints == 0 {
			out.Flush()
			http.NewResponseController(w).Flush()
		}
		if _, ok := errors.AsType[*csv.ParseError](err); err != nil && !ok {
			return // the body broke off
		}
	}
}

func pointIn(rec []string, lon, lat, crs, acc int) (p PointIn, f *fault.Error) {
	number := func(i int) float64 {
		if i >= len(rec) {
			f = fault.New(fault.Invalid, "bad-number", fault.Args{"value": ""})
			return 0
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(rec[i]), 64)
		if err != nil {
			f = fault.New(fault.Invalid, "bad-number", fault.Args{"value": rec[i]})
		}
		return v
	}
	p.Lon, p.Lat = number(lon), number(lat)
	if crs >= 0 && crs < len(rec) {
		p.Crs = new(strings.TrimSpace(rec[crs]))
	}
	if acc >= 0 && acc < len(rec) && strings.TrimSpace(rec[acc]) != "" {
		p.Accuracy = new(number(acc))
	}
	return p, f
}

func csvColumns(l Location) []string {
	if l.Error != nil {
		return []string{"", "", "", "", "", "", l.Error.Rule + ": " + l.Error.Title}
	}
	row := []string{strconv.Itoa(l.Release), "", strconv.FormatBool(l.Inside), metres(l.BorderM), "", metres(l.NearestM), ""}
	if l.Grid != nil {
		row[1] = l.Grid.Code
	}
	if l.Nearest != nil {
		row[4] = l.Nearest.Code
	}
	return row
}

func metres(m *float64) string {
	if m == nil {
		return ""
	}
	return strconv.FormatFloat(*m, 'f', 2, 64)
}

// stream lets an answer be written while the question is still being read. The function returned reads what is left of a
// question that was given up, so that the connection ends in order.
func stream(w http.ResponseWriter, r *http.Request) (end func()) {
	// HTTP/2 streams as it is and says that it does not support this.
	_ = http.NewResponseController(w).EnableFullDuplex()
	return func() { io.CopyN(io.Discard, r.Body, maxLine) }
}

func flush(w http.ResponseWriter, out *bufio.Writer) {
	out.Flush()
	http.NewResponseController(w).Flush()
}
