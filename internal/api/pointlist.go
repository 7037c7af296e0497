package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// wanted is what a list of points was asked for.
type wanted struct {
	net    *snapshot.Snapshot
	filter grid.LocationFilter
}

// wantedPoints reads the district and the filter that all lists of points take.
func (s *Server) wantedPoints(ctx context.Context, q url.Values) (w wanted, err error) {
	if w.net, err = s.nets(ctx, scope.SeePoints).Named(grid.Code(q.Get("district"))); err != nil {
		return w, err
	}
	f := &w.filter
	f.Within, f.Batch, f.ID = grid.Code(q.Get("within")), q.Get("batch"), q.Get("q")
	if strings.ContainsFunc(f.ID, unicode.IsControl) || !utf8.ValidString(f.ID) {
		return w, badField("q") // which the domain knows by another name
	}
	if kinds := q.Get("kind"); kinds != "" {
		f.Kinds = strings.Split(kinds, ",")
	}
	if hows := q.Get("how"); hows != "" {
		for how := range strings.SplitSeq(hows, ",") {
			if !How(how).Valid() {
				return w, badField("how")
			}
			f.Hows = append(f.Hows, grid.How(how))
		}
	}
	if f.Outside, _, err = truth(q, "outside"); err != nil {
		return w, err
	}
	if f.Since, err = momentOf("since", q.Get("since")); err != nil {
		return w, err
	}
	if f.Until, err = momentOf("until", q.Get("until")); err != nil {
		return w, err
	}
	if box := q.Get("bbox"); box != "" {
		f.Box, err = parseBox(box)
	}
	return w, err
}

// ListPoints lists points, newest first.
func (s *Server) ListPoints(w http.ResponseWriter, r *http.Request) {
	page, err := s.listPoints(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, page)
}

func (s *Server) listPoints(r *http.Request) (page PointPage, err error) {
	q := r.URL.Query()
	want, err := s.wantedPoints(r.Context(), q)
	if err != nil {
		return page, err
	}
	limit := 100
	if text := q.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil {
			return page, badField("limit")
		}
	}
	if limit < 1 || limit > maxPoints {
		return page, fault.New(fault.Invalid, "parameter-range", fault.Args{"name": "limit", "min": 1, "max": maxPoints}).In(fault.Place{Field: "limit"})
	}
	after, err := grid.ParseCursor(q.Get("after"))
	if err != nil {
		return page, err
	}
	items, next, count, err := s.Points.Locations(r.Context(), want.net.Release.District, want.filter, after, limit)
	if err != nil {
		return page, err
	}
	page = PointPage{Items: make([]Point, 0, len(items)), Count: count}
	if cursor := next.String(); cursor != "" {
		page.Next = &cursor
	}
	for _, l := range items {
		page.Items = append(page.Items, pointJSON(l, want.net))
	}
	return page, nil
}

// pointJSON shapes a point; the name of its grid is that of the net in force.
func pointJSON(l grid.Location, n *snapshot.Snapshot) Point {
	p := Point{Kind: l.Kind, Id: l.ID, At: l.At.UTC(), Lon: l.Lon, Lat: l.Lat, Crs: Datum(l.Datum.String()), AccuracyM: l.AccuracyM, Attributes: l.Attributes,
		Batch: l.Batch, Place: lonLat(l.Point), How: How(l.How), Release: l.Release, Reason: l.Reason, By: l.By, MadeAt: l.MadeAt.UTC(), Changed: l.Changed.UTC(), Revision: l.Revision}
	if len(p.Attributes) == 0 {
		p.Attributes = json.RawMessage("{}")
	}
	if l.Area != "" {
		p.Grid = &Ref{Code: string(l.Area), Name: nameOf(n, l.Area)}
	}
	return p
}

// nameOf is the name of a division or grid in a net; "" if the net does not have it.
func nameOf(n *snapshot.Snapshot, code grid.Code) string {
	if level, i, ok := n.Find(code); ok {
		return n.Named(level, i).Name
	}
	return ""
}

// CountPoints counts points by grid, community, town, kind or day.
func (s *Server) CountPoints(w http.ResponseWriter, r *http.Request) {
	counts, err := s.countPoints(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, counts)
}

func (s *Server) countPoints(r *http.Request) (counts PointCounts, err error) {
	q := r.URL.Query()
	want, err := s.wantedPoints(r.Context(), q)
	if err != nil {
		return counts, err
	}
	by := CountBy(q.Get("by"))
	if by == "" { // which the domain would count as one
		return counts, missingField("by")
	}
	found, err := s.Points.CountLocations(r.Context(), want.net.Release.District, want.filter, grid.CountBy(by))
	if err != nil {
		return counts, err
	}
	counts.Items = make([]PointCount, 0, len(found))
	for _, c := range found {
		counts.Total += c.N
		item := PointCount{Count: c.N}
		switch by {
		case CountByKind:
			item.Kind = &c.Kind
		case CountByDay:
			item.Day = new(c.Day.Format(time.DateOnly))
		default:
			item.Code, item.Name = new(string(c.Code)), new(nameOf(want.net, c.Code))
		}
		counts.Items = append(counts.Items, item)
	}
	return counts, nil
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", formJSON)
	json.NewEncoder(w).Encode(v) // a failed write means that the client has gone
}
