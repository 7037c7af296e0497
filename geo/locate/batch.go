package locate

import "github.com/zhuwang/zhuwang/geo"

// chunk is the number of points that go through the stages of a batch together: enough to keep many loads from memory
// under way, few enough that what the stages hand on stays in the first cache.
const chunk = 128

// Faces sets dst[i] to the owner of pts[i]: the same answers as Face, faster, because each stage of the lookup is a loop
// of its own whose loads from memory do not wait for each other. It panics if dst is shorter than pts.
func (ix *Index) Faces(dst []int32, pts []geo.Point) {
	dst = dst[:len(pts)]
	for len(pts) > 0 {
		n := min(chunk, len(pts))
		ix.faces(dst[:n], pts[:n])
		dst, pts = dst[n:], pts[n:]
	}
}

// pending is a point of a batch whose cell did not answer at once.
type pending struct {
	x, y uint32
	w    word
	i    uint32 // place in the batch
}

// faces looks up at most chunk points. dst holds the words of the points' cells until their faces are known. What it
// returns means nothing: it keeps the compiler from dropping loads that only bring memory near.
func (ix *Index) faces(dst []int32, pts []geo.Point) (touched int32) {
	dst = dst[:len(pts)]
	s, cols, words := ix.shift, ix.cols, ix.words
	for i, p := range pts {
		x, y := uint32(p.X)-uint32(ix.origin.X), uint32(p.Y)-uint32(ix.origin.Y)
		w := word(0)
		if x <= ix.width && y <= ix.height {
			w = words[(y>>s)*cols+x>>s]
		}
		dst[i] = int32(w)
	}

	var queue [chunk]pending
	n := 0
	for i, p := range pts {
		w := word(dst[i])
		dst[i] = int32(w) - 1
		queue[n%chunk] = pending{uint32(p.X) - uint32(ix.origin.X), uint32(p.Y) - uint32(ix.origin.Y), w, uint32(i)}
		if w >= record {
			n++
		}
	}
	for deeper := true; deeper; {
		deeper = false
		s -= 2
		for j := range queue[:n] {
			if q := &queue[j]; q.w >= block {
				q.w = words[q.w&place+word(q.y>>s&3<<2|q.x>>s&3)]
				deeper = deeper || q.w >= block
			}
		}
	}

	var heads [chunk]vertex
	m := 0
	for _, q := range queue[:n] {
		if q.w < record {
			dst[q.i] = int32(q.w) - 1
			continue
		}
		queue[m], heads[m] = q, ix.verts[q.w&place]
		m++
	}
	for j, q := range queue[:m] {
		at, count := q.w&place, word(heads[j].y)
		touched += ix.verts[at+count].x + ix.verts[at+count/2].x
	}
	for j, q := range queue[:m] {
		h := &heads[j]
		chains := ix.verts[q.w&place+1:][:h.y]
		f := h.x + walk(chains, int64(q.x), int64(q.y))
		if f == 0 {
			f = turn(chains, int64(q.x), int64(q.y))
		}
		dst[q.i] = f - 1
	}
	return touched
}
