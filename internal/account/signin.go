package account

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Origin is where a request comes from.
type Origin struct{ Address, Agent string }

// SignIn is what somebody shows to be let in.
type SignIn struct {
	Account, Password string
	Code              string // of the second factor, or a recovery code; "" at first
	Origin
	Replaces Sum // the session that he came with, which ends
}

// Signed is somebody who was let in: his credential is told this once.
type Signed struct {
	Credential string
	Session    Session
	Account    *Account
}

// SignIn lets a person in. fault sign-in-refused, whatever was wrong; sign-in-needs-code after the right password, where there is a second
// factor; code-refused for a wrong one or one that was taken before; sign-in-slowed after too many attempts. The answer and the time that it takes
// are the same for accounts that do not exist.
func (s *Service) SignIn(ctx context.Context, in SignIn) (*Signed, error) {
	password := plainPassword(in.Password)
	name, bad := ParseName(in.Account)
	if bad != nil || len(in.Password) > 4*longestPassword {
		name, password = "\x00"+in.Account[:min(len(in.Account), longestName)], "" // counted, but found nowhere
	}
	tries := triesOf(name, in.Address)
	if err := s.try(ctx, tries); err != nil {
		return nil, err
	}
	a, err := s.named(ctx, name)
	if err != nil {
		return nil, err
	}
	kept := ""
	if a != nil && a.In() && a.Kind == Person {
		kept = a.Password
	}
	ok, cheap, err := s.hasher.match(ctx, password, kept)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, s.refused(ctx, name, in.Origin, fault.New(fault.Unknown, "sign-in-refused", nil))
	}
	if cheap && !a.MustSet {
		if a.Password, err = s.hasher.make(ctx, password, s.hasher.cost); err != nil {
			return nil, err
		}
	}
	return s.admit(ctx, a, kept, in, tries)
}

// named finds an account; of a name that none can have, nothing.
func (s *Service) named(ctx context.Context, name string) (*Account, error) {
	if name == "" || name[0] == 0 {
		name = "\x01" // the same question, which has no answer
	}
	return s.Store.Account(ctx, name)
}

// try counts an attempt. fault sign-in-slowed.
func (s *Service) try(ctx context.Context, t tries) error {
	var wait time.Duration
	err := s.Store.Try(ctx, slices.Sorted(maps.Keys(t)), func(now time.Time, known []Attempt) (counted []Attempt) {
		counted, wait = t.decide(now, known)
		return counted
	})
	if err == nil && wait > 0 {
		err = slowed(wait)
	}
	return err
}

// refused notes an attempt in vain and gives back why.
func (s *Service) refused(ctx context.Context, name string, from Origin, why *fault.Error) error {
	err := s.Store.Change(ctx, func(tx Tx) error {
		return noteRefused(ctx, tx, safeName(name), why)
	})
	if err != nil {
		return err
	}
	return why
}

// safeName is a name as the audit may hold it: what no account can be called may be a password.
func safeName(name string) string {
	if _, err := ParseName(name); err != nil {
		return ""
	}
	return name
}

// admit begins the session of somebody whose password is right: the account must be as it was when that was found.
func (s *Service) admit(ctx context.Context, seen *Account, kept string, in SignIn, t tries) (*Signed, error) {
	var signed *Signed
	var why *fault.Error
	err := s.Store.Change(ctx, func(tx Tx) error {
		a, err := tx.Account(ctx, seen.Name)
		if err != nil {
			return err
		}
		if a == nil || !a.In() || a.Epoch != seen.Epoch || a.Password != kept {
			why = fault.New(fault.Unknown, "sign-in-refused", nil)
			return noteRefused(ctx, tx, seen.Name, why)
		}
		how := ByPassword
		if a.TOTP != nil {
			switch how = ByCode; {
			case in.Code == "":
				why = fault.New(fault.Unknown, "sign-in-needs-code", nil)
				return nil
			case !a.takeCode(in.Code, tx.Now()):
				why = fault.New(fault.Unknown, "code-refused", nil)
				return noteRefused(ctx, tx, a.Name, why)
			}
		}
		if a.TOTP != nil || a.Password != seen.Password { // a code was taken, or the password is kept at a higher cost
			a.Password = seen.Password
			if err := tx.PutAccount(ctx, a); err != nil {
				return err
			}
		}
		if in.Replaces != (Sum{}) {
			if err := tx.EndSession(ctx, a.Name, in.Replaces); err != nil {
				return err
			}
		}
		if err := t.forgive(ctx, tx); err != nil {
			return err
		}
		signed, err = s.begin(ctx, tx, a, how, in.Origin)
		return err
	})
	if in.Replaces != (Sum{}) {
		s.known.forget(seen.Name)
	}
	switch {
	case err != nil:
		return nil, err
	case why != nil:
		return nil, why
	}
	return signed, nil
}

// begin writes a session with a credential of its own, and notes it.
func (s *Service) begin(ctx context.Context, tx Tx, a *Account, how string, from Origin) (*Signed, error) {
	credential := beginSession + drawSecret()
	signed := &Signed{Credential: credential, Account: a, Session: Session{Sum: SumOf(credential), Account: a.Name, Epoch: a.Epoch, How: how, MadeAt: tx.Now(), Seen: tx.Now(),
		Until: tx.Now().Add(s.Life), Idle: s.Idle, Address: from.Address, Agent: shorten(from.Agent, 200)}}
	if err := tx.AddSession(ctx, signed.Session); err != nil {
		return nil, err
	}
	return signed, noteOf(ctx, tx, a.Name, scope.ViaSession, SessionBegin, map[string]any{"how": how})
}

// shorten is a text of a client, cut where it would fill the table.
func shorten(s string, most int) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), most)])
}

// SignInScreen lets a wall in by its token: the browser keeps a session, and the token stays out of addresses.
func (s *Service) SignInScreen(ctx context.Context, token string, from Origin) (*Signed, error) {
	t := tries{tried("address", "", network(from.Address)): brakeAddress}
	if err := s.try(ctx, t); err != nil {
		return nil, err
	}
	via, ok := kindOf(token)
	if !ok || via != scope.ViaScreen {
		return nil, unknown()
	}
	held, err := s.Store.HeldKey(ctx, SumOf(token))
	if err != nil {
		return nil, err
	}
	if held == nil {
		return nil, unknown()
	}
	var signed *Signed
	err = s.Store.Change(ctx, func(tx Tx) error {
		a, err := tx.Account(ctx, held.Account.Name)
		if err != nil {
			return err
		}
		key, err := tx.Key(ctx, held.Key.ID)
		if err != nil {
			return err
		}
		if a == nil || !a.In() || key == nil || !key.In(tx.Now()) {
			return unknown()
		}
		credential := beginSession + drawSecret()
		until := tx.Now().Add(screenLife)
		if !key.Until.IsZero() && key.Until.Before(until) {
			until = key.Until
		}
		signed = &Signed{Credential: credential, Account: a, Session: Session{Sum: SumOf(credential), Account: a.Name, Epoch: a.Epoch, Key: key.ID, How: ByScreen,
			MadeAt: tx.Now(), Seen: tx.Now(), Until: until, Idle: screenLife, Address: from.Address, Agent: shorten(from.Agent, 200)}}
		if err := tx.AddSession(ctx, signed.Session); err != nil {
			return err
		}
		if err := t.forgive(ctx, tx); err != nil {
			return err
		}
		return noteOf(ctx, tx, a.Name, scope.ViaScreen, SessionBegin, map[string]any{"how": ByScreen, "key": key.ID})
	})
	return signed, err
}

// Identity is somebody whom a provider has proven.
type Identity struct {
	Issuer, Subject string
	Email           string // "" unless the provider says that it is verified
}

// SignInAs lets in the person whose account a provider's identity is that of. Found by its e-mail, an account is bound to the identity:
// whoever gets the address later is another. fault identity-without-account.
func (s *Service) SignInAs(ctx context.Context, id Identity, by Match, from Origin, replaces Sum) (*Signed, error) {
	stranger := fault.New(fault.Unknown, "identity-without-account", nil)
	subject := id.Issuer + " " + id.Subject
	a, err := s.Store.AccountOf(ctx, MatchSubject, subject)
	if err == nil && a == nil && by == MatchEmail && id.Email != "" {
		a, err = s.Store.AccountOf(ctx, MatchEmail, id.Email)
	}
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, s.refused(ctx, "", from, stranger)
	}
	var signed *Signed
	err = s.Store.Change(ctx, func(tx Tx) error {
		now, err := tx.Account(ctx, a.Name)
		if err != nil {
			return err
		}
		bound := now != nil && now.Subject == subject
		if now == nil || !now.In() || now.Kind != Person || !bound && (now.Subject != "" || by != MatchEmail || now.Email != id.Email) {
			return stranger
		}
		if !bound {
			now.Subject = subject
			if err := tx.PutAccount(ctx, now); err != nil {
				return err
			}
		}
		if replaces != (Sum{}) {
			if err := tx.EndSession(ctx, now.Name, replaces); err != nil {
				return err
			}
		}
		signed, err = s.begin(ctx, tx, now, ByProvider, from)
		return err
	})
	s.known.forget(a.Name)
	if err == error(stranger) {
		return nil, s.refused(ctx, a.Name, from, stranger)
	}
	return signed, err
}
