package app

import (
	"context"
	"errors"
	"iter"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type importPointsCmd struct {
	File string `arg:"" help:"点的文件：CSV、xlsx、GeoJSON 或任何 GIS 格式 · File of points: CSV, xlsx, GeoJSON or any GIS format."`
	source
	District   string `required:"" placeholder:"D" help:"城区编码，6 位 · Code of the district, 6 digits."`
	Kind       string `placeholder:"K" help:"种类，如 report；不给则取自列 · Kind of all points, as report; none: a column says it."`
	ID         string `name:"id" placeholder:"COLUMN" help:"编号列 · Column of the source's ids."`
	At         string `placeholder:"COLUMN" help:"时间列 · Column of times."`
	Field      string `placeholder:"id=…,at=…" help:"字段对应：kind、id、at、lon、lat、crs、accuracy_m · Columns to read."`
	Attributes string `placeholder:"A,B|none" help:"作为属性保留的列；不给则保留其余各列，none 一列也不留 · Columns kept as attributes; none given: all that have no other use."`
	Dates      string `placeholder:"mdy|dmy" help:"年份在最后的日期：月在前 mdy，日在前 dmy · Order of dates whose year comes last."`
	Delimiter  string `placeholder:"," help:"CSV 各列之间的符号，制表符写 tab · Sign between the columns of a CSV file; tab for a tab."`
	Replace    bool   `help:"编号已在库而内容不同的，以文件为准；人工指定的网格不变 · Where the id is stored with another content, take the file's; a grid assigned by hand stays."`
	Refused    string `placeholder:"OUT.csv" help:"退回的行；不给则为 FILE.rejects.csv · Table of refused rows; none: FILE.rejects.csv."`
	By         string `placeholder:"NAME" default:"cli" help:"导入人 · Who imports."`
	DryRun     bool   `help:"只检查，不写入 · Check only; write nothing."`
	JSON       bool   `name:"json" help:"以 JSON 输出结果 · Print the result as JSON."`
}

// Run stores the points of a file. What was stored by an earlier run that was broken off is not read anew into the database.
func (c importPointsCmd) Run(e *env) error {
	if grid.Code(c.District).Level() != grid.LevelDistrict {
		return fault.New(fault.Usage, "bad-district", fault.Args{"district": c.District})
	}
	plan, err := c.plan(e)
	if err != nil {
		return err
	}
	plan.say(e)
	rejects, reasons := exchange.NewRejects(c.rejects(), e.lang), &reasons{}
	file := grid.PointFile{
		District: grid.Code(c.District), Batch: plan.batch, Datum: plan.datum, Source: plan.layer.File, By: c.By, Intake: &plan.intake, Replace: c.Replace, DryRun: c.DryRun,
		Rows: func(ctx context.Context) iter.Seq2[grid.PointRow, error] { return pointRows(ctx, plan.layer) },
		Reject: func(r grid.PointRow, f *fault.Error) error {
			reasons.add(f)
			return rejects.Add(*r.(*exchange.Row), without(f, plan.layer.File))
		},
		Progress: e.progress(plan.layer),
	}
	return e.with(func(_ *database, service *grid.Service) error {
		t, err := service.ImportPoints(e.ctx, file)
		if err != nil {
			rejects.Abandon()
			return e.brokenOff(err, t)
		}
		path, err := rejects.Finish()
		if err != nil {
			return err
		}
		return c.report(e, plan, t, reasons, path)
	})
}

// rejects is the file of refused rows.
func (c importPointsCmd) rejects() string {
	if c.Refused != "" {
		return c.Refused
	}
	return strings.TrimRight(c.File, "/") + ".rejects.csv"
}

// pointRows gives the rows of a layer to the domain.
func pointRows(ctx context.Context, l *exchange.Layer) iter.Seq2[grid.PointRow, error] {
	return func(yield func(grid.PointRow, error) bool) {
		for r, err := range l.Rows(ctx) {
			if !yield(&r, err) {
				return
			}
		}
	}
}

// progress says how far an import is: with its first chunk, then once a second.
func (e *env) progress(l *exchange.Layer) func(grid.PointTally) {
	var last time.Time
	from, since := int64(-1), time.Now() // of the rate: the beginning, then the first chunk
	return func(t grid.PointTally) {
		now := time.Now()
		if now.Sub(last) < time.Second {
			return
		}
		last = now
		rate := float64(t.Rows-max(from, t.Resumed)) / now.Sub(since).Seconds()
		if from < 0 {
			from, since = t.Rows, now
		}
		read, size := l.Progress()
		if size == 0 {
			e.say("已处理 %d 行，每秒 %.0f 行", "%d rows, %.0f a second", t.Rows, rate)
			return
		}
		left := float64(t.Rows) / float64(read) * float64(size-read) / max(rate, 1)
		e.say("已处理 %d 行（%d%%），每秒 %.0f 行，还需约 %.0f 秒", "%d rows (%d%%), %.0f a second, about %.0f s left", t.Rows, read*100/size, rate, left)
	}
}

// brokenOff says what an import that ended early has stored.
func (e *env) brokenOff(err error, t grid.PointTally) error {
	if errors.Is(err, context.Canceled) && e.ctx.Err() != nil {
		e.say("已中断。前 %d 行已处理；用同样的命令再运行一次，就从那里接着做。", "Interrupted. The first %d rows are done; run the same command again to go on from there.", t.Rows)
		return errReported
	}
	if t.Rows > 0 {
		e.say("前 %d 行已处理；排除原因后用同样的命令再运行一次，就从那里接着做。", "The first %d rows are done; run the same command again to go on from there.", t.Rows)
	}
	return err
}

// reasons are why rows were refused: each rule with its first fault, in the order in which they came.
type reasons struct {
	first []*fault.Error
	count map[string]int
}

func (x *reasons) add(f *fault.Error) {
	if x.count == nil {
		x.count = map[string]int{}
	}
	if x.count[f.Rule]++; x.count[f.Rule] == 1 {
		x.first = append(x.first, f)
	}
}

// report says what became of the rows.
func (c importPointsCmd) report(e *env, p pointPlan, t grid.PointTally, why *reasons, rejects string) error {
	if t.Resumed > 0 {
		e.say("其中前 %d 行此前已经入库，这次没有重做。", "The first %d rows had been stored before and were not done again.", t.Resumed)
	}
	e.say("共 %d 行：网内 %d，网外 %d，内容冲突 %d，退回 %d。", "%d rows: %d inside, %d outside, %d in conflict, %d rejected.", t.Rows, t.In, t.Outside, t.Conflicts, t.Rejected)
	for _, f := range why.first {
		e.say("  %s：%d 行，第一处：%s", "  %s: %d, the first: %s", f.Rule, why.count[f.Rule], without(f, p.layer.File).Report(e.lang))
	}
	if t.Replayed > 0 {
		e.say("其中 %d 行早已在库，内容相同。", "%d of them were there already, the same.", t.Replayed)
	}
	if t.Replaced > 0 {
		e.say("其中 %d 行取代了库中的内容。", "%d of them took the place of what was there.", t.Replaced)
	}
	if c.DryRun {
		e.say("试运行：没有写入任何数据。", "Dry run: nothing was written.")
	}
	if t.In == 0 && t.Outside > 0 {
		e.say("没有一个点在网内：请核对城区、坐标系，以及经度、纬度列是否对调。坐标系声明错了用 points redeclare %s 更正；列对调了，改用 --field lon=…,lat=… --replace 再导入。",
			"No point lies in the net: check district, datum, and whether longitude and latitude are swapped. A datum declared wrongly is corrected by points redeclare %s; swapped columns by importing again with --field lon=…,lat=… --replace.", p.batch)
	}
	if rejects != "" {
		e.say("退回的行及原因见 %s", "The rejected rows and the reasons are in %s", rejects)
	}
	if c.JSON {
		m := map[string]any{"batch": p.batch, "rows": t.Rows, "in": t.In, "outside": t.Outside, "replayed": t.Replayed, "replaced": t.Replaced, "conflicts": t.Conflicts,
			"rejected": t.Rejected, "resumed": t.Resumed, "rejects_file": nil, "columns": p.intake.Columns}
		if rejects != "" {
			m["rejects_file"] = rejects
		}
		if err := e.printJSON(m); err != nil {
			return err
		}
	}
	if t.In+t.Outside == 0 {
		return errReported
	}
	return nil
}
