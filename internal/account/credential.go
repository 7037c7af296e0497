package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Credentials are random texts of 256 bits. What is kept of one is its SHA-256: nobody who reads the database can use it. How it begins tells what it is,
// so that people and programs that look for leaked secrets know one when they see it.
const (
	beginSession = "zwi_" // somebody signed in
	beginKey     = "zw_"
	beginScreen  = "zws_"
)

// Sum is the SHA-256 of a credential, by which it is kept.
type Sum [sha256.Size]byte

// SumOf is the SHA-256 of a credential.
func SumOf(credential string) Sum { return sha256.Sum256([]byte(credential)) }

const (
	idLetters     = 8  // of a key, readable
	secretLetters = 43 // 256 bits as URL-safe base64
)

// drawSecret is 256 random bits.
func drawSecret() string {
	var bits [32]byte
	rand.Read(bits[:])
	return base64.RawURLEncoding.EncodeToString(bits[:])
}

// drawID names a key or a grant.
func drawID() string {
	var bits [idLetters]byte
	rand.Read(bits[:])
	for i, b := range bits {
		bits[i] = drawnLetters[b&31]
	}
	return string(bits[:])
}

// kindOf tells a credential by its form: how it begins, and whether it can be one at all.
func kindOf(credential string) (via string, ok bool) {
	secret := ""
	if rest, is := strings.CutPrefix(credential, beginSession); is {
		via, secret = scope.ViaSession, rest
	} else {
		via = scope.ViaKey
		rest, is := strings.CutPrefix(credential, beginKey)
		if !is {
			via = scope.ViaScreen
			rest, is = strings.CutPrefix(credential, beginScreen)
		}
		if !is || len(rest) <= idLetters || rest[idLetters] != '_' || strings.Trim(rest[:idLetters], drawnLetters) != "" {
			return "", false
		}
		secret = rest[idLetters+1:]
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	return via, err == nil && len(secret) == secretLetters
}

// Key is a credential of a program, or the token of a screen: a role on a prefix, no further than its account reaches.
type Key struct {
	ID      string // readable: how the credential begins
	Account string
	Sum     Sum
	Label   string // what it is for
	scope.Grant
	MadeBy  string
	MadeAt  time.Time
	Used    time.Time // about when it was last used; zero: never
	Revoked time.Time // zero: it stands
}

// Begins is how the credential of the key begins.
func (k *Key) Begins() string {
	if k.Role == scope.Screen {
		return beginScreen + k.ID
	}
	return beginKey + k.ID
}

// In reports whether the key works at a moment.
func (k *Key) In(now time.Time) bool { return k.Revoked.IsZero() && k.InForce(now) }

// draw gives a key its id and its secret.
func (k *Key) draw() (credential string) {
	k.ID = drawID()
	credential = k.Begins() + "_" + drawSecret()
	k.Sum = SumOf(credential)
	return credential
}

// How somebody signed in.
const (
	ByPassword = "password"
	ByCode     = "code" // password and second factor
	ByProvider = "oidc"
	ByScreen   = "screen"
)

// Session is somebody signed in.
type Session struct {
	Sum     Sum
	Account string
	Epoch   int64  // of the account when it began
	Key     string // of a screen: the id of its token; ""
	How     string
	MadeAt  time.Time
	Seen    time.Time
	Until   time.Time
	Idle    time.Duration // after so long without a request it has ended
	Address string
	Agent   string
}

// ID names a session to its owner, who can end it; it is no secret.
func (s *Session) ID() string { return base64.RawURLEncoding.EncodeToString(s.Sum[:9]) }

// Held is what a credential stands for.
type Held struct {
	Account Account // with its grants that have not been ended
	Session *Session
	Key     *Key
}

// unknown is what is said of every credential that does not hold, whatever the reason.
func unknown() error { return fault.New(fault.Unknown, "credential-refused", nil) }
