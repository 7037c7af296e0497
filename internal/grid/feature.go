package grid

import "github.com/zhuwang/zhuwang/geo"

// Layer of the base map.
type Layer string

// The base layers.
const (
	Street Layer = "street" // lines
	Water  Layer = "water"  // polygons and lines
	Bridge Layer = "bridge" // lines
	Block  Layer = "block"  // polygons
)

// Feature is one feature of a base layer: exactly one of Lines and Shape is set. (Layer, ID) is unique in a district.
type Feature struct {
	Layer  Layer
	ID     string
	Source string // the file that it comes from
	Class  string // see Classes
	Name   string
	Lines  [][]geo.Point
	Shape  geo.MultiPolygon
}

// FeatureKey names a feature of a district.
type FeatureKey struct {
	Layer Layer
	ID    string
}

// BaseChange is what is to be written of a district's base map, all of it or nothing.
type BaseChange struct {
	Ground
	Put    []Feature // new ones, and those with other content than is stored under their key
	Remove []FeatureKey
}
