package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Batches implements grid.Store. To who sees a part of the district, a batch of which no point lies there does not exist.
func (s *Store) Batches(ctx context.Context, district grid.Code) ([]grid.Batch, error) {
	all, err := listAs(ctx, s, district, scope.SeePoints, "batches", func(r pgx.CollectableRow) (grid.Batch, error) {
		var points int64
		var kinds []string
		b, err := scanBatch(r, &points, &kinds)
		b.Points, b.Kinds = points, kinds
		return b, err
	}, district)
	if !scope.Of(ctx).Area(scope.SeePoints).Covers(string(district)) {
		all = slices.DeleteFunc(all, func(b grid.Batch) bool { return b.Points == 0 })
	}
	return all, err
}

// Batch implements grid.Store.
func (s *Store) Batch(ctx context.Context, district grid.Code, name string) (*grid.Batch, error) {
	found, err := list(ctx, s.pool, "batch", func(r pgx.CollectableRow) (grid.Batch, error) { return scanBatch(r) }, district, name)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// scanBatch reads the columns of a batch, and what comes after them.
func scanBatch(r pgx.CollectableRow, more ...any) (b grid.Batch, err error) {
	var datum string
	if err = r.Scan(append([]any{&b.Name, &b.Source, &datum, &b.Done, &b.By, &b.MadeAt, &b.Changed}, more...)...); err != nil {
		return b, err
	}
	b.Datum, err = datumOf(datum)
	b.MadeAt, b.Changed = b.MadeAt.UTC(), b.Changed.UTC()
	return b, err
}

// OpenBatch implements grid.LocationTx.
func (t *locationTx) OpenBatch(ctx context.Context, b grid.Batch) (grid.Batch, error) {
	if _, err := t.pg.Exec(ctx, query("batch-make"), t.head.District, b.Name, b.Source, b.Datum.String(), b.By, t.now); err != nil {
		return b, explain(err)
	}
	there, err := t.Batch(ctx, b.Name)
	if err != nil {
		return b, err
	}
	return *there, nil
}

// Batch implements grid.LocationTx.
func (t *locationTx) Batch(ctx context.Context, name string) (*grid.Batch, error) {
	found, err := list(ctx, t.pg, "batch-lock", func(r pgx.CollectableRow) (grid.Batch, error) { return scanBatch(r) }, t.head.District, name)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// SetBatch implements grid.LocationTx.
func (t *locationTx) SetBatch(ctx context.Context, b grid.Batch) error {
	_, err := t.pg.Exec(ctx, query("batch-set"), t.head.District, b.Name, b.Datum.String(), b.Done, b.By, t.now)
	return explain(err)
}

// BatchLocations implements grid.LocationTx.
func (t *locationTx) BatchLocations(ctx context.Context, batch string) grid.Pages {
	return cursor(ctx, t.pg, "batch-locations", scanLocation, t.head.District, batch)
}
