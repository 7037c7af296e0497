package pgserver

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/fault"
)

func TestChoose(t *testing.T) {
	i13, i15, i16 := installation{"13", 13, true}, installation{"15", 15, true}, installation{"16", 16, true}
	bare17 := installation{"17", 17, false} // PostgreSQL without PostGIS
	for name, c := range map[string]struct {
		list  []installation // newest first
		major int            // of the folder, 0: none yet
		want  string         // folder of the programs, or rule
	}{
		"the newest for a new folder":        {[]installation{i16, i15}, 0, "16"},
		"the newest that has PostGIS":        {[]installation{bare17, i15}, 0, "15"},
		"the folder's own":                   {[]installation{i16, i15}, 15, "15"},
		"nothing":                            {nil, 0, "postgres-missing"},
		"none with PostGIS":                  {[]installation{bare17}, 0, "postgres-missing"},
		"too old":                            {[]installation{i13}, 0, "postgres-missing"},
		"the folder's own is gone":           {[]installation{i16}, 15, "postgres-upgrade"},
		"only an older one is there":         {[]installation{i15}, 16, "postgres-version"},
		"the folder's own has lost PostGIS":  {[]installation{bare17, i16}, 17, "postgres-version"},
		"nothing at all for an older folder": {nil, 15, "postgres-version"},
	} {
		got, err := choose(c.list, c.major)
		said := got.bin
		if err != nil {
			said = fault.From(err).Rule
		}
		if said != c.want {
			t.Errorf("%s: %s, want %s", name, said, c.want)
		}
	}
	if list := installations(); len(list) == 0 || !list[0].postgis || list[0].major < Oldest {
		t.Errorf("this machine's PostgreSQL was not found: %+v", list)
	}
}

func TestChooseUpgrade(t *testing.T) {
	i13, i15, i16 := installation{"13", 13, true}, installation{"15", 15, true}, installation{"16", 16, true}
	bare17 := installation{"17", 17, false}
	for name, c := range map[string]struct {
		list    []installation // newest first
		major   int            // of the folder, 0: none yet
		rebuild bool
		want    string // from, to; nothing; or rule
	}{
		"both are there":                  {[]installation{i16, i15}, 15, false, "15 to 16"},
		"the newest has no PostGIS":       {[]installation{bare17, i16, i15}, 15, false, "15 to 16"},
		"from one that is too old to run": {[]installation{i16, i13}, 13, false, "13 to 16"},
		"it is the newest":                {[]installation{i16, i15}, 16, false, " to "},
		"it is the newest, to be rebuilt": {[]installation{i16, i15}, 16, true, "16 to 16"},
		"the newest has lost PostGIS":     {[]installation{bare17, i16}, 16, false, " to "},
		"no cluster yet":                  {[]installation{i16}, 0, true, " to "},
		"the old programs are gone":       {[]installation{i16}, 15, false, "postgres-upgrade"},
		"the old ones have lost PostGIS":  {[]installation{i16, {"15", 15, false}}, 15, false, "postgres-upgrade"},
		"only older ones are there":       {[]installation{i15}, 16, false, "postgres-version"},
		"nothing is there":                {nil, 15, false, "postgres-version"},
	} {
		from, to, err := chooseUpgrade(c.list, c.major, c.rebuild)
		said := from.bin + " to " + to.bin
		if err == nil && to.major == 0 {
			said = " to "
		}
		if err != nil {
			said = fault.From(err).Rule
		}
		if said != c.want {
			t.Errorf("%s: %s, want %s", name, said, c.want)
		}
	}
}

// A newer PostgreSQL appears beside the folder's own: its programs answer what version they are, and can do nothing else. The start says so,
// an upgrade fails and leaves the old cluster, and once the folder's own programs are gone the start says what to install.
func TestNewerPostgres(t *testing.T) {
	programs := t.TempDir()
	scripts := map[string]string{"postgres": `echo "postgres (PostgreSQL) 99.1"`, "initdb": "exit 1", "pg_config": "echo " + programs}
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(programs, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(programs, "extension"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(programs, "extension", "postgis.control"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for d := programs; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		os.Chmod(d, 0o755) // PostgreSQL's account runs them
	}

	dir := t.TempDir()
	stop := func(c *Cluster) {
		t.Helper()
		if err := c.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Start(t.Context(), Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	stop(c)
	installed := places
	places = append([]string{programs}, installed...)
	defer func() { places = installed }()

	var said bytes.Buffer
	if c, err = Start(t.Context(), Options{DataDir: dir, Log: slog.New(slog.NewTextHandler(&said, nil))}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "has the newer PostgreSQL 99") || !strings.Contains(said.String(), "zhuwang upgrade") {
		t.Errorf("the start says %s", &said)
	}
	if have, newest := c.Newer(); have >= newest || newest != 99 {
		t.Errorf("newer: %d, %d", have, newest)
	}
	move := func(context.Context, string, string, string) error { t.Error("something was moved"); return nil }
	_, err = Upgrade(t.Context(), Options{DataDir: dir}, false, move)
	if f := fault.From(err); f == nil || f.Rule != "postgres-in-use" {
		t.Errorf("an upgrade under the eyes of another user: %v", err)
	}
	stop(c)
	if done, err := Upgrade(t.Context(), Options{DataDir: dir}, false, move); err == nil || done.Kept != "" {
		t.Errorf("an upgrade to programs that do not work: %+v", done)
	}
	if c, err = Start(t.Context(), Options{DataDir: dir}); err != nil {
		t.Fatalf("after an upgrade that failed: %v", err)
	}
	stop(c)

	places = []string{programs}
	t.Setenv("PATH", programs+":/usr/bin:/bin")
	_, err = Start(t.Context(), Options{DataDir: dir})
	if f := fault.From(err); f == nil || f.Rule != "postgres-upgrade" || !strings.Contains(f.Sentence(fault.English), "postgresql-") {
		t.Errorf("without the folder's own programs: %v", err)
	}
}

// Wherever an upgrade is killed, the next start has the old cluster or the whole new one.
func TestUpgradeKilledBetweenItsSteps(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	mark := func(folder, text string) {
		t.Helper()
		if err := os.MkdirAll(at(folder), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(at(folder), "mark"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name    string
		folders map[string]string
		want    string // what is in force
	}{
		{"while the new one is filled", map[string]string{"pg": "old", "upgrade/pg": "half"}, "old"},
		{"before the old one gives way", map[string]string{"pg": "old", "pg.ready": "new"}, "old"},
		{"after it gave way", map[string]string{"pg.15-x": "old", "pg.ready": "new"}, "new"},
		{"at the end", map[string]string{"pg": "new", "pg.15-x": "old", "upgrade": ""}, "new"},
	} {
		for _, f := range []string{"pg", "pg.ready", "pg.15-x", "upgrade"} {
			os.RemoveAll(at(f))
		}
		for folder, text := range c.folders {
			mark(folder, text)
		}
		cluster := &Cluster{dir: dir, folder: at("pg")}
		if err := cluster.settleUpgrade(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(filepath.Join(at("pg"), "mark")); string(got) != c.want {
			t.Errorf("killed %s: the %q one is in force", c.name, got)
		}
		for _, f := range []string{"pg.ready", "upgrade"} {
			if _, err := os.Lstat(at(f)); err == nil {
				t.Errorf("killed %s: %s is left", c.name, f)
			}
		}
	}
}
