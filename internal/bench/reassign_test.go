package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/demo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/pgserver"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/sql"
)

// populated is the model district in a database of its own, with residents around its buildings.
type populated struct {
	testing.TB
	url     string
	service *grid.Service
	nets    *snapshot.Registry
	redrawer
	release int
}

// cluster is the address of a PostgreSQL with its usual settings: a commit waits for the disk.
func cluster(t testing.TB) string {
	t.Helper()
	c, err := pgserver.Start(t.Context(), pgserver.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Stop(context.Background()) })
	if err := store.Migrate(t.Context(), c.URL()); err != nil {
		t.Fatal(err)
	}
	return c.URL()
}

// populate makes the district in a cluster of its own.
func populate(t testing.TB, residents int) *populated {
	t.Helper()
	return populateAt(t, cluster(t), residents)
}

// populateAt makes it in a database that has the schema.
func populateAt(t testing.TB, url string, residents int) *populated {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	p := &populated{TB: t, url: url, service: &grid.Service{Store: db}}
	p.nets = snapshot.NewRegistry(p.service)
	p.service.Nets = p.nets
	d := demo.Generate(42)
	p.redrawer = *newRedrawer(t, d.Net)
	p.publish(d.Net)
	r := rand.New(rand.NewPCG(1, 1))
	points := make([]grid.Location, 0, grid.MaxPost)
	for i := range residents {
		at := d.Buildings[r.IntN(len(d.Buildings))].Point
		at.X, at.Y = at.X+r.Int32N(6001)-3000, at.Y+r.Int32N(6001)-3000
		points = append(points, grid.Location{Kind: grid.KindResident, ID: fmt.Sprintf("R%07d", i), Lon: at.Lon(), Lat: at.Lat(), Datum: crs.CGCS2000})
		if len(points) == cap(points) || i == residents-1 {
			if _, err := p.service.Post(testkit.Local(t), p.district(), points, grid.PostOptions{By: "bench"}); err != nil {
				t.Fatal(err)
			}
			points = points[:0]
		}
	}
	p.exec("VACUUM ANALYZE")
	return p
}

func (p *populated) district() grid.Code { return p.mesh.Net.District.Code }

// publish makes a net the next release.
func (p *populated) publish(net *grid.Net) grid.Difference {
	p.Helper()
	r, d, err := p.service.Publish(p.Context(), grid.Publication{Net: net, BaseRelease: p.release, By: "bench"})
	if err != nil {
		p.Fatal(err)
	}
	p.release = r.N
	return d
}

// exec runs statements outside of Zhuwang, the last with arguments, and gives what its rows say.
func (p *populated) exec(statement string, args ...any) (rows []string) {
	p.Helper()
	conn, err := pgx.Connect(p.Context(), p.url+"&search_path=zhuwang,public")
	if err != nil {
		p.Fatal(err)
	}
	defer conn.Close(p.Context())
	answer, err := conn.Query(p.Context(), statement, args...)
	if err == nil {
		rows, err = pgx.CollectRows(answer, func(r pgx.CollectableRow) (string, error) {
			values, err := r.Values()
			return strings.Trim(fmt.Sprint(values), "[]"), err
		})
	}
	if err != nil {
		p.Fatal(err)
	}
	return rows
}

// anew assigns every location in one transaction, in the way in which a release does it with those in its changed area; all of them are
// written, or only those that come to another grid.
func (p *populated) anew(all bool) {
	p.Helper()
	if err := p.nets.Refresh(p.Context()); err != nil {
		p.Fatal(err)
	}
	s := p.nets.Current(p.district())
	faces := []int32{}
	places := []geo.Point{}
	err := p.service.Store.Publish(p.Context(), p.district(), func(tx grid.Tx) error {
		for page, err := range tx.LocationsIn(p.Context(), []geo.Bounds{s.Mesh.Grids.Bounds()}, nil) {
			if err != nil {
				return err
			}
			places, faces = places[:0], slices.Grow(faces[:0], len(page))[:len(page)]
			for _, l := range page {
				places = append(places, l.Point)
			}
			s.Index.Faces(faces, places)
			write := page[:0]
			for i, l := range page {
				was := l.Area
				if l.Area, l.How = "", grid.Outside; faces[i] >= 0 {
					l.Area, l.How = s.Mesh.Net.Grids[faces[i]].Code, grid.In
				}
				if all || l.Area != was {
					write = append(write, l)
				}
			}
			if len(write) == 0 {
				continue
			}
			if err := tx.MoveLocations(p.Context(), p.release, "bench", write); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.Fatal(err)
	}
}

// anewInSQL is what a database does without Zhuwang: one statement that joins all locations with the net.
const anewInSQL = `
	UPDATE location l
	SET area_code = f.code, how = 'in', release = s.release, revision = l.revision + 1, tx = pg_current_xact_id()
	FROM release_sheet s
	JOIN sheet_face f ON f.district = s.district AND f.sheet = s.sheet
	WHERE l.district = $1 AND s.district = l.district AND s.release = $2 AND ST_Covers(f.geom, l.geom)`

// BenchmarkReassignment is what becomes of 700,000 residents when two of 418 grids change.
func BenchmarkReassignment(b *testing.B) {
	about(b, section{Show: 7, Title: "Re-assignment", Text: `The model district (418 grids) with 700,000 invented residents around its buildings, in PostgreSQL with its usual settings (a commit
waits for the disk). Ours is a whole publication that redraws the border of two grids: both gates, sheets, re-assignment, lineage, commit. Beside it,
each as one committed transaction and without the rest of a publication: every resident read, located by the index and written (anew); the same, of which only those are written that come to
another grid (checked-anew); and one UPDATE that joins residents and grids by ST_Covers (ST_Covers). VACUUM before each.`})
	p := populate(b, 700_000)
	vacuum := func() { p.exec("VACUUM location"); p.exec("CHECKPOINT") }
	var net *grid.Net
	measure(b, figure{
		name: "two-of-418", op: "release", rounds: 3,
		ours: way{n: 1, before: func() { vacuum(); net = p.next() }, do: func(int) { p.publish(net) }},
		against: []way{
			{name: "anew", n: 1, before: vacuum, do: func(int) { p.anew(true) }, want: atMost(1.0 / 50)},
			{name: "ST_Covers", n: 1, before: vacuum, do: func(int) { p.exec(anewInSQL, p.district(), p.release) }, want: atMost(1.0 / 50)},
			{name: "checked-anew", n: 1, before: vacuum, do: func(int) { p.anew(false) }},
		},
	})
}

// A release gives every location the grid that assigning all anew gives it, and finds those that it concerns by an index.
func TestAReleaseAssignsAsAllAnew(t *testing.T) {
	p := populateAt(t, testkit.DB(t), 20_000)
	moved := 0
	for range 3 {
		for _, m := range p.publish(p.next()).Moved {
			moved += m.Count
		}
	}
	before := p.exec("SELECT id, area_code FROM location ORDER BY id")
	p.anew(true)
	if after := p.exec("SELECT id, area_code FROM location ORDER BY id"); !slices.Equal(before, after) {
		t.Error("assigned anew, residents come to other grids")
	}
	if moved == 0 {
		t.Error("three releases moved nobody")
	}
	box := p.mesh.Net.Grids[0].Shape.Bounds()
	plan := strings.Join(p.exec("EXPLAIN "+strings.SplitN(sql.Query("locations-in"), "FOR\n", 2)[1], p.district(), []float64{box.Min.Lon()}, []float64{box.Min.Lat()},
		[]float64{box.Max.Lon()}, []float64{box.Max.Lat()}, []string{string(p.mesh.Net.Grids[0].Code)}), "\n")
	for _, index := range []string{"location_geom", "location_area"} {
		if !strings.Contains(plan, index) {
			t.Errorf("the locations of a changed area are found without %s:\n%s", index, plan)
		}
	}
}
