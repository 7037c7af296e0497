package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// PutRelease implements grid.Tx.
func (t *tx) PutRelease(ctx context.Context, r grid.Release, sheets []grid.Sheet, net *grid.Net) error {
	if _, err := t.pg.Exec(ctx, query("release-put"), t.district, r.N, r.MadeAt, r.By, r.Note, r.Corrects); err != nil {
		return explain(err)
	}
	t.made = &r
	if err := t.putSheets(ctx, r.N, sheets); err != nil {
		return explain(err)
	}
	return explain(t.putDivisions(ctx, r.N, net))
}

// putSheets stores the sheets that are new and says which sheet each community has in the release.
func (t *tx) putSheets(ctx context.Context, n int, sheets []grid.Sheet) error {
	hashes := make([][]byte, len(sheets))
	for i, s := range sheets {
		hashes[i] = s.Hash[:]
	}
	known, err := list(ctx, t.pg, "sheets-known", pgx.RowTo[[]byte], t.district, hashes)
	if err != nil {
		return err
	}
	var fresh, faces, maps [][]any
	for _, s := range sheets {
		maps = append(maps, []any{t.district, n, s.Community, s.Hash[:]})
		if contains(known, s.Hash) {
			continue
		}
		fresh = append(fresh, []any{t.district, s.Hash[:], s.Community})
		for _, f := range s.Faces {
			faces = append(faces, []any{t.district, s.Hash[:], f.Code, f.Name, f.Kind, f.Category, f.SourceID, f.Parts, f.Shape})
		}
	}
	return t.copyAll(ctx, []table{
		{"sheet", []string{"district", "sheet", "community"}, fresh},
		{"sheet_face", []string{"district", "sheet", "code", "name", "kind", "category", "source_id", "parts", "geom"}, faces},
		{"release_sheet", []string{"district", "release", "community", "sheet"}, maps},
	})
}

// putDivisions stores the divisions of the release, and those outlines that are new.
func (t *tx) putDivisions(ctx context.Context, n int, net *grid.Net) error {
	divisions := slices.Concat([]grid.Division{net.District}, net.Towns, net.Communities)
	hashes := make([][]byte, len(divisions))
	for i, d := range divisions {
		h := outlineHash(d.Outline)
		hashes[i] = h[:]
	}
	known, err := list(ctx, t.pg, "outlines-known", pgx.RowTo[[]byte], t.district, hashes)
	if err != nil {
		return err
	}
	var fresh, rows [][]any
	for i, d := range divisions {
		h := [32]byte(hashes[i])
		if !contains(known, h) {
			known = append(known, hashes[i]) // a district of one town has one outline for both
			fresh = append(fresh, []any{t.district, hashes[i], d.Outline})
		}
		level, ok := levels[d.Code.Level()]
		if !ok {
			return fmt.Errorf("store: %q is no code of a division", d.Code)
		}
		rows = append(rows, []any{t.district, n, d.Code, level, d.Name, d.SourceID, hashes[i]})
	}
	return t.copyAll(ctx, []table{
		{"outline", []string{"district", "outline", "geom"}, fresh},
		{"release_division", []string{"district", "release", "code", "level", "name", "source_id", "outline"}, rows},
	})
}

// levels are the words for the levels of divisions in the database.
var levels = map[grid.Level]string{grid.LevelDistrict: "district", grid.LevelTown: "town", grid.LevelCommunity: "community"}

// table is rows on their way into a table.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

func (t *tx) copyAll(ctx context.Context, tables []table) error {
	for _, c := range tables {
		if len(c.rows) == 0 {
			continue
		}
		if _, err := t.pg.CopyFrom(ctx, pgx.Identifier{c.name}, c.columns, pgx.CopyFromRows(c.rows)); err != nil {
			return err
		}
	}
	return nil
}

// outlineHash is the SHA-256 of a shape: for each part and each ring its number of elements, then X and Y of each vertex,
// all as 32 bits, big-endian.
func outlineHash(m geo.MultiPolygon) [32]byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 8*m.Vertices()+64), uint32(len(m)))
	for _, polygon := range m {
		b = binary.BigEndian.AppendUint32(b, uint32(len(polygon)))
		for _, ring := range polygon {
			b = binary.BigEndian.AppendUint32(b, uint32(len(ring)))
			for _, p := range ring {
				b = binary.BigEndian.AppendUint32(b, uint32(p.X))
				b = binary.BigEndian.AppendUint32(b, uint32(p.Y))
			}
		}
	}
	return sha256.Sum256(b)
}

func contains(hashes [][]byte, h [32]byte) bool {
	return slices.ContainsFunc(hashes, func(k []byte) bool { return bytes.Equal(k, h[:]) })
}
