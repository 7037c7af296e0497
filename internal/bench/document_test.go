package bench

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const document = "BENCHMARKS.md"

// writeDocument writes the document beside a folder of kept results.
func writeDocument(folder string) error {
	text, err := describe(folder)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "..", document), []byte(text), 0o644)
}

// The document tells what is kept, no more and no less.
func TestDocumentIsThatOfTheKeptResults(t *testing.T) {
	want, err := describe("../../docs/bench")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/" + document)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("docs/%s is not what docs/bench tells: run `make bench`", document)
	}
}

// describe makes the document of a folder's results: targets, then the ratios of each area, then absolute figures.
func describe(folder string) (string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return "", err
	}
	var areas []area
	for _, file := range files {
		a, err := readArea(file)
		if err != nil {
			return "", err
		}
		areas = append(areas, a)
	}
	slices.SortStableFunc(areas, func(a, b area) int { return cmp.Compare(a.Show, b.Show) })
	d := &page{}
	d.say(preface)
	d.machines(areas)
	d.say("## Targets", "Ours as a fraction of the yardstick in the same run: the median of the rounds and, in brackets, the middle half of them.")
	d.targets(areas)
	for _, a := range areas {
		d.say("## "+a.Title, a.Text)
		for _, group := range alike(a.results) {
			if len(group[0].Ways) > 1 && group[0].compared() {
				d.table(group, "ours as a fraction of", group[0].Ways[1:], func(r result, i int) string { return fraction(r, median(r.ratios(i+1))) })
			}
		}
	}
	d.say("## Absolute figures", "Medians. They hold for the machine above and for that hour; the ratios are what lasts.")
	for _, a := range areas {
		d.say("### " + a.Title)
		for _, group := range alike(a.results) {
			d.table(group, "one operation", group[0].Ways, func(r result, i int) string { return quantity(median(r.Ways[i].Values), r.Unit) })
		}
	}
	return strings.TrimSuffix(d.String(), "\n"), nil
}

const preface = `# Benchmarks

<!-- written by make bench from docs/bench; edit internal/bench, not this file -->

本页由 ` + "`make bench`" + ` 写成：同一次运行中交替测量筑网与各对照，先列比值，后列绝对值。未达到的目标如实列出。

` + "`make bench`" + ` measures Zhuwang in turns with its rivals and yardsticks and writes this page; ` + "`make bench BENCH=Lookup`" + ` measures one area anew.
What is kept of each round lies in [bench/](bench/), in Go's benchmark format; ` + "`make bench-compare`" + ` measures again and shows the change (benchstat).`

// page is Markdown in the making.
type page struct{ strings.Builder }

func (d *page) say(paragraphs ...string) {
	for _, p := range paragraphs {
		if p != "" {
			d.WriteString(strings.TrimSpace(p) + "\n\n")
		}
	}
}

func (d *page) row(cells ...string) { d.WriteString("| " + strings.Join(cells, " | ") + " |\n") }

func (d *page) rule(cells int) { d.WriteString("|---" + strings.Repeat("|---:", cells-1) + "|\n") }

// machines describes the machines: one line for all areas that were measured on the same one at the same commit.
func (d *page) machines(areas []area) {
	var seen []machine
	where := map[machine][]string{}
	for _, a := range areas {
		if where[a.Machine] == nil {
			seen = append(seen, a.Machine)
		}
		where[a.Machine] = append(where[a.Machine], a.Title)
	}
	d.say("## Machine")
	for _, m := range seen {
		d.WriteString(fmt.Sprintf("- %s: %s, %d cores (%s), %s; %s; %s; %s; commit %s; %s\n",
			strings.Join(where[m], ", "), m.CPU, m.Cores, m.Caches, m.Memory, m.System, m.Go, m.PostgreSQL, m.Commit, m.Taken))
	}
	d.WriteString("\n")
}

// targets lists every limit with what was measured.
func (d *page) targets(areas []area) {
	d.row("figure", "beside", "target", "measured", "")
	d.rule(5)
	for _, a := range areas {
		for _, r := range a.results {
			for i, w := range r.Ways {
				if w.Want == (limit{}) {
					continue
				}
				values, show, beside := r.ratios(i), fraction, w.Name
				if i == 0 {
					values, beside = w.Values, "–"
					show = func(r result, v float64) string { return quantity(v, r.Unit) }
				}
				m := median(values)
				measured := show(r, m)
				if len(values) > 3 {
					measured += fmt.Sprintf(" (%s … %s)", show(r, quantile(values, 0.25)), show(r, quantile(values, 0.75)))
				}
				d.row(r.Name, beside, w.Want.text(func(v float64) string { return show(r, v) }), measured, w.Want.verdict(m))
			}
		}
	}
	d.WriteString("\n")
}

// table shows results that have the same ways.
func (d *page) table(group []result, head string, ways []column, cell func(r result, i int) string) {
	header := []string{head}
	for _, w := range ways {
		header = append(header, w.Name)
	}
	d.row(header...)
	d.rule(len(header))
	for _, r := range group {
		_, name, _ := strings.Cut(r.Name, "/")
		row := []string{name}
		for i := range ways {
			row = append(row, cell(r, i))
		}
		d.row(row...)
	}
	d.WriteString("\n")
}

// alike parts results into groups that have the same ways and are compared or not, in the order in which each group begins.
func alike(results []result) (groups [][]result) {
	place := map[string]int{}
	for _, r := range results {
		key := fmt.Sprint(r.compared())
		for _, w := range r.Ways {
			key += " " + w.Name
		}
		if _, ok := place[key]; !ok {
			place[key] = len(groups)
			groups = append(groups, nil)
		}
		groups[place[key]] = append(groups[place[key]], r)
	}
	return groups
}

// text is a limit in words.
func (l limit) text(show func(float64) string) string {
	if l.AtMost > 0 {
		return "≤ " + show(l.AtMost)
	}
	return "≥ " + show(l.AtLeast)
}

// verdict says whether a value keeps the limit, and else by how much it does not.
func (l limit) verdict(v float64) string {
	over := v/l.AtMost - 1
	if l.AtMost == 0 {
		over = 1 - v/l.AtLeast
	}
	if over <= 0 {
		return "met"
	}
	return fmt.Sprintf("**missed** by %.*f %%", decimals(100*over), 100*over)
}

func decimals(v float64) int {
	if v < 10 {
		return 1
	}
	return 0
}

// fraction is a ratio: of rates in per cent, of times as a fraction of one.
func fraction(r result, v float64) string {
	switch {
	case r.Rate:
		return fmt.Sprintf("%.0f %%", 100*v)
	case v <= 0.67 && math.Abs(1/v-math.Round(1/v)) < 1e-9:
		return fmt.Sprintf("1/%.0f", 1/v)
	case v <= 0.67:
		return fmt.Sprintf("1/%.*f", decimals(1/v), 1/v)
	}
	return "×" + digits(v)
}

// quantity is a value with its unit: times in ns to s, rates with k and M.
func quantity(v float64, unit string) string {
	if op, ok := strings.CutPrefix(unit, "ns/"); ok {
		scale, name := 1.0, "ns"
		for _, u := range []struct {
			scale float64
			name  string
		}{{1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}} {
			if v >= u.scale {
				scale, name = u.scale, u.name
			}
		}
		return digits(v/scale) + " " + name + " a " + op
	}
	if op, ok := strings.CutSuffix(unit, "/s"); ok {
		switch {
		case v >= 1e6:
			return digits(v/1e6) + " M " + op + "/s"
		case v >= 1e4:
			return digits(v/1e3) + " k " + op + "/s"
		}
		return digits(v) + " " + op + "/s"
	}
	return digits(v) + " " + unit
}

// digits is a number with three digits that count.
func digits(v float64) string {
	switch {
	case v == float64(int64(v)) || v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
