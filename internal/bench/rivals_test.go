package bench

import (
	"github.com/golang/geo/s2"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/tidwall/geojson"
	"github.com/tidwall/geojson/geometry"
	"github.com/tidwall/rtree"
	"github.com/uber/h3-go/v4"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/testkit/nets"
)

// rival is a module that can be asked which face holds a point, by the fast path of its documentation.
type rival struct {
	name  string
	build func(faces []geo.MultiPolygon) indexed
}

// indexed is what a rival has built. It takes points into the rival's own form, which is never timed; the lookup of the
// i-th of them is made once for each goroutine.
type indexed func(pts []geo.Point) (lookup func() func(i int) int32)

// rivals are those of the Go modules; h3-go looks up cells of a resolution that fits the net.
func rivals(resolution int) []rival {
	return []rival{
		{"orb-rtree", orbRTree},
		{"tidwall-geojson", tidwallGeoJSON},
		{"s2", s2Index},
		{"h3-exact", func(faces []geo.MultiPolygon) indexed { return h3Exact(faces, resolution) }},
	}
}

// degrees is a ring in degrees, closed, in a rival's own form.
func degrees[P any](r geo.Ring, point func(lon, lat float64) P) []P {
	pts := make([]P, 0, len(r)+1)
	for _, p := range r {
		pts = append(pts, point(p.Lon(), p.Lat()))
	}
	return append(pts, pts[0])
}

func each[P any](pts []geo.Point, point func(lon, lat float64) P) []P {
	to := make([]P, len(pts))
	for i, p := range pts {
		to[i] = point(p.Lon(), p.Lat())
	}
	return to
}

// orbRTree finds candidates by their boxes in an R-tree and tests them with orb/planar.
func orbRTree(faces []geo.MultiPolygon) indexed {
	polygons := make([]orb.Polygon, len(faces))
	var tree rtree.RTreeG[int32]
	point := func(lon, lat float64) orb.Point { return orb.Point{lon, lat} }
	for i, f := range faces {
		polygons[i] = orb.Polygon{degrees(f[0][0], point)}
		box := polygons[i].Bound()
		tree.Insert(box.Min, box.Max, int32(i))
	}
	return func(pts []geo.Point) func() func(int) int32 {
		asked := each(pts, point)
		return func() func(int) int32 {
			return func(i int) int32 {
				owner := coverage.Outside
				tree.Search(asked[i], asked[i], func(_, _ [2]float64, k int32) bool {
					if planar.PolygonContains(polygons[k], asked[i]) {
						owner = k
					}
					return owner == coverage.Outside
				})
				return owner
			}
		}
	}
}

// numbered is a polygon that knows which face it is.
type numbered struct {
	*geojson.Polygon
	face int32
}

// tidwallGeoJSON is a feature collection with its index, each polygon indexed by itself where the library sees fit.
func tidwallGeoJSON(faces []geo.MultiPolygon) indexed {
	features := make([]geojson.Object, len(faces))
	point := func(lon, lat float64) geometry.Point { return geometry.Point{X: lon, Y: lat} }
	for i, f := range faces {
		poly := geometry.NewPoly(degrees(f[0][0], point), nil, geometry.DefaultIndexOptions)
		features[i] = numbered{geojson.NewPolygon(poly), int32(i)}
	}
	collection := geojson.NewFeatureCollection(features)
	return func(pts []geo.Point) func() func(int) int32 {
		asked := each(pts, point)
		return func() func(int) int32 {
			return func(i int) int32 {
				owner := coverage.Outside
				collection.Search(asked[i].Rect(), func(child geojson.Object) bool {
					if f := child.(numbered); f.Base().ContainsPoint(asked[i]) {
						owner = f.face
					}
					return owner == coverage.Outside
				})
				return owner
			}
		}
	}
}

// shape is a polygon that knows which face it is.
type shape struct {
	*s2.LaxPolygon
	face int32
}

// s2Index is a ShapeIndex of all faces with a ContainsPointQuery a goroutine.
func s2Index(faces []geo.MultiPolygon) indexed {
	index := s2.NewShapeIndex()
	point := func(lon, lat float64) s2.Point { return s2.PointFromLatLng(s2.LatLngFromDegrees(lat, lon)) }
	for i, f := range faces {
		ring := degrees(f[0][0], point)
		index.Add(shape{s2.LaxPolygonFromPoints([][]s2.Point{ring[:len(ring)-1]}), int32(i)})
	}
	index.Build()
	return func(pts []geo.Point) func() func(int) int32 {
		asked := each(pts, point)
		return func() func(int) int32 {
			query := s2.NewContainsPointQuery(index, s2.VertexModelSemiOpen)
			return func(i int) int32 {
				if found := query.ContainingShapes(asked[i]); len(found) > 0 {
					return found[0].(shape).face
				}
				return coverage.Outside
			}
		}
	}
}

// h3Exact lists for each cell of the net the faces that overlap it, which are tested exactly, or the one in which it lies. (A
// polyfill of each face gives the same lists, in several times the time.)
func h3Exact(faces []geo.MultiPolygon, resolution int) indexed {
	point := func(lon, lat float64) h3.LatLng { return h3.LatLng{Lat: lat, Lng: lon} }
	boxes, all := make([]geo.Bounds, len(faces)), geo.EmptyBounds()
	var tree rtree.RTreeG[int32]
	for i, f := range faces {
		boxes[i] = f.Bounds()
		all = all.Union(boxes[i])
		lo, hi := corners(boxes[i])
		tree.Insert(lo, hi, int32(i))
	}
	net := h3.GeoPolygon{GeoLoop: degrees(geo.Ring{all.Min, {X: all.Max.X, Y: all.Min.Y}, all.Max, {X: all.Min.X, Y: all.Max.Y}}, point)}
	cells := map[h3.Cell]int32{} // a face, or the complement of the place of a list, which begins with its length
	var lists []int32
	for _, cell := range must(h3.PolygonToCellsExperimental(net, resolution, h3.ContainmentOverlapping)) {
		hexagon := outline(cell)
		box, whole, list := hexagon.Bounds(), false, []int32{}
		lo, hi := corners(box)
		tree.Search(lo, hi, func(_, _ [2]float64, k int32) bool {
			switch face := faces[k][0][0]; {
			case meet(face, hexagon, box):
				list = append(list, k)
			case nets.Inside(face, hexagon[0]):
				whole, list = true, []int32{k}
			case nets.Inside(hexagon, face[0]):
				list = append(list, k)
			}
			return !whole
		})
		switch {
		case whole:
			cells[cell] = list[0]
		case len(list) > 0:
			cells[cell] = ^int32(len(lists))
			lists = append(append(lists, int32(len(list))), list...)
		}
	}
	return func(pts []geo.Point) func() func(int) int32 {
		asked := each(pts, point)
		return func() func(int) int32 {
			return func(i int) int32 {
				cell, err := h3.LatLngToCell(asked[i], resolution)
				if err != nil {
					panic(err) // the nets lie on the earth
				}
				at, ok := cells[cell]
				if !ok {
					return coverage.Outside
				}
				if at >= 0 {
					return at
				}
				list := lists[^at:]
				for _, k := range list[1:][:list[0]] {
					if boxes[k].Contains(pts[i]) && nets.Inside(faces[k][0][0], pts[i]) {
						return k
					}
				}
				return coverage.Outside
			}
		}
	}
}

// corners are those of a box, as the R-tree wants them: it would overflow in integers.
func corners(b geo.Bounds) (lo, hi [2]float64) {
	return [2]float64{float64(b.Min.X), float64(b.Min.Y)}, [2]float64{float64(b.Max.X), float64(b.Max.Y)}
}

// outline is the ring of a cell, a hundredth wider, because its sides are not quite straight in degrees.
func outline(cell h3.Cell) geo.Ring {
	var ring geo.Ring
	centre := must(h3.CellToLatLng(cell))
	for _, v := range must(h3.CellToBoundary(cell)) {
		p, ok := geo.FromDegrees(centre.Lng+1.01*(v.Lng-centre.Lng), centre.Lat+1.01*(v.Lat-centre.Lat))
		if !ok {
			panic("a cell beyond the earth")
		}
		ring = append(ring, p)
	}
	return ring
}

// meet reports whether an edge of a ring crosses one of a smaller ring with its box.
func meet(ring, small geo.Ring, box geo.Bounds) bool {
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if !box.Intersects(geo.Ring{a, b}.Bounds()) {
			continue
		}
		for k, c := range small {
			if geo.Cross(a, b, c, small[(k+1)%len(small)]) {
				return true
			}
		}
	}
	return false
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
