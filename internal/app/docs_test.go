package app

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every command line in a block of README.md and docs/*.md does what the text says it does: it ends well. Lines run in order,
// in a folder with the example files, on a database of the page's own. A server is started for the first line that calls curl.
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
			address := ""
			for _, line := range lines {
				if strings.HasPrefix(line, "curl ") {
					if address == "" {
						address = served(t)
					}
					curl := exec.Command("bash", "-c", strings.ReplaceAll(line, "http://127.0.0.1:8080", address))
					if out, err := curl.CombinedOutput(); err != nil || !strings.Contains(line, "curl -fsS ") {
						t.Errorf("%s\n%v: %s", line, err, out)
					}
					continue
				}
				args := strings.Fields(line)[1:]
				if args[0] == "serve" {
					continue
				}
				if r := zhuwang(t, args...); r.code != exitDone {
					t.Errorf("%s\nends with %d: %s", line, r.code, r.err)
				}
			}
			if r := zhuwang(t, "doctor", "--past"); r.code != exitDone {
				t.Errorf("after these commands doctor finds %s%s", r.out, r.err)
			}
		})
	}
}

// served is the address of a server on the page's database, which ends with the test.
func served(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	words, says := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--admin-listen", "", "--data", dir, "--lang", "en"},
			Streams{In: strings.NewReader(""), Out: io.Discard, Err: says}, "test")
		says.Close()
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitDone {
			t.Errorf("the server ends with %d", code)
		}
	})
	said := ""
	for lines := bufio.NewScanner(words); lines.Scan(); said += lines.Text() + "\n" {
		if _, address, ready := strings.Cut(lines.Text(), "ready: "); ready {
			go io.Copy(io.Discard, words)
			return strings.Fields(address)[0]
		}
	}
	t.Fatal(said)
	return ""
}

// commandLines finds the lines of ```sh blocks that call zhuwang, without their comments, or curl.
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
		case inside && strings.HasPrefix(line, "curl "):
			lines = append(lines, line)
		}
	}
	return lines
}
