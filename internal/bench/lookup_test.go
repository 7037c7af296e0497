package bench

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/testkit/nets"
)

// lookupTargets are those of a size of net: fractions of the plain lookup's time, uniform and border points, and of h3-go's.
var lookupTargets = []struct {
	single, batch  [2]float64
	h3, megabytes  float64
	build          float64 // of S2's time
	resolution     int     // of H3's cells
	bucketsPerFace []int
}{
	{[2]float64{18, 7}, [2]float64{40, 13}, 20, 3, 0, 9, []int{1, 4, 16, 64}},
	{[2]float64{8, 4}, [2]float64{28, 11}, 20, 30, 0, 9, []int{1, 4, 16, 64}},
	{[2]float64{4, 3}, [2]float64{15, 12}, 8, 700, 4, 8, []int{4, 16}},
}

const lookupText = `Which face holds a point: generated nets whose shared borders wiggle (418 faces × 257 vertices, 10,000 × 129, 1,000,000 × 17), points anywhere
(*uniform*) and points within 300 units, 3 cm to 3 m, of a vertex of a border (*border*).

- *single*: one call a point; *dependent*: the next point is known only when the last answer is, so nothing hides the latency of memory; *batch*: many points a call,
  beside single calls of those that have no batch; *two-threads*: both cores, time a point of the two together; *cold*: after 128 MiB of other memory were read, 256 points at a time.
- **plain** is thirty lines of Go (internal/testkit/nets): a grid of buckets that lists the faces by their boxes, at the best of several sizes for each kind of points, and an exact crossing test in int64.
- Each rival goes by its documented fast path, its points already in its own form: **orb-rtree** (orb/planar behind tidwall/rtree), **tidwall-geojson** (an indexed feature
  collection), **s2** (golang/geo: ShapeIndex, ContainsPointQuery), **h3-exact** (h3-go 4.5.0: cells of resolution 9, of 8 for the million, with the faces that overlap
  each, then the exact test), **postgis** (ST_Covers by GiST, prepared, a round trip a point over a local connection), **postgis-join** (10,000 points in a table, joined at once).
- *differs* counts the points for which the answer is not that of the tie rule. *on-border* points are vertices of borders and the places one unit beside them.
  S2's edges are geodesics; orb, tidwall and PostGIS take borders as part of both faces; the exact ones leave the net's outer border open to the east and north.
- *memory* is the growth of the heap, without the polygons of the net where an index uses those as they are (plain, h3-exact: add the net's). *build* begins with the polygons of the net: ours checks the coverage,
  makes its arcs and then the index, on both cores.`

// BenchmarkLookup measures lookups of points beside every rival.
func BenchmarkLookup(b *testing.B) {
	about(b, section{Show: 1, Title: "Lookup", Text: lookupText})
	for k, size := range nets.Sizes {
		b.Run(size.Name, func(b *testing.B) { benchmarkLookup(b, k) })
	}
}

func benchmarkLookup(b *testing.B, k int) {
	net, target := nets.Sizes[k].Net(), lookupTargets[k]
	r := rand.New(rand.NewPCG(1, uint64(k)))
	modules := rivals(target.resolution)
	index, built := benchmarkBuild(b, k, modules)
	var plains []*nets.Plain
	for _, perFace := range target.bucketsPerFace {
		plains = append(plains, nets.NewPlain(net.Faces, perFace))
	}
	db := newPostGIS(b, net.Faces)

	uniform, border, onBorder := net.Uniform(r, asked), net.Along(r, asked), onBorder(net, r, asked)
	for i, points := range []struct {
		name string
		pts  []geo.Point
	}{{"uniform", uniform}, {"border", border}} {
		pts := points.pts
		ours, batch := ourLoops(index, pts), batchLoop(index, pts)
		others := []loops{plainLoops(plains, pts)}
		for m, module := range modules {
			others = append(others, loopsOf(module.name, built[m](pts)))
		}
		// beside is every yardstick by the same kind of loop, with a target beside some.
		beside := func(kind func(l loops) way, want map[string]float64) (list []way) {
			for _, l := range others {
				w := kind(l)
				w.name = l.name
				if f := want[l.name]; f > 0 {
					w.want = atMost(1 / f)
				}
				list = append(list, w)
			}
			return list
		}
		single := func(l loops) way { return onOne(l.each()) }
		dependent := func(l loops) way { return onOne(l.chain()) }
		both := func(l loops) way { return onTwo(l.each(), l.each()) }
		cold := func(l loops) way { return way{do: single(l).do, n: 256, before: flush} }
		wants := map[string]float64{"plain": target.single[i]}
		if i == 0 {
			wants["h3-exact"] = target.h3
		}
		name := func(how string) string { return how + "/" + points.name }

		sql := way{name: "postgis", do: func(n int) {
			for i := range n {
				db.face(pts[i%asked])
			}
		}}
		measure(b, figure{name: name("single"), op: "point", ours: single(ours), against: append(beside(single, wants), sql)})
		wants = map[string]float64{"plain": target.batch[i]}
		join := way{name: "postgis-join", n: 10_000, do: db.join(pts[:10_000])}
		measure(b, figure{name: name("batch"), op: "point", ours: onOne(batch), against: append(beside(single, wants), join)})
		measure(b, figure{name: name("dependent"), op: "point", ours: dependent(ours), against: beside(dependent, nil)})
		measure(b, figure{name: name("two-threads/single"), op: "point", ours: both(ours), against: beside(both, nil)})
		measure(b, figure{name: name("two-threads/batch"), op: "point", ours: onTwo(batch, batchLoop(index, pts)), against: beside(both, nil)})
		measure(b, figure{name: name("cold/single"), op: "point", rounds: 31, ours: cold(ours), against: beside(cold, nil)})
		coldBatch := way{do: onOne(batch).do, n: 256, before: flush}
		measure(b, figure{name: name("cold/batch"), op: "point", rounds: 31, ours: coldBatch, against: beside(cold, nil)})
	}

	for _, points := range []struct {
		name string
		pts  []geo.Point
	}{{"uniform", uniform}, {"border", border}, {"on-border", onBorder}} {
		differing := func(name string, n int, look func(i int) int32) way {
			return way{name: name, is: percent(n, func(i int) bool { return look(i) != index.Face(points.pts[i]) })}
		}
		f := figure{name: "differs/" + points.name, op: "percent"}
		f.against = append(f.against, differing("plain", asked, func(i int) int32 { return plains[0].Face(points.pts[i]) }))
		for m, module := range modules {
			f.against = append(f.against, differing(module.name, asked, built[m](points.pts)()))
		}
		f.against = append(f.against, differing("postgis", 4096, func(i int) int32 { return db.face(points.pts[i]) }))
		report(b, f)
	}

	i := 0
	next := func(look func(i int) int32) float64 {
		return testing.AllocsPerRun(1000, func() { look(i & (asked - 1)); i++ })
	}
	f := figure{name: "allocations", op: "allocs/point", ours: way{is: next(func(i int) int32 { return index.Face(uniform[i]) })}}
	for m, module := range modules {
		f.against = append(f.against, way{name: module.name, is: next(built[m](uniform)())})
	}
	report(b, f)
}

// benchmarkBuild measures how long each way takes from the polygons of a net to what it looks up in, and the memory that
// this holds. It gives what was built.
func benchmarkBuild(b *testing.B, k int, modules []rival) (index *locate.Index, built []indexed) {
	net, target := nets.Sizes[k].Net(), lookupTargets[k]
	rounds := 3
	if target.build > 0 {
		rounds = 1 // a minute each
	}
	built = make([]indexed, len(modules))
	ways := []way{{do: func(int) { index = locate.New(net.Coverage()) }}}
	for m, module := range modules {
		ways = append(ways, way{name: module.name, do: func(int) { built[m] = module.build(net.Faces) }})
	}
	var plain *nets.Plain
	ways = append(ways, way{name: "plain", do: func(int) { plain = nets.NewPlain(net.Faces, 4) }})
	took, holds := make([][]float64, len(ways)), make([]float64, len(ways))
	for range rounds {
		index, plain = nil, nil
		clear(built)
		for i, w := range ways {
			before := heap()
			took[i] = append(took[i], w.time(1))
			holds[i] = (float64(heap()) - float64(before)) / 1e6
		}
	}
	runtime.KeepAlive(plain)
	build := figure{name: "build", op: "ns/build", ours: way{are: took[0]}}
	memory := figure{name: "memory", op: "MB", ours: way{is: holds[0], want: atMost(target.megabytes)}}
	for i, w := range ways[1:] {
		limit := limit{}
		if w.name == "s2" && target.build > 0 {
			limit = atMost(1 / target.build)
		}
		build.against = append(build.against, way{name: w.name, are: took[i+1], want: limit})
		memory.against = append(memory.against, way{name: w.name, is: holds[i+1]})
	}
	report(b, build)
	report(b, memory)
	return index, built
}

// percent is how many of n are so.
func percent(n int, so func(i int) bool) float64 {
	count := 0
	for i := range n {
		if so(i) {
			count++
		}
	}
	return 100 * float64(count) / float64(n)
}

// onBorder draws vertices of borders and the places one unit beside them.
func onBorder(net *nets.Net, r *rand.Rand, count int) []geo.Point {
	pts := make([]geo.Point, count)
	for k := range pts {
		a := net.Arcs[r.IntN(len(net.Arcs))].Points
		v := a[r.IntN(len(a))]
		if k%2 == 1 {
			v = geo.Point{X: v.X + r.Int32N(3) - 1, Y: v.Y + r.Int32N(3) - 1}
		}
		pts[k] = v
	}
	return pts
}
