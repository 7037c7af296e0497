package pgserver

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Oldest is the oldest major version of PostgreSQL that Zhuwang runs on.
const Oldest = 15

// installation is one installed PostgreSQL server.
type installation struct {
	bin     string // folder of initdb and postgres
	major   int
	postgis bool // PostGIS is installed for it
}

// places are where distributions put the programs of a PostgreSQL server: Debian and Ubuntu, PGDG on Red Hat, from source.
var places = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin"}

// installations lists the servers on this machine, newest first.
func installations() []installation {
	var bins []string
	for _, p := range places {
		found, _ := filepath.Glob(p)
		bins = append(bins, found...)
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		bins = append(bins, strings.TrimSpace(string(out)))
	}
	slices.Sort(bins)
	var list []installation
	for _, bin := range slices.Compact(bins) {
		if i, ok := inspect(bin); ok {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b installation) int { return cmp.Compare(b.major, a.major) })
	return list
}

// inspect asks the programs in a folder for their version.
func inspect(bin string) (installation, bool) {
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(bin, name)); err != nil {
			return installation{}, false
		}
	}
	version, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output() // "postgres (PostgreSQL) 15.18 (Debian …)"
	if err != nil {
		return installation{}, false
	}
	fields := strings.Fields(string(version))
	if len(fields) < 3 {
		return installation{}, false
	}
	digits := fields[2] // also "17beta1", "18devel"
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = digits[:i]
	}
	major, err := strconv.Atoi(digits)
	if err != nil {
		return installation{}, false
	}
	i := installation{bin: bin, major: major}
	if share, err := exec.Command(filepath.Join(bin, "pg_config"), "--sharedir").Output(); err == nil {
		_, err := os.Stat(filepath.Join(strings.TrimSpace(string(share)), "extension", "postgis.control"))
		i.postgis = err == nil
	}
	return i, true
}

// choose picks the installation for a cluster of a major version; for a new one (0) the newest that has PostGIS.
func choose(list []installation, major int) (installation, error) {
	for _, i := range list {
		if i.postgis && i.major >= Oldest && (major == 0 || i.major == major) {
			return i, nil
		}
	}
	if major == 0 {
		return installation{}, fault.New(fault.Unavailable, "postgres-missing", fault.Args{"oldest": Oldest})
	}
	newest := newest(list)
	if newest.major > major {
		return installation{}, fault.New(fault.Unavailable, "postgres-upgrade", fault.Args{"needs": major, "newest": newest.major})
	}
	said := any(fault.Text{Zh: "无", En: "none"})
	if newest.major != 0 {
		said = newest.major
	}
	return installation{}, fault.New(fault.Unavailable, "postgres-version", fault.Args{"needs": major, "newest": said})
}

// newest is the newest installation that Zhuwang runs on; of major version 0 if there is none.
func newest(list []installation) installation {
	for _, i := range list {
		if i.postgis && i.major >= Oldest {
			return i
		}
	}
	return installation{}
}

// chooseUpgrade picks the installations that a cluster of a major version is moved from and to. Without rebuild they differ, or to has the
// major version 0: there is nothing to do. The old one may be older than Zhuwang runs on: it only has to be read.
func chooseUpgrade(list []installation, major int, rebuild bool) (from, to installation, err error) {
	to = newest(list)
	if major == 0 || to.major == major && !rebuild {
		return installation{}, installation{}, nil
	}
	for _, i := range list {
		if i.postgis && i.major == major {
			from = i
		}
	}
	switch {
	case to.major < major:
		_, err = choose(list, major)
	case from.major == 0:
		err = fault.New(fault.Unavailable, "postgres-upgrade", fault.Args{"needs": major, "newest": to.major})
	}
	return from, to, err
}
