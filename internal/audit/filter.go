package audit

import "time"

// Filter chooses rows. Zero fields ask for nothing.
type Filter struct {
	Account      string
	Action       Action
	Object       string
	Since, Until time.Time // from the first, before the second
}

// Cursor is the last row of a page, of rows in the order of (At, ID), descending. The zero value is before the first.
type Cursor struct {
	At time.Time
	ID int64
}
