package store

import (
	"cmp"
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// many is from how many locations on they are stored by COPY: it fills page after page, where INSERT has to be ready for a conflict with each row,
// which costs the database twice as much.
const many = 256

// locationColumns are the columns that copyLocations fills.
var locationColumns = []string{"district", "kind", "id", "at", "raw_lon", "raw_lat", "crs", "accuracy_m", "attributes", "batch", "geom", "area_code", "how", "release",
	"reason", "by", "made_at", "changed", "revision"}

// copyLocations stores locations, given in the order of their keys, by COPY. It takes all of them or none: none where a key comes twice
// or is there already, which is looked up before, and undone where another writer was quicker.
func (t *locationTx) copyLocations(ctx context.Context, points []*grid.Location) (done bool, err error) {
	kinds, ids := make([]string, len(points)), make([]string, len(points))
	for i, l := range points {
		if kinds[i], ids[i] = l.Kind, l.ID; i > 0 && l.Key() == points[i-1].Key() {
			return false, nil
		}
	}
	var known bool
	if err := t.pg.QueryRow(ctx, query("locations-any"), t.head.District, kinds, ids).Scan(&known); err != nil || known {
		return false, explain(err)
	}
	savepoint, err := t.pg.Begin(ctx)
	if err != nil {
		return false, explain(err)
	}
	_, err = savepoint.CopyFrom(ctx, pgx.Identifier{"location"}, locationColumns, pgx.CopyFromSlice(len(points), func(i int) ([]any, error) {
		l := points[i]
		return []any{string(t.head.District), l.Kind, l.ID, l.At, l.Lon, l.Lat, l.Datum.String(), l.AccuracyM, cmp.Or(string(l.Attributes), "{}"), l.Batch, l.Point,
			string(l.Area), string(l.How), t.head.Release, "", l.By, t.now, t.now, 1}, nil
	}))
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "23505" { // unique_violation
		return false, explain(savepoint.Rollback(ctx))
	}
	if err != nil {
		return false, explain(err)
	}
	return true, explain(savepoint.Commit(ctx))
}
