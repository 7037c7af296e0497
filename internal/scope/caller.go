package scope

import (
	"context"
	"time"
)

// Grant gives a role on the things under a prefix, for a time.
type Grant struct {
	Role        Role
	Prefix      string    // "": all districts; else the code of a district, town, community or grid
	From, Until time.Time // zero: open
}

// InForce reports whether the grant holds at a moment.
func (g Grant) InForce(now time.Time) bool {
	return !now.Before(g.From) && (g.Until.IsZero() || now.Before(g.Until))
}

// How a caller is known.
const (
	ViaLocal   = "local"   // the command line, the server itself
	ViaSession = "session" // somebody signed in
	ViaKey     = "key"
	ViaScreen  = "screen"
	ViaPublic  = "public" // not at all
)

// Caller is who asks. It is not changed once it is made.
type Caller struct {
	Account string // "": nobody known
	Name    string
	Via     string
	Grants  []Grant
	Public  Set // what everybody may, everywhere
}

// Area is where the caller may p now: the union of the prefixes in force whose role has it.
func (c *Caller) Area(p Permission) Area { return c.AreaAt(p, time.Now()) }

// AreaAt is Area at a moment.
func (c *Caller) AreaAt(p Permission, now time.Time) Area {
	switch {
	case c == nil || p == 0 || p >= permissions:
		return Area{}
	case p == Anyone, c.Public.Has(p), p == SignedIn && c.Account != "":
		return Everywhere
	}
	var held []string
	for _, g := range c.Grants {
		if !g.Role.May().Has(p) || !g.InForce(now) {
			continue
		}
		if g.Prefix == "" {
			return Everywhere
		}
		held = append(held, g.Prefix)
	}
	return Union(held...)
}

// May reports whether there is anywhere that the caller may p.
func (c *Caller) May(p Permission) bool { return !c.Area(p).Empty() }

// local may everything.
var local = &Caller{Account: "local", Name: "local", Via: ViaLocal, Grants: []Grant{{Role: Administrator}}}

// Local is the command line and the server's own work, which may everything.
func Local() *Caller { return local }

// Nobody is a caller who is not known and sees what everybody may.
func Nobody(public Set) *Caller { return &Caller{Via: ViaPublic, Public: public} }

// Key is the key of the *Caller in a context, for contexts that hold more than that.
type Key struct{}

// With gives a context its caller.
func With(ctx context.Context, c *Caller) context.Context { return context.WithValue(ctx, Key{}, c) }

// nothing is the caller of a context that has none.
var nothing = &Caller{}

// Of is the caller of a context; where there is none, one who may nothing.
func Of(ctx context.Context) *Caller {
	if c, ok := ctx.Value(Key{}).(*Caller); ok && c != nil {
		return c
	}
	return nothing
}
