package api

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"strconv"
	"time"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// download is a list of any length, sent while it is read.
type download struct {
	s    *Server
	w    http.ResponseWriter
	r    *http.Request
	rows iter.Seq2[grid.Location, error]
	kind string // of the content
}

// send writes every row, between what goes before and after. An error before the first row is the answer; a later one breaks the answer
// off, so that it does not pass for a whole one.
func (d download) send(before func() error, row func(i int, l grid.Location) error, flush, after func() error) {
	next, stop := iter.Pull2(d.rows)
	defer stop()
	l, err, ok := next()
	if ok && err != nil {
		d.s.fail(d.w, d.r, err)
		return
	}
	d.w.Header().Set("Content-Type", d.kind)
	if d.r.Method == http.MethodHead {
		return
	}
	line := http.NewResponseController(d.w)
	err = before()
	for i := 0; ok && err == nil; i++ {
		if err = row(i, l); err == nil && i%flushPoints == 0 {
			_ = line.SetWriteDeadline(time.Now().Add(clientTime))
			err = flush()
		}
		if err == nil {
			l, err, ok = next()
		}
	}
	if err == nil {
		err = after()
	}
	if err != nil {
		if d.r.Context().Err() == nil {
			d.s.log.WarnContext(d.r.Context(), "a list was broken off", "error", err, "request_id", requestID(d.r.Context()))
		}
		panic(http.ErrAbortHandler)
	}
}

// ListPointsGeoJSON is every point that passes the filter as a FeatureCollection, in CGCS2000 or in GCJ-02.
func (s *Server) ListPointsGeoJSON(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	want, err := s.wantedPoints(r.Context(), q)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	name := q.Get("crs")
	datum, err := datumOut(&name)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var out []byte
	flush := func() error {
		_, err := w.Write(out)
		out = out[:0]
		return err
	}
	rows := s.Points.StreamLocations(r.Context(), want.net.Release.District, want.filter)
	download{s, w, r, rows, "application/geo+json"}.send(
		func() error {
			out = append(out, `{"type":"FeatureCollection",`+exchange.CRS{Datum: datum}.Member()+`,"features":[`...)
			return nil
		},
		func(i int, l grid.Location) error {
			if i > 0 {
				out = append(out, ',')
			}
			properties, err := json.Marshal(pointJSON(l, want.net))
			if err != nil {
				return err
			}
			id, err := json.Marshal(l.Kind + "/" + l.ID)
			if err != nil {
				return err
			}
			out = append(append(out, `{"type":"Feature","id":`...), id...)
			out = appendPosition(append(out, `,"geometry":{"type":"Point","coordinates":`...), l.Point, datum)
			out = append(append(out, `},"properties":`...), properties...)
			out = append(out, '}')
			return nil
		}, flush,
		func() error { out = append(out, "]}\n"...); return flush() })
}

// ListPointsCSV is every point that passes the filter as rows that PostPoints takes.
func (s *Server) ListPointsCSV(w http.ResponseWriter, r *http.Request) {
	want, err := s.wantedPoints(r.Context(), r.URL.Query())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out := csv.NewWriter(w)
	flush := func() error { out.Flush(); return out.Error() }
	rows := s.Points.StreamLocations(r.Context(), want.net.Release.District, want.filter)
	download{s, w, r, rows, "text/csv; charset=utf-8"}.send(
		func() error {
			if _, err := io.WriteString(w, "\ufeff"); err != nil { // Excel reads UTF-8 by it
				return err
			}
			return out.Write(append(append([]string{}, pointColumns...), toldColumns...))
		},
		func(_ int, l grid.Location) error {
			p := pointJSON(l, want.net)
			code, name := "", ""
			if p.Grid != nil {
				code, name = p.Grid.Code, p.Grid.Name
			}
			return out.Write([]string{p.Kind, p.Id, p.At.Format(time.RFC3339Nano), number(p.Lon), number(p.Lat), string(p.Crs), number(p.AccuracyM), string(p.Attributes), p.Batch,
				code, name, string(p.How), strconv.Itoa(p.Release), p.Reason, p.By, p.MadeAt.Format(time.RFC3339Nano), p.Changed.Format(time.RFC3339Nano),
				strconv.Itoa(p.Revision), number(l.Point.Lon()), number(l.Point.Lat())})
		}, flush, flush)
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
