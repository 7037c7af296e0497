package store

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Layer sets that have a revision.
const (
	setBase      = "base"
	setBuildings = "buildings"
)

// Buildings implements grid.Store.
func (s *Store) Buildings(ctx context.Context, district grid.Code) iter.Seq2[grid.Building, error] {
	return stream(ctx, s.pool, "buildings", func(r pgx.CollectableRow) (b grid.Building, err error) {
		err = r.Scan(&b.ID, &b.Code, &b.Name, &b.Address, &b.Footprint, &b.Point, &b.Households, &b.Storeys, &b.Use, &b.Area)
		return b, err
	}, district)
}

// Base implements grid.Store.
func (s *Store) Base(ctx context.Context, district grid.Code) iter.Seq2[grid.Feature, error] {
	return stream(ctx, s.pool, "base", func(r pgx.CollectableRow) (f grid.Feature, err error) {
		err = r.Scan(&f.Layer, &f.ID, &f.Class, &f.Name, &f)
		return f, err
	}, district)
}

// Revisions implements grid.Store.
func (s *Store) Revisions(ctx context.Context, district grid.Code) (base, buildings int64, err error) {
	err = s.pool.QueryRow(ctx, query("revisions"), district).Scan(&base, &buildings)
	return base, buildings, explain(err)
}

// PutBuildings implements grid.Store.
func (s *Store) PutBuildings(ctx context.Context, district grid.Code, rows iter.Seq[grid.Building]) error {
	src, stop := source(rows, func(b grid.Building) []any {
		return []any{district, b.ID, b.Code, b.Name, b.Address, b.Footprint, b.Point, b.Households, b.Storeys, b.Use, b.Area}
	})
	defer stop()
	return s.replace(ctx, district, setBuildings, "buildings-clear", pgx.Identifier{"building"},
		[]string{"district", "id", "code", "name", "address", "footprint", "point", "households", "storeys", "use", "area_code"}, src)
}

// PutBase implements grid.Store.
func (s *Store) PutBase(ctx context.Context, district grid.Code, rows iter.Seq[grid.Feature]) error {
	src, stop := source(rows, func(f grid.Feature) []any {
		var g any = f.Lines
		if f.Shape != nil {
			g = f.Shape
		}
		return []any{district, f.Layer, f.ID, f.Class, f.Name, g}
	})
	defer stop()
	return s.replace(ctx, district, setBase, "base-clear", pgx.Identifier{"base"}, []string{"district", "layer", "id", "class", "name", "geom"}, src)
}

// replace puts new rows in the place of a district's old ones, and tells every node.
func (s *Store) replace(ctx context.Context, district grid.Code, set, clear string, table pgx.Identifier, columns []string, src pgx.CopyFromSource) error {
	return explain(s.transact(ctx, func(tx pgx.Tx) error {
		if err := share(ctx, tx, district); err != nil {
			return err
		}
		// The revision's row also makes two writers of one set take turns.
		if _, err := tx.Exec(ctx, query("revision-next"), district, set); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, query(clear), district); err != nil {
			return err
		}
		if _, err := tx.CopyFrom(ctx, table, columns, src); err != nil {
			return err
		}
		return notify(ctx, tx, district)
	}))
}

// BuildingsIn implements grid.Tx.
func (t *tx) BuildingsIn(ctx context.Context, boxes []geo.Bounds) ([]grid.Building, error) {
	x0, y0, x1, y1 := make([]float64, len(boxes)), make([]float64, len(boxes)), make([]float64, len(boxes)), make([]float64, len(boxes))
	for i, b := range boxes {
		x0[i], y0[i], x1[i], y1[i] = b.Min.Lon(), b.Min.Lat(), b.Max.Lon(), b.Max.Lat()
	}
	return list(ctx, t.pg, "buildings-in", func(r pgx.CollectableRow) (b grid.Building, err error) {
		err = r.Scan(&b.ID, &b.Point, &b.Households, &b.Area)
		return b, err
	}, t.district, x0, y0, x1, y1)
}

// MoveBuildings implements grid.Tx.
func (t *tx) MoveBuildings(ctx context.Context, area map[string]grid.Code) error {
	if len(area) == 0 {
		return nil
	}
	ids, codes := make([]string, 0, len(area)), make([]grid.Code, 0, len(area))
	for id, code := range area {
		ids, codes = append(ids, id), append(codes, code)
	}
	if _, err := t.pg.Exec(ctx, query("buildings-move"), t.district, ids, codes); err != nil {
		return explain(err)
	}
	_, err := t.pg.Exec(ctx, query("revision-next"), t.district, setBuildings)
	return explain(err)
}
