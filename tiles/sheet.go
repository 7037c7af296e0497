package tiles

import (
	"sync"
	"sync/atomic"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// lazy is a value that is made when it is first asked for, and again when it was let go.
type lazy[T any] struct {
	make   func() *T
	making sync.Mutex
	it     atomic.Pointer[T]
}

func (l *lazy[T]) get() *T {
	if it := l.it.Load(); it != nil {
		return it
	}
	l.making.Lock()
	defer l.making.Unlock()
	if it := l.it.Load(); it != nil {
		return it
	}
	it := l.make()
	l.it.Store(it)
	return it
}

// sheets keeps what all tiles of a zoom share, by datum and zoom, each made once when it is first needed.
type sheets[T any] [datums][MaxZoom + 1]lazy[T]

func (s *sheets[T]) init(make func(d crs.Datum, z uint32) *T) {
	for d := range s {
		for z := range s[d] {
			s[d][z].make = func() *T { return make(crs.Datum(d), uint32(z)) }
		}
	}
}

func (s *sheets[T]) at(d crs.Datum, z uint32) *T { return s[d][z].get() }

// follow makes the sheets that another set has.
func (s *sheets[T]) follow(other *sheets[T]) {
	for d := range s {
		for z := range s[d] {
			if other[d][z].it.Load() != nil {
				s[d][z].get()
			}
		}
	}
}

// rest lets go of all sheets.
func (s *sheets[T]) rest() {
	for d := range s {
		for z := range s[d] {
			s[d][z].it.Store(nil)
		}
	}
}
