package grid

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

func mustWeave(t *testing.T, n *Net) *Mesh {
	t.Helper()
	mesh, faults := Weave(n)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return mesh
}

// letters writes a code as its letter, none as "-".
func letters(c Code) string {
	if c == "" {
		return "-"
	}
	return letterOf(c)
}

func TestDiffAndLineage(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		changes        string // born +, gone -, shape ~, by grid
		moves          string
		lineage        string
	}{
		{"the same", "AABB", "AABB", "", "", ""},
		{"a border moves", "AAAB", "AABB", "~A ~B", "A>B", "A>A adjusted A>B transfer B>B adjusted"},
		{"split off", "AAAA", "AAAB", "~A +B", "A>B", "A>A adjusted A>B split"},
		{"split without heir", "AAAA", "BBCC", "-A +B +C", "A>B A>C", "A>B split A>C split"},
		{"merged", "AAAB", "AAAA", "~A -B", "B>A", "A>A adjusted B>A merged"},
		{"merged without heir", "AABB", "CCCC", "-A -B +C", "A>C B>C", "A>C merged B>C merged"},
		{"recoded", "AABB", "AACC", "-B +C", "B>C", "B>C recoded"},
		{"redrawn", "AABB", "ACCB", "~A ~B +C", "A>C B>C", "A>A adjusted A>C redrawn B>B adjusted B>C redrawn"},
		{"new ground", "AA..", "AABB", "+B", "->B", "->B born"},
		{"given up", "AABB", "AA..", "-B", "B>-", "B>- died"},
		{"old and new ground", "AA..", "ABB.", "~A +B", "->B A>B", "->B born A>A adjusted A>B redrawn"},
	} {
		t.Run(c.name, func(t *testing.T) {
			old, new := mustWeave(t, drawn(t, c.old)), mustWeave(t, drawn(t, c.new))
			flows := flowsBetween(old, new, nil)
			d := diff(old, new, flows)
			var changes, moves, rows []string
			for _, x := range d.Changes {
				if x.Level == LevelGrid {
					changes = append(changes, map[Fate]string{Born: "+", Gone: "-", Changed: "~"}[x.Fate]+letters(x.Code))
				}
			}
			for _, m := range d.Moves {
				moves = append(moves, letters(m.From)+">"+letters(m.To))
			}
			for _, r := range lineage(old, new, flows) {
				if r.From.Level() == LevelGrid || r.To.Level() == LevelGrid {
					rows = append(rows, letters(r.From)+">"+letters(r.To)+" "+r.Kind)
				}
			}
			slices.Sort(moves)
			slices.SortFunc(changes, func(a, b string) int { return strings.Compare(a[1:], b[1:]) })
			for _, x := range []struct{ what, got, want string }{
				{"changes", strings.Join(changes, " "), c.changes}, {"moves", strings.Join(moves, " "), c.moves}, {"lineage", strings.Join(rows, " "), c.lineage},
			} {
				if x.got != x.want {
					t.Errorf("%s %q, want %q", x.what, x.got, x.want)
				}
			}
			if d.Empty() != (c.changes == "") {
				t.Errorf("empty: %v", d.Empty())
			}
		})
	}
}

func TestLineageWeighsPeopleFirst(t *testing.T) {
	old, new := mustWeave(t, drawn(t, "AAAA")), mustWeave(t, drawn(t, "AAAB"))
	houses := []Building{house(0, 0, 100), house(3, 0, 300)}
	for _, c := range []struct {
		buildings []Building
		share     float64
		want      Lineage
	}{
		{nil, 0.25, Lineage{}},
		{houses, 0.75, Lineage{Households: 300, Buildings: 1}},
		{[]Building{house(0, 0, 0), house(3, 0, 0)}, 0.5, Lineage{Buildings: 1}},
	} {
		rows := lineage(old, new, flowsBetween(old, new, c.buildings))
		i := slices.IndexFunc(rows, func(r Lineage) bool { return r.Kind == LineageSplit })
		r := rows[i]
		if math.Abs(r.FromShare-c.share) > 1e-6 || r.ToShare != 1 || r.Households != c.want.Households || r.Buildings != c.want.Buildings {
			t.Errorf("%+v, want a share of %v", r, c.share)
		}
	}
}

func TestAttributesAreNamed(t *testing.T) {
	n := drawn(t, "AABB")
	changed := *n
	changed.Grids = slices.Clone(n.Grids)
	changed.Grids[0].Name, changed.Grids[0].Kind, changed.Grids[0].Category = "新名", Dedicated, School
	changed.Towns = slices.Clone(n.Towns)
	changed.Towns[0].Name = "新镇"
	d := Diff(mustWeave(t, n), mustWeave(t, &changed), nil)
	var got []string
	for _, c := range d.Changes {
		got = append(got, fmt.Sprint(c.Code, c.Attributes, c.Shape))
	}
	want := []string{"990001001[name] false", "990001001001001[name kind category] false"}
	if !slices.Equal(got, want) || len(d.Moves) > 0 {
		t.Errorf("%q, want %q", got, want)
	}
}

// Moves are the truth about every place: a point lies in other grids before and after iff a move says so.
func TestMovesAreWhatPointsSee(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := func(name string) *Mesh {
			n := &Net{District: Division{Code: "990001"}, Towns: []Division{{Code: "990001001"}}, Communities: []Division{{Code: "990001001001"}}}
			for i, shape := range coveragetest.Faces(rapid.Uint64().Draw(t, name), coveragetest.Options{}) {
				n.Grids = append(n.Grids, Face{Code: codeOf('A' + rune(i)), Kind: Basic, Parts: len(shape), Shape: shape})
			}
			mesh, faults := Weave(n)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			return mesh
		}
		old, new := random("old"), random("new")
		moved := map[[2]Code]bool{}
		for _, m := range Diff(old, new, nil).Moves {
			moved[[2]Code{m.From, m.To}] = true
		}
		side := rapid.Int32Range(0, 60_000)
		for range 50 {
			p := geo.Point{X: picture.Origin.X + side.Draw(t, "x"), Y: picture.Origin.Y + side.Draw(t, "y")}
			in := func(m *Mesh) Code {
				for _, g := range m.Net.Grids {
					if g.Shape.Contains(p) {
						return g.Code
					}
				}
				return ""
			}
			if from, to := in(old), in(new); from != to && !moved[[2]Code{from, to}] {
				t.Fatalf("%v went from %q to %q, which no move says", p, from, to)
			}
		}
	})
}
