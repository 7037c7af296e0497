package grid

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// history is what a district's releases make of its timeline, beside the timeline as it is stored.
type history struct {
	releases []Release // by number
	stored   []Interval
	expected []Interval    // what the publications, replayed one after the other, must have left
	untimed  []int         // releases without a row that says when they were to hold
	basis    map[int][]int // of each release: the releases that it was made against or beside
}

// rebuild lays every release over the timeline once more, in order, by the one row that its publication wrote for itself: the row recorded
// from the moment at which it was made.
func rebuild(releases []Release, stored []Interval) *history {
	h := &history{releases: slices.SortedFunc(slices.Values(releases), func(a, b Release) int { return a.N - b.N }), stored: stored, basis: map[int][]int{}}
	for _, r := range h.releases {
		i := slices.IndexFunc(stored, func(v Interval) bool { return v.Release == r.N && v.Recorded.From.Equal(r.MadeAt) })
		if i < 0 {
			h.untimed = append(h.untimed, r.N)
			continue
		}
		valid := stored[i].Valid
		base, near := basisOf(h.expected, valid)
		h.basis[r.N] = append(slices.Clip(near), base)
		ends, begins := Overlay(h.expected, r.N, valid, r.MadeAt)
		for j, v := range h.expected {
			if slices.Contains(ends, v) {
				h.expected[j].Recorded.To = r.MadeAt
			}
		}
		h.expected = append(h.expected, begins...)
	}
	return h
}

// timeline checks that the releases are numbered without a gap, that the timeline is what they make of it, and that the head is
// the release in force.
func (x *districtExamination) timeline(ctx context.Context) error {
	releases, err := x.Records.Releases(ctx, x.District)
	if err != nil {
		return err
	}
	x.Seen.Releases += len(releases)
	rows, err := x.Records.Timeline(ctx, x.District)
	if err != nil {
		return err
	}
	x.history = rebuild(releases, rows)
	h := x.history
	for i, next := 0, 1; i < len(h.releases); i, next = i+1, h.releases[i].N+1 {
		for ; next < h.releases[i].N; next++ {
			x.wrong(fmt.Sprint("release ", next), "release-missing", fault.Args{"release": next})
		}
	}
	for _, n := range h.untimed {
		x.wrong(fmt.Sprint("release ", n), "release-untimed", fault.Args{"release": n})
	}
	if !x.overlaps(rows) && !x.holes(h) {
		x.strays(h)
	}
	if now := latest(rows); now != x.Release {
		x.wrong("head", "head-astray", fault.Args{"head": x.Release, "release": now})
	}
	return nil
}

// overlaps finds moments with two releases, as known at some time.
func (x *districtExamination) overlaps(rows []Interval) (found bool) {
	byBegin := slices.SortedFunc(slices.Values(rows), func(a, b Interval) int { return a.Valid.From.Compare(b.Valid.From) })
	for i, a := range byBegin {
		for _, b := range byBegin[i+1:] {
			if !a.Valid.To.IsZero() && !b.Valid.From.Before(a.Valid.To) {
				break
			}
			if a.Valid.Meets(b.Valid) && a.Recorded.Meets(b.Recorded) {
				x.wrong(timelineRow(b), "timeline-overlap", fault.Args{"a": a.Release, "b": b.Release, "from": stamp(b.Valid.From)})
				found = true
			}
		}
	}
	return found
}

// holes finds the spans in which, as known now, no release is in force though the publications left one.
func (x *districtExamination) holes(h *history) (found bool) {
	for _, v := range h.expected {
		if !v.Current() {
			continue
		}
		open := []Span{v.Valid}
		for _, r := range h.stored {
			if !r.Current() {
				continue
			}
			var left []Span
			for _, s := range open {
				left = append(left, s.Without(r.Valid)...)
			}
			open = left
		}
		for _, s := range open {
			x.wrong("timeline", "timeline-hole", fault.Args{"from": stamp(s.From), "to": stamp(s.To), "release": v.Release})
			found = true
		}
	}
	return found
}

// strays finds the rows that the publications did not write, and misses those they wrote.
func (x *districtExamination) strays(h *history) {
	same := func(a Interval) func(Interval) bool {
		return func(b Interval) bool {
			return a.Release == b.Release && a.Valid.same(b.Valid) && a.Recorded.same(b.Recorded)
		}
	}
	for _, v := range h.stored {
		if !slices.ContainsFunc(h.expected, same(v)) && !slices.Contains(h.untimed, v.Release) {
			x.wrong(timelineRow(v), "timeline-stray", fault.Args{"release": v.Release, "from": stamp(v.Valid.From), "to": stamp(v.Valid.To)})
		}
	}
	for _, v := range h.expected {
		if !slices.ContainsFunc(h.stored, same(v)) {
			x.wrong("timeline", "timeline-lost", fault.Args{"release": v.Release, "from": stamp(v.Valid.From), "to": stamp(v.Valid.To)})
		}
	}
}

func (s Span) same(o Span) bool { return s.From.Equal(o.From) && s.To.Equal(o.To) }

func timelineRow(v Interval) string {
	end := "∞"
	if !v.Valid.To.IsZero() {
		end = v.Valid.To.Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("timeline %d [%s, %s)", v.Release, v.Valid.From.Format(time.RFC3339Nano), end)
}

// stamp is a moment as a sentence has it.
func stamp(t time.Time) any {
	if t.IsZero() {
		return fault.Text{Zh: "无限", En: "without end"}
	}
	return t.Format(time.RFC3339Nano)
}

// codes checks that no release has a code that an earlier one had and those it was made against had not: given up, and used again.
func (x *districtExamination) codes(ctx context.Context) error {
	if x.history == nil {
		return nil
	}
	used, of := map[Code]int{}, map[int][][]Code{} // since which release; the codes of each release, sheet by sheet
	check := func(n int) {
		basis, timed := x.history.basis[n]
		lives := map[Code]bool{}
		for _, b := range basis {
			for _, codes := range of[b] {
				for _, c := range codes {
					lives[c] = true
				}
			}
		}
		for _, codes := range of[n] {
			for _, c := range codes {
				if since, ok := used[c]; timed && ok && !lives[c] {
					x.wrong(fmt.Sprintf("release %d, %s", n, c), "code-reused", fault.Args{"code": c, "first": since, "release": n})
				} else if !ok {
					used[c] = n
				}
			}
		}
	}
	last := 0
	for part, err := range x.Records.ReleaseCodes(ctx, x.District) {
		if err != nil {
			return err
		}
		x.count()
		if part.Release != last && last != 0 {
			check(last)
		}
		last = part.Release
		of[last] = append(of[last], part.Codes)
	}
	if last != 0 {
		check(last)
	}
	return nil
}
