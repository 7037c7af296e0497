package grid

import (
	"context"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// places checks each location and building: its place is the one that its source gave, it is in the grid that holds that place, and
// how it came there is true. PostGIS says which grids hold a place; on a border the tie rule says whose it is.
func (x *districtExamination) places(ctx context.Context) error {
	var index *locate.Index
	if x.mesh != nil {
		index = locate.New(x.mesh.Grids)
	}
	for p, err := range x.Records.Placed(ctx, x.District, x.Release) {
		if err != nil {
			return err
		}
		x.count()
		if p.Kind == KindBuilding {
			x.Seen.Buildings++
		} else {
			x.Seen.Locations++
		}
		if rule, args := p.wrong(x.mesh, index); rule != "" {
			at := p.Point
			f := fault.New(fault.Internal, rule, args)
			f.At = &at
			x.Found(Finding{District: x.District, Row: p.row(), Fault: f})
		}
	}
	return nil
}

func (p Placed) row() string {
	if p.Kind == KindBuilding {
		return "building " + p.ID
	}
	return "location " + p.Kind + "/" + p.ID
}

// wrong is the first thing that is wrong with a location or building: a rule with its arguments, "" for nothing. Without a mesh (the net is
// damaged) what lies on a border cannot be decided and passes.
func (p Placed) wrong(mesh *Mesh, index *locate.Index) (rule string, args fault.Args) {
	args = fault.Args{"kind": p.Kind, "id": p.ID, "stored": orNone(p.Area)}
	if p.Off {
		return "off-lattice", args
	}
	if p.Kind == KindBuilding {
		switch args["code"] = p.Code; {
		case !p.Known:
			return "building-code-foreign", args
		case p.Retired:
			return "building-code-reused", args
		}
	} else if at, ok := geo.FromDegrees(crs.ToCGCS2000(p.Datum, p.Lon, p.Lat)); !ok || at != p.Point {
		return "location-displaced", args
	}
	if p.How == Manual {
		if p.Alive {
			return "", nil
		}
		return "manual-grid-gone", args
	}
	how := Outside
	switch {
	case p.Inside:
		how = In
	case p.Area == "" && !p.Within: // PostGIS agrees that it is outside
	case index == nil && p.Within:
		return "", nil
	case index == nil:
		args["grid"] = fault.Text{Zh: "另一个网格", En: "another grid"}
		return "location-astray", args
	default:
		grid := Code("")
		if i := index.Face(p.Point); i != coverage.Outside {
			grid = mesh.Net.Grids[i].Code
		}
		if args["grid"] = orNone(grid); grid != p.Area || !p.Within {
			return "location-astray", args
		}
		how = Border
	}
	if p.Kind != KindBuilding && how != p.How {
		args["how"], args["true"] = p.How, how
		return "how-untrue", args
	}
	return "", nil
}

// orNone is a code as a sentence has it.
func orNone(c Code) any {
	if c == "" {
		return fault.Text{Zh: "网外", En: "outside the net"}
	}
	return string(c)
}
