// Package arch tests the package map of ARCHITECTURE.md: which package may import which, and what the pure ones must not touch.
package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/zhuwang/zhuwang/"

// rule says what a package may import. Own packages are written without the module path; "geo/..." stands for geo and all below it.
type rule struct {
	ours   []string
	others []string // third-party modules; nil: none
	deny   []string // packages of the standard library that are refused
}

var (
	// pure code sees neither files, nor the network, nor a clock that it was not given.
	pure   = []string{"net/http", "net", "os", "os/exec", "database/sql", "log", "log/slog"}
	domain = []string{"net/http", "net", "os", "os/exec", "database/sql"}
	leaves = []string{"internal/fault", "internal/scope", "internal/event", "internal/audit"}
	orb    = "github.com/paulmach/orb"
)

// packages is the package map. A package that is not in it fails the test.
var packages = map[string]rule{
	"cmd/zhuwang":       {ours: []string{"internal/app"}},
	"geo":               {others: []string{orb}, deny: pure},
	"geo/crs":           {ours: []string{"geo"}, deny: pure},
	"geo/coverage":      {ours: []string{"geo"}, deny: pure},
	"geo/locate":        {ours: []string{"geo", "geo/coverage"}, deny: pure},
	"tiles":             {ours: []string{"geo/..."}, others: []string{orb}, deny: pure},
	"sql":               {},
	"frontend":          {},
	"internal/fault":    {ours: []string{"geo"}, deny: domain},
	"internal/scope":    {ours: []string{"internal/fault"}, deny: pure},
	"internal/event":    {ours: []string{"geo", "internal/fault"}, deny: pure},
	"internal/audit":    {ours: []string{"internal/fault"}, deny: pure},
	"internal/cql":      {ours: []string{"internal/fault"}, deny: pure},
	"internal/feature":  {ours: []string{"internal/cql", "internal/scope", "internal/fault"}, deny: pure},
	"internal/grid":     {ours: append([]string{"geo/..."}, leaves...), others: []string{"golang.org/x/sync"}, deny: domain},
	"internal/account":  {ours: leaves, others: []string{"github.com/pquerna/otp", "golang.org/x/crypto", "golang.org/x/sync", "golang.org/x/text"}, deny: domain},
	"internal/snapshot": {ours: append([]string{"geo/...", "tiles", "internal/grid"}, leaves...), others: []string{"golang.org/x/sync", "github.com/mozillazg/go-pinyin"}, deny: domain},
	"internal/exchange": {ours: append([]string{"geo/...", "tiles"}, leaves...), others: []string{orb, "github.com/apache/arrow-go/v18", "github.com/klauspost/compress", "github.com/parquet-go/parquet-go", "golang.org/x/sync", "golang.org/x/text", "github.com/xuri/excelize/v2"}, deny: []string{"net/http", "database/sql"}},
	"internal/store": {ours: append([]string{"geo/...", "sql", "internal/grid", "internal/account", "internal/cql", "internal/feature"}, leaves...),
		others: []string{"github.com/jackc/pgx/v5", "github.com/twpayne/go-geom", "github.com/pressly/goose/v3"}, deny: []string{"net/http", "os/exec"}},
	"internal/upload":       {ours: append([]string{"geo/...", "internal/grid", "internal/exchange"}, leaves...), deny: []string{"net/http", "os/exec", "database/sql"}},
	"internal/adapter/oidc": {ours: append([]string{"internal/account"}, leaves...), others: []string{"github.com/coreos/go-oidc/v3", "golang.org/x/oauth2"}, deny: []string{"os", "os/exec", "database/sql"}},
	"internal/pgserver":     {ours: leaves, others: []string{"github.com/jackc/pgx/v5", "golang.org/x/sys"}, deny: []string{"net/http", "database/sql"}},
	"internal/demo":         {ours: append([]string{"geo/...", "internal/grid"}, leaves...), deny: pure},
	"internal/api/ogc":      {ours: append([]string{"geo/...", "internal/cql", "internal/feature", "internal/grid"}, leaves...), others: []string{"github.com/gorilla/mux"}, deny: []string{"os", "os/exec", "database/sql"}},
	"internal/api": {ours: append([]string{"geo/...", "tiles", "internal/grid", "internal/snapshot", "internal/exchange", "internal/upload", "internal/account", "internal/api/ogc", "internal/feature", "frontend"}, leaves...),
		others: []string{"github.com/gorilla/mux", "github.com/getkin/kin-openapi", "github.com/oapi-codegen/runtime", "github.com/prometheus/client_golang", "github.com/apache/arrow-go/v18", "github.com/klauspost/compress", "github.com/andybalholm/brotli", "github.com/maypok86/otter/v2"},
		deny:   []string{"os", "os/exec", "database/sql"}},
	"internal/app": {ours: []string{"geo/...", "tiles", "frontend", "internal/..."}, others: []string{orb, "github.com/alecthomas/kong", "github.com/pelletier/go-toml/v2", "github.com/prometheus/client_golang", "golang.org/x/sync", "golang.org/x/sys"}, deny: []string{"database/sql"}},
}

// testOnly packages are imported by tests alone and are exempt from the rule on third parties.
var testOnly = []string{"internal/arch", "internal/testkit", "internal/bench", "geo/coverage/coveragetest"}

func isTestOnly(p string) bool {
	return slices.ContainsFunc(testOnly, func(t string) bool { return p == t || strings.HasPrefix(p, t+"/") })
}

func allowed(list []string, p string) bool {
	return slices.ContainsFunc(list, func(a string) bool {
		if base, ok := strings.CutSuffix(a, "/..."); ok {
			return p == base || strings.HasPrefix(p, base+"/")
		}
		return p == a
	})
}

func below(list []string, p string) bool {
	return slices.ContainsFunc(list, func(m string) bool { return p == m || strings.HasPrefix(p, m+"/") })
}

func TestPackageMap(t *testing.T) {
	root := os.DirFS("../..")
	seen := map[string]bool{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := path.Base(name); name != "." && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata" || base == "bin") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		pkg := path.Dir(name)
		if isTestOnly(pkg) {
			return nil
		}
		r, ok := packages[pkg]
		if !ok {
			t.Errorf("package %s is not in the package map: add it to ARCHITECTURE.md and here, or put the code where it belongs", pkg)
			return nil
		}
		seen[pkg] = true
		// Files are parsed, not listed by `go list`: the test cache follows opened files, not child processes.
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imp, _ := strconv.Unquote(spec.Path.Value)
			ours, isOurs := strings.CutPrefix(imp, module)
			switch {
			case isOurs && isTestOnly(ours):
				t.Errorf("%s imports %s, which is for tests only", name, ours)
			case isOurs && !allowed(r.ours, ours):
				t.Errorf("%s imports %s: package %s may import of ours only %v", name, ours, pkg, r.ours)
			case isOurs:
			case slices.Contains(r.deny, imp):
				t.Errorf("%s imports %s, which package %s must not touch", name, imp, pkg)
			case strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") && !below(r.others, imp):
				t.Errorf("%s imports %s: not among the modules that package %s may use %v", name, imp, pkg, r.others)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) == 0 {
		t.Fatal("no package was found")
	}
}
