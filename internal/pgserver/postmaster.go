package pgserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// postmaster is what PostgreSQL says of itself in postmaster.pid (miscadmin.h, LOCK_FILE_LINE_*).
type postmaster struct {
	pid    int
	socket string // folder of the unix socket
	status string // starting, stopping, ready, standby
}

// readPostmaster reads postmaster.pid. ok is false where there is none, or where it is not written to its end.
func readPostmaster(folder string) (p postmaster, ok bool) {
	f, err := os.Open(filepath.Join(folder, "postmaster.pid"))
	if err != nil {
		return p, false
	}
	defer f.Close()
	var lines []string
	for s := bufio.NewScanner(f); s.Scan(); {
		lines = append(lines, strings.TrimSpace(s.Text()))
	}
	if len(lines) == 0 {
		return p, false
	}
	if p.pid, err = strconv.Atoi(lines[0]); err != nil {
		return p, false
	}
	p.pid = max(p.pid, -p.pid) // negative: a single-user backend
	if len(lines) > 4 {
		p.socket = lines[4]
	}
	if len(lines) > 7 {
		p.status = lines[7]
	}
	return p, true
}

// running is the postmaster of a folder that lives now. The number in postmaster.pid alone says little: after a crash or in a new container it may
// be anybody's. PostgreSQL makes the cluster its working directory, so that tells.
func running(folder string) (postmaster, bool) {
	p, ok := readPostmaster(folder)
	if !ok {
		return p, false
	}
	there, err := os.Stat(fmt.Sprintf("/proc/%d/cwd", p.pid))
	if err != nil {
		return p, false
	}
	here, err := os.Stat(folder)
	return p, err == nil && os.SameFile(here, there)
}

// errEnded says that PostgreSQL ended before it was ready.
var errEnded = errors.New("PostgreSQL ended while it was starting")

// waitReady waits until the postmaster takes connections; ended is closed when it ends (nil: look for it).
func waitReady(ctx context.Context, folder string, ended <-chan struct{}) (postmaster, error) {
	for {
		p, ok := running(folder)
		if ok && p.status == "ready" {
			return p, nil
		}
		if ended == nil && !ok {
			return p, errEnded
		}
		select {
		case <-ended:
			return p, errEnded
		default:
		}
		if err := pause(ctx, patience); err != nil {
			return p, err
		}
	}
}

// launch starts PostgreSQL on the cluster and waits until it takes connections.
func (c *Cluster) launch(ctx context.Context) (postmaster, error) {
	// Nobody may be left of an earlier postmaster: its backends outlive a kill -9 for a moment.
	wait, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	alive, err := waitLock(wait, c.path("pg.alive"), syscall.LOCK_EX)
	if err != nil {
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			return postmaster{}, errElsewhere
		}
		return postmaster{}, err
	}
	defer alive.release() // PostgreSQL keeps its inherited share
	// With that lock ours, a pid file can only be stale; PostgreSQL itself would stop at one whose number was given to another process.
	if err := os.Remove(filepath.Join(c.folder, "postmaster.pid")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return postmaster{}, err
	}
	socket, err := socketFolder(c.account, c.dir)
	if err != nil {
		return postmaster{}, err
	}
	if err := writeAccess(c.account, c.folder); err != nil {
		return postmaster{}, err
	}
	words, err := os.Create(c.path("pg-start.log"))
	if err != nil {
		return postmaster{}, err
	}
	defer words.Close()

	args := []string{"-D", "{}", "-c", "listen_addresses=", "-c", "unix_socket_directories=" + socket}
	for name, value := range c.options.Settings {
		args = append(args, "-c", name+"="+value)
	}
	cmd, done, err := c.account.command(context.Background(), filepath.Join(c.bin, "postgres"), c.folder, []*os.File{alive.f}, args...)
	if err != nil {
		return postmaster{}, err
	}
	defer done()
	cmd.Stdout, cmd.Stderr = words, words
	if err := cmd.Start(); err != nil {
		return postmaster{}, err
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	p, err := waitReady(ctx, c.folder, ended)
	if err != nil {
		cmd.Process.Signal(syscall.SIGINT)
		<-ended
		return postmaster{}, fmt.Errorf("%w: %s", err, c.said())
	}
	return p, nil
}

// shut stops PostgreSQL and waits until none of its processes is left: in order first, disconnecting everybody; when ctx ends, at once
// (what was committed is in the write-ahead log and comes back at the next start).
func (c *Cluster) shut(ctx context.Context) error {
	p, ok := running(c.folder)
	if ok {
		if err := syscall.Kill(p.pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	alive, err := waitLock(ctx, c.path("pg.alive"), syscall.LOCK_EX)
	if err != nil {
		if p, ok = running(c.folder); ok {
			syscall.Kill(p.pid, syscall.SIGQUIT)
		}
		last, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if alive, err = waitLock(last, c.path("pg.alive"), syscall.LOCK_EX); err != nil {
			return fmt.Errorf("PostgreSQL (process %d) does not end: %w", p.pid, err)
		}
	}
	alive.release()
	os.RemoveAll(c.socket)
	return nil
}

// said is what PostgreSQL said last: before its log collector ran, and after.
func (c *Cluster) said() string {
	start, _ := os.ReadFile(c.path("pg-start.log"))
	var log []byte
	newest := time.Time{}
	files, _ := filepath.Glob(filepath.Join(c.folder, "log", "*.log"))
	for _, name := range files {
		if info, err := os.Stat(name); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
			log, _ = os.ReadFile(name)
		}
	}
	return lastLines(string(start), 5) + "\n" + lastLines(string(log), 5)
}

// lastLines is the end of a text.
func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
