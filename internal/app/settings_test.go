package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The configuration in force is shown without its secrets.
func TestConfig(t *testing.T) {
	t.Setenv("ZHUWANG_DATABASE_URL", "postgres://app:secret@db.example/zhuwang")
	r := zhuwang(t, "config", "--listen", "127.0.0.1:9999")
	if r.code != exitDone || strings.Contains(r.out, "secret") || !strings.Contains(r.out, `listen = "127.0.0.1:9999"`) {
		t.Errorf("%+v", r)
	}
}

// The command line wins over the environment, which wins over the file, which wins over the default; what the file cannot say is refused.
func TestSettings(t *testing.T) {
	for _, c := range []struct {
		name, file, env string
		args            []string
		code            int
		want            string
	}{
		{"the default", "", "", nil, exitDone, `listen = "127.0.0.1:8080"`},
		{"the file", `listen = "127.0.0.1:1"`, "", nil, exitDone, `listen = "127.0.0.1:1"`},
		{"the environment", `listen = "127.0.0.1:1"`, "127.0.0.1:2", nil, exitDone, `listen = "127.0.0.1:2"`},
		{"the command line", `listen = "127.0.0.1:1"`, "127.0.0.1:2", []string{"--listen", "127.0.0.1:3"}, exitDone, `listen = "127.0.0.1:3"`},
		{"an empty value", `admin-listen = ""`, "", nil, exitDone, `admin-listen = ""`},
		{"a byte order mark", "\ufefflisten = \"127.0.0.1:1\"", "", nil, exitDone, `listen = "127.0.0.1:1"`},
		{"a misspelt key", `lisen = "127.0.0.1:1"`, "", nil, exitUsage, "lisen has no effect in the configuration file zhuwang.toml; it may hold: listen, tls-cert, tls-key, host, admin-listen, tile-cache, public, accounts, oidc-issuer, oidc-client, oidc-redirect, oidc-match, lang."},
		{"a key in a table", "[serve]\nlisten = \"127.0.0.1:1\"", "", nil, exitUsage, "[config-key]"},
		{"a secret", `database = "postgres://app:secret@db.example/zhuwang"`, "", nil, exitUsage, "[config-key]"},
		{"no TOML", "listen =", "", nil, exitUsage, "[config-file]"},
		{"help, though the file is broken", "listen =", "", []string{"--help"}, exitDone, "Usage: zhuwang config"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, settingsFile), []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			t.Setenv("ZHUWANG_DATA", dir)
			if c.env != "" {
				t.Setenv("ZHUWANG_LISTEN", c.env)
			}
			r := zhuwang(t, append([]string{"config"}, c.args...)...)
			if r.code != c.code || !strings.Contains(r.out+r.err, c.want) || strings.Contains(r.out+r.err, "secret") {
				t.Errorf("%+v", r)
			}
		})
	}
}

// A data folder that is none is said to be none, by whatever meets it first.
func TestDataFolderThatIsNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if r := zhuwang(t, "migrate", "--data", dir); r.code != exitFailed || !strings.Contains(r.err, "[data-folder-none]") {
			t.Errorf("%s: %+v", dir, r)
		}
	}
	if r := zhuwang(t, "migrate", "--data", "/proc/none"); r.code != exitFailed || !strings.Contains(r.err, "[data-folder-none]") {
		t.Errorf("%+v", r)
	}
}
