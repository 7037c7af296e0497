package app

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// prints runs a command that must end well, and gives what it printed.
func prints(t testing.TB, args ...string) string {
	t.Helper()
	r := zhuwang(t, args...)
	if r.code != exitDone {
		t.Fatalf("%v: %+v", args, r)
	}
	return r.out
}

// An account is made with its role, granted more, taken out of use, and listed as it stands; what is secret is on stdout alone, and once.
func TestUsers(t *testing.T) {
	onDatabase(t)
	r := zhuwang(t, "user", "add", "li", "--title", "李四", "--role", "planner", "--prefix", "450105", "--until", "2099-12-31")
	password := strings.TrimSpace(r.out)
	if r.code != exitDone || !regexp.MustCompile(`^[a-z0-9]{4}(-[a-z0-9]{4}){3}$`).MatchString(password) || strings.Contains(r.err, password) {
		t.Fatalf("%+v", r)
	}
	id := strings.TrimSpace(prints(t, "user", "grant", "li", "--role", "analyst", "--prefix", "all"))
	list := prints(t, "user", "list")
	if !strings.Contains(list, "li\tperson\t李四\t") || !strings.Contains(list, "planner@450105 /2099-12-31T00:00:00+08:00") || !strings.Contains(list, id+" analyst@all") {
		t.Errorf("%s", list)
	}
	prints(t, "user", "ungrant", "li", id)
	if again := strings.TrimSpace(prints(t, "user", "reset", "li")); again == password || len(again) != len(password) {
		t.Errorf("reset prints %q", again)
	}
	prints(t, "user", "disable", "li")
	var row struct {
		Account  string
		Disabled bool
		Grants   []struct{ Role, Prefix string }
	}
	if err := json.Unmarshal([]byte(prints(t, "user", "list", "--q", "李", "--json")), &row); err != nil || !row.Disabled || len(row.Grants) != 1 || row.Grants[0].Role != "planner" {
		t.Errorf("%+v, %v", row, err)
	}
	prints(t, "user", "enable", "li")
	for _, c := range []struct {
		rule string
		args []string
	}{
		{"account-taken", []string{"add", "LI", "--role", "member", "--prefix", "450105"}},
		{"account-name", []string{"add", "public", "--role", "member", "--prefix", "450105"}},
		{"unknown-role", []string{"add", "x", "--role", "boss", "--prefix", "450105"}},
		{"role-not-for-kind", []string{"add", "x", "--role", "screen", "--prefix", "450105"}},
		{"bad-scope", []string{"add", "x", "--role", "member", "--prefix", "45010"}},
		{"bad-scope", []string{"add", "x", "--role", "member", "--prefix", ""}},
		{"grant-ends-first", []string{"grant", "li", "--role", "member", "--prefix", "450105", "--from", "2026-02-01", "--until", "2026-01-01"}},
		{"no-such-account", []string{"grant", "nobody-here", "--role", "member", "--prefix", "450105"}},
		{"no-such-grant", []string{"ungrant", "li", "xxxxxxxx"}},
		{"no-such-key", []string{"revoke", "xxxxxxxx"}},
	} {
		if r := zhuwang(t, append([]string{"user"}, c.args...)...); r.code == exitDone || !strings.Contains(r.err, "["+c.rule+"]") || r.out != "" {
			t.Errorf("%v: %+v, want %s", c.args, r, c.rule)
		}
	}
}

// A key is printed on stdout and nothing else, and is gone from the list when it is revoked; so is the token of a screen.
func TestUserKeys(t *testing.T) {
	onDatabase(t)
	key := strings.TrimSpace(prints(t, "user", "key", "robot", "--role", "analyst", "--prefix", "450105", "--label", "夜间同步"))
	if !regexp.MustCompile(`^zw_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$`).MatchString(key) {
		t.Fatalf("%q", key)
	}
	token := strings.TrimSpace(prints(t, "user", "screen", "指挥大厅", "--prefix", "450105"))
	if !strings.HasPrefix(token, "zws_") {
		t.Fatalf("%q", token)
	}
	prints(t, "user", "key", "robot", "--role", "planner", "--prefix", "450106") // the machine gets what the key needs
	list := prints(t, "user", "keys")
	if !strings.Contains(list, key[3:11]+"\trobot\tanalyst@450105\t夜间同步\t-") || !strings.Contains(list, token[4:12]) || strings.Contains(list, key[12:]) {
		t.Errorf("%s", list)
	}
	prints(t, "user", "revoke", key[3:11])
	if list := prints(t, "user", "keys"); strings.Contains(list, key[3:11]) {
		t.Errorf("%s", list)
	}
}

// Members come from the workbook of the template: all of them or none, each with a first password, and again without effect.
func TestImportMembers(t *testing.T) {
	onDatabase(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "members.xlsx")
	prints(t, "template", "members", "-o", file)
	fill := func(rows ...[]any) {
		t.Helper()
		book, err := excelize.OpenFile(file)
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		sheet := book.GetSheetName(0)
		for i, row := range rows {
			cell, _ := excelize.CoordinatesToCellName(1, 3+i)
			if err := book.SetSheetRow(sheet, cell, &row); err != nil {
				t.Fatal(err)
			}
		}
		if err := book.Save(); err != nil {
			t.Fatal(err)
		}
	}
	fill([]any{"W-1", "张三", "网格员", "450105001001001", "13800000000", "", "", "2026-01-01", "2099-12-31"},
		[]any{"W-2", "李四", "网格长", "450105001001"},
		[]any{"W-1", "张三", "分析员", "450105001", "13800000000"},
		[]any{"W-3", "王五", "局长", "450105001"},
		[]any{"W-4", "赵六", "网格员", ""})
	r := zhuwang(t, "user", "import", file)
	if r.code != exitFailed || !strings.Contains(r.err, "unknown-role") || !strings.Contains(r.err, "member-lacks") || r.out != "" {
		t.Fatalf("%+v", r)
	}
	if list := prints(t, "user", "list"); list != "" {
		t.Errorf("half of a table was imported: %s", list)
	}
	fill([]any{"W-1", "张三", "网格员", "450105001001001", "13800000000", "", "", "2026-01-01", "2099-12-31"}, []any{"W-2", "李四", "网格长", "450105001001"},
		[]any{"W-1", "张三", "分析员", "450105001", "13800000000"}, []any{"W-3", "王五", "网格长", "450105001"}, []any{"W-4", "赵六", "member", "450105001"})
	if r := zhuwang(t, "user", "import", file, "--dry-run"); r.code != exitDone || r.out != "" || !strings.Contains(r.err, "New accounts: 4") || prints(t, "user", "list") != "" {
		t.Fatalf("%+v", r)
	}
	printed := strings.Split(strings.TrimSpace(prints(t, "user", "import", file)), "\n")
	if len(printed) != 4 || !strings.HasPrefix(printed[0], "w-1\t张三\t") {
		t.Errorf("%q", printed)
	}
	list := prints(t, "user", "list")
	if !strings.Contains(list, "member@450105001001001 2026-01-01T00:00:00+08:00/2100-01-01T00:00:00+08:00") || !strings.Contains(list, "analyst@450105001") {
		t.Errorf("%s", list)
	}
	if r := zhuwang(t, "user", "import", file); r.code != exitDone || r.out != "" || !strings.Contains(r.err, "there already: 5") {
		t.Errorf("%+v", r)
	}
	csv := filepath.Join(dir, "again.csv")
	if err := os.WriteFile(csv, []byte("工号,姓名,角色,辖区编码\nW-1,别人,网格员,450105\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := zhuwang(t, "user", "import", csv); r.code != exitFailed || !strings.Contains(r.err, "member-is-another") {
		t.Errorf("%+v", r)
	}
}

// A server that asks for accounts shows the public what is public, and takes a key until it is revoked, here by the command line.
func TestServeWithAccounts(t *testing.T) {
	withNet(t, "AB\nDE")
	t.Setenv("ZHUWANG_ACCOUNTS", "true")
	address := served(t)
	key := strings.TrimSpace(prints(t, "user", "key", "robot", "--role", "analyst", "--prefix", "450105"))
	ask := func(path, credential string) int {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if credential != "" {
			req.Header.Set("Authorization", "Bearer "+credential)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	for _, c := range []struct {
		path, credential string
		want             int
	}{{"/api/v1/grids", "", 200}, {"/api/v1/buildings", "", 401}, {"/api/v1/points", "", 401}, {"/livez", "", 200}, {"/api/v1/buildings", key, 200}, {"/api/v1/points", key, 200}, {"/api/v1/accounts", key, 403},
		{"/api/v1/grids", key + "x", 401}} {
		if got := ask(c.path, c.credential); got != c.want {
			t.Errorf("%s with %q: %d, want %d", c.path, c.credential, got, c.want)
		}
	}
	prints(t, "user", "revoke", key[3:11])
	for until := time.Now().Add(10 * time.Second); ask("/api/v1/grids", key) != 401; {
		if time.Now().After(until) {
			t.Fatal("a revoked key is taken for ten seconds")
		}
	}
}
