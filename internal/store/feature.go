package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/feature"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Features answers a question about features with the rights of the caller. fault cql-value where a filter cannot be worked out.
func (s *Store) Features(ctx context.Context, q feature.Query) (p feature.Page, err error) {
	district := grid.Code(q.District)
	c, err := compose(q, scope.Of(ctx).Area(q.Collection.Needs).Covers(q.District))
	if err != nil {
		return p, err
	}
	err = s.as(ctx, district, q.Collection.Needs, func(db queryer) error {
		if q.Count {
			if err := db.QueryRow(ctx, c.count, c.counted...).Scan(&p.Matched); err != nil {
				return err
			}
		}
		rows, err := db.Query(ctx, c.rows, c.args...)
		if err != nil {
			return err
		}
		p.Features, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (f feature.Feature, err error) {
			f.Values, err = r.Values()
			if err != nil {
				return f, err
			}
			last := len(f.Values) - 1
			f.Geometry, _ = f.Values[last].(string)
			f.ID, f.Values = f.Values[0].(string), f.Values[:last]
			return f, nil
		})
		return err
	})
	if len(p.Features) > q.Limit {
		p.Features, p.More = p.Features[:q.Limit], true
	}
	return p, uncountable(err)
}

// uncountable tells what a filter asked for that cannot be worked out (PostgreSQL's class 22; PostGIS says XX000) from other errors.
func uncountable(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && (strings.HasPrefix(pg.Code, "22") || pg.Code == "XX000") {
		return &fault.Error{Kind: fault.Invalid, Rule: "cql-value", Where: fault.Place{Field: "filter"}, Cause: err}
	}
	return explain(err)
}

// composed are the statements of a question. They are planned anew each time: what is asked for decides which index serves it.
type composed struct {
	rows, count   string
	args, counted []any
}

func compose(q feature.Query, whole bool) (c composed, err error) {
	w := sqlWriter{names: q.Collection.Schema()}
	w.args = []any{pgx.QueryExecModeCacheDescribe, grid.Code(q.District)}
	source := sourceOf(q, whole, &w)
	var where strings.Builder
	for _, condition := range q.Where {
		text, err := w.condition(condition)
		if err != nil {
			return c, err
		}
		fmt.Fprintf(&where, " AND %s", text)
	}
	c.count = "SELECT count(*) FROM (" + source + ") f WHERE true" + where.String()
	c.counted = w.args[:len(w.args):len(w.args)]
	var columns strings.Builder
	for _, p := range q.Collection.Properties {
		fmt.Fprintf(&columns, "%s, ", pgx.Identifier{p.Name}.Sanitize())
	}
	geometry := "geometry"
	if !q.Out.Degrees() {
		geometry = "ST_Transform(geometry, " + w.param(q.Out.SRID) + "::integer)"
	}
	if q.Out.Flip {
		geometry = "ST_FlipCoordinates(" + geometry + ")"
	}
	c.rows = "SELECT " + columns.String() + "ST_AsGeoJSON(" + geometry + ", " + w.param(q.Out.Decimals) + "::integer, 0) FROM (" + source + ") f WHERE true" + where.String()
	if q.After != "" {
		c.rows += " AND id > " + w.param(q.After) + "::text"
	}
	c.rows += " ORDER BY id LIMIT " + w.param(q.Limit+1) + "::bigint"
	if q.Offset > 0 {
		c.rows += " OFFSET " + w.param(q.Offset) + "::bigint"
	}
	c.args = w.args
	return c, nil
}

// sourceOf is the query of all that is valid of a collection, and its parameters.
func sourceOf(q feature.Query, whole bool, w *sqlWriter) string {
	switch q.Collection.Name {
	case "buildings":
		return query("features-buildings")
	case "streets":
		return query("features-streets")
	}
	span := toRange(grid.Span{From: q.From, To: q.To})
	if !q.To.IsZero() {
		span.UpperType = pgtype.Inclusive
	}
	w.args = append(w.args, span)
	source := query("features-grids")
	if level, ok := map[string]string{"districts": "district", "towns": "town", "communities": "community"}[q.Collection.Name]; ok {
		w.args = append(w.args, level)
		source = query("features-divisions")
		if !whole {
			source = query("features-divisions-part")
		}
	}
	if q.From.IsZero() || !q.From.Equal(q.To) { // in several releases: as the last of them has it
		source = "SELECT DISTINCT ON (id) * FROM (" + source + ") v ORDER BY id, valid_from DESC NULLS LAST"
	}
	return source
}
