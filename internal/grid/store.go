package grid

import (
	"context"
	"iter"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/audit"
)

// Store is what the domain needs of a database. internal/store implements it on PostgreSQL + PostGIS.
// Every method is bound to one district, but Districts.
type Store interface {
	// Districts lists the districts that have a release, by code, with the release in force (0: none in force yet).
	Districts(ctx context.Context) ([]Head, error)
	// Net reads the whole net of one release. fault not-found if there is none.
	Net(ctx context.Context, district Code, release int) (*Net, *Release, error)
	// Releases lists a district's releases, newest first.
	Releases(ctx context.Context, district Code) ([]Release, error)
	// Lineage lists the lineage rows of the releases after since, up to and with until, by release.
	Lineage(ctx context.Context, district Code, since, until int) ([]Lineage, error)
	// Timeline lists the rows of the timeline, past knowledge included, by recorded, then valid.
	Timeline(ctx context.Context, district Code) ([]Interval, error)
	// InForce is the release in force at a moment, as known at another (zero known: now); 0 if none was.
	InForce(ctx context.Context, district Code, at, known time.Time) (int, error)
	// Candidates are the grids of a release whose closed shape covers p (1–4), for Go to decide by the tie rule.
	Candidates(ctx context.Context, district Code, release int, p geo.Point) ([]Face, error)
	// Divisions are the divisions of a release that have one of these codes, by code, without their outlines.
	Divisions(ctx context.Context, district Code, release int, codes []Code) ([]Division, error)
	// UsedCodes are all codes that a district ever gave to divisions and grids, in any release, retired ones included.
	UsedCodes(ctx context.Context, district Code) ([]Code, error)
	// Publish runs fn in one transaction with the district's head row locked against other writers; the transaction
	// commits iff fn returns nil. After the commit every node is told.
	Publish(ctx context.Context, district Code, fn func(Tx) error) error

	// Names is the register of official names, by code (table register). PutNames adds the
	// codes that are new and renames the others; it takes none away. Neither touches a release.
	Names(ctx context.Context, district Code) ([]Named, error)
	PutNames(ctx context.Context, district Code, names []Named) error

	// Buildings and Base stream the rows of a district, in the order of their ids.
	Buildings(ctx context.Context, district Code) iter.Seq2[Building, error]
	Base(ctx context.Context, district Code) iter.Seq2[Feature, error]
	// Revisions are the revision numbers of the base and buildings tables of a district; they grow with each change of what is in them.
	// A release, which gives buildings other grids, is no such change.
	Revisions(ctx context.Context, district Code) (base, buildings int64, err error)
	// RetiredBuildings are the buildings of a district that went away, by code.
	RetiredBuildings(ctx context.Context, district Code) ([]RetiredBuilding, error)
	// ChangeBuildings and ChangeBase write a change in one transaction, under the lock that a writer of the district holds against
	// publications, and tell every node. fault changed-meanwhile if the ground of the change no longer stands.
	ChangeBuildings(ctx context.Context, district Code, c BuildingChange) error
	ChangeBase(ctx context.Context, district Code, c BaseChange) error

	// Write runs fn in one transaction that shares the district with other writers and keeps publications out; it commits iff fn
	// returns nil. Writers and publications come to their turn in the order of asking.
	Write(ctx context.Context, district Code, fn func(LocationTx) error) error
	// Location reads one; nil if there is none.
	Location(ctx context.Context, district Code, k Key) (*Location, error)
	// Locations lists those of a filter by (At, Kind, ID), descending, from after a cursor on.
	Locations(ctx context.Context, district Code, f LocationFilter, after Cursor, limit int) ([]Location, error)
	// CountLocations counts those of a filter; days are those of a time zone.
	CountLocations(ctx context.Context, district Code, f LocationFilter, by CountBy, zone string) ([]Count, error)
	// LocationsSince yields the locations that may have changed since a reading that gave the number tx (0: all of them), in no order.
	// next, to be read after the last one, is the number to go on with: no change is missed, though some come twice.
	LocationsSince(ctx context.Context, district Code, tx uint64) (rows iter.Seq2[Location, error], next func() uint64)
	// Moves is what the releases after since, up to until, moved, composed for each thing, by kind, from, to.
	Moves(ctx context.Context, district Code, since, until int) ([]Moved, error)
	// Batches lists the batches of a district, the newest first.
	Batches(ctx context.Context, district Code) ([]Batch, error)
	// Batch reads one, without what it counts; nil if there is none.
	Batch(ctx context.Context, district Code, name string) (*Batch, error)
}

// Head is a district and the release in force. Zero times: none is.
type Head struct {
	District Code
	Name     string
	Release  int
	MadeAt   time.Time // of the release: another one of the same number may come with a database that was put back to an older state
	Since    time.Time // from when on it has been in force, as known now
}

// Tx is the transaction of one publication. The store turns each call into set-based SQL.
type Tx interface {
	// Now is the transaction's moment, later than every recorded moment of the district before it.
	Now() time.Time
	// Head is the release in force now, 0 for a first one. Last is the highest release number, 0 for none.
	Head() int
	Last() int
	// Timeline is as Store.Timeline, read in the transaction.
	Timeline(ctx context.Context) ([]Interval, error)
	// Net is as Store.Net, read in the transaction.
	Net(ctx context.Context, release int) (*Net, error)
	// UsedCodes is as Store.UsedCodes, read in the transaction.
	UsedCodes(ctx context.Context) ([]Code, error)
	// PutRelease stores the release row, its sheets (those whose hash is not stored yet), divisions and outlines.
	PutRelease(ctx context.Context, r Release, sheets []Sheet, net *Net) error
	// CheckRelease is the second gate: the same check of the coverage, in SQL. It returns the defects found.
	CheckRelease(ctx context.Context, release int) ([]geo.Defect, error)
	// SetTimeline ends the recorded span of the rows in close, which are given as they stand, at Now, and inserts those
	// in add (see Overlay).
	SetTimeline(ctx context.Context, close []Interval, add []Interval) error
	// PutLineage stores lineage rows.
	PutLineage(ctx context.Context, release int, rows []Lineage) error
	// SetHead makes a release the one in force now.
	SetHead(ctx context.Context, release int) error
	// BuildingsIn streams id, point, households and area code of the buildings whose point lies in a box.
	BuildingsIn(ctx context.Context, boxes []geo.Bounds) ([]Building, error)
	// MoveBuildings sets the area code of buildings by id.
	MoveBuildings(ctx context.Context, area map[string]Code) error
	// LocationsIn yields, page by page and in the order of their keys, the locations whose place lies in a box or which a person gave to one of some grids:
	// key, place, grid and how. Between two pages the transaction may write.
	LocationsIn(ctx context.Context, boxes []geo.Bounds, manual []Code) Pages
	// MoveLocations writes grid and how of locations, as found by a release.
	MoveLocations(ctx context.Context, release int, by string, points []Location) error
	// PutMoves stores what a release moved.
	PutMoves(ctx context.Context, release int, moves []Movement) error
	// PutEvent appends to the outbox.
	PutEvent(ctx context.Context, topic string, release int, scope Code, data []byte) error
	// PutAudit notes what is done, as of the moment and the district of the transaction.
	PutAudit(ctx context.Context, e audit.Entry) error
}

// Sheet is an immutable, content-hashed partition of one community.
type Sheet struct {
	Community Code
	Hash      [32]byte
	Faces     []Face
}

// Lineage is one birth, death or change: codes "" mean born from nothing or gone without successor.
type Lineage struct {
	From, To   Code
	Kind       string // born, died, split, merged, adjusted, kept-code changes …
	Households int
	Residents  int // by their places; of a correction of the past, by those of today
	Buildings  int
	AreaM2     float64
	FromShare  float64 // share of From's weight that went to To
	ToShare    float64 // share of To's weight that came from From
	Release    int     // that brought it; 0 before that is stored
}
