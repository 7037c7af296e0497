package account

import (
	"context"
	"slices"
	"time"

	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// SignOut ends the session of a credential. One that has ended already is none.
func (s *Service) SignOut(ctx context.Context, credential string) error {
	caller := scope.Of(ctx)
	err := s.Store.Change(ctx, func(tx Tx) error {
		if err := tx.EndSession(ctx, caller.Account, SumOf(credential)); err != nil {
			return err
		}
		return note(ctx, tx, SessionEnd, caller.Account, nil)
	})
	s.known.forget(caller.Account)
	return err
}

// Me is the account of a caller, and his sessions.
func (s *Service) Me(ctx context.Context) (*Account, []Session, error) {
	caller := scope.Of(ctx)
	a, err := s.Store.Account(ctx, caller.Account)
	if err != nil {
		return nil, nil, err
	}
	if a == nil {
		return nil, nil, unknown()
	}
	sessions, err := s.Store.Sessions(ctx, a.Name)
	return a, sessions, err
}

// prove makes sure that the person who is signed in is the one who sits there: he gives his password again.
func (s *Service) prove(ctx context.Context, password string, from Origin) (*Account, error) {
	caller := scope.Of(ctx)
	if caller.Via != scope.ViaSession {
		return nil, fault.New(fault.Forbidden, "session-only", nil)
	}
	if err := s.try(ctx, triesOf(caller.Account, from.Address)); err != nil {
		return nil, err
	}
	a, err := s.Store.Account(ctx, caller.Account)
	if err != nil {
		return nil, err
	}
	kept := ""
	if a != nil && a.In() {
		kept = a.Password
	}
	ok, _, err := s.hasher.match(ctx, plainPassword(password), kept)
	if err == nil && !ok {
		err = fault.New(fault.Invalid, "password-wrong", nil).In(fault.Place{Field: "password"})
	}
	return a, err
}

// changeOwn changes the account of somebody who gave his password: as it was then, or not at all. What was signed in before ends, and the
// session of the request goes on under a new credential.
func (s *Service) changeOwn(ctx context.Context, seen *Account, from Origin, action audit.Action, change func(a *Account, now time.Time) error) (*Signed, error) {
	var signed *Signed
	err := s.Store.Change(ctx, func(tx Tx) error {
		a, err := tx.Account(ctx, seen.Name)
		if err != nil {
			return err
		}
		if a == nil || !a.In() || a.Epoch != seen.Epoch || a.Password != seen.Password {
			return fault.New(fault.Conflict, "write-conflict", nil)
		}
		if err := change(a, tx.Now()); err != nil {
			return err
		}
		a.Epoch++
		if err := tx.PutAccount(ctx, a); err != nil {
			return err
		}
		if err := triesOf(a.Name, from.Address).forgive(ctx, tx); err != nil {
			return err
		}
		if err := note(ctx, tx, action, a.Name, nil); err != nil {
			return err
		}
		signed, err = s.begin(ctx, tx, a, map[bool]string{true: ByCode, false: ByPassword}[a.TOTP != nil], from)
		return err
	})
	s.known.forget(seen.Name)
	return signed, err
}

// ChangePassword gives the caller another password. Everything that was signed in before ends. faults password-wrong, password-short, password-long,
// password-common, password-same, sign-in-slowed.
func (s *Service) ChangePassword(ctx context.Context, old, fresh string, from Origin) (*Signed, error) {
	a, _, err := s.Me(ctx)
	if err != nil {
		return nil, err
	}
	fresh = plainPassword(fresh)
	if err := checkPassword(fresh, a, s.Shortest); err != nil { // before the attempt is counted: whoever looks for a good one guesses at nothing
		return nil, err
	}
	if fresh == plainPassword(old) {
		return nil, fault.New(fault.Invalid, "password-same", nil).In(fault.Place{Field: "password"})
	}
	if a, err = s.prove(ctx, old, from); err != nil {
		return nil, err
	}
	kept, err := s.hasher.make(ctx, fresh, s.hasher.cost)
	if err != nil {
		return nil, err
	}
	return s.changeOwn(ctx, a, from, PasswordChange, func(a *Account, _ time.Time) error {
		a.Password, a.MustSet = kept, false
		return nil
	})
}

// OfferTOTP draws a secret for the caller's second factor. Nothing is kept: it comes back with its first code.
func (s *Service) OfferTOTP(ctx context.Context) (TOTPSetup, error) {
	caller := scope.Of(ctx)
	if caller.Via != scope.ViaSession {
		return TOTPSetup{}, fault.New(fault.Forbidden, "session-only", nil)
	}
	_, setup, err := newTOTP(s.Issuer, caller.Account)
	return setup, err
}

// SetTOTP makes a secret the caller's second factor, once a code of it proves that his app has it. The recovery codes are told this once.
// faults password-wrong, code-refused, totp-secret.
func (s *Service) SetTOTP(ctx context.Context, password, secret, code string, from Origin) (*Signed, []string, error) {
	raw, err := parseTOTP(secret)
	if err != nil {
		return nil, nil, err
	}
	a, err := s.prove(ctx, password, from)
	if err != nil {
		return nil, nil, err
	}
	codes, kept := drawRecovery()
	signed, err := s.changeOwn(ctx, a, from, FactorSet, func(a *Account, now time.Time) error {
		step, ok := stepOf(raw, code, 0, now)
		if !ok {
			return fault.New(fault.Invalid, "code-refused", nil).In(fault.Place{Field: "code"})
		}
		a.TOTP, a.TOTPStep, a.Recovery = raw, step, kept
		return nil
	})
	return signed, codes, err
}

// EndTOTP takes the caller's second factor away.
func (s *Service) EndTOTP(ctx context.Context, password, code string, from Origin) (*Signed, error) {
	a, err := s.prove(ctx, password, from)
	if err != nil {
		return nil, err
	}
	return s.changeOwn(ctx, a, from, FactorEnd, func(a *Account, now time.Time) error {
		if a.TOTP != nil && !a.takeCode(code, now) {
			return fault.New(fault.Invalid, "code-refused", nil).In(fault.Place{Field: "code"})
		}
		a.TOTP, a.TOTPStep, a.Recovery = nil, 0, nil
		return nil
	})
}

// EndOther ends a session of the caller by its id; "" ends all of them.
func (s *Service) EndOther(ctx context.Context, id string) error {
	caller := scope.Of(ctx)
	sessions, err := s.Store.Sessions(ctx, caller.Account)
	if err != nil {
		return err
	}
	sessions = slices.DeleteFunc(sessions, func(x Session) bool { return id != "" && x.ID() != id })
	if id != "" && len(sessions) == 0 {
		return fault.New(fault.NotFound, "no-such-session", nil)
	}
	err = s.Store.Change(ctx, func(tx Tx) error {
		for _, x := range sessions {
			if err := tx.EndSession(ctx, caller.Account, x.Sum); err != nil {
				return err
			}
		}
		return note(ctx, tx, SessionEnd, caller.Account, map[string]any{"sessions": len(sessions)})
	})
	s.known.forget(caller.Account)
	return err
}
