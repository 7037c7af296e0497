package app

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// programArgs is the variable by which the test's binary becomes the program: its arguments, one a line.
const programArgs = "ZHUWANG_TEST_ARGS"

// TestZhuwangInAProcess is the program that tests kill.
func TestZhuwangInAProcess(t *testing.T) {
	args := os.Getenv(programArgs)
	if args == "" {
		return
	}
	if code := Run(t.Context(), strings.Split(args, "\n"), Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, "test"); code != exitDone {
		t.Fatalf("exit %d", code)
	}
}

// killedAtProgress runs the program and kills it (SIGKILL) when it says how far it is.
func killedAtProgress(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestZhuwangInAProcess$")
	cmd.Env = append(os.Environ(), programArgs+"="+strings.Join(append(args, "--lang", "en"), "\n"))
	words, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	for lines := bufio.NewScanner(words); lines.Scan(); {
		fmt.Fprintln(&said, lines.Text())
		if strings.Contains(lines.Text(), " a second") {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("it ended before it could be killed (%v): %s", err, &said)
	}
}

// interrupter ends a context when the program says how far it is.
type interrupter struct {
	lines
	stop context.CancelFunc
}

func (i *interrupter) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(" a second")) {
		i.stop()
	}
	return i.lines.Write(p)
}

// An import that a person breaks off says what is done, and goes on from there.
func TestImportPointsIsInterrupted(t *testing.T) {
	withNet(t, "AABBB\nAABCC\nDDEFF\nDDEEF")
	file := pointsToImport(t, 25_000)
	ctx, stop := context.WithCancel(t.Context())
	said := &interrupter{stop: stop}
	code := Run(ctx, []string{"import", "points", file, "--kind", "report", "--crs", "wgs84", "--district", "450105", "--lang", "en"}, Streams{In: strings.NewReader(""), Out: io.Discard, Err: said}, "test")
	if code != exitFailed || !strings.Contains(said.String(), "Interrupted. The first 10000 rows are done; run the same command again") {
		t.Fatalf("%d %s", code, said)
	}
	if done, r := importPoints(t, file, "--kind", "report", "--crs", "wgs84"); r.code != exitDone || done.Resumed != 10_000 || done.In+done.Outside != 25_000 {
		t.Errorf("%+v %s", done, r.err)
	}
}

// An import that is killed goes on where it was, by the same command: every row is stored once and counted once, also where some rows were refused, were
// there already, or contradict what is there.
func TestImportPointsIsKilled(t *testing.T) {
	const rows = 40_000
	args := []string{"--kind", "report", "--crs", "wgs84"}
	plain, err := os.ReadFile(pointsToImport(t, rows))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(plain, []byte("\n"))
	again := bytes.Clone(lines[7])
	lines[20] = []byte("R-bad,2026-13-01 00:00:00,108.1,22.6,5,x,y\n")
	lines[12_000] = []byte(",2026-01-01 00:00:00,108.1,22.6,5,x,y\n")
	refusals := bytes.Join(lines, nil)
	lines[30] = again
	lines[31] = bytes.Replace(again, []byte("热线"), []byte("来信"), 1)
	lines[25_000] = lines[31]
	for _, c := range []struct {
		name    string
		text    []byte
		resumed int // least
		want    tally
	}{
		{"rows that are all stored", plain, 20_000, tally{}},
		{"rows some of which are refused", refusals, 20_000, tally{Rejected: 2}},
		{"rows some of which come twice, or differently", bytes.Join(lines, nil), 0, tally{Rejected: 2, Conflicts: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			withNet(t, "AABBB\nAABCC\nDDEFF\nDDEEF")
			file := write(t, "points.csv", string(c.text))
			sure, r := importPoints(t, file, append(args, "--dry-run")...)
			if r.code != exitDone {
				t.Fatalf("%+v", r)
			}
			for range 2 {
				killedAtProgress(t, append([]string{"import", "points", file, "--district", "450105"}, args...)...)
			}
			done, r := importPoints(t, file, args...)
			if r.code != exitDone || done.Rows != rows || done.Rejected != c.want.Rejected || done.Conflicts != c.want.Conflicts ||
				done.In+done.Outside != rows-done.Rejected-done.Conflicts || done.Resumed < c.resumed || sure.In+sure.Outside-done.In-done.Outside != done.Conflicts {
				t.Errorf("%+v %s", done, r.err)
			}
			if c.want.Conflicts == 0 && (done.In != sure.In || done.Outside != sure.Outside) {
				t.Errorf("%d inside and %d outside, want %d and %d", done.In, done.Outside, sure.In, sure.Outside)
			}
			stored := rows - c.want.Rejected - c.want.Conflicts
			if c.want.Conflicts > 0 {
				stored-- // the row that is there twice, the same
			}
			if r := zhuwang(t, "points", "counts"); r.out != fmt.Sprintf("report\t%d\n", stored) {
				t.Errorf("stored are %s", r.out)
			}
			if refused := done.Rejected + done.Conflicts; refused > 0 {
				b, err := os.ReadFile(*done.RejectsFile)
				if n := bytes.Count(b, []byte("\n")) - 1; err != nil || n != refused {
					t.Errorf("%d of %d refused rows are listed (%v): %s", n, refused, err, b)
				}
			}
		})
	}
}
