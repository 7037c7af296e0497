package grid

import (
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// How a location came to its grid.
type How string

// The ways. A location on a border is given its grid by the tie rule.
const (
	In      How = "in"
	Border  How = "border"
	Manual  How = "manual" // a person overruled, with a reason
	Outside How = "outside"
)

// KindBuilding is reserved: buildings are locations with a table of their own.
const KindBuilding = "building"

// KindResident takes no attributes: personal data needs protection that locations do not give.
const KindResident = "resident"

// Location is where something lies (a report, a resident, anything with a kind and an id of its source), as its source told it, and the
// grid that it was assigned to. (Kind, ID) is unique in a district.
type Location struct {
	Kind       string // kebab-case word
	ID         string
	At         time.Time // of the observation
	Lon, Lat   float64   // degrees, as the source gave them
	Datum      crs.Datum // that the source declared
	AccuracyM  float64   // metres; 0: not known
	Attributes []byte    // a JSON object; nil or {}: none
	Batch      string    // what it came with; "" for none

	Point    geo.Point // on the lattice, from Lon, Lat and Datum
	Area     Code      // the grid; "" outside the net
	How      How
	Release  int    // by whose net the grid was found
	Reason   string // of a manual assignment
	By       string // who wrote it last
	MadeAt   time.Time
	Changed  time.Time
	Revision int // 1 at first, one more with each change
}

// Moved is how many locations of a kind a release moved from one grid to another, "" being outside the net; buildings have KindBuilding.
type Moved struct {
	Kind     string
	From, To Code
	Count    int
}
