package api

import (
	"cmp"
	"context"
	"math"
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
	// On the earth before the conversion: a conversion of nonsense may give sense.
	if _, ok := geo.FromDegrees(lon, lat); !ok {
		return geo.Point{}, notOnEarth(lon, lat)
	}
	p, ok := geo.FromDegrees(crs.ToCGCS2000(d, lon, lat))
	if !ok {
		return geo.Point{}, notOnEarth(lon, lat)
	}
	return p, nil
}

func notOnEarth(lon, lat float64) error {
	return fault.New(fault.Invalid, "not-on-earth", fault.Args{
		"lon": strconv.FormatFloat(lon, 'g', -1, 64), "lat": strconv.FormatFloat(lat, 'g', -1, 64)})
}

// locate answers for one coordinate by the net in force.
func (s *Server) locate(lon, lat float64, datumName string, accuracy float64, district string) (Location, error) {
	p, err := place(lon, lat, datumName)
	if err != nil {
		return Location{}, err
	}
	if err := checkAccuracy(accuracy); err != nil {
		return Location{}, err
	}
	n, err := s.Nets.For(grid.Code(district), p)
	if err != nil {
		return Location{}, err
	}
	return s.location(n.Locate(p, accuracy), n), nil
}

func checkAccuracy(accuracy float64) error {
	if !(accuracy >= 0 && accuracy <= maxAccuracy) {
		return fault.New(fault.Invalid, "parameter-range", fault.Args{"name": "accuracy", "min": 0, "max": maxAccuracy}).In(fault.Place{Field: "accuracy"})
	}
	return nil
}

// Locate answers for one coordinate, of today or of another time.
func (s *Server) Locate(ctx context.Context, req LocateRequestObject) (LocateResponseObject, error) {
	q := req.Params
	accuracy, district := value(q.Accuracy), value(q.District)
	if q.At == nil && q.Known == nil && q.Release == nil {
		l, err := s.locate(q.Lon, q.Lat, string(value(q.Crs)), accuracy, district)
		return Locate200JSONResponse(l), err
	}
	p, err := place(q.Lon, q.Lat, string(value(q.Crs)))
	if err != nil {
		return nil, err
	}
	if err := checkAccuracy(accuracy); err != nil {
		return nil, err
	}
	n, err := s.Nets.For(grid.Code(district), p)
	if err != nil {
		return nil, err
	}
	m, err := newMoment(cmp.Or(q.At, q.Known), q.Release)
	if err != nil {
		return nil, err
	}
	if m.release != 0 {
		if n, err = s.Nets.At(ctx, n.Release.District, m.release); err != nil {
			return nil, err
		}
		return Locate200JSONResponse(s.location(n.Locate(p, accuracy), n)), nil
	}
	at := time.Now()
	if q.At != nil {
		at = *q.At
	}
	a, err := s.Nets.LocateAt(ctx, n.District().Code, p, accuracy, at, value(q.Known))
	if err != nil {
		return nil, err
	}
	return Locate200JSONResponse(s.location(a, n)), nil
}

// location shapes an answer. Names of the circle's grids come from the net that holds them, where it is the one in force.
func (s *Server) location(a snapshot.Answer, n *snapshot.Snapshot) Location {
	l := Location{Release: a.Release, Inside: a.Inside, District: ref(a.District), BorderM: new(round(a.BorderM, 100))}
	if a.Inside {
		l.Town, l.Community = ref(a.Town), ref(a.Community)
		l.Grid = &GridRef{Code: string(a.Grid.Code), Name: a.Grid.Name, Kind: string(a.Grid.Kind), Category: string(a.Grid.Category)}
	} else {
		l.Nearest, l.NearestM = ref(a.Nearest), new(round(a.NearestM, 100))
	}
	if a.Circle != nil {
		circle := make([]Share, 0, len(a.Circle))
		for _, c := range a.Circle {
			share := Share{Share: round(c.Share, 1e4)}
			if c.Code != "" {
				share.Code = new(string(c.Code))
				if level, i, ok := n.Find(c.Code); ok && level == grid.LevelGrid {
					share.Name = new(n.Mesh.Net.Grids[i].Name)
				}
			}
			circle = append(circle, share)
		}
		l.Circle = &circle
	}
	return l
}

func ref(n grid.Named) *Ref { return &Ref{Code: string(n.Code), Name: n.Name} }

// value is what a pointer points to, or the zero value.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// round keeps a number of decimals that the answer can stand for: scale 100 keeps two.
func round(v, scale float64) float64 {
	return math.Round(v*scale) / scale
}
