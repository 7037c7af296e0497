package demo

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// testSeeds are the seeds on which every promise is tested.
const testSeeds = 20

// districts remembers what was generated: tests share it.
var districts sync.Map

func district(t testing.TB, seed uint64) *District {
	t.Helper()
	once, _ := districts.LoadOrStore(seed, sync.OnceValue(func() *District { return Generate(seed) }))
	return once.(func() *District)()
}

func eachSeed(t *testing.T, f func(t *testing.T, d *District)) {
	for seed := uint64(1); seed <= testSeeds; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			f(t, district(t, seed))
		})
	}
}

func TestOneCleanNet(t *testing.T) {
	eachSeed(t, func(t *testing.T, d *District) {
		n := d.Net
		if len(n.Grids) != 418 || len(n.Communities) != 76 || len(n.Towns) != 6 {
			t.Errorf("%d grids in %d communities in %d towns", len(n.Grids), len(n.Communities), len(n.Towns))
		}
		grids := shapes(n.Grids, func(g grid.Face) geo.MultiPolygon { return g.Shape })
		communities := shapes(n.Communities, func(c grid.Division) geo.MultiPolygon { return c.Outline })
		towns := shapes(n.Towns, func(c grid.Division) geo.MultiPolygon { return c.Outline })
		for _, level := range [][]geo.MultiPolygon{grids, communities, towns} {
			if r := coverage.Check(level, &n.District.Outline); !r.Clean() {
				t.Errorf("%d faces do not fill the district: %v", r.Faces, r.Defects)
			}
			for i, shape := range level {
				if len(shape) != 1 {
					t.Errorf("face %d of %d is in %d parts", i, len(level), len(shape))
				}
			}
		}
		if km2 := n.District.Outline.AreaM2() / 1e6; km2 < 900 || km2 > 1100 {
			t.Errorf("%.0f km²", km2)
		}
		b := n.District.Outline.Bounds()
		if b.Min.Lon() < 107.98 || b.Max.Lon() > 108.34 || b.Min.Lat() < 22.34 || b.Max.Lat() > 22.86 {
			t.Errorf("lies in %.3f–%.3f E, %.3f–%.3f N", b.Min.Lon(), b.Max.Lon(), b.Min.Lat(), b.Max.Lat())
		}
	})
}

func shapes[T any](list []T, shape func(T) geo.MultiPolygon) []geo.MultiPolygon {
	out := make([]geo.MultiPolygon, len(list))
	for i, x := range list {
		out[i] = shape(x)
	}
	return out
}

func TestGridsAreNamedAndOfAllCategories(t *testing.T) {
	eachSeed(t, func(t *testing.T, d *District) {
		names, categories := map[string]bool{}, map[grid.Category]int{}
		for _, g := range d.Net.Grids {
			if g.Name == "" || names[g.Name] {
				t.Errorf("the name %q of %s is empty or not its own", g.Name, g.Code)
			}
			names[g.Name] = true
			categories[g.Category]++
			if g.Kind != g.Category.Kind() {
				t.Errorf("%s is %s, its category %s", g.Code, g.Kind, g.Category)
			}
		}
		for _, c := range grid.Categories() {
			if categories[c] == 0 {
				t.Errorf("no grid is %s", c.Text().Zh)
			}
		}
	})
}

func TestBasicGridsHoldThreeToFiveHundredHouseholds(t *testing.T) {
	eachSeed(t, func(t *testing.T, d *District) {
		homes := map[grid.Code]int{}
		for _, b := range d.Buildings {
			homes[b.Area] += b.Households
		}
		basic, within := 0, 0
		for _, g := range d.Net.Grids {
			switch h := homes[g.Code]; {
			case g.Kind == grid.Dedicated:
				if h != 0 {
					t.Errorf("%d households in the dedicated grid %s", h, g.Name)
				}
			case h >= 300 && h <= 500:
				within++
				fallthrough
			default:
				basic++
			}
		}
		if within*100 < basic*99 {
			t.Errorf("%d of %d basic grids hold 300–500 households", within, basic)
		}
		t.Logf("%d of %d basic grids hold 300–500 households", within, basic)
	})
}

func TestBuildings(t *testing.T) {
	eachSeed(t, func(t *testing.T, d *District) {
		if n := len(d.Buildings); n < 17000 || n > 26000 {
			t.Errorf("%d buildings", n)
		}
		grids := shapes(d.Net.Grids, func(g grid.Face) geo.MultiPolygon { return g.Shape })
		cover, _ := coverage.Build(grids)
		index := locate.New(cover)
		borders := newSegments()
		for _, a := range cover.Arcs() {
			borders.add(a.Points)
		}
		last := grid.Code("")
		seen := map[string]bool{}
		for _, b := range d.Buildings {
			if b.Code <= last || b.Code.Level() != grid.LevelBuilding || b.Code.At(grid.LevelCommunity) != b.Area.Parent() {
				t.Fatalf("code %s after %s in grid %s", b.Code, last, b.Area)
			}
			last = b.Code
			if b.ID == "" || seen["id "+b.ID] || b.Address == "" || seen[b.Address] || b.Storeys < 1 || b.Use == "" {
				t.Fatalf("%+v", b)
			}
			seen["id "+b.ID], seen[b.Address] = true, true
			if f := index.Face(b.Point); f < 0 || d.Net.Grids[f].Code != b.Area {
				t.Fatalf("%s does not lie in its grid %s", b.Code, b.Area)
			}
			ring := b.Footprint[0][0]
			for i, p := range ring {
				if borders.touch(p, ring[(i+1)%len(ring)]) {
					t.Fatalf("%s lies across a border", b.Code)
				}
			}
		}
	})
}

func TestBordersFollowStreetsAndWater(t *testing.T) {
	eachSeed(t, func(t *testing.T, d *District) {
		ways := map[[2]geo.Point]bool{}
		var water []geo.MultiPolygon
		for _, f := range d.Base {
			if f.Layer == grid.Street && f.Class != "rail" || f.Layer == grid.Water {
				for _, line := range f.Lines {
					for i := range len(line) - 1 {
						ways[[2]geo.Point{line[i], line[i+1]}], ways[[2]geo.Point{line[i+1], line[i]}] = true, true
					}
				}
				if f.Shape != nil {
					water = append(water, f.Shape)
				}
			}
		}
		cover, _ := coverage.Build(shapes(d.Net.Grids, func(g grid.Face) geo.MultiPolygon { return g.Shape }))
		inner, follows := 0.0, 0.0
		for _, a := range cover.Arcs() {
			if a.Left == coverage.Outside || a.Right == coverage.Outside {
				continue
			}
			for i := range len(a.Points) - 1 {
				p, q := a.Points[i], a.Points[i+1]
				metres := geo.Distance(p, q)
				inner += metres
				if ways[[2]geo.Point{p, q}] || onWater(water, p) && onWater(water, q) {
					follows += metres
				}
			}
		}
		if follows < 0.92*inner {
			t.Errorf("%.1f %% of %.0f km of inner borders lie on streets or water", 100*follows/inner, inner/1000)
		}
		t.Logf("%.1f %% of %.0f km", 100*follows/inner, inner/1000)
	})
}

// onWater reports whether a point lies in or on a piece of water, or within a metre of a shore: a shore cut into pieces on the
// lattice is off its line by a little.
func onWater(water []geo.MultiPolygon, p geo.Point) bool {
	return slices.ContainsFunc(water, func(w geo.MultiPolygon) bool {
		b := w.Bounds()
		if p.X < b.Min.X-100 || p.X > b.Max.X+100 || p.Y < b.Min.Y-100 || p.Y > b.Max.Y+100 {
			return false
		}
		if w.Contains(p) {
			return true
		}
		ring := w[0][0]
		for i, a := range ring {
			if geo.SegmentDistance(p, a, ring[(i+1)%len(ring)]) < 1 {
				return true
			}
		}
		return false
	})
}

func TestBaseMap(t *testing.T) {
	eachSeed(t, func(t *testing.T, d *District) {
		ids := map[string]bool{}
		named := map[string]bool{}
		for _, f := range d.Base {
			if ids[f.ID] || !strings.HasPrefix(f.ID, string(f.Layer)) || f.Class == "" {
				t.Errorf("%s %s %s", f.Layer, f.ID, f.Class)
			}
			ids[f.ID] = true
			if (f.Shape == nil) == (f.Lines == nil) {
				t.Errorf("%s has not one of lines and shape", f.ID)
			}
			if f.Layer == grid.Street && f.Name != "" && f.Class != "expressway" {
				if named[f.Name] {
					t.Errorf("two streets are called %s", f.Name)
				}
				named[f.Name] = true
			}
			for _, defect := range geo.Validate(f.Shape) {
				if f.Shape != nil {
					t.Errorf("%s (%s): %v", f.ID, f.Class, defect)
				}
			}
			for _, line := range f.Lines {
				for i := range len(line) - 1 {
					if line[i] == line[i+1] {
						t.Errorf("%s stands still", f.ID)
					}
				}
			}
		}
		if len(named) < 300 {
			t.Errorf("%d streets have a name", len(named))
		}
	})
}

func TestNames(t *testing.T) {
	d := district(t, 1)
	official := map[grid.Code]string{}
	for _, e := range d.Names {
		official[e.Code] = e.Name
	}
	if len(official) != 1+6+76 {
		t.Errorf("%d official names", len(official))
	}
	for _, list := range [][]grid.Division{{d.Net.District}, d.Net.Towns, d.Net.Communities} {
		for _, x := range list {
			if x.Name == "" || official[x.Code] != x.Name {
				t.Errorf("%s is called %q, officially %q", x.Code, x.Name, official[x.Code])
			}
		}
	}
	if !strings.Contains(d.Note, "虚构") || !strings.Contains(d.Note, "invented") {
		t.Errorf("the note does not say that the data is invented: %s", d.Note)
	}
}

func BenchmarkGenerate(b *testing.B) {
	for seed := uint64(1); b.Loop(); seed++ {
		Generate(seed)
	}
}
