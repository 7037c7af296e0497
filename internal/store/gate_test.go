package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// gate publishes a net up to the gate, and takes it back.
func gate(t testing.TB, s grid.Store, net *grid.Net) (defects []geo.Defect) {
	t.Helper()
	done := errors.New("done")
	err := s.Publish(t.Context(), net.District.Code, func(tx grid.Tx) error {
		if err := tx.PutRelease(t.Context(), grid.Release{District: net.District.Code, N: 1, MadeAt: tx.Now()}, sheets(net), net); err != nil {
			return err
		}
		var err error
		if defects, err = tx.CheckRelease(t.Context(), 1); err != nil {
			return err
		}
		return done
	})
	if !errors.Is(err, done) {
		t.Fatal(err)
	}
	return defects
}

func TestGate(t *testing.T) {
	s := open(t)
	b := board{district: "990001", towns: 2, blocks: 2, side: 3, bends: 4, step: 100_000, seed: 5}
	if defects := gate(t, s, b.net()); len(defects) > 0 {
		t.Fatalf("a clean net is refused: %v", defects)
	}
	const middle = 4 // the grid in the middle of the first community
	ring := func(n *grid.Net) *geo.Ring { return &n.Grids[middle].Shape[0][0] }
	cell := func(x, y, w, h int32) geo.Ring {
		o := b.net().Grids[middle].Shape[0][0][0]
		x, y = o.X+x, o.Y+y
		return geo.Ring{{X: x, Y: y}, {X: x + w, Y: y}, {X: x + w, Y: y + h}, {X: x, Y: y + h}}
	}
	clockwise := func(r geo.Ring) geo.Ring { slices.Reverse(r); return r }
	for name, c := range map[string]struct {
		damage func(*grid.Net)
		rules  []string // all that may be named; at least the first must be
	}{
		"a vertex moved by one unit": {func(n *grid.Net) { (*ring(n))[2].Y++ }, []string{geo.RuleGap, geo.RuleOverlap}},
		"a vertex deleted":           {func(n *grid.Net) { *ring(n) = slices.Delete(*ring(n), 2, 3) }, []string{geo.RuleGap, geo.RuleOverlap}},
		"a vertex on one side alone": {func(n *grid.Net) {
			double := func(r geo.Ring) { // so that the middle between two vertices is on the lattice
				for i := range r {
					r[i] = geo.Point{X: r[i].X + (r[i].X - 1_080_000_000), Y: r[i].Y + (r[i].Y - 224_000_000)}
				}
			}
			for _, f := range n.Grids {
				double(f.Shape[0][0])
			}
			for _, d := range slices.Concat([]grid.Division{n.District}, n.Towns, n.Communities) {
				double(d.Outline[0][0])
			}
			a, b := (*ring(n))[1], (*ring(n))[2]
			*ring(n) = slices.Insert(*ring(n), 2, geo.Point{X: a.X + (b.X-a.X)/2, Y: a.Y + (b.Y-a.Y)/2})
		}, []string{geo.RuleUnmatched}},
		"a grid deleted": {func(n *grid.Net) { n.Grids = slices.Delete(n.Grids, middle, middle+1) }, []string{geo.RuleGap}},
		"a grid doubled": {func(n *grid.Net) {
			twin := n.Grids[middle]
			twin.Code = "990001001001099"
			n.Grids = append(n.Grids, twin)
		}, []string{geo.RuleOverlap}},
		"a grid outside its community": {func(n *grid.Net) {
			n.Grids[middle].Shape = geo.MultiPolygon{{cell(-2_000_000, 0, 1000, 1000)}}
		}, []string{geo.RuleOutsideParent, geo.RuleGap}},
		"a community's own line": {func(n *grid.Net) { n.Communities[0].Outline[0][0][1].Y -= 5 }, []string{geo.RuleGap, geo.RuleOverlap, geo.RuleOutsideParent}},
		"a town's own line":      {func(n *grid.Net) { n.Towns[0].Outline[0][0][1].Y -= 5 }, []string{geo.RuleGap, geo.RuleOverlap, geo.RuleOutsideParent}},
		"a district's own line":  {func(n *grid.Net) { n.District.Outline[0][0][1].Y -= 5 }, []string{geo.RuleGap}},
		"a community deleted":    {func(n *grid.Net) { n.Communities = n.Communities[1:] }, []string{geo.RuleGap, geo.RuleOutsideParent}},
		"a ring that crosses":    {func(n *grid.Net) { r := *ring(n); r[1], r[9] = r[9], r[1] }, []string{geo.RuleSelfCross}},
		"a hole outside": {func(n *grid.Net) {
			n.Grids[middle].Shape[0] = append(n.Grids[middle].Shape[0], clockwise(cell(-2_000_000, 0, 1000, 1000)))
		}, []string{geo.RuleHoleOutside}},
		"a hole in a hole": {func(n *grid.Net) {
			n.Grids[middle].Shape[0] = append(n.Grids[middle].Shape[0], clockwise(cell(30_000, 30_000, 9000, 9000)), clockwise(cell(33_000, 33_000, 2000, 2000)))
		}, []string{geo.RuleHoleNested}},
		"a hole": {func(n *grid.Net) {
			n.Grids[middle].Shape[0] = append(n.Grids[middle].Shape[0], clockwise(cell(30_000, 30_000, 9000, 9000)))
		}, []string{geo.RuleGap}},
		"parts that overlap": {func(n *grid.Net) {
			n.Grids[middle].Shape = append(n.Grids[middle].Shape, geo.Polygon{cell(30_000, 30_000, 9000, 9000)})
			n.Grids[middle].Parts = 2
		}, []string{geo.RulePartsOverlap}},
		"another number of parts": {func(n *grid.Net) { n.Grids[middle].Parts = 2 }, []string{geo.RuleParts}},
	} {
		t.Run(name, func(t *testing.T) {
			net := b.net()
			c.damage(net)
			defects := gate(t, s, net)
			named := false
			for _, d := range defects {
				if !slices.Contains(c.rules, d.Rule) {
					t.Errorf("it names %s at %v %v, %g m²", d.Rule, d.At.Lon(), d.At.Lat(), d.Area)
				}
				named = named || d.Rule == c.rules[0]
				box := net.District.Outline.Bounds()
				for _, r := range slices.Concat(net.Grids[middle].Shape...) {
					box = box.Union(r.Bounds())
				}
				if !box.Contains(d.At) {
					t.Errorf("the place %v of %s is far off", d.At, d.Rule)
				}
			}
			if !named {
				t.Errorf("%s is not among %v", c.rules[0], defects)
			}
		})
	}

	t.Run("a legitimate hole, and an island", func(t *testing.T) {
		net := b.net()
		// A lake in the middle of a grid that no grid covers: part of every outline above it.
		lake := clockwise(cell(30_000, 30_000, 9000, 9000))
		island := cell(-2_000_000, 0, 1000, 1000)
		for _, m := range []*geo.MultiPolygon{&net.Grids[middle].Shape, &net.Communities[0].Outline, &net.Towns[0].Outline, &net.District.Outline} {
			(*m)[0] = append((*m)[0], lake)
			*m = append(*m, geo.Polygon{island})
		}
		net.Grids[middle].Parts = 2
		if defects := gate(t, s, net); len(defects) > 0 {
			t.Errorf("refused: %v", defects)
		}
	})

	t.Run("the area is in square metres", func(t *testing.T) {
		net := b.net()
		net.Grids[middle].Shape[0] = append(net.Grids[middle].Shape[0], clockwise(cell(30_000, 30_000, 10_000, 10_000)))
		// 0.001° × 0.001° at 22.4° N: 102.95 m × 110.75 m
		if defects := gate(t, s, net); len(defects) != 1 || defects[0].Area < 11_350 || defects[0].Area > 11_450 {
			t.Errorf("got %v", defects)
		}
	})
}

func BenchmarkGate(b *testing.B) {
	for name, size := range map[string]board{
		"420 grids, 62k vertices":   district,
		"2016 grids, 145k vertices": {district: "990001", towns: 14, blocks: 16, side: 3, bends: 17, step: 40_000, seed: 1},
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			net := size.net()
			vertices := 0
			for _, f := range net.Grids {
				vertices += f.Shape.Vertices()
			}
			b.ReportMetric(float64(vertices), "vertices")
			err := s.Publish(b.Context(), "990001", func(tx grid.Tx) error {
				if err := tx.PutRelease(b.Context(), grid.Release{District: "990001", N: 1, MadeAt: tx.Now()}, sheets(net), net); err != nil {
					return err
				}
				for b.Loop() {
					if defects, err := tx.CheckRelease(b.Context(), 1); err != nil || len(defects) > 0 {
						b.Fatal(err, defects)
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
