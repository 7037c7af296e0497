package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

const (
	datumChoices = "cgcs2000、wgs84、gcj02、bd09"
	maxAccuracy  = 10_000 // metres
)

// datum reads the datum of an incoming coordinate; none is guessed.
func datum(name string) (crs.Datum, error) {
	if name == "" {
		return 0, fault.New(fault.Invalid, "missing-crs", fault.Args{"choices": datumChoices}).In(fault.Place{Field: "crs"})
	}
	d, ok := crs.Parse(name)
	if !ok {
		return 0, fault.New(fault.Invalid, "unknown-crs", fault.Args{"crs": name, "choices": datumChoices}).In(fault.Place{Field: "crs"})
	}
	return d, nil
}

// place puts a coordinate of a declared datum on the lattice.
func place(lon, lat float64, datumName string) (geo.Point, error) {
	d, err := datum(datumName)
	if err != nil {
		return geo.Point{}, err
	}
	p, ok := onLattice(d, lon, lat)
	if !ok {
		return geo.Point{}, notOnEarth(lon, lat)
	}
	return p, nil
}

// onLattice is a place of a datum on the lattice; false where it is not on the earth, before the conversion too: one of nonsense may give sense.
func onLattice(d crs.Datum, lon, lat float64) (geo.Point, bool) {
	p, ok := geo.FromDegrees(lon, lat)
	if !ok || d == crs.CGCS2000 || d == crs.WGS84 {
		return p, ok
	}
	return geo.FromDegrees(crs.ToCGCS2000(d, lon, lat))
}

func notOnEarth(lon, lat float64) error {
	return fault.New(fault.Invalid, "not-on-earth", fault.Args{
		"lon": strconv.FormatFloat(lon, 'g', -1, 64), "lat": strconv.FormatFloat(lat, 'g', -1, 64)})
}

func checkAccuracy(accuracy float64) error {
	if !(accuracy >= 0 && accuracy <= maxAccuracy) {
		return fault.New(fault.Invalid, "parameter-range", fault.Args{"name": "accuracy", "min": 0, "max": maxAccuracy}).In(fault.Place{Field: "accuracy"})
	}
	return nil
}

// asking is the question for one place, of now or of another time.
type asking struct {
	place     geo.Point
	accuracy  float64
	district  grid.Code
	at, known *time.Time
	release   *int
}

// readAsking reads a question whose parameters are known: each is there once at most.
func readAsking(query url.Values) (q asking, err error) {
	lon, lat, err := readLonLat(query)
	if err != nil {
		return q, err
	}
	if q.accuracy, err = readNumber(query, "accuracy"); err != nil {
		return q, err
	}
	if q.at, err = readTime(query, "at"); err != nil {
		return q, err
	}
	if q.known, err = readTime(query, "known"); err != nil {
		return q, err
	}
	if query.Has("release") {
		n, err := strconv.Atoi(query.Get("release"))
		if err != nil {
			return q, causedBy(badField("release"), err)
		}
		q.release = &n
	}
	if q.place, err = place(lon, lat, query.Get("crs")); err != nil {
		return q, err
	}
	q.district = grid.Code(query.Get("district"))
	return q, checkAccuracy(q.accuracy)
}

func readLonLat(query url.Values) (lon, lat float64, err error) {
	if !query.Has("lon") {
		return 0, 0, missingField("lon")
	}
	if lon, err = readNumber(query, "lon"); err != nil {
		return 0, 0, err
	}
	if !query.Has("lat") {
		return 0, 0, missingField("lat")
	}
	lat, err = readNumber(query, "lat")
	return lon, lat, err
}

// Locate answers for one coordinate, of today or of another time. It is written by hand: what is asked most is to cost least.
func (s *Server) Locate(w http.ResponseWriter, r *http.Request) {
	q, err := readAsking(callOf(r.Context()).query)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	n, err := s.places(r.Context()).For(q.district, q.place)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a := located{net: n}
	if q.at == nil && q.known == nil && q.release == nil {
		a.Answer = n.Locate(q.place, q.accuracy)
	} else {
		ctx, cancel := s.patient(r.Context(), readPatience)
		defer cancel()
		if a, err = s.locatePast(ctx, q, n); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	body := append(a.appendJSON(make([]byte, 0, 512)), '\n')
	s.sendJSON(w, r, body)
}

// locatePast answers of another time, given the net in force.
func (s *Server) locatePast(ctx context.Context, q asking, n *snapshot.Snapshot) (located, error) {
	m, err := newMoment(cmp.Or(q.at, q.known), q.release)
	if err != nil {
		return located{}, err
	}
	if m.release != 0 {
		if n, err = s.places(ctx).At(ctx, n.Release.District, m.release); err != nil {
			return located{}, err
		}
		return located{Answer: n.Locate(q.place, q.accuracy), net: n}, nil
	}
	at := time.Now()
	if q.at != nil {
		at = *q.at
	}
	a, err := s.places(ctx).LocateAt(ctx, n.District().Code, q.place, q.accuracy, at, value(q.known))
	return located{Answer: a, net: n}, err
}

// value is what a pointer points to, or the zero value.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
