package grid

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// day is a moment of the tests; day 0 is no moment at all: the end of an open span.
func day(n int) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
}

func span(from, to int) Span { return Span{day(from), day(to)} }

func TestSpanWithout(t *testing.T) {
	for _, c := range []struct {
		name string
		s, o Span
		want []Span
	}{
		{"apart before", span(1, 3), span(3, 5), []Span{span(1, 3)}},
		{"apart after", span(5, 7), span(3, 5), []Span{span(5, 7)}},
		{"covered", span(3, 4), span(2, 5), nil},
		{"the same", span(2, 5), span(2, 5), nil},
		{"begins within", span(2, 8), span(5, 9), []Span{span(2, 5)}},
		{"ends within", span(5, 9), span(2, 6), []Span{span(6, 9)}},
		{"in the middle", span(1, 9), span(3, 5), []Span{span(1, 3), span(5, 9)}},
		{"open, in the middle", span(1, 0), span(3, 5), []Span{span(1, 3), span(5, 0)}},
		{"open, from its beginning", span(1, 0), span(1, 5), []Span{span(5, 0)}},
		{"open by open", span(1, 0), span(4, 0), []Span{span(1, 4)}},
		{"nothing taken out", span(1, 9), span(4, 4), []Span{span(1, 9)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.s.Without(c.o); !slices.Equal(got, c.want) {
				t.Errorf("%v without %v = %v, want %v", c.s, c.o, got, c.want)
			}
		})
	}
}

// The database's clock may run before that of the machine that asks.
func TestTheBasisNeedsNoClock(t *testing.T) {
	const ahead = 50_000 // days
	rows := apply(nil, 1, span(1, 0), day(1))
	rows = apply(rows, 2, span(ahead, 0), day(ahead))
	rows = apply(rows, 3, span(4, 6), day(ahead+1))
	for _, c := range []struct {
		valid Span
		base  int
		near  []int
	}{
		{Span{}, 2, nil}, {span(3, 0), 2, nil}, {span(2, 5), 1, []int{3, 2}}, {span(5, 8), 3, []int{1, 2}}, {span(-9, -3), 0, []int{2}},
	} {
		if base, near := basisOf(rows, c.valid); base != c.base || !slices.Equal(near, c.near) {
			t.Errorf("a net for %v is made against release %d beside %v, want %d beside %v", c.valid, base, near, c.base, c.near)
		}
	}
	if base, _ := basisOf(nil, Span{}); base != 0 {
		t.Errorf("a first net is made against release %d", base)
	}
}

func TestOverlayKeepsWhatWasKnown(t *testing.T) {
	rows := apply(nil, 1, span(1, 0), day(1))
	rows = apply(rows, 2, span(10, 0), day(10))
	rows = apply(rows, 3, span(4, 6), day(20)) // a correction of the past
	for _, c := range []struct{ at, known, want int }{
		{2, 0, 1}, {4, 0, 3}, {5, 0, 3}, {6, 0, 1}, {10, 0, 2}, {30, 0, 2},
		{5, 19, 1}, {5, 20, 3}, {12, 9, 1}, {12, 10, 2},
		{5, 5, 1}, {-1, 0, 0}, {5, -1, 0},
	} {
		if got := AsOf(rows, day(c.at), day(c.known)); got != c.want {
			t.Errorf("in force on day %d as known on day %d: release %d, want %d", c.at, c.known, got, c.want)
		}
	}
}

// apply publishes into a timeline as the store does.
func apply(rows []Interval, n int, valid Span, now time.Time) []Interval {
	ends, begins := Overlay(rows, n, valid, now)
	rows = slices.Clone(rows)
	for _, r := range ends {
		rows[slices.Index(rows, r)].Recorded.To = now
	}
	return append(rows, begins...)
}

// publication is one entry of a log that is replayed.
type publication struct {
	n     int
	valid Span
	made  time.Time
}

// replay is the release in force by the log itself: the newest that was made by then and holds at the moment.
func replay(log []publication, at, known time.Time) int {
	n := 0
	for _, p := range log {
		if !p.made.After(known) && p.valid.Holds(at) {
			n = p.n
		}
	}
	return n
}

func TestTimelineIsTheReplayedLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []Interval
		var log []publication
		for n := 1; n <= 30; n++ {
			made := 100 + n
			from := rapid.IntRange(60, made).Draw(t, "from")
			to := 0
			if n > 1 && rapid.Bool().Draw(t, "corrects the past") {
				to = rapid.IntRange(from+1, made+1).Draw(t, "to")
			}
			p := publication{n, span(from, to), day(made)}
			rows = apply(rows, p.n, p.valid, p.made)
			log = append(log, p)
		}
		for range 100 {
			at := day(rapid.IntRange(55, 140).Draw(t, "at")).Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "hours")) * time.Hour)
			known := day(rapid.IntRange(95, 140).Draw(t, "known"))
			if got, want := AsOf(rows, at, known), replay(log, at, known); got != want {
				t.Fatalf("at %v, known %v: release %d, want %d", at, known, got, want)
			}
			if got, want := AsOf(rows, at, time.Time{}), replay(log, at, day(1000)); got != want {
				t.Fatalf("at %v, known now: release %d, want %d", at, got, want)
			}
		}
		for i, a := range rows {
			for _, b := range rows[i+1:] {
				if a.Valid.Meets(b.Valid) && a.Recorded.Meets(b.Recorded) {
					t.Fatalf("two releases at one moment: %v and %v", a, b)
				}
			}
			if a.Valid.Empty() || a.Recorded.Empty() {
				t.Fatalf("an empty row: %v", a)
			}
		}
	})
}

func TestInForceThroughout(t *testing.T) {
	rows := apply(nil, 1, span(1, 0), day(1))
	rows = apply(rows, 2, span(10, 20), day(30))
	for _, c := range []struct {
		n    int
		span Span
		want bool
	}{
		{1, span(1, 10), true}, {1, span(20, 0), true}, {1, span(5, 0), false}, {1, span(9, 11), false},
		{2, span(10, 20), true}, {2, span(10, 21), false}, {1, span(-3, 5), false}, {3, span(1, 2), false},
	} {
		if got := inForceThroughout(rows, c.n, c.span); got != c.want {
			t.Errorf("release %d throughout %v: %v, want %v", c.n, c.span, got, c.want)
		}
	}
}
