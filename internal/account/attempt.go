package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Attempt is how often something was tried in vain, and from when on it may be tried again.
type Attempt struct {
	What   string // hashed: what people type for a name may be their password
	Failed int
	Last   time.Time
	Free   time.Time
}

// brake is how one kind of attempt is slowed: some are free, then the pause doubles up to a longest one.
type brake struct {
	free    int
	longest time.Duration
}

// Who guesses at one account from one address is stopped soon. An account cannot be shut by those who guess at it from everywhere: they slow it.
// An address may be that of a whole office.
var (
	brakePair    = brake{5, 15 * time.Minute}
	brakeAccount = brake{20, time.Minute}
	brakeAddress = brake{100, time.Minute}
)

// forgotten is how long after the last of them attempts are forgotten.
const forgotten = 24 * time.Hour

// next is an attempt counted at a moment, or how long it has to wait.
func (b brake) next(a Attempt, now time.Time) (counted Attempt, wait time.Duration) {
	if wait = a.Free.Sub(now); wait > 0 {
		return a, wait
	}
	if now.Sub(a.Last) > forgotten {
		a.Failed = 0
	}
	a.Failed++
	a.Last, a.Free = now, now
	if over := a.Failed - b.free; over >= 0 {
		pause := b.longest
		if over < 20 {
			pause = min(pause, time.Second<<over)
		}
		a.Free = now.Add(pause)
	}
	return a, 0
}

// tries are the brakes of one attempt, by what they are kept by.
type tries map[string]brake

// triesOf are the brakes of an attempt at an account from an address. Whether there is such an account makes no difference.
func triesOf(name, address string) tries {
	from := network(address)
	return tries{
		tried("pair", name, from):  brakePair,
		tried("account", name, ""): brakeAccount,
		tried("address", "", from): brakeAddress,
	}
}

func tried(kind, name, address string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + name + "\x00" + address))
	return hex.EncodeToString(sum[:])
}

// network is what of an address one person has: of IPv6 that is a network of 64 bits.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.Prefix(64)
	return prefix.String()
}

// decide counts an attempt against all of its brakes, or against none where one of them still holds.
func (t tries) decide(now time.Time, known []Attempt) (counted []Attempt, wait time.Duration) {
	for _, a := range known {
		next, w := t[a.What].next(a, now)
		wait = max(wait, w)
		counted = append(counted, next)
	}
	if wait > 0 {
		return nil, wait
	}
	return counted, 0
}

// forgive forgets what was tried in vain by whoever was let in now. Others at his address are not made good by that.
func (t tries) forgive(ctx context.Context, tx Tx) error {
	var forget, less []string
	for _, what := range slices.Sorted(maps.Keys(t)) {
		if t[what] == brakeAddress {
			less = append(less, what)
		} else {
			forget = append(forget, what)
		}
	}
	return tx.Forgive(ctx, forget, less)
}

// slowed says how long to wait.
func slowed(wait time.Duration) error {
	return fault.New(fault.TooMany, "sign-in-slowed", fault.Args{"seconds": int((wait + time.Second - 1) / time.Second)})
}
