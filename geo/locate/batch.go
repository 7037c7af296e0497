package locate

import "github.com/zhuwang/zhuwang/geo"

const (
	// chunk is the number of points that go through the stages of a batch together: enough to keep many loads from memory
	// under way, few enough that what the stages hand on stays in the first cache.
	chunk = 512
	// few is the number of points below which stages do not pay.
	few = 16
	// ahead is how many edges behind a record's header a batch brings near: the start of its second line of cache.
	ahead = 4
)

// Faces sets dst[i] to the owner of pts[i]: the same answers as Face, faster, because each stage of the lookup is a loop
// of its own whose loads from memory do not wait for each other. It panics if dst is shorter than pts.
func (ix *Index) Faces(dst []int32, pts []geo.Point) {
	dst = dst[:len(pts)]
	if len(pts) < few {
		for i, p := range pts {
			dst[i] = ix.Face(p)
		}
		return
	}
	var b batch
	for len(pts) > 0 {
		n := min(chunk, len(pts))
		b.faces(ix, dst[:n], pts[:n])
		dst, pts = dst[n:], pts[n:]
	}
}

// pending is a point of a batch whose cell did not answer at once. x and y are relative to the corner of the directory, and
// to that of the record's cell once its record is known.
type pending struct {
	x, y uint32
	w    word
	i    uint32 // place in the batch
}

// batch holds what the stages hand on.
type batch struct {
	queue, sorted [chunk]pending
	touched       int32 // means nothing: it keeps the compiler from dropping loads that only bring memory near
}

// faces looks up at most chunk points. dst holds the words of the points' cells until their faces are known.
func (b *batch) faces(ix *Index, dst []int32, pts []geo.Point) {
	dst = dst[:len(pts)]
	s, cols, words, ox, oy := ix.shift&31, ix.cols, ix.words, uint32(ix.origin.X), uint32(ix.origin.Y)
	for i, p := range pts {
		x, y := uint32(p.X)-ox, uint32(p.Y)-oy
		w := word(0)
		if x <= ix.width && y <= ix.height {
			w = words[(y>>s)*cols+x>>s]
		}
		dst[i] = int32(w)
	}

	n := 0
	for i, p := range pts {
		w := word(dst[i])
		dst[i] = int32(w) - 1
		b.queue[n%chunk] = pending{uint32(p.X) - ox, uint32(p.Y) - oy, w, uint32(i)}
		n += int((w>>30 | w>>31) & 1) // 1 unless the word is a face
	}

	m := 0
	for j := range b.queue[:n] {
		q := b.queue[j]
		t := s
		for q.w >= block {
			t -= 2
			q.w = words[q.w&place+word(q.y>>(t&31)&3<<2|q.x>>(t&31)&3)]
		}
		inCell := uint32(1)<<(t&31) - 1
		q.x, q.y = q.x&inCell, q.y&inCell
		switch {
		case q.w < narrow:
			dst[q.i] = int32(q.w) - 1
		case q.w < wide:
			q.w &= place
			b.queue[m] = q
			m++
		default:
			dst[q.i] = owner(ix.wide, q.w&place, int64(q.x), int64(q.y))
		}
	}
	for _, q := range b.byLength(ix.narrow, m) {
		dst[q.i] = owner(ix.narrow, q.w, int64(q.x), int64(q.y))
	}
}

// byLength sorts the first n pending points by the length of the walk that each needs, so that the processor foresees when
// the walk ends, and brings their records near.
func (b *batch) byLength(edges []edge[int16], n int) []pending {
	const longest = 15
	var starts [longest + 2]int32
	touched := int32(0)
	for j := range b.queue[:n] {
		at := b.queue[j].w
		starts[min(uint16(edges[at].x), longest)+1]++
		touched |= edges[at+ahead].left
	}
	for k := range longest {
		starts[k+1] += starts[k]
	}
	for j := range b.queue[:n] {
		k := min(uint16(edges[b.queue[j].w].x), longest)
		b.sorted[starts[k]%chunk] = b.queue[j]
		starts[k]++
	}
	b.touched = touched
	return b.sorted[:n]
}
