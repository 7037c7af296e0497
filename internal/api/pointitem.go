package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/gorilla/mux"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
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
	if n, err = s.nets(r.Context(), scope.SeePoints).Named(grid.Code(r.URL.Query().Get("district"))); err != nil {
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

// PatchPoint overrules the grid of a point, takes that back, or corrects what the point says.
func (s *Server) PatchPoint(w http.ResponseWriter, r *http.Request) {
	n, k, err := s.pointOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	l, err := s.patchPoint(w, r, n.Release.District, k)
	s.answerPoint(w, r, n, l, err)
}

// patch is a change of a point. What it does not say is nil.
type patch struct {
	Grid       json.RawMessage `json:"grid"` // null is not the same as nothing
	Reason     string          `json:"reason"`
	At         *string         `json:"at"`
	Lon        *float64        `json:"lon"`
	Lat        *float64        `json:"lat"`
	Crs        *string         `json:"crs"`
	AccuracyM  *float64        `json:"accuracy_m"`
	Attributes json.RawMessage `json:"attributes"`
}

// corrects reports whether a patch changes what the point says.
func (p patch) corrects() bool {
	return p.At != nil || p.Lon != nil || p.Lat != nil || p.Crs != nil || p.AccuracyM != nil || p.Attributes != nil
}

func (s *Server) patchPoint(w http.ResponseWriter, r *http.Request, district grid.Code, k grid.Key) (l grid.Location, err error) {
	var p patch
	if err = readObject(w, r, `{"grid":…,"reason":…}`, &p); err != nil {
		return l, err
	}
	revision, err := revisionOf(r)
	if err != nil {
		return l, err
	}
	ctx, back := r.Context(), bytes.Equal(p.Grid, []byte("null"))
	if (p.Grid != nil) == p.corrects() || (p.Grid == nil || back) && p.Reason != "" {
		return l, fault.New(fault.Invalid, "patch-one", nil)
	}
	switch {
	case back:
		return s.Points.Reassign(ctx, district, k.Kind, k.ID, by(ctx), revision)
	case p.Grid != nil:
		var to string
		if json.Unmarshal(p.Grid, &to) != nil {
			return l, badField("grid")
		}
		return s.Points.Overrule(ctx, district, k.Kind, k.ID, grid.Code(to), p.Reason, by(ctx), revision)
	}
	for {
		now, err := s.Points.Location(ctx, district, k.Kind, k.ID)
		if err != nil {
			return l, err
		}
		c, err := p.correction(now)
		if err != nil {
			return l, err
		}
		l, err = s.Points.Correct(ctx, district, k.Kind, k.ID, c, by(ctx), cmp.Or(revision, now.Revision))
		if err == nil || revision != 0 || fault.From(err).Kind != fault.Stale {
			return l, err
		}
	}
}

// correction is what a location says once it is patched.
func (p patch) correction(now grid.Location) (c grid.Correction, err error) {
	c = grid.Correction{Lon: now.Lon, Lat: now.Lat, Datum: now.Datum, AccuracyM: now.AccuracyM, Attributes: now.Attributes}
	if p.Lon != nil || p.Lat != nil {
		switch {
		case p.Lon == nil:
			return c, missingField("lon")
		case p.Lat == nil:
			return c, missingField("lat")
		}
		c.Lon, c.Lat = *p.Lon, *p.Lat
	}
	if p.Lon != nil || p.Crs != nil {
		if c.Datum, err = datum(value(p.Crs)); err != nil {
			return c, err
		}
	}
	if p.At != nil {
		at, err := momentOf("at", *p.At)
		if err != nil || at.IsZero() {
			return c, badField("at")
		}
		c.At = &at
	}
	if p.AccuracyM != nil {
		c.AccuracyM = *p.AccuracyM
	}
	if p.Attributes != nil {
		c.Attributes = p.Attributes
	}
	return c, nil
}
