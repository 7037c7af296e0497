package tiles

import (
	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// TileJSON describes a set of tiles (TileJSON 3.0.0). Tiles, Name and Version are the caller's to fill in.
type TileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name,omitempty"`
	Version      string        `json:"version,omitempty"` // semver, as the specification asks
	Attribution  string        `json:"attribution,omitempty"`
	Scheme       string        `json:"scheme"`
	Tiles        []string      `json:"tiles"`
	MinZoom      uint32        `json:"minzoom"`
	MaxZoom      uint32        `json:"maxzoom"`
	Bounds       [4]float64    `json:"bounds"` // west, south, east, north, degrees in the datum of the tiles
	Center       [3]float64    `json:"center"` // longitude, latitude, zoom
	VectorLayers []VectorLayer `json:"vector_layers"`
}

// VectorLayer is one layer of the tiles and its attributes.
type VectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description,omitempty"`
	MinZoom     uint32            `json:"minzoom"`
	MaxZoom     uint32            `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// TileJSON describes the tiles of the net.
func (n *Net) TileJSON(d crs.Datum) TileJSON {
	var layers, labels []VectorLayer
	for l := range levels {
		f := fields(faceKeys, "households")
		layers = append(layers, vectorLayer(levelLayers[l], levelZooms[l], f))
		labels = append(labels, vectorLayer(labelLayers[l], levelZooms[l], f))
	}
	layers = append(layers,
		vectorLayer("borders", 0, fields(borderKeys)),
		vectorLayer("knots", knotZoom, fields(nil)))
	return newTileJSON(n.bounds, d, append(layers, labels...))
}

// TileJSON describes the tiles of the base map.
func (b *Base) TileJSON(d crs.Datum) TileJSON {
	var layers []VectorLayer
	for _, l := range baseLayers {
		layers = append(layers, vectorLayer(l.name, l.first(), fields(baseKeys)))
	}
	for _, l := range baseLayers {
		if l.labels != "" {
			layers = append(layers, vectorLayer(l.labels, l.label, fields(baseKeys)))
		}
	}
	return newTileJSON(b.bounds, d, layers)
}

// TileJSON describes the tiles of the buildings.
func (b *Buildings) TileJSON(d crs.Datum) TileJSON {
	f := fields(buildingKeys, "households", "storeys")
	return newTileJSON(b.bounds, d, []VectorLayer{
		vectorLayer("buildings", buildingZoom, f), vectorLayer("buildings_label", buildingZoom, f),
	})
}

func vectorLayer(id string, first uint32, fields map[string]string) VectorLayer {
	return VectorLayer{ID: id, MinZoom: first, MaxZoom: MaxZoom, Fields: fields}
}

// fields says of each attribute whether it is a text or a number.
func fields(keys []string, numbers ...string) map[string]string {
	f := map[string]string{}
	for _, k := range keys {
		f[k] = "String"
	}
	for _, k := range numbers {
		f[k] = "Number"
	}
	return f
}

// datumMargin is added to the bounds in datums that shift by place: their shift differs by less over a district.
const datumMargin = 0.002 // degrees

func newTileJSON(b geo.Bounds, d crs.Datum, layers []VectorLayer) TileJSON {
	t := TileJSON{TileJSON: "3.0.0", Scheme: "xyz", Tiles: []string{}, MinZoom: MaxZoom, MaxZoom: MaxZoom, VectorLayers: layers}
	for _, l := range layers {
		t.MinZoom = min(t.MinZoom, l.MinZoom)
	}
	if b.Empty() {
		t.Bounds = [4]float64{-180, -maxLatitude, 180, maxLatitude}
		t.Center[2] = float64(t.MinZoom)
		return t
	}
	west, south := crs.FromCGCS2000(d, b.Min.Lon(), b.Min.Lat())
	east, north := crs.FromCGCS2000(d, b.Max.Lon(), b.Max.Lat())
	if d == crs.GCJ02 || d == crs.BD09 {
		west, south, east, north = west-datumMargin, south-datumMargin, east+datumMargin, north+datumMargin
	}
	t.Bounds = [4]float64{max(west, -180), max(south, -maxLatitude), min(east, 180), min(north, maxLatitude)}
	t.Center = [3]float64{(t.Bounds[0] + t.Bounds[2]) / 2, (t.Bounds[1] + t.Bounds[3]) / 2, float64(overviewZoom(b, t.MinZoom))}
	return t
}

// maxLatitude is where the square world of tiles ends.
const maxLatitude = 85.051129

// overviewZoom is the highest zoom at which the bounds are at most two tiles wide and high.
func overviewZoom(b geo.Bounds, lowest uint32) uint32 {
	p, q := project(b.Min, crs.CGCS2000), project(b.Max, crs.CGCS2000)
	size := max(q.x-p.x, p.y-q.y)
	z := uint32(MaxZoom)
	for z > lowest && size > 2<<(fineBits-z) {
		z--
	}
	return z
}
