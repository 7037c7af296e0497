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

var didYouMean = regexp.MustCompile(`, did you mean (.*)\?$`)

// parserText is a sentence of the parser, which speaks English, in both languages.
func parserText(s string) fault.Text {
	t := fault.Text{Zh: s, En: s}
	for _, w := range parserWords {
		if rest, ok := strings.CutPrefix(s, w.en); ok {
			t.Zh = didYouMean.ReplaceAllString(w.zh+rest, "（是不是 $1？）")
			break
		}
	}
	return t
}
