package account

import (
	"context"
	"time"

	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Store is what the domain needs of a database. internal/store implements it on PostgreSQL.
type Store interface {
	// Account reads one with all of its grants, ended ones too; nil if there is none. AccountOf finds it by what a provider says of somebody.
	Account(ctx context.Context, name string) (*Account, error)
	AccountOf(ctx context.Context, by Match, value string) (*Account, error)
	// Accounts lists those of a filter by name, from after a name on, and counts all of them.
	Accounts(ctx context.Context, f Filter, after string, limit int) ([]Account, int, error)
	// Keys lists the keys that stand, of one account or of all accounts that have a grant in an area, by account and id.
	Keys(ctx context.Context, f KeyFilter) ([]Key, error)
	// Sessions lists those of an account that have not ended, the newest first.
	Sessions(ctx context.Context, account string) ([]Session, error)

	// HeldSession and HeldKey read what a credential stands for; nil where it stands for nothing, has ended, was revoked, or its account is not in use.
	// They note, now and then, that it was used.
	HeldSession(ctx context.Context, sum Sum) (*Held, error)
	HeldKey(ctx context.Context, sum Sum) (*Held, error)

	// Try reads the attempts of some kinds, keeps others from reading them meanwhile, and writes what decide makes of them (nil: nothing). now is
	// the database's clock.
	Try(ctx context.Context, what []string, decide func(now time.Time, known []Attempt) []Attempt) error

	// Change runs fn in one transaction, which commits iff fn returns nil; whom it was about is told to every node. Manage is the same, one
	// at a time: for what depends on the rights of others.
	Change(ctx context.Context, fn func(Tx) error) error
	Manage(ctx context.Context, fn func(Tx) error) error
}

// Tx is the transaction of a change.
type Tx interface {
	// Now is the database's clock.
	Now() time.Time
	// Account reads one with all of its grants and keeps others from changing it; nil if there is none.
	Account(ctx context.Context, name string) (*Account, error)
	// AddAccount writes a new one without its grants. fault account-taken, account-email-taken. PutAccount writes over one.
	AddAccount(ctx context.Context, a *Account) error
	PutAccount(ctx context.Context, a *Account) error
	AddGrant(ctx context.Context, g Grant) error
	EndGrant(ctx context.Context, g Grant) error
	AddKey(ctx context.Context, k Key) error
	// Key reads a key; nil if there is none. RevokeKey ends it and what was signed in with it.
	Key(ctx context.Context, id string) (*Key, error)
	RevokeKey(ctx context.Context, k Key) error
	AddSession(ctx context.Context, s Session) error
	EndSession(ctx context.Context, account string, sum Sum) error
	// Forgive forgets attempts of some kinds, and of others the last one.
	Forgive(ctx context.Context, forget, less []string) error
	// Administrators counts the people in use who are administrators of everything without an end.
	Administrators(ctx context.Context) (int, error)
	// Audit writes to the audit in this transaction.
	Audit(ctx context.Context, e audit.Entry) error
}

// Match says by what of a provider's identity an account is found.
type Match string

// What accounts are found by.
const (
	MatchSubject Match = "subject"
	MatchEmail   Match = "email"
)

// Filter chooses accounts. The zero value is none.
type Filter struct {
	Area scope.Area // where they have, or had, a grant; everything: those without a grant too
	Kind Kind       // "": any
	Role scope.Role // that they have now; "": any
	Q    string     // part of name, title, staff number, phone or e-mail; "": any
}

// KeyFilter chooses keys.
type KeyFilter struct {
	Account string     // "": of any account that has a grant in the area
	Area    scope.Area // of everything: all
	Screens bool       // tokens of screens, rather than keys
}
