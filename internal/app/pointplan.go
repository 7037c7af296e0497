package app

import (
	"slices"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// readingTime bounds the programs that read a file while it is being stored: the database sets the pace.
const readingTime = 24 * time.Hour

// sampled is how many rows are looked at to find out what the columns hold.
const sampled = 1000

// pointPlan is how a file of points is read.
type pointPlan struct {
	layer  *exchange.Layer
	intake grid.Intake
	said   grid.Columns // by the person; the others were found
	guess  grid.Proposal
	datum  crs.Datum
	batch  string
}

// plan looks into the file and settles which column holds what.
func (c importPointsCmd) plan(e *env) (p pointPlan, err error) {
	if p.said, err = c.said(); err != nil {
		return p, err
	}
	o := c.options(exchange.WantNone)
	if o.Comma, err = exchange.ParseDelimiter(c.Delimiter); err != nil {
		return p, err
	}
	if p.layer, err = exchange.Read(e.ctx, c.File, o); err != nil {
		return p, err
	}
	sample, err := p.layer.Sample(e.ctx, sampled)
	if err != nil {
		return p, err
	}
	table := p.layer.IsTable()
	p.guess = grid.Propose(sample.Columns, sample.Cells(), table, p.said)
	if err := c.settle(&p, sample); err != nil {
		return p, err
	}
	o.Want, o.Raw, o.Fields, o.Timeout = exchange.WantPoints, true, exchange.Mapping{}, readingTime
	if table {
		for _, r := range []grid.Role{grid.RoleLon, grid.RoleLat, grid.RoleCRS} {
			if column := p.intake.Columns[r]; column != "" {
				o.Fields[string(r)] = column
			}
		}
	}
	if p.layer, err = exchange.Read(e.ctx, c.File, o); err != nil {
		return p, err
	}
	p.datum = p.layer.CRS.Datum
	if column := p.intake.Columns[grid.RoleCRS]; table && column != "" && c.CRS == "" {
		p.datum = firstDatum(sample, column)
	}
	fingerprint, err := exchange.Fingerprint(c.File)
	if err != nil {
		return p, err
	}
	p.batch = p.intake.BatchName(fingerprint, o.Reading()...)
	return p, nil
}

// said are the columns that the person named.
func (c importPointsCmd) said() (grid.Columns, error) {
	fields, err := exchange.ParseMapping(c.Field)
	if err != nil {
		return nil, err
	}
	said, names := grid.Columns{}, []string{}
	for _, r := range grid.Roles() {
		names = append(names, string(r))
		if fields[string(r)] != "" {
			said[r] = fields[string(r)]
			delete(fields, string(r))
		}
	}
	for name := range fields {
		return nil, fault.New(fault.Usage, "mapping-unknown", fault.Args{"name": name, "names": strings.Join(names, ", ")})
	}
	for r, column := range map[grid.Role]string{grid.RoleID: c.ID, grid.RoleAt: c.At} {
		if column != "" {
			said[r] = column
		}
	}
	return said, nil
}

// settle decides what each column holds: what the person said, then what the headers say.
func (c importPointsCmd) settle(p *pointPlan, sample exchange.Sample) error {
	columns := p.guess.Columns()
	for r, column := range p.said {
		if !slices.Contains(sample.Columns, column) {
			return fault.New(fault.Usage, "field-missing", fault.Args{"field": column, "fields": strings.Join(sample.Columns, ", ")}).In(fault.Place{File: p.layer.File})
		}
		columns[r] = column
	}
	if c.Kind != "" {
		if f := grid.CheckKind(c.Kind); f != nil {
			f.Kind = fault.Usage
			return f.In(fault.Place{Field: "--kind"})
		}
		if p.said[grid.RoleKind] != "" {
			return fault.New(fault.Usage, "kind-twice", nil)
		}
		delete(columns, grid.RoleKind)
	}
	p.intake = grid.Intake{Kind: c.Kind, Columns: columns, Zone: zone(), Order: p.guess.Order}
	switch d := grid.DateOrder(c.Dates); d {
	case grid.YearFirst:
	case grid.MonthFirst, grid.DayFirst:
		p.intake.Order = d
	default:
		return fault.New(fault.Usage, "bad-date-order", fault.Args{"value": c.Dates})
	}
	if err := c.attributes(p, sample.Columns); err != nil {
		return err
	}
	features := slices.ContainsFunc(sample.Rows, func(r exchange.Row) bool { return r.ID != "" })
	switch {
	case c.Kind == "" && columns[grid.RoleKind] == "":
		return fault.New(fault.Usage, "needs-kind", fault.Args{"fields": strings.Join(sample.Columns, ", ")}).In(fault.Place{File: p.layer.File})
	case columns[grid.RoleID] == "" && !features:
		hint := fault.Text{}
		if g, ok := p.guess.Guess(grid.RoleID); ok {
			hint = fault.Text{Zh: "“" + g.Column + "”像是编号：" + g.Reason.Zh + "。", En: " “" + g.Column + "” looks like it: " + g.Reason.En + "."}
		}
		return fault.New(fault.Usage, "needs-id", fault.Args{"hint": hint, "fields": strings.Join(sample.Columns, ", ")}).In(fault.Place{File: p.layer.File})
	}
	return nil
}

// attributes decides which columns are kept as attributes.
func (c importPointsCmd) attributes(p *pointPlan, columns []string) error {
	rest := slices.DeleteFunc(slices.Clone(columns), func(column string) bool {
		for _, used := range p.intake.Columns {
			if used == column {
				return true
			}
		}
		return false
	})
	switch {
	case c.Attributes == "none":
		p.intake.Attributes = []string{}
	case c.Attributes != "":
		for a := range strings.SplitSeq(c.Attributes, ",") {
			a = strings.TrimSpace(a)
			if !slices.Contains(columns, a) {
				return fault.New(fault.Usage, "field-missing", fault.Args{"field": a, "fields": strings.Join(columns, ", ")}).In(fault.Place{File: p.layer.File})
			}
			p.intake.Attributes = append(p.intake.Attributes, a)
		}
	}
	if c.Kind == grid.KindResident && (p.intake.Attributes == nil && len(rest) > 0 || len(p.intake.Attributes) > 0) {
		return fault.New(fault.Usage, "resident-columns", fault.Args{"fields": strings.Join(rest, ", ")}).In(fault.Place{File: p.layer.File})
	}
	return nil
}

// firstDatum is the datum of the first row that says one.
func firstDatum(s exchange.Sample, column string) crs.Datum {
	i := slices.Index(s.Columns, column)
	for _, cells := range s.Cells() {
		if c, err := exchange.ParseCRS(cells[i]); err == nil {
			return c.Datum
		}
	}
	return crs.CGCS2000
}

// say tells how the file is read, before anything is written.
func (p pointPlan) say(e *env) {
	e.say("文件 %s，坐标系 %s：", "File %s, datum %s:", p.layer.File, p.layer.CRS)
	for _, r := range grid.Roles() {
		column := p.intake.Columns[r]
		g, guessed := p.guess.Guess(r)
		switch {
		case column != "" && p.said[r] != "":
			e.say("  %s ← %s", "  %s ← %s", e.word(r.Text()), column)
		case column != "":
			e.say("  %s ← %s（%s）", "  %s ← %s (%s)", e.word(r.Text()), column, e.word(g.Reason))
		case r == grid.RoleAt && guessed:
			e.say("  %s：没有指定，以入库的时刻为准；“%s”像是时间（%s），要用请加 --at %s", "  %s: none, the moment of storing counts; “%s” looks like it (%s): --at %s",
				e.word(r.Text()), g.Column, e.word(g.Reason), g.Column)
		}
	}
	switch p.intake.Order {
	case grid.MonthFirst:
		e.say("  日期按 月/日/年 读", "  dates are read as month/day/year")
	case grid.DayFirst:
		e.say("  日期按 日/月/年 读", "  dates are read as day/month/year")
	}
	e.say("批次 %s", "Batch %s", p.batch)
}
