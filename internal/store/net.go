package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Net implements grid.Store.
func (s *Store) Net(ctx context.Context, district grid.Code, n int) (*grid.Net, *grid.Release, error) {
	r, err := release(ctx, s.pool, district, n)
	if err != nil {
		return nil, nil, err
	}
	net, err := readNet(ctx, s.pool, district, n)
	if err != nil {
		return nil, nil, err
	}
	return net, r, nil
}

// readNet reads the divisions and grids of a release, which never change: grids that are not what their sheets were when they
// were published are fault net-damaged.
func readNet(ctx context.Context, q queryer, district grid.Code, n int) (*grid.Net, error) {
	net, err := readContent(ctx, q, district, n)
	if err != nil {
		return nil, err
	}
	stored, err := list(ctx, q, "net-sheets", func(r pgx.CollectableRow) (s grid.Sheet, err error) {
		hash := s.Hash[:]
		err = r.Scan(&s.Community, &hash)
		copy(s.Hash[:], hash)
		return s, err
	}, district, n)
	if err != nil {
		return nil, err
	}
	same := func(a, b grid.Sheet) bool { return a.Community == b.Community && a.Hash == b.Hash }
	if !slices.EqualFunc(net.Sheets(), stored, same) {
		return nil, fault.New(fault.Internal, "net-damaged", fault.Args{"district": district, "release": n})
	}
	return net, nil
}

// readContent reads the divisions and grids of a release as they are stored.
func readContent(ctx context.Context, q queryer, district grid.Code, n int) (*grid.Net, error) {
	divisions, err := list(ctx, q, "net-divisions", func(r pgx.CollectableRow) (d grid.Division, err error) {
		err = r.Scan(&d.Code, &d.Name, &d.SourceID, &d.Outline)
		return d, err
	}, district, n)
	if err != nil {
		return nil, err
	}
	net := new(grid.Net)
	for _, d := range divisions {
		switch d.Code.Level() {
		case grid.LevelDistrict:
			net.District = d
		case grid.LevelTown:
			net.Towns = append(net.Towns, d)
		case grid.LevelCommunity:
			net.Communities = append(net.Communities, d)
		}
	}
	net.Grids, err = list(ctx, q, "net-grids", scanFace, district, n)
	return net, err
}

func scanFace(r pgx.CollectableRow) (f grid.Face, err error) {
	err = r.Scan(&f.Code, &f.Name, &f.Kind, &f.Category, &f.SourceID, &f.Parts, &f.Shape)
	return f, err
}

// Candidates implements grid.Store. PostGIS picks what lies within a lattice unit, since a vertex on the line between two others
// is not always on it in floating point; geo keeps what covers the point.
func (s *Store) Candidates(ctx context.Context, district grid.Code, n int, p geo.Point) ([]grid.Face, error) {
	near, err := list(ctx, s.pool, "candidates", scanFace, district, n, p, 1/geo.Scale)
	return slices.DeleteFunc(near, func(f grid.Face) bool { return f.Shape.Locate(p) == geo.Outside }), err
}

// Divisions implements grid.Store.
func (s *Store) Divisions(ctx context.Context, district grid.Code, n int, codes []grid.Code) ([]grid.Division, error) {
	return list(ctx, s.pool, "divisions", func(r pgx.CollectableRow) (d grid.Division, err error) {
		err = r.Scan(&d.Code, &d.Name, &d.SourceID)
		return d, err
	}, district, n, codes)
}

// Names implements grid.Store.
func (s *Store) Names(ctx context.Context, district grid.Code) ([]grid.Named, error) {
	return list(ctx, s.pool, "names", func(r pgx.CollectableRow) (d grid.Named, err error) {
		err = r.Scan(&d.Code, &d.Name)
		return d, err
	}, district)
}

// PutNames implements grid.Store.
func (s *Store) PutNames(ctx context.Context, district grid.Code, names []grid.Named) error {
	last := make(map[grid.Code]string, len(names)) // a statement may change a row once
	for _, n := range names {
		last[n.Code] = n.Name
	}
	codes, texts := make([]grid.Code, 0, len(last)), make([]string, 0, len(last))
	for code, name := range last {
		codes, texts = append(codes, code), append(texts, name)
	}
	_, err := s.pool.Exec(ctx, query("names-put"), district, codes, texts)
	return explain(err)
}
