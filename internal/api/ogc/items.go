package ogc

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/zhuwang/zhuwang/internal/cql"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/feature"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Bounds of a page. There is none for a collection: each page links to the next.
const (
	defaultLimit = 1000
	maxLimit     = 10_000
)

var itemsParameters = []string{"limit", "offset", "after", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs"}

// items is a page of a collection.
func (s *Service) items(q *question) (*page, error) {
	query, err := q.read()
	if err != nil {
		return nil, err
	}
	at, err := q.cursor()
	if err != nil {
		return nil, err
	}
	offset, err := q.whole("offset", 0, 0, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	limit := query.Limit
	count := at.matched < 0 || offset > 0
	var found []feature.Feature
	matched, last, more := 0, cursor{}, false
	for _, d := range q.districts {
		if d.Code < at.district || more && !count {
			continue
		}
		query.District, query.After, query.Count = d.Code, "", count
		if d.Code == at.district {
			query.After = at.id
		}
		query.Limit, query.Offset = limit-len(found), offset
		p, err := s.Store.Features(q.Context(), query)
		if err != nil {
			return nil, err
		}
		matched += p.Matched
		offset = max(0, offset-p.Matched)
		more = more || p.More || len(p.Features) > 0 && query.Limit == 0
		if len(p.Features) > 0 {
			found = append(found, p.Features...)
			last = cursor{district: d.Code, id: p.Features[len(p.Features)-1].ID}
		}
	}
	if !count {
		matched = at.matched
	}
	last.matched = matched
	path := "/collections/" + q.collection.Name
	links := q.self(path + "/items")
	if more && len(found) > 0 {
		next := maps.Clone(q.query)
		next.Del("offset")
		next.Set("after", last.String())
		links = append(links, Link{q.address(path+"/items", next), "next", q.mediaType(), ""})
	}
	links = append(links, Link{q.address(path, nil), "collection", "application/json", q.collection.Title.In(q.lang)})
	body := append(make([]byte, 0, 512+400*len(found)), `{"type":"FeatureCollection","numberMatched":`...)
	body = strconv.AppendInt(body, int64(matched), 10)
	body = strconv.AppendInt(append(body, `,"numberReturned":`...), int64(len(found)), 10)
	body = append(body, `,"timeStamp":"`+time.Now().UTC().Format(time.RFC3339)+`","links":`...)
	body = append(append(body, encode(links)...), `,"features":[`...)
	for i := range found {
		if i > 0 {
			body = append(body, ',')
		}
		body = appendFeature(append(body, '\n'), q.collection, &found[i], nil)
	}
	body = append(body, "\n]}\n"...)
	return &page{kind: "application/geo+json", json: body, title: q.collection.Title.In(q.lang), links: links, rows: q.table(found),
		note:   fmt.Sprintf(fault.Text{Zh: "共 %d 项，本页 %d 项", En: "%d in all, %d on this page"}.In(q.lang), matched, len(found)),
		header: http.Header{"Content-Crs": {"<" + query.Out.URI + ">"}}}, nil
}

// item is one feature.
func (s *Service) item(q *question) (*page, error) {
	tag := ""
	if code := grid.Code(mux.Vars(q.Request)["id"]); q.collection.Editable && code.Level() == grid.LevelBuilding {
		var err error // read before the content, so that it never names what came later
		if tag, err = s.Store.BuildingTag(q.Context(), code.At(grid.LevelDistrict), code); err != nil {
			return nil, err
		}
	}
	f, out, err := s.find(q)
	if err != nil {
		return nil, err
	}
	path := "/collections/" + q.collection.Name
	links := append(q.self(path+"/items/"+url.PathEscape(f.ID)), Link{q.address(path, nil), "collection", "application/json", q.collection.Title.In(q.lang)})
	p := &page{kind: "application/geo+json", json: append(appendFeature(nil, q.collection, f, links), '\n'), title: cmp.Or(nameOf(f), f.ID), links: links, rows: q.fields(f),
		header: http.Header{"Content-Crs": {"<" + out.URI + ">"}}}
	if tag != "" {
		p.header.Set("ETag", `"`+tag+`"`)
	}
	return p, nil
}

// find is the feature that the path names, in the system that is asked for.
func (s *Service) find(q *question) (*feature.Feature, feature.System, error) {
	query, err := q.read()
	if err != nil {
		return nil, query.Out, err
	}
	id, err := url.PathUnescape(mux.Vars(q.Request)["id"])
	if err != nil {
		return nil, query.Out, fault.New(fault.Invalid, "bad-query", nil)
	}
	query.Where, query.Limit = []feature.Condition{{Node: equals("id", cql.Text, id)}}, 1
	for _, d := range q.districts {
		if q.collection.Name != "streets" && !strings.HasPrefix(id, d.Code) {
			continue
		}
		query.District = d.Code
		p, err := s.Store.Features(q.Context(), query)
		if err != nil {
			return nil, query.Out, err
		}
		if len(p.Features) > 0 {
			return &p.Features[0], query.Out, nil
		}
	}
	return nil, query.Out, fault.New(fault.NotFound, "no-such-code", fault.Args{"code": id, "what": q.collection.Title})
}

// read makes a question to the store of the parameters.
func (q *question) read() (query feature.Query, err error) {
	query = feature.Query{Collection: q.collection}
	if query.Out, err = q.system("crs"); err != nil {
		return query, err
	}
	if query.Limit, err = q.whole("limit", defaultLimit, 1, math.MaxInt32); err != nil {
		return query, err
	}
	query.Limit = min(query.Limit, maxLimit)
	if query.From, query.To, err = q.span(); err != nil {
		return query, err
	}
	for _, read := range []func() ([]feature.Condition, error){q.box, q.filter, q.properties} {
		conditions, err := read()
		if err != nil {
			return query, err
		}
		query.Where = append(query.Where, conditions...)
	}
	return query, nil
}

// system is the reference system that a parameter names; CRS84 where there is none.
func (q *question) system(name string) (feature.System, error) {
	uri := q.query.Get(name)
	if uri == "" {
		return feature.CRS84, nil
	}
	if s, ok := feature.Find(q.systems, strings.Trim(uri, "[]<>")); ok {
		return s, nil
	}
	return feature.System{}, fault.New(fault.Invalid, "crs-not-served", fault.Args{"crs": uri, "choices": strings.Join(q.uris(), ", ")}).In(fault.Place{Field: name})
}

func (q *question) uris() (all []string) {
	for _, s := range q.systems {
		all = append(all, s.URI)
	}
	return all
}

func (q *question) whole(name string, otherwise, least, most int) (int, error) {
	if !q.query.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(q.query.Get(name))
	if err != nil || n < least || n > most {
		return 0, fault.New(fault.Invalid, "parameter-range", fault.Args{"name": name, "min": least, "max": most}).In(fault.Place{Field: name})
	}
	return n, nil
}

// span reads datetime: a moment, or an interval whose ends may be open. Where nothing is said, it is now.
func (q *question) span() (from, to time.Time, err error) {
	said := q.query.Get("datetime")
	if said == "" {
		now := time.Now()
		return now, now, nil
	}
	read := func(text string, end bool) (time.Time, error) {
		if text == "" || text == ".." {
			return time.Time{}, nil
		}
		if day, err := time.Parse(time.DateOnly, text); err == nil {
			if end {
				day = day.AddDate(0, 0, 1).Add(-time.Microsecond)
			}
			return day, nil
		}
		t, err := time.Parse(time.RFC3339, text)
		return t, err
	}
	first, second, isInterval := strings.Cut(said, "/")
	if !isInterval {
		second = first
	}
	from, err = read(first, false)
	if err == nil {
		to, err = read(second, isInterval)
	}
	if err != nil || !isInterval && from.IsZero() || !from.IsZero() && !to.IsZero() && to.Before(from) || from.Year() > 9999 || to.Year() > 9999 {
		return from, to, fault.New(fault.Invalid, "bad-datetime", fault.Args{"text": said}).In(fault.Place{Field: "datetime"})
	}
	return from, to, nil
}

func equals(name string, t cql.Type, v any) *cql.Node {
	return &cql.Node{Op: "=", Type: cql.Bool, Args: []*cql.Node{{Op: cql.Property, Type: t, Name: name}, {Op: cql.Literal, Type: t, Value: v}}}
}

// properties are the filters by parameters with the names of properties.
func (q *question) properties() (all []feature.Condition, err error) {
	for _, p := range q.collection.Properties {
		if !q.query.Has(p.Name) {
			continue
		}
		var v any = q.query.Get(p.Name)
		switch p.Type {
		case cql.Number:
			n, err := strconv.ParseFloat(q.query.Get(p.Name), 64)
			if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
				return nil, badParameter(p.Name)
			}
			v = n
		case cql.Instant:
			t, err := time.Parse(time.RFC3339, q.query.Get(p.Name))
			if err != nil {
				return nil, badParameter(p.Name)
			}
			v = t
		}
		if s, ok := v.(string); ok && strings.ContainsRune(s, 0) {
			return nil, badParameter(p.Name)
		}
		all = append(all, feature.Condition{Node: equals(p.Name, p.Type, v), In: feature.CRS84})
	}
	return all, nil
}

// filter reads a filter in CQL2.
func (q *question) filter() ([]feature.Condition, error) {
	in, err := q.system("filter-crs")
	if err != nil {
		return nil, err
	}
	read := cql.ParseText
	switch q.query.Get("filter-lang") {
	case "", "cql2-text":
	case "cql2-json":
		read = cql.ParseJSON
	default:
		return nil, badParameter("filter-lang")
	}
	if !q.query.Has("filter") {
		return nil, nil
	}
	n, err := read(q.query.Get("filter"), q.collection.Schema())
	if err != nil {
		return nil, err
	}
	return []feature.Condition{{Node: n, In: in}}, nil
}

// box reads bbox: four numbers, or six of which the heights are left. In degrees it may reach over the antimeridian.
func (q *question) box() ([]feature.Condition, error) {
	in, err := q.system("bbox-crs")
	if err != nil || !q.query.Has("bbox") {
		return nil, err
	}
	bad := fault.New(fault.Invalid, "bad-box", fault.Args{"text": q.query.Get("bbox")}).In(fault.Place{Field: "bbox"})
	parts := strings.Split(q.query.Get("bbox"), ",")
	v := make([]float64, len(parts))
	for i, p := range parts {
		if v[i], err = strconv.ParseFloat(strings.TrimSpace(p), 64); err != nil || math.IsNaN(v[i]) || math.IsInf(v[i], 0) {
			return nil, bad
		}
	}
	if len(v) == 6 {
		v = []float64{v[0], v[1], v[3], v[4]}
	}
	if len(v) != 4 {
		return nil, bad
	}
	east, north := 0, 1 // which of a pair is which
	if in.Flip {
		east, north = 1, 0
	}
	if v[north] > v[north+2] || v[east] > v[east+2] && !in.Degrees() {
		return nil, bad
	}
	shape := edges(v, in)
	if v[east] > v[east+2] {
		second := [4]float64(v)
		v[east+2], second[east] = 180, -180
		shape = cql.Geometry{Type: "MultiPolygon", Parts: append(edges(v, in).Parts, edges(second[:], in).Parts...)}
	}
	return []feature.Condition{{In: in, Node: &cql.Node{Op: "s_intersects", Type: cql.Bool, Args: []*cql.Node{
		{Op: cql.Property, Type: cql.Shape, Name: feature.GeometryName}, {Op: cql.Literal, Type: cql.Shape, Value: shape}}}}}, nil
}

// edges is a box with so many vertices that its sides are lines of its own system once they are brought into another.
func edges(v []float64, in feature.System) cql.Geometry {
	steps := 1
	if !in.Degrees() {
		steps = 64
	}
	corners := cql.Box(v[0], v[1], v[2], v[3]).Parts[0][0]
	ring := [][2]float64{corners[0]}
	for i := 1; i < len(corners); i++ {
		a, b := corners[i-1], corners[i]
		for k := 1; k < steps; k++ {
			t := float64(k) / float64(steps)
			ring = append(ring, [2]float64{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])})
		}
		ring = append(ring, b)
	}
	return cql.Geometry{Type: "Polygon", Parts: [][][][2]float64{{ring}}}
}

// cursor is the place after the last feature of a page, and how many there were when the first page was asked for.
type cursor struct {
	district, id string
	matched      int // -1: not counted yet
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s %d %s", c.district, c.matched, c.id))
}

func (q *question) cursor() (c cursor, err error) {
	c.matched = -1
	text := q.query.Get("after")
	if text == "" {
		return c, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.SplitN(string(b), " ", 3)
	if err == nil && len(parts) == 3 && !strings.ContainsRune(parts[2], 0) {
		if c.matched, err = strconv.Atoi(parts[1]); err == nil && c.matched >= 0 {
			c.district, c.id = parts[0], parts[2]
			return c, nil
		}
	}
	return c, fault.New(fault.Invalid, "bad-cursor", nil).In(fault.Place{Field: "after"})
}
