package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// gate is an importer that reads the rows of a file and then waits until it is let through, or its job is cancelled.
type gate struct {
	read chan int64
	let  chan struct{}
}

func (g gate) ImportPoints(ctx context.Context, f grid.PointFile) (t grid.PointTally, err error) {
	for _, err := range f.Rows(ctx) {
		if err != nil {
			return t, err
		}
		t.Rows++
	}
	g.read <- t.Rows
	select {
	case <-g.let:
		return t, nil
	case <-ctx.Done():
		return t, ctx.Err()
	}
}

func open(t *testing.T, dir string, l Limits) (*Folder, gate) {
	t.Helper()
	g := gate{make(chan int64, 9), make(chan struct{})}
	f, err := Open(Options{Dir: dir, Importer: g, Limits: l, Zone: time.UTC, Locate: func(grid.Code, geo.Point) grid.Named { return grid.Named{} }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, g
}

var small = Limits{File: 1000, Unpacked: 1000, All: 2500, Files: 4, Jobs: 1, Keep: time.Hour}

const table = "id,lon,lat\n1,108,22\n2,108,22\n"

var tablePlan = Plan{District: "990001", Kind: "tree", CRS: "wgs84", Columns: grid.Columns{grid.RoleID: "id", grid.RoleLon: "lon", grid.RoleLat: "lat"}}

func receive(t *testing.T, f *Folder, text string) *File {
	t.Helper()
	file, err := f.Receive("a.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func rule(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Rule
}

// A server keeps its own files; those of a server that died go when the next one starts, those of one that lives stay.
func TestFoldersOfServers(t *testing.T) {
	dir := t.TempDir()
	dead := filepath.Join(dir, "server-1")
	if err := os.MkdirAll(filepath.Join(dead, "X"), 0o700); err != nil {
		t.Fatal(err)
	}
	a, _ := open(t, dir, small)
	file := receive(t, a, table)
	b, _ := open(t, dir, small)
	if _, err := os.Stat(dead); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what a dead server left is there: %v", err)
	}
	if _, err := file.Look(t.Context(), Reading{}); err != nil {
		t.Errorf("the file of a server that lives: %v", err)
	}
	if _, err := b.Get(file.ID); rule(err) != "no-such-upload" {
		t.Errorf("another server's file: %v", err)
	}
	if err := errors.Join(a.Close(), b.Close()); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

// A file goes an hour after the last question about it, but not while it is read.
func TestOldFilesGo(t *testing.T) {
	f, g := open(t, t.TempDir(), small)
	asked, forgotten, read := receive(t, f, table), receive(t, f, table), receive(t, f, table)
	if err := read.Start(t.Context(), tablePlan, true, fault.English); err != nil {
		t.Fatal(err)
	}
	<-g.read
	then := time.Now().Add(90 * time.Minute)
	f.mu.Lock()
	asked.used = then.Add(-time.Minute)
	f.mu.Unlock()
	f.sweep(then)
	for file, want := range map[*File]string{asked: "", forgotten: "no-such-upload", read: ""} {
		if _, err := f.Get(file.ID); rule(err) != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := os.Stat(forgotten.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its bytes are there: %v", err)
	}
	if f.bytes != int64(2*len(table)) {
		t.Errorf("%d bytes are counted", f.bytes)
	}
}

func TestLimits(t *testing.T) {
	f, _ := open(t, t.TempDir(), small)
	send := func(body io.Reader) string { _, err := f.Receive("a.csv", body); return rule(err) }
	for _, c := range []struct {
		body io.Reader
		rule string
	}{
		{strings.NewReader(strings.Repeat("x", 1001)), "upload-too-large"},
		{io.MultiReader(strings.NewReader("id\n"), iotest.ErrReader(io.ErrUnexpectedEOF)), "body-broken-off"},
		{strings.NewReader(strings.Repeat("x", 1000)), ""},
		{strings.NewReader(strings.Repeat("x", 1000)), ""},
		{strings.NewReader(strings.Repeat("x", 1000)), "too-many-uploads"}, // all together
		{strings.NewReader("x"), ""},
		{strings.NewReader("x"), ""},
		{strings.NewReader("x"), "too-many-uploads"}, // in number
	} {
		if got := send(c.body); got != c.rule {
			t.Errorf("%q, want %q", got, c.rule)
		}
	}
	for id := range f.files {
		f.Remove(id)
	}
	if left, err := os.ReadDir(f.dir); err != nil || len(left) > 0 || f.bytes != 0 {
		t.Errorf("refused and removed files leave %d bytes and %v (%v)", f.bytes, left, err)
	}
}

// One job at a time reads a file, and as many files are read at once as the limit says; the others wait.
func TestJobsTakeTurns(t *testing.T) {
	f, g := open(t, t.TempDir(), small)
	a, b := receive(t, f, table), receive(t, f, table)
	start := func(file *File) error { return file.Start(t.Context(), tablePlan, true, fault.English) }
	state := func(file *File) State { r, _ := file.Report(); return r.State }
	if err := start(a); err != nil {
		t.Fatal(err)
	}
	if n := <-g.read; n != 2 || state(a) != Running {
		t.Fatalf("%d rows, %s", n, state(a))
	}
	if err := start(a); rule(err) != "upload-busy" {
		t.Errorf("a second job: %v", err)
	}
	if err := start(b); err != nil || state(b) != Waiting {
		t.Errorf("%s (%v)", state(b), err)
	}
	g.let <- struct{}{}
	<-g.read
	if a.Wait(t.Context(), time.Minute); state(a) != Done {
		t.Error(state(a))
	}
	b.Cancel()
	if r, _ := b.Report(); r.State != Cancelled || r.Tally.Rows != 2 {
		t.Errorf("cancelled: %+v", r)
	}
	if err := start(b); err != nil {
		t.Errorf("begun again: %v", err)
	}
	<-g.read
	f.Remove(b.ID)
	if state(b) != Cancelled {
		t.Errorf("removed while it ran: %s", state(b))
	}
}

// A row that the domain would refuse is shown with the reason, as the import would give it.
func TestSampleShowsWhatWouldBeRefused(t *testing.T) {
	f, g := open(t, t.TempDir(), small)
	file := receive(t, f, "id,lon,lat\n"+strings.Repeat("x", 201)+",108,22\n2,108,22\n")
	for kind, want := range map[string][2]string{"tree": {"location-id", ""}, grid.KindBuilding: {"location-building", "location-building"}} {
		plan := tablePlan
		plan.Kind = kind
		if err := file.Start(t.Context(), plan, false, fault.English); err != nil {
			t.Fatal(err)
		}
		<-g.read
		g.let <- struct{}{}
		file.Wait(t.Context(), time.Minute)
		r, _ := file.Report()
		if len(r.First) != 2 {
			t.Fatalf("%d rows are shown", len(r.First))
		}
		for i, row := range r.First {
			got := ""
			if row.Fault != nil {
				got = row.Fault.Rule
			}
			if got != want[i] || got != "" && (row.Fault.Where.Row+row.Fault.Where.Line == 0 || row.Fault.Where.File != "") {
				t.Errorf("%s, row %d: %q, want %q", kind, i+1, got, want[i])
			}
		}
	}
}

// Places come from the whole file, whatever its length.
func TestSampleOfALongFile(t *testing.T) {
	for _, n := range []int{3, placesShown, placesShown + 1, 50_000} {
		f, g := open(t, t.TempDir(), Usual)
		var b strings.Builder
		b.WriteString("id,lon,lat\n")
		for i := range n {
			fmt.Fprintf(&b, "%d,108.%06d,22\n", i, i)
		}
		file := receive(t, f, b.String())
		if err := file.Start(t.Context(), tablePlan, false, fault.English); err != nil {
			t.Fatal(err)
		}
		<-g.read
		g.let <- struct{}{}
		file.Wait(t.Context(), time.Minute)
		r, _ := file.Report()
		if got := len(r.Places); got > placesShown || got < min(n, placesShown/2) {
			t.Fatalf("%d of %d places", got, n)
		}
		gap := r.Places[1].Lon - r.Places[0].Lon
		for i := 1; i < len(r.Places); i++ {
			if d := r.Places[i].Lon - r.Places[i-1].Lon; d < gap*0.99 || d > gap*1.01 {
				t.Fatalf("%d places: uneven at %d", n, i)
			}
		}
		if len(r.First) != min(n, rowsShown) {
			t.Errorf("%d rows are shown", len(r.First))
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		`C:\Users\王\上报.csv`: "上报.csv", "/etc/../a.CSV": "a.CSV", "a\x00\n.csv": "a.csv", " a.csv ": "a.csv", "\xff.csv": "�.csv",
		strings.Repeat("长", 300) + ".csv": strings.Repeat("长", 96) + ".csv",
	} {
		if got := tidy(name); got != want {
			t.Errorf("%q is %q", name, got)
		}
	}
}

func TestWhyAFileIsNotKept(t *testing.T) {
	for _, c := range []struct {
		err  error
		rule string
	}{
		{&fs.PathError{Op: "write", Path: "/secret", Err: syscall.ENOSPC}, "upload-disk-full"},
		{&fs.PathError{Op: "write", Path: "/secret", Err: syscall.EDQUOT}, "upload-disk-full"},
		{&fs.PathError{Op: "mkdir", Path: "/secret", Err: syscall.EACCES}, "upload-denied"},
		{&fs.PathError{Op: "write", Path: "/secret", Err: syscall.EIO}, "internal"},
	} {
		f := fault.From(cannotKeep(c.err))
		if f.Rule != c.rule || strings.Contains(f.Report(fault.English), "secret") {
			t.Errorf("%v: %s: %s", c.err, f.Rule, f.Report(fault.English))
		}
	}
}

// A table passes; a text, a row or a whole that no table has does not.
func TestPlausibleWorkbooks(t *testing.T) {
	rows := strings.Repeat(`<row r="1"><c><v>1</v></c></row>`, 100_000)
	cell := "<c><v>1</v></c>"
	for _, c := range []struct {
		name, text string
		sheet      bool
		want       bool
	}{
		{"many rows", rows, true, true},
		{"a long text", "<row><c><v>" + strings.Repeat("x", longestText+1), true, false},
		{"a long row", "<row>" + strings.Repeat(cell, longestRow/len(cell)+1), true, false},
		{"the same, where there are no rows", "<sst>" + strings.Repeat(cell, longestRow/len(cell)+1), false, true},
		{"too large", strings.Repeat(rows, 21), true, false},
	} {
		if got := plausible(strings.NewReader(c.text), 64<<20, true, c.sheet); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// A cell may hold as much as the whole file: the answer shows its beginning.
func TestLongCellsAreCut(t *testing.T) {
	limits := small
	limits.File, limits.All = 1<<20, 1<<20
	f, _ := open(t, t.TempDir(), limits)
	look, err := receive(t, f, "id,lon,lat,note\n1,108,22,"+strings.Repeat("长", 100_000)+"\n2,108,22,"+strings.Repeat("长", 200)+"\n").Look(t.Context(), Reading{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := look.Rows[0][3], strings.Repeat("长", 200)+"…"; got != want || look.Rows[1][3] != strings.Repeat("长", 200) || look.Rows[0][0] != "1" {
		t.Errorf("%d bytes are shown, want %d", len(got), len(want))
	}
}
