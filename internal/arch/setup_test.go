package arch

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the set-up script says on machines that lack something: what is missing, and what to do; it never goes on to an error of a build.
// Programs are stood in for by scripts, so that nothing of this machine is changed.
func TestSetup(t *testing.T) {
	const ok, fails = "exit 0", "exit 1"
	fresh := map[string]string{"go": ok, "node": ok, "npm": ok, "gcc": ok, "ogr2ogr": ok, "id": "echo 1000", "sudo": "exec \"$@\"",
		"mkdir": ok, "tee": "cat >/dev/null", "apt-get": "echo apt-get \"$@\" >&2"}
	for _, c := range []struct {
		name string
		with map[string]string // instead of what a machine has; "": not there
		env  string
		code int
		says []string
	}{
		{"all there", nil, "", 0, nil},
		{"no Go", map[string]string{"go": ""}, "", 1, []string{"Go 1.26"}},
		{"an old Go, which cannot read go.mod", map[string]string{"go": fails}, "", 1, []string{"Go 1.26"}},
		{"an old Node", map[string]string{"node": fails}, "", 1, []string{"Node 20.19"}},
		{"Node without npm, and no Go", map[string]string{"npm": "", "go": ""}, "", 1, []string{"Go 1.26", "Node 20.19 with npm"}},
		{"a user whom nobody can ask", map[string]string{"ogr2ogr": ""}, "", 1, []string{"missing: gdal-bin", "apt-get install gdal-bin"}},
		{"a user without sudo", map[string]string{"ogr2ogr": "", "sudo": ""}, "CI=true", 1, []string{"apt-get install gdal-bin"}},
		{"CI", map[string]string{"ogr2ogr": "", "gcc": ""}, "CI=true", 0, []string{"apt-get install -y -qq --no-install-recommends gdal-bin gcc libc6-dev"}},
		{"root", map[string]string{"ogr2ogr": "", "sudo": "", "id": "echo 0"}, "", 0, []string{"apt-get install -y -qq --no-install-recommends gdal-bin"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, tool := range []string{"bash", "cat", "dirname", "ls"} {
				at, err := exec.LookPath(tool)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(at, filepath.Join(dir, tool)); err != nil {
					t.Fatal(err)
				}
			}
			for name, does := range fresh {
				if other, ok := c.with[name]; ok {
					does = other
				}
				if does == "" {
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, name), []byte("#!"+filepath.Join(dir, "bash")+"\n"+does+"\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.Command("../../.ci/setup", "run")
			cmd.Env = []string{"PATH=" + dir, c.env}
			out, err := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != c.code {
				t.Errorf("ends with %d (%v): %s", code, err, out)
			}
			for _, want := range c.says {
				if !strings.Contains(string(out), want) {
					t.Errorf("does not say %q: %s", want, out)
				}
			}
			if c.code == 0 && len(c.says) == 0 && len(out) > 0 {
				t.Errorf("has something to say: %s", out)
			}
		})
	}
}
