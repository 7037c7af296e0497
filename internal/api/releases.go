package api

import (
	"context"
	"slices"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// Releases is what the server asks of the store about the past.
type Releases interface {
	Releases(ctx context.Context, district grid.Code) ([]grid.Release, error)
	Timeline(ctx context.Context, district grid.Code) ([]grid.Interval, error)
}

// ListReleases lists a district's releases, newest first, each with the spans over which it was in force as known today.
func (s *Server) ListReleases(ctx context.Context, req ListReleasesRequestObject) (ListReleasesResponseObject, error) {
	n, err := s.Nets.Named(grid.Code(value(req.Params.District)))
	if err != nil {
		return nil, err
	}
	district := n.District().Code
	releases, err := s.Releases.Releases(ctx, district)
	if err != nil {
		return nil, err
	}
	rows, err := s.Releases.Timeline(ctx, district)
	if err != nil {
		return nil, err
	}
	page := ListReleases200JSONResponse{Items: make([]Release, 0, len(releases)), Count: len(releases)}
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
		page.Items = append(page.Items, item)
	}
	return page, nil
}
