package api

import (
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// need is the permission that a route asks for; for some the address says which.
type need func(path string) scope.Permission

// needs asks for one permission, whatever the address.
func needs(p scope.Permission) need { return func(string) scope.Permission { return p } }

// layers are the permissions to see what addresses name: collections and tile sets.
var layers = map[string]scope.Permission{
	"districts": scope.SeeDivisions, "towns": scope.SeeDivisions, "communities": scope.SeeDivisions, "grids": scope.SeeGrids, "buildings": scope.SeeBuildings,
	"streets": scope.SeeBase, "net": scope.SeeGrids, "base": scope.SeeBase, setPoints: scope.SeePoints,
}

// layerOf is the permission to see what a name names; of what there is not, the one for which least is shown.
func layerOf(name string) scope.Permission {
	if p, ok := layers[name]; ok {
		return p
	}
	return scope.SeeDivisions
}

// needsLayer asks for the permission to see what the address names after its n-th slash. What there is not may be asked for by anyone.
func needsLayer(n int) need {
	return func(path string) scope.Permission {
		for range n {
			_, path, _ = strings.Cut(path, "/")
		}
		name, _, _ := strings.Cut(path, "/")
		name, _, _ = strings.Cut(name, ".")
		if p, ok := layers[name]; ok {
			return p
		}
		return scope.Anyone
	}
}

// permit refuses a caller who may nowhere do what is asked. It is the one place where that is decided; where the caller may, is for each route to keep to.
func (s *Server) permit(c *call, p scope.Permission) error {
	switch {
	case p == scope.Anyone:
		return nil
	case c.refused != nil:
		return c.refused
	case c.caller.May(p):
		return nil
	case c.caller.Account == "":
		return fault.New(fault.Unknown, "sign-in-first", nil)
	}
	return fault.New(fault.Forbidden, "not-allowed-here", fault.Args{"permission": p.Name()})
}
