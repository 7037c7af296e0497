package account

import (
	"context"
	"slices"
	"time"

	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Accounts lists the accounts that the caller manages, by name, from after a name on. count is how many there are.
func (s *Service) Accounts(ctx context.Context, f Filter, after string, limit int) (list []Account, count int, err error) {
	f.Area = scope.Of(ctx).Area(scope.ManageAccounts)
	if f.Area.Empty() {
		return nil, 0, nil
	}
	return s.Store.Accounts(ctx, f, after, limit)
}

// Account is one that the caller manages. fault no-such-account.
func (s *Service) Account(ctx context.Context, name string) (*Account, error) {
	a, err := s.Store.Account(ctx, name)
	if err != nil {
		return nil, err
	}
	if a == nil || !sees(scope.Of(ctx).Area(scope.ManageAccounts), a) {
		return nil, noAccount(name)
	}
	return a, nil
}

// Draft is an account to be made.
type Draft struct {
	Name, Title, StaffNo, Phone, Email, Subject string
	Kind                                        Kind // "": a person
	Grants                                      []scope.Grant
}

// account is what a draft becomes.
func (d Draft) account() (*Account, error) {
	name, err := ParseName(d.Name)
	if err != nil {
		return nil, err
	}
	a := &Account{Name: name, Kind: d.Kind, Title: d.Title, StaffNo: d.StaffNo, Phone: d.Phone, Email: d.Email, Subject: d.Subject, Epoch: 1, Revision: 1}
	if a.Kind == "" {
		a.Kind = Person
	}
	a.tidy()
	if a.Title == "" {
		a.Title = a.Name
	}
	for _, g := range d.Grants {
		if err := checkGrant(a.Kind, g); err != nil {
			return nil, err
		}
	}
	return a, a.check()
}

// Create makes an account. A person's first password is told this once, and has to be changed at the first sign-in. Somebody who does not manage
// everything has to give a grant: without one the account would be nowhere. faults account-taken, grant-beyond-own.
func (s *Service) Create(ctx context.Context, d Draft) (a *Account, password string, err error) {
	if a, err = d.account(); err != nil {
		return nil, "", err
	}
	if a.Kind == Person {
		password = drawPassword()
		if a.Password, err = s.hasher.make(ctx, plainPassword(password), drawn); err != nil {
			return nil, "", err
		}
		a.MustSet = true
	}
	err = s.manage(ctx, func(tx Tx, m manager) error { return s.create(ctx, tx, m, a, d.Grants) })
	return a, password, err
}

func (s *Service) create(ctx context.Context, tx Tx, m manager, a *Account, grants []scope.Grant) error {
	if len(grants) == 0 && !m.area().All() {
		return fault.New(fault.Forbidden, "account-without-grant", nil)
	}
	a.MadeBy, a.MadeAt, a.ChangedAt = m.caller.Account, tx.Now(), tx.Now()
	if err := tx.AddAccount(ctx, a); err != nil {
		return err
	}
	if err := note(ctx, tx, AccountMake, a.Name, map[string]any{"kind": a.Kind}); err != nil {
		return err
	}
	for _, g := range grants {
		if err := s.grant(ctx, tx, m, a, g); err != nil {
			return err
		}
	}
	return nil
}

// grant writes a grant that the manager may give.
func (s *Service) grant(ctx context.Context, tx Tx, m manager, a *Account, g scope.Grant) error {
	if err := checkGrant(a.Kind, g); err != nil {
		return err
	}
	if err := m.mayGive(g); err != nil {
		return err
	}
	made := Grant{ID: drawID(), Account: a.Name, Grant: g, MadeBy: m.caller.Account, MadeAt: tx.Now()}
	if err := tx.AddGrant(ctx, made); err != nil {
		return err
	}
	a.Grants = append(a.Grants, made)
	return note(ctx, tx, GrantMake, a.Name, grantDetail(g, made.ID))
}

func grantDetail(g scope.Grant, id string) map[string]any {
	d := map[string]any{"grant": id, "role": string(g.Role), "prefix": g.Prefix}
	if !g.From.IsZero() {
		d["from"] = g.From.UTC().Format(time.RFC3339)
	}
	if !g.Until.IsZero() {
		d["until"] = g.Until.UTC().Format(time.RFC3339)
	}
	return d
}

// Grant gives an account a role on a prefix for a time. faults no-such-account, grant-beyond-own, role-not-for-kind.
func (s *Service) Grant(ctx context.Context, name string, g scope.Grant) (*Account, error) {
	var a *Account
	err := s.manage(ctx, func(tx Tx, m manager) (err error) {
		if a, err = managed(ctx, tx, m, name); err != nil {
			return err
		}
		return s.grant(ctx, tx, m, a, g)
	})
	s.known.forget(name)
	return a, err
}

// EndGrant ends a grant. faults no-such-grant, last-administrator.
func (s *Service) EndGrant(ctx context.Context, name, id string) error {
	err := s.manage(ctx, func(tx Tx, m manager) error {
		a, err := managed(ctx, tx, m, name)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(a.Grants, func(g Grant) bool { return g.ID == id && g.Ended.IsZero() })
		if i < 0 {
			return fault.New(fault.NotFound, "no-such-grant", fault.Args{"id": id})
		}
		before, err := tx.Administrators(ctx)
		if err != nil {
			return err
		}
		g := a.Grants[i]
		g.Ended, g.EndedBy = tx.Now(), m.caller.Account
		if err := tx.EndGrant(ctx, g); err != nil {
			return err
		}
		if err := keepOneAdministrator(ctx, tx, before); err != nil {
			return err
		}
		return note(ctx, tx, GrantEnd, a.Name, grantDetail(g.Grant, g.ID))
	})
	s.known.forget(name)
	return err
}

// Change is what becomes of an account. What is nil stays.
type Change struct {
	Title, StaffNo, Phone, Email, Subject *string
	Disabled                              *bool
}

// Update changes an account, as it was at a revision (0: as it is). faults no-such-account, account-stale, last-administrator.
func (s *Service) Update(ctx context.Context, name string, c Change, revision int) (*Account, error) {
	return s.change(ctx, name, AccountChange, func(tx Tx, m manager, a *Account) (map[string]any, error) {
		if revision != 0 && revision != a.Revision {
			return nil, fault.New(fault.Stale, "account-stale", fault.Args{"name": a.Name})
		}
		changed := map[string]any{}
		for field, v := range map[string]struct{ to, from *string }{"name": {&a.Title, c.Title}, "staff_no": {&a.StaffNo, c.StaffNo}, "phone": {&a.Phone, c.Phone},
			"email": {&a.Email, c.Email}, "subject": {&a.Subject, c.Subject}} {
			if v.from != nil && *v.from != *v.to {
				*v.to = *v.from
				changed[field] = true // which, not what: the audit holds no phones
			}
		}
		if c.Disabled != nil && *c.Disabled == a.In() {
			changed["disabled"] = *c.Disabled
			a.Disabled = time.Time{}
			if *c.Disabled {
				a.Disabled = tx.Now()
				a.Epoch++
			}
		}
		a.tidy()
		return changed, a.check()
	})
}

// change changes an account that the caller manages; detail is what is noted of it.
func (s *Service) change(ctx context.Context, name string, action audit.Action, fn func(Tx, manager, *Account) (detail map[string]any, err error)) (*Account, error) {
	var a *Account
	err := s.manage(ctx, func(tx Tx, m manager) (err error) {
		if a, err = managed(ctx, tx, m, name); err != nil {
			return err
		}
		before, err := tx.Administrators(ctx)
		if err != nil {
			return err
		}
		detail, err := fn(tx, m, a)
		if err != nil {
			return err
		}
		if err := tx.PutAccount(ctx, a); err != nil {
			return err
		}
		if err := keepOneAdministrator(ctx, tx, before); err != nil {
			return err
		}
		return note(ctx, tx, action, a.Name, detail)
	})
	s.known.forget(name)
	return a, err
}

// ResetPassword draws a new first password for a person, told this once. What he was signed in to ends; with factor, his second factor goes too.
func (s *Service) ResetPassword(ctx context.Context, name string, factor bool) (password string, err error) {
	password = drawPassword()
	kept, err := s.hasher.make(ctx, plainPassword(password), drawn)
	if err != nil {
		return "", err
	}
	a, err := s.change(ctx, name, PasswordReset, func(_ Tx, _ manager, a *Account) (map[string]any, error) {
		if a.Kind != Person {
			return nil, fault.New(fault.Invalid, "password-of-person", nil)
		}
		a.Password, a.MustSet = kept, true
		a.Epoch++
		if factor {
			a.TOTP, a.TOTPStep, a.Recovery = nil, 0, nil
		}
		return map[string]any{"second_factor": factor}, nil
	})
	if err != nil {
		return "", err
	}
	// Whoever forgot it has tried in vain: the new one works at once, from wherever the account itself was slowed.
	err = s.Store.Change(ctx, func(tx Tx) error { return tx.Forgive(ctx, []string{tried("account", a.Name, "")}, nil) })
	return password, err
}

// SignOutEverywhere ends everything that an account is signed in to.
func (s *Service) SignOutEverywhere(ctx context.Context, name string) error {
	_, err := s.change(ctx, name, SessionEnd, func(_ Tx, _ manager, a *Account) (map[string]any, error) {
		a.Epoch++
		return nil, nil
	})
	return err
}
