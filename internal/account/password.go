package account

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Passwords are judged as NIST SP 800-63B asks: by their length, and by whether many people have them or the account itself tells them. There are
// no rules of composition, and none expires.
const longestPassword = 256 // characters

// plainPassword is a password in the one form in which its characters can be typed (NFKC).
func plainPassword(s string) string { return norm.NFKC.String(s) }

// checkPassword refuses a password that is too short, or among the first that anybody would try. fault password-short, password-long, password-common.
func checkPassword(password string, a *Account, shortest int) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || n > longestPassword:
		return fault.New(fault.Invalid, "password-long", fault.Args{"most": longestPassword}).In(fault.Place{Field: "password"})
	case n < shortest:
		return fault.New(fault.Invalid, "password-short", fault.Args{"least": shortest}).In(fault.Place{Field: "password"})
	case guessable(password, a.Name, a.Title, a.StaffNo, a.Phone, a.Email):
		return fault.New(fault.Invalid, "password-common", nil).In(fault.Place{Field: "password"})
	}
	return nil
}

// own is how many characters a password needs beside what everybody could think of.
const own = 4

// guessable reports whether a password is hardly more than words that many people choose, runs of keys, repetitions, years, and what is known of
// the person: what is left without them is too little to be guessed at.
func guessable(password string, known ...string) bool {
	var words []string
	for _, k := range known {
		for word := range strings.FieldsFuncSeq(plainLetters(k), separates) {
			if utf8.RuneCountInString(word) >= 3 || !isASCII(word) {
				words = append(words, word)
			}
		}
	}
	slices.SortFunc(words, longestFirst)
	rest := plainLetters(password)
	for _, word := range append(words, commonWords...) {
		rest = strings.ReplaceAll(rest, word, " ")
	}
	distinct, last, step := map[rune]bool{}, rune(0), rune(0)
	left := 0
	for _, r := range rest {
		d := r - last
		// A letter that goes on from the two before it as they went on (aaaa, 1234, 9876) adds nothing; nor does one that was there before, twice.
		if !separates(r) && !(d == step && d >= -1 && d <= 1) {
			left++
			distinct[r] = true
		}
		last, step = r, d
	}
	return min(left, 2*len(distinct)) < own
}

// separates reports whether a character stands between words.
func separates(r rune) bool { return strings.ContainsRune("@._- ", r) }

func longestFirst(a, b string) int { return len(b) - len(a) }

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// alike are characters that people put for letters.
var alike = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// plainLetters is a text in lower case. Digits stay where they stand for nothing: between other digits.
func plainLetters(s string) string {
	s = strings.ToLower(s)
	runes := []rune(s)
	var b strings.Builder
	for i, r := range runes {
		digitBefore := i > 0 && unicode.IsDigit(runes[i-1])
		digitAfter := i+1 < len(runes) && unicode.IsDigit(runes[i+1])
		lone := !digitBefore && !digitAfter && i > 0 && i+1 < len(runes)
		if lone {
			b.WriteString(alike.Replace(string(r)))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// commonWords are what the passwords that leak most often are made of, here and abroad: words, names, rows of keys, years. Longer ones come first: a word may lie in another.
var commonWords = slices.SortedStableFunc(strings.FieldsSeq(`
	administrator qwertyuiop 1qaz2wsx3edc asdfghjkl passw0rd password p@ssword passwort woaizhongguo woaiwojia
	1qaz2wsx qazwsxedc zaq12wsx 1q2w3e4r5t 1q2w3e4r q1w2e3r4 qwer1234 qwerty123 asdf1234 zxcv1234 abcd1234 abc123456 a123456789 123456789a
	1234567890 0123456789 9876543210 987654321 123456789 12345678 1234567 123456 654321 666666 888888 000000 111111 112233 123123 123321 147258369
	147258 159357 258369 159753 5201314 1314520 520520 131420 1314521 7758521 7758258 168168
	iloveyou iloveu welcome letmein sunshine princess football baseball superman batman starwars monkey dragon master shadow michael jordan
	jennifer thomas charlie computer internet samsung whatever trustno1 freedom killer pokemon summer winter spring autumn flower secret hello
	login guest server system manager oracle postgres changeme default example test123 testtest temp1234 temppass
	qwerty azerty asdfgh zxcvbn qweasd qazwsx wsxedc zxcvb asdf qwer zxcv wasd
	zhuwang wangge wanggeyuan wanggezhang shequ jiedao jiangnan nanning guangxi zhongguo china beijing shanghai guangzhou shenzhen
	woaini woaiwo mima mimashi wodemima caonima nihao xiexie gongxi facai baobao laopo laogong mama baba wangwei zhangwei lijun
	zhanghao guanliyuan guanli guanliuser yonghu youke ceshi test admin adm root user pass pwd
	2018 2019 2020 2021 2022 2023 2024 2025 2026 2027 2028 1949 1978 1980 1985 1988 1990 1995 1998 2000 2008
	密码 我的密码 口令 网格员 网格 筑网 管理员 江南区 南宁 中国 社区 街道`), longestFirst)
