package bench

import (
	"runtime"
	"sync"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/testkit/nets"
)

// asked is the number of points of a kind: a power of two, so that a mask tells where their list begins anew.
const asked = 1 << 18

// loop asks for n points of the list, from one on.
type loop func(from, n int)

// loops are the ways to ask one by one. Each goroutine makes its own loop.
type loops struct {
	name  string
	each  func() loop // the points are known beforehand
	chain func() loop // which point is the next depends on the last answer
}

// loopsOf asks a rival.
func loopsOf(name string, lookup func() func(i int) int32) loops {
	return loops{name, func() loop {
		look := lookup()
		return func(from, n int) {
			sum := int32(0)
			for i := from; i < from+n; i++ {
				sum += look(i & (asked - 1))
			}
			runtime.KeepAlive(sum)
		}
	}, func() loop {
		look := lookup()
		return func(from, n int) {
			last := int32(0)
			for i := from; i < from+n; i++ {
				last = look((i + int(last&1)) & (asked - 1))
			}
			runtime.KeepAlive(last)
		}
	}}
}

// ourLoops asks the index; like those of the plain lookup without a call between, which would be a tenth of the time.
func ourLoops(index *locate.Index, pts []geo.Point) loops {
	pts = pts[:asked]
	return loops{"zhuwang", func() loop {
		return func(from, n int) {
			sum := int32(0)
			for i := from; i < from+n; i++ {
				sum += index.Face(pts[i&(asked-1)])
			}
			runtime.KeepAlive(sum)
		}
	}, func() loop {
		return func(from, n int) {
			last := int32(0)
			for i := from; i < from+n; i++ {
				last = index.Face(pts[(i+int(last&1))&(asked-1)])
			}
			runtime.KeepAlive(last)
		}
	}}
}

// plainLoops asks the one of several plain lookups that is the fastest for the points.
func plainLoops(plains []*nets.Plain, pts []geo.Point) loops {
	pts = pts[:asked]
	of := func(plain *nets.Plain) loops {
		return loops{"plain", func() loop {
			return func(from, n int) {
				sum := int32(0)
				for i := from; i < from+n; i++ {
					sum += plain.Face(pts[i&(asked-1)])
				}
				runtime.KeepAlive(sum)
			}
		}, func() loop {
			return func(from, n int) {
				last := int32(0)
				for i := from; i < from+n; i++ {
					last = plain.Face(pts[(i+int(last&1))&(asked-1)])
				}
				runtime.KeepAlive(last)
			}
		}}
	}
	times := make([]float64, len(plains))
	for range 3 {
		for i, plain := range plains {
			w := onOne(of(plain).each())
			if took := w.time(asked / 4); times[i] == 0 || took < times[i] {
				times[i] = took
			}
		}
	}
	best := 0
	for i := range times {
		if times[i] < times[best] {
			best = i
		}
	}
	return of(plains[best])
}

// batchLoop asks the index for all points of the list in one call, and for what is left of n.
func batchLoop(index *locate.Index, pts []geo.Point) loop {
	faces := make([]int32, asked)
	return func(from, n int) {
		for n > 0 {
			at := from & (asked - 1)
			count := min(n, asked-at)
			index.Faces(faces[:count], pts[at:][:count])
			from, n = from+count, n-count
		}
	}
}

// onOne runs a loop on one thread. It goes on where it ended, so that slow ways too see all points and not the first few again and again.
func onOne(l loop) way {
	from := 0
	return way{do: func(n int) {
		l(from, n)
		from += n
	}}
}

// onTwo runs two loops at a time, each over its half of the points.
func onTwo(a, b loop) way {
	from := 0
	return way{do: func(n int) {
		var both sync.WaitGroup
		both.Go(func() { a(from, n/2) })
		both.Go(func() { b(from+asked/2, n-n/2) })
		both.Wait()
		from += n / 2
	}}
}

var other = make([]byte, 128<<20)

// flush fills the caches with other memory.
func flush() {
	for i := 0; i < len(other); i += 64 {
		other[i]++
	}
}
