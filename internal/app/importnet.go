package app

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type importCmd struct {
	Net       importNetCmd       `cmd:"" help:"导入一张网：网格面文件 → 检查 → 发布 · Import a net: polygons, checked, published."`
	Divisions importDivisionsCmd `cmd:"" help:"导入区划名录：编码、名称 · Import the register of official codes and names."`
	Buildings importBuildingsCmd `cmd:"" help:"导入建筑物：面或点，门牌、户数、用途 · Import buildings: footprints or points, address, households, use."`
	Base      importBaseCmd      `cmd:"" help:"导入底图：道路、水系、桥梁、地块 · Import the base map: streets, water, bridges, blocks."`
	Points    importPointsCmd    `cmd:"" help:"导入点位：上报、居民等 · Import points: reports, residents and the like."`
}

type importNetCmd struct {
	File string `arg:"" help:"网格面文件 · File of polygons."`
	source
	District     string `required:"" placeholder:"D" help:"城区编码，6 位 · Code of the district, 6 digits."`
	DistrictName string `placeholder:"NAME" help:"城区名称 · Name of the district."`
	Field        string `placeholder:"code=…,name=…" help:"字段对应：code、name、kind、category、parts、source · Columns to read."`
	Attributes   string `placeholder:"FILE" help:"按编码补上名称、类型、类别等的表格，如填好的模板 net · Table of names, kinds, categories … joined by code, as the template net filled in."`
	Community    string `placeholder:"FILE|layer:L|field:F|prefix:N" help:"社区从何而来：面文件、同一文件的图层、字段、编码的前几位 · Where communities come from: a file of polygons, a layer of the same file, a column, the first characters of the code."`
	Town         string `placeholder:"FILE|layer:L|field:F|prefix:N" help:"镇街从何而来，同上 · Where towns come from, likewise."`
	Clean        bool   `help:"修补细缝与重叠，并逐条列出 · Mend slivers and overlaps, listing each change."`
	DryRun       bool   `help:"只检查，不写入 · Check only; write nothing."`
	ValidFrom    string `placeholder:"T" help:"自何时生效（日期或 RFC 3339）· In force from (date or RFC 3339)."`
	ValidTo      string `placeholder:"T" help:"至何时止：更正过去的一段 · Until: corrects a span of the past."`
	Note         string `placeholder:"TEXT" help:"说明 · Note."`
	By           string `placeholder:"NAME" default:"cli" help:"发布人 · Who publishes."`
	Yes          bool   `help:"不再询问 · Do not ask."`
	JSON         bool   `name:"json" help:"以 JSON 输出结果 · Print the result as JSON."`
	Report       string `placeholder:"OUT.geojson" help:"把问题（或 --clean 的修补）写成 GeoJSON，可用 QGIS 打开 · Write the faults, or what --clean changed, as GeoJSON for QGIS."`
	Refused      string `placeholder:"OUT.xlsx|csv" help:"把被拒的行写成表格 · Write the refused rows as a table."`
}

func (c importNetCmd) Run(e *env) error {
	valid, err := c.valid()
	if err != nil {
		return err
	}
	in, err := c.input(e)
	if err != nil {
		return err
	}
	return e.with(func(_ *database, service *grid.Service) error { return c.publish(e, service, in, valid) })
}

// input reads the files.
func (c importNetCmd) input(e *env) (in grid.AssembleInput, err error) {
	in.District = grid.Named{Code: grid.Code(c.District), Name: c.DistrictName}
	if in.District.Code.Level() != grid.LevelDistrict {
		return in, fault.New(fault.Usage, "bad-district", fault.Args{"district": c.District})
	}
	if in.Fields, err = mappingOf(c.Field); err != nil {
		return in, err
	}
	if in.Grids, err = e.readTable(c.File, c.options(exchange.WantPolygons)); err != nil {
		return in, err
	}
	if c.Clean {
		in.Clean = &coverage.CleanOptions{}
	}
	if c.Attributes != "" {
		o := exchange.Options{Want: exchange.WantNone}
		if !strings.EqualFold(filepath.Ext(c.Attributes), ".xlsx") {
			o.Encoding = c.Encoding
		}
		t, err := e.readTable(c.Attributes, o)
		if err != nil {
			return in, err
		}
		if err := in.Describe(t); err != nil {
			return in, e.refused(err, t.File)
		}
	}
	if in.Community, err = e.above("--community", c.Community, c.File, c.source); err != nil {
		return in, err
	}
	in.Town, err = e.above("--town", c.Town, c.File, c.source)
	return in, err
}

// publish assembles the net against what is in force, shows what it is and what it changes, asks, and publishes.
func (c importNetCmd) publish(e *env, service *grid.Service, in grid.AssembleInput, valid grid.Span) error {
	var err error
	if in.Basis, err = service.Basis(e.ctx, in.District.Code, valid); err != nil {
		return err
	}
	net, report, err := grid.Assemble(in)
	e.sayCleaned(report.Cleaned, in.Grids)
	if err != nil {
		if err := c.writeRefused(e, in.Grids, report); err != nil {
			return err
		}
		err = e.refused(err, in.Grids.File)
		if c.Report == "" && c.Refused == "" {
			e.say("加 --report 文件.geojson 写出位置（用 QGIS 打开），加 --refused 文件.xlsx 写出被拒的行。",
				"--report FILE.geojson writes the places, for QGIS; --refused FILE.xlsx the rows refused.")
		}
		return err
	}
	if c.Clean && c.Report != "" {
		if err := e.writeCleaned(c.Report, report.Cleaned, in.Grids.Rows); err != nil {
			return err
		}
	}
	e.sayAssembly(net, report)
	if in.Basis.Net != nil {
		e.sayDifference(in.Basis.Release, report.Difference)
	}
	if c.DryRun {
		e.say("试运行：没有写入任何数据。", "Dry run: nothing was written.")
		return c.printResult(e, net, report.Difference, nil)
	}
	if !c.Yes {
		yes, asked := e.confirm("发布吗？", "Publish?")
		if !asked {
			return fault.New(fault.Usage, "needs-yes", nil)
		}
		if !yes {
			e.say("没有发布，没有写入任何数据。", "Not published; nothing was written.")
			return errReported
		}
	}
	e.say("正在写入并复核……", "Writing and checking once more …")
	release, difference, err := service.Publish(e.ctx, grid.Publication{Net: net, BaseRelease: in.Basis.Release, Valid: valid, By: c.By, Note: c.Note})
	if err != nil {
		return e.refused(err, in.Grids.File)
	}
	if in.Basis.Net != nil && difference.Empty() && release.N == in.Basis.Release {
		e.say("与第 %d 版相同，没有发布新版。", "The same as release %d: nothing was published.", release.N)
	} else {
		e.say("已发布第 %d 版。", "Published as release %d.", release.N)
		e.sayMoved(difference)
	}
	return c.printResult(e, net, difference, &release)
}

// printResult prints for scripts what an import came to; release is null after a dry run.
func (c importNetCmd) printResult(e *env, n *grid.Net, d grid.Difference, r *grid.Release) error {
	if !c.JSON {
		return nil
	}
	changes, moves := differenceJSON(d)
	m := map[string]any{"district": n.District.Code, "release": nil, "grids": len(n.Grids), "communities": len(n.Communities), "towns": len(n.Towns),
		"changes": changes, "moves": moves, "moved_m2": d.MovedM2()}
	if r != nil {
		m["release"] = r.N
		m["moved"], m["manual_ended"] = movedJSON(d.Moved), movedJSON(d.ManualEnded)
	}
	return e.printJSON(m)
}

// valid is the span said, which the publication judges once more; here before any work is done.
func (c importNetCmd) valid() (s grid.Span, err error) {
	if s.From, err = moment("--valid-from", c.ValidFrom); err != nil {
		return s, err
	}
	if s.To, err = moment("--valid-to", c.ValidTo); err != nil {
		return s, err
	}
	now := time.Now().In(zone())
	switch {
	case !s.To.IsZero() && s.From.IsZero():
		err = fault.New(fault.Usage, "valid-to-alone", nil)
	case s.Empty():
		err = fault.New(fault.Usage, "valid-empty", nil)
	case s.From.After(now), s.To.After(now):
		err = fault.New(fault.Usage, "valid-in-future", fault.Args{"now": now.Format(time.DateTime)})
	}
	return s, err
}

// moment reads a date (its beginning in the local zone) or an RFC 3339 time; "" is the zero time.
func moment(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, s, zone())
	if err != nil {
		return t, fault.New(fault.Usage, "bad-time", fault.Args{"flag": flag, "value": s})
	}
	return t, nil
}
