package app

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// `import points` against its yardstick: a bare COPY of the same rows, in PostgreSQL's binary form, into a table with the same columns,
// constraints and indexes, on the same durable server in the same run. ZHUWANG_BENCH_POINTS says how many rows; by default few.
func BenchmarkImportPoints(b *testing.B) {
	rows := 20_000
	if n, err := strconv.Atoi(os.Getenv("ZHUWANG_BENCH_POINTS")); err == nil {
		rows = n
	}
	file := pointsToImport(b, rows)
	server := testkit.OwnServer(b)
	b.Setenv("ZHUWANG_DATABASE_URL", server.URL())
	if err := store.Migrate(b.Context(), server.URL()); err != nil {
		b.Fatal(err)
	}
	if r := zhuwang(b, importNet(writeNet(b, "AABBB\nAABCC\nDDEFF\nDDEEF"), "--yes")...); r.code != exitDone {
		b.Fatalf("%+v", r)
	}
	conn, err := pgx.Connect(b.Context(), server.URL())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(b.Context())
	run := func(sql string) {
		b.Helper()
		if _, err := conn.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	var imported, copied time.Duration
	for b.Loop() {
		run("TRUNCATE zhuwang.location, zhuwang.batch")
		run("CHECKPOINT")
		start := time.Now()
		if done, r := importPoints(b, file, "--kind", "report", "--crs", "wgs84"); done.In+done.Outside != rows {
			b.Fatalf("%+v %+v", done, r)
		}
		imported += time.Since(start)
		copied += bareCopy(b, conn, run)
	}
	all := float64(rows * b.N)
	b.ReportMetric(all/imported.Seconds(), "imported/s")
	b.ReportMetric(all/copied.Seconds(), "copied/s")
	b.ReportMetric(100*copied.Seconds()/imported.Seconds(), "%-of-COPY")
	b.ReportMetric(0, "ns/op")
}

// bareCopy copies what is stored into a table made alike, and says how long that took.
func bareCopy(b *testing.B, conn *pgx.Conn, run func(string)) time.Duration {
	file, err := os.Create(filepath.Join(b.TempDir(), "rows"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	if _, err := conn.PgConn().CopyTo(b.Context(), file, "COPY zhuwang.location TO STDOUT (FORMAT binary)"); err != nil {
		b.Fatal(err)
	}
	run("CREATE TABLE yardstick (LIKE zhuwang.location INCLUDING ALL)")
	defer run("DROP TABLE yardstick")
	run("CHECKPOINT")
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if _, err := conn.PgConn().CopyFrom(b.Context(), bufio.NewReaderSize(file, 1<<20), "COPY yardstick FROM STDIN (FORMAT binary)"); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// pointsToImport writes a file of reports, most of which lie in the net of a picture.
func pointsToImport(tb testing.TB, rows int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "points.csv")
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "编号,时间,经度,纬度,精度,事项,来源")
	random := rand.New(rand.NewPCG(8, 8))
	subjects := []string{"路灯不亮", "井盖缺失", "占道经营", "噪音扰民", "垃圾堆积"}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		fmt.Fprintf(w, "R-%07d,%s,%.7f,%.7f,%d,%s,热线\n", i, start.Add(time.Duration(i)*31*time.Second).Format(time.DateTime),
			108.0999+random.Float64()*0.0052, 22.5999+random.Float64()*0.0042, 3+random.IntN(60), subjects[random.IntN(len(subjects))])
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	return path
}
