package geo_test

import (
	"cmp"
	"math/big"
	"slices"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"pgregory.net/rapid"
)

type segment struct{ a, b geo.Point }

func segments(t *rapid.T) []segment {
	limit := rapid.SampledFrom([]int32{20, 3000, 1_000_000_000}).Draw(t, "limit")
	c := rapid.Int32Range(-limit, limit)
	step := rapid.Int32Range(-limit/8, limit/8)
	return rapid.SliceOf(rapid.Custom(func(t *rapid.T) segment {
		a := geo.Point{X: c.Draw(t, "x"), Y: c.Draw(t, "y")}
		if rapid.Bool().Draw(t, "long") {
			return segment{a, geo.Point{X: c.Draw(t, "x"), Y: c.Draw(t, "y")}}
		}
		return segment{a, geo.Point{X: a.X + step.Draw(t, "dx"), Y: a.Y + step.Draw(t, "dy")}}
	})).Draw(t, "segments")
}

func meet(s, t segment) bool {
	return geo.Cross(s.a, s.b, t.a, t.b) || geo.OnSegment(s.a, t.a, t.b) || geo.OnSegment(s.b, t.a, t.b) ||
		geo.OnSegment(t.a, s.a, s.b) || geo.OnSegment(t.b, s.a, s.b)
}

// No pair of segments that meet is missed, nor any segment that has an end in a box.
func TestBuckets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := segments(t)
		index := geo.NewBuckets(len(list), func(i int) (a, b geo.Point) { return list[i].a, list[i].b })
		pairs := map[[2]int]bool{}
		index.Pairs(func(i, j int) bool {
			if i >= j {
				t.Fatalf("pair %d, %d", i, j)
			}
			pairs[[2]int{i, j}] = true
			return true
		})
		for j := range list {
			for i := range j {
				if meet(list[i], list[j]) && !pairs[[2]int{i, j}] {
					t.Fatalf("%v and %v meet", list[i], list[j])
				}
			}
		}
		if len(list) == 0 {
			index.Near(geo.Bounds{}, func(int) { t.Fatal("something is near in nothing") })
			return
		}
		p, q := list[0].a, list[len(list)-1].b
		box := geo.EmptyBounds().Extend(p).Extend(q)
		near := map[int]bool{}
		index.Near(box, func(i int) { near[i] = true })
		for i, s := range list {
			if (box.Contains(s.a) || box.Contains(s.b)) && !near[i] {
				t.Fatalf("%v has an end in %v", s, box)
			}
		}
		calls := 0
		index.Pairs(func(i, j int) bool { calls++; return false })
		if calls > 1 {
			t.Fatal("it does not end when told to")
		}
	})
}

// The nearest segment in the west is the one that brute force finds; all segments of a row are listed.
func TestRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []segment
		for _, s := range segments(t) { // keep those that meet no other, or in ends only
			if !slices.ContainsFunc(list, func(o segment) bool {
				shared := s.a == o.a || s.a == o.b || s.b == o.a || s.b == o.b
				return meet(s, o) && !shared || geo.Orient(s.a, s.b, o.a) == 0 && geo.Orient(s.a, s.b, o.b) == 0 || s.a == s.b
			}) {
				list = append(list, s)
			}
		}
		list = slices.DeleteFunc(list, func(s segment) bool { return s.a == s.b })
		rows := geo.NewRows(len(list), func(i int) (a, b geo.Point) { return list[i].a, list[i].b })
		for _, s := range list {
			p := s.b
			if !slices.Contains(rows.Near(p.Y), int32(slices.Index(list, s))) {
				t.Fatalf("%v is not listed at %d", s, p.Y)
			}
			got := rows.West(p)
			best := -1
			for i, o := range list {
				if geo.Crossing(o.a, o.b, p) == 0 || geo.OnSegment(p, o.a, o.b) {
					continue
				}
				if best < 0 || east(o, list[best], p.Y) {
					best = i
				}
			}
			if got != best {
				t.Fatalf("west of %v: %d, want %d of %v", p, got, best, list)
			}
		}
	})
}

// east compares where two segments cross a row moved up by an infinitesimal amount, in exact fractions.
func east(s, o segment, y int32) bool {
	cross := func(s segment) (x, slope *big.Rat) {
		slope = big.NewRat(int64(s.b.X)-int64(s.a.X), int64(s.b.Y)-int64(s.a.Y))
		x = big.NewRat(int64(y)-int64(s.a.Y), 1)
		return x.Mul(x, slope).Add(x, big.NewRat(int64(s.a.X), 1)), slope
	}
	x, slope := cross(s)
	v, other := cross(o)
	return cmp.Or(x.Cmp(v), slope.Cmp(other)) > 0
}

func TestDistinct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]int32{-geo.MaxX, -7, 0, 1, 2, 3, 70_000, geo.MaxX})
		var pts []geo.Point
		for range rapid.IntRange(0, 4000).Draw(t, "n") {
			pts = append(pts, geo.Point{X: c.Draw(t, "x"), Y: c.Draw(t, "y") / 2})
		}
		uniq, id := geo.Distinct(pts)
		if !slices.IsSortedFunc(uniq, geo.Point.Compare) || len(slices.Compact(slices.Clone(uniq))) != len(uniq) {
			t.Fatalf("%v", uniq)
		}
		for i, p := range pts {
			if uniq[id[i]] != p {
				t.Fatalf("%v is given as %v", p, uniq[id[i]])
			}
		}
	})
}
