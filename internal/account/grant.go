package account

import (
	"slices"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Grant is a role on a prefix of the code set for a time, given to an account. It is ended, never deleted: the audit finds it.
type Grant struct {
	ID      string
	Account string
	scope.Grant
	MadeBy  string
	MadeAt  time.Time
	Ended   time.Time // zero: it stands
	EndedBy string
}

// checkGrant refuses a grant that means nothing, or that does not go with the kind of an account.
func checkGrant(kind Kind, g scope.Grant) error {
	if _, err := scope.ParseRole(string(g.Role)); err != nil {
		return err
	}
	if _, err := scope.ParsePrefix(g.Prefix); err != nil {
		return err
	}
	if g.Role == scope.Public || (g.Role == scope.Screen) != (kind == Screen) {
		return fault.New(fault.Invalid, "role-not-for-kind", fault.Args{"role": g.Role.Name()}).In(fault.Place{Field: "role"})
	}
	if !g.Until.IsZero() && !g.From.Before(g.Until) {
		return fault.New(fault.Invalid, "grant-ends-first", nil).In(fault.Place{Field: "until"})
	}
	return nil
}

// holds reports whether somebody who has some grants has everything that another grant would give, wherever and whenever it would: for each
// permission of its role one of his grants has it, on a prefix that holds the other's, for all of its time from now on.
func holds(held []scope.Grant, g scope.Grant, now time.Time) bool {
	from := g.From
	if from.Before(now) {
		from = now
	}
	return !slices.ContainsFunc(scope.Permissions(), func(p scope.Permission) bool {
		return g.Role.May().Has(p) && !slices.ContainsFunc(held, func(h scope.Grant) bool {
			return h.Role.May().Has(p) && strings.HasPrefix(g.Prefix, h.Prefix) && !from.Before(h.From) &&
				(h.Until.IsZero() || !g.Until.IsZero() && !g.Until.After(h.Until))
		})
	})
}

// common is what two grants both give of the first one's role: where one's prefix lies in the other's, while both are in force. ok is false
// where that is nothing.
func common(a, b scope.Grant) (g scope.Grant, ok bool) {
	g = a
	switch {
	case strings.HasPrefix(b.Prefix, a.Prefix):
		g.Prefix = b.Prefix
	case !strings.HasPrefix(a.Prefix, b.Prefix):
		return g, false
	}
	if b.From.After(g.From) {
		g.From = b.From
	}
	if g.Until.IsZero() || !b.Until.IsZero() && b.Until.Before(g.Until) {
		g.Until = b.Until
	}
	return g, g.Until.IsZero() || g.From.Before(g.Until)
}

// within is what a key gives: its grant, no further than its account's grants that have all of its role reach.
func within(key scope.Grant, held []scope.Grant) (grants []scope.Grant) {
	for _, h := range held {
		if key.Role.May()&^h.Role.May() != 0 {
			continue
		}
		if g, ok := common(key, h); ok {
			grants = append(grants, g)
		}
	}
	return grants
}

// manager is who changes accounts, as he stands in the transaction of the change.
type manager struct {
	caller *scope.Caller
	held   []scope.Grant // in force by what his account has now and by what he came with
	now    time.Time
}

// managerOf reads what a caller has now: that of a moment ago may have been taken from him.
func (s *Service) managerOf(caller *scope.Caller, own *Account, now time.Time) manager {
	m := manager{caller: caller, now: now}
	if caller.Via == scope.ViaLocal {
		m.held = caller.Grants
		return m
	}
	if own == nil || !own.In() {
		return m
	}
	for _, g := range caller.Grants {
		m.held = append(m.held, within(g, own.grants())...)
	}
	m.held = slices.DeleteFunc(m.held, func(g scope.Grant) bool { return !g.InForce(now) })
	return m
}

// area is where he manages accounts.
func (m manager) area() scope.Area {
	return (&scope.Caller{Grants: m.held}).AreaAt(scope.ManageAccounts, m.now)
}

// sees reports whether an account exists for him: it has, or had, a grant where he manages accounts.
func sees(area scope.Area, a *Account) bool {
	return area.All() || slices.ContainsFunc(a.Grants, func(g Grant) bool { return area.Holds(g.Prefix) })
}

// mayGive refuses a grant beyond what he has himself.
func (m manager) mayGive(g scope.Grant) error {
	if !m.area().Holds(g.Prefix) || !holds(m.held, g, m.now) {
		return fault.New(fault.Forbidden, "grant-beyond-own", fault.Args{"role": g.Role.Name(), "prefix": g.Prefix})
	}
	return nil
}

// mayChange refuses an account that he does not see, and one that has more than he: whoever sets its password has what it has.
func (m manager) mayChange(a *Account) error {
	if a == nil || !sees(m.area(), a) {
		return noAccount(nameOf(a))
	}
	for _, g := range a.Grants {
		if !g.Ended.IsZero() || !g.Until.IsZero() && !g.Until.After(m.now) {
			continue
		}
		if !m.area().Holds(g.Prefix) || !holds(m.held, g.Grant, m.now) {
			return fault.New(fault.Forbidden, "account-beyond-own", fault.Args{"name": a.Name})
		}
	}
	return nil
}

func nameOf(a *Account) string {
	if a == nil {
		return ""
	}
	return a.Name
}
