package bench

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Each round asks ours, then each yardstick, with the operations that fill a round; what is to be done before is not timed.
func TestWaysTakeTurns(t *testing.T) {
	var order []string
	slow := way{do: func(n int) { busy(time.Duration(n) * time.Microsecond) }}
	if n := fill(&slow, 2*time.Millisecond); n < 1 || n > 2000 {
		t.Errorf("%d operations of a microsecond or more fill two milliseconds", n)
	}
	if took := slow.time(100); took < 1000 {
		t.Errorf("an operation of a microsecond takes %v ns", took)
	}
	prepared := way{do: func(int) {}, before: func() { busy(100 * time.Millisecond) }}
	if took := prepared.time(1); took >= 1e8 {
		t.Errorf("nothing takes %v ns: what is done before is timed", took)
	}
	turn := func(name string) way {
		return way{name: name, n: 1, do: func(int) { order = append(order, name) }}
	}
	r := testing.Benchmark(func(b *testing.B) {
		order = order[:0]
		measure(b, figure{name: "turns", op: "turn", rounds: 2, ours: turn("ours"), against: []way{turn("a"), turn("b")}})
	})
	if got := strings.Join(order, " "); r.N != 1 || got != "ours a b ours a b" {
		t.Errorf("turns in %d runs: %s", r.N, got)
	}
}

// busy keeps the processor busy for a while.
func busy(d time.Duration) {
	for start := time.Now(); time.Since(start) < d; {
	}
}

// What is kept reads back as it was, and is told in the document with its ratio, its spread and whether it met its target.
func TestResultsAreKeptAndTold(t *testing.T) {
	a := area{section: section{5, "Tiles", "Drawn."}, Machine: machine{CPU: "8086", Cores: 1}, results: []result{
		{Name: "Tiles/cold", Unit: "ns/tile", Ways: []column{
			{Name: "zhuwang", Values: []float64{1000, 1200, 1100, 1050}},
			{Name: "ST_AsMVT", Want: atMost(0.1), Values: []float64{20_000, 24_000, 11_000, 21_000}},
			{Name: "orb", Values: []float64{1000, 1000, 1100, 1000}},
		}},
		{Name: "Tiles/warm", Unit: "request/s", Rate: true, Ways: []column{
			{Name: "zhuwang", Values: []float64{70_000}},
			{Name: "bare", Want: atLeast(0.8), Values: []float64{100_000}},
		}},
		{Name: "Tiles/memory", Unit: "MB", Ways: []column{{Name: "zhuwang", Want: atMost(3), Values: []float64{2.5}}}},
	}}
	folder := filepath.Join(t.TempDir(), "bench")
	file := filepath.Join(folder, "tiles.txt")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(a.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	back, err := readArea(file)
	if err != nil || !reflect.DeepEqual(back, a) {
		t.Errorf("read back: %v\n%+v, want\n%+v", err, back, a)
	}
	for _, line := range []string{
		"Unit request/s better=higher\n", "Unit of-ST_AsMVT better=lower\n",
		"BenchmarkTiles/cold 1 1200 ns/tile 24000 ST_AsMVT-ns/tile 1000 orb-ns/tile 0.05 of-ST_AsMVT 1.2 of-orb\n",
	} {
		if !strings.Contains(a.String(), line) {
			t.Errorf("no line %q in\n%s", line, a)
		}
	}
	if err := writeDocument(folder); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "..", document))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"- Tiles: 8086, 1 cores",
		"| Tiles/cold | ST_AsMVT | ≤ 1/10 | 1/20 (1/20 … 1/20) | met |",
		"| Tiles/warm | bare | ≥ 80 % | 70 % | **missed** by 13 % |",
		"| Tiles/memory | – | ≤ 3 MB | 2.50 MB | met |",
		"| cold | 1/20 | ×1 |",
		"| cold | 1.05 µs a tile | 20 µs a tile | 1 µs a tile |",
		"| warm | 70 k request/s | 100 k request/s |",
	} {
		if !strings.Contains(string(text), line) {
			t.Errorf("no line %q in\n%s", line, text)
		}
	}
	if err := os.WriteFile(file, []byte("BenchmarkTiles/cold 1 1200 ns/tile\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readArea(file); err == nil {
		t.Error("a round without its result is read")
	}
}
