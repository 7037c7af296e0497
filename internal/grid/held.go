package grid

import (
	"context"
	"errors"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Nets holds the nets in force in memory; snapshot.Registry does.
type Nets interface {
	// Held is the net of the release that a head names, loaded if it is not held yet. If another one is in force by now it may be
	// that one. For a head that names none it is whatever is held of the district, which may be nothing.
	Held(ctx context.Context, head Head) (Held, error)
}

// Held is a release's net, ready for lookups. The zero value is none.
type Held struct {
	Release Release
	Mesh    *Mesh
	Index   *locate.Index // over Mesh.Grids
}

// is reports whether a head names the release held.
func (h Held) is(head Head) bool {
	return h.Mesh != nil && h.Release.N == head.Release && h.Release.MadeAt.Equal(head.MadeAt)
}

// assign finds the grid of a place.
func (h Held) assign(p geo.Point) (Code, How) { return h.Mesh.assign(h.Index, p) }

// onBorder is how near to a border, in metres, a place is looked at exactly. The lattice is 11 mm wide: what lies on a border is
// measured to be there within a thousandth of that.
const onBorder = 1e-3

// assign finds the grid of a place by the tie rule, and whether the place lies on a border.
func (m *Mesh) assign(index *locate.Index, p geo.Point) (Code, How) {
	face := index.Face(p)
	switch {
	case face == coverage.Outside:
		return "", Outside
	case index.Border(p) < onBorder && m.Net.Grids[face].Shape.Locate(p) == geo.Boundary:
		return m.Net.Grids[face].Code, Border
	}
	return m.Net.Grids[face].Code, In
}

// errOtherNet ends a transaction that found another release in force than the net at hand.
var errOtherNet = errors.New("another release is in force")

// write runs fn in a transaction in which the release in force does not change, with that release's net at hand. A net is never
// loaded within the transaction: publications would wait for it.
func (s *Service) write(ctx context.Context, district Code, fn func(tx LocationTx, net Held) error) error {
	held, err := s.Nets.Held(ctx, Head{District: district})
	if err != nil {
		return err
	}
	for {
		var head Head
		err := s.Store.Write(ctx, district, func(tx LocationTx) error {
			if head = tx.Head(); !held.is(head) {
				return errOtherNet
			}
			return fn(tx, held)
		})
		if !errors.Is(err, errOtherNet) {
			return err
		}
		if head.Release == 0 {
			return fault.New(fault.NotFound, "no-net-in-district", fault.Args{"district": district})
		}
		before := held.Release
		if held, err = s.Nets.Held(ctx, head); err != nil {
			return err
		}
		if held.Mesh == nil || held.Release == before {
			return fault.New(fault.Unavailable, "unavailable", nil) // the net in force cannot be had
		}
	}
}
