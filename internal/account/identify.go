package account

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// How long what was read of a credential counts. A revocation is told to every node, and counts at once; where that does not come through, it counts
// after longestKnown. Who is at work is read anew before that, beside his requests. While the database is away nothing can be revoked, and those who
// were known go on.
const (
	longestKnown = 5 * time.Second
	readAgain    = 3 * time.Second
	awayKnown    = time.Hour
	readTime     = 4 * time.Second
	mostKnown    = 100_000 // credentials held in memory
)

// memory holds the callers of credentials that were seen lately.
type memory struct {
	mu     sync.RWMutex
	known  map[Sum]*recollection
	told   uint64 // how often somebody was to be forgotten
	swept  time.Time
	flight singleflight.Group
}

type recollection struct {
	caller  *scope.Caller
	account string
	at      time.Time // before it was read
	until   time.Time // the credential holds no longer; zero: open
	reading atomic.Bool
}

func newMemory() *memory { return &memory{known: map[Sum]*recollection{}} }

func (m *memory) find(sum Sum) *recollection {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.known[sum]
}

func (m *memory) mark() uint64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.told
}

// keep holds what was read, unless somebody was to be forgotten meanwhile: what was read may be what was revoked.
func (m *memory) keep(sum Sum, r *recollection, mark uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.told != mark {
		return
	}
	if r == nil {
		delete(m.known, sum)
		return
	}
	if full := len(m.known) >= mostKnown; full || r.at.Sub(m.swept) > time.Minute {
		m.swept = r.at
		for s, old := range m.known {
			if age := r.at.Sub(old.at); age > awayKnown || full && age > longestKnown {
				delete(m.known, s)
			}
		}
	}
	if len(m.known) < mostKnown {
		m.known[sum] = r
	}
}

// forget drops what is known of an account, "" of all of them.
func (m *memory) forget(account string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told++
	for sum, r := range m.known {
		if account == "" || r.account == account {
			delete(m.known, sum)
		}
	}
}

// Forget has the credentials of an account read anew, "" those of all: something of it changed.
func (s *Service) Forget(account string) { s.known.forget(account) }

// Identify tells who shows a credential: one of a session, a key, or the token of a screen. fault credential-refused for one that is wrong, has
// ended or was revoked; database-away where it cannot be told. The caller is shared: it must not be written to.
func (s *Service) Identify(ctx context.Context, credential string) (*scope.Caller, error) {
	sum, now := SumOf(credential), time.Now()
	r := s.known.find(sum)
	if r != nil && (r.until.IsZero() || now.Before(r.until)) {
		switch age := now.Sub(r.at); {
		case age < readAgain:
			return r.caller, nil
		case age < longestKnown:
			if r.reading.CompareAndSwap(false, true) {
				go func() {
					defer r.reading.Store(false)
					s.read(ctx, credential, sum)
				}()
			}
			return r.caller, nil
		}
	}
	fresh, err := s.read(ctx, credential, sum)
	switch {
	case err == nil:
		return fresh.caller, nil
	case r != nil && fault.From(err).Kind == fault.Unavailable && now.Sub(r.at) < awayKnown && (r.until.IsZero() || now.Before(r.until)):
		return r.caller, nil
	}
	return nil, err
}

// read asks the store who shows a credential, once however many ask at a time.
func (s *Service) read(ctx context.Context, credential string, sum Sum) (*recollection, error) {
	via, ok := kindOf(credential)
	if !ok {
		return nil, unknown()
	}
	found, err, _ := s.known.flight.Do(string(sum[:]), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTime)
		defer cancel()
		at, mark := time.Now(), s.known.mark()
		held, err := s.held(ctx, via, sum)
		if ctx.Err() != nil {
			err = fault.Wrap(fault.Unavailable, "database-away", err)
		}
		if err != nil {
			return nil, err
		}
		if held == nil {
			s.known.keep(sum, nil, mark)
			return nil, unknown()
		}
		r := s.recollect(held, at)
		s.known.keep(sum, r, mark)
		return r, nil
	})
	if err != nil {
		return nil, err
	}
	return found.(*recollection), nil
}

func (s *Service) held(ctx context.Context, via string, sum Sum) (*Held, error) {
	if via == scope.ViaSession {
		return s.Store.HeldSession(ctx, sum)
	}
	held, err := s.Store.HeldKey(ctx, sum)
	if held != nil && (held.Key.Role == scope.Screen) != (via == scope.ViaScreen) {
		return nil, err
	}
	return held, err
}

// recollect is the caller that a credential stands for. Who has to set a password first is known, and may nothing.
func (s *Service) recollect(h *Held, at time.Time) *recollection {
	c := &scope.Caller{Account: h.Account.Name, Name: h.Account.Title, Via: scope.ViaSession, Grants: h.Account.grants(), Public: s.Public}
	r := &recollection{caller: c, account: c.Account, at: at}
	if h.Session != nil {
		r.until = h.Session.Until
	}
	if h.Key != nil {
		c.Via = scope.ViaKey
		if h.Key.Role == scope.Screen {
			c.Via = scope.ViaScreen
		}
		c.Grants = within(h.Key.Grant, c.Grants)
		if r.until.IsZero() {
			r.until = h.Key.Until
		}
	} else if h.Account.MustSet && h.Session.How != ByProvider { // who came from there has no use for one
		c.Grants = nil
	}
	return r
}
