package api

import (
	"context"
	"fmt"
	"strconv"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// ListCollectionGeoJSON lists a level as a FeatureCollection, in CGCS2000 or in GCJ-02. It states which in a member crs, which RFC 7946 no longer has: else
// nobody could tell.
func (s *Server) ListCollectionGeoJSON(ctx context.Context, req ListCollectionGeoJSONRequestObject) (ListCollectionGeoJSONResponseObject, error) {
	p := req.Params
	f, err := newFilter(p.Within, nil, nil, nil, p.Bbox, p.After, p.Limit)
	if err != nil {
		return nil, err
	}
	d, err := datumOut((*string)(p.Crs))
	if err != nil {
		return nil, err
	}
	m, err := newMoment(p.At, p.Release)
	if err != nil {
		return nil, err
	}
	found, err := s.collect(ctx, req.Collection, p.District, m, f)
	if err != nil {
		return nil, err
	}
	head := fmt.Sprintf(`{"type":"FeatureCollection",%s,"numberMatched":%d,"numberReturned":%d`, exchange.CRS{Datum: d}.Member(), found.count, len(found.things))
	if found.next != "" {
		head += `,"next":"` + found.next + `"`
	}
	return listing{kind: "application/geo+json", tag: s.tagOf(ctx, found.nets), r: requestOf(ctx), things: found.things,
		head: head + `,"features":[`, tail: "]}\n", item: func(dst []byte, t thing) ([]byte, error) { return s.appendFeature(dst, t, d) }}, nil
}

// GetItemGeoJSON is one item as a Feature.
func (s *Server) GetItemGeoJSON(ctx context.Context, req GetItemGeoJSONRequestObject) (GetItemGeoJSONResponseObject, error) {
	d, err := datumOut((*string)(req.Params.Crs))
	if err != nil {
		return nil, err
	}
	m, err := newMoment(req.Params.At, req.Params.Release)
	if err != nil {
		return nil, err
	}
	t, err := s.find(ctx, req.Collection, req.Code, m)
	if err != nil {
		return nil, err
	}
	out, err := s.appendFeature(nil, t, d)
	if err != nil {
		return nil, err
	}
	const begin = `{"type":"Feature",`
	out = append([]byte(begin+exchange.CRS{Datum: d}.Member()+","), out[len(begin):]...)
	return bytesReply(ctx, "application/geo+json", append(out, '\n')), nil
}

func (s *Server) appendFeature(out []byte, t thing, d crs.Datum) ([]byte, error) {
	out = append(out, `{"type":"Feature","id":"`+t.code()+`","properties":`...)
	out, err := s.appendItem(out, t)
	if err != nil {
		return nil, err
	}
	out = append(out, `,"geometry":`...)
	if t.level == grid.LevelBuilding {
		b := t.net.Buildings[t.i]
		if len(b.Footprint) == 0 {
			out = append(out, `{"type":"Point","coordinates":`...)
			out = append(appendPosition(out, b.Point, d), '}')
		} else {
			out = appendShape(out, b.Footprint, d)
		}
	} else {
		out = appendShape(out, t.net.Shape(t.level, t.i), d)
	}
	return append(out, '}'), nil
}

// appendShape writes a shape as a MultiPolygon; rings are closed by repeating their first vertex.
func appendShape(out []byte, m geo.MultiPolygon, d crs.Datum) []byte {
	out = append(out, `{"type":"MultiPolygon","coordinates":[`...)
	for i, polygon := range m {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '[')
		for j, ring := range polygon {
			if j > 0 {
				out = append(out, ',')
			}
			out = append(out, '[')
			for _, p := range ring {
				out = append(appendPosition(out, p, d), ',')
			}
			out = append(appendPosition(out, ring[0], d), ']')
		}
		out = append(out, ']')
	}
	return append(out, `]}`...)
}

// appendPosition writes a place in degrees: exact in CGCS2000, to 1e-7 degree in GCJ-02.
func appendPosition(out []byte, p geo.Point, d crs.Datum) []byte {
	lon, lat := crs.FromCGCS2000(d, p.Lon(), p.Lat())
	out = append(out, '[')
	out = strconv.AppendFloat(out, round(lon, geo.Scale), 'f', -1, 64)
	out = append(out, ',')
	out = strconv.AppendFloat(out, round(lat, geo.Scale), 'f', -1, 64)
	return append(out, ']')
}
