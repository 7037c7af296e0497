package api

import (
	"context"
	"slices"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Releases is what the server asks of the store about the past.
type Releases interface {
	Releases(ctx context.Context, district grid.Code) ([]grid.Release, error)
	Timeline(ctx context.Context, district grid.Code) ([]grid.Interval, error)
	Lineage(ctx context.Context, district grid.Code, since, until int) ([]grid.Lineage, error)
	Moves(ctx context.Context, district grid.Code, since, until int) ([]grid.Moved, error)
}

// ListReleases lists a district's releases, newest first, each with the spans over which it was in force as known today.
func (s *Server) ListReleases(ctx context.Context, req ListReleasesRequestObject) (ListReleasesResponseObject, error) {
	n, err := s.past(ctx).Named(grid.Code(value(req.Params.District)))
	if err != nil {
		return nil, err
	}
	items, err := s.releases(ctx, n.Release.District)
	if err != nil {
		return nil, err
	}
	return ListReleases200JSONResponse{Items: items, Count: len(items)}, nil
}

// GetRelease is one of them, with how much it holds.
func (s *Server) GetRelease(ctx context.Context, req GetReleaseRequestObject) (GetReleaseResponseObject, error) {
	now, err := s.past(ctx).Named(grid.Code(value(req.Params.District)))
	if err != nil {
		return nil, err
	}
	n, err := s.past(ctx).At(ctx, now.Release.District, req.N)
	if err != nil {
		return nil, err
	}
	items, err := s.releases(ctx, now.Release.District)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		if item.N == req.N {
			item.Counts = counts(n.Figures(grid.LevelDistrict, 0))
			return jsonReply(ctx, "application/json", item)
		}
	}
	return nil, fault.New(fault.Internal, "internal", nil) // releases do not go away
}

// releases are those of a district, newest first, with the spans over which each was in force.
func (s *Server) releases(ctx context.Context, district grid.Code) ([]Release, error) {
	releases, err := s.Releases.Releases(ctx, district)
	if err != nil {
		return nil, err
	}
	rows, err := s.Releases.Timeline(ctx, district)
	if err != nil {
		return nil, err
	}
	items := make([]Release, 0, len(releases))
	for _, r := range releases {
		item := Release{District: string(r.District), N: r.N, MadeAt: r.MadeAt.UTC(), By: r.By, Note: r.Note, InForce: []Span{}}
		if r.Corrects != 0 {
			item.Corrects = &r.Corrects
		}
		for _, row := range rows {
			if row.Release == r.N && row.Current() {
				span := Span{From: row.Valid.From.UTC()}
				if !row.Valid.To.IsZero() {
					span.To = new(row.Valid.To.UTC())
				}
				item.InForce = append(item.InForce, span)
			}
		}
		slices.SortFunc(item.InForce, func(a, b Span) int { return a.From.Compare(b.From) })
		items = append(items, item)
	}
	return items, nil
}
