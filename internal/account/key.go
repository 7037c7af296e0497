package account

import (
	"context"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// longestLabel are the most characters that say what a key is for.
const longestLabel = 100

// Keys lists keys that stand: the caller's own, and those of the accounts that he manages; of one account where it is named.
func (s *Service) Keys(ctx context.Context, name string) ([]Key, error) {
	caller := scope.Of(ctx)
	if name != "" && name != caller.Account {
		if _, err := s.Account(ctx, name); err != nil {
			return nil, err
		}
	}
	if area := caller.Area(scope.ManageAccounts); name == "" && !area.Empty() {
		return s.Store.Keys(ctx, KeyFilter{Area: area})
	} else if name == "" {
		name = caller.Account
	}
	return s.Store.Keys(ctx, KeyFilter{Account: name})
}

// MakeKey makes a key of an account, whose credential is told this once: a role on a prefix that the account has. A person makes keys of his own;
// for another account the caller has to manage it. faults key-beyond-account, grant-beyond-own, no-such-account.
func (s *Service) MakeKey(ctx context.Context, name, label string, g scope.Grant) (*Key, string, error) {
	k := &Key{Account: name, Label: label, Grant: g}
	credential, err := "", k.check()
	if err != nil {
		return nil, "", err
	}
	err = s.manage(ctx, func(tx Tx, m manager) error {
		credential, err = s.addKey(ctx, tx, m, k)
		return err
	})
	return k, credential, err
}

func (k *Key) check() error {
	if len([]rune(k.Label)) > longestLabel {
		return badText("label", longestLabel)
	}
	kind := Machine
	if k.Role == scope.Screen {
		kind = Screen
	}
	return checkGrant(kind, k.Grant)
}

func (s *Service) addKey(ctx context.Context, tx Tx, m manager, k *Key) (credential string, err error) {
	var a *Account
	own := m.caller.Account == k.Account && m.caller.Via != scope.ViaLocal
	switch {
	case own && m.caller.Via == scope.ViaSession:
		a, err = tx.Account(ctx, k.Account)
		if err == nil && (a == nil || !a.In() || a.MustSet) {
			err = noAccount(k.Account)
		}
	case own:
		err = fault.New(fault.Forbidden, "session-only", nil) // or a key that leaked would live on in others
	default:
		if a, err = managed(ctx, tx, m, k.Account); err == nil {
			err = m.mayGive(k.Grant)
		}
	}
	if err != nil {
		return "", err
	}
	if !k.Until.IsZero() && !k.Until.After(tx.Now()) {
		return "", fault.New(fault.Invalid, "key-expired", nil).In(fault.Place{Field: "until"})
	}
	if !holds(a.grants(), k.Grant, tx.Now()) {
		return "", fault.New(fault.Forbidden, "key-beyond-account", fault.Args{"name": a.Name, "role": k.Role.Name(), "prefix": k.Prefix})
	}
	k.MadeBy, k.MadeAt = m.caller.Account, tx.Now()
	credential = k.draw()
	if err := tx.AddKey(ctx, *k); err != nil {
		return "", err
	}
	return credential, note(ctx, tx, KeyMake, a.Name, grantDetail(k.Grant, k.Begins()))
}

// MakeMachineKey makes a key of a machine, the machine too where there is none of this name, and gives it what the key needs.
func (s *Service) MakeMachineKey(ctx context.Context, name, label string, g scope.Grant) (*Key, string, error) {
	made, err := Draft{Name: name, Kind: Machine, Grants: []scope.Grant{g}}.account()
	if err != nil {
		return nil, "", err
	}
	k := &Key{Account: made.Name, Label: label, Grant: g}
	if err := k.check(); err != nil {
		return nil, "", err
	}
	credential := ""
	err = s.manage(ctx, func(tx Tx, m manager) error {
		a, err := tx.Account(ctx, k.Account)
		switch {
		case err != nil:
		case a == nil:
			err = s.create(ctx, tx, m, made, []scope.Grant{g})
		case a.Kind == Machine && !holds(a.grants(), g, tx.Now()):
			if err = m.mayChange(a); err == nil {
				err = s.grant(ctx, tx, m, a, g)
			}
		}
		if err != nil {
			return err
		}
		credential, err = s.addKey(ctx, tx, m, k)
		return err
	})
	s.known.forget(k.Account)
	return k, credential, err
}

// RevokeKey ends a key or the token of a screen, and what was signed in with it. One that is revoked already stays so. fault no-such-key.
func (s *Service) RevokeKey(ctx context.Context, id string) error {
	name := ""
	err := s.manage(ctx, func(tx Tx, m manager) error {
		none := fault.New(fault.NotFound, "no-such-key", fault.Args{"id": id})
		k, err := tx.Key(ctx, id)
		if err != nil {
			return err
		}
		if k == nil {
			return none
		}
		if name = k.Account; name != m.caller.Account || m.caller.Via == scope.ViaLocal {
			a, err := tx.Account(ctx, name)
			if err != nil {
				return err
			}
			if a == nil || !sees(m.area(), a) {
				return none
			}
			if err := m.mayChange(a); err != nil {
				return err
			}
		}
		if !k.Revoked.IsZero() {
			return nil
		}
		k.Revoked = tx.Now()
		if err := tx.RevokeKey(ctx, *k); err != nil {
			return err
		}
		return note(ctx, tx, KeyRevoke, name, map[string]any{"key": k.Begins()})
	})
	s.known.forget(name)
	return err
}

// Screens lists the tokens of the walls that the caller manages.
func (s *Service) Screens(ctx context.Context) ([]Key, error) {
	return s.Store.Keys(ctx, KeyFilter{Area: scope.Of(ctx).Area(scope.ManageAccounts), Screens: true})
}

// MakeScreen makes an account of a wall with its token, told this once: it sees a prefix, and changes nothing.
func (s *Service) MakeScreen(ctx context.Context, title string, g scope.Grant) (*Key, string, error) {
	g.Role = scope.Screen
	a, err := Draft{Name: "screen-" + drawID(), Title: title, Kind: Screen, Grants: []scope.Grant{g}}.account()
	if err != nil {
		return nil, "", err
	}
	k := &Key{Account: a.Name, Label: a.Title, Grant: g}
	if err := k.check(); err != nil {
		return nil, "", err
	}
	credential := ""
	err = s.manage(ctx, func(tx Tx, m manager) error {
		if err := s.create(ctx, tx, m, a, []scope.Grant{g}); err != nil {
			return err
		}
		credential, err = s.addKey(ctx, tx, m, k)
		return err
	})
	return k, credential, err
}
