package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/zhuwang/zhuwang/internal/testkit"
)

// A test binary started with this variable is the program itself.
const asProgram = "ZHUWANG_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	m.Run()
}

// program prepares a run of the program on a data folder, with a database of its own and English words.
func program(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "ZHUWANG_DATA="+dir, "ZHUWANG_LANG=en", "ZHUWANG_LISTEN=127.0.0.1:0", "ZHUWANG_ADMIN_LISTEN=",
		"ZHUWANG_DATABASE_URL=", "ZHUWANG_DATABASE_URL_FILE=")
	return cmd
}

// server is a running server.
type server struct {
	*exec.Cmd
	words   io.Closer // what it says is read from here
	address string
}

var readyLine = regexp.MustCompile(`ready: (http://\S+)`)

// start runs a server until the test ends it, and waits until it is ready.
func start(t *testing.T, dir string, command ...string) *server {
	t.Helper()
	s := &server{Cmd: program(dir, command...)}
	words, err := s.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	s.words = words
	t.Cleanup(func() { s.Process.Kill(); s.Wait() })
	var said bytes.Buffer
	for lines := bufio.NewScanner(io.TeeReader(words, &said)); s.address == ""; {
		if !lines.Scan() {
			t.Fatalf("no server: %s", said.String())
		}
		if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
			s.address = m[1]
		}
	}
	go io.Copy(io.Discard, words) // or a server that says much would wait for its reader
	s.get(t, "/readyz")
	return s
}

// get is one GET that succeeds.
func (s *server) get(t *testing.T, path string) string {
	t.Helper()
	res, err := http.Get(s.address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v: %s", path, res.Status, err, b)
	}
	return string(b)
}

// net is everything that a net is.
func (s *server) net(t *testing.T) string {
	t.Helper()
	return s.get(t, "/api/v1/grids.geojson?limit=10000") + s.get(t, "/api/v1/releases")
}

// The program from its first start to its last, with its own database, in a folder with a space and a long path: whatever ends it, the
// net stays the same, and of what it started nothing is left.
func TestProgram(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data of the district "+strings.Repeat("x", 90))
	t.Cleanup(func() {
		for _, pid := range testkit.Processes(t, dir) {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	})

	// Tests that run under nohup would hand its deafness for SIGHUP on to the program.
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)

	s := start(t, dir, "demo")
	for what, n := range map[string]int{"towns": 6, "communities": 76, "grids": 418} {
		if got := s.get(t, "/api/v1/"+what+"?limit=1"); !strings.Contains(got, fmt.Sprintf(`"count":%d,`, n)) {
			t.Errorf("%s: want %d, got %s", what, n, got)
		}
	}
	net := s.net(t)

	if out, err := program(dir, "serve").CombinedOutput(); err == nil || !bytes.Contains(out, []byte("[server-runs]")) {
		t.Errorf("a second server: %v %s", err, out)
	}
	if out, err := program(dir, "locate", "108.3031", "22.7822", "--crs", "wgs84").CombinedOutput(); err != nil {
		t.Errorf("a command beside the server: %v %s", err, out)
	}

	for _, end := range []struct {
		name string
		how  func(s *server)
		code int // exit code; -1: killed
	}{
		{"kill -9 of the server and of PostgreSQL", func(s *server) {
			s.Process.Kill()
			for _, pid := range testkit.Processes(t, dir) {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		}, -1},
		{"kill -9 of the server alone", func(s *server) { s.Process.Kill() }, -1},
		{"Ctrl-C", func(s *server) { s.Process.Signal(syscall.SIGINT) }, 0},
		{"SIGTERM", func(s *server) { s.Process.Signal(syscall.SIGTERM) }, 0},
		{"a closed terminal", func(s *server) { s.words.Close(); s.Process.Signal(syscall.SIGHUP) }, 0},
	} {
		t.Run(end.name, func(t *testing.T) {
			end.how(s)
			s.Wait()
			if code := s.ProcessState.ExitCode(); code != end.code {
				t.Errorf("exit code %d", code)
			}
			if left := testkit.Processes(t, dir); len(left) > 0 && end.code == 0 {
				t.Errorf("processes %v are left", left)
			}
		})
		s = start(t, dir, "serve")
		if s.net(t) != net {
			t.Errorf("after %s the net is another one", end.name)
		}
	}
	s.Process.Signal(syscall.SIGTERM)
	if err := s.Wait(); err != nil {
		t.Error(err)
	}
	if left := testkit.Processes(t, dir); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
	if out, err := program(dir, "locate", "108.3031", "22.7822", "--crs", "wgs84").CombinedOutput(); err != nil {
		t.Errorf("a command alone: %v %s", err, out)
	}
	if left := testkit.Processes(t, dir); len(left) > 0 {
		t.Errorf("processes %v are left by a command", left)
	}
	// A command whose reader has gone ends as well, and leaves nobody.
	cmd := program(dir, "locate", "108.3031", "22.7822", "--crs", "wgs84")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	cmd.Stdout = write
	if err := cmd.Run(); cmd.ProcessState.ExitCode() < 0 {
		t.Errorf("a command without a reader: %v", err) // killed by SIGPIPE
	}
	write.Close()
	if left := testkit.Processes(t, dir); len(left) > 0 {
		t.Errorf("processes %v are left by a command without a reader", left)
	}
}
