package testkit

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// Processes are those whose working directory is the embedded cluster of a data folder: everything of its PostgreSQL that is
// left. None where there is no cluster.
func Processes(t testing.TB, data string) (pids []int) {
	t.Helper()
	here, err := os.Stat(filepath.Join(data, "pg"))
	if err != nil {
		return nil // not even made
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if there, err := os.Stat("/proc/" + e.Name() + "/cwd"); err == nil && os.SameFile(here, there) {
			pids = append(pids, pid)
		}
	}
	return pids
}
