package bench

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// postgis is a table of faces with a GiST index in a PostgreSQL of the tests, and a connection to it.
type postgis struct {
	t    testing.TB
	conn *pgx.Conn
}

func newPostGIS(t testing.TB, faces []geo.MultiPolygon) *postgis {
	conn, err := pgx.Connect(t.Context(), testkit.EmptyDB(t))
	if err != nil {
		t.Fatal(err)
	}
	g := &postgis{t, conn}
	t.Cleanup(func() { conn.Close(context.Background()) })
	for _, statement := range []string{
		"CREATE EXTENSION postgis",
		"SET jit = off",
		"SET max_parallel_workers_per_gather = 0", // one thread, as everyone
		"CREATE UNLOGGED TABLE loaded (id int, geom bytea)",
	} {
		g.exec(statement)
	}
	point := func(lon, lat float64) orb.Point { return orb.Point{lon, lat} }
	g.copy("loaded", "geom", len(faces), func(i int) any {
		return must(ewkb.Marshal(orb.Polygon{degrees(faces[i][0][0], point)}, 4490))
	})
	g.exec("CREATE TABLE face AS SELECT id, ST_GeomFromEWKB(geom)::geometry(Polygon, 4490) AS geom FROM loaded")
	g.exec("CREATE INDEX ON face USING gist (geom)")
	g.exec("VACUUM ANALYZE face")
	return g
}

func (g *postgis) exec(statement string) {
	g.t.Helper()
	if _, err := g.conn.Exec(g.t.Context(), statement); err != nil {
		g.t.Fatalf("%s: %v", statement, err)
	}
}

// copy fills a table of numbers and one more column.
func (g *postgis) copy(table, column string, n int, value func(i int) any) {
	g.t.Helper()
	rows := pgx.CopyFromSlice(n, func(i int) ([]any, error) { return []any{int32(i), value(i)}, nil })
	if _, err := g.conn.CopyFrom(g.t.Context(), pgx.Identifier{table}, []string{"id", column}, rows); err != nil {
		g.t.Fatal(err)
	}
}

// face asks for one point, by a statement that the connection has prepared.
func (g *postgis) face(p geo.Point) int32 {
	var face int32
	err := g.conn.QueryRow(g.t.Context(),
		"SELECT id FROM face WHERE ST_Covers(geom, ST_SetSRID(ST_MakePoint($1, $2), 4490)) LIMIT 1", p.Lon(), p.Lat()).Scan(&face)
	if err == pgx.ErrNoRows {
		return coverage.Outside
	}
	if err != nil {
		g.t.Fatal(err)
	}
	return face
}

// join puts points into a table and is the lookup of all of them at once.
func (g *postgis) join(pts []geo.Point) func(n int) {
	g.t.Helper()
	g.exec("DROP TABLE IF EXISTS asked, point")
	g.exec("CREATE TEMP TABLE asked (id int, lonlat float8[])")
	g.copy("asked", "lonlat", len(pts), func(i int) any { return []float64{pts[i].Lon(), pts[i].Lat()} })
	g.exec("CREATE TEMP TABLE point AS SELECT id, ST_SetSRID(ST_MakePoint(lonlat[1], lonlat[2]), 4490) AS geom FROM asked")
	g.exec("ANALYZE point")
	return func(int) { g.exec("SELECT sum(face.id) FROM point LEFT JOIN face ON ST_Covers(face.geom, point.geom)") }
}
