package grid

import "time"

// Holds reports whether the moment lies in the span.
func (s Span) Holds(t time.Time) bool {
	return !t.Before(s.From) && (s.To.IsZero() || t.Before(s.To))
}

// Empty reports whether the span holds no moment.
func (s Span) Empty() bool { return !s.To.IsZero() && !s.From.Before(s.To) }

// Meets reports whether the spans share a moment.
func (s Span) Meets(o Span) bool {
	return !s.Empty() && !o.Empty() && (s.To.IsZero() || o.From.Before(s.To)) && (o.To.IsZero() || s.From.Before(o.To))
}

// Without is what is left of s, in order of time, when o is taken out of it: no, one or two spans.
func (s Span) Without(o Span) []Span {
	if !s.Meets(o) {
		return []Span{s}
	}
	var rest []Span
	if before := (Span{s.From, o.From}); s.From.Before(o.From) {
		rest = append(rest, before)
	}
	if after := (Span{o.To, s.To}); !o.To.IsZero() && !after.Empty() {
		rest = append(rest, after)
	}
	return rest
}

// Current reports whether the row is what is known now.
func (r Interval) Current() bool { return r.Recorded.To.IsZero() }

// AsOf is the release in force at a moment as known at another; 0 if none was. A zero known is now: the newest knowledge.
func AsOf(rows []Interval, at, known time.Time) int {
	for _, r := range rows {
		if r.Valid.Holds(at) && (known.IsZero() && r.Current() || !known.IsZero() && r.Recorded.Holds(known)) {
			return r.Release
		}
	}
	return 0
}

// latest is the release in force now; 0 if none is. No clock is asked, since those of two machines differ: nothing is ever
// published for the future, so it is the release without an end.
func latest(rows []Interval) int {
	for _, r := range rows {
		if r.Current() && r.Valid.To.IsZero() {
			return r.Release
		}
	}
	return 0
}

// Overlay lays release n over the timeline for a valid span, as recorded at now. Rows known now that meet the span are
// returned in close, as they stand: their recorded span is to end at now. What they say outside of the span is said again
// in add, which ends with the row of n itself. Rows of past knowledge never change. (Snodgrass, Developing Time-Oriented
// Database Applications in SQL, 1999, ch. 10: sequenced modification of a bitemporal table.)
func Overlay(rows []Interval, n int, valid Span, now time.Time) (close, add []Interval) {
	for _, r := range rows {
		if !r.Current() || !r.Valid.Meets(valid) {
			continue
		}
		close = append(close, r)
		for _, rest := range r.Valid.Without(valid) {
			add = append(add, Interval{Release: r.Release, Valid: rest, Recorded: Span{From: now}})
		}
	}
	return close, append(add, Interval{Release: n, Valid: valid, Recorded: Span{From: now}})
}

// inForceThroughout reports whether, as known now, release n alone is in force over the whole span.
func inForceThroughout(rows []Interval, n int, span Span) bool {
	open := []Span{span}
	for _, r := range rows {
		if !r.Current() || r.Release != n {
			continue
		}
		var left []Span
		for _, s := range open {
			left = append(left, s.Without(r.Valid)...)
		}
		open = left
	}
	return len(open) == 0
}
