package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// LocateMany answers many points in the form and order in which they came. It is written by hand because the generated
// server cannot stream. A bad point is answered with its error and never stops the good ones.
func (s *Server) LocateMany(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	q := asker{s: s, ctx: r.Context(), district: query.Get("district"), crs: query.Get("crs")}
	if err := q.ready(); err != nil {
		s.fail(w, r, err)
		return
	}
	form, err := formOf(r, formJSON, formNDJSON, formCSV)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	switch form {
	case formJSON:
		s.locateJSON(w, r, &q)
	case formNDJSON:
		s.locateNDJSON(w, r, &q)
	case formCSV:
		s.locateCSV(w, r, &q)
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
func (q *asker) answer(p question, row int) located {
	for name, v := range map[string]*float64{"lon": p.Lon, "lat": p.Lat} {
		if v == nil {
			return q.refuse(missingField(name), row)
		}
	}
	at, err := place(*p.Lon, *p.Lat, cmp.Or(p.Crs, q.crs))
	if err == nil {
		err = checkAccuracy(p.Accuracy)
	}
	if err != nil {
		return q.refuse(err, row)
	}
	n, err := q.s.Nets.For(grid.Code(q.district), at)
	if err != nil {
		return q.refuse(err, row)
	}
	return located{Answer: n.Locate(at, p.Accuracy), net: n}
}

// answerJSON answers one point in JSON.
func (q *asker) answerJSON(text []byte, row int) located {
	var p question
	if err := json.Unmarshal(text, &p); err != nil {
		return q.refuse(fault.New(fault.Invalid, "bad-body", fault.Args{"expected": `{"lon":…,"lat":…,"crs":…}`}), row)
	}
	return q.answer(p, row)
}

func (q *asker) refuse(err error, row int) located {
	problem := problemOf(q.ctx, fault.From(err).In(fault.Place{Row: row}))
	return located{problem: &problem}
}

func (s *Server) locateJSON(w http.ResponseWriter, r *http.Request, q *asker) {
	out := []byte("[")
	err := readArray(http.MaxBytesReader(w, r.Body, maxBody), `[{"lon":…,"lat":…,"crs":…}, …]`, func(text []byte, row int) {
		if row > 1 {
			out = append(out, ',')
		}
		a := q.answerJSON(text, row)
		out = a.appendJSON(out)
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", formJSON)
	w.Write(append(out, "]\n"...))
}
