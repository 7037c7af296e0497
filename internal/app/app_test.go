package app

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// result is what a command did.
type result struct {
	code     int
	out, err string
}

// zhuwang runs a command in this process, in English.
func zhuwang(t testing.TB, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := Run(t.Context(), append(args, "--lang", "en"), Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, "test")
	return result{code, out.String(), errs.String()}
}

// onDatabase gives the commands of a test a database of their own.
func onDatabase(t *testing.T) {
	t.Helper()
	t.Setenv("ZHUWANG_DATABASE_URL", testkit.DB(t))
}

// Files that are well read but make no net: each with its rule, its row, its place, and a sentence in both languages.
func TestBadNets(t *testing.T) {
	const dir = "../exchange/testdata/bad"
	b, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		File, Stage, Rule, Field string
		Row                      int
		At                       []float64
		Zh, En                   []string
		Options                  struct{ Community string }
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	e := &env{ctx: context.Background(), Streams: Streams{Err: &bytes.Buffer{}}, Globals: &Globals{}}
	for _, c := range cases {
		if c.Stage == "read" {
			continue
		}
		t.Run(c.File, func(t *testing.T) {
			var faults []*fault.Error
			if c.Stage == "register" {
				_, err = importDivisionsCmd{File: filepath.Join(dir, c.File)}.read(e)
			} else {
				cmd := importNetCmd{File: filepath.Join(dir, c.File), District: "990099", Community: "field:community", Town: "field:town"}
				if c.Options.Community != "" {
					cmd.Community = filepath.Join(dir, c.Options.Community)
					cmd.Town = "field:town"
				}
				var in grid.AssembleInput
				if in, err = cmd.input(e); err == nil {
					_, _, err = grid.Assemble(in)
				}
			}
			refused, ok := asRefused(err)
			if !ok {
				t.Fatalf("not refused: %v", err)
			}
			faults = refused
			i := slices.IndexFunc(faults, func(f *fault.Error) bool { return f.Rule == c.Rule && (c.Row == 0 || f.Where.Row == c.Row) })
			if i < 0 {
				t.Fatalf("refused for %v, want rule %s in row %d", refused, c.Rule, c.Row)
			}
			f := faults[i]
			if c.Field != "" && f.Where.Field != c.Field {
				t.Errorf("field %q, want %q", f.Where.Field, c.Field)
			}
			if c.At != nil && (f.At == nil || f.At.Lon() != c.At[0] || f.At.Lat() != c.At[1]) {
				t.Errorf("at %v, want %v", f.At, c.At)
			}
			for lang, parts := range map[fault.Lang][]string{fault.Chinese: c.Zh, fault.English: c.En} {
				for _, p := range parts {
					if s := f.Report(lang); !strings.Contains(s, p) || strings.Contains(s, "{") {
						t.Errorf("%s: %q lacks %q", lang, s, p)
					}
				}
			}
		})
	}
}
