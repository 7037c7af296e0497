package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// section is what the document says of an area above its figures.
type section struct {
	Show  int    // the order of the areas
	Title string // a heading
	Text  string // what was measured, how, and what the figures do not say: Markdown
}

// result is a figure with its values.
type result struct {
	Name string // area/…
	Unit string
	Rate bool     `json:",omitempty"` // the more the better
	Ways []column // ours first
}

// column is one way's values, one a round. What it wants limits the ratio ours / way, and of ours the values themselves.
type column struct {
	Name   string
	Want   limit     `json:"Want,omitzero"`
	Values []float64 `json:"-"`
}

// area is a file of docs/bench: results of one benchmark and the machine that they were measured on. It is Go's benchmark
// format, which benchstat reads: a line a round, with the values of every way and the ratios to each yardstick. The
// lines that begin with '#' are for the document: JSON of the section, the machine and, before its rounds, each result.
type area struct {
	section
	Machine machine
	results []result
}

// about says what the area of a benchmark is about.
func about(b *testing.B, s section) {
	name := areaOf(strings.TrimPrefix(b.Name(), "Benchmark"))
	change(b, name, func(a *area) { a.section = s })
}

func areaOf(name string) string { return strings.ToLower(strings.SplitN(name, "/", 2)[0]) }

// compared reports whether ours has ratios to others: nothing is a fraction of what is nothing.
func (r *result) compared() bool { return median(r.Ways[0].Values) > 0 }

// ratios are those of ours to a way, round by round.
func (r *result) ratios(i int) []float64 {
	ratios := make([]float64, len(r.Ways[i].Values))
	for k, v := range r.Ways[i].Values {
		ratios[k] = r.Ways[0].Values[k] / v
	}
	return ratios
}

// keep shows a result and puts it into the area's file, in the place of the one of the same name.
func (r result) keep(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(r.Ways[0].Values), r.Unit)
	if r.compared() {
		for i, w := range r.Ways[1:] {
			b.ReportMetric(median(r.ratios(i+1)), "of-"+w.Name)
		}
	}
	change(b, areaOf(r.Name), func(a *area) {
		i := slices.IndexFunc(a.results, func(other result) bool { return other.Name == r.Name })
		if i < 0 {
			a.results = append(a.results, r)
		} else {
			a.results[i] = r
		}
	})
}

// change reads an area's file, changes it and writes it, so that a run that is ended keeps what it has measured.
func change(b *testing.B, name string, how func(*area)) {
	if *keep == "" {
		return
	}
	file := filepath.Join(*keep, name+".txt")
	a, err := readArea(file)
	if err != nil && !os.IsNotExist(err) {
		b.Fatal(err)
	}
	how(&a)
	a.Machine = thisMachine()
	if err := os.MkdirAll(*keep, 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(a.String()), 0o644); err != nil {
		b.Fatal(err)
	}
}

func (a area) String() string {
	var s strings.Builder
	tell := func(key string, v any) {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // plain structs
		}
		fmt.Fprintf(&s, "# %s %s\n", key, text)
	}
	tell("section", a.section)
	tell("machine", a.Machine)
	units := map[string]bool{}
	for _, r := range a.results {
		better := "lower"
		if r.Rate {
			better = "higher"
		}
		for i, w := range r.Ways {
			for _, unit := range []string{unitOf(r, i), "of-" + w.Name} {
				if (i > 0 || unit == r.Unit) && !units[unit] {
					units[unit] = true
					fmt.Fprintf(&s, "Unit %s better=%s\n", unit, better)
				}
			}
		}
	}
	for _, r := range a.results {
		tell("result", r)
		for k := range r.Ways[0].Values {
			fmt.Fprintf(&s, "Benchmark%s 1", r.Name)
			for i, w := range r.Ways {
				fmt.Fprintf(&s, " %s %s", short(w.Values[k]), unitOf(r, i))
			}
			if r.compared() {
				for i, w := range r.Ways[1:] {
					fmt.Fprintf(&s, " %s of-%s", short(r.ratios(i + 1)[k]), w.Name)
				}
			}
			s.WriteByte('\n')
		}
	}
	return s.String()
}

// unitOf is the unit of a way's values, which tells the ways apart.
func unitOf(r result, i int) string {
	if i == 0 {
		return r.Unit
	}
	return r.Ways[i].Name + "-" + r.Unit
}

// short is a number with four digits that count.
func short(v float64) string {
	if v >= 1000 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// readArea reads a file of kept results.
func readArea(file string) (a area, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return a, err
	}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		line := lines.Text()
		key, rest, _ := strings.Cut(strings.TrimPrefix(line, "# "), " ")
		switch {
		case strings.HasPrefix(line, "Benchmark"):
			err = a.round(strings.Fields(line))
		case key == "section":
			err = json.Unmarshal([]byte(rest), &a.section)
		case key == "machine":
			err = json.Unmarshal([]byte(rest), &a.Machine)
		case key == "result":
			a.results = append(a.results, result{})
			err = json.Unmarshal([]byte(rest), &a.results[len(a.results)-1])
		case key != "Unit":
			err = fmt.Errorf("%q is not a line of kept results", line)
		}
		if err != nil {
			return a, fmt.Errorf("%s: %w", file, err)
		}
	}
	return a, nil
}

// round reads the values of a round of the last result: name, 1, then value and unit of each way, then the ratios.
func (a *area) round(fields []string) error {
	if len(a.results) == 0 {
		return fmt.Errorf("%s has no result line before it", fields[0])
	}
	r := &a.results[len(a.results)-1]
	if fields[0] != "Benchmark"+r.Name || len(fields) < 2+2*len(r.Ways) {
		return fmt.Errorf("%v is not a round of %s", fields, r.Name)
	}
	for i := range r.Ways {
		v, err := strconv.ParseFloat(fields[2+2*i], 64)
		if err != nil {
			return err
		}
		r.Ways[i].Values = append(r.Ways[i].Values, v)
	}
	return nil
}
