package feature

import (
	"time"

	"github.com/zhuwang/zhuwang/internal/cql"
)

// Query is a question about one collection in one district.
type Query struct {
	Collection *Collection
	District   string      // 6 digits
	Where      []Condition // all of which hold
	From, To   time.Time   // valid time, both ends included; zero: open. Equal: a moment
	After      string      // the features whose id comes after it
	Offset     int         // of these, how many are passed over
	Limit      int
	Count      bool // tell how many there are, whatever After, Offset and Limit
	Out        System
}

// Condition is a filter whose shapes are in a system.
type Condition struct {
	Node *cql.Node
	In   System
}

// Page is the answer: features by id.
type Page struct {
	Features []Feature
	More     bool // there are others after them
	Matched  int  // iff Query.Count
}

// Feature is one row. Values are those of Collection.Properties: nil, string, int32, time.Time.
type Feature struct {
	ID       string
	Values   []any
	Geometry string // GeoJSON in Query.Out, in the order of its axes; "" for none
}
