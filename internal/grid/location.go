package grid

import (
	"context"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/fault"
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

// Key is what a location is known by in its district.
type Key struct{ Kind, ID string }

// Key of the location.
func (l *Location) Key() Key { return Key{l.Kind, l.ID} }

// Moved is how many locations of a kind a release moved from one grid to another, "" being outside the net; buildings have KindBuilding.
type Moved struct {
	Kind     string
	From, To Code
	Count    int
}

// LocationTx is a transaction in which locations are written. The release in force stays so until its end.
type LocationTx interface {
	// Head is the release in force; its Release is 0 where there is none. Now is the transaction's moment.
	Head() Head
	Now() time.Time
	// AddLocations stores those whose key is new, with revision 1; of a key that comes twice, the first. It reports whether all were new.
	AddLocations(ctx context.Context, points []Location) (all bool, err error)
	// KnownLocations are those of some keys that were there before this transaction wrote. With lock, nobody else changes them until its end.
	KnownLocations(ctx context.Context, keys []Key, lock bool) ([]Location, error)
	// SetLocations writes everything that a change can change, and adds one to the revision. No key comes twice.
	SetLocations(ctx context.Context, points []Location) error
	// BatchLocations yields, page by page, the locations of a batch.
	BatchLocations(ctx context.Context, batch string) Pages
	// OpenBatch is the row of a batch, made of b if it is new, and locked.
	OpenBatch(ctx context.Context, b Batch) (Batch, error)
	// Batch is the row of a batch, locked; nil if there is none.
	Batch(ctx context.Context, name string) (*Batch, error)
	// SetBatch writes datum, progress and author of a batch.
	SetBatch(ctx context.Context, b Batch) error
	BuildingTx
	// PutEvent appends to the outbox.
	PutEvent(ctx context.Context, topic string, release int, scope Code, data []byte) error
	// PutAudit notes what is done, as of the moment and the district of the transaction.
	PutAudit(ctx context.Context, e audit.Entry) error
}

// Location reads one. fault not-found if there is none.
func (s *Service) Location(ctx context.Context, district Code, kind, id string) (Location, error) {
	k := Key{kind, id}
	if !k.formed() {
		return Location{}, noLocation(k)
	}
	l, err := s.Store.Location(ctx, district, k)
	switch {
	case err != nil:
		return Location{}, err
	case l == nil:
		return Location{}, noLocation(k)
	}
	return *l, nil
}

// formed reports whether a location can have this key.
func (k Key) formed() bool { return kebab(k.Kind) && oneLine(k.ID, maxID) }

func noLocation(k Key) *fault.Error {
	return fault.New(fault.NotFound, "no-such-location", fault.Args{"kind": excerpt(k.Kind), "id": excerpt(k.ID)})
}
