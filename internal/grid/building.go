package grid

import "github.com/zhuwang/zhuwang/geo"

// Building is a building of the district: its code is built from its community's and survives any redrawing of grids.
type Building struct {
	ID         string // the source's id, unique in the district
	Source     string // the file or register that it comes from
	Code       Code   // 17 digits
	Name       string
	Address    string
	Footprint  geo.MultiPolygon // nil for a building known by its point alone
	Point      geo.Point        // entrance, else label point
	Households int
	Storeys    int
	Use        string
	Area       Code // code of the grid that the building lies in now
}

// BuildingChange is what is to be written of a district's buildings, all of it or nothing.
type BuildingChange struct {
	Ground
	Put    []Building // new ones, and those with other content than is stored under their id
	Remove []string   // ids of those that go away: their codes are retired
}

// RetiredBuilding is a building that went away. Its code names nothing else, ever.
type RetiredBuilding struct {
	Code   Code
	ID     string
	Source string
}
