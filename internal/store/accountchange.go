package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// accountTx is a change of accounts in progress.
type accountTx struct {
	pg   pgx.Tx
	now  time.Time
	told map[string]bool // whose credentials every node has to read anew
}

var _ account.Tx = (*accountTx)(nil)

// Now implements account.Tx.
func (t *accountTx) Now() time.Time { return t.now }

// Account implements account.Tx.
func (t *accountTx) Account(ctx context.Context, name string) (*account.Account, error) {
	if _, err := t.pg.Exec(ctx, query("account-lock"), name); err != nil {
		return nil, explain(err)
	}
	return only(list(ctx, t.pg, "account", scanAccount, name))
}

// stamp is a moment; zero is null.
func stamp(at time.Time) pgtype.Timestamptz {
	return pgtype.Timestamptz{Time: at, Valid: !at.IsZero()}
}

// recovery is never null.
func recovery(a *account.Account) [][]byte { return append([][]byte{}, a.Recovery...) }

// AddAccount implements account.Tx.
func (t *accountTx) AddAccount(ctx context.Context, a *account.Account) error {
	return pgx.BeginFunc(ctx, t.pg, func(pg pgx.Tx) error {
		tag, err := pg.Exec(ctx, query("account-add"), a.Name, a.Kind, a.Title, a.StaffNo, a.Phone, a.Email, a.Subject, a.Password, a.MustSet, a.TOTP, a.TOTPStep,
			recovery(a), a.Epoch, stamp(a.Disabled), a.MadeBy, a.MadeAt, a.Revision)
		if err == nil && tag.RowsAffected() == 0 {
			return fault.New(fault.Conflict, "account-taken", fault.Args{"name": a.Name}).In(fault.Place{Field: "account"})
		}
		return emailTaken(err)
	})
}

// PutAccount implements account.Tx.
func (t *accountTx) PutAccount(ctx context.Context, a *account.Account) error {
	a.Revision, a.ChangedAt = a.Revision+1, t.now
	t.told[a.Name] = true
	_, err := t.pg.Exec(ctx, query("account-put"), a.Name, a.Title, a.StaffNo, a.Phone, a.Email, a.Subject, a.Password, a.MustSet, a.TOTP, a.TOTPStep,
		recovery(a), a.Epoch, stamp(a.Disabled), a.ChangedAt, a.Revision)
	return emailTaken(err)
}

// AddGrant implements account.Tx.
func (t *accountTx) AddGrant(ctx context.Context, g account.Grant) error {
	t.told[g.Account] = true
	_, err := t.pg.Exec(ctx, query("grant-add"), g.Account, g.ID, g.Role, g.Prefix, stamp(g.From), stamp(g.Until), g.MadeBy, g.MadeAt)
	return explain(err)
}

// EndGrant implements account.Tx.
func (t *accountTx) EndGrant(ctx context.Context, g account.Grant) error {
	t.told[g.Account] = true
	return written(1)(t.pg.Exec(ctx, query("grant-end"), g.Account, g.ID, g.Ended, g.EndedBy))
}

// AddKey implements account.Tx.
func (t *accountTx) AddKey(ctx context.Context, k account.Key) error {
	_, err := t.pg.Exec(ctx, query("key-add"), k.ID, k.Account, k.Sum[:], k.Label, k.Role, k.Prefix, stamp(k.From), stamp(k.Until), k.MadeBy, k.MadeAt)
	return explain(err)
}

// Key implements account.Tx.
func (t *accountTx) Key(ctx context.Context, id string) (*account.Key, error) {
	if _, err := t.pg.Exec(ctx, query("key-lock"), id); err != nil {
		return nil, explain(err)
	}
	return only(list(ctx, t.pg, "key", scanKey, id))
}

// RevokeKey implements account.Tx.
func (t *accountTx) RevokeKey(ctx context.Context, k account.Key) error {
	t.told[k.Account] = true
	if _, err := t.pg.Exec(ctx, query("key-sessions-end"), k.ID); err != nil {
		return explain(err)
	}
	return written(1)(t.pg.Exec(ctx, query("key-revoke"), k.ID, k.Revoked))
}

// AddSession implements account.Tx.
func (t *accountTx) AddSession(ctx context.Context, s account.Session) error {
	if _, err := t.pg.Exec(ctx, query("sessions-sweep")); err != nil {
		return explain(err)
	}
	_, err := t.pg.Exec(ctx, query("session-add"), s.Sum[:], s.Account, s.Epoch, s.Key, s.How, s.MadeAt, s.Seen, s.Until, s.Idle, s.Address, s.Agent)
	return explain(err)
}

// EndSession implements account.Tx.
func (t *accountTx) EndSession(ctx context.Context, name string, sum account.Sum) error {
	t.told[name] = true
	_, err := t.pg.Exec(ctx, query("session-end"), name, sum[:])
	return explain(err)
}

// Forgive implements account.Tx.
func (t *accountTx) Forgive(ctx context.Context, forget, less []string) error {
	if _, err := t.pg.Exec(ctx, query("attempts-forget"), forget); err != nil {
		return explain(err)
	}
	_, err := t.pg.Exec(ctx, query("attempts-less"), less)
	return explain(err)
}

// Administrators implements account.Tx.
func (t *accountTx) Administrators(ctx context.Context) (n int, err error) {
	err = t.pg.QueryRow(ctx, query("account-administrators")).Scan(&n)
	return n, explain(err)
}
