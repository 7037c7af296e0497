package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Cost is what one guess of a password costs (argon2id, RFC 9106).
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// Usual is the cost that RFC 9106, section 4, recommends where memory is scarce.
var Usual = Cost{Memory: 64 << 10, Passes: 3, Threads: 4}

// drawn is the cost of passwords that were drawn at random: their 80 bits are beyond guessing whatever a guess costs.
var drawn = Cost{Memory: 1 << 10, Passes: 1, Threads: 1}

const (
	saltBytes = 16
	hashBytes = 32
)

// hash is a password as it is kept, written $argon2id$v=19$m=…,t=…,p=…$salt$hash.
type hash struct {
	Cost
	salt, sum []byte
}

// parseHash reads what String wrote, within bounds: what lies in a database must not take the server's memory.
func parseHash(s string) (h hash, ok bool) {
	part := strings.Split(s, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != "v="+strconv.Itoa(argon2.Version) {
		return h, false
	}
	var err error
	number := func(text, name string, bits int) uint64 {
		digits, named := strings.CutPrefix(text, name+"=")
		n, e := strconv.ParseUint(digits, 10, bits)
		if e != nil || !named {
			err = fmt.Errorf("no number %s", name)
		}
		return n
	}
	cost := strings.Split(part[3], ",")
	if len(cost) != 3 {
		return h, false
	}
	h.Memory, h.Passes, h.Threads = uint32(number(cost[0], "m", 32)), uint32(number(cost[1], "t", 32)), uint8(number(cost[2], "p", 8))
	if err != nil || h.Memory > 1<<20 || h.Passes < 1 || h.Passes > 100 || h.Threads < 1 || h.Memory < 8*uint32(h.Threads) {
		return h, false
	}
	h.salt, err = base64.RawStdEncoding.Strict().DecodeString(part[4])
	if err == nil {
		h.sum, err = base64.RawStdEncoding.Strict().DecodeString(part[5])
	}
	return h, err == nil && len(h.salt) == saltBytes && len(h.sum) == hashBytes
}

func (h hash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.Memory, h.Passes, h.Threads,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.sum))
}

func (c Cost) sum(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, hashBytes)
}

// less reports whether a guess costs less than at another cost.
func (c Cost) less(than Cost) bool {
	return c.Memory < than.Memory || c.Passes < than.Passes || uint64(c.Memory)*uint64(c.Passes) < uint64(than.Memory)*uint64(than.Passes)
}

// hasher hashes passwords, a few at a time: a crowd that signs in waits for its turn and does not take the memory.
type hasher struct {
	cost  Cost
	turns chan struct{}
}

const (
	hashTurns = 2               // at once
	hashWait  = 8 * time.Second // for a turn
)

func newHasher(cost Cost) *hasher { return &hasher{cost, make(chan struct{}, hashTurns)} }

// turn waits for a turn. fault sign-in-busy where too many wait.
func (h *hasher) turn(ctx context.Context) (done func(), err error) {
	patience, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-patience.Done():
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fault.New(fault.Unavailable, "sign-in-busy", nil)
	}
}

// make hashes a new password.
func (h *hasher) make(ctx context.Context, password string, cost Cost) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails
	return hash{cost, salt, cost.sum(password, salt)}.String(), nil
}

// match reports whether a password is the one that is kept, and whether it is kept at a lower cost than passwords are now. It takes as long where
// none is kept: nobody learns from the time which accounts there are.
func (h *hasher) match(ctx context.Context, password, kept string) (ok, cheap bool, err error) {
	done, err := h.turn(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	k, known := parseHash(kept)
	if known {
		ok = subtle.ConstantTimeCompare(k.sum, k.Cost.sum(password, k.salt)) == 1
		cheap = k.Cost.less(h.cost)
	}
	if !known || cheap {
		h.cost.sum(password, make([]byte, saltBytes))
	}
	return ok, cheap, nil
}

// drawnLetters are those that nobody takes for another.
const drawnLetters = "abcdefghjkmnpqrstuvwxyz023456789"

// drawPassword is a new password of 80 random bits, in groups that can be read out.
func drawPassword() string {
	var bits [16]byte
	rand.Read(bits[:])
	var text []byte
	for i, b := range bits {
		if i > 0 && i%4 == 0 {
			text = append(text, '-')
		}
		text = append(text, drawnLetters[b&31])
	}
	return string(text)
}
