package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type doctorCmd struct {
	District string `placeholder:"D" help:"只检查这个城区 · This district alone."`
	Past     bool   `help:"连同过去各版的网一起检查 · Prove the nets of past releases too."`
	JSON     bool   `name:"json" help:"以 JSON 输出结果 · Print the result as JSON."`
}

// Run re-proves what the database holds, without changing or stopping anything.
func (c doctorCmd) Run(e *env) error {
	return e.with(func(db *database, _ *grid.Service) error {
		d := &diagnosis{env: e, quiet: c.JSON}
		d.foresee(db)
		err := db.Examine(e.ctx, func(r grid.Records) error {
			return d.run(e.ctx, &grid.Examination{Records: r, Only: grid.Code(c.District), Past: c.Past})
		})
		if err != nil {
			return err
		}
		if c.JSON {
			err = e.printJSON(d.json())
		} else {
			d.sayEnd()
		}
		if err == nil && d.ills > 0 {
			err = errReported
		}
		return err
	})
}

// How many findings of one rule in one district are told; all are counted.
const (
	shownFindings = 20
	jsonFindings  = 1000
)

// leastFree are the bytes below which a disk is low.
const leastFree = 1 << 30

// progressTime is the pause between words on how far a long step has come.
const progressTime = 5 * time.Second

// diagnosis collects and tells what an examination finds.
type diagnosis struct {
	*env
	quiet    bool // findings are kept for JSON instead of being said
	seen     grid.Examined
	ills     int // findings that are wrong, not advice
	count    map[string]int
	order    []string // rules in the order in which they were first found
	findings []map[string]any

	rows int64
	due  time.Time
}

func (d *diagnosis) run(ctx context.Context, x *grid.Examination) error {
	x.Found, x.Step, x.Count = d.found, d.step, d.progress
	err := x.Run(ctx)
	d.seen = x.Seen
	return err
}

// foresee looks at what the database itself does not see.
func (d *diagnosis) foresee(db *database) {
	if db.cluster == nil {
		return
	}
	if free, err := db.cluster.Free(); err == nil && free < leastFree {
		d.found(grid.Finding{Advice: true, Fault: fault.New(fault.Unavailable, "disk-low", fault.Args{"free": free >> 20})})
	}
	if have, newest := db.cluster.Newer(); newest > have {
		d.found(grid.Finding{Advice: true, Fault: fault.New(fault.Unavailable, "postgres-newer", fault.Args{"have": have, "newest": newest})})
	}
}

func (d *diagnosis) step(name fault.Text, district grid.Code) {
	d.rows, d.due = 0, time.Now().Add(progressTime)
	if district == "" {
		d.say("检查%s……", "Looking at: %s …", d.word(name))
		return
	}
	d.say("%s：检查%s……", "%s: %s …", district, d.word(name))
}

func (d *diagnosis) progress(n int64) {
	if d.rows += n; d.rows%1000 == 0 && time.Now().After(d.due) {
		d.due = time.Now().Add(progressTime)
		d.say("  已看 %d 行", "  rows seen: %d", d.rows)
	}
}

// found tells a finding, unless many of its kind were told already.
func (d *diagnosis) found(f grid.Finding) {
	if d.count == nil {
		d.count = map[string]int{}
	}
	if !f.Advice {
		d.ills++
	}
	rule := f.Fault.Rule
	if d.count[rule] == 0 {
		d.order = append(d.order, rule)
	}
	d.count[rule]++
	d.count[string(f.District)+" "+rule]++
	n := d.count[string(f.District)+" "+rule]
	switch {
	case d.quiet && n <= jsonFindings:
		d.findings = append(d.findings, findingJSON(f))
	case d.quiet:
	case n <= shownFindings:
		fmt.Fprintln(d.Out, d.line(f))
	case n == shownFindings+1:
		fmt.Fprintf(d.Out, d.word(fault.Text{Zh: "[%s] ……同类的还有，最后给出总数\n", En: "[%s] … more of these; their number comes at the end\n"}), rule)
	}
}

// line is a finding in a line: rule, district, row, and the sentence with its place.
func (d *diagnosis) line(f grid.Finding) string {
	parts := []string{"[" + f.Fault.Rule + "]"}
	for _, p := range []string{string(f.District), f.Row} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	said := strings.Join(parts, " ") + d.word(fault.Text{Zh: "：", En: ": "}) + f.Fault.Report(d.lang)
	if f.Fault.Rule == "check-failed" && f.Fault.Cause != nil {
		said += " (" + f.Fault.Cause.Error() + ")" // the person at the command line is the administrator
	}
	return said
}

func findingJSON(f grid.Finding) map[string]any {
	m := map[string]any{"rule": f.Fault.Rule, "district": nil, "row": nil, "advice": f.Advice, "at": nil,
		"zh": f.Fault.Sentence(fault.Chinese), "en": f.Fault.Sentence(fault.English)}
	if f.District != "" {
		m["district"] = f.District
	}
	if f.Row != "" {
		m["row"] = f.Row
	}
	if f.Fault.At != nil {
		m["at"] = []float64{f.Fault.At.Lon(), f.Fault.At.Lat()}
	}
	return m
}

// json is the whole diagnosis for scripts. counts are exact; of each rule in a district the first thousand findings are listed.
func (d *diagnosis) json() map[string]any {
	counts, findings := map[string]int{}, append([]map[string]any{}, d.findings...)
	for _, rule := range d.order {
		counts[rule] = d.count[rule]
	}
	return map[string]any{"ok": d.ills == 0, "wrong": d.ills, "counts": counts, "findings": findings, "districts": d.seen.Districts,
		"releases": d.seen.Releases, "sheets": d.seen.Sheets, "points": d.seen.Locations, "buildings": d.seen.Buildings}
}

// sayEnd sums up.
func (d *diagnosis) sayEnd() {
	for _, rule := range d.order {
		if n := d.count[rule]; n > shownFindings {
			d.say("[%s]：共 %d 处", "[%s]: %d in all", rule, n)
		}
	}
	d.say("看过 %d 个城区、%d 个版本、%d 幅图、%d 个点、%d 栋建筑物。", "Looked at districts: %d, releases: %d, sheets: %d, points: %d, buildings: %d.",
		d.seen.Districts, d.seen.Releases, d.seen.Sheets, d.seen.Locations, d.seen.Buildings)
	if d.ills == 0 {
		d.say("一切无误。", "All is well.")
		return
	}
	d.say("发现 %d 处问题。", "Found wrong: %d.", d.ills)
}
