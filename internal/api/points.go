package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Points is what the server asks of the domain about points: grid.Service has it.
type Points interface {
	Post(ctx context.Context, district grid.Code, points []grid.Location, o grid.PostOptions) ([]grid.Posted, error)
	Location(ctx context.Context, district grid.Code, kind, id string) (grid.Location, error)
	Locations(ctx context.Context, district grid.Code, f grid.LocationFilter, after grid.Cursor, limit int) ([]grid.Location, grid.Cursor, int64, error)
	StreamLocations(ctx context.Context, district grid.Code, f grid.LocationFilter) iter.Seq2[grid.Location, error]
	CountLocations(ctx context.Context, district grid.Code, f grid.LocationFilter, by grid.CountBy) ([]grid.Count, error)
	Overrule(ctx context.Context, district grid.Code, kind, id string, to grid.Code, reason, by string, revision int) (grid.Location, error)
	Reassign(ctx context.Context, district grid.Code, kind, id, by string, revision int) (grid.Location, error)
	Correct(ctx context.Context, district grid.Code, kind, id string, c grid.Correction, by string, revision int) (grid.Location, error)
	Redeclare(ctx context.Context, district grid.Code, batch string, to crs.Datum, by string) (grid.Redeclared, error)
	Batches(ctx context.Context, district grid.Code) ([]grid.Batch, error)
}

// by is who writes: the account, or "api" where the server knows of none.
func by(ctx context.Context) string {
	if c := scope.Of(ctx); c != scope.Local() && c.Account != "" {
		return c.Account
	}
	return "api"
}

// defaults are what points are that do not say it themselves.
type defaults struct{ district, crs, kind, batch string }

// poster stores the points of one request, a portion at a time.
type poster struct {
	s   *Server
	ctx context.Context
	defaults
	options grid.PostOptions
}

// arrival is one point of a request that was read, or why it was not.
type arrival struct {
	row      int // from 1
	location grid.Location
	fault    error
}

// PostPoints stores points and answers in the form and order in which they came.
func (s *Server) PostPoints(w http.ResponseWriter, r *http.Request) {
	p, err := s.newPoster(r)
	if err != nil {
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
		p.json(w, r)
	case formNDJSON:
		p.ndjson(w, r)
	case formCSV:
		p.csv(w, r)
	}
}

// newPoster refuses what is wrong with the whole request.
func (s *Server) newPoster(r *http.Request) (*poster, error) {
	q := r.URL.Query()
	p := &poster{s: s, ctx: r.Context(), defaults: defaults{q.Get("district"), q.Get("crs"), q.Get("kind"), q.Get("batch")}, options: grid.PostOptions{By: by(r.Context())}}
	if p.crs != "" {
		if _, err := datum(p.crs); err != nil {
			return nil, err
		}
	}
	var err error
	if p.options.Replace, _, err = truth(q, "replace"); err != nil {
		return nil, err
	}
	if p.district != "" {
		_, err = s.nets(p.ctx, scope.WritePoints).Named(grid.Code(p.district))
	}
	return p, err
}

// truth reads a parameter that is true or false.
func truth(q url.Values, name string) (is, said bool, err error) {
	switch text := q.Get(name); text {
	case "true", "false":
		return text == "true", true, nil
	case "":
		return false, false, nil
	}
	return false, false, badField(name)
}

// readJSON reads one point.
func (p *poster) readJSON(text []byte, row int) arrival {
	var t pointText
	if err := strictJSON(text, pointForm, &t); err != nil {
		return arrival{row: row, fault: err}
	}
	return p.read(t, row)
}

func (p *poster) read(t pointText, row int) arrival {
	l, err := t.location(p.defaults)
	return arrival{row, l, err}
}

// json stores one object or an array of them.
func (p *poster) json(w http.ResponseWriter, r *http.Request) {
	body := bufio.NewReader(http.MaxBytesReader(w, r.Body, maxBody))
	first, err := firstByte(body)
	if err != nil {
		p.s.fail(w, r, badBody(err, pointForm))
		return
	}
	if first != '[' {
		p.one(w, r, body)
		return
	}
	if r.Header.Get("If-Match") != "" {
		p.s.fail(w, r, fault.New(fault.Invalid, "if-match-one", nil))
		return
	}
	var arrivals []arrival
	if err := readArray(body, "["+pointForm+", …]", func(text []byte, row int) { arrivals = append(arrivals, p.readJSON(text, row)) }); err != nil {
		p.s.fail(w, r, err)
		return
	}
	answers, err := p.post(arrivals)
	if err != nil {
		p.s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", formJSON)
	json.NewEncoder(w).Encode(answers)
}

// firstByte is the first byte that is no white space, which stays unread.
func firstByte(in *bufio.Reader) (byte, error) {
	for {
		b, err := in.ReadByte()
		if err != nil {
			return 0, err
		}
		if !bytes.ContainsRune([]byte(" \t\r\n"), rune(b)) {
			return b, in.UnreadByte()
		}
	}
}

// one stores a single point, whose outcome is the status of the answer.
func (p *poster) one(w http.ResponseWriter, r *http.Request, body io.Reader) {
	text, err := io.ReadAll(body)
	if err != nil {
		p.s.fail(w, r, badBody(err, pointForm))
		return
	}
	a := p.readJSON(text, 0)
	if a.fault == nil {
		a.fault = p.ifMatch(r, a.location.Key())
	}
	if a.fault != nil {
		p.s.fail(w, r, a.fault)
		return
	}
	district, err := p.districtOf(a)
	if err != nil {
		p.s.fail(w, r, err)
		return
	}
	posted, err := p.store(district, []grid.Location{a.location})
	if err == nil && posted[0].Fault != nil {
		err = posted[0].Fault
	}
	if err != nil {
		p.s.fail(w, r, err)
		return
	}
	l := posted[0].Location
	w.Header().Set("ETag", tagOfRevision(l.Revision))
	w.Header().Set("Content-Type", formJSON)
	if !posted[0].Replayed && !posted[0].Replaced {
		w.Header().Set("Location", "/api/v1/points/"+url.PathEscape(l.Kind)+"/"+url.PathEscape(l.ID)+"?district="+string(district))
		w.WriteHeader(http.StatusCreated)
	}
	json.NewEncoder(w).Encode(postedJSON(posted[0]))
}

// ifMatch lets the point replace exactly the revision that the request names.
func (p *poster) ifMatch(r *http.Request, k grid.Key) error {
	revision, err := revisionOf(r)
	if err == nil && revision > 0 {
		p.options.Revisions = map[grid.Key]int{k: revision}
	}
	return err
}

// post stores what arrived, in one transaction for each district, and answers in the order of arrival. An error means that nothing is
// known to be stored; all of it may be sent again.
func (p *poster) post(arrivals []arrival) ([]PointPosted, error) {
	answers := make([]PointPosted, len(arrivals))
	points, from := map[grid.Code][]grid.Location{}, map[grid.Code][]int{}
	for i, a := range arrivals {
		district, err := p.districtOf(a)
		if err != nil {
			answers[i] = p.refuse(a, err)
			continue
		}
		points[district], from[district] = append(points[district], a.location), append(from[district], i)
	}
	for _, district := range slices.Sorted(maps.Keys(points)) {
		posted, err := p.store(district, points[district])
		if err != nil {
			return nil, err
		}
		for k, i := range from[district] {
			if posted[k].Fault != nil {
				answers[i] = p.refuse(arrivals[i], posted[k].Fault)
			} else {
				answers[i] = postedJSON(posted[k])
			}
		}
	}
	return answers, nil
}

// districtOf is the district that a point is for: the one named, else the one that holds it, else the only one.
func (p *poster) districtOf(a arrival) (grid.Code, error) {
	if a.fault != nil {
		return "", a.fault
	}
	n, err := p.s.nets(p.ctx, scope.WritePoints).For(grid.Code(p.district), a.location.Point)
	if err != nil {
		return "", err
	}
	return n.Release.District, nil
}

func (p *poster) store(district grid.Code, points []grid.Location) ([]grid.Posted, error) {
	ctx, cancel := p.s.patient(p.ctx, writePatience)
	defer cancel()
	return p.s.Points.Post(ctx, district, points, p.options)
}

// refuse answers a point that was not stored.
func (p *poster) refuse(a arrival, err error) PointPosted {
	problem := problemOf(p.ctx, faultOf(err).In(fault.Place{Row: a.row}))
	return PointPosted{Kind: a.location.Kind, Id: a.location.ID, Error: &problem}
}

func postedJSON(p grid.Posted) PointPosted {
	answer := PointPosted{Kind: p.Kind, Id: p.ID, How: new(How(p.How)), Release: p.Release, Replayed: p.Replayed, Revision: &p.Revision}
	if p.Area != "" {
		answer.Grid = new(string(p.Area))
	}
	if p.Replaced {
		answer.Replaced = &p.Replaced
	}
	return answer
}
