// Package bench measures Zhuwang beside its rivals and yardsticks, and writes what it finds to docs/bench and
// docs/BENCHMARKS.md (`make bench`). It is a package of tests only.
//
// How to add a figure: write a benchmark in a file of its own, say what its area is about, and measure ours together with
// what it is to be compared with. The benchmark's name is the area, which has its own file in docs/bench.
//
//	func BenchmarkTiles(b *testing.B) {
//		about(b, section{Show: 5, Title: "Tiles", Text: "Cold tiles of …"})
//		net := load(b) // all set-up: a benchmark runs once, and only when it is asked for
//		measure(b, figure{
//			name: "cold/2700-buildings", // part of the name of the figure: words and slashes
//			op:   "tile",                // what one operation is: times are told as ns/tile, rates as tile/s
//			ours: way{do: func(n int) { … draws n tiles … }},
//			against: []way{
//				{name: "ST_AsMVT", do: func(n int) { … }, want: atMost(1.0 / 10)}, // a target on the ratio
//				{name: "orb", do: …},                                              // no target: a figure beside
//			},
//		})
//		report(b, figure{name: "memory", op: "MB", ours: way{is: 2.9, want: atMost(3)}}) // counted, not timed
//	}
//
// measure takes turns: ours, the first yardstick, the second …, and that for some rounds. Each round gives a ratio of its
// own; what counts is their median. Nothing else may compare two times: those of different runs are not comparable. `atMost` limits the
// ratio of the times, `atLeast` (with figure.rate) the ratio of the rates.
//
// A plain test beside the benchmark shows, on little data, that ours and the yardstick do the same work.
package bench

import (
	"flag"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// keep is the folder of the kept results, which the benchmarks renew; "" keeps nothing.
var keep = flag.String("keep", "", "folder in which the results of the benchmarks are kept")

func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.benchtime", "1x") // measure decides how long it runs
	code := m.Run()
	if code == 0 && *keep != "" {
		if err := writeDocument(*keep); err != nil {
			println(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

// figure is one thing measured: ours beside yardsticks.
type figure struct {
	name    string // words, digits and slashes; under the name of the benchmark, unique
	op      string // what one operation is, in the singular; what the unit is, for report
	ours    way
	against []way
	rate    bool          // told and compared as operations a second, not as time an operation
	rounds  int           // 0: 7
	round   time.Duration // that each way takes in a round; 0: 40 ms
}

// way is one way to do the work: ours, or that of a yardstick.
type way struct {
	name   string         // of a yardstick: one word, kebab-case
	do     func(n int)    // does n operations
	n      int            // operations a round; 0: as many as fill it
	before func()         // not timed, before each round
	rate   func() float64 // instead of do: operations a second, as a load generator of its own counted them
	is     float64        // of report: the value
	are    []float64      // of report: the values, where each round has one
	want   limit          // of a yardstick: on the ratio ours / yardstick; of ours: on the value itself
}

// limit is a target. The zero limit is none.
type limit struct {
	AtMost  float64 `json:",omitempty"`
	AtLeast float64 `json:",omitempty"`
}

func atMost(x float64) limit  { return limit{AtMost: x} }
func atLeast(x float64) limit { return limit{AtLeast: x} }

// measure times a figure in rounds and keeps it.
func measure(b *testing.B, f figure) {
	b.Run(f.name, func(b *testing.B) {
		ways := append([]way{f.ours}, f.against...)
		round, rounds := f.round, f.rounds
		if round == 0 {
			round = 40 * time.Millisecond
		}
		if rounds == 0 {
			rounds = 7
		}
		for i := range ways {
			if w := &ways[i]; w.rate == nil && w.n == 0 {
				w.n = fill(w, round)
			}
		}
		runtime.GC() // the rubbish of setting up is not the figure's
		times := make([][]float64, len(ways))
		for range rounds {
			for i := range ways {
				times[i] = append(times[i], ways[i].time(ways[i].n))
			}
		}
		r := f.result(b, "ns/"+f.op)
		for i, t := range times {
			r.Ways[i].Values = t
			if f.rate {
				r.Unit = f.op + "/s"
				for k := range t {
					t[k] = 1e9 / t[k]
				}
			}
		}
		r.keep(b)
	})
}

// report keeps a figure of which each way has a value: memory, a number of faults, a percentile.
func report(b *testing.B, f figure) {
	b.Run(f.name, func(b *testing.B) {
		r := f.result(b, f.op)
		for i, w := range append([]way{f.ours}, f.against...) {
			if r.Ways[i].Values = w.are; w.are == nil {
				r.Ways[i].Values = []float64{w.is}
			}
		}
		r.keep(b)
	})
}

// time does n operations and is the nanoseconds of one.
func (w *way) time(n int) float64 {
	if w.before != nil {
		w.before()
	}
	if w.rate != nil {
		return 1e9 / w.rate()
	}
	start := time.Now()
	w.do(n)
	return float64(max(1, time.Since(start))) / float64(n)
}

// fill is how many operations fill a round.
func fill(w *way, round time.Duration) int {
	for n := 1; ; {
		took := w.time(n) * float64(n)
		if took >= float64(round)/4 {
			return max(1, int(float64(n)*float64(round)/took))
		}
		n = min(100*n, int(1.2*float64(n)*float64(round)/took)+1)
	}
}

// result is the figure without values yet.
func (f figure) result(b *testing.B, unit string) result {
	name := strings.TrimPrefix(b.Name(), "Benchmark")
	r := result{Name: name, Unit: unit, Rate: f.rate, Ways: []column{{Name: "zhuwang", Want: f.ours.want}}}
	for _, w := range f.against {
		r.Ways = append(r.Ways, column{Name: w.name, Want: w.want})
	}
	return r
}

// median is that of a copy; of an even number of values the lower one of the middle.
func median(values []float64) float64 { return quantile(values, 0.5) }

func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(q*float64(len(sorted)-1))]
}
