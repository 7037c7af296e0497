package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every command line in a block of README.md and docs/*.md does what the text says it does: it ends well. Lines run in order,
// in a folder with the example files, on a database of the page's own. Servers are started by other tests.
func TestCommandLinesOfTheDocs(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Abs("../../docs/examples")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../../README.md") {
		t.Run(filepath.Base(page), func(t *testing.T) {
			b, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			lines := commandLines(string(b))
			if len(lines) == 0 {
				return
			}
			onDatabase(t)
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(examples)); err != nil {
				t.Fatal(err)
			}
			t.Chdir(dir)
			for _, line := range lines {
				args := strings.Fields(line)[1:]
				if args[0] == "serve" {
					continue
				}
				if r := zhuwang(t, args...); r.code != exitDone {
					t.Errorf("%s\nends with %d: %s", line, r.code, r.err)
				}
			}
		})
	}
}

// commandLines finds the lines of ```sh blocks that call zhuwang, without their comments.
func commandLines(text string) (lines []string) {
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```sh"
		case inside && strings.HasPrefix(line, "zhuwang "):
			line, _, _ = strings.Cut(line, " #")
			lines = append(lines, line)
		}
	}
	return lines
}
