package store

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// reasons are the words of GEOS for what makes a shape invalid (operation/valid/TopologyValidationError.cpp), and ours.
var reasons = map[string]string{
	"Self-intersection":                    geo.RuleSelfCross,
	"Duplicate Rings":                      geo.RuleSelfCross,
	"Ring Self-intersection":               geo.RuleSelfTouch,
	"Hole lies outside shell":              geo.RuleHoleOutside,
	"Holes are nested":                     geo.RuleHoleNested,
	"Interior is disconnected":             geo.RuleInsideCut,
	"Nested shells":                        geo.RulePartsOverlap,
	"Too few points in geometry component": geo.RuleFewVertices,
	"parts":                                geo.RuleParts,
}

// finding is one row of a gate's query.
type finding struct {
	code, what string // what: a reason, "edges", or a rule
	x, y       int64
	area       float64
}

func (f finding) at() geo.Point { return geo.Point{X: int32(f.x), Y: int32(f.y)} }

// CheckRelease implements grid.Tx: the same question as coverage.Check answers, put to PostGIS. Invalid shapes are found
// first, and alone: areas of gaps and overlaps have no meaning among them.
func (t *tx) CheckRelease(ctx context.Context, n int) ([]geo.Defect, error) {
	return gate(ctx, t.pg, t.log, t.district, n)
}

func gate(ctx context.Context, q queryer, log *slog.Logger, district grid.Code, n int) ([]geo.Defect, error) {
	found, err := list(ctx, q, "gate", func(r pgx.CollectableRow) (f finding, err error) {
		err = r.Scan(&f.code, &f.what, &f.x, &f.y)
		return f, err
	}, district, n)
	if err != nil {
		return nil, err
	}
	var defects []geo.Defect
	var torn []finding
	for _, f := range found {
		log.Warn("the database's gate refuses a shape", "district", district, "release", n, "code", f.code, "what", f.what)
		if f.what == "edges" {
			torn = append(torn, f)
			continue
		}
		rule, known := reasons[f.what]
		if !known {
			rule = geo.RuleSelfCross
		}
		defects = append(defects, geo.Defect{Rule: rule, At: f.at()})
	}
	if len(defects) > 0 {
		return defects, nil
	}
	for _, f := range torn {
		regions, err := list(ctx, q, "gate-regions", func(r pgx.CollectableRow) (f finding, err error) {
			err = r.Scan(&f.what, &f.x, &f.y, &f.area)
			return f, err
		}, district, n, f.code)
		if err != nil {
			return nil, err
		}
		for _, r := range regions {
			defects = append(defects, geo.Defect{Rule: r.what, At: r.at(), Area: r.area})
		}
		if len(regions) == 0 { // the same area by other edges
			defects = append(defects, geo.Defect{Rule: geo.RuleUnmatched, At: f.at()})
		}
	}
	return defects, nil
}
