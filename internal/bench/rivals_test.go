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

// h3Exact lists for each cell the faces that overlap it, or the one in which it lies; the listed ones are tested exactly.
func h3Exact(faces []geo.MultiPolygon, resolution int) indexed {
	point := func(lon, lat float64) h3.LatLng { return h3.LatLng{Lat: lat, Lng: lon} }
	candidates := map[h3.Cell][]int32{}
	whole := map[h3.Cell]int32{}
	for i, f := range faces {
		polygon := h3.GeoPolygon{GeoLoop: degrees(f[0][0], point)}
		for _, cell := range must(h3.PolygonToCellsExperimental(polygon, resolution, h3.ContainmentOverlapping)) {
			candidates[cell] = append(candidates[cell], int32(i))
		}
		for _, cell := range must(h3.PolygonToCellsExperimental(polygon, resolution, h3.ContainmentFull)) {
			whole[cell] = int32(i)
		}
	}
	// One map answers: a face, or the place of a list in front of which its length stands, as its complement.
	cells := make(map[h3.Cell]int32, len(candidates))
	var lists []int32
	for cell, list := range candidates {
		if face, ok := whole[cell]; ok {
			cells[cell] = face
			continue
		}
		cells[cell] = ^int32(len(lists))
		lists = append(append(lists, int32(len(list))), list...)
	}
	boxes := make([]geo.Bounds, len(faces))
	for i, f := range faces {
		boxes[i] = f.Bounds()
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

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
