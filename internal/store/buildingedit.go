package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

var _ grid.BuildingTx = (*locationTx)(nil)

// OpenBuildings implements grid.BuildingTx: the row of the revision makes writers take turns, those of whole files too.
func (t *locationTx) OpenBuildings(ctx context.Context) error {
	var next int64
	return explain(t.pg.QueryRow(ctx, query("revision-next"), t.head.District, setBuildings).Scan(&next))
}

// BuildingTagged implements grid.BuildingTx.
func (t *locationTx) BuildingTagged(ctx context.Context, code grid.Code) (*grid.Building, string, error) {
	var b grid.Building
	var tag string
	err := t.pg.QueryRow(ctx, query("building-tagged"), t.head.District, code).Scan(&b.ID, &b.Source, &b.Code, &b.Name, &b.Address, &b.Footprint, &b.Point, &b.Households, &b.Storeys, &b.Use, &b.Area, &tag)
	if none(err) {
		return nil, "", nil
	}
	return &b, tag, explain(err)
}

// LastBuilding implements grid.BuildingTx.
func (t *locationTx) LastBuilding(ctx context.Context, community grid.Code) (last int, err error) {
	err = t.pg.QueryRow(ctx, query("building-last"), t.head.District, community).Scan(&last)
	return last, explain(err)
}

// AddBuilding implements grid.BuildingTx.
func (t *locationTx) AddBuilding(ctx context.Context, b grid.Building) error {
	return t.writeBuilding(ctx, "building-add", b)
}

// SetBuilding implements grid.BuildingTx.
func (t *locationTx) SetBuilding(ctx context.Context, b grid.Building) error {
	return t.writeBuilding(ctx, "building-set", b)
}

func (t *locationTx) writeBuilding(ctx context.Context, name string, b grid.Building) error {
	err := written(1)(t.pg.Exec(ctx, query(name), t.head.District, b.ID, b.Source, b.Code, b.Name, b.Address, b.Footprint, b.Point, b.Households, b.Storeys, b.Use, b.Area))
	if err != nil {
		return err
	}
	return explain(notify(ctx, t.pg, t.head.District))
}

// RetireBuilding implements grid.BuildingTx.
func (t *locationTx) RetireBuilding(ctx context.Context, id string) error {
	if err := written(1)(t.pg.Exec(ctx, query("buildings-retire"), t.head.District, []string{id})); err != nil {
		return err
	}
	return explain(notify(ctx, t.pg, t.head.District))
}

// BuildingTag is the tag of the content of a building that the caller sees; "" where there is none.
func (s *Store) BuildingTag(ctx context.Context, district, code grid.Code) (string, error) {
	tags, err := listAs(ctx, s, district, scope.SeeBuildings, "building-tag", pgx.RowTo[string], district, code)
	if err != nil || len(tags) == 0 {
		return "", err
	}
	return tags[0], nil
}
