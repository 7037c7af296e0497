package store

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// scanLocation reads the columns of a location.
func scanLocation(r pgx.CollectableRow) (l grid.Location, err error) {
	var datum, attributes string
	err = r.Scan(&l.Kind, &l.ID, &l.At, &l.Lon, &l.Lat, &datum, &l.AccuracyM, &attributes, &l.Batch, &l.Point, &l.Area, &l.How, &l.Release, &l.Reason, &l.By,
		&l.MadeAt, &l.Changed, &l.Revision)
	if err != nil {
		return l, err
	}
	if l.Datum, err = datumOf(datum); attributes != "{}" {
		l.Attributes = []byte(attributes)
	}
	l.At, l.MadeAt, l.Changed = l.At.UTC(), l.MadeAt.UTC(), l.Changed.UTC()
	return l, err
}

// datumOf reads a column that holds the name of a datum.
func datumOf(name string) (crs.Datum, error) {
	d, ok := crs.Parse(name)
	if !ok {
		return d, fmt.Errorf("store: %q is no datum", name)
	}
	return d, nil
}

// Location implements grid.Store.
func (s *Store) Location(ctx context.Context, district grid.Code, k grid.Key) (*grid.Location, error) {
	found, err := listAs(ctx, s, district, scope.SeePoints, "location", scanLocation, district, k.Kind, k.ID)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// filterArgs are the parameters of a question about locations, from the district to the ids. The statement is planned anew each time: what a
// filter leaves out decides which index serves it.
func filterArgs(district grid.Code, f grid.LocationFilter) []any {
	args := []any{pgx.QueryExecModeCacheDescribe, district, f.Kinds, f.Within, f.Outside, f.Hows, orNull(f.Since), orNull(f.Until), f.Batch}
	if b := f.Box; b != nil {
		args = append(args, b.Min.Lon(), b.Min.Lat(), b.Max.Lon(), b.Max.Lat())
	} else {
		args = append(args, nil, nil, nil, nil)
	}
	return append(args, f.ID, successor(f.ID))
}

// orNull is a time, or null for none.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// successor is the least text that does not begin with s and comes after all that does; "" if there is none. PostgreSQL compares bytes (collation C), and
// the order of UTF-8 is that of its characters.
func successor(s string) string {
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
		switch {
		case r == 0xd7ff:
			return s + "\ue000" // no text holds what lies between
		case r < utf8.MaxRune:
			return s + string(r+1)
		}
	}
	return ""
}

// Locations implements grid.Store.
func (s *Store) Locations(ctx context.Context, district grid.Code, f grid.LocationFilter, after grid.Cursor, limit int) ([]grid.Location, error) {
	return listAs(ctx, s, district, scope.SeePoints, "locations", scanLocation, append(filterArgs(district, f), orNull(after.At), after.Kind, after.ID, limit)...)
}

// CountLocations implements grid.Store.
func (s *Store) CountLocations(ctx context.Context, district grid.Code, f grid.LocationFilter, by grid.CountBy, zone string) ([]grid.Count, error) {
	digits := map[grid.CountBy]int{grid.CountByGrid: 15, grid.CountByCommunity: 12, grid.CountByTown: 9}[by]
	return listAs(ctx, s, district, scope.SeePoints, "locations-count", func(r pgx.CollectableRow) (c grid.Count, err error) {
		var day pgtype.Date
		err = r.Scan(&c.Code, &c.Kind, &day, &c.N)
		if day.Valid {
			c.Day = day.Time
		}
		return c, err
	}, append(filterArgs(district, f), digits, by == grid.CountByKind, by == grid.CountByDay, zone)...)
}

// LocationsSince implements grid.Store. Where the database was put back to an older state, tx says nothing: begin with 0.
func (s *Store) LocationsSince(ctx context.Context, district grid.Code, tx uint64) (rows iter.Seq2[grid.Location, error], next func() uint64) {
	var reached uint64
	rows = func(yield func(grid.Location, error) bool) {
		fail := func(err error) { yield(grid.Location{}, explain(err)) }
		pg, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
		if err != nil {
			fail(err)
			return
		}
		defer pg.Rollback(context.WithoutCancel(ctx))
		var text string
		if err := pg.QueryRow(ctx, query("locations-next")).Scan(&text); err != nil {
			fail(err)
			return
		}
		for l, err := range stream(ctx, pg, "locations-since", scanLocation, pgx.QueryExecModeCacheDescribe, district, strconv.FormatUint(tx, 10)) {
			if !yield(l, err) || err != nil {
				return
			}
		}
		if reached, err = strconv.ParseUint(text, 10, 64); err != nil {
			fail(err)
		}
	}
	return rows, func() uint64 { return reached }
}
