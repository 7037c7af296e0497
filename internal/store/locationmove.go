package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// LocationsIn implements grid.Tx.
func (t *tx) LocationsIn(ctx context.Context, boxes []geo.Bounds, manual []grid.Code) grid.Pages {
	x0, y0, x1, y1 := corners(boxes)
	return cursor(ctx, t.pg, "locations-in", func(r pgx.CollectableRow) (l grid.Location, err error) {
		err = r.Scan(&l.Kind, &l.ID, &l.Point, &l.Area, &l.How)
		return l, err
	}, t.district, x0, y0, x1, y1, manual)
}

// MoveLocations implements grid.Tx.
func (t *tx) MoveLocations(ctx context.Context, n int, by string, points []grid.Location) error {
	kinds, ids, areas, hows := make([]string, len(points)), make([]string, len(points)), make([]string, len(points)), make([]string, len(points))
	for i, l := range points {
		kinds[i], ids[i], areas[i], hows[i] = l.Kind, l.ID, string(l.Area), string(l.How)
	}
	return written(len(points))(t.pg.Exec(ctx, query("locations-move"), t.district, n, by, t.now, kinds, ids, areas, hows))
}

// PutMoves implements grid.Tx.
func (t *tx) PutMoves(ctx context.Context, n int, moves []grid.Movement) error {
	if len(moves) == 0 {
		return nil
	}
	kinds, ids, from, to := make([]string, len(moves)), make([]string, len(moves)), make([]string, len(moves)), make([]string, len(moves))
	for i, m := range moves {
		kinds[i], ids[i], from[i], to[i] = m.Kind, m.ID, string(m.From), string(m.To)
	}
	return written(len(moves))(t.pg.Exec(ctx, query("moves-put"), t.district, n, kinds, ids, from, to))
}

// Moves implements grid.Store.
func (s *Store) Moves(ctx context.Context, district grid.Code, since, until int) ([]grid.Moved, error) {
	return listAs(ctx, s, district, scope.SeePoints, "moves", func(r pgx.CollectableRow) (m grid.Moved, err error) {
		err = r.Scan(&m.Kind, &m.From, &m.To, &m.Count)
		return m, err
	}, district, since, until)
}
