package tiles

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// The index finds what looking at every box finds, in the same order.
func TestIndexFindsWhatLookingFinds(t *testing.T) {
	for _, n := range []int{0, 1, 2, 15, 16, 17, 255, 256, 257, 5000} {
		for _, side := range []int32{0, 30, 1 << 30} {
			t.Run(fmt.Sprintf("%d boxes within %d", n, side), func(t *testing.T) {
				r := rand.New(rand.NewPCG(uint64(n), uint64(side)))
				place := func() pt { return pt{r.Int32N(side + 1), r.Int32N(side + 1)} }
				items := make([]box, n)
				for i := range items {
					p := place()
					items[i] = emptyBox().extend(p).extend(pt{p.x + r.Int32N(side/20+1), p.y + r.Int32N(side/20+1)})
				}
				ix := newIndex(items)
				for range 200 {
					b := emptyBox().extend(place()).extend(place())
					var want []int32
					for i, item := range items {
						if item.intersects(b) {
							want = append(want, int32(i))
						}
					}
					if got := ix.search(nil, b); !slices.Equal(got, want) {
						t.Fatalf("found %v in %v, want %v", got, b, want)
					}
				}
			})
		}
	}
}

// Places near each other on the curve are near each other on the map.
func TestHilbertCurveStepsToNeighbours(t *testing.T) {
	const order = 6
	at := map[uint32]pt{}
	for x := range uint32(1 << order) {
		for y := range uint32(1 << order) {
			at[hilbert(x<<(16-order), y<<(16-order))>>(32-2*order)] = pt{int32(x), int32(y)}
		}
	}
	for d := range uint32(1<<(2*order) - 1) {
		p, q := at[d], at[d+1]
		if abs(int64(p.x-q.x))+abs(int64(p.y-q.y)) != 1 {
			t.Fatalf("place %d is %v, the next %v", d, p, q)
		}
	}
}
