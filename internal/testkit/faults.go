package testkit

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/internal/pgserver"
)

// Server is a PostgreSQL of a test's own, as durable as in production.
type Server struct {
	*pgserver.Cluster
	dir string
}

// OwnServer starts a PostgreSQL that the test may kill, and that comes back by itself. It is stopped and removed when the test ends.
func OwnServer(t testing.TB) *Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dir := t.TempDir()
	c, err := pgserver.Start(ctx, pgserver.Options{DataDir: dir, Server: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := c.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return &Server{c, dir}
}

// Kill ends every process of PostgreSQL with SIGKILL, as a crash of the machine would.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	folder, err := os.Stat(filepath.Join(s.dir, "pg"))
	if err != nil {
		t.Fatal(err)
	}
	processes, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	killed := 0
	for _, cwd := range processes {
		var pid int
		if _, err := fmt.Sscanf(cwd, "/proc/%d/cwd", &pid); err != nil {
			continue
		}
		if info, err := os.Stat(cwd); err == nil && os.SameFile(info, folder) && syscall.Kill(pid, syscall.SIGKILL) == nil {
			killed++
		}
	}
	if killed == 0 {
		t.Fatal("there was nothing to kill")
	}
}

// KillSessions ends every other session on a database, as an administrator would, and returns when they are gone.
func KillSessions(t testing.TB, url string) {
	t.Helper()
	run(t, url, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
}

// Cut says what a Line does with the next COMMIT.
type Cut int32

// The three ways.
const (
	Keep      Cut = iota
	CutBefore     // the connection breaks before the server has the COMMIT
	CutAfter      // the connection breaks before the client has the answer
)

// Line is a network between a client and a database, which a test can break.
type Line struct {
	URL   string // of the same database over this line
	cut   atomic.Int32
	stay  atomic.Bool
	down  atomic.Bool
	still sync.RWMutex // held to write while nothing passes

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// NewLine lays a line to the database of an address made by this package.
func NewLine(t testing.TB, address string) *Line {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	const name = ".s.PGSQL.5432"
	server := filepath.Join(u.Query().Get("host"), name)
	dir, err := os.MkdirTemp("/tmp", "line-") // short: a socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	u.RawQuery = url.Values{"host": {dir}}.Encode()
	l := &Line{URL: u.String(), conns: map[net.Conn]bool{}}
	var busy sync.WaitGroup
	busy.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			if l.down.Load() {
				client.Close()
				continue
			}
			upstream, err := net.Dial("unix", server)
			if err != nil {
				client.Close()
				continue
			}
			l.hold(client, upstream)
			busy.Go(func() { l.carry(client, upstream) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		l.Down()
		busy.Wait()
		os.RemoveAll(dir)
	})
	return l
}

// CutCommit breaks the connection that sends the next COMMIT; with stay the line is down from then on.
func (l *Line) CutCommit(c Cut, stay bool) {
	l.stay.Store(stay)
	l.cut.Store(int32(c))
}

// Down breaks all connections and refuses new ones until Up.
func (l *Line) Down() {
	l.down.Store(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		c.Close()
	}
	clear(l.conns)
}

// Up lets new connections through again.
func (l *Line) Up() { l.down.Store(false) }

// Freeze lets nothing through any more, and says nothing: a pulled cable. Thaw must follow.
func (l *Line) Freeze() { l.still.Lock() }

// Thaw lets everything through that was sent since Freeze.
func (l *Line) Thaw() { l.still.Unlock() }

// passage is an end of a line, to which nothing passes while the line is frozen.
type passage struct {
	net.Conn
	line *Line
}

func (p passage) Write(b []byte) (int, error) {
	p.line.still.RLock()
	defer p.line.still.RUnlock()
	return p.Conn.Write(b)
}

func (l *Line) hold(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		if l.down.Load() {
			c.Close()
		}
		l.conns[c] = true
	}
}

// carry copies both ways until either side ends.
func (l *Line) carry(client, server net.Conn) {
	var back sync.WaitGroup
	back.Go(func() {
		io.Copy(passage{client, l}, server)
		client.Close()
	})
	buf := make([]byte, 1<<16)
	for {
		n, err := client.Read(buf)
		if err != nil {
			break
		}
		// pgx sends COMMIT as one simple query in one write.
		if cut := Cut(l.cut.Load()); cut != Keep && bytes.HasPrefix(buf[:n], []byte("Q")) && bytes.HasSuffix(buf[:n], []byte("commit\x00")) {
			l.cut.Store(int32(Keep))
			l.down.Store(l.stay.Load())
			client.Close()
			if cut == CutAfter {
				server.Write(buf[:n])
				server.(*net.UnixConn).CloseWrite() // the server does what it was told and then sees the end
				back.Wait()
			}
			break
		}
		if _, err := (passage{server, l}).Write(buf[:n]); err != nil {
			break
		}
	}
	client.Close()
	server.Close()
	back.Wait()
}

// FillDisk leaves a backend no room for its temporary files, of which PostgreSQL names one after the other by the process and a number.
func (s *Server) FillDisk(t testing.TB, pid string) {
	t.Helper()
	folder := filepath.Join(s.dir, "pg", "base", "pgsql_tmp")
	if err := os.Mkdir(folder, 0o755); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	for n := range 1000 {
		if err := os.Symlink("/dev/full", filepath.Join(folder, fmt.Sprintf("pgsql_tmp%s.%d", pid, n))); err != nil {
			t.Fatal(err)
		}
	}
}

// FreeDisk gives every backend room again.
func (s *Server) FreeDisk(t testing.TB) {
	t.Helper()
	links, err := filepath.Glob(filepath.Join(s.dir, "pg", "base", "pgsql_tmp", "pgsql_tmp*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		if err := os.Remove(link); err != nil {
			t.Fatal(err)
		}
	}
}
