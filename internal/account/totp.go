package account

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"image/png"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// The second factor is a code of six digits that changes every half minute (RFC 6238, HMAC-SHA-1), as authenticator apps take it.
const (
	totpPeriod = 30 // seconds
	totpSecret = 20 // bytes
	totpSkew   = 1  // steps that a clock may be off, either way
	recoveries = 10
)

// TOTPSetup is a second factor that is offered: it counts once a code of it was given.
type TOTPSetup struct {
	Secret string // base32, for those who type it
	URI    string // otpauth://…
	QR     []byte // the URI as a PNG image
}

// newTOTP draws a secret.
func newTOTP(issuer, name string) (secret []byte, setup TOTPSetup, err error) {
	secret = make([]byte, totpSecret)
	rand.Read(secret)
	setup, err = showTOTP(secret, issuer, name)
	return secret, setup, err
}

func showTOTP(secret []byte, issuer, name string) (setup TOTPSetup, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: name, Period: totpPeriod, Secret: secret, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return setup, fault.Wrap(fault.Internal, "internal", err)
	}
	picture, err := key.Image(256, 256)
	if err != nil {
		return setup, fault.Wrap(fault.Internal, "internal", err)
	}
	var image bytes.Buffer
	if err := png.Encode(&image, picture); err != nil {
		return setup, fault.Wrap(fault.Internal, "internal", err)
	}
	return TOTPSetup{Secret: key.Secret(), URI: key.URL(), QR: image.Bytes()}, nil
}

// stepOf finds the step of a code, after the last one that was taken. ok is false for a wrong code and for one that was there before.
func stepOf(secret []byte, code string, last int64, now time.Time) (step int64, ok bool) {
	code = strings.ReplaceAll(code, " ", "")
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	at := now.Unix() / totpPeriod
	for s := max(at-totpSkew, last+1); s <= at+totpSkew; s++ {
		want, err := hotp.GenerateCodeCustom(text, uint64(s), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// drawRecovery draws the codes for the day on which the phone is lost, each good for once, and what is kept of them.
func drawRecovery() (codes []string, kept [][]byte) {
	for range recoveries {
		code := drawPassword()
		codes, kept = append(codes, code), append(kept, recoveryHash(code))
	}
	return codes, kept
}

func recoveryHash(code string) []byte {
	code = strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code))
	sum := sha256.Sum256([]byte(code))
	return sum[:]
}

// takeCode takes a code of the second factor, or a recovery code, and notes in the account that it is spent.
func (a *Account) takeCode(code string, now time.Time) bool {
	if step, ok := stepOf(a.TOTP, code, a.TOTPStep, now); ok {
		a.TOTPStep = step
		return true
	}
	sum := recoveryHash(code)
	i := slices.IndexFunc(a.Recovery, func(kept []byte) bool { return subtle.ConstantTimeCompare(kept, sum) == 1 })
	if i < 0 {
		return false
	}
	a.Recovery = slices.Delete(slices.Clone(a.Recovery), i, i+1)
	return true
}

// parseTOTP reads a secret as it was offered. fault totp-secret.
func parseTOTP(secret string) ([]byte, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(strings.ReplaceAll(secret, " ", "")))
	if err != nil || len(raw) != totpSecret {
		return nil, fault.New(fault.Invalid, "totp-secret", nil).In(fault.Place{Field: "secret"})
	}
	return raw, nil
}
