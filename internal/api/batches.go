package api

import (
	"net/http"
	"time"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// ListBatches lists what came together, newest first.
func (s *Server) ListBatches(w http.ResponseWriter, r *http.Request) {
	n, err := s.nets(r.Context(), scope.SeePoints).Named(grid.Code(r.URL.Query().Get("district")))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	batches, err := s.Points.Batches(r.Context(), n.Release.District)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := BatchPage{Items: make([]Batch, 0, len(batches)), Count: len(batches)}
	for _, b := range batches {
		page.Items = append(page.Items, Batch{Batch: b.Name, Kinds: b.Kinds, Source: b.Source, Crs: Datum(b.Datum.String()), Points: b.Points,
			By: b.By, MadeAt: b.MadeAt.UTC(), Changed: b.Changed.UTC()})
	}
	writeJSON(w, page)
}

// RedeclareBatch declares another datum for all points of a batch.
func (s *Server) RedeclareBatch(w http.ResponseWriter, r *http.Request) {
	done, err := s.redeclare(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer := BatchRedeclared{Points: done.Points, Moved: done.Moved, Moves: make([]PointMove, 0, len(done.Moves))}
	for _, m := range done.Moves {
		answer.Moves = append(answer.Moves, PointMove{Kind: m.Kind, From: codeOrNull(m.From), To: codeOrNull(m.To), Count: m.Count})
	}
	writeJSON(w, answer)
}

func (s *Server) redeclare(w http.ResponseWriter, r *http.Request) (done grid.Redeclared, err error) {
	n, err := s.nets(r.Context(), scope.SeePoints).Named(grid.Code(r.URL.Query().Get("district")))
	if err != nil {
		return done, err
	}
	batch, err := pathValue(r, "batch")
	if err != nil {
		return done, err
	}
	var body struct {
		Crs string `json:"crs"`
	}
	if err := readObject(w, r, `{"crs":…}`, &body); err != nil {
		return done, err
	}
	to, err := datum(body.Crs)
	if err != nil {
		return done, err
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(batchPatience + clientTime))
	ctx, cancel := s.patient(r.Context(), batchPatience)
	defer cancel()
	return s.Points.Redeclare(ctx, n.Release.District, batch, to, by(ctx))
}
