package tiles

import (
	"fmt"
	"sync"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// datums is the number of datums; CGCS2000 and WGS 84 are one.
const datums = int(crs.BD09) + 1

// check is the error of a tile that does not exist, and the datum in which it is made.
func check(z, x, y uint32, d crs.Datum) (crs.Datum, error) {
	if !Valid(z, x, y) {
		return 0, fmt.Errorf("no tile %d/%d/%d: zoom is 0 to %d, x and y are below 2^zoom", z, x, y, MaxZoom)
	}
	if int(d) >= datums {
		return 0, fmt.Errorf("no tiles in datum %d", d)
	}
	if d == crs.WGS84 {
		d = crs.CGCS2000
	}
	return d, nil
}

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
