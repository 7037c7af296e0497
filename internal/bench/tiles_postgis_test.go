package bench

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"github.com/paulmach/orb/maptile"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// postGISTiles has features in a table of PostGIS and draws them by a prepared statement.
type postGISTiles struct{ conn *pgx.Conn }

// The attributes of a feature are the columns in between.
const tileQuery = `
SELECT ST_AsMVT(t, 'features', 4096, 'geom') FROM (
	SELECT ST_AsMVTGeom(geom, ST_TileEnvelope($1, $2, $3), 4096, 64, true) AS geom, %s
	FROM feature WHERE geom && ST_TileEnvelope($1, $2, $3, margin => 64.0 / 4096)
) t WHERE geom IS NOT NULL`

func newPostGISHouses(b testing.TB, houses []house) *postGISTiles {
	columns := []string{"code text", "name text", "address text", "number text", "use text", "households int", "storeys int"}
	return newPostGISTiles(b, columns, len(houses), func(i int) []any {
		h := &houses[i]
		var name *string
		if h.Name != "" {
			name = &h.Name
		}
		return []any{h.Code, name, h.Address, h.Number, h.Use, h.Households, h.Storeys, wkb(h.outline)}
	})
}

func newPostGISFaces(b testing.TB, faces []geo.MultiPolygon) *postGISTiles {
	return newPostGISTiles(b, []string{"code text", "name text", "households int"}, len(faces), func(i int) []any {
		return []any{fmt.Sprintf("%015d", i), fmt.Sprintf("第%d片", i), i % 500, wkb(faces[i][0])}
	})
}

// newPostGISTiles loads features: their columns, and last their polygon.
func newPostGISTiles(b testing.TB, columns []string, n int, row func(i int) []any) *postGISTiles {
	conn, err := pgx.Connect(b.Context(), testkit.DB(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close(context.Background()) })
	p := &postGISTiles{conn}
	var names []string
	for _, c := range columns {
		name, _, _ := strings.Cut(c, " ")
		names = append(names, name)
	}
	attributes := strings.Join(names, ", ")
	p.exec(b, "SET jit = off")
	p.exec(b, "CREATE TEMP TABLE loaded ("+strings.Join(columns, ", ")+", wkb bytea)")
	rows := pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil })
	if _, err := conn.CopyFrom(b.Context(), pgx.Identifier{"loaded"}, append(names, "wkb"), rows); err != nil {
		b.Fatal(err)
	}
	p.exec(b, "CREATE TABLE feature AS SELECT "+attributes+", ST_Transform(ST_GeomFromEWKB(wkb), 3857)::geometry(Polygon, 3857) AS geom FROM loaded")
	p.exec(b, "CREATE INDEX ON feature USING gist (geom)")
	p.exec(b, "VACUUM ANALYZE feature")
	if _, err := conn.Prepare(b.Context(), "tile", fmt.Sprintf(tileQuery, attributes)); err != nil {
		b.Fatal(err)
	}
	return p
}

func (p *postGISTiles) exec(b testing.TB, sql string) {
	if _, err := p.conn.Exec(b.Context(), sql); err != nil {
		b.Fatalf("%s: %v", sql, err)
	}
}

func (p *postGISTiles) tile(b testing.TB, at maptile.Tile) (data []byte) {
	if err := p.conn.QueryRow(b.Context(), "tile", at.Z, at.X, at.Y).Scan(&data); err != nil {
		b.Fatal(err)
	}
	return data
}

func (p *postGISTiles) draws(b testing.TB, at maptile.Tile) func(n int) {
	return func(n int) {
		for range n {
			if data := p.tile(b, at); len(data) == 0 {
				b.Fatalf("%v is empty", at)
			}
		}
	}
}

// wkb is a polygon in degrees.
func wkb(p geo.Polygon) []byte {
	data, err := ewkb.Marshal(inDegrees(p), 4326)
	if err != nil {
		panic(err) // plain polygons
	}
	return data
}

// inDegrees is a polygon as orb has it.
func inDegrees(p geo.Polygon) (out orb.Polygon) {
	for _, ring := range p {
		var r orb.Ring
		for i := range len(ring) + 1 {
			r = append(r, orb.Point{ring[i%len(ring)].Lon(), ring[i%len(ring)].Lat()})
		}
		out = append(out, r)
	}
	return out
}
