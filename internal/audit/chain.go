package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Row is an entry as it is stored.
type Row struct {
	District string
	ID       int64 // unique in the district, in no order that means anything
	At       time.Time
	Account  string
	Via      string
	Address  string
	Action   Action
	Object   string
	Detail   string // JSON as it was written
}

// Hash is what seals a row: the SHA-256 of the seal before it (zero for the first) and everything that the row says. Numbers are 64 bits
// big-endian, a moment its microseconds since 1970, each text its number of bytes and then these.
func (r Row) Hash(before [32]byte) [32]byte {
	b := append(make([]byte, 0, 256), before[:]...)
	text := func(s string) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	text(r.District)
	b = binary.BigEndian.AppendUint64(b, uint64(r.ID))
	b = binary.BigEndian.AppendUint64(b, uint64(r.At.UnixMicro()))
	for _, s := range []string{r.Account, r.Via, r.Address, string(r.Action), r.Object, r.Detail} {
		text(s)
	}
	return sha256.Sum256(b)
}
