package api

import "github.com/zhuwang/zhuwang/internal/scope"

// Route is one line of the list of routes.
type Route struct {
	Name, Method string
	Needs        func(path string) scope.Permission
}

// Routes is the list of routes.
func Routes() (all []Route) {
	for _, r := range (&Server{}).routes(&ServerInterfaceWrapper{}) {
		all = append(all, Route{r.name, r.method, r.needs})
	}
	return all
}
