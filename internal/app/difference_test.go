package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// A change is told in words of the person's language, a new name with the old one.
func TestChangesInWords(t *testing.T) {
	c := grid.Change{Code: "450105001001001", Name: "新名", OldName: "旧名", Fate: grid.Changed, Shape: true, Attributes: []string{"name", "kind", "category", "source_id", "parts"}}
	for lang, want := range map[fault.Lang]string{
		fault.Chinese: "（边界；名称，原为 旧名；类型；类别；来源编号；部分数）",
		fault.English: " (border; name, was 旧名; kind; category; source id; parts)",
	} {
		if got := (&env{lang: lang}).what(c); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

// What a release moved is told by kind, and in JSON with null for what is outside.
func TestMovedInWords(t *testing.T) {
	d := grid.Difference{Moved: []grid.Moved{{Kind: "report", From: "450105001001001", To: "", Count: 2}, {Kind: "tree", From: "450105001001001", To: "450105001001002", Count: 1}},
		ManualEnded: []grid.Moved{{Kind: "tree", From: "450105001001001", To: "450105001001002", Count: 1}}}
	for lang, want := range map[fault.Lang][]string{
		fault.Chinese: {"report：450105001001001 → 网外，2 个", "tree：450105001001001 → 450105001001002，1 个", "人工指定"},
		fault.English: {"report: 450105001001001 → outside, 2", "tree: 450105001001001 → 450105001001002, 1", "a person had given"},
	} {
		var out bytes.Buffer
		e := &env{lang: lang}
		e.Err = &out
		e.sayMoved(d)
		for _, s := range want {
			if !strings.Contains(out.String(), s) {
				t.Errorf("%s: %q lacks %q", lang, out.String(), s)
			}
		}
	}
	if got := movedJSON(d.Moved); got[0]["to"] != nil || got[0]["from"] != grid.Code("450105001001001") || got[1]["count"] != 1 {
		t.Errorf("%v", got)
	}
}

// A net that moves a border says which points changed their grid with it.
func TestImportNetSaysWhatMoved(t *testing.T) {
	withNet(t, "AAB")
	file := write(t, "points.csv", "id,lon,lat\n1,108.1005,22.6005\n2,108.1015,22.6005\n3,108.1016,22.6005\n4,108.2,22.6005\n")
	if done, r := importPoints(t, file, "--kind", "report", "--crs", "cgcs2000"); r.code != exitDone || done.In != 3 {
		t.Fatalf("%+v %+v", done, r)
	}
	r := zhuwang(t, importNet(writeNet(t, "ABB"), "--yes", "--json")...)
	var said struct {
		Release int
		Moved   []struct {
			Kind     string
			From, To *string
			Count    int
		}
		ManualEnded []any `json:"manual_ended"`
	}
	if err := json.Unmarshal([]byte(r.out), &said); err != nil || r.code != exitDone {
		t.Fatalf("%v: %+v", err, r)
	}
	if m := said.Moved; said.Release != 2 || len(m) != 1 || m[0].Kind != "report" || m[0].Count != 2 || m[0].From == nil || m[0].To == nil || said.ManualEnded == nil {
		t.Errorf("%+v", said)
	}
	if want := fmt.Sprintf("report: %s → %s, 2", *said.Moved[0].From, *said.Moved[0].To); !strings.Contains(r.err, want) {
		t.Errorf("%q lacks %q", r.err, want)
	}
}

// terminal is a pseudo-terminal: what is written to the first is typed at the second.
func terminal(t *testing.T) (keyboard, screen *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keyboard.Close() })
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	return keyboard, screen
}

// Publishing is asked for at a terminal; a no is no error of usage, and where nobody can answer --yes is asked for.
func TestAskedAtATerminal(t *testing.T) {
	onDatabase(t)
	file := writeNet(t, "AB\nDE")
	run := func(in *os.File) result {
		var out, errs bytes.Buffer
		code := Run(t.Context(), append(importNet(file), "--lang", "en"), Streams{In: in, Out: &out, Err: &errs}, "test")
		return result{code, out.String(), errs.String()}
	}
	nobody, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer nobody.Close()
	if r := run(nobody); r.code != exitUsage || !strings.Contains(r.err, "[needs-yes]") {
		t.Errorf("nobody there: %+v", r)
	}
	keyboard, screen := terminal(t)
	for _, c := range []struct {
		typed string
		code  int
		said  string
	}{
		{"n\n", exitFailed, "Not published"},
		{"\n", exitFailed, "Not published"},
		{"是\n", exitDone, "Published as release 1."},
	} {
		if _, err := keyboard.WriteString(c.typed); err != nil {
			t.Fatal(err)
		}
		if r := run(screen); r.code != c.code || !strings.Contains(r.err, c.said) || strings.Contains(r.err, "[needs-yes]") {
			t.Errorf("typed %q: %+v", c.typed, r)
		}
	}
}
