package tiles

import (
	"slices"
	"sync"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// Feature is one feature of the base map: lines or a shape.
type Feature struct {
	Class, Name string
	Lines       [][]geo.Point
	Shape       geo.MultiPolygon
}

// BaseInput is a base map. Classes are those of the house style; a class without a zoom of its own is drawn from that of its layer.
type BaseInput struct {
	Streets, Bridges []Feature // lines
	Water            []Feature // lines and shapes
	Blocks           []Feature // shapes
}

// A base layer and the zooms from which its classes are drawn; "" stands for every other class. Nothing is drawn before it can be
// told apart, as the map styles of the house have it.
type baseLayer struct {
	name  string
	zooms map[string]uint32

	labels string // the layer of the names
	label  uint32 // zoom from which they are drawn
}

var (
	streetLayer = baseLayer{"streets", map[string]uint32{
		"expressway": 7, "rail": 9, "arterial": 9, "county": 9, "secondary": 11,
		"residential": 12, "village": 12, "lane": 14, "track": 14, "": 13,
	}, "streets_label", 14}
	bridgeLayer = baseLayer{"bridges", map[string]uint32{"": 12}, "", 0}
	waterLayer  = baseLayer{"water", map[string]uint32{"river": 6, "lake": 8, "stream": 10, "pond": 12, "": 10}, "water_label", 12}
	blockLayer  = baseLayer{"blocks", map[string]uint32{"park": 10, "forest": 10, "field": 11, "": 11}, "blocks_label", 14}

	baseLayers = [...]baseLayer{blockLayer, waterLayer, streetLayer, bridgeLayer}
)

// mainStreets are the classes whose names come first.
var mainStreets = []string{"expressway", "arterial", "county", "secondary"}

// Names of other streets are drawn as early where the street is long, else two zooms later.
const (
	longStreet      = 300 // metres
	shortStreetZoom = 16
)

// leastArea is the least area, in square units, of a part of a shape that is drawn below MaxZoom: half a
// pixel square on a screen of 512 pixels a tile.
const leastArea = 16

func (l baseLayer) zoom(class string) uint32 {
	if z, ok := l.zooms[class]; ok {
		return z
	}
	return l.zooms[""]
}

// first is the lowest zoom at which the layer is drawn.
func (l baseLayer) first() uint32 {
	z := uint32(MaxZoom)
	for _, c := range l.zooms {
		z = min(z, c)
	}
	return z
}

// Base makes the tiles of a base map. It is safe for concurrent use.
type Base struct {
	features [len(baseLayers)][]Feature
	values   *valueTable
	attrs    [len(baseLayers)]rows
	named    [len(baseLayers)]named
	long     map[string]bool // names of streets of at least longStreet
	bounds   geo.Bounds

	sheets sheets[[len(baseLayers)]baseSheet]
	labels [datums]func() [len(baseLayers)]*points
	reach  reach
}

// named are the label points of the shapes with a name.
type named struct {
	of []int32 // features
	at []geo.Point
}

// NewBase takes over a base map.
func NewBase(in BaseInput) *Base {
	b := &Base{values: newValueTable(), features: [len(baseLayers)][]Feature{in.Blocks, in.Water, in.Streets, in.Bridges}, bounds: geo.EmptyBounds(), long: map[string]bool{}}
	length := map[string]float64{}
	for l, features := range b.features {
		b.attrs[l] = newRows(len(baseKeys), len(features))
		for i, f := range features {
			b.attrs[l].ids = b.values.add(b.attrs[l].ids, text(f.Class), text(f.Name))
			b.bounds = b.bounds.Union(f.Shape.Bounds())
			for _, line := range f.Lines {
				for k, p := range line {
					b.bounds = b.bounds.Extend(p)
					if k > 0 && baseLayers[l].name == "streets" {
						length[f.Name] += geo.Distance(line[k-1], p)
					}
				}
			}
			if f.Name != "" && f.Shape.Vertices() >= 3 {
				b.named[l].of = append(b.named[l].of, int32(i))
			}
		}
	}
	b.values.seal()
	for name, metres := range length {
		b.long[name] = metres >= longStreet
	}
	places := sync.OnceFunc(func() {
		for l := range b.named {
			for _, i := range b.named[l].of {
				b.named[l].at = append(b.named[l].at, geo.LabelPoint(b.features[l][i].Shape))
			}
		}
	})
	for d := range b.labels {
		b.labels[d] = sync.OnceValue(func() (p [len(baseLayers)]*points) {
			places()
			for l := range b.named {
				p[l] = newPoints(b.named[l].at, crs.Datum(d))
			}
			return p
		})
	}
	b.sheets.init(b.newSheet)
	b.reach.init(b.featureBounds)
	return b
}

// Tile is tile z/x/y of the base map as an uncompressed Mapbox Vector Tile; nil where nothing is drawn.
func (b *Base) Tile(z, x, y uint32, d crs.Datum) ([]byte, error) {
	return b.AppendTile(nil, z, x, y, d)
}

// AppendTile appends tile z/x/y to dst, nothing where nothing is drawn.
func (b *Base) AppendTile(dst []byte, z, x, y uint32, d crs.Datum) ([]byte, error) {
	p, err := takePen(z, x, y, d)
	if err != nil {
		return dst, err
	}
	defer p.put()
	sheet := b.sheets.at(p.datum, z)
	for l := range sheet {
		out := p.begin(baseLayers[l].name, b.values, baseKeys)
		sheet[l].draw(p, out, b.attrs[l], nil)
		dst = out.encode(dst)
	}
	for l, layer := range baseLayers {
		if layer.labels == "" || z < layer.label {
			continue
		}
		out := p.begin(layer.labels, b.values, baseKeys)
		if layer.name == "streets" {
			sheet[l].draw(p, out, b.attrs[l], func(feature int32) bool { return b.names(b.features[l][feature], z) })
		} else {
			b.labels[p.datum]()[l].in(p, func(i int32, at pt) {
				out.point(at, b.attrs[l].at(b.named[l].of[i]))
			})
		}
		dst = out.encode(dst)
	}
	return dst, nil
}

// names reports whether the name of a street is drawn at a zoom.
func (b *Base) names(f Feature, z uint32) bool {
	return f.Name != "" && (z >= shortStreetZoom || b.long[f.Name] || slices.Contains(mainStreets, f.Class))
}

var baseKeys = []string{"class", "name"}
