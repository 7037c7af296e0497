package coverage_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"pgregory.net/rapid"
)

// The verdict on small nets, clean and spoilt, agrees with brute force in exact fractions.
func TestVerdictAgreesWithBruteForce(t *testing.T) {
	verdicts := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		faces := spoil(r, coveragetest.Small(r.Uint64()), r.IntN(3))
		for _, f := range faces {
			if geo.Validate(f) != nil {
				return
			}
		}
		want := bruteForce(faces)
		verdicts[want]++
		// Coordinates a thousand times as large, so that no hole is thinner than the lattice can tell.
		faces = scaled(faces, 1000)
		c, report := coverage.Build(faces)
		if (c != nil) != want {
			t.Fatalf("clean %v, want %v\n%v\n%v", c != nil, want, faces, report.Defects)
		}
		if c != nil { // dissolved into themselves, faces are what they were
			group := make([]int32, len(faces))
			for i := range group {
				group[i] = int32(i)
			}
			d, err := c.Dissolve(group, len(faces))
			if err != nil || !slices.EqualFunc(facesOf(d), faces, geo.Equal) {
				t.Fatalf("%v become %v: %v", faces, facesOf(d), err)
			}
		}
	})
	if verdicts[true] < 10 || verdicts[false] < 10 {
		t.Errorf("the trial is one-sided: %v", verdicts)
	}
}

// spoil puts faults into a net.
func spoil(r *rand.Rand, faces []geo.MultiPolygon, faults int) []geo.MultiPolygon {
	for range faults {
		i := r.IntN(len(faces))
		f := scaled(faces[i:i+1], 1)[0]
		ring := &f[0][0]
		k := r.IntN(len(*ring))
		p, q := (*ring)[k], (*ring)[(k+1)%len(*ring)]
		switch r.IntN(7) {
		case 0:
			*ring = slices.Delete(*ring, k, k+1)
		case 1:
			(*ring)[k] = pt(p.X+r.Int32N(3)-1, p.Y+r.Int32N(3)-1)
		case 2:
			if m := pt((p.X+q.X)/2, (p.Y+q.Y)/2); m != p && m != q {
				*ring = slices.Insert(*ring, k+1, m)
			}
		case 3:
			faces = append(faces, f)
			continue
		case 4:
			if len(faces) > 1 {
				faces = slices.Delete(faces, i, i+1)
			}
			continue
		case 5:
			f = append(f, square(22+r.Int32N(3), r.Int32N(20), 1+r.Int32N(4))[0])
		case 6:
			faces = append(faces, square(r.Int32N(20), r.Int32N(20), 1+r.Int32N(4)))
			continue
		}
		faces = slices.Clone(faces)
		faces[i] = f
	}
	return faces
}

func scaled(faces []geo.MultiPolygon, by int32) []geo.MultiPolygon {
	out := make([]geo.MultiPolygon, len(faces))
	for i, f := range faces {
		for _, poly := range f {
			var q geo.Polygon
			for _, r := range poly {
				s := slices.Clone(r)
				for k := range s {
					s[k].X *= by
					s[k].Y *= by
				}
				q = append(q, s)
			}
			out[i] = append(out[i], q)
		}
	}
	return out
}

// fraction is the point (x/w, y/w), w > 0.
type fraction struct{ x, y, w int64 }

// bruteForce decides whether valid faces are a coverage: it cuts every edge wherever another edge meets it and asks at the middle of
// each piece how many faces lie on its left and on its right. No place may be covered twice, and where a face lies on the
// right, some face must have the whole edge the other way round.
func bruteForce(faces []geo.MultiPolygon) bool {
	type edge struct {
		a, b geo.Point
		face int
	}
	var edges []edge
	has := map[[2]geo.Point]bool{}
	for i, f := range faces {
		for _, poly := range f.Orient() {
			for _, r := range poly {
				for k, a := range r {
					b := r[(k+1)%len(r)]
					edges = append(edges, edge{a, b, i})
					has[[2]geo.Point{a, b}] = true
				}
			}
		}
	}
	turn := func(a, b geo.Point, p fraction) int64 {
		return int64(b.X-a.X)*(p.y-int64(a.Y)*p.w) - int64(b.Y-a.Y)*(p.x-int64(a.X)*p.w)
	}
	along := func(e edge, p fraction) (int64, int64) { // the place on e as a fraction
		return int64(e.b.X-e.a.X)*(p.x-int64(e.a.X)*p.w) + int64(e.b.Y-e.a.Y)*(p.y-int64(e.a.Y)*p.w), p.w
	}
	on := func(e edge, p fraction) bool {
		return turn(e.a, e.b, p) == 0 &&
			int64(min(e.a.X, e.b.X))*p.w <= p.x && p.x <= int64(max(e.a.X, e.b.X))*p.w &&
			int64(min(e.a.Y, e.b.Y))*p.w <= p.y && p.y <= int64(max(e.a.Y, e.b.Y))*p.w
	}
	for _, e := range edges {
		cuts := []fraction{{int64(e.a.X), int64(e.a.Y), 1}, {int64(e.b.X), int64(e.b.Y), 1}}
		for _, f := range edges {
			for _, p := range []geo.Point{f.a, f.b} {
				if q := (fraction{int64(p.X), int64(p.Y), 1}); on(e, q) {
					cuts = append(cuts, q)
				}
			}
			if n, m := geo.Orient(f.a, f.b, e.a), geo.Orient(f.a, f.b, e.b); (n > 0) != (m > 0) && n != m {
				w := n - m
				p := fraction{int64(e.a.X)*w + int64(e.b.X-e.a.X)*n, int64(e.a.Y)*w + int64(e.b.Y-e.a.Y)*n, w}
				if w < 0 {
					p = fraction{-p.x, -p.y, -w}
				}
				if on(f, p) {
					cuts = append(cuts, p)
				}
			}
		}
		slices.SortFunc(cuts, func(p, q fraction) int {
			n, w := along(e, p)
			m, v := along(e, q)
			return cmp.Compare(n*v, m*w)
		})
		for k, p := range cuts[1:] {
			q := cuts[k]
			middle := fraction{p.x*q.w + q.x*p.w, p.y*q.w + q.y*p.w, 2 * p.w * q.w}
			if p.x*q.w == q.x*p.w && p.y*q.w == q.y*p.w {
				continue
			}
			left, right := 0, 0
			for i := range faces {
				beside, odd := false, false
				for _, f := range edges {
					if f.face != i {
						continue
					}
					if on(f, middle) {
						beside = true
						if n, _ := along(e, fraction{int64(e.a.X + f.b.X - f.a.X), int64(e.a.Y + f.b.Y - f.a.Y), 1}); n > 0 {
							left++
						} else {
							right++
						}
					}
					lo, hi := f.a, f.b
					if lo.Y > hi.Y {
						lo, hi = hi, lo
					}
					if int64(lo.Y)*middle.w <= middle.y && middle.y < int64(hi.Y)*middle.w && turn(lo, hi, middle) < 0 {
						odd = !odd
					}
				}
				if odd && !beside {
					left, right = left+1, right+1
				}
			}
			if left > 1 || right > 1 || right == 1 && !has[[2]geo.Point{e.b, e.a}] {
				return false
			}
		}
	}
	return true
}
