package demo

import "cmp"

// queue is a priority queue: the nearest first, of equals the one with the smallest number.
type queue []step

type step struct {
	dist float64
	v    int32
}

func (a step) compare(b step) int { return cmp.Or(cmp.Compare(a.dist, b.dist), cmp.Compare(a.v, b.v)) }

func (q *queue) push(v int, dist float64) {
	*q = append(*q, step{dist, int32(v)})
	h := *q
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if h[up].compare(h[i]) <= 0 {
			return
		}
		h[up], h[i] = h[i], h[up]
		i = up
	}
}

func (q *queue) pop() (v int, dist float64) {
	h := *q
	top, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	*q = h
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return int(top.v), top.dist
		}
		if down+1 < last && h[down+1].compare(h[down]) < 0 {
			down++
		}
		if h[i].compare(h[down]) <= 0 {
			return int(top.v), top.dist
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
}
