package store_test

import (
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// TestIndexAgreesWithPostGIS asks the index and PostGIS the same questions: random places, vertices, and places one unit beside
// them. ST_Covers is closed and computes in floating point, so places within one unit of a border are compared by less: the
// owner must be among the faces that PostGIS has within one unit.
func TestIndexAgreesWithPostGIS(t *testing.T) {
	const random = 30_000
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, testkit.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, s := range []string{
		"CREATE TEMP TABLE face (id int, wkb bytea, geom geometry)",
		"CREATE TEMP TABLE place (id int, x int, y int, owner int, far boolean)",
	} {
		if _, err := conn.Exec(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	shapes := coveragetest.Faces(7, coveragetest.Options{Faces: 300, Pixels: 30})
	c, report := coverage.Build(shapes)
	if c == nil {
		t.Fatal(report.Defects[0])
	}
	var faces [][]any
	for i, m := range shapes {
		b, err := wkb.Marshal(m.Orb())
		if err != nil {
			t.Fatal(err)
		}
		faces = append(faces, []any{i, b})
	}
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"face"}, []string{"id", "wkb"}, pgx.CopyFromRows(faces)); err != nil {
		t.Fatal(err)
	}

	ix, r := locate.New(c), rand.New(rand.NewPCG(7, 7))
	var places []geo.Point
	b := c.Bounds()
	for range random {
		places = append(places, geo.Point{X: b.Min.X - 5000 + r.Int32N(b.Max.X-b.Min.X+10_000), Y: b.Min.Y - 5000 + r.Int32N(b.Max.Y-b.Min.Y+10_000)})
	}
	for _, a := range c.Arcs() {
		for _, p := range a.Points {
			places = append(places, p, geo.Point{X: p.X + r.Int32N(3) - 1, Y: p.Y + r.Int32N(3) - 1})
		}
	}
	east, north := geo.MetresPerUnit(b.Min.Y)
	unit := max(east, north)
	rows := make([][]any, len(places))
	for i, p := range places {
		rows[i] = []any{i, p.X, p.Y, ix.Face(p), ix.Border(p) > 2*unit}
	}
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"place"}, []string{"id", "x", "y", "owner", "far"}, pgx.CopyFromRows(rows)); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		"UPDATE face SET geom = ST_SetSRID(ST_GeomFromWKB(wkb), 4490)",
		"CREATE INDEX ON face USING gist (geom)",
		"ANALYZE face",
	} {
		if _, err := conn.Exec(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	var far, wrongFar, wrongNear int
	err = conn.QueryRow(ctx, `
		WITH asked AS (
			SELECT p.*, ST_SetSRID(ST_MakePoint(x / 1e7::float8, y / 1e7::float8), 4490) AS at FROM place p
		), answered AS (
			SELECT a.owner, a.far,
				(SELECT coalesce(array_agg(f.id), '{}') FROM face f WHERE ST_Covers(f.geom, a.at)) AS covers,
				CASE WHEN a.far THEN '{}' ELSE (SELECT coalesce(array_agg(f.id), '{}') FROM face f WHERE ST_DWithin(f.geom, a.at, 1.5e-7)) END AS near
			FROM asked a
		)
		SELECT count(*) FILTER (WHERE far),
			count(*) FILTER (WHERE far AND covers <> CASE WHEN owner < 0 THEN '{}'::int[] ELSE ARRAY[owner] END),
			count(*) FILTER (WHERE NOT far AND owner >= 0 AND NOT owner = ANY (near))
		FROM answered`).Scan(&far, &wrongFar, &wrongNear)
	if err != nil {
		t.Fatal(err)
	}
	if wrongFar > 0 || wrongNear > 0 || far < random/2 {
		t.Errorf("of %d places, %d farther than one unit from a border: PostGIS disagrees on %d of these and on %d of the others", len(places), far, wrongFar, wrongNear)
	}
}
