// Package account is who may use Zhuwang: accounts of people, machines and walls, what they were granted, and the credentials by which a
// request is known. It decides; internal/store keeps, and internal/api asks.
package account

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Kind is who stands behind an account.
type Kind string

// The kinds. Only a person signs in with a password; a machine comes with a key, a screen with its token.
const (
	Person  Kind = "person"
	Machine Kind = "machine"
	Screen  Kind = "screen"
)

// Account is one of somebody: 一员一账号. Its name is for ever: it is disabled, never deleted, and never given to another.
type Account struct {
	Name      string // by which he signs in and the audit knows him
	Kind      Kind
	Title     string // as people call him
	StaffNo   string
	Phone     string
	Email     string
	Subject   string // issuer and subject at an identity provider, parted by a space; "" for none
	Password  string // hashed, see hash; "" for none
	MustSet   bool   // the password is to be changed before anything else
	TOTP      []byte // the secret of the second factor; nil for none
	TOTPStep  int64  // of the last code that was taken: none is taken twice
	Recovery  [][]byte
	Epoch     int64     // what was signed in under another one has ended
	Disabled  time.Time // zero: in use
	MadeBy    string
	MadeAt    time.Time
	ChangedAt time.Time
	Revision  int // 1 at first, one more with each change: the ETag
	Grants    []Grant
}

// In reports whether an account is in use.
func (a *Account) In() bool { return a.Disabled.IsZero() }

// grants are those that have not been ended; some may not be in force yet, or any more.
func (a *Account) grants() (held []scope.Grant) {
	for _, g := range a.Grants {
		if g.Ended.IsZero() {
			held = append(held, g.Grant)
		}
	}
	return held
}

// longest are the most characters of what an account says of somebody.
const (
	longestName  = 64
	longestTitle = 100
	longestWord  = 100
)

// reserved names are those by which others than accounts are known.
var reserved = []string{"local", "public", "api", "page", "system", "nobody", "demo"}

// ParseName reads the name of an account: letters of the Latin alphabet, Han characters, digits, and inside also . _ - @; upper case is lower
// case. fault account-name.
func ParseName(s string) (string, error) {
	name := strings.ToLower(strings.TrimSpace(s))
	bad := utf8.RuneCountInString(name) > longestName || slices.Contains(reserved, name)
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || unicode.Is(unicode.Han, r)
		bad = bad || !letter && (i == 0 || !strings.ContainsRune("._-@", r))
	}
	if bad || name == "" {
		return "", fault.New(fault.Invalid, "account-name", fault.Args{"name": s, "most": longestName}).In(fault.Place{Field: "account"})
	}
	return name, nil
}

// check refuses what an account says of somebody and cannot be kept or shown.
func (a *Account) check() error {
	for _, f := range []struct {
		field, text string
		most        int
	}{{"name", a.Title, longestTitle}, {"staff_no", a.StaffNo, longestWord}, {"phone", a.Phone, longestWord}, {"email", a.Email, longestWord}, {"subject", a.Subject, 512}} {
		if utf8.RuneCountInString(f.text) > f.most || !utf8.ValidString(f.text) || strings.ContainsFunc(f.text, unicode.IsControl) {
			return badText(f.field, f.most)
		}
	}
	if a.Title == "" {
		return fault.New(fault.Invalid, "account-without-title", nil).In(fault.Place{Field: "name"})
	}
	if strings.Trim(a.Phone, "0123456789+- ") != "" {
		return fault.New(fault.Invalid, "account-phone", fault.Args{"phone": a.Phone}).In(fault.Place{Field: "phone"})
	}
	if name, host, ok := strings.Cut(a.Email, "@"); a.Email != "" && (!ok || name == "" || host == "" || strings.ContainsAny(a.Email, " <>\",;") || strings.Contains(host, "@")) {
		return fault.New(fault.Invalid, "account-email", fault.Args{"email": a.Email}).In(fault.Place{Field: "email"})
	}
	return nil
}

func badText(field string, most int) error {
	return fault.New(fault.Invalid, "account-text", fault.Args{"field": field, "most": most}).In(fault.Place{Field: field})
}

// tidy brings what an account says of somebody into the form in which it is kept.
func (a *Account) tidy() {
	for _, text := range []*string{&a.Title, &a.StaffNo, &a.Phone, &a.Email, &a.Subject} {
		*text = strings.TrimSpace(*text)
	}
	a.Email = strings.ToLower(a.Email)
}

// noAccount is what is said of an account that is not there, and of one that the caller may not see.
func noAccount(name string) error {
	return fault.New(fault.NotFound, "no-such-account", fault.Args{"name": name})
}
