package api

import (
	"net/http"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// ListBatches lists what came together, newest first.
func (s *Server) ListBatches(w http.ResponseWriter, r *http.Request) {
	n, err := s.Nets.Named(grid.Code(r.URL.Query().Get("district")))
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
