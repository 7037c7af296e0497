package testkit

import (
	"bufio"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// ProviderSecret is the secret of the client zhuwang at a Provider.
const ProviderSecret = "a secret of the test"

// root is the folder of the repository.
func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Provider starts a certified OpenID provider, which sends people back to an address and ends with the test. Its client is zhuwang, with the secret
// ProviderSecret; any login is somebody there.
func Provider(t testing.TB, back string) (issuer string) {
	t.Helper()
	cmd := exec.Command("node", filepath.Join(root(), "frontend", "e2e", "provider.mjs"), back)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "http://") {
			go io.Copy(io.Discard, out)
			return lines.Text()
		}
	}
	t.Fatal("the provider is not ready")
	return ""
}

// VisitProvider does what a browser and somebody in front of it do at the provider, and gives the query with which they are sent back.
func VisitProvider(t testing.TB, back, address, login string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var home *url.URL
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), back) {
			home = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	res, err := browser.Get(address)
	for _, form := range []url.Values{{"prompt": {"login"}, "login": {login}, "password": {"x"}}, {"prompt": {"consent"}}} {
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if home != nil {
			break
		}
		res, err = browser.PostForm(res.Request.URL.String(), form)
	}
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if home == nil {
		t.Fatalf("the provider keeps people at %s (%s)", res.Request.URL, res.Status)
	}
	return home.Query()
}
