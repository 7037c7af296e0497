package grid

import (
	"context"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Service is what the domain does with a Store.
type Service struct {
	Store Store
	Nets  Nets           // that locations are assigned by
	Zone  *time.Location // in which days are counted; nil: UTC
	Hooks []Hook         // run in the transaction of each publication, in order
}

// Basis reads what a net that is to hold over a span is made against: the release in force at its beginning (of an open
// span, the one in force now), every code ever used, the official names, and the buildings as weights.
func (s *Service) Basis(ctx context.Context, district Code, valid Span) (Basis, error) {
	rows, err := s.Store.Timeline(ctx, district)
	if err != nil {
		return Basis{}, err
	}
	var b Basis
	base, near := basisOf(rows, valid)
	b.Release = base
	net := func(n int) (*Net, error) {
		net, _, err := s.Store.Net(ctx, district, n)
		return net, err
	}
	if b.Net, b.Near, err = readBasis(base, near, net); err != nil {
		return Basis{}, err
	}
	if b.Used, err = s.Store.UsedCodes(ctx, district); err != nil {
		return Basis{}, err
	}
	if b.Names, err = s.Store.Names(ctx, district); err != nil {
		return Basis{}, err
	}
	for building, err := range s.Store.Buildings(ctx, district) {
		if err != nil {
			return Basis{}, err
		}
		b.Buildings = append(b.Buildings, Building{ID: building.ID, Point: building.Point, Households: building.Households, Area: building.Area})
	}
	return b, nil
}

// basisOf is the release whose place a net with this valid span takes, 0 for none, and the others whose codes live beside it:
// for a correction of the past, what is in force after the span and now.
func basisOf(rows []Interval, valid Span) (base int, near []int) {
	now := latest(rows)
	if valid.To.IsZero() {
		return now, nil
	}
	base = AsOf(rows, valid.From, time.Time{})
	for _, n := range []int{AsOf(rows, valid.To, time.Time{}), now} {
		if n != 0 && n != base && (len(near) == 0 || near[0] != n) {
			near = append(near, n)
		}
	}
	return base, near
}

// readBasis reads the nets of a basis; release 0 has none.
func readBasis(base int, near []int, read func(int) (*Net, error)) (net *Net, others []*Net, err error) {
	if base != 0 {
		if net, err = read(base); err != nil {
			return nil, nil, err
		}
	}
	for _, n := range near {
		other, err := read(n)
		if err != nil {
			return nil, nil, err
		}
		others = append(others, other)
	}
	return net, others, nil
}

// NotInForce says that a district had no net at a moment.
func NotInForce(district Code, at time.Time) *fault.Error {
	return fault.New(fault.NotFound, "not-in-force", fault.Args{"district": district, "at": at.Format(time.RFC3339)})
}

// Owner asks the store which grid of a release holds a place; nil if none does. It reads the few faces around the place, and
// the tie rule decides.
func (s *Service) Owner(ctx context.Context, district Code, release int, p geo.Point) (*Face, error) {
	faces, err := s.Store.Candidates(ctx, district, release, p)
	if err != nil {
		return nil, err
	}
	return OwnerAmong(faces, p)
}

// OwnerAmong is the face among some of one clean net that owns a place by the tie rule; nil if none does. All faces of the net
// whose closed shape holds the place must be among them.
func OwnerAmong(faces []Face, p geo.Point) (*Face, error) {
	if len(faces) == 0 {
		return nil, nil
	}
	shapes := make([]geo.MultiPolygon, len(faces))
	for i, f := range faces {
		shapes[i] = f.Shape
	}
	cover, report := coverage.Build(shapes)
	if cover == nil {
		return nil, fault.Wrap(fault.Internal, "internal", report.Defects[0])
	}
	i := locate.New(cover).Face(p)
	if i == coverage.Outside {
		return nil, nil
	}
	return &faces[i], nil
}
