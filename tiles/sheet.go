package tiles

import (
	"sync"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// sheets keeps what all tiles of a zoom share, by datum and zoom, each made once when it is first needed.
type sheets[T any] [datums][MaxZoom + 1]func() *T

func (s *sheets[T]) init(make func(d crs.Datum, z uint32) *T) {
	for d := range s {
		for z := range s[d] {
			s[d][z] = sync.OnceValue(func() *T { return make(crs.Datum(d), uint32(z)) })
		}
	}
}

func (s *sheets[T]) at(d crs.Datum, z uint32) *T { return s[d][z]() }
