package upload

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// State of a job.
type State string

// The states; the last three are ends.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Cancelled State = "cancelled"
	Failed    State = "failed"
)

// Report is what a job has come to.
type Report struct {
	Import  bool // else a preview: nothing is stored
	State   State
	Tally   grid.PointTally
	Read    int64 // bytes of the file
	Size    int64 // bytes of the file; 0 where the progress cannot be told
	Refused []Refusal
	Rejects bool // the list of refused rows can be had
	Fault   *fault.Error
	Plan    Plan
	Batch   string
	Datum   crs.Datum
	Sample
}

// Refusal is a rule by which rows were refused, and the first of them.
type Refusal struct {
	Count int64
	First []*fault.Error
}

// refusalsShown is how many rows are told of each rule.
const refusalsShown = 5

// Job reads a file from its first row to its last: for a preview, or to store its points.
type Job struct {
	cancel context.CancelFunc
	ended  chan struct{}
	layer  *exchange.Layer

	mu      sync.Mutex
	report  Report
	refused map[string]*Refusal
	sampler *sampler
}

// Start begins a job on the file: a preview, or an import. fault upload-busy while another one runs; and whatever is wrong with the plan.
func (f *File) Start(ctx context.Context, p Plan, store bool, lang fault.Lang) error {
	pts, err := f.open(ctx, p)
	if err != nil {
		return err
	}
	own, cancel := context.WithCancel(scope.With(f.folder.ctx, scope.Of(ctx))) // a job outlives its request, and does what who began it may
	j := &Job{cancel: cancel, ended: make(chan struct{}), layer: pts.layer, refused: map[string]*Refusal{},
		sampler: &sampler{district: p.District, locate: f.folder.Locate, intake: f.intake(p), stride: 1}}
	j.report = Report{Import: store, State: Waiting, Plan: p, Batch: pts.file.Batch, Datum: pts.file.Datum}
	f.folder.mu.Lock()
	if f.job != nil && f.job.runs() {
		f.folder.mu.Unlock()
		cancel()
		return fault.New(fault.Conflict, "upload-busy", nil)
	}
	f.job = j
	f.folder.mu.Unlock()
	f.folder.running.Go(func() {
		defer close(j.ended)
		defer cancel()
		j.end(f.work(own, j, pts.file, lang))
	})
	return nil
}

// work runs a job when its turn comes.
func (f *File) work(ctx context.Context, j *Job, file grid.PointFile, lang fault.Lang) error {
	select {
	case f.folder.turns <- struct{}{}:
		defer func() { <-f.folder.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	j.set(func(r *Report) { r.State = Running })
	rejects := exchange.NewRejects(f.rejects(), lang)
	file.DryRun = !j.report.Import
	file.Progress = j.progress
	file.Reject = func(r grid.PointRow, bad *fault.Error) error {
		bare := *bad
		bare.Where.File, bare.Where.Layer = "", ""
		j.refuse(&bare)
		return rejects.Add(*r.(*exchange.Row), &bare)
	}
	if file.DryRun {
		file.Rows = j.sampler.tee(file.Rows)
	}
	tally, err := f.folder.Importer.ImportPoints(ctx, file)
	if tally.Rows > 0 {
		j.progress(tally)
	}
	if err != nil {
		rejects.Abandon()
		return f.named(err)
	}
	path, err := rejects.Finish()
	j.set(func(r *Report) { r.Rejects = path != "" })
	return err
}

// end notes how a job ended.
func (j *Job) end(err error) {
	j.set(func(r *Report) {
		switch {
		case err == nil:
			r.State = Done
		case errors.Is(err, context.Canceled):
			r.State = Cancelled
		default:
			r.State, r.Fault = Failed, fault.From(err)
		}
	})
}

func (j *Job) set(change func(*Report)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change(&j.report)
}

func (j *Job) progress(t grid.PointTally) {
	read, size := j.layer.Progress()
	j.set(func(r *Report) { r.Tally, r.Read, r.Size = t, read, size })
}

func (j *Job) refuse(f *fault.Error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	of := j.refused[f.Rule]
	if of == nil {
		of = &Refusal{}
		j.refused[f.Rule] = of
	}
	if of.Count++; len(of.First) < refusalsShown {
		of.First = append(of.First, f)
	}
}

func (j *Job) runs() bool {
	select {
	case <-j.ended:
		return false
	default:
		return true
	}
}

// Report tells of the last job; ok is false where there was none.
func (f *File) Report() (r Report, ok bool) {
	f.folder.mu.Lock()
	j := f.job
	f.folder.mu.Unlock()
	if j == nil {
		return Report{}, false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	r = j.report
	for _, rule := range slices.Sorted(maps.Keys(j.refused)) {
		of := j.refused[rule]
		r.Refused = append(r.Refused, Refusal{of.Count, slices.Clone(of.First)})
	}
	slices.SortStableFunc(r.Refused, func(a, b Refusal) int { return int(b.Count - a.Count) })
	r.Sample = j.sampler.sample()
	return r, true
}

// Wait waits until the last job has ended, at most so long.
func (f *File) Wait(ctx context.Context, most time.Duration) {
	f.folder.mu.Lock()
	j := f.job
	f.folder.mu.Unlock()
	if j == nil {
		return
	}
	late := time.NewTimer(most)
	defer late.Stop()
	select {
	case <-j.ended:
	case <-ctx.Done():
	case <-late.C:
	}
}

// Cancel ends the job that runs, and waits for that. What it has stored stays.
func (f *File) Cancel() {
	f.folder.mu.Lock()
	j := f.job
	f.folder.mu.Unlock()
	if j != nil {
		j.cancel()
		<-j.ended
	}
}
