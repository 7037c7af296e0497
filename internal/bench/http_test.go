package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A test binary started with this variable serves the answer that is kept in the file of that name, at the address in its first argument, by a
// bare handler of net/http: the least that a server in Go can do.
const asBare = "ZHUWANG_BENCH_BARE"

// kept is an answer in memory: the fields of its header, one value each, and its body.
type kept struct {
	Header map[string]string
	Body   []byte
}

func init() {
	file := os.Getenv(asBare)
	if file == "" {
		return
	}
	text, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		panic(err)
	}
	panic(http.ListenAndServe(os.Args[1], k))
}

// ServeHTTP sends what is kept, or 304.
func (k kept) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, value := range k.Header {
		h.Set(name, value)
	}
	if etag := k.Header["Etag"]; etag != "" && r.Header.Get("If-None-Match") == etag {
		h.Del("Content-Type")
		h.Del("Content-Length")
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(k.Body)
}

// keptOf is an answer of a server with those fields of its header that matter to who asked.
func keptOf(b *testing.B, address string, fields ...string) kept {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), "GET", address, nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < len(fields); i += 2 {
		req.Header.Set(fields[i], fields[i+1])
	}
	res, err := (&http.Transport{DisableCompression: true}).RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	k := kept{Header: map[string]string{}}
	if k.Body, err = io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Fatal(res.Status, err)
	}
	for _, name := range []string{"Etag", "Vary", "Cache-Control", "Content-Encoding", "Content-Type", "Content-Length"} {
		if v := res.Header.Get(name); v != "" {
			k.Header[name] = v
		}
	}
	return k
}

// bare serves an answer by a bare handler in a process of its own.
func bare(b *testing.B, k kept) (address string) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "kept.json")
	text, err := json.Marshal(k)
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		b.Fatal(err)
	}
	at := free(b)
	c := exec.Command(os.Args[0], at)
	c.Env = append(os.Environ(), asBare+"="+file)
	launch(b, c, at)
	return "http://" + at
}

// nginx serves an answer that is compressed by gzip as a file, at a path.
func nginx(b *testing.B, k kept, path string) (address string) {
	b.Helper()
	const binary = "/usr/sbin/nginx"
	if _, err := os.Stat(binary); err != nil {
		b.Fatal("there is no nginx: `.ci/setup bench` installs it")
	}
	folder, at := b.TempDir(), free(b)
	os.Chmod(filepath.Dir(folder), 0o755) // workers of nginx are another user's
	os.Chmod(folder, 0o755)
	file := filepath.Join(folder, "root", path+".gz")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(file, k.Body, 0o644); err != nil {
		b.Fatal(err)
	}
	config := fmt.Sprintf(`worker_processes auto; daemon off; pid %[1]s/pid; error_log stderr;
events { worker_connections 512; }
http {
	access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100;
	client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
	types {} default_type %[2]q; gzip_static always; gzip_vary on;
	server { listen %[3]s; root %[1]s/root; add_header Cache-Control %[4]q; }
}
`, folder, k.Header["Content-Type"], at, k.Header["Cache-Control"])
	if err := os.WriteFile(filepath.Join(folder, "nginx.conf"), []byte(config), 0o644); err != nil {
		b.Fatal(err)
	}
	launch(b, exec.Command(binary, "-p", folder, "-c", filepath.Join(folder, "nginx.conf"), "-e", "stderr"), at)
	return "http://" + at
}

// launch starts a server, waits until it takes connections, and stops it in the end.
func launch(b *testing.B, c *exec.Cmd, at string) {
	b.Helper()
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		c.Wait()
		close(ended)
	}()
	b.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	for start := time.Now(); ; {
		line, err := net.Dial("tcp", at)
		if err == nil {
			line.Close()
			return
		}
		select {
		case <-ended:
			b.Fatalf("%s ended: %s", c.Path, said.String())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Since(start) > 30*time.Second {
			b.Fatal(err)
		}
	}
}

var (
	wrkRate = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	wrkBad  = regexp.MustCompile(`Non-2xx or 3xx responses: \d+|Socket errors: .*`)
)

// wrk is how many requests a second an address answers, asked for a second by so many connections, each of which asks again when it has
// the answer. The asking is a process of its own with one thread.
func wrk(b *testing.B, connections int, address string, fields ...string) func() float64 {
	b.Helper()
	if _, err := exec.LookPath("wrk"); err != nil {
		b.Fatal("there is no wrk: `.ci/setup bench` installs it")
	}
	args := []string{"-t1", "-c" + strconv.Itoa(connections), "-d1s"}
	for i := 0; i < len(fields); i += 2 {
		args = append(args, "-H", fields[i]+": "+fields[i+1])
	}
	args = append(args, address)
	return func() float64 {
		out, err := exec.CommandContext(b.Context(), "wrk", args...).CombinedOutput()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		if bad := wrkBad.Find(out); bad != nil {
			b.Fatalf("%s: %s", address, bad)
		}
		m := wrkRate.FindSubmatch(out)
		if m == nil {
			b.Fatalf("%s", out)
		}
		rate, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			b.Fatal(err)
		}
		return rate
	}
}
