package store

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
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
		err = r.Scan(&b.ID, &b.Source, &b.Code, &b.Name, &b.Address, &b.Footprint, &b.Point, &b.Households, &b.Storeys, &b.Use, &b.Area)
		return b, err
	}, district)
}

// Base implements grid.Store.
func (s *Store) Base(ctx context.Context, district grid.Code) iter.Seq2[grid.Feature, error] {
	return stream(ctx, s.pool, "base", func(r pgx.CollectableRow) (f grid.Feature, err error) {
		err = r.Scan(&f.Layer, &f.ID, &f.Source, &f.Class, &f.Name, &f)
		return f, err
	}, district)
}

// Revisions implements grid.Store.
func (s *Store) Revisions(ctx context.Context, district grid.Code) (base, buildings int64, err error) {
	err = s.pool.QueryRow(ctx, query("revisions"), district).Scan(&base, &buildings)
	return base, buildings, explain(err)
}

// RetiredBuildings implements grid.Store.
func (s *Store) RetiredBuildings(ctx context.Context, district grid.Code) ([]grid.RetiredBuilding, error) {
	return list(ctx, s.pool, "buildings-retired", pgx.RowToStructByPos[grid.RetiredBuilding], district)
}

// ChangeBuildings implements grid.Store. What is put is deleted first and copied anew: both are set-based, on one node as on many.
func (s *Store) ChangeBuildings(ctx context.Context, district grid.Code, c grid.BuildingChange) error {
	return s.change(ctx, district, setBuildings, c.Ground, func(pg pgx.Tx) error {
		ids, codes := make([]string, len(c.Put)), make([]grid.Code, len(c.Put))
		for i, b := range c.Put {
			ids[i], codes[i] = b.ID, b.Code
		}
		if _, err := pg.Exec(ctx, query("buildings-retire"), district, c.Remove); err != nil {
			return err
		}
		if _, err := pg.Exec(ctx, query("buildings-take"), district, ids); err != nil {
			return err
		}
		if _, err := pg.Exec(ctx, query("buildings-return"), district, codes); err != nil {
			return err
		}
		_, err := pg.CopyFrom(ctx, pgx.Identifier{"building"},
			[]string{"district", "id", "source", "code", "name", "address", "footprint", "point", "households", "storeys", "use", "area_code"},
			pgx.CopyFromSlice(len(c.Put), func(i int) ([]any, error) {
				b := &c.Put[i]
				return []any{district, b.ID, b.Source, b.Code, b.Name, b.Address, b.Footprint, b.Point, b.Households, b.Storeys, b.Use, b.Area}, nil
			}))
		return err
	})
}

// ChangeBase implements grid.Store, likewise.
func (s *Store) ChangeBase(ctx context.Context, district grid.Code, c grid.BaseChange) error {
	return s.change(ctx, district, setBase, c.Ground, func(pg pgx.Tx) error {
		var layers []grid.Layer
		var ids []string
		for _, k := range c.Remove {
			layers, ids = append(layers, k.Layer), append(ids, k.ID)
		}
		for _, f := range c.Put {
			layers, ids = append(layers, f.Layer), append(ids, f.ID)
		}
		if _, err := pg.Exec(ctx, query("base-take"), district, layers, ids); err != nil {
			return err
		}
		_, err := pg.CopyFrom(ctx, pgx.Identifier{"base"}, []string{"district", "layer", "id", "source", "class", "name", "geom"},
			pgx.CopyFromSlice(len(c.Put), func(i int) ([]any, error) {
				f := &c.Put[i]
				var g any = f.Lines
				if f.Shape != nil {
					g = f.Shape
				}
				return []any{district, f.Layer, f.ID, f.Source, f.Class, f.Name, g}, nil
			}))
		return err
	})
}

// change writes rows of one layer set, if the ground still stands, and tells every node.
func (s *Store) change(ctx context.Context, district grid.Code, set string, ground grid.Ground, write func(pgx.Tx) error) error {
	return explain(s.transact(ctx, func(pg pgx.Tx) error {
		if err := share(ctx, pg, district); err != nil {
			return err
		}
		var release *int // none before the first one
		if err := pg.QueryRow(ctx, query("head-share"), district).Scan(&release); err != nil {
			return err
		}
		var next int64 // its row also makes two writers of one set take turns
		if err := pg.QueryRow(ctx, query("revision-next"), district, set).Scan(&next); err != nil {
			return err
		}
		if next != ground.Revision+1 || release == nil && ground.Release != 0 || release != nil && *release != ground.Release {
			return fault.New(fault.Conflict, "changed-meanwhile", nil)
		}
		if err := write(pg); err != nil {
			return err
		}
		return notify(ctx, pg, district)
	}))
}

// BuildingsIn implements grid.Tx.
func (t *tx) BuildingsIn(ctx context.Context, boxes []geo.Bounds) ([]grid.Building, error) {
	x0, y0, x1, y1 := corners(boxes)
	return list(ctx, t.pg, "buildings-in", func(r pgx.CollectableRow) (b grid.Building, err error) {
		err = r.Scan(&b.ID, &b.Point, &b.Households, &b.Area)
		return b, err
	}, t.district, x0, y0, x1, y1)
}

// corners are boxes as arrays: least longitudes and latitudes, greatest longitudes and latitudes.
func corners(boxes []geo.Bounds) (x0, y0, x1, y1 []float64) {
	for _, b := range boxes {
		x0, y0, x1, y1 = append(x0, b.Min.Lon()), append(y0, b.Min.Lat()), append(x1, b.Max.Lon()), append(y1, b.Max.Lat())
	}
	return x0, y0, x1, y1
}

// MoveBuildings implements grid.Tx. It makes no new revision of the buildings: the grid of each follows from the release.
func (t *tx) MoveBuildings(ctx context.Context, area map[string]grid.Code) error {
	if len(area) == 0 {
		return nil
	}
	ids, codes := make([]string, 0, len(area)), make([]grid.Code, 0, len(area))
	for id, code := range area {
		ids, codes = append(ids, id), append(codes, code)
	}
	_, err := t.pg.Exec(ctx, query("buildings-move"), t.district, ids, codes)
	return explain(err)
}
