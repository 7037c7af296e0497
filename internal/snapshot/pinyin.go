package snapshot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// readings are the ways to say each character of some texts, without tones: 长 → chang, zhang.
type readings map[rune][]string

// learn takes up the characters of a text.
func (r readings) learn(text string) {
	for _, c := range text {
		if c < utf8.RuneSelf || r[c] != nil {
			continue
		}
		said := pinyin.SinglePinyin(c, pinyin.Args{Style: pinyin.Normal, Heteronym: true})
		slices.Sort(said)
		if said = slices.Compact(said); len(said) > 0 {
			r[c] = said
		}
	}
}

// starts reports whether a folded text begins with what a query of letters and digits spells: each character in any of
// its readings, whole or by its first letter; the last one may be cut short. Letters and digits stand for themselves.
func (r readings) starts(text, query string) bool {
	if query == "" {
		return true
	}
	c, size := utf8.DecodeRuneInString(text)
	switch {
	case size == 0:
		return false
	case c < utf8.RuneSelf:
		return byte(c) == query[0] && r.starts(text[size:], query[1:])
	}
	for _, said := range r[c] {
		switch {
		case said[0] != query[0]:
		case strings.HasPrefix(said, query):
			return true
		case strings.HasPrefix(query, said) && r.starts(text[size:], query[len(said):]):
			return true
		case r.starts(text[size:], query[1:]):
			return true
		}
	}
	return false
}

// within is starts at any character of the text.
func (r readings) within(text, query string) bool {
	for i := range text {
		if r.starts(text[i:], query) {
			return true
		}
	}
	return false
}

// spelled reports whether a query has a letter and nothing but letters and digits, so that it may be pinyin.
func spelled(query string) bool {
	letter := false
	for i := range len(query) {
		switch c := query[i]; {
		case 'a' <= c && c <= 'z':
			letter = true
		case c < '0' || c > '9':
			return false
		}
	}
	return letter
}

// fold makes texts comparable: lower case, full-width forms as ASCII, no spaces, no apostrophes (xi'an), no brackets.
func fold(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '！' && c <= '～' {
			c -= '！' - '!'
		}
		switch {
		case unicode.IsSpace(c), strings.ContainsRune("'’()·", c):
			return -1
		}
		return unicode.ToLower(c)
	}, s)
}
