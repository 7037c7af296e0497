package demo

import "math"

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(z uint64) uint64 {
	z += 0x9E3779B97F4A7C15
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// share makes a number in [0, 1) of 64 random bits.
func share(bits uint64) float64 { return float64(bits>>11) / (1 << 53) }

// random is a stream of random numbers (SplitMix64). Each stage and each thing in it draws from a stream of its own, so that
// a change in one leaves the others as they were.
type random struct{ state uint64 }

func newRandom(seed uint64, stage string, id int) *random {
	h := mix(seed)
	for _, c := range stage {
		h = mix(h ^ uint64(c))
	}
	return &random{mix(h ^ uint64(id))}
}

func (r *random) bits() uint64 {
	r.state += 0x9E3779B97F4A7C15
	return mix(r.state)
}

// share is uniform in [0, 1), in uniform in [a, b), below uniform in 0 … n−1.
func (r *random) share() float64          { return share(r.bits()) }
func (r *random) in(a, b float64) float64 { return a + float64((b-a)*r.share()) }
func (r *random) below(n int) int         { return int(r.bits() % uint64(n)) }

func shuffle[T any](r *random, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := r.below(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}

// white is the random number in [0, 1) that belongs to a pair of integers.
func white(seed uint64, x, y int) float64 {
	return share(mix(seed ^ mix(uint64(int64(x))*0x9E3779B1+uint64(int64(y))*0x85EBCA77)))
}

// valueNoise is white noise at whole numbers, smoothly interpolated between them; in [0, 1).
func valueNoise(seed uint64, x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int(fx), int(fy)
	u, v := ease(x-fx), ease(y-fy)
	a, b := white(seed, ix, iy), white(seed, ix+1, iy)
	c, d := white(seed, ix, iy+1), white(seed, ix+1, iy+1)
	return float64((a+float64((b-a)*u))*(1-v)) + float64((c+float64((d-c)*u))*v)
}

// fractalNoise adds octaves of value noise, each of half the size and half the strength; in [0, 1). Size is that of the
// largest features in metres.
func fractalNoise(seed uint64, p vec, size float64, octaves int) float64 {
	sum, strength, total := 0.0, 1.0, 0.0
	for i := range octaves {
		sum += float64(strength * valueNoise(seed+uint64(i)*77, p.x/size, p.y/size))
		total += strength
		strength, size = strength/2, size/2
	}
	return sum / total
}
