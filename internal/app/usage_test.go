package app

import (
	"bytes"
	"strings"
	"testing"
)

// What the parser of the command line says is said in Chinese too.
func TestUsageInChinese(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"fly"}, "多出了 fly。用法见 zhuwang --help。"},
		{[]string{"import"}, `缺少一项，可用："net", "divisions", "buildings", "base", "points"。用法见 zhuwang import --help。`},
		{[]string{"import", "net", "x"}, "缺少选项 --district=D。"},
		{[]string{"check", "x", "--raport=y"}, `没有选项 --raport（是不是 "--report"？）。用法见 zhuwang check --help。`},
		{[]string{"import", "points", "x", "--lon=1"}, `没有选项 --lon（是不是 "--`},
		{[]string{"export", "nets", "-o", "x.csv"}, `<what> 不能是 "nets"，可用："net","divisions"`},
		{[]string{"locate", "1"}, `缺少 "<lat>"。`},
	} {
		var errs bytes.Buffer
		if code := Run(t.Context(), append(c.args, "--lang", "zh-CN"), Streams{In: strings.NewReader(""), Out: &errs, Err: &errs}, "test"); code != exitUsage || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%v: exit %d: %s", c.args, code, &errs)
		}
	}
}

// A language that is none of ours is not taken for Chinese without a word.
func TestUnknownLanguage(t *testing.T) {
	var errs bytes.Buffer
	if code := Run(t.Context(), []string{"version", "--lang", "fr"}, Streams{In: strings.NewReader(""), Out: &errs, Err: &errs}, "test"); code != exitUsage || !strings.Contains(errs.String(), "[unknown-language]") {
		t.Errorf("exit %d: %s", code, &errs)
	}
}
