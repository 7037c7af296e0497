package snapshot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// readings are the ways to say each character of some texts, without tones: 长 → chang, zhang. Characters are numbered:
// ASCII as it is, the others as they come.
type readings struct {
	number map[rune]uint16
	said   [][]string // by number
	first  []uint32   // by number: bit k is set where a reading begins with letter k
}

func newReadings() *readings {
	r := &readings{number: map[rune]uint16{}, said: make([][]string, utf8.RuneSelf), first: make([]uint32, utf8.RuneSelf)}
	for c := range utf8.RuneSelf {
		if 'a' <= c && c <= 'z' {
			r.first[c] = 1 << (c - 'a')
		}
	}
	return r
}

// sound is a folded text as numbers of its characters.
type sound []uint16

// spell turns a folded text into its sound and takes up characters that are new.
func (r *readings) spell(text string) sound {
	s := make(sound, 0, utf8.RuneCountInString(text))
	for _, c := range text {
		if c < utf8.RuneSelf {
			s = append(s, uint16(c))
			continue
		}
		k, known := r.number[c]
		if !known {
			k = r.learn(c)
		}
		s = append(s, k)
	}
	return s
}

// learn numbers a character. Beyond 65,535 different ones, more than a district can have, a character has no reading.
func (r *readings) learn(c rune) uint16 {
	if len(r.said) > 1<<16-1 {
		return 0
	}
	said := pinyin.SinglePinyin(c, pinyin.Args{Style: pinyin.Normal, Heteronym: true})
	slices.Sort(said)
	said = slices.Compact(said)
	mask := uint32(0)
	for _, s := range said {
		mask |= 1 << (s[0] - 'a')
	}
	k := uint16(len(r.said))
	r.number[c], r.said, r.first = k, append(r.said, said), append(r.first, mask)
	return k
}

// starts reports whether a text begins with what a query of letters and digits spells: each character in any of its
// readings, whole or by its first letter; the last one may be cut short. Letters and digits stand for themselves.
func (r *readings) starts(text sound, query string) bool {
	if query == "" {
		return true
	}
	if len(text) == 0 {
		return false
	}
	c := text[0]
	if c < utf8.RuneSelf {
		return byte(c) == query[0] && r.starts(text[1:], query[1:])
	}
	if query[0] < 'a' || r.first[c]&(1<<(query[0]-'a')) == 0 {
		return false
	}
	if r.starts(text[1:], query[1:]) {
		return true
	}
	for _, said := range r.said[c] {
		if strings.HasPrefix(said, query) || strings.HasPrefix(query, said) && r.starts(text[1:], query[len(said):]) {
			return true
		}
	}
	return false
}

// within is starts at any character of the text.
func (r *readings) within(text sound, query string) bool {
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
