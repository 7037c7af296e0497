package app

import (
	"errors"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// usageFault wraps what the parser of the command line says, and names the help that answers it.
func usageFault(err error) error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	help := "zhuwang"
	if parse, ok := errors.AsType[*kong.ParseError](err); ok {
		if command := parse.Context.Selected(); command != nil {
			help = command.FullPath()
		}
	}
	return fault.New(fault.Usage, "command-line", fault.Args{"problem": parserText(err.Error()), "help": help + " --help"})
}

// parserWords are how the parser's sentences begin.
var parserWords = []struct{ en, zh string }{
	{"unexpected argument ", "多出了 "},
	{"unknown flag ", "没有选项 "},
	{"missing flags: ", "缺少选项 "},
	{"expected one of ", "缺少一项，可用："},
	{"expected ", "缺少 "},
}

// parserTails are how they go on and end.
var parserTails = []struct {
	en *regexp.Regexp
	zh string
}{
	{regexp.MustCompile(`, did you mean (?:one of )?(.*)\?$`), "（是不是 $1？）"},
	{regexp.MustCompile(`^(\S+) must be one of (.*) but got (.*)$`), "$1 不能是 $3，可用：$2"},
}

// parserText is a sentence of the parser, which speaks English, in both languages.
func parserText(s string) fault.Text {
	t := fault.Text{Zh: s, En: s}
	for _, w := range parserWords {
		if rest, ok := strings.CutPrefix(s, w.en); ok {
			t.Zh = w.zh + rest
			break
		}
	}
	for _, tail := range parserTails {
		t.Zh = tail.en.ReplaceAllString(t.Zh, tail.zh)
	}
	return t
}
