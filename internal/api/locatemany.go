package api

import (
	"context"
	"net/http"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// LocateMany answers many points in the form and order in which they came. It is written by hand because the generated
// server cannot stream. A bad point is answered with its error and never stops the good ones.
func (s *Server) LocateMany(w http.ResponseWriter, r *http.Request) {
	query := callOf(r.Context()).query
	q := asker{s: s, ctx: r.Context(), district: query.Get("district"), crs: query.Get("crs")}
	if err := q.ready(); err != nil {
		s.fail(w, r, err)
		return
	}
	form, err := formOf(r, formJSON, formNDJSON, formCSV, formBinary)
	codes := query.Get("fields") == "code"
	if err == nil && codes && form != formJSON && form != formBinary {
		err = fieldsFault(form)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	switch {
	case form == formBinary:
		s.locateBinary(w, r, &q)
	case codes:
		s.locateCodesJSON(w, r, &q)
	case form == formJSON:
		s.locateJSON(w, r, &q)
	case form == formNDJSON:
		s.locateNDJSON(w, r, &q)
	case form == formCSV:
		s.locateCSV(w, r, &q)
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
	if q.district == "" {
		return nil
	}
	_, err := q.s.places(q.ctx).Named(grid.Code(q.district))
	return err
}

// answer answers one point; row is its number, from 1.
func (q *asker) answer(p question, row int) located {
	at, err := q.place(p)
	if err != nil {
		return q.refuse(err, row)
	}
	n, err := q.s.places(q.ctx).For(grid.Code(q.district), at)
	if err != nil {
		return q.refuse(err, row)
	}
	return located{Answer: n.Locate(at, p.accuracy), net: n}
}

// answerJSON answers one point in JSON.
func (q *asker) answerJSON(text []byte, row int) located {
	p, err := readQuestion(text)
	if err != nil {
		return q.refuse(err, row)
	}
	return q.answer(p, row)
}

func (q *asker) refuse(err error, row int) located {
	problem := problemOf(q.ctx, fault.From(err).In(fault.Place{Row: row}))
	return located{problem: &problem}
}

// locateJSON answers an array, once it is whole.
func (s *Server) locateJSON(w http.ResponseWriter, r *http.Request, q *asker) {
	body, err := readBody(w, r, questionsForm)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out := []byte("[")
	err = readQuestions(body, func(p question, row int, err error) {
		if row > 1 {
			out = append(out, ',')
		}
		var a located
		if err != nil {
			a = q.refuse(err, row)
		} else {
			a = q.answer(p, row)
		}
		out = a.appendJSON(out)
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header()["Content-Type"] = jsonKind
	w.Write(append(out, "]\n"...)) // a failed write means that the client has gone
}
