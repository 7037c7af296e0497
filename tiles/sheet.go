package tiles

import (
	"sync"
	"sync/atomic"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// lazy is a value that is made when it is first asked for.
type lazy[T any] struct {
	make func() T
	once sync.Once
	made atomic.Bool
	it   T
}

func (l *lazy[T]) get() T {
	l.once.Do(func() {
		l.it = l.make()
		l.made.Store(true)
	})
	return l.it
}

// sheets keeps what all tiles of a zoom share, by datum and zoom, each made once when it is first needed.
type sheets[T any] [datums][MaxZoom + 1]lazy[*T]

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
			if other[d][z].made.Load() {
				s[d][z].get()
			}
		}
	}
}
