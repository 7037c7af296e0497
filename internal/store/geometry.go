package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"
	"github.com/twpayne/go-geom/encoding/wkbcommon"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// SRID of every stored geometry: CGCS2000 in degrees.
const SRID = 4490

// Bounds for what a damaged database can make the decoder allocate: vertices of a ring, rings of a part, parts of a shape. A gigabyte is PostgreSQL's own
// limit for a value.
func init() { wkbcommon.MaxGeometryElements = [4]int{0, 1 << 26, 1 << 22, 1 << 22} }

// registerGeometry teaches a connection PostGIS's type. It is absent before the first migration.
func registerGeometry(ctx context.Context, conn *pgx.Conn) error {
	var oid *uint32
	if err := conn.QueryRow(ctx, "SELECT to_regtype('geometry')::oid").Scan(&oid); err != nil {
		return err
	}
	if oid != nil {
		conn.TypeMap().RegisterType(&pgtype.Type{Name: "geometry", OID: *oid, Codec: geometryCodec{}})
	}
	return nil
}

// geometryCodec carries geo.MultiPolygon, geo.Point, lines ([][]geo.Point) and base geometries to and from PostGIS as EWKB,
// the binary form of its type. The lattice survives: k / 1e7 is rounded once, and back to k without loss.
type geometryCodec struct{}

func (geometryCodec) FormatSupported(format int16) bool { return format == pgtype.BinaryFormatCode }

func (geometryCodec) PreferredFormat() int16 { return pgtype.BinaryFormatCode }

func (geometryCodec) PlanEncode(_ *pgtype.Map, _ uint32, _ int16, value any) pgtype.EncodePlan {
	switch value.(type) {
	case geo.MultiPolygon, geo.Point, [][]geo.Point:
		return encodeGeometry{}
	}
	return nil
}

func (geometryCodec) PlanScan(_ *pgtype.Map, _ uint32, _ int16, target any) pgtype.ScanPlan {
	switch target.(type) {
	case *geo.MultiPolygon, *geo.Point, *grid.Feature:
		return scanGeometry{}
	}
	return nil
}

func (geometryCodec) DecodeDatabaseSQLValue(*pgtype.Map, uint32, int16, []byte) (driver.Value, error) {
	return nil, fmt.Errorf("store: geometries are not read through database/sql")
}

func (geometryCodec) DecodeValue(_ *pgtype.Map, _ uint32, _ int16, src []byte) (any, error) {
	if src == nil {
		return nil, nil
	}
	return ewkb.Unmarshal(src)
}

type encodeGeometry struct{}

func (encodeGeometry) Encode(value any, buf []byte) ([]byte, error) {
	var g geom.T
	switch v := value.(type) {
	case geo.MultiPolygon:
		g = toMultiPolygon(v)
	case geo.Point:
		g = geom.NewPointFlat(geom.XY, []float64{v.Lon(), v.Lat()}).SetSRID(SRID)
	case [][]geo.Point:
		g = toLines(v)
	}
	b, err := ewkb.Marshal(g, ewkb.NDR)
	return append(buf, b...), err
}

type scanGeometry struct{}

func (scanGeometry) Scan(src []byte, target any) error {
	var g geom.T
	if src != nil {
		var err error
		if g, err = ewkb.Unmarshal(src); err != nil {
			return err
		}
		if g.SRID() != SRID {
			return fmt.Errorf("store: a geometry has SRID %d, not %d", g.SRID(), SRID)
		}
	}
	var err error
	switch t := target.(type) {
	case *geo.MultiPolygon:
		switch v := g.(type) {
		case nil:
			*t = nil
			return nil
		case *geom.MultiPolygon:
			*t, err = fromMultiPolygon(v)
			return err
		}
	case *geo.Point:
		if v, ok := g.(*geom.Point); ok && !v.Empty() {
			*t, err = fromCoords(v.FlatCoords())
			return err
		}
	case *grid.Feature:
		switch v := g.(type) {
		case *geom.MultiPolygon:
			t.Shape, err = fromMultiPolygon(v)
			return err
		case *geom.MultiLineString:
			t.Lines, err = fromLines(v)
			return err
		}
	}
	return fmt.Errorf("store: a geometry is a %T where %T is read", g, target)
}

// toMultiPolygon repeats the first vertex of each ring at its end, as PostGIS has it. Everything else stays, the order included.
func toMultiPolygon(m geo.MultiPolygon) *geom.MultiPolygon {
	flat := make([]float64, 0, 2*(m.Vertices()+4*len(m)))
	endss := make([][]int, 0, len(m))
	for _, polygon := range m {
		ends := make([]int, 0, len(polygon))
		for _, ring := range polygon {
			for _, p := range ring {
				flat = append(flat, p.Lon(), p.Lat())
			}
			if len(ring) > 0 {
				flat = append(flat, ring[0].Lon(), ring[0].Lat())
			}
			ends = append(ends, len(flat))
		}
		endss = append(endss, ends)
	}
	return geom.NewMultiPolygonFlat(geom.XY, flat, endss).SetSRID(SRID)
}

func fromMultiPolygon(g *geom.MultiPolygon) (geo.MultiPolygon, error) {
	flat, begin := g.FlatCoords(), 0
	m := make(geo.MultiPolygon, 0, g.NumPolygons())
	for _, ends := range g.Endss() {
		polygon := make(geo.Polygon, 0, len(ends))
		for _, end := range ends {
			points, err := fromFlat(flat[begin:end])
			if err != nil {
				return nil, err
			}
			if n := len(points); n < 2 || points[0] != points[n-1] {
				return nil, fmt.Errorf("store: a ring of %d vertices is not closed", n)
			}
			polygon = append(polygon, points[:len(points)-1:len(points)-1])
			begin = end
		}
		m = append(m, polygon)
	}
	return m, nil
}

func toLines(lines [][]geo.Point) *geom.MultiLineString {
	var flat []float64
	ends := make([]int, 0, len(lines))
	for _, line := range lines {
		for _, p := range line {
			flat = append(flat, p.Lon(), p.Lat())
		}
		ends = append(ends, len(flat))
	}
	return geom.NewMultiLineStringFlat(geom.XY, flat, ends).SetSRID(SRID)
}

func fromLines(g *geom.MultiLineString) ([][]geo.Point, error) {
	flat, begin := g.FlatCoords(), 0
	lines := make([][]geo.Point, 0, g.NumLineStrings())
	for _, end := range g.Ends() {
		line, err := fromFlat(flat[begin:end])
		if err != nil {
			return nil, err
		}
		lines, begin = append(lines, line), end
	}
	return lines, nil
}

func fromFlat(flat []float64) ([]geo.Point, error) {
	points := make([]geo.Point, len(flat)/2)
	for i := range points {
		var err error
		if points[i], err = fromCoords(flat[2*i:]); err != nil {
			return nil, err
		}
	}
	return points, nil
}

// fromCoords reads a vertex, which must lie exactly on the lattice.
func fromCoords(c []float64) (geo.Point, error) {
	p := geo.Point{X: int32(math.Round(c[0] * geo.Scale)), Y: int32(math.Round(c[1] * geo.Scale))}
	if p.Lon() != c[0] || p.Lat() != c[1] {
		return p, fmt.Errorf("store: the stored vertex %v %v is not on the lattice", c[0], c[1])
	}
	return p, nil
}
