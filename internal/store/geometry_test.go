package store_test

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// anyShape is a shape of any vertices: the codec does not judge.
func anyShape(t *rapid.T) geo.MultiPolygon {
	coordinate := func(most int32) *rapid.Generator[int32] {
		return rapid.OneOf(rapid.Int32Range(-most, most), rapid.SampledFrom([]int32{-most, -1, 0, 1, most}))
	}
	point := rapid.Custom(func(t *rapid.T) geo.Point {
		return geo.Point{X: coordinate(geo.MaxX).Draw(t, "x"), Y: coordinate(geo.MaxY).Draw(t, "y")}
	})
	ring := rapid.Map(rapid.SliceOfN(point, 3, 20), func(p []geo.Point) geo.Ring { return p })
	polygon := rapid.Map(rapid.SliceOfN(ring, 1, 4), func(r []geo.Ring) geo.Polygon { return r })
	return rapid.SliceOfN(polygon, 1, 4).Draw(t, "shape")
}

// TestLatticeSurvives sends shapes through PostgreSQL and back, and lets SQL read the integers by the formula of the design.
func TestLatticeSurvives(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), testkit.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := store.RegisterGeometry(t.Context(), conn); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		want := anyShape(r)
		first := want[0][0][0]
		var got geo.MultiPolygon
		var x, y int64
		var vertices int
		err := conn.QueryRow(t.Context(), `SELECT g, round(ST_X(p) * 1e7)::bigint, round(ST_Y(p) * 1e7)::bigint, ST_NPoints(g)
			FROM (SELECT $1::geometry AS g) s, ST_PointN(ST_ExteriorRing(ST_GeometryN(g, 1)), 1) AS p`, want).Scan(&got, &x, &y, &vertices)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatal(diff)
		}
		rings := 0
		for _, p := range want {
			rings += len(p)
		}
		if x != int64(first.X) || y != int64(first.Y) || vertices != want.Vertices()+rings {
			r.Fatalf("SQL reads %d %d and %d vertices of %v", x, y, vertices, want)
		}
	})
}

func TestDamagedGeometryIsRefused(t *testing.T) {
	url := testkit.DB(t)
	s := openURL(t, url)
	publish(t, s, board{district: "990001", towns: 1, blocks: 1, side: 2, bends: 0, step: 100_000}.net())
	conn := connect(t, url)
	for name, damage := range map[string]string{
		"off the lattice": `UPDATE sheet_face SET geom = ST_Translate(geom, 1e-9, 0)`,
		"another type":    `ALTER TABLE sheet_face ALTER geom TYPE geometry USING ST_Boundary(geom)`,
	} {
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range []string{"DROP VIEW grid", damage} {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Net(t.Context(), "990001", 1)
		wantRule(t, err, "internal")
		if _, err := conn.Exec(t.Context(), "CREATE VIEW grid AS SELECT 1"); err != nil {
			t.Fatal(err, name)
		}
	}
}

// A net that is not what was published is refused, even where it would still be a net.
func TestDamagedNetIsRefused(t *testing.T) {
	url := testkit.DB(t)
	s := openURL(t, url)
	publish(t, s, board{district: "990001", towns: 1, blocks: 2, side: 2, bends: 0, step: 100_000}.net())
	conn := connect(t, url)
	exec := func(statement string) {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE kept AS TABLE sheet_face")
	for name, damage := range map[string]string{
		"a grid fewer": `DELETE FROM sheet_face WHERE code LIKE '%004'`,
		"another name": `UPDATE sheet_face SET name = name || '。' WHERE code LIKE '%001'`,
		"another code": `UPDATE sheet_face SET code = left(code, 12) || '009' WHERE code LIKE '%004'`,
		"no grids":     `DELETE FROM sheet_face WHERE code LIKE '%002___'`,
	} {
		exec(damage)
		_, _, err := s.Net(t.Context(), "990001", 1)
		if err == nil {
			t.Fatalf("%s: not refused", name)
		}
		wantRule(t, err, "net-damaged")
		exec("DELETE FROM sheet_face")
		exec("INSERT INTO sheet_face SELECT * FROM kept")
	}
	if _, _, err := s.Net(t.Context(), "990001", 1); err != nil {
		t.Error(err)
	}
}

func TestPublishedNetReadsBackIdentical(t *testing.T) {
	s := open(t)
	rapid.Check(t, func(r *rapid.T) {
		b := board{
			district: grid.Code(rapid.StringMatching(`99[0-9]{4}`).Draw(r, "district")),
			towns:    rapid.IntRange(1, 3).Draw(r, "towns"), blocks: rapid.IntRange(1, 3).Draw(r, "communities"),
			side: rapid.IntRange(1, 3).Draw(r, "side"), bends: rapid.IntRange(0, 9).Draw(r, "bends"),
			step: rapid.IntRange(1_000, 400_000).Draw(r, "step"), seed: rapid.Uint64().Draw(r, "seed"),
		}
		want := b.net()
		n := publish(t, s, want)
		got, _, err := s.Net(t.Context(), b.district, n)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatal(diff)
		}
		for i, sheet := range sheets(got) {
			if sheet.Hash != sheets(want)[i].Hash {
				r.Fatal("the hash of a sheet changed on the way")
			}
		}
	})
}

// TestEveryCoordinateComesBack: k / 1e7 and back is exact at the ends and for a stride through all of int32.
func TestEveryCoordinateComesBack(t *testing.T) {
	for k := int64(-geo.MaxX); k <= geo.MaxX; k += 997 {
		p := geo.Point{X: int32(k)}
		if got := int32(math.Round(p.Lon() * geo.Scale)); got != p.X {
			t.Fatalf("%d became %d", p.X, got)
		}
	}
}
