package store

import (
	"context"
	"encoding/hex"
	"iter"
	"log/slog"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/sql"
)

// records implements grid.Records on one transaction.
type records struct {
	pg  pgx.Tx
	log *slog.Logger
}

var _ grid.Records = records{}

// Examine runs fn with all that is stored as of one moment. Writers go on meanwhile and are not seen.
func (s *Store) Examine(ctx context.Context, fn func(grid.Records) error) error {
	pg, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return explain(err)
	}
	defer pg.Rollback(context.WithoutCancel(ctx))
	return fn(records{pg, s.log})
}

// Apart implements grid.Records.
func (r records) Apart(ctx context.Context, check func() error) error {
	savepoint, err := r.pg.Begin(ctx)
	if err != nil {
		return explain(err)
	}
	defer savepoint.Rollback(context.WithoutCancel(ctx))
	return check()
}

// Foundations implements grid.Records.
func (r records) Foundations(ctx context.Context) iter.Seq2[grid.Finding, error] {
	return func(yield func(grid.Finding, error) bool) {
		found, err := r.foundations(ctx)
		for _, f := range found {
			if !yield(f, nil) {
				return
			}
		}
		if err != nil {
			yield(grid.Finding{}, err)
		}
	}
}

func (r records) foundations(ctx context.Context) (found []grid.Finding, err error) {
	there, err := list(ctx, r.pg, "doctor-catalogue", pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	for _, line := range sql.Catalogue() {
		if !slices.Contains(there, line) {
			found = append(found, grid.Finding{Row: line, Fault: fault.New(fault.Internal, "schema-lacks", fault.Args{"what": line})})
		}
	}
	ills, err := list(ctx, r.pg, "doctor-foundations", func(row pgx.CollectableRow) (f grid.Finding, err error) {
		var rule, name, more string
		err = row.Scan(&rule, &name, &more)
		return foundation(rule, name, more), err
	})
	return append(found, ills...), err
}

// foundation is a row of doctor-foundations as a finding.
func foundation(rule, name, more string) grid.Finding {
	f := grid.Finding{Row: name, Advice: rule == "extension-behind" || rule == "schema-left-over"}
	args := fault.Args{"name": name, "table": more}
	switch rule {
	case "trigger-off":
		args["table"] = name
	case "checksum-failures":
		f.Row, args["count"] = "", name
	case "schema-left-over":
		args["size"] = more
	case "extension-behind":
		args["have"], args["installed"], _ = strings.Cut(more, " ")
		args["command"] = "ALTER EXTENSION " + name + " UPDATE"
		if name == "postgis" {
			args["command"] = "SELECT postgis_extensions_upgrade()"
		}
	}
	f.Fault = fault.New(fault.Internal, rule, args)
	return f
}

// Districts implements grid.Records.
func (r records) Districts(ctx context.Context) ([]grid.Head, error) {
	return list(ctx, r.pg, "doctor-districts", func(row pgx.CollectableRow) (h grid.Head, err error) {
		err = row.Scan(&h.District, &h.Release)
		return h, err
	})
}

// Releases implements grid.Records.
func (r records) Releases(ctx context.Context, district grid.Code) ([]grid.Release, error) {
	return list(ctx, r.pg, "releases", scanRelease, district)
}

// Timeline implements grid.Records.
func (r records) Timeline(ctx context.Context, district grid.Code) ([]grid.Interval, error) {
	return timeline(ctx, r.pg, district)
}

// Content implements grid.Records.
func (r records) Content(ctx context.Context, district grid.Code, n int) (*grid.Net, error) {
	return readContent(ctx, r.pg, district, n)
}

// Gate implements grid.Records.
func (r records) Gate(ctx context.Context, district grid.Code, n int) ([]geo.Defect, error) {
	return gate(ctx, r.pg, r.log, district, n)
}

// Sheets implements grid.Records. A shape that cannot be read is nil, and so changes the sheet's hash.
func (r records) Sheets(ctx context.Context, district grid.Code) iter.Seq2[grid.Sheet, error] {
	type face struct {
		sheet     [32]byte
		community grid.Code
		grid.Face
	}
	faces := stream(ctx, r.pg, "doctor-sheets", func(row pgx.CollectableRow) (f face, err error) {
		var hash, shape []byte
		err = row.Scan(&hash, &f.community, &f.Code, &f.Name, &f.Kind, &f.Category, &f.SourceID, &f.Parts, &shape)
		copy(f.sheet[:], hash)
		f.Shape = readShape(shape)
		return f, err
	}, district)
	return func(yield func(grid.Sheet, error) bool) {
		var s grid.Sheet
		for f, err := range faces {
			if err != nil {
				yield(grid.Sheet{}, err)
				return
			}
			if s.Hash != f.sheet {
				if s.Faces != nil && !yield(s, nil) {
					return
				}
				s = grid.Sheet{Community: f.community, Hash: f.sheet}
			}
			s.Faces = append(s.Faces, f.Face)
		}
		if s.Faces != nil {
			yield(s, nil)
		}
	}
}

// readShape reads a multipolygon whatever is stored; nil for what is none of the lattice.
func readShape(b []byte) geo.MultiPolygon {
	g, err := ewkb.Unmarshal(b)
	if err != nil || g.SRID() != SRID {
		return nil
	}
	if m, ok := g.(*geom.MultiPolygon); ok {
		if shape, err := fromMultiPolygon(m); err == nil {
			return shape
		}
	}
	return nil
}

// TornOutlines implements grid.Records.
func (r records) TornOutlines(ctx context.Context, district grid.Code) iter.Seq2[string, error] {
	outlines := stream(ctx, r.pg, "doctor-outlines", func(row pgx.CollectableRow) (torn string, err error) {
		var hash, shape []byte
		if err = row.Scan(&hash, &shape); err == nil && outlineHash(readShape(shape)) != [32]byte(hash) {
			torn = hex.EncodeToString(hash)
		}
		return torn, err
	}, district)
	return func(yield func(string, error) bool) {
		for torn, err := range outlines {
			if (torn != "" || err != nil) && !yield(torn, err) {
				return
			}
		}
	}
}

// ReleaseCodes implements grid.Records.
func (r records) ReleaseCodes(ctx context.Context, district grid.Code) iter.Seq2[grid.ReleaseCodes, error] {
	return func(yield func(grid.ReleaseCodes, error) bool) {
		of := map[string][]grid.Code{} // of a sheet, shared by all releases that have it
		for part, err := range stream(ctx, r.pg, "doctor-sheet-codes", func(row pgx.CollectableRow) (struct{}, error) {
			var hash []byte
			var codes []grid.Code
			err := row.Scan(&hash, &codes)
			of[string(hash)] = codes
			return struct{}{}, err
		}, district) {
			if _ = part; err != nil {
				yield(grid.ReleaseCodes{}, err)
				return
			}
		}
		for part, err := range stream(ctx, r.pg, "doctor-release-sheets", func(row pgx.CollectableRow) (c grid.ReleaseCodes, err error) {
			var hash []byte
			err = row.Scan(&c.Release, &hash, &c.Codes)
			if hash != nil {
				c.Codes = of[string(hash)]
			}
			return c, err
		}, district) {
			if !yield(part, err) {
				return
			}
		}
	}
}

// Orphans implements grid.Records.
func (r records) Orphans(ctx context.Context, district grid.Code) iter.Seq2[grid.Orphan, error] {
	return stream(ctx, r.pg, "doctor-orphans", func(row pgx.CollectableRow) (o grid.Orphan, err error) {
		err = row.Scan(&o.Row, &o.Lack)
		return o, err
	}, district)
}

// Placed implements grid.Records.
func (r records) Placed(ctx context.Context, district grid.Code, n int) iter.Seq2[grid.Placed, error] {
	locations := stream(ctx, r.pg, "doctor-locations", func(row pgx.CollectableRow) (p grid.Placed, err error) {
		var datum string
		var lon, lat float64
		err = row.Scan(&p.Kind, &p.ID, &p.Lon, &p.Lat, &datum, &lon, &lat, &p.Area, &p.How, &p.Alive, &p.Inside, &p.Within)
		p.Datum, _ = crs.Parse(datum) // a constraint of the table allows no others
		p.Point, p.Off = onLattice(lon, lat)
		return p, err
	}, district, n)
	buildings := stream(ctx, r.pg, "doctor-buildings", func(row pgx.CollectableRow) (p grid.Placed, err error) {
		var lon, lat float64
		p.Kind = grid.KindBuilding
		err = row.Scan(&p.ID, &p.Code, &lon, &lat, &p.Area, &p.Known, &p.Retired, &p.Alive, &p.Inside, &p.Within)
		p.Point, p.Off = onLattice(lon, lat)
		return p, err
	}, district, n)
	return func(yield func(grid.Placed, error) bool) {
		for _, rows := range []iter.Seq2[grid.Placed, error]{locations, buildings} {
			for p, err := range rows {
				if !yield(p, err) {
					return
				}
			}
		}
	}
}

// onLattice is the lattice point next to a stored one; off says that it is another.
func onLattice(lon, lat float64) (p geo.Point, off bool) {
	p, ok := geo.FromDegrees(lon, lat)
	return p, !ok || p.Lon() != lon || p.Lat() != lat
}
