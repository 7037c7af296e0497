package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Districts implements grid.Store.
func (s *Store) Districts(ctx context.Context) ([]grid.Head, error) {
	return list(ctx, s.pool, "districts", func(r pgx.CollectableRow) (h grid.Head, err error) {
		var made, since pgtype.Timestamptz
		err = r.Scan(&h.District, &h.Name, &h.Release, &made, &since)
		h.MadeAt, h.Since = moment(made), moment(since)
		return h, err
	})
}

// Releases implements grid.Store.
func (s *Store) Releases(ctx context.Context, district grid.Code) ([]grid.Release, error) {
	return list(ctx, s.pool, "releases", scanRelease, district)
}

func scanRelease(r pgx.CollectableRow) (v grid.Release, err error) {
	err = r.Scan(&v.District, &v.N, &v.MadeAt, &v.By, &v.Note, &v.Corrects)
	v.MadeAt = v.MadeAt.UTC()
	return v, err
}

// Timeline implements grid.Store.
func (s *Store) Timeline(ctx context.Context, district grid.Code) ([]grid.Interval, error) {
	return timeline(ctx, s.pool, district)
}

func timeline(ctx context.Context, q queryer, district grid.Code) ([]grid.Interval, error) {
	return list(ctx, q, "timeline", func(r pgx.CollectableRow) (v grid.Interval, err error) {
		var valid, recorded timeRange
		err = r.Scan(&v.Release, &valid, &recorded)
		v.Valid, v.Recorded = fromRange(valid), fromRange(recorded)
		return v, err
	}, district)
}

// InForce implements grid.Store.
func (s *Store) InForce(ctx context.Context, district grid.Code, at, known time.Time) (n int, err error) {
	var asOf *time.Time
	if !known.IsZero() {
		asOf = &known
	}
	err = s.pool.QueryRow(ctx, query("in-force"), district, at, asOf).Scan(&n)
	if none(err) {
		return 0, nil
	}
	return n, explain(err)
}

// UsedCodes implements grid.Store.
func (s *Store) UsedCodes(ctx context.Context, district grid.Code) ([]grid.Code, error) {
	return usedCodes(ctx, s.pool, district)
}

func usedCodes(ctx context.Context, q queryer, district grid.Code) ([]grid.Code, error) {
	return list(ctx, q, "used-codes", pgx.RowTo[grid.Code], district)
}

// Lineage implements grid.Store.
func (s *Store) Lineage(ctx context.Context, district grid.Code, since, until int) ([]grid.Lineage, error) {
	return listAs(ctx, s, district, scope.SeeHistory, "lineage", func(r pgx.CollectableRow) (l grid.Lineage, err error) {
		err = r.Scan(&l.Release, &l.From, &l.To, &l.Kind, &l.Households, &l.Buildings, &l.AreaM2, &l.FromShare, &l.ToShare)
		return l, err
	}, district, since, until)
}

// release reads one release; fault not-found if there is none.
func release(ctx context.Context, q queryer, district grid.Code, n int) (*grid.Release, error) {
	var all []grid.Release
	if n >= 1 && n <= math.MaxInt32 { // others the database has no type for
		var err error
		if all, err = list(ctx, q, "release", scanRelease, district, n); err != nil {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, fault.New(fault.NotFound, "not-found", fault.Args{"what": fault.Text{
			Zh: fmt.Sprintf("城区 %s 的第 %d 号发布", district, n), En: fmt.Sprintf("release %d of district %s", n, district)}})
	}
	return &all[0], nil
}
