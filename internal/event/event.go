// Package event is the envelope of what happened in a district. Who does something writes the event in the transaction of the act; after the
// commit the sequencer gives it a number, and every node tells it to those who may see it.
package event

import "time"

// Topic is what an event is about.
type Topic string

// The topics.
const (
	Release Topic = "release" // a release was published
	Tiles   Topic = "tiles"   // what is drawn in some tiles changed, between releases
)

// Event is one thing that happened.
type Event struct {
	District string // 6 digits
	No       int64  // in the order of commits of the district, from 1 on; 0 before the sequencer has seen it
	Topic    Topic
	Release  int    // in force when it happened, or published by it; 0: none
	Scope    string // code of the least division or grid that holds all that it is about
	Data     []byte // an object in JSON
	At       time.Time
}
