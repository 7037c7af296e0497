package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/api/ogc"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// features are the routes of OGC API – Features.
func (s *Server) features() (all []route) {
	service := &ogc.Service{Store: s.Features, Editor: s.Editor, Changed: s.renew, Districts: s.districtsSeen, Language: langOf, Fail: s.fail}
	for _, r := range service.Routes() {
		permission := needs(r.Needs)
		if r.Needs == 0 {
			permission = needsLayer(3)
		}
		all = append(all, route{r.Name, r.Method, r.Path, permission, s.bounded(r.Handle)})
	}
	return all
}

// renew takes up what this node has written: the next tile shows it. What fails is taken up with the notice, which every node hears.
func (s *Server) renew(ctx context.Context) {
	if err := s.Nets.Refresh(ctx); err != nil {
		s.log.InfoContext(ctx, "what was written is not taken up yet", "error", err)
	}
}

// bounded gives an end to a request that waits for the database.
func (s *Server) bounded(handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := s.patient(r.Context(), readPatience)
		defer cancel()
		handle(w, r.WithContext(ctx))
	}
}

// districtsSeen are the districts of which the one who asks sees something, by code.
func (s *Server) districtsSeen(ctx context.Context, p scope.Permission) ([]ogc.District, error) {
	nets, err := s.nets(ctx, p).All()
	if err != nil {
		return nil, err
	}
	seen := make([]ogc.District, 0, len(nets))
	for _, n := range nets {
		seen = append(seen, ogc.District{Code: string(n.Release.District), Bounds: n.Mesh.Net.District.Outline.Bounds()})
	}
	slices.SortFunc(seen, func(a, b ogc.District) int { return strings.Compare(a.Code, b.Code) })
	return seen, nil
}
