package fault

import (
	"fmt"
	"strings"
)

// Lang is a language of sentences.
type Lang string

// The two languages. Chinese comes first.
const (
	Chinese Lang = "zh-CN"
	English Lang = "en"
)

// ParseLang reads a language tag or an Accept-Language list; anything unknown is Chinese.
func ParseLang(s string) Lang {
	for part := range strings.SplitSeq(strings.ToLower(s), ",") {
		tag := strings.TrimSpace(strings.SplitN(part, ";", 2)[0])
		switch {
		case strings.HasPrefix(tag, "zh"):
			return Chinese
		case strings.HasPrefix(tag, "en"):
			return English
		}
	}
	return Chinese
}

// Text is a word or sentence in both languages; {name} stands for an argument.
type Text struct{ Zh, En string }

// In picks the language.
func (t Text) In(l Lang) string {
	if l == English {
		return t.En
	}
	return t.Zh
}

// rules is the catalogue: every rule id that can reach a person. Each rules_*.go file adds its own in init.
var rules = map[string]Text{}

func register(m map[string]Text) {
	for id, t := range m {
		if _, dup := rules[id]; dup {
			panic("fault: rule " + id + " is registered twice")
		}
		rules[id] = t
	}
}

// Rules lists the catalogue (rule id → sentence), for documentation and tests. The map is a copy.
func Rules() map[string]Text {
	m := make(map[string]Text, len(rules))
	for k, v := range rules {
		m[k] = v
	}
	return m
}

// Sentence says what is wrong in a person's language, with the arguments filled in, without the place.
func (e *Error) Sentence(l Lang) string {
	t, ok := rules[e.Rule]
	if !ok {
		t = rules["internal"]
	}
	var pairs []string
	for k, v := range e.Args {
		if w, ok := v.(Text); ok {
			v = w.In(l)
		}
		pairs = append(pairs, "{"+k+"}", fmt.Sprint(v))
	}
	return strings.NewReplacer(pairs...).Replace(t.In(l)) // at once: a value may read like the name of another
}

// PlaceText names the place in the input in a person's language, "" if unknown.
func (e *Error) PlaceText(l Lang) string {
	var parts []string
	add := func(zh, en string, v any) {
		parts = append(parts, fmt.Sprintf(Text{zh, en}.In(l), v))
	}
	if e.Where.File != "" {
		add("文件 %v", "file %v", e.Where.File)
	}
	if e.Where.Layer != "" {
		add("图层 %v", "layer %v", e.Where.Layer)
	}
	if e.Where.Row > 0 {
		add("第 %v 行", "row %v", e.Where.Row)
		if e.Where.Line > 0 {
			parts[len(parts)-1] += fmt.Sprintf(Text{"（原表第 %d 行）", " (line %d)"}.In(l), e.Where.Line)
		}
	}
	if e.Where.Field != "" {
		add("字段 %v", "field %v", e.Where.Field)
	}
	if e.At != nil {
		add("位置 %v", "at %v", fmt.Sprintf("%.7f, %.7f", e.At.Lon(), e.At.Lat()))
	}
	return strings.Join(parts, Text{"，", ", "}.In(l))
}

// Report is place and sentence together, for command lines and lists.
func (e *Error) Report(l Lang) string {
	if p := e.PlaceText(l); p != "" {
		return p + Text{"：", ": "}.In(l) + e.Sentence(l)
	}
	return e.Sentence(l)
}
