package tiles_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/tiles"
)

var (
	reportKinds = []string{"lamp", "litter", "noise"}
	ways        = []string{"in", "border", "manual", "outside"}
)

// reports are points in a district of 20 km: crowds at a few places, some at one address, the rest anywhere.
func reports(seed uint64, n int) []tiles.Point {
	r := rand.New(rand.NewPCG(seed, 1))
	points := make([]tiles.Point, n)
	for i := range points {
		x, y := r.Float64()*20000, r.Float64()*20000
		switch r.IntN(4) {
		case 0:
			x, y = float64(r.IntN(5))*4000, float64(r.IntN(5))*4000
		case 1:
			x, y = float64(r.IntN(5))*4000+r.NormFloat64()*60, float64(r.IntN(5))*4000+r.NormFloat64()*60
		}
		how := ways[r.IntN(len(ways))]
		p := tiles.Point{Kind: reportKinds[r.IntN(len(reportKinds))], ID: fmt.Sprint("R", i), How: how, At: at(x, y)}
		if how != "outside" {
			p.Grid = fmt.Sprintf("450105001004%03d", 1+r.IntN(40))
		}
		points[i] = p
	}
	return points
}

// census counts the points of a zoom by kind over all tiles, and the features that stand for them.
func census(tb fataler, s source, z uint32, d crs.Datum) (kinds map[string]int, features int) {
	tb.Helper()
	kinds = map[string]int{}
	cover(s, z, d, func(x, y uint32) {
		layers := decode(tb, s, z, x, y, d)
		for _, f := range layers["points"] {
			kinds[f.Properties.MustString("kind")]++
			features++
		}
		for _, f := range layers["clusters"] {
			sum := 0
			for key, n := range f.Properties {
				if kind, ok := strings.CutPrefix(key, "kind:"); ok {
					kinds[kind] += int(n.(float64))
					sum += int(n.(float64))
				}
			}
			if sum != f.Properties.MustInt("count") || sum < 2 {
				tb.Fatalf("zoom %d: a cluster of %v counts %d by kind", z, f.Properties, sum)
			}
			features++
		}
	})
	return kinds, features
}

func byKind(points []tiles.Point, only ...string) map[string]int {
	kinds := map[string]int{}
	for _, p := range points {
		if len(only) == 0 || slices.Contains(only, p.Kind) {
			kinds[p.Kind]++
		}
	}
	return kinds
}

// At every zoom each point is told exactly once, by itself or in the number of a cluster; of some kinds, in every datum, too.
func TestEveryPointIsToldOnce(t *testing.T) {
	points := reports(3, 3000)
	for i := range 40 { // among them some far from all others: at the ends of the world and of China
		far, _ := geo.FromDegrees(float64(i)*9-180, float64(i)*4-80)
		points = append(points, tiles.Point{Kind: "lamp", ID: fmt.Sprint("far", i), How: "outside", At: far})
	}
	near := tiles.NewPoints(points[:3000])
	for z := uint32(0); z <= 13; z++ {
		if got, _ := census(t, tiles.NewPoints(points).Only(), min(z, 5), crs.CGCS2000); z <= 5 && cmp.Diff(byKind(points), got) != "" {
			t.Errorf("zoom %d, the world: %s", z, cmp.Diff(byKind(points), got))
		}
		for _, only := range [][]string{nil, {"lamp"}, {"litter", "noise"}} {
			for _, d := range []crs.Datum{crs.CGCS2000, crs.GCJ02, crs.BD09} {
				if got, _ := census(t, near.Only(only...), z, d); cmp.Diff(byKind(points[:3000], only...), got) != "" {
					t.Errorf("zoom %d, %v, only %v (-want +got)\n%s", z, d, only, cmp.Diff(byKind(points[:3000], only...), got))
				}
			}
		}
	}
}

// The same near the ground, where tiles are many: a handful of points within a few of them.
func TestEveryPointIsToldOnceAmongHouses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var points []tiles.Point
		for i := range rapid.IntRange(1, 60).Draw(t, "n") {
			points = append(points, tiles.Point{
				Kind: rapid.SampledFrom(reportKinds).Draw(t, "kind"), ID: fmt.Sprint(i), How: "in", Grid: "450105001004001",
				At: at(rapid.Float64Range(-60, 60).Draw(t, "x"), rapid.Float64Range(-60, 60).Draw(t, "y")),
			})
		}
		z := rapid.Uint32Range(14, tiles.MaxZoom).Draw(t, "z")
		d := rapid.SampledFrom([]crs.Datum{crs.CGCS2000, crs.GCJ02}).Draw(t, "datum")
		if got, _ := census(t, tiles.NewPoints(points).Only(), z, d); cmp.Diff(byKind(points), got) != "" {
			t.Fatalf("(-want +got)\n%s", cmp.Diff(byKind(points), got))
		}
	})
}

// However points came into a set, at once, one by one or after others that went again, its tiles are the same bytes.
func TestTilesDoNotTellHowPointsCame(t *testing.T) {
	points := reports(5, 6000)
	at := func(i int) tiles.PointRef {
		return tiles.PointRef{Kind: points[i].Kind, ID: points[i].ID, At: points[i].At}
	}
	want := tiles.NewPoints(points)

	grown := tiles.NewPoints(nil)
	for from := 0; from < len(points); from += 700 {
		grown = grown.With(nil, points[from:min(from+700, len(points))])
	}
	moved := slices.Clone(points)
	var gone []tiles.PointRef
	var came []tiles.Point
	for i := 0; i < len(points); i += 3 {
		moved[i].At, moved[i].Grid, moved[i].How = points[(i+1)%len(points)].At, "", "outside"
		gone = append(gone, tiles.PointRef{Kind: moved[i].Kind, ID: moved[i].ID, At: moved[i].At})
		came = append(came, points[i])
	}
	wandered := tiles.NewPoints(moved).With(gone, came)

	emptied := want
	for i := range points {
		if i%2 == 0 {
			emptied = emptied.With([]tiles.PointRef{at(i)}, nil)
		}
	}
	var even []tiles.Point
	for i := range points {
		if i%2 == 0 {
			even = append(even, points[i])
		}
	}
	for name, got := range map[string]*tiles.Points{"grown": grown, "wandered": wandered, "emptied and filled": emptied.With(nil, even)} {
		if got.Len() != len(points) {
			t.Errorf("%s: %d points, want %d", name, got.Len(), len(points))
		}
		if diff := cmp.Diff(want.Counts(), got.Counts()); diff != "" {
			t.Errorf("%s: counts (-want +got)\n%s", name, diff)
		}
		for _, z := range []uint32{8, 11, 12, 13} {
			cover(want.Only(), z, crs.CGCS2000, func(x, y uint32) {
				a, _ := want.Only().Tile(z, x, y, crs.CGCS2000)
				if b, _ := got.Only().Tile(z, x, y, crs.CGCS2000); !bytes.Equal(a, b) {
					t.Errorf("%s: tile %d/%d/%d differs", name, z, x, y)
				}
			})
		}
	}
	if want.Len() != len(points) {
		t.Error("a set changed when others were made out of it")
	}
}

// A point by itself says what it is and where; points of one address stay one cluster at every zoom, others part at the zoom that the cluster names.
func TestWhatPointsAndClustersSay(t *testing.T) {
	alone := tiles.Point{Kind: "lamp", ID: "路灯/7", Grid: "450105001004012", How: "manual", At: at(500, 500)}
	s := tiles.NewPoints([]tiles.Point{
		alone,
		{Kind: "noise", ID: "a", How: "outside", At: at(0, 0)},
		{Kind: "noise", ID: "b", How: "outside", At: at(0, 0)},
		{Kind: "lamp", ID: "a", How: "in", Grid: "450105001004012", At: at(40, 0)},
	}).Only()
	for z := uint32(14); z <= tiles.MaxZoom; z++ {
		cover(s, z, crs.CGCS2000, func(x, y uint32) {
			layers := decode(t, s, z, x, y, crs.CGCS2000)
			for _, f := range layers["points"] {
				if id := f.Properties["id"]; id == "路灯/7" {
					want := map[string]any{"kind": "lamp", "id": "路灯/7", "grid": "450105001004012", "how": "manual"}
					if diff := cmp.Diff(want, map[string]any(f.Properties)); diff != "" {
						t.Errorf("zoom %d (-want +got)\n%s", z, diff)
					}
					at := maptile.New(x, y, maptile.Zoom(z)).Bound()
					p := f.Geometry.(orb.Point)
					lon := at.Min[0] + (at.Max[0]-at.Min[0])*p[0]/tiles.Extent
					if off := math.Abs(lon-alone.At.Lon()) / (at.Max[0] - at.Min[0]) * tiles.Extent; off > 1.1 {
						t.Errorf("zoom %d: drawn %.2f units away", z, off)
					}
				} else if id != "a" {
					t.Errorf("zoom %d: %v by itself", z, f.Properties)
				}
			}
			for _, f := range layers["clusters"] {
				apart := f.Properties.MustInt("zoom")
				switch f.Properties.MustInt("count") {
				case 3:
					if apart <= int(z) || apart > tiles.MaxZoom {
						t.Errorf("zoom %d: parts at %d", z, apart)
					}
					if _, features := census(t, s, uint32(apart), crs.CGCS2000); features != 3 {
						t.Errorf("zoom %d: %d features where the cluster is to have parted", apart, features)
					}
				case 2:
					if apart != tiles.MaxZoom+1 {
						t.Errorf("zoom %d: one address parts at %d", z, apart)
					}
				}
			}
		})
	}
}

// Discs of clusters stay apart, whatever their crowds look like.
func TestClustersDoNotOverlap(t *testing.T) {
	s := tiles.NewPoints(reports(11, 5000)).Only()
	radius := func(n int) float64 {
		switch {
		case n < 10:
			return 14
		case n < 50:
			return 18
		}
		return 24
	}
	for _, z := range []uint32{9, 10, 11, 12, 13} {
		cover(s, z, crs.CGCS2000, func(x, y uint32) {
			clusters := decode(t, s, z, x, y, crs.CGCS2000)["clusters"]
			for i, a := range clusters {
				for _, b := range clusters[:i] {
					p, q := a.Geometry.(orb.Point), b.Geometry.(orb.Point)
					apart := math.Hypot(p[0]-q[0], p[1]-q[1]) / 8 // pixels
					if room := radius(a.Properties.MustInt("count")) + radius(b.Properties.MustInt("count")); apart < room-1 {
						t.Fatalf("zoom %d: discs that need %.0f pixels are %.0f apart", z, room, apart)
					}
				}
			}
		})
	}
}

// However many points there are, a tile holds no more features than it has squares.
func TestTilesOfCrowdsStaySmall(t *testing.T) {
	s := tiles.NewPoints(reports(13, 100_000)).Only()
	for z, most := range map[uint32]int{0: 64, 9: 64, 11: 64, 12: 64} {
		cover(s, z, crs.CGCS2000, func(x, y uint32) {
			layers := decode(t, s, z, x, y, crs.CGCS2000)
			if n := len(layers["points"]) + len(layers["clusters"]); n > most {
				t.Errorf("tile %d/%d/%d: %d features", z, x, y, n)
			}
		})
	}
}

func TestPointsTileJSON(t *testing.T) {
	points := reports(2, 50)
	j := tiles.NewPoints(points).Only("lamp", "noise").TileJSON(crs.CGCS2000)
	if j.MinZoom != 0 || j.MaxZoom != tiles.MaxZoom {
		t.Errorf("zooms %d to %d", j.MinZoom, j.MaxZoom)
	}
	want := []tiles.VectorLayer{
		{ID: "points", MaxZoom: tiles.MaxZoom, Fields: map[string]string{"kind": "String", "id": "String", "grid": "String", "how": "String"}},
		{ID: "clusters", MaxZoom: tiles.MaxZoom, Fields: map[string]string{"count": "Number", "zoom": "Number", "kind:lamp": "Number", "kind:noise": "Number"}},
	}
	if diff := cmp.Diff(want, j.VectorLayers); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// acrossSquares are three places on both sides of a meridian that parts squares at every zoom: two and one of them meet.
func acrossSquares() *tiles.PointTiles {
	var points []tiles.Point
	for i, lon := range []float64{89.99, 89.99, 90.01} {
		p, _ := geo.FromDegrees(lon, 22.7+(lon-90)/3)
		points = append(points, tiles.Point{Kind: "lamp", ID: fmt.Sprint(i), Grid: "450105001004012", How: "in", At: p})
	}
	return tiles.NewPoints(points).Only()
}
