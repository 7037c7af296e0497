package tiles

import (
	"fmt"
	"math"
	"sync"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// Level is a level of the net.
type Level int8

// The levels, from the top.
const (
	District Level = iota
	Town
	Community
	Grid
	levels
)

var levelNames = [levels]string{"district", "town", "community", "grid"}

// String is the value of the property level.
func (l Level) String() string { return levelNames[l] }

// Layers of the levels and the zooms from which they are drawn, borders and labels included.
var (
	levelLayers = [levels]string{"districts", "towns", "communities", "grids"}
	labelLayers = [levels]string{"districts_label", "towns_label", "communities_label", "grids_label"}
	levelZooms  = [levels]uint32{0, 6, 8, 10}
)

// knotZoom is the zoom from which knots are drawn.
const knotZoom = 13

// Face is what a tile says of a face. Kind and category are those of grids.
type Face struct {
	Code, Name     string
	Kind, Category string
	Households     int
}

// Division is one level of the net.
type Division struct {
	Coverage *coverage.Coverage
	Faces    []Face      // of each face of Coverage
	Of       []int32     // the face of the level above in which each face lies; nil: all lie in the first
	Labels   []geo.Point // where each face is labelled, strictly inside of it; nil: at its geo.LabelPoint
}

// NetInput is a published net. The coverages of the upper levels are the grids', dissolved.
type NetInput struct {
	Districts, Towns, Communities, Grids Division
}

// Net makes the tiles of a net. It is safe for concurrent use. What all tiles of a zoom share is made
// when the first of them is asked for, once for each datum.
type Net struct {
	divisions [levels]Division
	up        [levels][levels][]int32 // up[l][k]: the face of level k in which each face of level l lies
	values    *valueTable
	attrs     [levels]rows     // of each face
	border    [levels][]uint32 // of a border of each level
	labels    func() [levels][]geo.Point
	knots     []geo.Point
	bounds    geo.Bounds

	simple [levels]func() *coverage.Simplification
	sheets sheets[netSheet]
	points [datums]func() *netPoints
	reach  reach
}

// netSheet is what is drawn at one zoom in one datum.
type netSheet struct {
	faces   [levels]*faces // nil: not drawn at this zoom
	borders *borders
}

// netPoints are the points of the net in one datum.
type netPoints struct {
	labels [levels]*points
	knots  *points
}

// NewNet takes over a net. It fails where the levels do not fit together.
func NewNet(in NetInput) (*Net, error) {
	n := &Net{values: newValueTable(), divisions: [levels]Division{in.Districts, in.Towns, in.Communities, in.Grids}}
	for l, d := range n.divisions {
		if d.Coverage == nil || d.Coverage.Len() == 0 || len(d.Faces) != d.Coverage.Len() || d.Labels != nil && len(d.Labels) != len(d.Faces) {
			return nil, fmt.Errorf("level %v: no coverage, or attributes or labels of another number of faces (%d, %d)", Level(l), len(d.Faces), len(d.Labels))
		}
		n.attrs[l] = newRows(len(faceKeys), len(d.Faces))
		for _, f := range d.Faces {
			n.attrs[l].ids = n.values.add(n.attrs[l].ids, text(f.Code), text(f.Name), text(f.Kind), text(f.Category), num(f.Households))
		}
		n.border[l] = n.values.add(nil, text(Level(l).String()))
		if l == 0 {
			continue
		}
		of := d.Of
		if of == nil {
			of = make([]int32, len(d.Faces))
		}
		if len(of) != len(d.Faces) {
			return nil, fmt.Errorf("level %v: %d of %d faces lie in one of the level above", Level(l), len(of), len(d.Faces))
		}
		for _, face := range of {
			if face < 0 || int(face) >= len(n.divisions[l-1].Faces) {
				return nil, fmt.Errorf("level %v: the level above has no face %d", Level(l), face)
			}
		}
		n.up[l][l-1] = of
		for k := l - 2; k >= 0; k-- {
			n.up[l][k] = make([]int32, len(of))
			for i, face := range of {
				n.up[l][k][i] = n.up[l-1][k][face]
			}
		}
	}
	n.values.seal()
	for _, node := range in.Grids.Coverage.Nodes() {
		if len(node.Faces) >= 3 {
			n.knots = append(n.knots, node.At)
		}
	}
	n.bounds = in.Grids.Coverage.Bounds()
	n.labels = sync.OnceValue(func() (all [levels][]geo.Point) {
		for l, d := range n.divisions {
			if all[l] = d.Labels; all[l] != nil {
				continue
			}
			for i := range d.Coverage.Len() {
				all[l] = append(all[l], geo.LabelPoint(d.Coverage.Face(i)))
			}
		}
		return all
	})
	for l, d := range n.divisions {
		n.simple[l] = sync.OnceValue(d.Coverage.Simplify)
	}
	n.sheets.init(n.newSheet)
	n.reach.init(n.faceBounds)
	for d := range n.points {
		n.points[d] = sync.OnceValue(func() *netPoints { return n.newPoints(crs.Datum(d)) })
	}
	return n, nil
}

// Follow makes what all tiles of a zoom share for each datum and zoom for which another net has it: where a net takes the place of another,
// the first who asks for a tile then waits no longer than whoever asked before.
func (n *Net) Follow(other *Net) { n.sheets.follow(&other.sheets) }

// Rest lets go of what all tiles of a zoom share, most of the memory of a net: it is made again for whoever asks.
func (n *Net) Rest() { n.sheets.rest() }

// finest is the lowest level drawn at a zoom.
func finest(z uint32) Level {
	l := District
	for l < Grid && levelZooms[l+1] <= z {
		l++
	}
	return l
}

func (n *Net) newSheet(d crs.Datum, z uint32) *netSheet {
	low := finest(z)
	edges := snap(borderLines(n.divisions[low].Coverage.Arcs(), n.pointsOf(low, z), d, z), fineShift(z))
	s := &netSheet{}
	for l := District; l <= low; l++ { // one after the other: whoever is served meanwhile keeps the other processors
		s.faces[l] = newFaces(edges, n.up[low][l], len(n.divisions[l].Faces))
	}
	s.borders = newBorders(edges, func(e edge) Level {
		for l := range low {
			if of := n.up[low][l]; e.left == outside || e.right == outside || of[e.left] != of[e.right] {
				return l
			}
		}
		return low
	})
	return s
}

// simplifyBy is how far, in units, a border below MaxZoom may run from its true place: a quarter of a pixel on a screen of 512
// pixels a tile.
const simplifyBy = 2

// pointsOf gives the points of the arcs of a level for a zoom.
func (n *Net) pointsOf(l Level, z uint32) func(dst []geo.Point, arc int) []geo.Point {
	if z == MaxZoom {
		return func(_ []geo.Point, arc int) []geo.Point { return n.divisions[l].Coverage.Arcs()[arc].Points }
	}
	const equator = 2 * math.Pi * 6378137 // metres round the sphere of EPSG:3857
	middle := geo.Point{Y: n.bounds.Min.Y/2 + n.bounds.Max.Y/2}.Lat() * math.Pi / 180
	metres := simplifyBy * equator * math.Cos(middle) / float64(uint64(Extent)<<z)
	return func(dst []geo.Point, arc int) []geo.Point { return n.simple[l]().Points(dst, arc, metres) }
}

// borderLines are arcs as lines for a zoom, with the points that points gives.
func borderLines(arcs []coverage.Arc, points func(dst []geo.Point, arc int) []geo.Point, d crs.Datum, z uint32) []line {
	lines := make([]line, len(arcs))
	var left []geo.Point
	for i, a := range arcs {
		left = points(left[:0], i)
		// South is down in a tile: what is left on the map is right in its axes.
		lines[i] = line{projectLine(nil, left, d, fineShift(z)), a.Right, a.Left}
	}
	return lines
}

func (n *Net) newPoints(d crs.Datum) *netPoints {
	p := &netPoints{knots: newPoints(n.knots, d)}
	for l, places := range n.labels() {
		p.labels[l] = newPoints(places, d)
	}
	return p
}

// Tile is tile z/x/y of the net as an uncompressed Mapbox Vector Tile; nil where nothing is drawn.
func (n *Net) Tile(z, x, y uint32, d crs.Datum) ([]byte, error) { return n.AppendTile(nil, z, x, y, d) }

// AppendTile appends tile z/x/y to dst, nothing where nothing is drawn.
func (n *Net) AppendTile(dst []byte, z, x, y uint32, d crs.Datum) ([]byte, error) {
	p, err := takePen(z, x, y, d)
	if err != nil {
		return dst, err
	}
	defer p.put()
	sheet, points := n.sheets.at(p.datum, z), n.points[p.datum]()
	for l, f := range sheet.faces {
		if f == nil {
			continue
		}
		out := p.begin(levelLayers[l], n.values, faceKeys)
		for _, i := range p.find(&f.index) {
			face := f.ids[i]
			out.polygons(p.clip.polygons(f.shapes[face], f.boxes[i]), n.attrs[l].at(face))
		}
		dst = out.encode(dst)
	}

	out := p.begin("borders", n.values, borderKeys)
	for _, i := range p.find(&sheet.borders.index) {
		out.lines(p.clip.lines(sheet.borders.line(i), sheet.borders.boxes[i]), n.border[sheet.borders.levels[i]])
	}
	dst = out.encode(dst)

	if z >= knotZoom {
		out = p.begin("knots", n.values, nil)
		points.knots.in(p, func(_ int32, at pt) { out.point(at, nil) })
		dst = out.encode(dst)
	}
	for l := District; l <= finest(z); l++ {
		out = p.begin(labelLayers[l], n.values, faceKeys)
		points.labels[l].in(p, func(i int32, at pt) { out.point(at, n.attrs[l].at(i)) })
		dst = out.encode(dst)
	}
	return dst, nil
}

// Attributes of faces and their labels, and of borders.
var (
	faceKeys   = []string{"code", "name", "kind", "category", "households"}
	borderKeys = []string{"level"}
)
