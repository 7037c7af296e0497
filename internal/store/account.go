package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

var _ account.Store = (*Store)(nil)

// used is how often it is noted that a session or a key is in use.
const used = time.Minute

// grantRow is a grant as the queries write it.
type grantRow struct {
	Account string     `json:"account"`
	ID      string     `json:"id"`
	Role    scope.Role `json:"role"`
	Prefix  string     `json:"prefix"`
	Begins  *time.Time `json:"begins"`
	Until   *time.Time `json:"until"`
	MadeBy  string     `json:"made_by"`
	MadeAt  time.Time  `json:"made_at"`
	Ended   *time.Time `json:"ended"`
	EndedBy string     `json:"ended_by"`
}

func (g grantRow) grant() account.Grant {
	at := func(t *time.Time) time.Time {
		if t == nil {
			return time.Time{}
		}
		return t.UTC()
	}
	return account.Grant{ID: g.ID, Account: g.Account, Grant: scope.Grant{Role: g.Role, Prefix: g.Prefix, From: at(g.Begins), Until: at(g.Until)},
		MadeBy: g.MadeBy, MadeAt: g.MadeAt.UTC(), Ended: at(g.Ended), EndedBy: g.EndedBy}
}

func scanAccount(r pgx.CollectableRow) (a account.Account, err error) {
	var disabled pgtype.Timestamptz
	var grants []byte
	err = r.Scan(&a.Name, &a.Kind, &a.Title, &a.StaffNo, &a.Phone, &a.Email, &a.Subject, &a.Password, &a.MustSet, &a.TOTP, &a.TOTPStep, &a.Recovery, &a.Epoch,
		&disabled, &a.MadeBy, &a.MadeAt, &a.ChangedAt, &a.Revision, &grants)
	if err != nil {
		return a, err
	}
	a.Disabled, a.MadeAt, a.ChangedAt = moment(disabled), a.MadeAt.UTC(), a.ChangedAt.UTC()
	var rows []grantRow
	if err := json.Unmarshal(grants, &rows); err != nil {
		return a, err
	}
	for _, g := range rows {
		a.Grants = append(a.Grants, g.grant())
	}
	return a, nil
}

// only is the first of a list; nil of an empty one.
func only[T any](all []T, err error) (*T, error) {
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// Account implements account.Store.
func (s *Store) Account(ctx context.Context, name string) (*account.Account, error) {
	return only(list(ctx, s.pool, "account", scanAccount, name))
}

// AccountOf implements account.Store.
func (s *Store) AccountOf(ctx context.Context, by account.Match, value string) (*account.Account, error) {
	name := ""
	err := s.pool.QueryRow(ctx, query(map[account.Match]string{account.MatchSubject: "account-of-subject", account.MatchEmail: "account-of-email"}[by]), value).Scan(&name)
	if none(err) {
		return nil, nil
	}
	if err != nil {
		return nil, explain(err)
	}
	return s.Account(ctx, name)
}

// Accounts implements account.Store.
func (s *Store) Accounts(ctx context.Context, f account.Filter, after string, limit int) ([]account.Account, int, error) {
	chosen := []any{f.Area.All(), prefixes(f.Area), string(f.Kind), string(f.Role), f.Q}
	count := 0
	if err := s.pool.QueryRow(ctx, query("accounts-count"), chosen...).Scan(&count); err != nil {
		return nil, 0, explain(err)
	}
	all, err := list(ctx, s.pool, "accounts", scanAccount, append(chosen, after, limit)...)
	return all, count, err
}

// prefixes are those of an area, none for nothing.
func prefixes(a scope.Area) []string { return append([]string{}, a.Prefixes()...) }

func scanKey(r pgx.CollectableRow) (k account.Key, err error) {
	var begins, until, used, revoked pgtype.Timestamptz
	var sum []byte
	err = r.Scan(&k.ID, &k.Account, &sum, &k.Label, &k.Role, &k.Prefix, &begins, &until, &k.MadeBy, &k.MadeAt, &used, &revoked)
	if err == nil && len(sum) != len(k.Sum) {
		err = errors.New("store: the sum of a key has another length")
	}
	copy(k.Sum[:], sum)
	k.From, k.Until, k.Used, k.Revoked, k.MadeAt = moment(begins), moment(until), moment(used), moment(revoked), k.MadeAt.UTC()
	return k, err
}

// Keys implements account.Store.
func (s *Store) Keys(ctx context.Context, f account.KeyFilter) ([]account.Key, error) {
	return list(ctx, s.pool, "keys", scanKey, f.Account, f.Area.All(), prefixes(f.Area), f.Screens)
}

func scanSession(r pgx.CollectableRow) (x account.Session, err error) {
	var sum []byte
	err = r.Scan(&sum, &x.Account, &x.Epoch, &x.Key, &x.How, &x.MadeAt, &x.Seen, &x.Until, &x.Idle, &x.Address, &x.Agent)
	if err == nil && len(sum) != len(x.Sum) {
		err = errors.New("store: the sum of a session has another length")
	}
	copy(x.Sum[:], sum)
	x.MadeAt, x.Seen, x.Until = x.MadeAt.UTC(), x.Seen.UTC(), x.Until.UTC()
	return x, err
}

// Sessions implements account.Store.
func (s *Store) Sessions(ctx context.Context, name string) ([]account.Session, error) {
	return list(ctx, s.pool, "sessions", scanSession, name)
}

// HeldSession implements account.Store.
func (s *Store) HeldSession(ctx context.Context, sum account.Sum) (*account.Held, error) {
	x, err := only(list(ctx, s.pool, "session-held", scanSession, sum[:]))
	if x == nil || err != nil {
		return nil, err
	}
	h := &account.Held{Session: x}
	if x.Key != "" {
		if h.Key, err = only(list(ctx, s.pool, "key", scanKey, x.Key)); h.Key == nil || err != nil || !h.Key.In(time.Now()) {
			return nil, err
		}
	}
	if time.Since(x.Seen) > used {
		if _, err := s.pool.Exec(ctx, query("session-seen"), sum[:]); err != nil {
			return nil, explain(err)
		}
	}
	return s.held(ctx, h, x.Account)
}

// HeldKey implements account.Store.
func (s *Store) HeldKey(ctx context.Context, sum account.Sum) (*account.Held, error) {
	k, err := only(list(ctx, s.pool, "key-held", scanKey, sum[:]))
	if k == nil || err != nil {
		return nil, err
	}
	if time.Since(k.Used) > used {
		if _, err := s.pool.Exec(ctx, query("key-used"), k.ID); err != nil {
			return nil, explain(err)
		}
	}
	return s.held(ctx, &account.Held{Key: k}, k.Account)
}

// held completes what a credential stands for by its account.
func (s *Store) held(ctx context.Context, h *account.Held, name string) (*account.Held, error) {
	a, err := s.Account(ctx, name)
	if err != nil || a == nil || !a.In() || h.Session != nil && h.Session.Epoch != a.Epoch {
		return nil, err
	}
	h.Account = *a
	return h, nil
}

// Try implements account.Store.
func (s *Store) Try(ctx context.Context, what []string, decide func(now time.Time, known []account.Attempt) []account.Attempt) error {
	return s.transact(ctx, func(pg pgx.Tx) error {
		if _, err := pg.Exec(ctx, query("attempts-make"), what); err != nil {
			return explain(err)
		}
		var now time.Time
		known, err := list(ctx, pg, "attempts", func(r pgx.CollectableRow) (a account.Attempt, err error) {
			var free pgtype.Timestamptz
			err = r.Scan(&a.What, &a.Failed, &a.Last, &free, &now)
			a.Free = moment(free)
			return a, err
		}, what)
		if err != nil {
			return err
		}
		for _, a := range decide(now, known) {
			if _, err := pg.Exec(ctx, query("attempt-put"), a.What, a.Failed, a.Last, a.Free); err != nil {
				return explain(err)
			}
		}
		_, err = pg.Exec(ctx, query("attempts-sweep"))
		return explain(err)
	})
}

// Change implements account.Store.
func (s *Store) Change(ctx context.Context, fn func(account.Tx) error) error {
	return s.changeAccounts(ctx, fn)
}

// Manage implements account.Store.
func (s *Store) Manage(ctx context.Context, fn func(account.Tx) error) error {
	return s.changeAccounts(ctx, fn, "account-manage")
}

func (s *Store) changeAccounts(ctx context.Context, fn func(account.Tx) error, first ...string) error {
	t := &accountTx{told: map[string]bool{}}
	return s.transact(ctx, func(pg pgx.Tx) error {
		for _, name := range first {
			if _, err := pg.Exec(ctx, query(name)); err != nil {
				return explain(err)
			}
		}
		if err := pg.QueryRow(ctx, query("account-now")).Scan(&t.now); err != nil {
			return explain(err)
		}
		t.pg, t.now = pg, t.now.UTC()
		if err := fn(t); err != nil {
			return err
		}
		for name := range t.told {
			if _, err := pg.Exec(ctx, query("account-told"), name); err != nil {
				return explain(err)
			}
		}
		return nil
	})
}

// emailTaken tells what an account may not share with another from other failures.
func emailTaken(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "23505" {
		return &fault.Error{Kind: fault.Conflict, Rule: "account-email-taken", Where: fault.Place{Field: "email"}, Cause: err}
	}
	return explain(err)
}
