package tiles

import (
	"math/bits"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// spot is a place on the curve of Morton (1966): the bits of x and y, in units of MaxZoom, by turns. All places of a tile, or of
// a quarter of it and so on, follow each other on the curve.
type spot uint64

const spotBits = unitBits + MaxZoom // of x and of y

func spotOf(p pt) spot {
	return spot(spread(uint32(p.x)) | spread(uint32(p.y))<<1)
}

func (s spot) at() pt { return pt{int32(gather(uint64(s))), int32(gather(uint64(s) >> 1))} }

// spread puts a 0 before every bit.
func spread(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

// gather takes every second bit.
func gather(x uint64) uint32 {
	x &= 0x5555555555555555
	x = (x | x>>1) & 0x3333333333333333
	x = (x | x>>2) & 0x0f0f0f0f0f0f0f0f
	x = (x | x>>4) & 0x00ff00ff00ff00ff
	x = (x | x>>8) & 0x0000ffff0000ffff
	return uint32(x | x>>16)
}

// quad is a square of the world: one of 4^level, by its number on the curve.
type quad struct {
	number uint64
	level  uint32
}

func tileQuad(z, x, y uint32) quad { return quad{spread(x) | spread(y)<<1, z} }

// span is the part of the curve that lies in the square: from its first place up to the first behind it.
func (q quad) span() (from, to spot) {
	shift := 2 * (spotBits - q.level)
	return spot(q.number << shift), spot((q.number + 1) << shift)
}

// within is the square of a level in which a place lies.
func (s spot) within(level uint32) quad { return quad{uint64(s) >> (2 * (spotBits - level)), level} }

// parting is the lowest level at which two places lie in different squares; spotBits+1 if they are one.
func parting(a, b spot) uint32 {
	if a == b {
		return spotBits + 1
	}
	return spotBits - uint32(bits.Len64(uint64(a^b))-1)/2
}

// placeUnit is the unit of MaxZoom in which a place lies, within the world.
func placeUnit(p geo.Point, d crs.Datum) pt { return inWorld(project(p, d).at(fineShift(MaxZoom))) }

func inWorld(p pt) pt {
	const last = 1<<spotBits - 1
	return pt{min(max(p.x, 0), last), min(max(p.y, 0), last)}
}
