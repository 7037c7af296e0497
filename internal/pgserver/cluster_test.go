package pgserver_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/pgserver"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// A test binary started with this variable is a process of its own that uses the cluster of a data folder: it prints the
// address (or the rule of the error), and leaves on SIGTERM.
const asUser = "ZHUWANG_TEST_CLUSTER"

func TestMain(m *testing.M) {
	dir := os.Getenv(asUser)
	if dir == "" {
		m.Run()
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	c, err := pgserver.Start(ctx, pgserver.Options{DataDir: dir, Server: os.Getenv("ZHUWANG_TEST_SERVER") != ""})
	if err != nil {
		fmt.Println(fault.From(err).Rule)
		log.Fatal(err)
	}
	fmt.Println(c.URL())
	<-ctx.Done()
	if err := c.Stop(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// process is another process that uses the cluster.
type process struct {
	cmd   *exec.Cmd
	first string // what it printed: address or rule
}

// spawn starts another process on the folder, as uid (-1: as this one), and waits for its first word.
func spawn(t *testing.T, dir string, server bool, uid int) *process {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if uid >= 0 { // go test keeps its binary in a folder that others cannot enter
		open := t.TempDir()
		for d := open; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
			os.Chmod(d, 0o755)
		}
		from, err := os.Open(binary)
		if err != nil {
			t.Fatal(err)
		}
		defer from.Close()
		binary = filepath.Join(open, "user")
		to, err := os.OpenFile(binary, os.O_CREATE|os.O_WRONLY, 0o755)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(to, from); err != nil {
			t.Fatal(err)
		}
		to.Close()
	}
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), asUser+"="+dir)
	if server {
		cmd.Env = append(cmd.Env, "ZHUWANG_TEST_SERVER=1")
	}
	if uid >= 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	p := &process{cmd, strings.TrimSpace(line)}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return p
}

// leave asks the process to leave and waits until it did.
func (p *process) leave(t *testing.T) {
	t.Helper()
	p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("the process ended with %v", err)
	}
}

func start(t *testing.T, o pgserver.Options) *pgserver.Cluster {
	t.Helper()
	t.Cleanup(func() { // a failed test leaves nothing either
		for _, pid := range testkit.Processes(t, o.DataDir) {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	c, err := pgserver.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func stop(t *testing.T, c *pgserver.Cluster) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := c.Stop(ctx); err != nil {
		t.Fatal(err)
	}
}

// query runs statements and returns the text of the last one's only value.
func query(t *testing.T, url string, statements ...string) (value string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for i, s := range statements {
		if i < len(statements)-1 {
			_, err = conn.Exec(t.Context(), s)
		} else {
			err = conn.QueryRow(t.Context(), s).Scan(&value)
		}
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return value
}

// postmasterPID is the first line of postmaster.pid.
func postmasterPID(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "pg", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// eventually waits for a condition that another process brings about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

func wantRule(t *testing.T, err error, rule string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Rule != rule {
		t.Fatalf("got %v, want rule %s", err, rule)
	}
}

func TestCluster(t *testing.T) {
	dir := t.TempDir()
	c := start(t, pgserver.Options{DataDir: dir})

	for setting, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on",
		"server_encoding": "UTF8", "lc_collate": "C", "lc_ctype": "C.UTF-8", "listen_addresses": "", "TimeZone": "UTC",
	} {
		if got := query(t, c.URL(), "SHOW "+setting); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	query(t, c.URL(), "CREATE EXTENSION postgis", "CREATE TABLE kept (v text)", "INSERT INTO kept VALUES ('网格')", "SELECT 'done'")
	socket := query(t, c.URL(), "SHOW unix_socket_directories")
	if info, err := os.Stat(socket); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the socket's folder is open to others: %v %v", info.Mode(), err)
	}

	t.Run("the last to leave stops it", func(t *testing.T) {
		second := spawn(t, dir, false, -1)
		if second.first != c.URL() {
			t.Fatalf("a second process was given %q, want %q", second.first, c.URL())
		}
		stop(t, c)
		if got := query(t, second.first, "SELECT v FROM kept"); got != "网格" {
			t.Fatalf("got %q", got)
		}
		second.leave(t)
		if left := testkit.Processes(t, dir); len(left) > 0 {
			t.Fatalf("processes left: %v", left)
		}
		if _, err := os.Stat(socket); err == nil {
			t.Fatal("the socket's folder is left")
		}
	})

	t.Run("a killed starter's cluster is adopted", func(t *testing.T) {
		first := spawn(t, dir, true, -1)
		first.cmd.Process.Kill()
		first.cmd.Wait()
		if len(testkit.Processes(t, dir)) == 0 {
			t.Fatal("PostgreSQL went down with its starter: it must not, others may use it")
		}
		heir := spawn(t, dir, true, -1)
		if got := query(t, heir.first, "SELECT v FROM kept"); got != "网格" {
			t.Fatalf("got %q", got)
		}
		heir.leave(t)
		if left := testkit.Processes(t, dir); len(left) > 0 {
			t.Fatalf("processes left: %v", left)
		}
	})

	t.Run("one server a folder", func(t *testing.T) {
		server := start(t, pgserver.Options{DataDir: dir, Server: true})
		_, err := pgserver.Start(t.Context(), pgserver.Options{DataDir: dir, Server: true})
		wantRule(t, err, "server-runs")
		if pid := fault.From(err).Args["pid"]; pid != strconv.Itoa(os.Getpid()) {
			t.Errorf("it names process %v, want %d", pid, os.Getpid())
		}
		if p := spawn(t, dir, true, -1); p.first != "server-runs" {
			t.Errorf("another process got %q", p.first)
		}
		stop(t, server)
	})

	t.Run("a server brings PostgreSQL back", func(t *testing.T) {
		server := start(t, pgserver.Options{DataDir: dir, Server: true})
		old := postmasterPID(t, dir)
		syscall.Kill(old, syscall.SIGKILL)
		eventually(t, "PostgreSQL is back", func() bool {
			conn, err := pgx.Connect(t.Context(), server.URL())
			if err != nil {
				return false
			}
			defer conn.Close(context.Background())
			return postmasterPID(t, dir) != old
		})
		if got := query(t, server.URL(), "SELECT v FROM kept"); got != "网格" {
			t.Fatalf("got %q", got)
		}
		stop(t, server)
		if left := testkit.Processes(t, dir); len(left) > 0 {
			t.Fatalf("processes left: %v", left)
		}
	})

	t.Run("server and PostgreSQL killed", func(t *testing.T) {
		first := spawn(t, dir, true, -1)
		query(t, first.first, "INSERT INTO kept VALUES ('second')", "SELECT 'done'")
		pid := postmasterPID(t, dir)
		first.cmd.Process.Kill()
		first.cmd.Wait()
		syscall.Kill(pid, syscall.SIGKILL)
		eventually(t, "the postmaster is gone", func() bool { return !slices.Contains(testkit.Processes(t, dir), pid) })
		again := start(t, pgserver.Options{DataDir: dir})
		if got := query(t, again.URL(), "SELECT string_agg(v, ',' ORDER BY v) FROM kept"); got != "second,网格" {
			t.Fatalf("got %q", got)
		}
		stop(t, again)
	})

	t.Run("a stale pid file", func(t *testing.T) {
		file := filepath.Join(dir, "pg", "postmaster.pid")
		owner, err := os.Stat(filepath.Join(dir, "pg"))
		if err != nil {
			t.Fatal(err)
		}
		// The number belongs to a living process of the same account, where PostgreSQL alone would refuse.
		uid := int(owner.Sys().(*syscall.Stat_t).Uid)
		other := exec.Command("sleep", "600")
		if os.Geteuid() == 0 {
			other.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
		}
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { other.Process.Kill(); other.Wait() }()
		text := fmt.Sprintf("%d\n%s\n1700000000\n5432\n/tmp\n\n 1 2\nready   \n", other.Process.Pid, filepath.Join(dir, "pg"))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(file, uid, -1); err != nil {
			t.Fatal(err)
		}
		again := start(t, pgserver.Options{DataDir: dir})
		if got := query(t, again.URL(), "SELECT count(*)::text FROM kept"); got != "2" {
			t.Fatalf("got %q", got)
		}
		stop(t, again)
	})

	t.Run("too little room", func(t *testing.T) {
		_, err := pgserver.Start(t.Context(), pgserver.Options{DataDir: dir, MinFree: 1 << 62})
		wantRule(t, err, "disk-full")
	})

	t.Run("another major version", func(t *testing.T) {
		file := filepath.Join(dir, "pg", "PG_VERSION")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("9\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = pgserver.Start(t.Context(), pgserver.Options{DataDir: dir})
		wantRule(t, err, "postgres-upgrade")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	})

	t.Run("another process starts it meanwhile", func(t *testing.T) {
		done := make(chan error)
		for range 4 {
			go func() {
				c, err := pgserver.Start(t.Context(), pgserver.Options{DataDir: dir})
				if err == nil {
					err = c.Stop(context.Background())
				}
				done <- err
			}()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if left := testkit.Processes(t, dir); len(left) > 0 {
			t.Fatalf("processes left: %v", left)
		}
	})
}

func TestLongPathBelowClosedFolder(t *testing.T) {
	private := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(private, 0o700); err != nil { // for root, PostgreSQL's account cannot enter it
		t.Fatal(err)
	}
	dir := filepath.Join(private, "a folder with spaces, 'quotes' and 网格 whose name alone is longer than ninety characters, "+strings.Repeat("x", 30))
	c := start(t, pgserver.Options{DataDir: dir})
	query(t, c.URL(), "CREATE TABLE kept AS SELECT 7 AS v", "SELECT 'done'")
	query(t, c.URL(), "SELECT pg_reload_conf()::text")
	stop(t, c)
	again := start(t, pgserver.Options{DataDir: dir})
	if got := query(t, again.URL(), "SELECT v::text FROM kept"); got != "7" {
		t.Fatalf("got %q", got)
	}
	stop(t, again)
}

// TestAccounts runs as root only in part: an ordinary user has but one account, and every other test runs under it.
func TestAccounts(t *testing.T) {
	dir := t.TempDir()
	if os.Geteuid() != 0 {
		c := start(t, pgserver.Options{DataDir: dir})
		if got, want := query(t, c.URL(), "SELECT current_user::text"), pgserver.Superuser; got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
		stop(t, c)
		return
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(nobody.Uid)
	if err != nil {
		t.Fatal(err)
	}
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		os.Chmod(d, 0o755)
	}
	if err := os.Chown(dir, uid, -1); err != nil {
		t.Fatal(err)
	}
	ordinary := spawn(t, dir, true, uid)
	if got := query(t, ordinary.first, "CREATE TABLE kept AS SELECT 7 AS v", "SELECT v::text FROM kept"); got != "7" {
		t.Fatalf("got %q", got)
	}
	joined := spawn(t, dir, false, -1) // root uses it too
	if joined.first != ordinary.first {
		t.Fatalf("root was given %q, want %q", joined.first, ordinary.first)
	}
	joined.leave(t)
	ordinary.leave(t)

	c := start(t, pgserver.Options{DataDir: dir}) // root starts an ordinary user's cluster under that user's account
	if got := query(t, c.URL(), "SELECT v::text FROM kept"); got != "7" {
		t.Fatalf("got %q", got)
	}
	info, err := os.Stat(fmt.Sprintf("/proc/%d", postmasterPID(t, dir)))
	if err != nil || int(info.Sys().(*syscall.Stat_t).Uid) != uid {
		t.Errorf("PostgreSQL does not run as the owner of its folder (%v)", err)
	}
	stop(t, c)

	theirs := t.TempDir()
	for d := theirs; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		os.Chmod(d, 0o755)
	}
	c = start(t, pgserver.Options{DataDir: theirs})
	stop(t, c)
	if p := spawn(t, theirs, false, uid); p.first != "data-folder-denied" {
		t.Errorf("an ordinary user on root's folder got %q", p.first)
	}
}

func TestInterruptedMaking(t *testing.T) {
	dir := t.TempDir()
	// A folder half made by a process that was killed.
	if err := os.MkdirAll(filepath.Join(dir, "pg.new", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond) // in the middle of initdb
	defer cancel()
	if _, err := pgserver.Start(ctx, pgserver.Options{DataDir: dir}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "pg")); err == nil {
		t.Fatal("half a cluster is left")
	}
	stop(t, start(t, pgserver.Options{DataDir: dir}))
}
