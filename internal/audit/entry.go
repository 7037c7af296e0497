// Package audit is the record of who did or saw what, when and from where. Entries are only ever added; a job seals them in order with a chain of
// hashes, one of each district and one of what concerns the whole service, so that what was changed, taken away or put between is found.
package audit

import (
	"context"
	"time"
)

// Service stands for a district in entries that concern the whole service: accounts, keys, settings.
const Service = "000000"

// Entry is one act.
type Entry struct {
	At       time.Time      // zero: the moment at which it is written
	Account  string         // who; "" for nobody known. With Via "" both are those of the caller of the context
	Via      string         // how they are known: session, key, screen, public, local
	Address  string         // from where; "" is that of the context (From)
	Action   Action         // what was done
	Object   string         // to what: a code, a name, kind/id; "" for nothing of its own
	District string         // "" is Service
	Detail   map[string]any // more, to be written as JSON; no secrets
}

// Log takes entries that no transaction writes: a sign-in, a reveal, an export. The entry is stored when Write returns nil.
type Log interface {
	Write(ctx context.Context, e Entry) error
}

type key struct{}

// From gives a context the address from which a request comes.
func From(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, key{}, address)
}

// AddressOf is the address of a context; "" if it has none.
func AddressOf(ctx context.Context) string {
	address, _ := ctx.Value(key{}).(string)
	return address
}
