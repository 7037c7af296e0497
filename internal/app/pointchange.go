package app

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// pointChange names the point that a person changes.
type pointChange struct {
	Kind string `arg:"" help:"种类 · Kind."`
	ID   string `arg:"" name:"id" help:"编号 · Id."`
	pointDistrict
	Revision int    `placeholder:"N" help:"只在仍是这一修订时改动 · Change it only if it is at this revision."`
	By       string `placeholder:"NAME" default:"cli" help:"改动人 · Who changes it."`
	JSON     bool   `name:"json" help:"以 JSON 输出结果 · Print the result as JSON."`
}

// howTexts say how a point came to its grid.
var howTexts = map[grid.How]fault.Text{
	grid.In:      {Zh: "按位置", En: "by its place"},
	grid.Border:  {Zh: "在边界上，按规则", En: "on a border, by the rule"},
	grid.Manual:  {Zh: "人工指定", En: "by hand"},
	grid.Outside: {Zh: "按位置", En: "by its place"},
}

// change runs a change and says what it came to.
func (c pointChange) change(e *env, do func(*districtPoints) (grid.Location, error)) error {
	return c.in(e, func(p *districtPoints) error {
		was, err := p.Location(e.ctx, p.district, c.Kind, c.ID)
		if err != nil {
			return err
		}
		l, err := do(p)
		if err != nil {
			return err
		}
		if l.Revision == was.Revision {
			e.say("%s %s 本来就是这样，没有改动。", "%s %s is so already; nothing was changed.", l.Kind, l.ID)
		} else {
			e.say("%s %s：%s → %s（%s），第 %d 次修订。", "%s %s: %s → %s (%s), revision %d.", l.Kind, l.ID, outsideOr(e, was.Area), outsideOr(e, l.Area), e.word(howTexts[l.How]), l.Revision)
		}
		if c.JSON {
			if err := p.readNames(e.ctx); err != nil {
				return err
			}
			return e.printJSON(p.locationJSON(l))
		}
		return nil
	})
}

type overruleCmd struct {
	pointChange
	Grid   string `required:"" placeholder:"CODE" help:"指定的网格，15 位 · The grid, 15 digits."`
	Reason string `required:"" placeholder:"TEXT" help:"理由 · Why."`
}

// Run assigns a point to a grid by hand. That stays through releases, until it is taken back or the grid goes.
func (c overruleCmd) Run(e *env) error {
	return c.change(e, func(p *districtPoints) (grid.Location, error) {
		return p.Overrule(e.ctx, p.district, c.Kind, c.ID, grid.Code(c.Grid), c.Reason, c.By, c.Revision)
	})
}

type reassignCmd struct{ pointChange }

// Run takes an assignment by hand back.
func (c reassignCmd) Run(e *env) error {
	return c.change(e, func(p *districtPoints) (grid.Location, error) {
		return p.Reassign(e.ctx, p.district, c.Kind, c.ID, c.By, c.Revision)
	})
}

type correctCmd struct {
	pointChange
	Lon        string  `placeholder:"LON" help:"经度，须与 --lat、--crs 同给 · Longitude, with --lat and --crs."`
	Lat        string  `placeholder:"LAT" help:"纬度 · Latitude."`
	CRS        string  `name:"crs" placeholder:"C" help:"新坐标的坐标系：cgcs2000、wgs84、gcj02、bd09 · Datum of the new coordinate."`
	At         string  `placeholder:"T" help:"时间 · Time."`
	Accuracy   *string `placeholder:"M" help:"精度（米），0 为不详 · Accuracy in metres; 0: not known."`
	Attributes *string `placeholder:"JSON" help:"全部属性，一个 JSON 对象 · All attributes, a JSON object."`
}

// Run corrects what the source told of a point; what is not said stays.
func (c correctCmd) Run(e *env) error {
	apply, err := c.correction()
	if err != nil {
		return err
	}
	return c.change(e, func(p *districtPoints) (grid.Location, error) {
		l, err := p.Location(e.ctx, p.district, c.Kind, c.ID)
		if err != nil {
			return l, err
		}
		as := grid.Correction{Lon: l.Lon, Lat: l.Lat, Datum: l.Datum, AccuracyM: l.AccuracyM, Attributes: l.Attributes}
		apply(&as)
		if c.Revision == 0 { // what is not said stays as it was read
			c.Revision = l.Revision
		}
		return p.Correct(e.ctx, p.district, c.Kind, c.ID, as, c.By, c.Revision)
	})
}

// correction reads what is to be corrected.
func (c correctCmd) correction() (apply func(*grid.Correction), err error) {
	var steps []func(*grid.Correction)
	if c.Lon != "" || c.Lat != "" || c.CRS != "" {
		if c.Lon == "" || c.Lat == "" || c.CRS == "" {
			return nil, fault.New(fault.Usage, "place-incomplete", nil)
		}
		d, ok := crs.Parse(c.CRS)
		if !ok {
			return nil, fault.New(fault.Usage, "unknown-crs", fault.Args{"crs": c.CRS, "choices": "cgcs2000, wgs84, gcj02, bd09"})
		}
		lon, err1 := strconv.ParseFloat(strings.TrimSpace(c.Lon), 64)
		lat, err2 := strconv.ParseFloat(strings.TrimSpace(c.Lat), 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fault.New(fault.Usage, "bad-number", fault.Args{"value": c.Lon + " " + c.Lat})
		}
		steps = append(steps, func(as *grid.Correction) { as.Lon, as.Lat, as.Datum = lon, lat, d })
	}
	if c.At != "" {
		at, rule := grid.ParseTime(c.At, grid.YearFirst, zone())
		if rule != "" {
			return nil, fault.New(fault.Usage, rule, fault.Args{"value": c.At}).In(fault.Place{Field: "--at"})
		}
		steps = append(steps, func(as *grid.Correction) { as.At = &at })
	}
	if c.Accuracy != nil {
		m, err := strconv.ParseFloat(strings.TrimSpace(*c.Accuracy), 64)
		if err != nil {
			return nil, fault.New(fault.Usage, "bad-accuracy", fault.Args{"value": *c.Accuracy})
		}
		steps = append(steps, func(as *grid.Correction) { as.AccuracyM = m })
	}
	if c.Attributes != nil {
		steps = append(steps, func(as *grid.Correction) { as.Attributes = []byte(*c.Attributes) })
	}
	if len(steps) == 0 {
		return nil, fault.New(fault.Usage, "nothing-to-correct", nil)
	}
	return func(as *grid.Correction) {
		for _, step := range steps {
			step(as)
		}
	}, nil
}

type redeclareCmd struct {
	Batch string `arg:"" help:"批次，见 points batches · Batch, as points batches lists it."`
	CRS   string `name:"crs" required:"" placeholder:"C" help:"实际的坐标系：cgcs2000、wgs84、gcj02、bd09 · The datum it really is in."`
	pointDistrict
	By   string `placeholder:"NAME" default:"cli" help:"改动人 · Who changes it."`
	JSON bool   `name:"json" help:"以 JSON 输出结果 · Print the result as JSON."`
}

// Run declares a batch anew, in one transaction.
func (c redeclareCmd) Run(e *env) error {
	d, ok := crs.Parse(c.CRS)
	if !ok {
		return fault.New(fault.Usage, "unknown-crs", fault.Args{"crs": c.CRS, "choices": "cgcs2000, wgs84, gcj02, bd09"})
	}
	return c.in(e, func(p *districtPoints) error {
		done, err := p.Redeclare(e.ctx, p.district, c.Batch, d, c.By)
		if err != nil {
			return err
		}
		e.say("批次 %s 的 %d 个点现按 %s 判定，%d 个换了网格：", "Batch %s, points: %d, is taken as %s now; %d changed their grid:", c.Batch, done.Points, d, done.Moved)
		moves := []map[string]any{}
		for i, m := range done.Moves {
			if i < shownChanges {
				e.say("  %s：%s → %s，%d 个", "  %s: %s → %s, %d", m.Kind, outsideOr(e, m.From), outsideOr(e, m.To), m.Count)
			}
			moves = append(moves, map[string]any{"kind": m.Kind, "from": codeOrNull(m.From), "to": codeOrNull(m.To), "count": m.Count})
		}
		if more := len(done.Moves) - shownChanges; more > 0 {
			e.say("  ……还有 %d 处（--json 列出全部）", "  … and %d more (--json lists all)", more)
		}
		if c.JSON {
			return e.printJSON(map[string]any{"batch": c.Batch, "crs": d.String(), "points": done.Points, "moved": done.Moved, "moves": moves})
		}
		return nil
	})
}

type batchesCmd struct {
	pointDistrict
	JSON bool `name:"json" help:"以 JSON 输出 · Print as JSON."`
}

// Run lists the batches of a district, the newest first.
func (c batchesCmd) Run(e *env) error {
	return c.in(e, func(p *districtPoints) error {
		batches, err := p.Batches(e.ctx, p.district)
		if err != nil {
			return err
		}
		items := []map[string]any{}
		for _, b := range batches {
			if c.JSON {
				items = append(items, map[string]any{"batch": b.Name, "kinds": append([]string{}, b.Kinds...), "source": b.Source, "crs": b.Datum.String(), "points": b.Points,
					"by": b.By, "made_at": b.MadeAt.UTC(), "changed": b.Changed.UTC()})
			} else if err := e.printRow(b.Name, b.Source, b.Datum, strings.Join(b.Kinds, ","), b.Points, b.By, b.MadeAt.In(zone()).Format(time.RFC3339)); err != nil {
				return err
			}
		}
		if c.JSON {
			return e.printJSON(map[string]any{"items": items, "count": len(items)})
		}
		e.say("共 %d 批。", "%d batches.", len(batches))
		return nil
	})
}
