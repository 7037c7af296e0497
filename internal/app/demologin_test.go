package app

import (
	"bytes"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// The logins of the model district are printed once, and let in.
func TestDemoLogins(t *testing.T) {
	st, err := store.Open(t.Context(), store.Config{URL: testkit.DB(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	accounts := account.New(account.Options{Store: st})
	var out, words bytes.Buffer
	e := &env{Streams: Streams{Out: &out, Err: &words}}
	for range 2 {
		if err := e.demoLogins(testkit.Local(t), accounts); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != len(demoPeople) {
		t.Fatalf("%q", lines)
	}
	for _, line := range lines {
		cells := strings.Split(line, "\t")
		if strings.Contains(words.String(), cells[1]) {
			t.Error("a password is among the words")
		}
		if _, err := accounts.SignIn(t.Context(), account.SignIn{Account: cells[0], Password: cells[1], Origin: account.Origin{Address: "127.0.0.1"}}); err != nil {
			t.Errorf("%s: %v", cells[0], err)
		}
	}
}
