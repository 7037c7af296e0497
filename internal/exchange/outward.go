package exchange

import (
	"bufio"
	"bytes"
	"context"
	"iter"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// outward brings the geometries of records from CGCS2000 into the system, in order.
func (c CRS) outward(ctx context.Context, layouts []Layout, rows iter.Seq2[Record, error]) iter.Seq2[Record, error] {
	if c.System != "" {
		return c.projected(ctx, layouts, rows)
	}
	if c.Datum == crs.CGCS2000 || c.Datum == crs.WGS84 {
		return rows
	}
	return func(yield func(Record, error) bool) {
		for r, err := range rows {
			if err == nil {
				shift := func(p orb.Point) orb.Point {
					x, y := crs.FromCGCS2000(c.Datum, p[0], p[1])
					return orb.Point{x, y}
				}
				r.Geometry, r.Point = moved(r.Geometry, shift), shift(r.Point)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// moved moves every position of a geometry, in place but for a Point.
func moved(g orb.Geometry, to func(orb.Point) orb.Point) orb.Geometry {
	if p, ok := g.(orb.Point); ok {
		return to(p)
	}
	for p := range positions(g) {
		*p = to(*p)
	}
	return g
}

// projected brings records into a system of GDAL's, in batches.
func (c CRS) projected(ctx context.Context, layouts []Layout, rows iter.Seq2[Record, error]) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		var wait []Record
		var points []orb.Point
		flush := func() bool {
			to, err := c.project(ctx, points)
			for _, r := range wait {
				if err != nil {
					break
				}
				next := func(orb.Point) orb.Point {
					p := to[0]
					to = to[1:]
					return p
				}
				if r.Geometry = moved(r.Geometry, next); layouts[r.Layer].Located {
					r.Point = next(r.Point)
				}
				if !yield(r, nil) {
					return false
				}
			}
			wait, points = wait[:0], points[:0]
			return err == nil || yield(Record{}, err)
		}
		for r, err := range rows {
			if err != nil {
				yield(r, err)
				return
			}
			for p := range positions(r.Geometry) {
				points = append(points, *p)
			}
			if layouts[r.Layer].Located {
				points = append(points, r.Point)
			}
			if wait = append(wait, r); len(points) < batchVertices && len(wait) < batchVertices {
				continue
			}
			if !flush() {
				return
			}
		}
		flush()
	}
}

// project gives places in degrees of CGCS2000 in the system. Each is brought back and must lie on its lattice point again: a
// projection used far from its zone gives numbers that are no coordinates.
func (c CRS) project(ctx context.Context, points []orb.Point) ([]orb.Point, error) {
	to, err := transformed(ctx, "EPSG:4490", c.System, points, longRun)
	if err != nil {
		return nil, err
	}
	covered := slices.IndexFunc(to, func(p orb.Point) bool { return math.IsInf(p[0], 0) })
	if covered < 0 {
		covered = len(to)
	}
	back, err := reproject(ctx, c.System, to[:covered], longRun)
	if err != nil {
		return nil, err
	}
	for i, p := range points {
		was, _ := geo.FromDegrees(p[0], p[1])
		if i < covered {
			if is, ok := geo.FromDegrees(back[i][0], back[i][1]); ok && is == was {
				continue
			}
		}
		f := fault.New(fault.Invalid, "outside-projection", fault.Args{"lon": plain(p[0]), "lat": plain(p[1]), "crs": c.System})
		f.At = &was
		return nil, f
	}
	return to, nil
}

// transformed brings points from one system into another, through GDAL's gdaltransform; longitude or easting first in all of them. A
// point that a system does not cover becomes infinite.
func transformed(ctx context.Context, from, to string, points []orb.Point, limit timeout) ([]orb.Point, error) {
	if len(points) == 0 {
		return nil, nil
	}
	var in []byte
	for _, p := range points {
		in = strconv.AppendFloat(in, p[0], 'g', -1, 64)
		in = append(in, ' ')
		in = strconv.AppendFloat(in, p[1], 'g', -1, 64)
		in = append(in, '\n')
	}
	out, err := gdal{limit: limit}.run(ctx, bytes.NewReader(in), "gdaltransform", "-s_srs", from, "-t_srs", to, "-output_xy")
	if err != nil {
		return nil, err
	}
	all := make([]orb.Point, 0, len(points))
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		xs, ys, _ := bytes.Cut(lines.Bytes(), []byte{' '})
		x, xerr := strconv.ParseFloat(string(xs), 64)
		y, yerr := strconv.ParseFloat(string(ys), 64)
		if xerr != nil || yerr != nil { // "transformation failed."
			x, y = math.Inf(1), math.Inf(1)
		}
		all = append(all, orb.Point{x, y})
	}
	if len(all) != len(points) {
		return nil, fault.New(fault.Internal, "internal", nil)
	}
	return all, nil
}
