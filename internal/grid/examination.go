package grid

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Records are everything that is stored, as of one moment, read-only. internal/store implements them on one transaction: a stream has to
// be read to its end, or left, before the next question.
type Records interface {
	// Foundations looks at what all districts stand on: schema, tables, indexes, extensions, checksums.
	Foundations(ctx context.Context) iter.Seq2[Finding, error]
	// Districts are the districts that any table knows, by code, with what their head row says.
	Districts(ctx context.Context) ([]Head, error)
	Releases(ctx context.Context, district Code) ([]Release, error)
	Timeline(ctx context.Context, district Code) ([]Interval, error)
	// Sheets are all sheets that faces are stored of, each with the hash it is stored under.
	Sheets(ctx context.Context, district Code) iter.Seq2[Sheet, error]
	// ReleaseCodes are the codes of the divisions and the sheets of each release, in the order of releases.
	ReleaseCodes(ctx context.Context, district Code) iter.Seq2[ReleaseCodes, error]
	// Content is the net of a release as it is stored, proven or not.
	Content(ctx context.Context, district Code, release int) (*Net, error)
	// Gate is the check of a release's coverage by PostGIS alone.
	Gate(ctx context.Context, district Code, release int) ([]geo.Defect, error)
	// TornOutlines are the hashes, in hexadecimal, under which outlines are stored that have other vertices.
	TornOutlines(ctx context.Context, district Code) iter.Seq2[string, error]
	// Orphans are rows that refer to what is not there, or that nothing refers to though something must.
	Orphans(ctx context.Context, district Code) iter.Seq2[Orphan, error]
	// Placed are the locations and then the buildings of a district, each beside the release's net as PostGIS sees it.
	Placed(ctx context.Context, district Code, release int) iter.Seq2[Placed, error]
	// Apart runs a check so that an error of the database in it does not end the transaction.
	Apart(ctx context.Context, check func() error) error
}

// ReleaseCodes is a part of a release's codes: its divisions, or the grids of one sheet.
type ReleaseCodes struct {
	Release int
	Codes   []Code
}

// Orphan is a row without what it refers to.
type Orphan struct {
	Row  string // table and key
	Lack string // table and key of what is missing
}

// Placed is a location or a building as stored, and what PostGIS says of it.
type Placed struct {
	Location
	Off     bool // its point is not on the lattice; Point is the nearest that is
	Code    Code // of a building
	Alive   bool // the grid that it is stored under is in the net
	Inside  bool // its point lies in that grid, not on its border
	Within  bool // its point lies in that grid or on its border; for one stored as outside, in the district
	Known   bool // a building whose code begins with that of a community there is or was
	Retired bool // a building whose code was given up
}

// Finding is one thing that is wrong, or, as advice, may go wrong.
type Finding struct {
	District Code   // "" for the database as a whole
	Row      string // table and key; "" where the fault says all
	Advice   bool   // nothing is wrong yet
	Fault    *fault.Error
}

// Examination re-proves what a database holds. What one check finds, or an error of the database in it, keeps none of the others from running.
type Examination struct {
	Records Records
	Only    Code                                 // this district alone; "": all
	Past    bool                                 // prove the coverage of past releases too, not of those in force alone
	Step    func(step fault.Text, district Code) // is called when a step begins; nil: not
	Count   func(rows int64)                     // is called for each row or sheet seen in the step; nil: not
	Found   func(Finding)                        // is called with each finding

	Seen Examined // what was looked at
}

// Examined is what an examination has looked at.
type Examined struct {
	Districts, Releases, Sheets int
	Locations, Buildings        int64
}

// Run goes through all checks. An error is the end of ctx, a connection that broke, or a district that there is not.
func (e *Examination) Run(ctx context.Context) error {
	if err := e.step(ctx, "", stepFoundations, func() error { return e.tell("", e.Records.Foundations(ctx)) }); err != nil {
		return err
	}
	heads, err := e.Records.Districts(ctx)
	if err != nil {
		return err
	}
	if e.Only != "" {
		heads = slices.DeleteFunc(heads, func(h Head) bool { return h.District != e.Only })
		if len(heads) == 0 {
			return fault.New(fault.NotFound, "no-such-district", fault.Args{"district": e.Only})
		}
	}
	for _, h := range heads {
		e.Seen.Districts++
		if err := (&districtExamination{Examination: e, Head: h}).run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// The steps, as people read them.
var (
	stepFoundations = fault.Text{Zh: "表结构与数据库", En: "schema and database"}
	stepTimeline    = fault.Text{Zh: "发布与时间线", En: "releases and timeline"}
	stepSheets      = fault.Text{Zh: "图幅与轮廓的指纹", En: "hashes of sheets and outlines"}
	stepCodes       = fault.Text{Zh: "编码从不复用", En: "codes never reused"}
	stepOrphans     = fault.Text{Zh: "孤立的行", En: "orphaned rows"}
	stepPlaces      = fault.Text{Zh: "点与建筑物的归属", En: "grids of points and buildings"}
)

func stepNet(n int) fault.Text {
	return fault.Text{Zh: fmt.Sprintf("第 %d 版的网", n), En: fmt.Sprintf("net of release %d", n)}
}

func stepGate(n int) fault.Text {
	return fault.Text{Zh: fmt.Sprintf("第 %d 版的网，由 PostGIS 再查", n), En: fmt.Sprintf("net of release %d, by PostGIS", n)}
}

// step runs one check. The database's refusal of it is a finding; only what ends the examination is returned.
func (e *Examination) step(ctx context.Context, district Code, name fault.Text, check func() error) error {
	if e.Step != nil {
		e.Step(name, district)
	}
	err := e.Records.Apart(ctx, check)
	switch f := fault.From(err); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case f.Kind == fault.Unavailable:
		return err
	default:
		e.Found(Finding{District: district, Fault: &fault.Error{Kind: fault.Internal, Rule: "check-failed", Args: fault.Args{"check": name}, Cause: err}})
		return nil
	}
}

// tell passes findings of the store on.
func (e *Examination) tell(district Code, findings iter.Seq2[Finding, error]) error {
	for f, err := range findings {
		if err != nil {
			return err
		}
		f.District = district
		e.Found(f)
	}
	return nil
}

func (e *Examination) count() {
	if e.Count != nil {
		e.Count(1)
	}
}

// districtExamination is the examination of one district.
type districtExamination struct {
	*Examination
	Head
	history *history // nil while it cannot be read
	mesh    *Mesh    // of the release in force; nil if that is no clean net
}

func (x *districtExamination) run(ctx context.Context) error {
	steps := []struct {
		name  fault.Text
		check func(context.Context) error
	}{{stepTimeline, x.timeline}, {stepSheets, x.sheets}, {stepCodes, x.codes}, {stepOrphans, x.orphans}}
	for _, s := range steps {
		if err := x.step(ctx, x.District, s.name, func() error { return s.check(ctx) }); err != nil {
			return err
		}
	}
	for _, n := range x.toProve() {
		if err := x.step(ctx, x.District, stepNet(n), func() error { return x.net(ctx, n) }); err != nil {
			return err
		}
		if err := x.step(ctx, x.District, stepGate(n), func() error { return x.gate(ctx, n) }); err != nil {
			return err
		}
	}
	return x.step(ctx, x.District, stepPlaces, func() error { return x.places(ctx) })
}

// wrong reports a finding of the district.
func (x *districtExamination) wrong(row, rule string, args fault.Args) {
	x.Found(Finding{District: x.District, Row: row, Fault: fault.New(fault.Internal, rule, args)})
}

// orphans reports rows whose counterpart is missing.
func (x *districtExamination) orphans(ctx context.Context) error {
	for o, err := range x.Records.Orphans(ctx, x.District) {
		if err != nil {
			return err
		}
		x.wrong(o.Row, "orphaned-row", fault.Args{"lack": o.Lack})
	}
	return nil
}
