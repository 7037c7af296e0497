package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

const (
	maxPoints = 10_000
	maxBody   = 8 << 20 // bytes of a JSON array; streams have no limit
)

// LocateMany answers many points in the form and order in which they came. It is written by hand because the generated
// server cannot stream. A bad point is answered with its error and never stops the good ones.
func (s *Server) LocateMany(w http.ResponseWriter, r *http.Request) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = r.Header.Get("Content-Type")
	}
	query := r.URL.Query()
	q := asker{s: s, ctx: r.Context(), district: query.Get("district"), crs: query.Get("crs")}
	if err := q.ready(); err != nil {
		s.fail(w, r, err)
		return
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" {
		s.fail(w, r, fault.New(fault.Unsupported, "encoded-body", fault.Args{"encoding": coding}))
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

// question is one point of many. What it does not say is nil or empty.
type question struct {
	Lon      *float64 `json:"lon"`
	Lat      *float64 `json:"lat"`
	Crs      string   `json:"crs"`
	Accuracy float64  `json:"accuracy"`
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
	if q.district == "" {
		return nil
	}
	_, err := q.s.Nets.Named(grid.Code(q.district))
	return err
}

// answer answers one point; row is its number, from 1.
func (q *asker) answer(p question, row int) Location {
	for name, v := range map[string]*float64{"lon": p.Lon, "lat": p.Lat} {
		if v == nil {
			return q.refuse(fault.New(fault.Invalid, "missing-parameter", fault.Args{"name": name}).In(fault.Place{Field: name}), row)
		}
	}
	loc, err := q.s.locate(*p.Lon, *p.Lat, cmp.Or(p.Crs, q.crs), p.Accuracy, q.district)
	if err != nil {
		return q.refuse(err, row)
	}
	return loc
}

// answerJSON answers one point in JSON.
func (q *asker) answerJSON(text []byte, row int) Location {
	var p question
	if err := json.Unmarshal(text, &p); err != nil {
		return q.refuse(fault.New(fault.Invalid, "bad-body", fault.Args{"expected": `{"lon":…,"lat":…,"crs":…}`}), row)
	}
	return q.answer(p, row)
}

func (q *asker) refuse(err error, row int) Location {
	problem := problemOf(q.ctx, fault.From(err).In(fault.Place{Row: row}))
	return Location{Error: &problem}
}

func (s *Server) locateJSON(w http.ResponseWriter, r *http.Request, q *asker) {
	answers, err := q.answerArray(json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fault.New(fault.TooLarge, "body-too-large", fault.Args{"max": maxBody >> 20})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answers)
}

// answerArray answers the points of an array while it is read, so that one of too many never lies in memory.
func (q *asker) answerArray(in *json.Decoder) ([]Location, error) {
	bad := func(cause error) error {
		if _, ok := errors.AsType[*http.MaxBytesError](cause); ok {
			return cause
		}
		f := fault.New(fault.Invalid, "bad-body", fault.Args{"expected": `[{"lon":…,"lat":…,"crs":…}, …]`})
		f.Cause = cause
		return f
	}
	if t, err := in.Token(); err != nil || t != json.Delim('[') {
		return nil, bad(err)
	}
	answers := []Location{}
	for in.More() {
		if len(answers) == maxPoints {
			return nil, fault.New(fault.TooLarge, "too-many-points", fault.Args{"max": maxPoints})
		}
		var text json.RawMessage
		if err := in.Decode(&text); err != nil {
			return nil, bad(err)
		}
		answers = append(answers, q.answerJSON(text, len(answers)+1))
	}
	if _, err := in.Token(); err != nil { // the bracket
		return nil, bad(err)
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, bad(err)
	}
	return answers, nil
}
