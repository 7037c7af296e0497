package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/zhuwang/zhuwang/internal/testkit"
)

// finish runs the program to its end and gives what it says.
func finish(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := program(dir, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
	return string(out)
}

// killed runs the program and kills it when it has said something; what is said at last is given, and whether the kill came in time.
func killed(t *testing.T, dir, after string, args ...string) (said string, inTime bool) {
	t.Helper()
	cmd := program(dir, args...)
	words, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for buf := make([]byte, 64); ; {
		n, err := words.Read(buf)
		b.Write(buf[:n])
		if strings.Contains(b.String(), after) {
			cmd.Process.Signal(syscall.SIGKILL)
		}
		if err != nil {
			break
		}
	}
	cmd.Wait()
	return b.String(), !cmd.ProcessState.Exited()
}

// A backup, a wiped data folder and a restore give the same net; whoever is killed in the middle, the earlier backup, and what was in
// force before, are as they were, and the next attempt succeeds.
func TestKeep(t *testing.T) {
	top := t.TempDir()
	dir, file := filepath.Join(top, "data"), filepath.Join(top, "district.zip")
	t.Cleanup(func() {
		for _, pid := range testkit.Processes(t, dir) {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	s := start(t, dir, "demo")
	net := s.net(t)
	finish(t, dir, "backup", file) // while the server runs
	if out, err := program(dir, "restore", file, "--replace").CombinedOutput(); err == nil || !bytes.Contains(out, []byte("[server-runs]")) {
		t.Errorf("a restore under a server: %v %s", err, out)
	}
	if out, err := program(dir, "upgrade", "--rebuild").CombinedOutput(); err == nil || !bytes.Contains(out, []byte("[server-runs]")) {
		t.Errorf("an upgrade under a server: %v %s", err, out)
	}
	s.Process.Signal(syscall.SIGTERM)
	s.Wait()

	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if said, ok := killed(t, dir, "building:", "backup", file, "--overwrite"); !ok {
		t.Errorf("nobody was killed: %s", said)
	}
	if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, before) {
		t.Fatalf("a killed backup changed the earlier one (%v)", err)
	}
	finish(t, dir, "backup", file, "--overwrite")
	if left, _ := filepath.Glob(filepath.Join(top, "*.part")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}

	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if said, ok := killed(t, dir, "orphaned rows", "restore", file); !ok {
		t.Errorf("nobody was killed: %s", said)
	}
	if said := finish(t, dir, "restore", file); !strings.Contains(said, "All is well.") { // the database is still empty, or it would refuse
		t.Errorf("doctor says %s", said)
	}
	serves := func(when string) {
		t.Helper()
		s := start(t, dir, "serve")
		if s.net(t) != net {
			t.Errorf("%s the net is another one", when)
		}
		s.Process.Signal(syscall.SIGTERM)
		s.Wait()
	}
	serves("restored,")
	for _, args := range [][]string{{"restore", file, "--replace"}, {"upgrade", "--rebuild"}} {
		if said, ok := killed(t, dir, "net of release 1", args...); !ok {
			t.Errorf("nobody was killed: %s", said)
		}
		if said := finish(t, dir, "doctor"); !strings.Contains(said, "All is well.") {
			t.Errorf("after a killed %s doctor says %s", args[0], said)
		}
		finish(t, dir, args...)
		serves("after " + args[0])
	}
	if kept, _ := filepath.Glob(filepath.Join(dir, "pg.*-*")); len(kept) != 1 {
		t.Errorf("the old cluster is kept as %v", kept)
	}
	if left := below(t, top); len(left) > 0 {
		t.Errorf("processes are left in %v", left)
	}
}

// below are the folders under one in which processes work: those of PostgreSQL, wherever its cluster has been moved.
func below(t *testing.T, folder string) (at []string) {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		if cwd, err := os.Readlink(link); err == nil && strings.HasPrefix(cwd, folder) {
			at = append(at, cwd)
		}
	}
	return at
}
