package api

import (
	"net/http"
	"net/url"

	"github.com/gorilla/mux"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// pathValue is a part of the address, which the router leaves encoded: an id may hold a slash.
func pathValue(r *http.Request, name string) (string, error) {
	text, err := url.PathUnescape(mux.Vars(r)[name])
	if err != nil {
		return "", badField(name)
	}
	return text, nil
}

// pointOf is the net and the key that an address names.
func (s *Server) pointOf(r *http.Request) (n *snapshot.Snapshot, k grid.Key, err error) {
	if n, err = s.Nets.Named(grid.Code(r.URL.Query().Get("district"))); err != nil {
		return n, k, err
	}
	if k.Kind, err = pathValue(r, "kind"); err != nil {
		return n, k, err
	}
	k.ID, err = pathValue(r, "id")
	return n, k, err
}

// GetPoint is one point.
func (s *Server) GetPoint(w http.ResponseWriter, r *http.Request) {
	n, k, err := s.pointOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	l, err := s.Points.Location(r.Context(), n.Release.District, k.Kind, k.ID)
	s.answerPoint(w, r, n, l, err)
}

func (s *Server) answerPoint(w http.ResponseWriter, r *http.Request, n *snapshot.Snapshot, l grid.Location, err error) {
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("ETag", tagOfRevision(l.Revision))
	writeJSON(w, pointJSON(l, n))
}
