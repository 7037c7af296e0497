package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type pointsCmd struct {
	List      listPointsCmd    `cmd:"" help:"列出点位，最近的在前 · List points, the latest first."`
	Counts    countPointsCmd   `cmd:"" help:"按网格、社区、镇街、种类或日期统计 · Count points by grid, community, town, kind or day."`
	Outside   outsidePointsCmd `cmd:"" help:"列出网外的点位 · List the points that lie outside the net."`
	Overrule  overruleCmd      `cmd:"" help:"人工指定某点的网格，须写理由 · Assign a point to a grid by hand, with a reason."`
	Reassign  reassignCmd      `cmd:"" help:"撤回人工指定，恢复按位置判定 · Take an assignment by hand back: the place decides again."`
	Correct   correctCmd       `cmd:"" help:"更正某点的位置、时间、精度或属性 · Correct a point's place, time, accuracy or attributes."`
	Redeclare redeclareCmd     `cmd:"" help:"整批更正坐标系声明，从原始坐标重新判定 · Declare the datum of a whole batch anew, from its raw coordinates."`
	Batches   batchesCmd       `cmd:"" help:"列出批次 · List the batches."`
}

// pointDistrict says of which district the points are.
type pointDistrict struct {
	District string `placeholder:"D" help:"城区编码；只有一个城区时可不给 · Code of the district; none: the only one."`
}

// in runs a command on the points of the district.
func (c pointDistrict) in(e *env, do func(*districtPoints) error) error {
	return e.with(func(db *database, service *grid.Service) error {
		district, release, err := db.district(e.ctx, c.District)
		if err != nil {
			return err
		}
		return do(&districtPoints{Service: service, district: district, release: release})
	})
}

// districtPoints are the points of a district.
type districtPoints struct {
	*grid.Service
	district grid.Code
	release  int // in force
	names    map[grid.Code]string
}

// readNames reads what divisions and grids in force are called.
func (p *districtPoints) readNames(ctx context.Context) error {
	if p.names != nil || p.release == 0 {
		return nil
	}
	net, _, err := p.Store.Net(ctx, p.district, p.release)
	if err != nil {
		return err
	}
	p.names = map[grid.Code]string{}
	for _, d := range slices.Concat(net.Towns, net.Communities) {
		p.names[d.Code] = d.Name
	}
	for _, f := range net.Grids {
		p.names[f.Code] = f.Name
	}
	return nil
}

// pointFilter says which points are meant.
type pointFilter struct {
	Kind   []string `placeholder:"K,…" help:"种类 · Kinds."`
	Within string   `placeholder:"CODE" help:"在此镇街、社区或网格内 · In this town, community or grid."`
	How    []string `placeholder:"in,border,manual,outside" help:"判定方式 · How they came to their grid."`
	Since  string   `placeholder:"T" help:"自何时起（日期或 RFC 3339）· Observed from (date or RFC 3339)."`
	Until  string   `placeholder:"T" help:"至何时止，不含 · Observed before."`
	Batch  string   `placeholder:"B" help:"批次 · Batch."`
	ID     string   `name:"id" placeholder:"PREFIX" help:"编号的开头 · Beginning of the id."`
}

func (c pointFilter) filter() (f grid.LocationFilter, err error) {
	f = grid.LocationFilter{Kinds: c.Kind, Within: grid.Code(c.Within), Batch: c.Batch, ID: c.ID}
	if c.Within != "" && (f.Within.Level() < grid.LevelDistrict || f.Within.Level() > grid.LevelGrid) {
		return f, fault.New(fault.Usage, "bad-within", fault.Args{"code": c.Within})
	}
	for _, h := range c.How {
		switch how := grid.How(h); how {
		case grid.In, grid.Border, grid.Manual, grid.Outside:
			f.Hows = append(f.Hows, how)
		default:
			return f, fault.New(fault.Usage, "bad-how", fault.Args{"how": h})
		}
	}
	if f.Since, err = moment("--since", c.Since); err == nil {
		f.Until, err = moment("--until", c.Until)
	}
	return f, err
}

// pointList says how a list is printed.
type pointList struct {
	Limit int  `placeholder:"N" default:"100" help:"最多多少行，0 为全部 · At most so many; 0: all of them."`
	JSON  bool `name:"json" help:"每行一个 JSON 对象 · Print a JSON object a line."`
}

type listPointsCmd struct {
	pointDistrict
	pointFilter
	pointList
}

// Run lists points: kind, id, time, grid, how, and the coordinate as its source gave it.
func (c listPointsCmd) Run(e *env) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	return c.in(e, func(p *districtPoints) error { return c.print(e, p, f) })
}

type outsidePointsCmd struct {
	pointDistrict
	Kind  []string `placeholder:"K,…" help:"种类 · Kinds."`
	Batch string   `placeholder:"B" help:"批次 · Batch."`
	pointList
}

// Run lists the points that lie outside the net.
func (c outsidePointsCmd) Run(e *env) error {
	f := grid.LocationFilter{Kinds: c.Kind, Batch: c.Batch, Outside: true}
	return c.in(e, func(p *districtPoints) error { return c.print(e, p, f) })
}

func (c pointList) print(e *env, p *districtPoints, f grid.LocationFilter) error {
	counts, err := p.CountLocations(e.ctx, p.district, f, grid.CountTotal)
	if err == nil && c.JSON {
		err = p.readNames(e.ctx)
	}
	if err != nil {
		return err
	}
	shown, all := int64(0), int64(0)
	for _, n := range counts {
		all += n.N
	}
	for l, err := range p.StreamLocations(e.ctx, p.district, f) {
		if err != nil {
			return err
		}
		if c.JSON {
			err = e.printLine(p.locationJSON(l))
		} else {
			err = e.printRow(l.Kind, l.ID, l.At.In(zone()).Format(time.RFC3339), outsideOr(e, l.Area), l.How, fmt.Sprintf("%v,%v", l.Lon, l.Lat), l.Datum)
		}
		if err != nil {
			return err
		}
		if shown++; shown == int64(c.Limit) {
			break
		}
	}
	e.say("共 %d 个点，列出 %d 个。", "%d points, %d of them listed.", max(all, shown), shown)
	return nil
}

// locationJSON is a location for scripts; its members are those of GET /api/v1/points.
func (p *districtPoints) locationJSON(l grid.Location) map[string]any {
	m := map[string]any{"kind": l.Kind, "id": l.ID, "at": l.At.UTC(), "lon": l.Lon, "lat": l.Lat, "crs": l.Datum.String(), "accuracy_m": l.AccuracyM,
		"attributes": json.RawMessage(cmp.Or(string(l.Attributes), "{}")), "batch": l.Batch, "place": [2]float64{l.Point.Lon(), l.Point.Lat()}, "grid": nil, "how": l.How, "release": l.Release,
		"reason": l.Reason, "by": l.By, "made_at": l.MadeAt.UTC(), "changed": l.Changed.UTC(), "revision": l.Revision}
	if l.Area != "" {
		m["grid"] = map[string]any{"code": l.Area, "name": p.names[l.Area]}
	}
	return m
}

type countPointsCmd struct {
	pointDistrict
	pointFilter
	By   string `placeholder:"grid|community|town|kind|day" default:"kind" help:"按什么统计；日期按本地时区 · Counted by what; days are those of the local zone."`
	JSON bool   `name:"json" help:"以 JSON 输出 · Print as JSON."`
}

// Run counts points.
func (c countPointsCmd) Run(e *env) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	return c.in(e, func(p *districtPoints) error {
		counts, err := p.CountLocations(e.ctx, p.district, f, grid.CountBy(c.By))
		if err == nil && c.By != string(grid.CountByKind) && c.By != string(grid.CountByDay) {
			err = p.readNames(e.ctx)
		}
		if err != nil {
			return err
		}
		var total int64
		items := []map[string]any{}
		for _, n := range counts {
			total += n.N
			item, row := p.counted(e, grid.CountBy(c.By), n)
			items = append(items, item)
			if !c.JSON {
				if err := e.printRow(append(row, n.N)...); err != nil {
					return err
				}
			}
		}
		if c.JSON {
			return e.printJSON(map[string]any{"items": items, "total": total})
		}
		e.say("共 %d 个点。", "%d points.", total)
		return nil
	})
}

// counted is a count for scripts and, without its number, for people.
func (p *districtPoints) counted(e *env, by grid.CountBy, n grid.Count) (map[string]any, []any) {
	switch by {
	case grid.CountByKind:
		return map[string]any{"kind": n.Kind, "count": n.N}, []any{n.Kind}
	case grid.CountByDay:
		day := n.Day.Format(time.DateOnly)
		return map[string]any{"day": day, "count": n.N}, []any{day}
	}
	return map[string]any{"code": n.Code, "name": p.names[n.Code], "count": n.N}, []any{outsideOr(e, n.Code), p.names[n.Code]}
}
