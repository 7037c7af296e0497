package grid_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// chronicle drives a district through releases, corrections of the past, posts, overrules, corrections, re-declared batches and restarts, and keeps
// beside it what must be true.
type chronicle struct {
	bench
	r     *rand.Rand
	net   truth // in force
	nets  map[int]*grid.Net
	n     int // number of the release in force
	last  int // of any release
	codes int // given so far

	known  map[grid.Key]grid.Location
	moves  []map[grid.Key][2]grid.Code // of each release, from 1 on, as the test sees them
	posted int
}

// redraw is another partition of the same square. Most faces keep the codes of a base; some are new.
func (c *chronicle) redraw(base *grid.Net) *grid.Net {
	var codes []grid.Code
	if base != nil {
		for _, g := range base.Grids {
			codes = append(codes, g.Code)
		}
		c.r.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
	}
	n := &grid.Net{District: grid.Division{Code: district}, Towns: []grid.Division{{Code: district + "001"}}, Communities: []grid.Division{{Code: district + "001001"}}}
	for i, shape := range coveragetest.Faces(c.r.Uint64N(12), coveragetest.Options{Solid: true, Faces: 8}) {
		if i >= len(codes) || c.r.IntN(8) == 0 {
			c.codes++
			codes = slices.Insert(codes, i, grid.Code(fmt.Sprintf("990001001001%03d", c.codes)))
		}
		n.Grids = append(n.Grids, grid.Face{Code: codes[i], Kind: grid.Basic, Parts: len(shape), Shape: shape})
	}
	return n
}

// everywhere reads all locations and buildings: buildings as locations of their kind.
func (c *chronicle) everywhere() map[grid.Key]grid.Location {
	c.Helper()
	all := map[grid.Key]grid.Location{}
	for l, err := range c.StreamLocations(testkit.Local(c), district, grid.LocationFilter{}) {
		if err != nil {
			c.Fatal(err)
		}
		all[l.Key()] = l
	}
	for b, err := range c.Store.Buildings(testkit.Local(c), district) {
		if err != nil {
			c.Fatal(err)
		}
		all[grid.Key{Kind: grid.KindBuilding, ID: b.ID}] = grid.Location{Kind: grid.KindBuilding, ID: b.ID, Point: b.Point, Area: b.Area}
	}
	return all
}

// verify holds all that is stored against what must be true: one grid for each thing, found by brute force; how is how.
func (c *chronicle) verify() {
	c.Helper()
	all := c.everywhere()
	if len(all) != len(c.known) {
		c.Fatalf("%d things, want %d", len(all), len(c.known))
	}
	for k, want := range c.known {
		got := all[k]
		want.Area, want.How = c.due(want)
		if got.Area != want.Area || k.Kind != grid.KindBuilding && (got.How != want.How || got.Point != want.Point) {
			c.Fatalf("release %d: %v at %v lies in %q (%s), want %v in %q (%s)", c.n, k, got.Point, got.Area, got.How, want.Point, want.Area, want.How)
		}
		c.known[k] = got
	}
}

// due is where something must lie now.
func (c *chronicle) due(l grid.Location) (grid.Code, grid.How) {
	if l.How == grid.Manual && slices.ContainsFunc(c.net.mesh.Net.Grids, func(g grid.Face) bool { return g.Code == l.Area }) {
		return l.Area, grid.Manual
	}
	return c.net.assign(l.Point)
}

// release publishes a net from now on, and holds what moved against what moves.
func (c *chronicle) release() {
	c.Helper()
	next := c.redraw(c.nets[c.n])
	r, d, err := c.Publish(testkit.Local(c), grid.Publication{Net: next, BaseRelease: c.n, By: "tester"})
	if err != nil {
		c.Fatal(err)
	}
	if r.N == c.n {
		return // the same net again
	}
	c.n, c.last, c.nets[r.N], c.net = r.N, r.N, next, truthOf(c, next)
	moves, counted := map[grid.Key][2]grid.Code{}, map[grid.Moved]int{}
	for k, l := range c.known {
		if to, _ := c.due(l); to != l.Area && c.n > 1 {
			moves[k] = [2]grid.Code{l.Area, to}
			counted[grid.Moved{Kind: k.Kind, From: l.Area, To: to}]++
		}
	}
	for len(c.moves) < c.last {
		c.moves = append(c.moves, nil)
	}
	c.moves[c.last-1] = moves
	for _, m := range d.Moved {
		n := m.Count
		m.Count = 0
		if counted[m] != n {
			c.Fatalf("release %d says that %d moved as %+v, want %d", c.n, n, m, counted[m])
		}
		delete(counted, m)
	}
	if len(counted) > 0 {
		c.Fatalf("release %d does not say that %v moved", c.n, counted)
	}
	c.verify()
}

// past corrects a span of the past, which moves nothing.
func (c *chronicle) past() {
	c.Helper()
	rows, err := c.Store.Timeline(testkit.Local(c), district)
	if err != nil {
		c.Fatal(err)
	}
	from := ago(1 + c.r.IntN(8))
	base := grid.AsOf(rows, from, time.Time{})
	before := c.query("SELECT l::text FROM zhuwang.location l ORDER BY 1")
	r, d, err := c.Publish(testkit.Local(c), grid.Publication{Net: c.redraw(c.nets[base]), BaseRelease: base, Valid: grid.Span{From: from, To: from.Add(time.Hour)}, By: "tester"})
	if err != nil || len(d.Moved) > 0 || !slices.Equal(before, c.query("SELECT l::text FROM zhuwang.location l ORDER BY 1")) {
		c.Fatalf("a correction of the past moved %v (%v)", d.Moved, err)
	}
	if r.N > c.last {
		net, _, err := c.Store.Net(testkit.Local(c), district, r.N)
		if err != nil {
			c.Fatal(err)
		}
		c.last, c.nets[r.N] = r.N, net
	}
}

// post posts some points, each in a datum of its own, and some that are there.
func (c *chronicle) post() {
	c.Helper()
	batch := fmt.Sprint("batch ", c.posted)
	c.posted++
	datum := crs.Datum(c.r.IntN(4))
	var points []grid.Location
	for i := range 1 + c.r.IntN(12) {
		l := grid.Location{Kind: []string{"report", grid.KindResident}[c.r.IntN(2)], ID: fmt.Sprint(c.posted, "-", i), At: ago(c.r.IntN(5)), Datum: datum, Batch: batch}
		p := c.place()
		l.Lon, l.Lat = crs.FromCGCS2000(datum, p.Lon(), p.Lat())
		points = append(points, l)
	}
	posted, err := c.Post(testkit.Local(c), district, points, grid.PostOptions{By: "source"})
	if err != nil {
		c.Fatal(err)
	}
	for _, p := range posted {
		if p.Fault != nil || p.Release != c.n {
			c.Fatalf("%+v", p)
		}
		c.known[p.Key()] = p.Location
	}
	again, err := c.Post(testkit.Local(c), district, points, grid.PostOptions{By: "source"})
	if err != nil || slices.ContainsFunc(again, func(p grid.Posted) bool { return !p.Replayed }) {
		c.Fatalf("posted again: %+v (%v)", again, err)
	}
}

// place is somewhere in or around the net, one time in three on a border or a corner of it.
func (c *chronicle) place() geo.Point {
	grids := c.net.mesh.Net.Grids
	ring := grids[c.r.IntN(len(grids))].Shape[0][0]
	a, b := ring[0], ring[1]
	switch c.r.IntN(6) {
	case 0:
		return a
	case 1: // exactly between, where the lattice has such a point
		return geo.Point{X: int32((int64(a.X) + int64(b.X)) / 2), Y: int32((int64(a.Y) + int64(b.Y)) / 2)}
	}
	side := int32(44_000)
	return anywhere(c.r, side, side)
}

// person overrules, takes back or corrects a location.
func (c *chronicle) person() {
	c.Helper()
	var keys []grid.Key
	for k := range c.known {
		if k.Kind != grid.KindBuilding {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return
	}
	slices.SortFunc(keys, func(a, b grid.Key) int { return strings.Compare(a.Kind+a.ID, b.Kind+b.ID) })
	k := keys[c.r.IntN(len(keys))]
	var l grid.Location
	var err error
	switch c.r.IntN(3) {
	case 0:
		grids := c.net.mesh.Net.Grids
		l, err = c.Overrule(testkit.Local(c), district, k.Kind, k.ID, grids[c.r.IntN(len(grids))].Code, "the entrance", "li", c.known[k].Revision)
	case 1:
		l, err = c.Reassign(testkit.Local(c), district, k.Kind, k.ID, "li", 0)
	default:
		p := c.place()
		l, err = c.Correct(testkit.Local(c), district, k.Kind, k.ID, grid.Correction{Lon: p.Lon(), Lat: p.Lat()}, "li", 0)
		if l.Point != p {
			c.Fatalf("corrected to %v, it is at %v (%v)", p, l.Point, err)
		}
	}
	if err != nil {
		c.Fatal(err)
	}
	c.known[k] = l
}

// redeclare says of a batch that it was in another datum.
func (c *chronicle) redeclare() {
	c.Helper()
	batch, to := fmt.Sprint("batch ", c.r.IntN(c.posted+1)), crs.Datum(c.r.IntN(4))
	moved := 0
	for k, l := range c.known {
		if l.Batch != batch || l.Datum == to {
			continue
		}
		l.Datum = to
		l.Point, _ = geo.FromDegrees(crs.ToCGCS2000(to, l.Lon, l.Lat))
		was := l.Area
		if l.Area, l.How = c.due(l); l.Area != was {
			moved++
		}
		c.known[k] = l
	}
	got, err := c.Redeclare(testkit.Local(c), district, batch, to, "li")
	if err != nil && rule(err) != "no-such-batch" || got.Moved != int64(moved) {
		c.Fatalf("%+v moved, want %d (%v)", got, moved, err)
	}
}

// restart goes on with nothing in memory.
func (c *chronicle) restart() {
	c.Helper()
	s, err := store.Open(testkit.Local(c), store.Config{URL: c.url})
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(s.Close)
	nets := snapshot.NewRegistry(&grid.Service{Store: s})
	c.Service = &grid.Service{Store: s, Nets: nets}
	if c.r.IntN(2) == 0 { // as a server does; a command does not
		if err := nets.Refresh(testkit.Local(c)); err != nil {
			c.Fatal(err)
		}
	}
}

// replay composes the moves of any span of releases, as seen when they happened, and holds them against what the database tells.
func (c *chronicle) replay() {
	c.Helper()
	for range 20 {
		since := c.r.IntN(c.last + 1)
		until := since + c.r.IntN(c.last-since+1)
		ends := map[grid.Key][2]grid.Code{}
		for n := since; n < until; n++ {
			for k, m := range c.moves[n] {
				if was, ok := ends[k]; ok {
					m[0] = was[0]
				}
				ends[k] = m
			}
		}
		want := map[grid.Moved]int{}
		for k, m := range ends {
			if m[0] != m[1] {
				want[grid.Moved{Kind: k.Kind, From: m[0], To: m[1]}]++
			}
		}
		list, err := c.Moves(testkit.Local(c), district, since, until)
		got := map[grid.Moved]int{}
		for _, m := range list {
			got[grid.Moved{Kind: m.Kind, From: m.From, To: m.To}] = m.Count
		}
		if err != nil || !maps.Equal(got, want) {
			c.Fatalf("from release %d to %d moved %v, want %v (%v)", since, until, got, want, err)
		}
	}
}

// byPostGIS has the database judge every location that no person assigned: the grid, and whether the place is on its border. Shapes are taken to integers,
// where GEOS decides exactly.
func (c *chronicle) byPostGIS() {
	c.Helper()
	conn, err := pgx.Connect(testkit.Local(c), c.url)
	if err != nil {
		c.Fatal(err)
	}
	defer conn.Close(context.Background())
	var wrong, judged int
	err = conn.QueryRow(testkit.Local(c), `
		WITH face AS MATERIALIZED (SELECT code, ST_SnapToGrid(ST_Scale(geom, 1e7, 1e7), 1) AS g FROM zhuwang.grid),
		place AS MATERIALIZED (SELECT *, ST_SnapToGrid(ST_Scale(geom, 1e7, 1e7), 1) AS p FROM zhuwang.location WHERE how <> 'manual')
		SELECT count(*), count(*) FILTER (WHERE NOT CASE how
			WHEN 'in' THEN coalesce((SELECT ST_ContainsProperly(g, p) FROM face WHERE code = area_code), false)
			WHEN 'border' THEN coalesce((SELECT ST_Touches(g, p) FROM face WHERE code = area_code), false)
			ELSE NOT EXISTS (SELECT FROM face WHERE ST_Intersects(g, p)) END)
		FROM place`).Scan(&judged, &wrong)
	if err != nil || wrong > 0 || judged == 0 && c.posted > 0 {
		c.Fatalf("PostGIS finds %d of %d wrong (%v)", wrong, judged, err)
	}
}

func TestLocationsThroughThirtyReleases(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			c := &chronicle{bench: ready(t), r: rand.New(rand.NewPCG(seed, 8)), nets: map[int]*grid.Net{}, known: map[grid.Key]grid.Location{}}
			var houses []grid.Building
			for i := range 20 {
				p := anywhere(c.r, 44_000, 44_000)
				houses = append(houses, grid.Building{ID: fmt.Sprint("h", i), Code: grid.Code(fmt.Sprintf("990001001001%05d", i+1)), Point: p, Households: 1})
				k := grid.Key{Kind: grid.KindBuilding, ID: houses[i].ID}
				c.known[k] = grid.Location{Kind: k.Kind, ID: k.ID, Point: p}
			}
			testkit.PutBuildings(t, c.Store, district, houses)
			c.release()
			for c.last < 30 {
				switch c.r.IntN(20) {
				case 0, 1, 2:
					c.release()
				case 3:
					c.past()
				case 4:
					c.byPostGIS()
				case 5:
					c.restart()
				case 6, 7:
					c.redeclare()
				case 8, 9, 10, 11, 12:
					c.post()
				default:
					c.person()
				}
				if c.r.IntN(4) == 0 {
					c.verify()
				}
			}
			c.verify()
			c.byPostGIS()
			for len(c.moves) < c.last {
				c.moves = append(c.moves, nil)
			}
			c.replay()
			if found := examine(t, c.url, true); len(found) > 0 {
				t.Errorf("doctor finds %q", found)
			}
			manual := 0
			for _, l := range c.known {
				if l.How == grid.Manual {
					manual++
				}
			}
			t.Logf("%d things after %d releases, %d of them as a person said; by how: %v", len(c.known), c.last, manual, c.query("SELECT how || ' ' || count(*) FROM zhuwang.location GROUP BY how"))
		})
	}
}
