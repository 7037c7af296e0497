package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// locationTx is a transaction that writes locations.
type locationTx struct {
	pg   pgx.Tx
	head grid.Head
	now  time.Time
}

var _ grid.LocationTx = (*locationTx)(nil)

// Write implements grid.Store.
func (s *Store) Write(ctx context.Context, district grid.Code, fn func(grid.LocationTx) error) error {
	return s.transact(ctx, func(pg pgx.Tx) error {
		t := &locationTx{pg: pg, head: grid.Head{District: district}}
		var made pgtype.Timestamptz
		var locks pgx.Batch
		locks.Queue(query("write-share"), district)
		locks.Queue(query("write-head"), district).QueryRow(func(r pgx.Row) error { return r.Scan(&t.head.Release, &made, &t.now) })
		if err := pg.SendBatch(ctx, &locks).Close(); err != nil && !none(err) {
			return explain(err)
		}
		t.head.MadeAt, t.now = moment(made), t.now.UTC()
		return fn(t)
	})
}

// Head implements grid.LocationTx.
func (t *locationTx) Head() grid.Head { return t.head }

// Now implements grid.LocationTx.
func (t *locationTx) Now() time.Time { return t.now }

// columns are locations as arrays, one a column: the shape in which thousands go into one statement.
type columns struct {
	kind, id, crs, attributes, batch, area, how, reason, by []string
	at                                                      []time.Time
	lon, lat, accuracy, x, y                                []float64
}

// byKey puts locations into the order of their keys, in which two writers of the same ones never block each other.
func byKey(points []grid.Location) []*grid.Location {
	order := make([]*grid.Location, len(points))
	for i := range points {
		order[i] = &points[i]
	}
	slices.SortStableFunc(order, func(a, b *grid.Location) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID))
	})
	return order
}

// columnsOf takes locations apart in the order of their keys.
func columnsOf(points []grid.Location) columns {
	order := byKey(points)
	c := columns{at: make([]time.Time, len(order))}
	for _, list := range []*[]string{&c.kind, &c.id, &c.crs, &c.attributes, &c.batch, &c.area, &c.how, &c.reason, &c.by} {
		*list = make([]string, len(order))
	}
	for _, list := range []*[]float64{&c.lon, &c.lat, &c.accuracy, &c.x, &c.y} {
		*list = make([]float64, len(order))
	}
	for i, l := range order {
		c.kind[i], c.id[i], c.crs[i], c.batch[i], c.area[i], c.how[i] = l.Kind, l.ID, l.Datum.String(), l.Batch, string(l.Area), string(l.How)
		c.reason[i], c.by[i], c.attributes[i] = l.Reason, l.By, cmp.Or(string(l.Attributes), "{}")
		c.at[i], c.lon[i], c.lat[i], c.accuracy[i], c.x[i], c.y[i] = l.At, l.Lon, l.Lat, l.AccuracyM, l.Point.Lon(), l.Point.Lat()
	}
	return c
}

// AddLocations implements grid.LocationTx. All points have one author.
func (t *locationTx) AddLocations(ctx context.Context, points []grid.Location) (all bool, err error) {
	if len(points) >= many {
		if all, err = t.copyLocations(ctx, byKey(points)); all || err != nil {
			return all, err
		}
	}
	c := columnsOf(points)
	tag, err := t.pg.Exec(ctx, query("locations-add"), t.head.District, t.head.Release, points[0].By, t.now, c.kind, c.id, c.at, c.lon, c.lat, c.crs, c.accuracy,
		c.attributes, c.batch, c.x, c.y, c.area, c.how)
	return tag.RowsAffected() == int64(len(points)), explain(err)
}

// KnownLocations implements grid.LocationTx.
func (t *locationTx) KnownLocations(ctx context.Context, keys []grid.Key, lock bool) ([]grid.Location, error) {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b grid.Key) int { return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID)) })
	keys = slices.Compact(keys)
	kinds, ids := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		kinds[i], ids[i] = k.Kind, k.ID
	}
	if lock {
		if _, err := t.pg.Exec(ctx, query("locations-lock"), t.head.District, kinds, ids); err != nil {
			return nil, explain(err)
		}
	}
	return list(ctx, t.pg, "locations-known", scanLocation, t.head.District, kinds, ids)
}

// SetLocations implements grid.LocationTx.
func (t *locationTx) SetLocations(ctx context.Context, points []grid.Location) error {
	if len(points) == 0 {
		return nil
	}
	c := columnsOf(points)
	return written(len(points))(t.pg.Exec(ctx, query("locations-set"), t.head.District, t.head.Release, t.now, c.kind, c.id, c.at, c.lon, c.lat, c.crs, c.accuracy, c.attributes,
		c.batch, c.x, c.y, c.area, c.how, c.reason, c.by))
}

// written judges a statement that must write so many rows. Fewer are a conflict.
func written(rows int) func(pgconn.CommandTag, error) error {
	return func(tag pgconn.CommandTag, err error) error {
		if err == nil && tag.RowsAffected() != int64(rows) {
			return fault.New(fault.Conflict, "write-conflict", nil)
		}
		return explain(err)
	}
}

// PutEvent implements grid.LocationTx.
func (t *locationTx) PutEvent(ctx context.Context, topic string, n int, scope grid.Code, data []byte) error {
	_, err := t.pg.Exec(ctx, query("event-put"), t.head.District, topic, n, scope, string(data), t.now)
	return explain(err)
}
