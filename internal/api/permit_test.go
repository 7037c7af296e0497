package api

import (
	"testing"

	"github.com/zhuwang/zhuwang/internal/scope"
)

// The permission of an address that names a layer is that of the layer.
func TestNeedsLayer(t *testing.T) {
	for path, want := range map[string]scope.Permission{
		"/api/v1/grids":                       scope.SeeGrids,
		"/api/v1/buildings":                   scope.SeeBuildings,
		"/api/v1/buildings.geojson":           scope.SeeBuildings,
		"/api/v1/buildings/45010500100100001": scope.SeeBuildings,
		"/api/v1/towns/450105001.geojson":     scope.SeeDivisions,
		"/tiles/450105/points.json":           scope.SeePoints,
		"/tiles/450105/net/1/0/0/0.mvt":       scope.SeeGrids,
		"/tiles/450105/base/1/0/0/0.mvt":      scope.SeeBase,
		"/tiles/450105/buildings/1/0/0/0.mvt": scope.SeeBuildings,
		"/tiles/450105/nothing.json":          scope.Anyone,
		"/tiles":                              scope.Anyone,
	} {
		if got := needsLayer(3)(path); got != want {
			t.Errorf("%s takes the permission %q, want %q", path, got, want)
		}
	}
}
