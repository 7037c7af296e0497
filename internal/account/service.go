package account

import (
	"context"
	"log/slog"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Options of a service. Zero values are the usual ones.
type Options struct {
	Store    Store
	Cost     Cost          // of a guess at a password
	Shortest int           // characters of a password that a person chooses
	Idle     time.Duration // after which a session without requests has ended
	Life     time.Duration // after which any session has ended
	Issuer   string        // as authenticator apps show it
	Public   scope.Set     // what everybody may
	Log      *slog.Logger
}

// What is usual.
const (
	UsualShortest = 10
	UsualIdle     = 12 * time.Hour
	UsualLife     = 7 * 24 * time.Hour
	screenLife    = 366 * 24 * time.Hour // of what a screen signed in to: it comes every day, or its token is shown again
)

// Service is what the domain does with a Store. It is safe for concurrent use.
type Service struct {
	Options
	hasher *hasher
	known  *memory
}

// New makes a service.
func New(o Options) *Service {
	if o.Cost == (Cost{}) {
		o.Cost = Usual
	}
	if o.Shortest == 0 {
		o.Shortest = UsualShortest
	}
	if o.Idle == 0 {
		o.Idle = UsualIdle
	}
	if o.Life == 0 {
		o.Life = UsualLife
	}
	if o.Issuer == "" {
		o.Issuer = "筑网 Zhuwang"
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Service{Options: o, hasher: newHasher(o.Cost), known: newMemory()}
}

// manage changes accounts as somebody who may. Everything that he has is read anew in the transaction.
func (s *Service) manage(ctx context.Context, fn func(Tx, manager) error) error {
	caller := scope.Of(ctx)
	return s.Store.Manage(ctx, func(tx Tx) error {
		var own *Account
		if caller.Via != scope.ViaLocal {
			var err error
			if own, err = tx.Account(ctx, caller.Account); err != nil {
				return err
			}
		}
		return fn(tx, s.managerOf(caller, own, tx.Now()))
	})
}

// managed is an account that a manager may change.
func managed(ctx context.Context, tx Tx, m manager, name string) (*Account, error) {
	a, err := tx.Account(ctx, name)
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, noAccount(name)
	}
	return a, m.mayChange(a)
}

// keepOneAdministrator refuses a change after which nobody could set things right again.
func keepOneAdministrator(ctx context.Context, tx Tx, before int) error {
	if before == 0 {
		return nil
	}
	after, err := tx.Administrators(ctx)
	if err == nil && after == 0 {
		err = fault.New(fault.Conflict, "last-administrator", nil)
	}
	return err
}
