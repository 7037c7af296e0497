package store

import (
	"archive/zip"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/sql"
)

// A backup is a zip file: manifest.json, and of each table the rows as PostgreSQL's COPY writes them as text. Its comment, at the very end of
// the file, is the SHA-256 of everything before it, so that `head -c -64 FILE | sha256sum` proves a backup by hand.
const (
	backupForm   = 1
	manifestName = "manifest.json"
	sealWord     = "zhuwang backup sha256:"
	sealLength   = 2 * sha256.Size // hexadecimal digits
)

// Manifest says what a backup holds.
type Manifest struct {
	Form       int          `json:"form"`
	Program    string       `json:"program"` // version of the program that made it
	MadeAt     time.Time    `json:"made_at"` // the moment of which it is
	Schema     int64        `json:"schema"`
	PostgreSQL string       `json:"postgresql"`
	PostGIS    string       `json:"postgis"`
	Districts  []BackedUp   `json:"districts"`
	Parts      []Part       `json:"parts"` // in the order in which they can be restored
	Numbers    []LastNumber `json:"numbers"`
	LeftOut    []string     `json:"left_out"` // tables in Zhuwang's schema that are not Zhuwang's
}

// BackedUp is a district in a backup.
type BackedUp struct {
	District string `json:"district"`
	Name     string `json:"name"`
	Release  int    `json:"release"`  // in force
	Releases int    `json:"releases"` // how many
}

// Part is a table in a backup.
type Part struct {
	File    string   `json:"file"`
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	Bytes   int64    `json:"bytes"`
	SHA256  string   `json:"sha256"`
}

// LastNumber is the last number that an identity column has given.
type LastNumber struct {
	Table  string `json:"table"`
	Column string `json:"column"`
	Last   int64  `json:"last"`
}

// Rows is how many rows of all tables there are.
func (m *Manifest) Rows() (n int64) {
	for _, p := range m.Parts {
		n += p.Rows
	}
	return n
}

// Backup writes everything that a database holds, as of one moment: writers go on and are not seen. program is the version of this program.
// done is called with each table that is written. The schema may be older than this program's, but not newer.
func Backup(ctx context.Context, url string, w io.Writer, program string, done func(Part)) (*Manifest, error) {
	config, err := connConfig(url)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, explain(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	pg, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, explain(err)
	}
	defer pg.Rollback(context.WithoutCancel(ctx))
	b := &backup{pg: pg, Manifest: &Manifest{Form: backupForm, Program: program, LeftOut: []string{}}}
	if err := b.describe(ctx, url); err != nil {
		return nil, explain(err)
	}
	sealed := &seal{w: w, sum: sha256.New()}
	b.zip = zip.NewWriter(sealed)
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for i := range b.Parts {
		if err := b.copy(ctx, &b.Parts[i]); err != nil {
			return nil, explain(err)
		}
		done(b.Parts[i])
	}
	if err := b.close(); err != nil {
		return nil, err
	}
	return b.Manifest, sealed.close()
}

// backup is one on its way into a file.
type backup struct {
	*Manifest
	pg  pgx.Tx
	zip *zip.Writer
}

// copyForm makes the text of COPY the same whatever the server's settings are.
const copyForm = "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; SET LOCAL standard_conforming_strings = on"

// describe fills the manifest but for what the parts turn out to hold.
func (b *backup) describe(ctx context.Context, url string) error {
	if _, err := b.pg.Exec(ctx, copyForm); err != nil {
		return err
	}
	schema, err := SchemaState(ctx, url)
	if err != nil {
		return err
	}
	b.Schema = schema.Have
	if err := b.pg.QueryRow(ctx, query("backup-about")).Scan(&b.PostgreSQL, &b.PostGIS, &b.MadeAt); err != nil {
		return err
	}
	b.MadeAt = b.MadeAt.UTC()
	b.Districts, err = list(ctx, b.pg, "backup-districts", func(r pgx.CollectableRow) (d BackedUp, err error) {
		err = r.Scan(&d.District, &d.Name, &d.Release, &d.Releases)
		return d, err
	})
	if err != nil {
		return err
	}
	b.Numbers, err = list(ctx, b.pg, "backup-sequences", func(r pgx.CollectableRow) (n LastNumber, err error) {
		err = r.Scan(&n.Table, &n.Column, &n.Last)
		return n, err
	})
	if err != nil {
		return err
	}
	return b.tables(ctx)
}

// tables lists the parts, each table after those that it refers to.
func (b *backup) tables(ctx context.Context) error {
	type table struct {
		Part
		parents []string
	}
	waiting, err := list(ctx, b.pg, "backup-tables", func(r pgx.CollectableRow) (t table, err error) {
		err = r.Scan(&t.Table, &t.Columns, &t.parents)
		t.File = t.Table + ".copy"
		return t, err
	})
	if err != nil {
		return err
	}
	ours := sql.Catalogue()
	waiting = slices.DeleteFunc(waiting, func(t table) bool {
		if t.Table == "schema_version" {
			return true
		}
		foreign := !slices.Contains(ours, "table "+t.Table)
		if foreign {
			b.LeftOut = append(b.LeftOut, t.Table)
		}
		return foreign
	})
	for len(waiting) > 0 {
		i := slices.IndexFunc(waiting, func(t table) bool {
			return !slices.ContainsFunc(t.parents, func(parent string) bool {
				return slices.ContainsFunc(waiting, func(w table) bool { return w.Table == parent })
			})
		})
		i = max(i, 0) // a circle of references there is not; it would be refused at the restore
		b.Parts = append(b.Parts, waiting[i].Part)
		waiting = slices.Delete(waiting, i, i+1)
	}
	return nil
}

// copy writes the rows of a table.
func (b *backup) copy(ctx context.Context, p *Part) error {
	entry, err := b.zip.CreateHeader(&zip.FileHeader{Name: p.File, Method: zip.Deflate, Modified: b.MadeAt})
	if err != nil {
		return err
	}
	m := &measured{w: entry, sum: sha256.New()}
	tag, err := b.pg.Conn().PgConn().CopyTo(ctx, m, "COPY "+pgx.Identifier{"zhuwang", p.Table}.Sanitize()+" ("+columnList(p.Columns)+") TO STDOUT")
	p.Rows, p.Bytes, p.SHA256 = tag.RowsAffected(), m.n, hex.EncodeToString(m.sum.Sum(nil))
	return err
}

// close writes the manifest and the end of the file.
func (b *backup) close() error {
	entry, err := b.zip.CreateHeader(&zip.FileHeader{Name: manifestName, Method: zip.Deflate, Modified: b.MadeAt})
	if err != nil {
		return err
	}
	enc := json.NewEncoder(entry)
	enc.SetIndent("", "  ")
	if err := enc.Encode(b.Manifest); err != nil {
		return err
	}
	if err := b.zip.SetComment(sealWord + string(make([]byte, sealLength))); err != nil { // the digits come with seal.close
		return err
	}
	return b.zip.Close()
}

func columnList(columns []string) (s string) {
	for i, c := range columns {
		if i > 0 {
			s += ", "
		}
		s += pgx.Identifier{c}.Sanitize()
	}
	return s
}

// measured counts and hashes what passes to a writer.
type measured struct {
	w   io.Writer
	n   int64
	sum hash.Hash
}

func (m *measured) Write(p []byte) (int, error) {
	n, err := m.w.Write(p)
	m.n += int64(n)
	m.sum.Write(p[:n])
	return n, err
}

// seal passes on everything but the last bytes, whose place the hash of all before them takes.
type seal struct {
	w    io.Writer
	sum  hash.Hash
	held []byte
}

func (s *seal) Write(p []byte) (int, error) {
	s.held = append(s.held, p...)
	if n := len(s.held) - sealLength; n > 0 {
		s.sum.Write(s.held[:n])
		if _, err := s.w.Write(s.held[:n]); err != nil {
			return 0, err
		}
		s.held = slices.Delete(s.held, 0, n)
	}
	return len(p), nil
}

func (s *seal) close() error {
	_, err := io.WriteString(s.w, hex.EncodeToString(s.sum.Sum(nil)))
	return err
}

// damaged says that a backup is not as it was written.
func damaged(cause error) error { return fault.Wrap(fault.Invalid, "backup-damaged", cause) }

// Others are the databases of the cluster, and the tables of the database, that are not Zhuwang's and no backup holds.
func Others(ctx context.Context, url string) ([]string, error) {
	config, err := connConfig(url)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, explain(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return list(ctx, conn, "backup-others", pgx.RowTo[string])
}
